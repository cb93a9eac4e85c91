"""Ranges of scores as quantile tables of what they are worth, many at a time."""

from collections.abc import Sequence

import numpy as np

from roadmaps.forecasting.ranges import LEVELS, LONGEST, SCORES, SHORTEST, SKEWED, Z90
from tradeoffs.maths.weighing import Criterion, Range

HALVES, TRIANGULAR = "p10_p50_p90", "triangular"
"""A range is P10, P50 and P90; or least, likely and most, for published examples alone."""


def value_tables(drawn: Sequence[tuple[Criterion, Range | None]], spread: str) -> np.ndarray:
    """Values at the levels of a quantile table, shape (cells, 257); uniform where nothing is known.

    The curves are those of `roadmaps.forecasting.ranges`: a quantity log-wise where P10 > 0, all
    else two half-normals joined at the median.

    raises: ValueError for another spread
    """
    if spread not in (HALVES, TRIANGULAR):
        raise ValueError(f"a range is read as {HALVES} or {TRIANGULAR}")
    found = np.tile(np.array(LEVELS), (len(drawn), 1))
    known = [(place, c, r) for place, (c, r) in enumerate(drawn) if r is not None]
    if not known:
        return found
    triples = np.array([(r.p10, r.p50, r.p90) for _, _, r in known])
    quantity = np.array([c.is_quantity for _, c, _ in known])
    quantity &= (triples[:, 0] >= SHORTEST) & (triples[:, 2] <= LONGEST)
    if spread == TRIANGULAR:
        raw = _triangular(triples)
    else:
        raw = _halves(triples)
        raw[quantity] = _quantities(triples[quantity])
    for row, (place, criterion, _) in zip(raw, known, strict=True):
        found[place] = _worth(criterion, row)
    return found


def _halves(triples: np.ndarray) -> np.ndarray:
    p10, p50, p90 = triples.T[:, :, None]
    z = np.array(SCORES)
    return p50 + z * np.where(z < 0, p50 - p10, p90 - p50) / Z90


def _quantities(triples: np.ndarray) -> np.ndarray:
    q10, q50, q90 = np.log(triples).T[:, :, None]
    z, u = np.array(SCORES), np.array(LEVELS)
    width = np.where(q90 > q10, q90 - q10, 1.0)
    part = (q50 - q10) / width
    b, c = (q90 - q10) / (2 * Z90), (q90 + q10 - 2 * q50) / (0.8 * Z90)
    one_curve = q50 + z * (b + c * (u - 0.5))
    joined = q50 + z * np.where(z < 0, q50 - q10, q90 - q50) / Z90
    return np.exp(np.where((part > SKEWED) & (part < 1 - SKEWED), one_curve, joined))


def _triangular(triples: np.ndarray) -> np.ndarray:
    low, mode, high = triples.T[:, :, None]
    u, width = np.array(LEVELS), high - low
    rising = low + np.sqrt(u * width * (mode - low))
    falling = high - np.sqrt((1 - u) * width * (high - mode))
    return np.where(u * width <= mode - low, rising, falling)


def _worth(criterion: Criterion, raw: np.ndarray) -> np.ndarray:
    if criterion.points:
        cutoffs, values = zip(*criterion.points, strict=True)
        return np.interp(raw, cutoffs, values)
    return np.clip((raw - criterion.worst) / (criterion.best - criterion.worst), 0, 1)
