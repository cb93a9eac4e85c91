"""How fast debt spreads: the slope of its monthly sizes (debt.md 2.4)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

MONTHS, LEAST_MONTHS = 6, 4
LIMITS = (-0.05, 0.10)
"""Where the model says nothing else."""


def measured(sizes: Sequence[tuple[int, int]], model: Mapping[str, Any]) -> float | None:
    """Slope of ln(size) over the newest monthly snapshots, least squares, as it is.

    sizes:   (number of the month, size); months without any size say nothing
    returns: growth a month; None while fewer than four months are known
    """
    known = sorted((month, size) for month, size in sizes if size > 0)
    known = known[-int(model.get("contagion_months", MONTHS)) :]
    if len(known) < model.get("contagion_least_months", LEAST_MONTHS):
        return None
    return slope([(month, math.log(size)) for month, size in known])


def limited(growth: float, model: Mapping[str, Any]) -> float:
    """What a score takes of a slope: −0.05 … +0.10, to a hundredth of a percent."""
    low, high = model.get("contagion_limits", LIMITS)
    return round(min(high, max(low, growth)), 4)


def slope(points: Sequence[tuple[float, float]]) -> float:
    """Least squares. raises: ValueError where all points share one place"""
    across = sum(x for x, _y in points) / len(points)
    up = sum(y for _x, y in points) / len(points)
    spread = sum((x - across) ** 2 for x, _y in points)
    if spread == 0:
        raise ValueError("A slope needs two places.")
    return sum((x - across) * (y - up) for x, y in points) / spread
