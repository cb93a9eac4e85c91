"""Past forecasts made anew, each from what was known before its quarter began, and scored."""

import math
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from ..calibration import ScoredForecast, scores
from ..ranges import Triple, read
from .actuals import weighted_table
from .learned import Ratios, middle_ratio, widened
from .prior import PriorSize
from .records import LAST, Finished, Key, finished_before, in_order, p50_of
from .stretch import stretches


class Replayed(NamedTuple):
    """What would have been said of a finished item's effort, and how that came out."""

    id: Key
    on: date
    """First day of the quarter in which its work began."""
    n: int
    """Items finished before that day, which it was learned from."""
    p50: float
    """Person-days."""
    p85: float
    p95: float
    actual: float
    score: ScoredForecast


def replay(history: Iterable[Finished], ratios: Ratios) -> list[Replayed]:
    """Forecast the effort of the newest finished items anew, as it would have been on that day.

    Nothing finished on or after the day is looked at. They are the pool as it was learned, before
    any correction for drift. Quarters with fewer than 20 items finished before them are left out.

    history: what `ratios` was learned from, with the ranges as typed
    returns: in the order of the finish
    """
    from .pooling import backtest, even_shares
    from .sample import sample_of

    own = in_order(finished_before(list(history), ratios.on))[-LAST:]
    past = backtest(sample_of(own, ratios.prior))
    known: dict[int, Known] = {}
    rows, tables, plains = [], [], []
    for place, day, table in zip(past.rows, past.day, past.tables().tolist(), strict=True):
        if day not in known:
            known[day] = Known.before(own, date.fromordinal(int(day)), ratios.prior)
        rows.append(own[place])
        tables.append(_days(own[place], known[day], table))
        plains.append([p50_of(own[place].typed) * ratio for ratio in known[day].plain])
    if not rows:
        return []
    scored = scores(
        tables,
        [row.actual for row in rows],
        even_shares(len(past)),
        raws=[p50_of(row.typed) for row in rows],
        plains=plains,
    )
    order = {row.id: k for k, row in enumerate(own)}
    found = map(_replayed, rows, (known[day] for day in past.day), tables, scored)
    return sorted(found, key=lambda each: order[each.id])


class Known(NamedTuple):
    """What else a forecast dated that day could know."""

    on: date
    n: int
    stretch: float
    each: dict[Key, tuple[float, int]]
    plain: tuple[float, ...]

    @classmethod
    def before(cls, own: list[Finished], day: date, prior: tuple[PriorSize, ...]) -> "Known":
        done = [row for row in own if row.finished_on < day and not row.open]
        overall, each = stretches(done, middle_ratio(done, prior))
        plain = weighted_table((row.actual / p50_of(row.typed), 1.0, False) for row in done)
        return cls(day, len(done), overall, each, plain)


def _days(row: Finished, known: Known, table: list[float]) -> list[float]:
    """Person-days at `ranges.LEVELS`, from a table of log ratios."""
    if isinstance(row.typed, Triple):
        stretch, _ = known.each.get(row.person, (known.stretch, 0))
        table = widened(table, row.typed, stretch)
    p50 = p50_of(row.typed)
    return [p50 * math.exp(value) for value in table]


def _replayed(row: Finished, known: Known, table: list[float], scored: ScoredForecast) -> Replayed:
    return Replayed(
        id=row.id,
        on=known.on,
        n=known.n,
        p50=read(table, 0.5),
        p85=read(table, 0.85),
        p95=read(table, 0.95),
        actual=row.actual,
        score=scored,
    )
