"""The list of 100 rows among 1,000 and 10,000 items: page, search, board and REST.

    python -m benchmarks.lists [--rounds 21] [--sqlite] [--json] [--keep]

Loads the sample plan twice into a private PostgreSQL where its programs are found, else into
SQLite, one of them copied to 10,000 open items, and asks as a planner, signed in, with warm caches.
Beside the times stands the floor: the same 100 rows from one query, written by escaped f-strings.
Limits: page 60 ms, 12 times the floor, growth 1.15, search 65 ms, 15 queries, 40 kB; REST 40 ms,
5 queries.
"""

import tempfile
from contextlib import ExitStack
from functools import partial

from benchmarks import measuring
from benchmarks.measuring import Report, cost, database, got, planner, timed

SMALL, LARGE = "BIG", "HUGE"
SIZES = {SMALL: 1_000, LARGE: 10_000}
MOST_FLOORS, MOST_GROWTH = 12, 1.15


def load(folder: str, url: str) -> None:
    measuring.set_up(folder, url, dict.fromkeys(SIZES, SIZES[SMALL]))
    multiply(LARGE, SIZES[LARGE])
    measuring.analyze()


def multiply(key: str, size: int) -> None:
    """Copy the open items of a plan, with their ranges and dates, until there are so many."""
    from roadmaps.models import Estimate, Item, ItemForecast, PlanStatus

    run = PlanStatus.objects.get(product__key=key).run
    items = Item.objects.filter(product__key=key)
    rows = list(items.filter(state__in=Item.OPEN).order_by("rank"))
    ranges = {e.item_id: e for e in Estimate.objects.filter(item__in=rows).order_by("at")}
    dates = {d.item_id: d for d in ItemForecast.objects.filter(run=run, item__in=rows)}
    number = items.order_by("-number").values_list("number", flat=True)[0]
    missing = size - len(rows)
    copies, of = [], []
    for index in range(missing):
        old = rows[index % len(rows)]
        number += 1
        copies.append(copy_of(old, number=number, key=f"{key}-{number}", rank=100_000.0 + index,
                              source_key="", parent_id=None))  # fmt: skip
        of.append(old.pk)
    made = Item.objects.bulk_create(copies, batch_size=1000)
    pairs = list(zip(made, of, strict=True))
    for model, known in ((Estimate, ranges), (ItemForecast, dates)):
        model.objects.bulk_create(
            [copy_of(known[pk], item_id=item.pk) for item, pk in pairs if pk in known],
            batch_size=1000,
        )


def copy_of(row, **changes):
    names = [field.attname for field in row._meta.concrete_fields if not field.primary_key]
    values = {name: getattr(row, name) for name in names}
    return type(row)(**(values | changes))


def floor(key: str) -> str:
    """The same 100 rows from one query, written by escaped f-strings, and nothing else."""
    from roadmaps import queries
    from roadmaps.models import Item, PlanStatus
    from roadmaps.queries.dates import with_dates
    from tpm.svg import esc

    run = PlanStatus.objects.select_related("run").defer("run__inputs").get(product__key=key).run
    found = Item.objects.filter(product__key=key, state__in=Item.OPEN).order_by("rank", "pk")
    rows = with_dates(queries.with_effort(found), run).values_list(
        "key", "title", "state", "team__name", "objective__title", "horizon", "owner__name",
        "p10_days", "p50_days", "p90_days", "date_p50", "date_p85", "date_p95", "target_date",
        "chance", "rank",
    )[:100]  # fmt: skip
    return "".join(f"<tr>{''.join(f'<td>{esc(v)}</td>' for v in row)}</tr>" for row in rows)


CASES = (
    # name, address, most ms, most queries, most kB
    ("list, 100 rows", "/p/{key}/items/", 60, 15, 40),
    ("list, page 5", "/p/{key}/items/?page=5", 60, 15, 40),
    ("list, sorted by finish", "/p/{key}/items/?sort=finish", None, 15, 40),
    ("list, grouped by team", "/p/{key}/items/?group=team", None, 15, 40),
    ("search for a word", "/p/{key}/items/?q=cache", 65, 15, 40),
    ("search, nothing found", "/p/{key}/items/?q=zzzzz", 65, 15, 40),
    ("list, five terms", "/p/{key}/items/?q=team:platform+is:late+effort%3E2+-kind:bet+p85%3Etoday",
     None, 15, 40),
    ("board by state", "/p/{key}/board/", None, 15, 40),
    ("REST, 100 items", "/api/v1/items/?product={key}", 40, 5, None),
)  # fmt: skip


def main() -> None:
    chosen = measuring.options(__doc__, rounds=21).parse_args()
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="tpm-lists-"))
        load(folder, database(stack, folder, sqlite=chosen.sqlite))
        from django.db import connection

        report = Report("lists", chosen)
        report.say(f"{connection.vendor}, {chosen.rounds} rounds, warm, medians")
        visitors = {key: planner(key) for key in SIZES}
        for name, address, most, asked, largest in CASES:
            asks = {key: partial(got, visitors[key], address.format(key=key)) for key in SIZES}
            found = timed(
                asks | {f"floor {key}": partial(floor, key) for key in SIZES}, chosen.rounds
            )
            small, large = found[SMALL].median, found[LARGE].median
            report.add(f"{name}, of 1,000", small, "ms", most)
            report.add(f"{name}, of 10,000", large, "ms", most)
            report.add(f"{name}, fastest of 10,000", found[LARGE].least, "ms")
            report.add(f"{name}, growth", found[LARGE].least / found[SMALL].least, "x",
                       MOST_GROWTH if name == CASES[0][0] else None)  # fmt: skip
            least = found[f"floor {LARGE}"].median
            report.add(f"{name}, times the floor", large / least, "x",
                       MOST_FLOORS if name == CASES[0][0] else None)  # fmt: skip
            queries, size, _elements = cost(asks[LARGE])
            report.add(f"{name}, queries", queries, "", asked)
            report.add(f"{name}, compressed", size, "kB", largest)
            if name == CASES[0][0]:
                report.add("floor: 100 rows, one query, f-strings", least, "ms")
        report.end()
        connection.close()


if __name__ == "__main__":
    main()
