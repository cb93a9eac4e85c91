"""What the page of a blind round shows: progress alone, then everything."""

import datetime
from dataclasses import dataclass

from tradeoffs import blind, matrix
from tradeoffs.maths import ranges
from tradeoffs.models import Decision, ScoringRound

MOST = 12


@dataclass(frozen=True, slots=True)
class CellLine:
    """One cell, as ready strings. said: (who, value, reason)."""

    name: str
    middle: str
    spread: str
    wide: bool
    said: list[tuple[str, str, str]]


def of(decision: Decision, row: ScoringRound | None, today: datetime.date) -> dict:
    """The context: `progress` before a round is shown, `lines` and `rankings` after."""
    if row is None:
        return {"shown": False}
    done, asked = blind.progress(row)
    found: dict = {"shown": blind.is_shown(row, today), "done": done, "asked": asked}
    last = blind.newest_shown(decision, today)
    if last is None:
        return found
    results = blind.results(decision, last, today)
    lines = [line(cell) for cell in results.cells]
    least = matrix.limits().agreement
    return found | {
        "results": results,
        "lines": lines[:MOST],
        "other_lines": lines[MOST:],
        "rankings": [
            (
                ranking.person.name,
                [f"{total:.2f}" for total in ranking.totals],
                ranking.leader,
                ranking.leader_without,
            )
            for ranking in results.rankings
        ],
        "concordance": None if results.concordance is None else f"{results.concordance:.2f}",
        "contested": results.concordance is not None and results.concordance < least,
        "least": f"{least:.2f}",
        "may_score_again": last.number == 1 and last == blind.newest(decision),
    }


def line(cell: blind.Cell) -> CellLine:
    unit = f" {cell.criterion.unit}" if cell.criterion.unit else ""
    return CellLine(
        name=f"{cell.option.name}, {cell.criterion.name}",
        middle=text(cell.middle) + unit,
        spread=f"{cell.spread.sd:.2f}, {cell.spread.low:.2f} to {cell.spread.high:.2f}",
        wide=cell.spread.sd >= 0.2,
        said=[(one.person.name, text(one.score) + unit, one.score.reason) for one in cell.said],
    )


def text(score) -> str:
    """low–likely–high, or the likely value alone."""
    if score.p10 is None or score.p90 is None:
        return ranges.number(round(score.p50, 2))
    return "–".join(ranges.number(round(end, 2)) for end in (score.p10, score.p50, score.p90))
