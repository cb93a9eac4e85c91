"""Why a total moved: what came, what went, and what was seen with other eyes (debt.md 4, trend)."""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Cause(StrEnum):
    """Why the total of all items moved; each difference has exactly one."""

    INCURRED = "incurred"
    """It came into the register, or its price became known."""
    EVIDENCE = "evidence"
    """What is measured or found says something else."""
    RE_ESTIMATED = "re_estimated"
    """People say something else."""
    SHARED = "shared"
    """The item is what it was; what it shares with others, or what the team can do, is not."""
    RE_BASED = "re_based"
    """A new version of the formulas says something else of the same inputs."""
    PAID = "paid"
    WRITTEN_OFF = "written_off"
    NOT_DEBT = "not_debt"


@dataclass(frozen=True)
class Known:
    """An amount of one item from a day on, and why it differs from the one before."""

    on: date
    amount: float  # pd, or pd a month
    cause: Cause = Cause.RE_ESTIMATED


@dataclass(frozen=True)
class Life:
    """One item: what was known of it in order of the days, and how it ended."""

    known: Sequence[Known]
    went: date | None = None
    end: Cause = Cause.PAID


@dataclass(frozen=True)
class Period:
    """What moved a total between two days: after − before is the sum of the causes, exactly."""

    start: date
    """The first day that counts."""
    end: date
    """The first day that no longer counts."""
    before: float
    after: float
    causes: dict[Cause, float] = field(default_factory=dict)

    @property
    def came(self) -> float:
        """Sum of all that raised the total."""
        return sum(amount for amount in self.causes.values() if amount > 0)

    @property
    def left(self) -> float:
        """Sum of all that lowered it, at most 0."""
        return sum(amount for amount in self.causes.values() if amount < 0)


def periods(lives: Iterable[Life], bounds: Sequence[date]) -> list[Period]:
    """The total between each two neighbouring days, with the causes of its moves.

    A change counts on its day; what an item was worth when it ended counts on the day it went.
    What was known of an item after it went is left out.

    bounds:  days in rising order, at least two
    returns: len(bounds) − 1 periods
    raises:  ValueError when the days do not rise
    """
    if len(bounds) < 2 or any(a >= b for a, b in itertools.pairwise(bounds)):
        raise ValueError("Periods need days that rise.")
    moved: list[dict[Cause, float]] = [{} for _ in bounds[1:]]
    total = 0.0
    for life in lives:
        for day, amount, cause in steps(life):
            place = bisect_right(bounds, day) - 1
            if place < 0:
                total += amount
            elif place < len(moved):
                moved[place][cause] = moved[place].get(cause, 0.0) + amount
    found = []
    for (start, end), causes in zip(itertools.pairwise(bounds), moved, strict=True):
        after = total + sum(causes.values())
        found.append(Period(start, end, total, after, causes))
        total = after
    return found


def steps(life: Life) -> list[tuple[date, float, Cause]]:
    """Every move of one item's amount: (day, difference, cause)."""
    found: list[tuple[date, float, Cause]] = []
    amount = 0.0
    for each in life.known:
        if life.went is not None and each.on >= life.went and found:
            break
        if each.amount != amount:
            cause = each.cause if found else Cause.INCURRED
            found.append((each.on, each.amount - amount, cause))
            amount = each.amount
    if life.went is not None and amount:
        found.append((max(life.went, found[-1][0]), -amount, life.end))
    return found


def total_on(lives: Iterable[Life], day: date) -> float:
    """The total at the end of a day, counted anew from the items."""
    found = 0.0
    for life in lives:
        found += sum(amount for on, amount, _cause in steps(life) if on <= day)
    return found
