"""What "it cost me 15 minutes" teaches about a slow-down (debt.md 2.3).

Units: person-days, minutes where they say so, days of age.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from debt.maths.ranges import Range


@dataclass(frozen=True, kw_only=True)
class Taps:
    """The taps on one item inside the window."""

    count: int
    minutes: float
    first_on: datetime.date  # the day of the first of them


@dataclass(frozen=True, kw_only=True)
class Learned:
    """A slow-down with what it is made of."""

    slow_down: Range  # phi, extra time as a share of the clean time
    observed: float  # what the taps alone say
    taps: int
    changes: int  # touching changes since the first tap


def observed_slow_down(tapped_days: float, changes: int, time_per_change: float) -> float | None:
    """The slow-down that taps show: t / (b - t), t = tapped time for each touching change.

    tapped_days:     person-days tapped, >= 0
    changes:         touching changes since the first tap, >= 0
    time_per_change: b, person-days that a change really takes, > 0
    returns:         None without a change, or where taps say that a whole change and more is lost:
                     then the taps, or b, are not of these changes
    raises:          ValueError for a negative number, or a change that takes no time
    """
    if tapped_days < 0 or changes < 0 or time_per_change <= 0:
        raise ValueError("times and counts of taps are not negative, and a change takes time")
    if changes == 0:
        return None
    lost = tapped_days / changes
    return lost / (time_per_change - lost) if lost < time_per_change else None


def learned_slow_down(declared: Range | None, observed: float, taps: int, *, prior: float) -> Range:
    """(n observed + prior declared) / (n + prior), for each point of the declared range.

    prior:   how many taps the declared value weighs as much as, > 0
    returns: the declared range for n = 0; what was observed where nothing is declared
    raises:  ValueError for a negative count, a prior of nothing, or nothing known at all
    """
    if taps < 0 or prior <= 0:
        raise ValueError("taps are counted from 0, and what is declared weighs something")
    if declared is None:
        if taps == 0:
            raise ValueError("nothing declared and nothing tapped: there is no slow-down")
        return Range(observed, observed, observed)
    return Range(*((taps * observed + prior * point) / (taps + prior) for point in declared))


def learn(
    declared: Range | None,
    taps: Taps | None,
    ages_days: Sequence[float] | None,
    model: Mapping[str, Any],
    *,
    as_of: datetime.date,
    time_per_change: float | None = None,
    hours_per_day: float,
) -> Learned | None:
    """The slow-down that an item's declared one and its taps come to.

    ages_days:       of the changes that touch it; None: no history is known
    as_of:           the day from which those ages count
    time_per_change: b, pd; None: the model's default
    returns:         None without taps, without known changes to hold them against, or where the
                     two do not fit together
    """
    if taps is None or taps.count == 0 or ages_days is None:
        return None
    changes = changes_since(ages_days, (as_of - taps.first_on).days)
    time = time_per_change
    if time is None:
        time = float(model["default_time_per_change_days"])
    observed = observed_slow_down(taps.minutes / 60 / hours_per_day, changes, time)
    if not observed:
        return None
    blended = learned_slow_down(declared, observed, taps.count, prior=prior_of(model))
    return Learned(slow_down=blended, observed=observed, taps=taps.count, changes=changes)


def changes_since(ages_days: Sequence[float], age_days: float) -> int:
    """How many changes are not older than a number of days."""
    return sum(0 <= age <= age_days for age in ages_days)


def prior_of(model: Mapping[str, Any]) -> float:
    """How many taps a declared slow-down weighs; as many as the changes of a declared cost."""
    return float(model.get("taps_of_a_declaration", model["credibility_changes"]))
