"""The timeline of 1,000 and 5,000 items: its first page, and a window of rows while scrolling.

    python -m benchmarks.timeline [--items 1000,5000] [--rounds 21] [--sqlite] [--json] [--keep]

Loads a sample plan of each size, with two links an item, into a private PostgreSQL where its
programs are found, else into SQLite, and asks as a planner, signed in, with warm caches.
Beside the rows while scrolling, two windows one after the other, stands their floor: the same rows
from one query, written by escaped f-strings.
Limits: first page 120 and 180 ms, 10 queries, 120 kB, 2,500 elements; rows 60 ms, 3 times the
floor.
"""

import tempfile
from contextlib import ExitStack
from functools import partial
from html import escape
from typing import Any

from benchmarks import measuring
from benchmarks.measuring import Report, cost, database, got, planner, set_up, timed, weave

MOST_MS = {1000: 120, 5000: 180}
MOST_QUERIES, MOST_KB, MOST_ELEMENTS = 10, 120, 2500
MOST_WINDOW_MS, MOST_FLOORS = 60, 3
FIRST, COUNT = 598, 52
"""Lines before the rows that are scrolled to, and how many these are: whole windows."""


def floor(key: str) -> str:
    """Rows from one query that knows which they are, and f-strings: nothing is worked out."""
    from roadmaps import queries
    from roadmaps.models import Item, PlanStatus
    from roadmaps.queries.dates import with_dates

    run = PlanStatus.objects.select_related("run").defer("run__inputs").get(product__key=key).run
    found = Item.objects.filter(product__key=key, state__in=Item.OPEN).order_by("rank", "pk")
    columns = (
        "key", "title", "state", "version", "team__name", "p10_days", "p50_days", "p90_days",
        "dated__start_p50", "date_p50", "date_p85", "date_p95", "target_date", "chance",
    )  # fmt: skip
    rows = with_dates(queries.with_effort(found), run).values_list(*columns)
    lines = []
    for at, row in enumerate(rows[FIRST : FIRST + COUNT]):
        key, title, state, version, team, low, mid, high, start, p50, p85, p95, target, chance = row
        if start is None or p50 is None:
            start = p50 = run.as_of
        a, b, c, d = (
            round(((day or p50) - run.as_of).days * 2.0, 1) for day in (start, p50, p85, p95)
        )
        lines.append(
            f'<div role="row" aria-level="2" aria-rowindex="{at}" class="tl-row" '
            f'data-key="{escape(key)}" data-hand="start" data-version="{version}" '
            f'data-start="{start}"><div role="rowheader" class="tl-cell"><svg class="st {state}" '
            f'viewBox="0 0 14 14" role="img"><circle cx="7" cy="7" r="5.5"/></svg>'
            f'<span class="key">{escape(key)}</span><a class="name" href="/i/{escape(key)}/" '
            f'title="{escape(title)}">{escape(title)}</a><span class="date">{p85}</span></div>'
            f'<div role="gridcell" tabindex="-1" aria-label="{escape(title)}, {start} to {p50}, '
            f'85 % by {p85}, {target}, {chance}, {low}, {mid}, {high}"><svg class="tl-bars" '
            f'width="2000" height="32" aria-hidden="true"><g class="bar">'
            f'<path class="ghost" d="M{a} 23V28M{a} 25.5H{b}M{b} 23V28"/>'
            f'<path class="f95" d="M{c} 12H{d}V16H{c}Z"/><path class="f85" d="M{b} 9H{c}V19H{b}Z"/>'
            f'<path class="cap85" d="M{c} 7.5V20.5"/>'
            f'<path class="f50" d="M{a} 7H{b}V21H{a}a3 3 0 0 1-3-3V10a3 3 0 0 1 3-3z"/>'
            f'<g class="lab"><text x="{d}" y="18"><tspan class="tm">{escape(team or "")}</tspan>'
            "</text></g></g></svg></div></div>"
        )
    return "".join(lines)


def scrolled(visitor: Any, path: str) -> None:
    """The same rows as a page asks for them: window after window."""
    from roadmaps.timeline.lanes import WINDOW

    assert COUNT % WINDOW == FIRST % WINDOW == 0
    for first in range(FIRST + 1, FIRST + COUNT + 1, WINDOW):
        asked = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": f"rows-{first}"}
        got(visitor, f"{path}?row={first}", **asked)


def main() -> None:
    options = measuring.options(__doc__, rounds=21)
    options.add_argument("--items", default="1000,5000")
    chosen = options.parse_args()
    sizes = [int(word) for word in chosen.items.split(",")]
    plans = {f"P{size}": size for size in sizes}
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="tpm-timeline-"))
        set_up(folder, database(stack, folder, sqlite=chosen.sqlite), plans)
        from django.db import connection

        for key, size in plans.items():
            weave(key, 2 * size)
        measuring.analyze()
        report = Report("timeline", chosen)
        report.say(f"{connection.vendor}, {chosen.rounds} rounds, warm, medians")
        for key, size in plans.items():
            measure(report, key, size)
        report.end()
        connection.close()


def measure(report: Report, key: str, size: int) -> None:
    visitor, path, name = planner(key), f"/p/{key}/roadmap/", f"{size:,}"
    # Without a word in the address the page would lead to how it was looked at last.
    first = partial(got, visitor, f"{path}?lanes=objective")
    window = partial(scrolled, visitor, path)
    one = partial(
        got, visitor, f"{path}?row={FIRST + 1}", HTTP_HX_REQUEST="true",
        HTTP_HX_TARGET=f"rows-{FIRST + 1}",
    )  # fmt: skip
    found = timed(
        {
            "page": first,
            "team": partial(got, visitor, f"{path}?lanes=team&zoom=year"),
            "window": window,
            "floor": partial(floor, key),
        },
        report.chosen.rounds,
    )
    queries, size_kb, elements = cost(first)
    page = f"first page of {name}"
    report.add(page, found["page"].median, "ms", MOST_MS.get(size))
    report.add(f"{page}, fastest", found["page"].least, "ms")
    report.add(f"{page}, queries", queries, "", MOST_QUERIES)
    report.add(f"{page}, compressed", size_kb, "kB", MOST_KB)
    report.add(f"{page}, elements", elements, "", MOST_ELEMENTS)
    report.add(f"{page}, by team, years", found["team"].median, "ms", MOST_MS.get(size))
    report.add(f"{COUNT} rows of {name}", found["window"].median, "ms", MOST_WINDOW_MS)
    report.add(f"{COUNT} rows of {name}, queries each", cost(one)[0], "", MOST_QUERIES)
    report.add(f"{COUNT} rows of {name}, its floor", found["floor"].median, "ms")
    times = found["window"].median / found["floor"].median
    report.add(f"{COUNT} rows of {name}, times its floor", times, "x", MOST_FLOORS)


if __name__ == "__main__":
    main()
