"""Where work lies in quarters, by what it was for, and how that compares with a policy."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from .plan import PlanPolicy
from .policy import in_force, spells
from .workdays import workdays

KEPT = 0.03
"""A share so near its policy is called kept: three points."""


class Quarter(NamedTuple):
    """Three months of the calendar. number: 1 to 4"""

    year: int
    number: int

    @property
    def first(self) -> date:
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last(self) -> date:
        return self.later(1).first - timedelta(1)

    @property
    def words(self) -> str:
        return f"Q{self.number} {self.year}"

    def later(self, count: int) -> "Quarter":
        """So many quarters later, or earlier."""
        year, rest = divmod(4 * self.year + self.number - 1 + count, 4)
        return Quarter(year, rest + 1)


def quarter_of(day: date) -> Quarter:
    return Quarter(day.year, (day.month + 2) // 3)


def spread(amount: float, first: date, last: date) -> dict[Quarter, float]:
    """An amount by quarter, evenly over Monday to Friday of the days it lies on, both included.

    Without such a day all of it lies in the last day's quarter. The parts sum to the amount.
    """
    quarter, end = quarter_of(first), quarter_of(last)
    days = {}
    while quarter <= end:
        days[quarter] = workdays(max(first, quarter.first), min(last, quarter.last))
        quarter = quarter.later(1)
    whole = sum(days.values())
    if not whole:
        return {end: amount}
    return {quarter: amount * count / whole for quarter, count in days.items() if count}


@dataclass(frozen=True)
class Work:
    """Person-days of one team on one item, and the days on which they lie."""

    days: float
    first: date
    last: date
    is_debt: bool


@dataclass(frozen=True)
class Account:
    """Person-days of one quarter."""

    debt: float = 0.0
    other: float = 0.0

    @property
    def whole(self) -> float:
        return self.debt + self.other

    @property
    def debt_share(self) -> float | None:
        """Of the work on items; None where there is none."""
        return self.debt / self.whole if self.whole > 0 else None


def accounts(works: Iterable[Work]) -> dict[Quarter, Account]:
    """The works of a team by quarter."""
    found: dict[Quarter, Account] = {}
    for work in works:
        for quarter, days in spread(work.days, work.first, work.last).items():
            old = found.get(quarter, Account())
            found[quarter] = (
                Account(old.debt + days, old.other)
                if work.is_debt
                else Account(old.debt, old.other + days)
            )
    return found


def policy_of(policies: Iterable[PlanPolicy], quarter: Quarter) -> PlanPolicy | None:
    """The policy of a quarter: the mean over its days from Monday to Friday on which one holds.

    returns: None where none holds on any of them
    """
    known = list(policies)
    debt = unplanned = 0.0
    days = 0
    for first, last, planned in spells(known, quarter.first, quarter.last):
        policy, count = in_force(known, first), workdays(first, last)
        if policy is not None:
            debt += count * policy.debt
            unplanned += count * (1 - planned)
            days += count
    return PlanPolicy(quarter.first, debt / days, unplanned / days) if days else None
