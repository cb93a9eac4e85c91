"""Ranges of days: P10 / P50 / P90, their mean, their spread and draws from them."""

from __future__ import annotations

import math
import re
from statistics import NormalDist
from typing import NamedTuple

import numpy as np

# From Φ⁻¹(0.9) = 1.28155: the distance P10 to P90 in standard deviations, and 0.8 of 1.28155.
P10_TO_P90_SDS = 2.5631
SKEW_SCALE = 1.0252


class Range(NamedTuple):
    """Three points of a quantity: 1 in 10 is less, as likely less as more, 1 in 10 is more."""

    p10: float
    p50: float
    p90: float

    @property
    def mean(self) -> float:
        """Mean by Swanson's rule, 0.3 P10 + 0.4 P50 + 0.3 P90."""
        return 0.3 * self.p10 + 0.4 * self.p50 + 0.3 * self.p90

    @property
    def sd(self) -> float:
        """Standard deviation read from the distance between P10 and P90."""
        return (self.p90 - self.p10) / P10_TO_P90_SDS

    def times(self, factor: float) -> Range:
        """The same range in another unit or share; factor >= 0."""
        return Range(self.p10 * factor, self.p50 * factor, self.p90 * factor)

    def draws(self, z: np.ndarray) -> np.ndarray:
        """Quantities at standard normal scores: log-wise through all three points.

        Where a skewed lognormal would not be monotone, two half-lognormals are joined at the
        median (semantics.md, Ranges).

        z:       standard normal scores, any shape
        returns: quantities, same shape
        raises:  ValueError unless 0 < P10 <= P50 <= P90; a range of one point may be 0
        """
        check(self)
        if self.p10 == self.p90:
            return np.full(z.shape, self.p50)
        low, mid, high = (math.log(p) for p in self)
        b = (high - low) / P10_TO_P90_SDS
        if 0.182 < (mid - low) / (high - low) < 0.818:
            c = (high + low - 2 * mid) / SKEW_SCALE
            return np.exp(mid + z * (b + c * (_below(z) - 0.5)))
        below, above = 2 * (mid - low) / P10_TO_P90_SDS, 2 * (high - mid) / P10_TO_P90_SDS
        return np.exp(mid + z * np.where(z < 0, below, above))


def check(days: Range) -> None:
    """Refuse a range that is out of order or not positive.

    raises: ValueError unless 0 < P10 <= P50 <= P90, or all three are equal and not negative
    """
    if not all(math.isfinite(p) for p in days):
        raise ValueError("a range needs three finite numbers")
    if not days.p10 <= days.p50 <= days.p90:
        raise ValueError("order the range: low, likely, high")
    if days.p10 < 0 or (days.p10 == 0 and days.p90 > 0):
        raise ValueError("a range starts above zero")


_NUMBER = r"\d+(?:[.,]\d+)?"
_RANGE_TEXT = re.compile(
    rf"^\s*({_NUMBER})(?:\s*(?:\.\.+|…|–|-|/|\s)\s*({_NUMBER})\s*(?:\.\.+|…|–|-|/|\s)\s*({_NUMBER}))?"
    r"\s*d?\s*$"
)


def read(text: str, spread: tuple[float, float, float]) -> Range:
    """Read `1..2..4`, `1-2-4`, `1 2 4` or one number, which is a P50 with the given spread.

    spread: factors that one number is multiplied by to give P10, P50 and P90
    raises: ValueError when the text is no range, out of order or not above zero
    """
    found = _RANGE_TEXT.match(text)
    if found is None:
        raise ValueError("write days as 1..2..4 or as one number")
    numbers = [float(part.replace(",", ".")) for part in found.groups() if part]
    days = Range(*numbers) if len(numbers) == 3 else Range(*(numbers[0] * f for f in spread))
    if days.p10 <= 0:
        raise ValueError("a range starts above zero")
    check(days)
    return days


_STANDARD = NormalDist()
_GRID = np.linspace(-8.0, 8.0, 3201)
_GRID_BELOW = np.array([_STANDARD.cdf(float(z)) for z in _GRID])


def _below(z: np.ndarray) -> np.ndarray:
    """Standard normal distribution function, from a table of steps of 0.005 (error < 2e-6)."""
    return np.interp(z, _GRID, _GRID_BELOW)
