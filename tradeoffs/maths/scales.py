"""Bring raw values of one criterion to a common scale, and sum them with weights."""

import itertools
from bisect import bisect_right
from collections.abc import Sequence
from math import isfinite

TIE = 1e-9
LESS, MORE = "min", "max"
"""Directions: less is better, more is better."""


def value_function(x: float, *, cutoffs: Sequence[float], values: Sequence[float]) -> float:
    """Read a piecewise linear value function, held at its ends beyond them.

    Belton & Stewart, Multiple Criteria Decision Analysis, 2002, ch. 5.2.

    cutoffs: raw values in rising order, at least two, none twice; values: what each is worth
    raises:  ValueError when they do not pair up, do not rise or are not finite
    """
    if len(cutoffs) != len(values) or len(cutoffs) < 2:
        raise ValueError("a value function needs at least two points, each with its value")
    if not all(map(isfinite, (*cutoffs, *values, x))):
        raise ValueError("a value function takes finite numbers")
    if any(b <= a for a, b in itertools.pairwise(cutoffs)):
        raise ValueError("the points of a value function must rise")
    if x <= cutoffs[0]:
        return float(values[0])
    if x >= cutoffs[-1]:
        return float(values[-1])
    k = bisect_right(cutoffs, x) - 1
    part = (x - cutoffs[k]) / (cutoffs[k + 1] - cutoffs[k])
    return values[k] + part * (values[k + 1] - values[k])


def fixed(column: Sequence[float], *, worst: float, best: float) -> list[float]:
    """Values between two fixed anchors: 0 at the worst or beyond, 1 at the best or beyond.

    raises: ValueError when the anchors are equal: there is no direction
    """
    if worst == best:
        raise ValueError("the worst and the best anchor must differ")
    return [min(1.0, max(0.0, (x - worst) / (best - worst))) for x in _finite(column)]


def minmax(column: Sequence[float], direction: str) -> list[float]:
    """0 for the worst of these options and 1 for the best; 1 for all where they are equal.

    A quick look only: adding a poor option can change which of the others wins.
    """
    low, high = min(_finite(column)), max(column)
    if high - low <= TIE:
        return [1.0] * len(column)
    more = checked(direction) == MORE
    return [(x - low if more else high - x) / (high - low) for x in column]


def by_sum(column: Sequence[float], direction: str) -> list[float]:
    """Each value as a part of the sum of all; of a cost, its inverse.

    raises: ValueError for a cost of 0, which has no inverse, and for a sum of 0
    """
    if checked(direction) == LESS:
        if any(x == 0 for x in _finite(column)):
            raise ValueError("a cost of 0 has no inverse: use other anchors or min-max")
        column = [1 / x for x in column]
    total = sum(_finite(column))
    if total == 0:
        raise ValueError("values that sum to 0 cannot be normalised by their sum")
    return [x / total for x in column]


def columns(matrix: Sequence[Sequence[float]]) -> list[list[float]]:
    """Columns of a matrix of shape (options, criteria).

    raises: ValueError when it is empty or its rows differ in length
    """
    if not matrix or not matrix[0] or any(len(row) != len(matrix[0]) for row in matrix):
        raise ValueError("a matrix needs at least one option and one criterion, and equal rows")
    return [list(column) for column in zip(*matrix, strict=True)]


def totals(values: Sequence[Sequence[float]], shares: Sequence[float]) -> list[float]:
    """S_i = sum_j w_j v_ij. values: shape (options, criteria); shares: shape (criteria,)."""
    return [sum(w * v for w, v in zip(shares, row, strict=True)) for row in values]


def ranks(scores: Sequence[float]) -> list[int]:
    """1 is highest; scores within 1e-9 of the first of a group share its rank (1, 1, 3)."""
    order = sorted(range(len(scores)), key=lambda i: -scores[i])
    found, first = [0] * len(scores), 0
    for place, i in enumerate(order):
        if scores[order[first]] - scores[i] > TIE:
            first = place
        found[i] = first + 1
    return found


def checked(direction: str) -> str:
    """raises: ValueError unless it is min or max"""
    if direction not in (LESS, MORE):
        raise ValueError("a direction is min or max")
    return direction


def _finite(column: Sequence[float]) -> Sequence[float]:
    if not column or not all(map(isfinite, column)):
        raise ValueError("every option needs a finite number")
    return column


def beats(a: Sequence[float | None], b: Sequence[float | None]) -> bool:
    """Whether a is at least as good everywhere and better somewhere, whatever is not scored.

    a, b: values from 0 to 1 on the same criteria; within TIE they are equal
    """
    pairs = zip(a, b, strict=True)
    gaps = [(0.0 if x is None else x) - (1.0 if y is None else y) for x, y in pairs]
    return min(gaps, default=0.0) >= -TIE and max(gaps, default=0.0) > TIE
