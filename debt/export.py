"""The register as CSV, safe to open in a spreadsheet; what it writes comes back in unchanged."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from itertools import batched

from django.db.models import QuerySet
from django.http import StreamingHttpResponse

from debt import queries
from debt.csv_import.planning import text_of
from debt.csv_import.reading import NAMES, protected
from debt.models import DebtItem, Interest
from tpm.models import Product

TOGETHER = 500
COLUMNS = (
    "key", "title", "state", "team", "component", "owner", "tags", "score", "letter", "verdict",
    "interest p10 (days a month)", "interest mean (days a month)", "interest p90 (days a month)",
    "principal p10 (days)", "principal p50 (days)", "principal p90 (days)", "payback (months)",
    "net gain (days)", "net gain per day spent", "chance to pay back", "hurts since",
    "accepted until", "planned as",
)  # fmt: skip
SAID = ("size", "principal", "interest", "chores", "external_key", "description")
"""What people said of an item, behind what is computed of it."""
HEADER = (*COLUMNS, *(NAMES[name][0] for name in SAID))


def short(value: object) -> object:
    """Six digits of a number are enough, and a whole one needs no point."""
    if not isinstance(value, float):
        return value
    rounded = float(f"{value:.6g}")
    return int(rounded) if rounded.is_integer() else rounded


def cells_of(item: DebtItem, declared: Mapping[str, Interest]) -> list[object]:
    score = item.latest_score
    known = score.inputs["principal"] if score else None
    principal: list[object] = list(known or (None, None, None))
    return [
        item.key,
        item.title,
        item.get_state_display(),
        item.team,
        item.component and item.component.key,
        item.owner,
        ", ".join(item.tags),
        *(
            [None] * 6
            if score is None
            else [
                score.score,
                score.letter,
                score.get_verdict_display(),
                score.interest_p10_days,
                score.interest_days,
                score.interest_p90_days,
            ]
        ),
        *principal,
        *(
            [None] * 4
            if score is None
            else [score.payback_months, score.npv_days, score.npv_per_day, score.chance]
        ),
        item.hurts_since,
        item.accepted_until,
        item.item and item.item.key,
        *(text_of(item, name, declared) for name in SAID),
    ]


def cell(value: object) -> object:
    """A number as one, anything else as text that no spreadsheet runs."""
    if value is None:
        return ""
    if isinstance(value, bool | int | float):
        return short(value)
    return protected(str(value))


def as_file(product: Product, rows: QuerySet[DebtItem]) -> StreamingHttpResponse:
    """Rows of a product as a file, written while it is sent."""
    found = rows.select_related("team", "component", "owner", "item", "latest_score")
    answer = StreamingHttpResponse(lines(found), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="debt-{product.key}.csv"'
    return answer


def lines(items: Iterable[DebtItem]) -> Iterator[str]:
    """CSV text, with a byte order mark so that spreadsheets read UTF-8."""
    yield "\ufeff" + line(HEADER)
    for some in batched(items, TOGETHER):
        declared = queries.newest_interests(some)
        for item in some:
            yield line(cells_of(item, declared[item.pk]))


def line(cells: Iterable[object]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow([cell(each) for each in cells])
    return buffer.getvalue()
