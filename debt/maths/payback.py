"""Is paying worth it: payback, net present value and days spent in total (debt.md 2.5)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Terms:
    """What paying means: months looked ahead, months until done, share removed, monthly growth."""

    horizon: int
    until_done: int
    removed: float
    growth: float  # (1 + contagion) / (1 + discount)
    retires: int | None = None  # months until its component retires: nothing is lost after that


def simple(principal: Any, interest: Any, terms: Terms) -> Any:
    """Months of removed interest that make up the principal; infinite where nothing is saved."""
    with np.errstate(divide="ignore"):
        return np.divide(principal, terms.removed * np.asarray(interest, dtype=float))


def discounted(principal: float, interest: float, terms: Terms) -> int | None:
    """First month by which the discounted savings reach the principal, or None: never.

    What would pay back after the component retires never does.
    """
    month = _reached(principal, interest, terms)
    if month is not None and terms.retires is not None and month > terms.retires:
        return None
    return month


def _reached(principal: float, interest: float, terms: Terms) -> int | None:
    saved = terms.removed * interest
    if saved <= 0:
        return None
    start = terms.until_done
    if terms.growth == 1:
        return start + math.ceil(principal / saved)
    reached = 1 - principal * (1 - terms.growth) / (saved * terms.growth ** (start + 1))
    if reached <= 0:
        return None
    month = start + math.ceil(math.log(reached) / math.log(terms.growth))
    # The logarithm may land a hair to either side of a whole month: the sum decides.
    while month > start and saved * _powers(terms.growth, start + 1, month - 1) >= principal:
        month -= 1
    while saved * _powers(terms.growth, start + 1, month) < principal:
        month += 1
    return month


def npv(principal: Any, interest: Any, terms: Terms, *, months_waited: int = 0) -> Any:
    """Days gained by the horizon less the days spent, when paying starts after months_waited."""
    first = months_waited + terms.until_done + 1
    saved = terms.removed * interest * _powers(terms.growth, first, terms.horizon)
    return saved - principal * terms.growth**months_waited


def _powers(growth: float, first: int, last: int) -> float:
    """growth^first + … + growth^last; 0 where last < first."""
    if last < first:
        return 0.0
    if growth == 1:
        return float(last - first + 1)
    return growth**first * (growth ** (last - first + 1) - 1) / (growth - 1)


def days_spent(
    principal: float, interest: float, terms: Terms, *, months: int, starts: int | None
) -> list[float]:
    """Days spent in total by the end of each month, interest and repayment together.

    starts:  month in which paying begins, None: never; the repayment is spread evenly until done
    returns: months + 1 running totals, the first one 0; growth is by contagion and discount
    """
    totals = [0.0]
    for month in range(1, months + 1):
        rate = interest * terms.growth**month
        if terms.retires is not None and month > terms.retires:
            rate = 0.0
        spent = 0.0
        if starts is not None and month > starts:
            span = max(1, terms.until_done)
            if month <= starts + span:
                spent = principal * terms.growth**starts / span
            if month > starts + terms.until_done:
                rate *= 1 - terms.removed
        totals.append(totals[-1] + rate + spent)
    return totals


def even_month(never: list[float], now: list[float]) -> float | None:
    """Months until paying now has cost no more than never paying, inside a month by a straight
    line; None where that is beyond the totals."""
    for month in range(1, len(never)):
        behind = now[month] - never[month]
        if behind <= 0:
            before = now[month - 1] - never[month - 1]
            return month if before <= 0 else month - 1 + before / (before - behind)
    return None
