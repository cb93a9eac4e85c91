"""The chance that a finish falls on or before a day, read from its stored distribution."""

import math
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from roadmaps.forecasting.workdays import workdays

Quantile = tuple[float, date | None]
"""A share of trials, and the first day by which that many have ended; None: beyond the horizon."""


def chance_by(
    day: date,
    *,
    starts_on: date | None,
    step: int,
    counts: Sequence[int],
    later: int,
    quantiles: Iterable[Quantile] = (),
) -> float:
    """Share of trials that end on or before a day.

    Exact at the end of each bin; inside a bin of weeks its trials are taken as spread evenly over
    its working days, and never across a quantile that is known to the day.

    starts_on: first day of the first bin; None where every trial ends beyond the horizon
    step:      days in a bin, one or whole weeks
    counts:    trials that end in each bin
    later:     trials that end after the last bin
    raises:    ValueError when there is no trial, or a bin of no days
    """
    whole = sum(counts) + later
    if whole <= 0 or step < 1:
        raise ValueError("a distribution has trials, and bins of at least a day")
    if starts_on is None or day < starts_on:
        return 0.0
    full, rest = divmod((day - starts_on).days + 1, step)
    ended = float(sum(counts[:full]))
    if rest and full < len(counts):
        first = starts_on + timedelta(days=full * step)
        ended += counts[full] * part_of(first, rest, step)
    return within(ended / whole, day, quantiles)


def part_of(first: date, days: int, step: int) -> float:
    """The share of a bin's working days that lie in its first days."""
    worked = workdays(first, first + timedelta(days=step - 1))
    if not worked:
        return days / step
    return workdays(first, first + timedelta(days=days - 1)) / worked


def within(share: float, day: date, quantiles: Iterable[Quantile]) -> float:
    """A share on the right side of each quantile: at least it from its day on, below it before."""
    for part, first in quantiles:
        reached = first is not None and day >= first
        share = max(share, part) if reached else min(share, math.nextafter(part, 0.0))
    return share
