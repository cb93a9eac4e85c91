"""Scores of a forecast against what happened: proper rules, coverage and randomised PIT.

A forecast is a quantile table over `ranges.LEVELS`, shape (257,), or many of them, shape (n, 257).
Scores take the unit of the table; on the logarithm of person-days they are free of scale, which is
the headline (log-CRPS). Gneiting and Raftery, Strictly Proper Scoring Rules (2007).
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from .ranges import LEVELS, POINTS

_LEVELS = np.array(LEVELS)
_CELL = 0.5 / (POINTS - 1)


def pinball(actual: ArrayLike, quantile: ArrayLike, level: float) -> np.ndarray:
    """Loss of a quantile: level times the shortfall, or 1 - level times the excess.

    raises: ValueError unless 0 < level < 1
    """
    if not 0 < level < 1:
        raise ValueError("a level lies between 0 and 1")
    short = np.asarray(actual) - np.asarray(quantile)
    return np.maximum(level * short, (level - 1) * short)


def crps(tables: ArrayLike, actuals: ArrayLike) -> np.ndarray:
    """Continuous ranked probability score: mean over the levels of twice the pinball loss.

    tables:  shape (n, 257); actuals: shape (n,)
    returns: shape (n,), 0 for a certain forecast that came true
    raises:  ValueError when shapes differ or a value is not finite
    """
    tables, actuals = _checked(tables, actuals)
    short = actuals[:, None] - tables
    return 2 * np.mean(np.maximum(_LEVELS * short, (_LEVELS - 1) * short), axis=1)


def log_crps(tables: ArrayLike, actuals: ArrayLike) -> np.ndarray:
    """CRPS of the logarithms: a forecast of 8 for 4 is as wrong as one of 2.

    raises: ValueError when shapes differ or a value is not above 0
    """
    tables, actuals = _checked(tables, actuals)
    if (tables <= 0).any() or (actuals <= 0).any():
        raise ValueError("a logarithm needs values above 0")
    return crps(np.log(tables), np.log(actuals))


def quantiles(tables: ArrayLike, level: float) -> np.ndarray:
    """The quantile at one level of each table, shape (n,).

    raises: ValueError unless 0 <= level <= 1
    """
    if not 0 <= level <= 1:
        raise ValueError("a level lies between 0 and 1")
    rows = np.atleast_2d(np.asarray(tables, dtype=float))
    place = level * (POINTS - 1)
    k = min(int(place), POINTS - 2)
    return rows[:, k] + (place - k) * (rows[:, k + 1] - rows[:, k])


def held(tables: ArrayLike, actuals: ArrayLike, level: float) -> np.ndarray:
    """Whether each actual was at or below its quantile, up to rounding, shape (n,)."""
    tables, actuals = _checked(tables, actuals)
    edge = quantiles(tables, level)
    return actuals <= edge + 1e-9 * np.maximum(1.0, np.abs(edge))


def within(
    tables: ArrayLike, actuals: ArrayLike, low: float = 0.1, high: float = 0.9
) -> np.ndarray:
    """Whether each actual was between two quantiles, both included, shape (n,)."""
    tables, actuals = _checked(tables, actuals)
    edge = quantiles(tables, low)
    above = actuals >= edge - 1e-9 * np.maximum(1.0, np.abs(edge))
    return above & held(tables, actuals, high)


def pit_bounds(tables: ArrayLike, actuals: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """F(y-) and F(y) of each actual, each shape (n,): they differ where y is an atom.

    Each point of a table stands for half a step of level to either side. Beyond an end the actual
    lies somewhere in the tail that the table cuts off.
    """
    tables, actuals = _checked(tables, actuals)
    near = 1e-9 * np.maximum(1.0, np.abs(actuals))
    below = np.sum(tables < (actuals - near)[:, None], axis=1)
    upto = np.sum(tables <= (actuals + near)[:, None], axis=1)
    rows = np.arange(len(actuals))
    before = tables[rows, np.clip(below - 1, 0, POINTS - 1)]
    after = tables[rows, np.clip(below, 0, POINTS - 1)]
    gap = np.where(after > before, after - before, 1.0)
    between = (below - 1 + np.clip((actuals - before) / gap, 0, 1)) / (POINTS - 1)
    between = np.clip(between, LEVELS[0], LEVELS[-1])
    low = np.where(upto > below, below / (POINTS - 1) - _CELL, between)
    high = np.where(upto > below, (upto - 1) / (POINTS - 1) + _CELL, between)
    low = np.where(upto == 0, 0.0, np.where(below == POINTS, LEVELS[-1], low))
    high = np.where(upto == 0, LEVELS[0], np.where(below == POINTS, 1.0, high))
    return np.clip(low, 0, 1), np.clip(high, 0, 1)


def pit(tables: ArrayLike, actuals: ArrayLike, shares: ArrayLike) -> np.ndarray:
    """Randomised probability integral transform u = F(y-) + V (F(y) - F(y-)), shape (n,).

    Uniform over many items exactly where the forecasts are calibrated, ties or none.

    shares: V, one per item, drawn by the caller evenly from 0 to 1
    raises: ValueError when shapes differ, a value is not finite or a share is beyond 0 to 1
    """
    low, high = pit_bounds(tables, actuals)
    shares = np.asarray(shares, dtype=float)
    if shares.shape != low.shape or ((shares < 0) | (shares > 1)).any():
        raise ValueError("each actual needs one share from 0 to 1")
    return low + shares * (high - low)


def deciles(pits: Sequence[float] | np.ndarray) -> list[float]:
    """Share of the PITs in each tenth from 0 to 1, length 10; empty for none."""
    if not len(pits):
        return []
    tenth = np.minimum((np.asarray(pits) * 10).astype(int), 9)
    return [float(share) for share in np.bincount(tenth, minlength=10) / len(pits)]


def skill(score: float, reference: float) -> float | None:
    """1 - score / reference: the share of a reference's error that is gone; None if it had none."""
    return 1 - score / reference if reference > 0 else None


def _checked(tables: ArrayLike, actuals: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    tables = np.atleast_2d(np.asarray(tables, dtype=float))
    actuals = np.atleast_1d(np.asarray(actuals, dtype=float))
    if tables.shape != (len(actuals), POINTS):
        raise ValueError(f"{len(actuals)} actuals need tables of {POINTS} points each")
    if not (np.isfinite(tables).all() and np.isfinite(actuals).all()):
        raise ValueError("a score needs finite numbers")
    return tables, actuals
