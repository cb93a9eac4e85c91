"""A whole plan as one SVG against its floor, and the list as files.

    python -m benchmarks.whole_plan [--items 1000] [--rows 10000] [--rounds 15] [--sqlite] [--json]
        [--keep]

The floor: the same rows from one query that reads all that a row shows, written by escaped
f-strings and nothing else: the elements of a row as the drawing has them, without lanes, links or
verdicts. Limits: the SVG at most
twice the floor; a file of 10,000 rows in 2 s. Times are of the processor.
"""

import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from html import escape

from benchmarks import measuring
from benchmarks.measuring import Report, database, set_up, timed

KEY = "BIG"
MOST_FLOORS, MOST_FILE_MS = 2, 2000


def floor(product, user) -> str:
    """One query for all that a row shows, and f-strings that write its elements, no more."""
    from django.db.models import FloatField, OuterRef, Subquery
    from django.db.models.fields.json import KeyTextTransform
    from django.db.models.functions import Cast

    from roadmaps.models import Baseline, BaselineItem, Item
    from roadmaps.queries.dates import freshness, with_dates
    from roadmaps.queries.items import with_likely

    run = freshness(product).run
    newest = Baseline.objects.filter(product=product).order_by("-at").values("pk")[:1]
    kept = BaselineItem.objects.filter(item=OuterRef("pk"), baseline=Subquery(newest))
    found = with_dates(with_likely(Item.objects.filter(product=product)), run)
    rows = found.filter(state__in=Item.OPEN).order_by("rank", "pk").values_list(
        "key", "title", "state", "kind", "team__name", "p50_days", "dated__start_p50", "date_p50",
        "date_p85", "date_p95", "target_date", "date_target", "chance", "basis", "started_on",
        Cast(KeyTextTransform("drag", "dated__why"), FloatField()),
        Cast(KeyTextTransform("effort", "dated__why"), FloatField()),
        Subquery(kept.values("start_p50")), Subquery(kept.values("p50")),
    )  # fmt: skip
    first, lines = run.as_of, []
    for at, row in enumerate(rows):
        key, title, _state, _kind, team, _days, start, p50, p85, p95, target, *rest = row
        y = 110 + at * 32
        words = (
            f'<g transform="translate(12 {y + 9})"><circle fill="none" stroke="#85857D" cx="7" '
            f'cy="7" r="5.5"/></g><text fill="#64655F" x="32" y="{y + 20}">{escape(key)}</text>'
            f'<text fill="#1B1C1A" x="90" y="{y + 20}">{escape(title)}</text>'
        )
        if start is None or p50 is None or p85 is None or p95 is None:
            lines.append(words)
            continue
        a, b, c, d = (round((day - first).days * 2.0, 1) for day in (start, p50, p85, p95))
        ghost = hatch = mark = ""
        drag, _effort, was_start, was_end = rest[-4:]
        if was_start and was_end:
            m, n = (round((day - first).days * 2.0, 1) for day in (was_start, was_end))
            ghost = f'<path fill="none" stroke="#85857D" d="M{m} 23V28M{m} 25.5H{n}M{n} 23V28"/>'
        if drag:
            h = round(b - drag * 2.8, 1)
            hatch = f'<path fill="url(#hatch)" d="M{h} 7H{b}V21H{h}Z"/>'
        if target:
            t = round((target - first).days * 2.0, 1)
            mark = f'<path fill="#17703F" d="M{t - 5} 2H{t + 5}L{t} 8ZM{t - 0.75} 7h1.5v18h-1.5z"/>'
        lines.append(
            f'{words}<text x="396" y="{y + 20}" text-anchor="end">{p85:%d %b}</text>'
            f'<g transform="translate(408 {y})"><g>{ghost}'
            f'<path fill="#CCD5DF" d="M{c} 12H{d}V16H{c}Z"/>'
            f'<path fill="#9CABBD" d="M{b} 9H{c}V19H{b}Z"/>'
            f'<path fill="none" stroke="#56677D" stroke-width="1.5" d="M{c} 7.5V20.5"/>'
            f'<path fill="#56677D" d="M{a} 7H{b}V21H{a}a3 3 0 0 1-3-3V10a3 3 0 0 1 3-3z"/>{hatch}'
            f'{mark}<g stroke="#FFFFFF" stroke-width="3" stroke-linejoin="round" '
            f'paint-order="stroke"><text fill="#64655F" x="{d + 8}" y="18">{escape(team or "")}'
            "</text></g></g></g>"
        )
    return f'<svg xmlns="http://www.w3.org/2000/svg" font-size="12">{"".join(lines)}</svg>'


