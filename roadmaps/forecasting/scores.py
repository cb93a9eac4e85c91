"""Normal scores: levels to standard deviations and back, and tables read by score."""

from statistics import NormalDist

import numpy as np

REACH, POINTS = 4.0, 257
"""Scores from -4 to 4 are told apart; what lies beyond is read at the ends."""

GRID = np.linspace(-REACH, REACH, POINTS)
GRID_LEVELS = np.array([NormalDist().cdf(float(z)) for z in GRID])
PER_SCORE = (POINTS - 1) / (2 * REACH)
"""Steps of the grid in one standard deviation."""

_CENTRE = (
    (-3.969683028665376e01, 2.209460984245205e02, -2.759285104469687e02,
     1.383577518672690e02, -3.066479806614716e01, 2.506628277459239e00),
    (-5.447609879822406e01, 1.615858368580409e02, -1.556989798598866e02,
     6.680131188771972e01, -1.328068155288572e01, 1.0),
)  # fmt: skip
_TAIL = (
    (-7.784894002430293e-03, -3.223964580411365e-01, -2.400758277161838e00,
     -2.549732539343734e00, 4.374664141464968e00, 2.938163982698783e00),
    (7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996e00,
     3.754408661907416e00, 1.0),
)  # fmt: skip


def inverse_normal(levels: np.ndarray) -> np.ndarray:
    """Standard normal quantiles at levels in (0, 1), to 1.2e-9 of their size (Acklam, 2003)."""
    tail = np.minimum(levels, 1 - levels)
    q = levels - 0.5
    r = q * q
    centre = q * np.polyval(_CENTRE[0], r) / np.polyval(_CENTRE[1], r)
    s = np.sqrt(-2 * np.log(tail))
    outer = np.polyval(_TAIL[0], s) / np.polyval(_TAIL[1], s)
    return np.where(tail < 0.02425, np.copysign(outer, q), centre)


def read_scores(table: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """The values of a table over GRID at normal scores, linear between its points."""
    place = np.clip(scores * PER_SCORE + (POINTS - 1) / 2, 0.0, POINTS - 1.001)
    k = place.astype(np.intp)
    low = table[k]
    return low + (place - k) * (table[k + 1] - low)
