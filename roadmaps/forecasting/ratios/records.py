"""What goes into learning and what comes out, as plain values."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from ..ranges import Triple

DERIVED_WEIGHT = 0.5
"""Weight of an actual that was derived from days in progress, not typed or imported."""

HALF_LIFE = 200.0
"""Days after which a finished item weighs half."""

LAST = 4000
"""Newest items that are kept and learned from."""

Key = int | str | None


class About(NamedTuple):
    """What an item shares with others; None shares nothing."""

    person: Key = None
    """Who estimated: a weight, never shown to others."""
    category: Key = None
    component: Key = None
    project: Key = None
    epic: Key = None


ALONE = About()
"""An item of which nothing else is known."""


@dataclass(frozen=True, slots=True)
class Finished:
    """One finished item, or with `open` one still in progress whose actual is a lower bound."""

    finished_on: date
    """Last day of work; of an open item the day up to which `actual` was counted."""
    actual: float
    """Person-days, > 0."""
    typed: Triple | float | None
    """The estimate before the work began; a number alone is a P50."""
    kind: str = "feature"
    """Its category, in learning."""
    team: int | None = None
    weight: float = 1.0
    """1, or DERIVED_WEIGHT."""
    open: bool = False
    id: Key = None
    started_on: date | None = None
    person: Key = None
    component: Key = None
    project: Key = None
    epic: Key = None

    @property
    def about(self) -> About:
        """What it shares with other items."""
        return About(self.person, self.kind, self.component, self.project, self.epic)


@dataclass(frozen=True, slots=True)
class Learned:
    """What history makes of one estimate."""

    range: Triple
    """Person-days at P10, P50 and P90."""
    n: int
    """Finished items of one's own that it was learned from."""
    ratio: float
    """Median of actual to estimate that moved the P50."""
    stretch: float
    """How many times wider than typed ranges prove to be: of this estimator, else of all."""
    table: tuple[float, ...] = ()
    """Person-days at `ranges.LEVELS`, shape (257,)."""
    most_like: tuple[Key, ...] = ()
    """Ids of the finished items that weigh most, the weightiest first, at most 3."""


def p50_of(typed: Triple | float | None) -> float:
    """The likely person-days of an estimate.

    raises: ValueError unless it is more than 0
    """
    p50 = typed.p50 if isinstance(typed, Triple) else typed
    if not p50 or p50 <= 0:
        raise ValueError("An estimate and an actual must be more than 0 days.")
    return float(p50)


def finished_before(history: Sequence[Finished], on: date) -> list[Finished]:
    """The rows with an estimate that a forecast dated that day may learn from.

    raises: ValueError when an actual or an estimate is not above 0
    """
    rows = [row for row in history if row.finished_on < on and row.typed is not None]
    if any(row.actual <= 0 or p50_of(row.typed) <= 0 for row in rows):
        raise ValueError("An estimate and an actual must be more than 0 days.")
    return rows


def in_order(rows: Sequence[Finished]) -> list[Finished]:
    """By the day of finish; equal days in an order that the rows themselves decide."""
    return sorted(rows, key=_order)


def _order(row: Finished) -> tuple:
    return (row.finished_on, row.open, row.actual, p50_of(row.typed), row.weight, str(row))