def whole(product, user) -> str:
    from roadmaps.timeline import whole as drawn
    from roadmaps.timeline.address import Address
    from roadmaps.timeline.page import Timeline
    from roadmaps.timeline.paint import painted

    line = drawn.cut_to_use(Timeline(product, Address.read({}), user))
    return painted(drawn.drawing(line, line.places, drawn.Frame(), strips=True))


def paper(product, user) -> list[str]:
    from roadmaps.timeline.address import Address
    from roadmaps.timeline.page import Timeline
    from roadmaps.timeline.paper import SHEETS, pages

    return pages(Timeline(product, Address.read({}), user), SHEETS["a4"])


def fill(product, rows: int) -> None:
    """Bare items up to so many rows, done ones, so that they weigh on no forecast."""
    from roadmaps.models import Item

    have = Item.objects.filter(product=product).count()
    day = product.created_at.date()
    Item.objects.bulk_create(
        (
            Item(
                product=product, number=100_000 + n, key=f"{product.key}-{100_000 + n}",
                title=f"Work that was done, part {n}", rank=n, state="done", started_on=day,
                finished_on=day,
            )
            for n in range(rows - have)
        ),
        batch_size=500,
    )  # fmt: skip


def files(report: Report, product, user) -> None:
    from roadmaps.filters import ItemFilter
    from roadmaps.pages import item_table
    from roadmaps.queries.dates import freshness
    from tpm import exports

    asked, run = ItemFilter.read({"state": "any"}), freshness(product).run

    def lines():
        return item_table.lines(product, asked, user, run)

    makers: dict[str, Callable[[], object]] = {
        "CSV": lambda: sum(map(len, exports.csv_pieces(item_table.HEAD, lines()))),
        "JSON": lambda: sum(map(len, exports.json_pieces({}, item_table.HEAD, lines()))),
        "XLSX": lambda: exports.xlsx_response("a.xlsx", "Items", item_table.HEAD, lines()).close(),
    }
    count = sum(1 for _ in lines())
    found = timed(makers, max(report.chosen.rounds // 5, 1), time.process_time)
    for name, times in found.items():
        report.add(f"{count:,} rows as {name}", times.median, "ms", MOST_FILE_MS)


def main() -> None:
    options = measuring.options(__doc__, rounds=15)
    options.add_argument("--items", type=int, default=1000)
    options.add_argument("--rows", type=int, default=10_000)
    chosen = options.parse_args()
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="tpm-whole-"))
        set_up(folder, database(stack, folder, sqlite=chosen.sqlite), {KEY: chosen.items})
        from django.db import connection

        from tpm.models import Product, User

        product, user = Product.objects.get(key=KEY), User.objects.first()
        report = Report("whole_plan", chosen)
        report.say(f"{chosen.items} open items, {connection.vendor}, {chosen.rounds} rounds, warm")
        calls = {"floor": partial(floor, product, user), "whole": partial(whole, product, user)}
        found = timed(calls, chosen.rounds, time.process_time)
        least, drawn = found["floor"].median, found["whole"].median
        report.add("floor: its rows by f-strings", least, "ms")
        report.add("floor, size", len(floor(product, user)) / 1024, "kB")
        report.add("whole plan as one SVG", drawn, "ms")
        report.add("whole plan, size", len(whole(product, user).encode()) / 1024, "kB")
        report.add("whole plan, times the floor", drawn / least, "x", MOST_FLOORS)
        sheets = {"a4": partial(paper, product, user)}
        taken = timed(sheets, max(chosen.rounds // 5, 1), time.process_time)["a4"].median
        report.add("on A4", taken, "ms")
        report.add("on A4, pages", len(paper(product, user)), "")
        fill(product, chosen.rows)
        files(report, product, user)
        report.end()
        connection.close()


if __name__ == "__main__":
    main()
