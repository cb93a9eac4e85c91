"""Cost of delay from the forecast: what a value curve loses by a finish that is not certain yet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from .clocks import DAYS

LINEAR, STEP, DECAY = "linear", "step", "decay"
WEEK = 7


@dataclass(frozen=True, slots=True)
class Curve:
    """What a thing is worth by the day on which it is done.

    linear: each week without it loses `amount`, from `day` on (from the forecast's day without)
    step:   `amount` is lost whole once it is done after `day`
    decay:  of `amount` half is lost in each half-life after `day` (the forecast's day without)
    """

    kind: str
    amount: float
    """Per week for linear, else the whole; in the product's unit. Of a range its mean."""
    day: date | None = None
    half_life_weeks: float | None = None


@dataclass(frozen=True, slots=True)
class Delay:
    """What a finish distribution loses on a curve, in the product's unit."""

    lost: float
    """Expected loss by when it will be done."""
    week: float
    """Expected further loss if it were done one calendar week later: the cost of delay."""
    lost_error: float
    week_error: float
    """One Monte Carlo standard error of each."""
    beyond: float
    """Share of trials without an end within the horizon: they count as ending on its last day,
    so the loss is at least this."""


@dataclass(frozen=True, slots=True)
class Worths:
    """The curves of a plan, by id."""

    items: Mapping[int, Curve]
    objectives: Mapping[int, Curve]


@dataclass(frozen=True, slots=True)
class Delays:
    """Cost of delay of everything in a plan that has a curve."""

    items: dict[int, Delay]
    """Of each item by its own curve."""
    objectives: dict[int, Delay]
    """Of each objective by its own, from the day on which the last item it needs is done."""
    through: dict[int, dict[int, float]]
    """Objective -> open leaf -> expected further loss of the objective if that leaf alone were
    done a week later: nothing in trials in which another ends later still."""

    @property
    def lost(self) -> float:
        """Expected loss of the whole plan."""
        return sum(each.lost for each in (*self.items.values(), *self.objectives.values()))

    def weekly(self) -> dict[int, float]:
        """Cost of one more week of each item, by itself and through objectives together."""
        found = {id: each.week for id, each in self.items.items()}
        for shares in self.through.values():
            for id, week in shares.items():
                found[id] = found.get(id, 0.0) + week
        return found


def lost(curve: Curve, days: np.ndarray, today: date) -> np.ndarray:
    """What is lost by finishing on a day, shape as `days`. Never falls with a later day.

    days:   whole days from `today`
    raises: ValueError for a curve without what its kind needs
    """
    if curve.kind == LINEAR:
        return curve.amount * _weeks_after(curve.day, days, today)
    if curve.kind == STEP:
        if curve.day is None:
            raise ValueError("A step needs the day of its deadline.")
        return np.where(days > (curve.day - today).days, curve.amount, 0.0)
    if curve.kind == DECAY:
        if not curve.half_life_weeks or curve.half_life_weeks <= 0:
            raise ValueError("A decay needs a half-life above 0 weeks.")
        gone = _weeks_after(curve.day, days, today) / curve.half_life_weeks
        return curve.amount * (1.0 - np.exp2(-gone))
    raise ValueError(f"There is no curve {curve.kind}.")


def _weeks_after(day: date | None, days: np.ndarray, today: date) -> np.ndarray:
    begins = (day - today).days if day is not None else 0
    return np.maximum(np.asarray(days, dtype=float) - begins, 0.0) / WEEK


def delay(curve: Curve, days: np.ndarray, today: date) -> Delay:
    """Expected loss and cost of one more week of a finish, from its day in each trial.

    days: shape (trials,), DAYS where beyond the horizon
    """
    days = days.astype(np.int64)
    now = lost(curve, days, today)
    more = lost(curve, days + WEEK, today) - now
    return Delay(
        lost=float(now.mean()),
        week=float(more.mean()),
        lost_error=_error(now),
        week_error=_error(more),
        beyond=float(np.count_nonzero(days >= DAYS)) / len(days),
    )


def _error(values: np.ndarray) -> float:
    return float(values.std()) / len(values) ** 0.5


def delays(
    rows: Mapping[int, np.ndarray],
    needed: Mapping[int, Sequence[int]],
    worths: Worths,
    today: date,
) -> Delays:
    """Cost of delay of a whole plan on the draws of its forecast.

    rows:   last day of every open leaf and roll-up in each trial (`landings.Ends.rows`)
    needed: objective -> open leaves that it needs
    """
    items = {id: delay(curve, rows[id], today) for id, curve in worths.items.items() if id in rows}
    objectives, through = {}, {}
    for id, curve in worths.objectives.items():
        leaves = [leaf for leaf in needed.get(id, ()) if leaf in rows]
        if leaves:
            matrix = np.array([rows[leaf] for leaf in leaves]).astype(np.int64)
            objectives[id] = delay(curve, matrix.max(axis=0), today)
            through[id] = dict(zip(leaves, _one_later(curve, matrix, today), strict=True))
    return Delays(items, objectives, through)


def _one_later(curve: Curve, matrix: np.ndarray, today: date) -> list[float]:
    """Expected further loss where one row alone ends a week later, for each row."""
    last = matrix.max(axis=0)
    now = lost(curve, last, today)
    found = []
    for row in matrix:
        # What ends before the last by more than a week moves nothing.
        later = row + WEEK > last
        more = lost(curve, row[later] + WEEK, today) - now[later]
        found.append(float(more.sum()) / len(last))
    return found


def search_costs(
    found: Delays, rows: Mapping[int, np.ndarray], worths: Worths, today: date
) -> Delays:
    """The same, with a cost of a week also for what is lost already, for a search of other orders.

    One more week costs nothing where a deadline is missed for sure; an earlier end may keep it.
    There what an end today would save counts by the weeks that it is late, of an objective for each
    of its leaves in the measure in which that one is.

    rows: those that `delays` read
    """
    items, through = dict(found.items), dict(found.through)
    for id, each in found.items.items():
        curve = worths.items[id]
        saved = each.lost - _lost_anyway(curve, today)
        if saved > 0 and not each.week:
            items[id] = replace(each, week=saved / _late_weeks(curve, rows[id], today))
    for id, each in found.objectives.items():
        curve = worths.objectives[id]
        saved = each.lost - _lost_anyway(curve, today)
        if saved > 0 and not any(found.through[id].values()):
            late = {leaf: _late_weeks(curve, rows[leaf], today) for leaf in found.through[id]}
            last = np.array([rows[leaf] for leaf in late]).max(axis=0)
            cost = saved / _late_weeks(curve, last, today) / sum(late.values())
            through[id] = {leaf: cost * weeks for leaf, weeks in late.items()}
    return Delays(items, found.objectives, through)


def _lost_anyway(curve: Curve, today: date) -> float:
    """What is lost even by an end today."""
    return float(lost(curve, np.zeros(1), today)[0])


def _late_weeks(curve: Curve, days: np.ndarray, today: date) -> float:
    """Mean weeks by which a finish is after the day on which a curve begins to lose."""
    return float(_weeks_after(curve.day, days, today).mean())
