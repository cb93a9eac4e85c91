"""TOPSIS: how close each option is to the ideal and how far from the worst, a second opinion."""

from collections.abc import Sequence
from math import dist, hypot, isfinite

from tradeoffs.maths import scales
from tradeoffs.maths.weighing import normalise

VECTOR, MINMAX = "vector", "minmax"


def closeness(
    matrix: Sequence[Sequence[float]],
    weights: Sequence[float],
    directions: Sequence[str],
    *,
    normalisation: str = VECTOR,
) -> list[float]:
    """C_i = D-_i / (D+_i + D-_i), the distances to the best and the worst of each criterion.

    Hwang & Yoon, Multiple Attribute Decision Making, 1981, ch. III: vector normalisation
    r_ij = x_ij / sqrt(sum_i x_ij^2), y_ij = w_j r_ij, Euclidean distances. With min-max, which
    some libraries take by default, r_ij = (x_ij - worst_j) / (best_j - worst_j), and the winner
    may be another.

    matrix:  raw values, shape (options, criteria); directions: min or max, shape (criteria,)
    returns: shape (options,), 1 is closest to the ideal; 0 where both distances are 0
    raises:  ValueError for another normalisation, unequal shapes or numbers that are not finite
    """
    columns = scales.columns(matrix)
    if not len(columns) == len(weights) == len(directions):
        raise ValueError("every criterion needs one weight and one direction")
    if normalisation not in (VECTOR, MINMAX):
        raise ValueError("TOPSIS normalises by vector or minmax")
    scaled, ideal, worst = [], [], []
    for column, weight, direction in zip(columns, normalise(weights), directions, strict=True):
        more = scales.checked(direction) == scales.MORE
        if normalisation == MINMAX:
            column, more = scales.minmax(column, direction), True
        else:
            weight = _by_length(weight, column)
        weighted = [weight * x for x in column]
        low, high = min(weighted), max(weighted)
        scaled.append(weighted)
        ideal.append(high if more else low)
        worst.append(low if more else high)
    return [_share(dist(row, ideal), dist(row, worst)) for row in zip(*scaled, strict=True)]


def _by_length(weight: float, column: Sequence[float]) -> float:
    """What a vector-normalised column is multiplied by; 0 where all its values are 0."""
    length = hypot(*column)
    if not isfinite(length):
        raise ValueError("every option needs a finite number")
    return weight / length if length else 0.0


def _share(to_ideal: float, to_worst: float) -> float:
    whole = to_ideal + to_worst
    return to_worst / whole if whole else 0.0
