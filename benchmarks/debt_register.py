"""Scores of debt items, and the first page of their register.

    python -m benchmarks.debt_register [--items 10000] [--rounds 11] [--sqlite] [--json] [--keep]

Works on a private PostgreSQL where its programs are found, else on SQLite. Prints seconds of
scoring every item anew and of a second pass in which nothing changed, with their queries for each
1,000 items; milliseconds, kilobytes (gzip) and queries of the register's first 100 rows, plain and
filtered by a team and a word, in the server alone. Beside the clock stands the processor time of
this process, and of it and the database's together: what they need when nobody else works.
Limits: 10,000 items anew 30 s, 30 queries for each 1,000; a filtered page 60 ms, 10 queries, 40 kB.
"""

import datetime
import random
import tempfile
import time
from contextlib import ExitStack

from benchmarks import measuring
from benchmarks.measuring import Report, cost, database, got, timed

SCORED_SECONDS, QUERIES_A_THOUSAND = 30, 30
PAGE_MS, PAGE_QUERIES, PAGE_KB = 60, 10, 40


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


def scored(teams) -> tuple[float, float, int]:
    """Seconds on the clock, seconds of this process, and queries of one pass over some teams."""
    from django.db import connection

    from debt import refresh

    asked = 0

    def counted(execute, *rest):
        nonlocal asked
        asked += 1
        return execute(*rest)

    began, own = time.perf_counter(), time.process_time()
    with connection.execute_wrapper(counted):
        for team in teams:
            assert refresh.refresh_scores(team.pk)
    return time.perf_counter() - began, time.process_time() - own, asked


def main() -> None:
    parser = measuring.options(__doc__, rounds=11)
    parser.add_argument("--items", type=int, default=10_000)
    chosen = parser.parse_args()
    report = Report("debt_register", chosen)
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="tpm-bench-"))
        measuring.set_up(folder, database(stack, folder, sqlite=chosen.sqlite), {})
        from django.test import Client

        from debt.models import DebtItem

        product, by, teams = build(chosen.items)
        most = SCORED_SECONDS * chosen.items / 10_000
        for title, limit in ((f"{chosen.items:,} items scored anew", most), ("again", None)):
            clock, own, asked = scored(teams)
            report.add(title, clock, "s", limit=limit)
            report.add(f"{title}, of this process", own, "s")
            report.add(
                f"{title}, queries for each 1,000", asked / chosen.items * 1000, "",
                limit=QUERIES_A_THOUSAND,
            )  # fmt: skip
        assert not DebtItem.objects.filter(product=product, latest_score=None).exists()
        measuring.analyze()
        browser = Client(SERVER_NAME="localhost")
        browser.force_login(by)
        url = f"/p/{product.key}/debt/"
        pages = {"first page": url, "filtered": f"{url}?team={teams[0].slug}&q=number"}
        calls = {name: lambda path=path: got(browser, path) for name, path in pages.items()}
        found = timed(calls, chosen.rounds)
        alone = timed(calls, chosen.rounds, time.process_time)
        both = timed(calls, chosen.rounds, measuring.processor_time)
        for name, path in pages.items():
            asked, size, _elements = cost(lambda path=path: got(browser, path))
            report.add(f"{name}, 100 rows", found[name].median, "ms", limit=PAGE_MS)
            report.add(f"{name}, the quickest", found[name].least, "ms")
            report.add(f"{name}, of this process", alone[name].median, "ms")
            report.add(f"{name}, with the database's", both[name].median, "ms")
            report.add(f"{name}, queries", asked, "", limit=PAGE_QUERIES)
            report.add(f"{name}, compressed", size, "kB", limit=PAGE_KB)
        report.end()


if __name__ == "__main__":
    main()
