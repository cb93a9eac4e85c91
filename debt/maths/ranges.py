"""Ranges of days in debt: the plan's P10 / P50 / P90, with a mean, a spread and draws."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from roadmaps.forecasting.ranges import (
    LONGEST,
    NotAboveZero,
    Triple,
    checked,
    from_p50,
    parse,
    quantity_table,
    swanson_mean,
)

P10_TO_P90_SDS = 2.5631  # from P10 to P90 of a normal distribution, in standard deviations


class Range(Triple):
    """Three points of a quantity: 1 in 10 is less, as likely less as more, 1 in 10 is more."""

    __slots__ = ()

    @property
    def mean(self) -> float:
        """Mean by Swanson's rule, 0.3 P10 + 0.4 P50 + 0.3 P90."""
        return swanson_mean(self)

    @property
    def sd(self) -> float:
        """Standard deviation read from the distance between P10 and P90."""
        return (self.p90 - self.p10) / P10_TO_P90_SDS

    def draws(self, levels: np.ndarray) -> np.ndarray:
        """Quantities at the given levels, log-wise through all three points.

        levels:  in [0, 1], any shape
        returns: quantities, same shape; a range of one point gives that point, also at 0
        raises:  ValueError unless 0 < P10 <= P50 <= P90
        """
        if self.p10 == self.p90 >= 0:
            return np.full(levels.shape, self.p50)
        table = np.array(quantity_table(self))
        return np.interp(levels, np.linspace(0, 1, len(table)), table)


def possible(points: Triple) -> bool:
    """Whether three points are a range of days that can be computed with."""
    try:
        checked(points)
    except ValueError:
        return False
    return True


def read(text: str, spread: Sequence[float]) -> Range:
    """Read `1..2..4` or one number, which is a P50 with the given spread.

    spread: factors that one number is multiplied by to give P10, P50 and P90
    raises: ValueError with a sentence for the person who typed it
    """
    try:
        found = parse(text)
    except NotAboveZero as problem:
        raise ValueError("Type more than 0 days.") from problem
    return Range(*(found if isinstance(found, Triple) else from_p50(found, spread)))


def typed(points: Triple) -> str:
    """A range as somebody would type it: `1..2..4`."""
    return "..".join(f"{point:g}" for point in points)


__all__ = ["LONGEST", "Range", "checked", "possible", "read", "typed"]
