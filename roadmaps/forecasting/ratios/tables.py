"""Quantile tables from weighted samples, many at a time."""

from statistics import NormalDist

import numpy as np

from ..ranges import LEVELS, POINTS, SCORES

_LEVELS = np.array(LEVELS)
_NORMAL = NormalDist()
_MASS = np.full(POINTS, 1 / (POINTS - 1))
_MASS[[0, -1]] /= 2


def weighted_tables(values: np.ndarray, weights: np.ndarray, is_open: np.ndarray) -> np.ndarray:
    """Quantiles at LEVELS of one sample under many weightings.

    Open values are lower bounds: by Kaplan-Meier weights their mass goes to what is larger. One
    beyond every finished value counts as the largest. Equal values keep their whole mass.

    values:  ascending, of equal ones the finished first, shape (n,); is_open: shape (n,)
    weights: shape (m, n), each row with a sum above 0
    returns: shape (m, 257)
    """
    masses = kaplan_meier(weights, is_open) if is_open.any() else weights
    passed = np.cumsum(masses, axis=1)
    passed /= passed[:, -1:]
    tables = np.empty((len(weights), POINTS))
    for row, table in zip(passed, tables, strict=True):
        table[:] = values[np.minimum(np.searchsorted(row, _LEVELS - 1e-12), len(values) - 1)]
    return tables


def kaplan_meier(weights: np.ndarray, is_open: np.ndarray) -> np.ndarray:
    """Mass of each value when open ones are lower bounds; what is left is the largest's."""
    at_risk = np.cumsum(weights[:, ::-1], axis=1)[:, ::-1]
    hazard = np.where(is_open | (at_risk <= 0), 0.0, weights / np.maximum(at_risk, 1e-300))
    left = np.cumprod(1 - np.minimum(hazard, 1.0), axis=1)
    before = np.concatenate([np.ones((len(weights), 1)), left[:, :-1]], axis=1)
    masses = before - left
    masses[:, -1] += left[:, -1]
    return masses


def mixed(first: np.ndarray, second: np.ndarray, share: float) -> np.ndarray:
    """Quantile tables of share x first + (1 - share) x second, mixed as distribution functions.

    Averaging the quantiles instead would dissolve an atom that only one of them has.
    """
    values = np.concatenate([first, second], axis=1)
    masses = np.concatenate([share * _MASS, (1 - share) * _MASS])
    order = np.argsort(values, axis=1, kind="stable")
    values = np.take_along_axis(values, order, axis=1)
    passed = np.cumsum(masses[order], axis=1)
    tables = np.empty_like(first)
    for row, ordered, table in zip(passed, values, tables, strict=True):
        places = np.searchsorted(row, _LEVELS - 1e-12)
        table[:] = ordered[np.minimum(places, len(ordered) - 1)]
    return tables


def widened(tables: np.ndarray, factor: float) -> np.ndarray:
    """Each table read at levels whose normal scores are `factor` times as far from the median.

    Moving the values instead would move an atom away from the value that items really take.
    """
    levels = np.array([_NORMAL.cdf(factor * score) for score in SCORES])
    place = np.interp(levels, _LEVELS, np.arange(POINTS))
    k = np.minimum(place.astype(int), POINTS - 2)
    low, high = tables[:, k], tables[:, k + 1]
    return low + (place - k) * (high - low)
