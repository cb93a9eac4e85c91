"""The map of debt at the end of a past month, and now, from very many changes of one year.

    python -m benchmarks.past_month [--changes 50000] [--rounds 7] [--sqlite] [--json] [--keep]

Works on a private PostgreSQL where its programs are found, else on SQLite. One product of forty
components, a year of changes of one to six files out of 2,400, a thirtieth of it renamed. Prints
milliseconds of the page now and of the oldest month as it is kept, of that month where nothing is
kept (what each view took before it was), and seconds of computing all that is kept anew.
"""

import datetime
import random
import tempfile
import time
from contextlib import ExitStack

from benchmarks import measuring
from benchmarks.measuring import Report, cost, database, got, timed

PAGE_MS = 500
FILES, FOLDERS, DAYS = 2400, 40, 360


def build(count: int):
    """A product with its components and one reading of so many changes."""
    from django.utils import timezone

    from debt.models import HistoryRun, MinedChange
    from tpm.models import Component, Person, Product, Role, Team, TeamShare, User

    draw, stamp = random.Random(11), time.time_ns()
    by = User.objects.create_user(f"bench{stamp}")
    product = Product.objects.create(key=f"B{stamp % 10**8}", name="Bench")
    person = Person.objects.create(name="Bench", user=by)
    Role.objects.create(person=person, product=product, level="lead")
    team = Team.objects.create(name="north", slug=f"north-{stamp}", focus_share=0.7)
    TeamShare.objects.create(
        team=team, product=product, share=1, starts_on=datetime.date(2025, 1, 6)
    )
    for folder in range(FOLDERS):
        part = Component.objects.create(
            key=f"part{folder}-{stamp}", name=f"Part {folder}", owner_team=team,
            path_prefixes=[f"part{folder:02}/"],
        )  # fmt: skip
        part.products.add(product)
    names = [f"part{n % FOLDERS:02}/module{n // FOLDERS:02}/file{n:04}.py" for n in range(FILES)]
    now = timezone.now()
    run = HistoryRun.objects.create(
        product=product, repository="bench", source="repository", ready=True, tip="f" * 40,
        read=count, counted=count, looked_at=now, files_in_all=FILES,
        files=[[name, 200, 20, f"{now:%Y-%m-%d}"] for name in names],
        moved={name.replace("file", "old"): name for name in names[::30]},
    )  # fmt: skip
    MinedChange.objects.bulk_create(
        (
            MinedChange(
                run=run, commit=f"{number:040x}", paths=draw.sample(names, draw.randint(1, 6)),
                at=now - datetime.timedelta(days=DAYS * draw.random()),
            )
            for number in range(count)
        ),
        batch_size=1000,
    )  # fmt: skip
    return product, by


def main() -> None:
    parser = measuring.options(__doc__, rounds=7)
    parser.add_argument("--changes", type=int, default=50_000)
    chosen = parser.parse_args()
    report = Report("past_month", chosen)
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="tpm-bench-"))
        measuring.set_up(folder, database(stack, folder, sqlite=chosen.sqlite), {})
        from django.test import Client

        from debt import services
        from debt.models import HistoryFigures

        product, by = build(chosen.changes)
        began = time.perf_counter()
        services.refresh_figures(product)
        report.add("everything kept computed anew", time.perf_counter() - began, "s")
        measuring.analyze()
        browser = Client(SERVER_NAME="localhost")
        browser.force_login(by)
        url = f"/p/{product.key}/debt/map/"
        for title, path in (("now", url), ("oldest month, kept", f"{url}?month=0")):
            call = {title: lambda path=path: got(browser, path)}
            found = timed(call, chosen.rounds)[title]
            report.add(title, found.median, "ms", limit=PAGE_MS)
            report.add(f"{title}, the quickest", found.least, "ms")
            report.add(f"{title}, queries", cost(lambda path=path: got(browser, path))[0], "")
        HistoryFigures.objects.update(year={})
        call = {"oldest month, nothing kept": lambda: got(browser, f"{url}?month=0")}
        report.add(next(iter(call)), timed(call, 1)[next(iter(call))].median, "ms")
        report.end()


if __name__ == "__main__":
    main()
