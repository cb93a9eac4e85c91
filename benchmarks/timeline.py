"""The timeline of 1,000 items, and a list of 100 rows: server time, compressed size, queries.

    python -m benchmarks.timeline [--items 1000] [--rounds 15] [--sqlite]

Loads the sample plan into a private PostgreSQL where its programs are found, else into SQLite, and
asks as a planner, signed in, with warm caches. Limits: first page 300 ms, 120 kB, 15 queries;
list 150 ms.
"""

import argparse
import gzip
import os
import statistics
import tempfile
import time
from contextlib import ExitStack

LIMITS = {"timeline": (300, 120, 15), "list": (150, 40, 15)}
KEY = "BIG"


def set_up(folder: str, url: str, items: int) -> None:
    os.environ["TPM_DATA_DIR"] = folder
    os.environ["DATABASE_URL"] = url
    os.environ["DJANGO_SETTINGS_MODULE"] = "tpm.settings"
    os.environ["TPM_LOG_LEVEL"] = "ERROR"
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    call_command("load_sample", items=items, key=KEY, verbosity=0)


def database(stack: ExitStack, folder: str, *, sqlite: bool) -> str:
    """The address of an empty database of our own."""
    from tests.services_for_tests import private_postgres, program

    initdb, postgres = program("initdb"), program("postgres")
    if sqlite or not (initdb and postgres):
        return f"sqlite:///{folder}/bench.sqlite3"
    return stack.enter_context(private_postgres(initdb, postgres)).create_database()


def planner():
    """A browser of somebody who plans this product."""
    from django.test import Client

    from tpm.models import Level, Role

    role = (
        Role.objects.filter(product__key=KEY, level=Level.PLANNER).select_related("person").first()
    )
    visitor = Client(SERVER_NAME="localhost")
    visitor.force_login(role.person.user)
    return visitor


def measure(visitor, path: str, rounds: int) -> tuple[list[float], float, float, int, int]:
    """(ms of each round, processor ms of one, compressed kB, queries, elements) of a page."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for _ in range(3):
        page = visitor.get(path)
        assert page.status_code == 200, path
    with CaptureQueriesContext(connection) as captured:
        page = visitor.get(path)
    queries, taken = len(captured), []
    busy = time.process_time()
    for _ in range(rounds):
        began = time.perf_counter()
        visitor.get(path)
        taken.append((time.perf_counter() - began) * 1000)
    busy = (time.process_time() - busy) * 1000 / rounds
    # The level at which nginx and WhiteNoise's own middleware compress.
    size = len(gzip.compress(page.content, 6)) / 1024
    return taken, busy, size, queries, page.content.count(b"</") + page.content.count(b"/>")


def report(name: str, limits: str, found: tuple[list[float], float, float, int, int]) -> None:
    taken, busy, size, queries, elements = found
    most, largest, asked = LIMITS[limits]
    middle = statistics.median(taken)
    print(
        f"{name:<34} median {middle:4.0f} ms, {min(taken):.0f} to {max(taken):.0f} "
        f"(limit {most}), {busy:.0f} of processor   {size:5.1f} kB (limit {largest})   "
        f"{queries:2} queries (limit {asked})   {elements} elements"
    )


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--items", type=int, default=1000)
    options.add_argument("--rounds", type=int, default=15)
    options.add_argument("--sqlite", action="store_true")
    chosen = options.parse_args()
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="tpm-timeline-"))
        set_up(folder, database(stack, folder, sqlite=chosen.sqlite), chosen.items)
        from django.db import connection

        print(f"{chosen.items} open items, {connection.vendor}, {chosen.rounds} rounds, warm")
        visitor, base = planner(), f"/p/{KEY}"
        for name, limits, path in (
            ("timeline, first page", "timeline", f"{base}/roadmap/"),
            ("timeline, by team, years", "timeline", f"{base}/roadmap/?lanes=team&zoom=year"),
            ("timeline, rows from 600", "timeline", f"{base}/roadmap/?row=600"),
            ("list of 100 rows", "list", f"{base}/items/"),
        ):
            report(name, limits, measure(visitor, path, chosen.rounds))
        connection.close()


if __name__ == "__main__":
    main()
