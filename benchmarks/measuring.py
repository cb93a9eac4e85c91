"""What the benchmarks of the pages share: a plan in a database of our own, times, kept figures.

    report = Report("lists", chosen)
    report.add("list, 100 rows", 43.0, "ms", limit=60)
    report.end()

Each figure is printed with its limit, and with what it was when it was kept last
(`benchmarks/results/planning.json`). `--keep` keeps the new ones, `--json` prints them as JSON.
A busy machine stretches every time alike: the multiples of a floor, measured between the others,
stay comparable.
"""

import argparse
import datetime
import json
import os
import statistics
import subprocess
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "benchmarks" / "results" / "planning.json"
WARM = 3
WORSE = 1.2
"""A figure of so many times the kept one is marked."""


def options(description: str | None, rounds: int) -> argparse.ArgumentParser:
    """The options that all benchmarks of pages have."""
    found = argparse.ArgumentParser(description=description)
    found.add_argument("--rounds", type=int, default=rounds)
    found.add_argument("--sqlite", action="store_true")
    found.add_argument("--json", action="store_true", help="print the figures as JSON")
    found.add_argument("--keep", action="store_true", help=f"keep them in {RESULTS.name}")
    return found


# -- the plan ------------------------------------------------------------------------------------


def database(stack: ExitStack, folder: str, *, sqlite: bool) -> str:
    """The address of an empty database of our own."""
    from tests.services_for_tests import private_postgres, program

    initdb, postgres = program("initdb"), program("postgres")
    if sqlite or not (initdb and postgres):
        return f"sqlite:///{folder}/bench.sqlite3"
    return stack.enter_context(private_postgres(initdb, postgres)).create_database()


def set_up(folder: str, url: str, plans: dict[str, int]) -> None:
    """Load a sample plan of so many open items for each key."""
    os.environ["TPM_DATA_DIR"] = folder
    os.environ["DATABASE_URL"] = url
    os.environ["DJANGO_SETTINGS_MODULE"] = "tpm.settings"
    os.environ["TPM_LOG_LEVEL"] = "ERROR"
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    for key, items in plans.items():
        call_command("load_sample", items=items, key=key, verbosity=0)
    analyze()


def weave(key: str, links: int, *, seed: int = 1) -> None:
    """Link open items at random, the later one in the order waiting, until there are so many."""
    import random

    from roadmaps.models import Item, ItemLink

    draw = random.Random(seed)
    open_items = Item.objects.filter(product__key=key, state__in=Item.OPEN).order_by("rank", "pk")
    ids = list(open_items.values_list("pk", flat=True))
    known = ItemLink.objects.filter(successor__product__key=key)
    pairs = set(known.values_list("predecessor", "successor"))
    old = len(pairs)
    made: dict[tuple[int, int], None] = {}
    while old + len(made) < links:
        first = draw.randrange(len(ids) - 1)
        pair = (ids[first], ids[min(first + draw.randint(1, 200), len(ids) - 1)])
        if pair not in pairs:
            made[pair] = None
    ItemLink.objects.bulk_create(
        (ItemLink(predecessor_id=a, successor_id=b) for a, b in made), batch_size=1000
    )


def analyze() -> None:
    """What the database's own housekeeping would have done by now."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def planner(key: str) -> Any:
    """A browser of somebody who plans this product, signed in."""
    from django.test import Client

    from tpm.models import Level, Role

    role = Role.objects.filter(product__key=key, level=Level.PLANNER).select_related("person")
    visitor = Client(SERVER_NAME="localhost")
    visitor.force_login(role.first().person.user)
    return visitor


# -- times ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Times:
    """Milliseconds of every round of one call."""

    taken: list[float]

    @property
    def median(self) -> float:
        return statistics.median(self.taken)

    @property
    def least(self) -> float:
        return min(self.taken)

    @property
    def p95(self) -> float:
        return sorted(self.taken)[round(0.95 * (len(self.taken) - 1))]


def timed(
    calls: dict[Any, Callable[[], object]], rounds: int, clock: Callable[[], float] | None = None
) -> dict[Any, Times]:
    """Each call in turn, round after round, so that what disturbs one disturbs all."""
    now = clock or time.perf_counter
    taken: dict[Any, list[float]] = {name: [] for name in calls}
    for at in range(rounds + WARM):
        for name, call in calls.items():
            began = now()
            call()
            if at >= WARM:
                taken[name].append((now() - began) * 1000)
    return {name: Times(found) for name, found in taken.items()}


def processor_time() -> float:
    """Seconds of the processor that this process and its database connection's took.

    What a call takes on the clock when nobody else works: a busy machine stretches it far less.
    """
    from django.db import connection

    own = time.process_time()
    if connection.vendor != "postgresql":
        return own
    kept = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
    return own + int(kept.read_text().split()[0]) / 1e9


def got(visitor: Any, path: str, **headers: str) -> Any:
    """A page that came: a redirect or an error would be quick, and say nothing."""
    page = visitor.get(path, **headers)
    assert page.status_code == 200, (path, page.status_code)
    return page


def cost(ask: Callable[[], Any]) -> tuple[int, float, int]:
    """(queries, compressed kB, elements) of a page."""
    import gzip

    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        page = ask()
    # The level at which nginx and WhiteNoise's own middleware compress.
    size = len(gzip.compress(page.content, 6)) / 1024
    return len(captured), size, page.content.count(b"</") + page.content.count(b"/>")


# -- figures -------------------------------------------------------------------------------------


@dataclass
class Report:
    """Figures of one benchmark, printed as they come."""

    name: str
    chosen: argparse.Namespace
    figures: dict[str, dict[str, Any]] = field(default_factory=dict)

    @cached_property
    def kept(self) -> dict[str, Any]:
        known = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
        return known.get(self.name, {})

    def say(self, words: str) -> None:
        if not self.chosen.json:
            print(words, flush=True)

    def add(self, name: str, value: float, unit: str, limit: float | None = None) -> None:
        """One figure; a limit is the most that it may be."""
        value = round(value, 2)
        self.figures[name] = {"value": value, "unit": unit, "limit": limit}
        was = self.kept.get("figures", {}).get(name, {}).get("value")
        words = f"{name:<46}{value:9,.2f} {unit:<8}"
        words += f"limit {limit:<6g}" if limit is not None else " " * 12
        if limit is not None:
            words += "over " if value > limit else "     "
        else:
            words += " " * 5
        if was is not None:
            words += f"  was {was:,.2f}" + ("  WORSE" if value > was * WORSE else "")
        self.say(words)

    def end(self) -> None:
        """Say what the figures stand beside, and keep or print them where that was asked for."""
        found = {
            "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
            "commit": commit(),
            "load": round(os.getloadavg()[0], 1),
            "figures": self.figures,
        }
        if self.kept:
            self.say(f"was: {self.kept['date']}, {self.kept['commit']}, load {self.kept['load']}")
        if self.chosen.json:
            print(json.dumps({self.name: found}, indent=1))
        if self.chosen.keep:
            known = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
            known[self.name] = found
            RESULTS.parent.mkdir(exist_ok=True)
            RESULTS.write_text(json.dumps(known, indent=1, sort_keys=True) + "\n")


def commit() -> str:
    """The commit that is measured, with a plus where files differ from it."""

    def git(*words: str) -> str:
        done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True)
        return done.stdout.strip()

    changed = git("status", "--porcelain", "--untracked-files=no")
    return git("rev-parse", "--short", "HEAD") + ("+" if changed else "")
