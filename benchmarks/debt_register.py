"""Scores of 1,000 debt items, and the first page of their register.

    python -m benchmarks.debt_register [--items 1000] [--rounds 5]

Works on a database of its own in a temporary folder (or on DATABASE_URL). Prints seconds of a
first refresh (every item is scored), of a second one (nothing changed), and milliseconds,
kilobytes (gzip) and queries of the register's first page, in the server alone.
"""

import argparse
import datetime
import gzip
import os
import random
import statistics
import tempfile
import time


def set_up(folder: str) -> None:
    os.environ["TPM_DATA_DIR"] = folder
    os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder}/bench.sqlite3")
    os.environ["DJANGO_SETTINGS_MODULE"] = "tpm.settings"
    os.environ["TPM_LOG_LEVEL"] = "ERROR"
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)


def build(count: int):
    """A product with two teams of five, and declared debt; one item in ten asks something."""
    from debt.models import DebtItem, Evidence, Interest, TeamLedger
    from tpm.models import Membership, Person, Product, Role, Team, TeamShare, User

    rng, stamp = random.Random(7), time.time_ns()
    by = User.objects.create_user(f"bench{stamp}")
    person = Person.objects.create(name="Bench", user=by)
    product = Product.objects.create(key=f"B{stamp % 10**8}", name="Bench")
    Role.objects.create(person=person, product=product, level="lead")
    since, teams = datetime.date(2025, 1, 6), []
    for name in ("north", "south"):
        team = Team.objects.create(name=name, slug=f"{name}-{stamp}", focus_share=0.7)
        TeamShare.objects.create(team=team, product=product, share=1, starts_on=since)
        for number in range(5):
            member = Person.objects.create(name=f"{name} {number}")
            Membership.objects.create(team=team, person=member, share=1, starts_on=since)
        TeamLedger.objects.create(team=team)
        teams.append(team)
    items = DebtItem.objects.bulk_create(
        DebtItem(
            product=product,
            number=number,
            key=f"{product.key}-D{number}",
            title=f"Thing number {number} that slows every change",
            team=teams[number % 2],
            owner=person,
            reporter=by,
            hurts_since=since + datetime.timedelta(days=rng.randint(0, 300)),
            principal_p10_days=(days := rng.uniform(0.5, 20)),
            principal_p50_days=days * 2,
            principal_p90_days=days * 4,
        )
        for number in range(1, count + 1)
    )
    Interest.objects.bulk_create(
        Interest(item=item, by=by, p10_days=cost, p50_days=cost * 2, p90_days=cost * 4)
        for item in items
        if item.number % 10
        for cost in [rng.uniform(0.005, 0.05)]
    )
    Evidence.objects.bulk_create(
        Evidence(item=item, by=by, kind="path", text=f"src/file{n}.py")
        for item in items
        for n in range(item.number % 4)
    )
    return product, by, teams


def timed(work) -> tuple[float, float]:
    """Seconds on the clock, and of this process alone: what it needs when nobody else works."""
    began, own = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - began, time.process_time() - own


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tpm-bench-") as folder:
        set_up(folder)
        from django.db import connection
        from django.test import Client
        from django.test.utils import CaptureQueriesContext

        from debt import refresh

        product, by, teams = build(asked.items)
        for title in ("first refresh", "second refresh"):
            spent, own = timed(lambda: [refresh.refresh_scores(team.pk) for team in teams])
            print(f"{title:<16} {spent:6.2f} s ({own:.2f} s of processor) for {asked.items} items")
        browser = Client(SERVER_NAME="localhost")
        browser.force_login(by)
        url = f"/p/{product.key}/debt/"
        browser.get(url)
        times = [timed(lambda: browser.get(url)) for _ in range(asked.rounds)]
        with CaptureQueriesContext(connection) as queries:
            answer = browser.get(url)
        assert answer.status_code == 200, answer.status_code
        page = answer.content
        print(
            f"register         {1000 * statistics.median(t for t, _ in times):6.0f} ms "
            f"({1000 * statistics.median(own for _, own in times):.0f} ms of processor), "
            f"{len(gzip.compress(page)) / 1024:.0f} kB compressed, {len(queries)} queries"
        )


if __name__ == "__main__":
    main()
