"""The register as CSV, safe to open in a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Iterator

from debt.models import DebtItem
from tpm.exports import safe

COLUMNS = (
    "key", "title", "state", "team", "component", "owner", "tags", "score", "letter", "verdict",
    "interest p10 (days a month)", "interest mean (days a month)", "interest p90 (days a month)",
    "principal p10 (days)", "principal p50 (days)", "principal p90 (days)", "payback (months)",
    "net gain (days)", "net gain per day spent", "chance to pay back", "hurts since",
    "accepted until", "planned as",
)  # fmt: skip


def short(value: object) -> object:
    """Six digits of a number are enough, and a whole one needs no point."""
    if not isinstance(value, float):
        return value
    rounded = float(f"{value:.6g}")
    return int(rounded) if rounded.is_integer() else rounded


def cells_of(item: DebtItem) -> list[object]:
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
    ]


def lines(items: Iterable[DebtItem]) -> Iterator[str]:
    """CSV text, a line at a time, with a byte order mark so that spreadsheets read UTF-8."""
    yield "\ufeff"
    header: list[object] = [*COLUMNS]
    for cells in (header, *(cells_of(item) for item in items)):
        buffer = io.StringIO()
        csv.writer(buffer).writerow([safe(short(cell)) for cell in cells])
        yield buffer.getvalue()
