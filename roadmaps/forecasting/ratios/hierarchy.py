"""Expert B: a hierarchy of effects on the log ratio, with an empirical shape.

y = mu + size + person + category + component + project + epic + person in category; each effect is
shrunk by n / (n + sigma^2 / tau^2), tau^2 by empirical Bayes. The shape is that of standardised
residuals, each with its own leverage taken out, so that groups of few do not look certain.
"""

from typing import NamedTuple

import numpy as np

from .sample import Sample
from .similar import CATEGORY, EPIC, PERSON, PROJECT
from .tables import weighted_tables

HALF_LIFE = 180.0
PASSES = 12
CLIP = 4.0
BINS = 6
SPREAD_PRIOR = 20.0
"""Items whose variance a group's own is drawn to."""

EFFECT_PRIOR = (2.0, 0.02)
"""Groups, and the variance of their effects, that tau^2 starts from."""

MOST_LEVERAGE = 0.8


class Factor(NamedTuple):
    """One grouping: code of each item of the sample, and of each target; -1 for none."""

    of: np.ndarray
    to: np.ndarray
    size: int
    spread: bool
    """Whether its groups differ in spread too."""


def hierarchy_tables(
    sample: Sample, estimate: np.ndarray, codes: np.ndarray, day: int
) -> np.ndarray:
    """Tables of the log ratio by the hierarchy, shape (targets, 257)."""
    own_weight = sample.weight * 0.5 ** ((day - sample.finished) / HALF_LIFE)
    sizes = len(np.unique(sample.prior_estimate))
    weight = np.concatenate([own_weight, sample.prior_weight / sizes])
    y = np.clip(np.concatenate([sample.ratio, sample.prior_ratio]), -CLIP, CLIP)
    is_open = np.concatenate([sample.open, np.zeros(len(sample.prior_ratio), dtype=bool)])
    factors = _factors(sample, estimate, codes)
    mu, effects, residual, variance = _fit(y, weight, factors)
    residual = residual / (1 - _leverage(weight, factors, variance))
    scale = _average(residual**2, weight)
    of, to = np.full(len(y), scale), np.full(len(estimate), scale)
    for factor in factors:
        if factor.spread:
            total, squares = _sums(factor, weight), _sums(factor, weight * residual**2 / of)
            change = (squares + SPREAD_PRIOR) / (total + SPREAD_PRIOR)
            change[-1] = 1.0
            of, to = of * change[factor.of], to * change[factor.to]
    middle = mu + sum(effect[factor.to] for factor, effect in zip(factors, effects, strict=True))
    scores = residual / np.sqrt(of)
    order = np.lexsort((is_open, scores))
    shape = weighted_tables(scores[order], weight[None, order], is_open[order])[0]
    return middle[:, None] + np.sqrt(to)[:, None] * shape


def _factors(sample: Sample, estimate: np.ndarray, codes: np.ndarray) -> list[Factor]:
    own = sample.estimate if len(sample) else sample.prior_estimate
    edges = np.unique(np.quantile(own, np.arange(1, BINS) / BINS))
    every = np.concatenate([sample.estimate, sample.prior_estimate])
    bins = Factor(
        np.searchsorted(edges, every, "right"),
        np.searchsorted(edges, estimate, "right"),
        BINS,
        True,
    )
    cross = 1 + max(int(sample.codes.max(initial=0)), 0)
    people = _crossed(sample.codes, cross), _crossed(codes, cross)
    found = [bins]
    for key in (PERSON, CATEGORY, PROJECT, EPIC):
        spread = key in (PERSON, CATEGORY)
        found.append(_factor(sample, sample.codes[key], codes[key], spread))
    found.append(_factor(sample, *people, False))
    return found


def _crossed(codes: np.ndarray, cross: int) -> np.ndarray:
    person, category = codes[PERSON], codes[CATEGORY]
    return np.where((person < 0) | (category < 0), -1, person * cross + category)


def _factor(sample: Sample, of: np.ndarray, to: np.ndarray, spread: bool) -> Factor:
    known, places = np.unique(of[of >= 0], return_inverse=True)
    codes = np.full(len(of) + len(sample.prior_ratio), -1)
    codes[np.flatnonzero(of >= 0)] = places
    found = np.searchsorted(known, to)
    there = (to >= 0) & (found < len(known))
    there[there] = known[found[there]] == to[there]
    return Factor(codes, np.where(there, found, -1), len(known), spread)


def _sums(factor: Factor, values: np.ndarray) -> np.ndarray:
    """Sum per group, with a last one for items of none, shape (size + 1,)."""
    there = factor.of >= 0
    return np.bincount(factor.of[there], values[there], factor.size + 1)


def _average(values: np.ndarray, weight: np.ndarray) -> float:
    return max(float(np.sum(values * weight) / np.sum(weight)), 1e-6)


def _fit(
    y: np.ndarray, weight: np.ndarray, factors: list[Factor]
) -> tuple[float, list[np.ndarray], np.ndarray, list[float]]:
    """Gauss-Seidel passes over the effects.

    returns: mu, effects per factor, residuals, and sigma^2 / tau^2 per factor
    """
    mu = float(np.sum(y * weight) / np.sum(weight))
    residual = y - mu
    noise = _average(residual**2, weight)
    effects = [np.zeros(factor.size + 1) for factor in factors]
    totals = [_sums(factor, weight) for factor in factors]
    between = [0.05] * len(factors)
    groups, variance = EFFECT_PRIOR
    for _ in range(PASSES):
        for k, factor in enumerate(factors):
            residual = residual + effects[k][factor.of]
            there = totals[k] > 1e-9
            n = totals[k][there]
            mean = _sums(factor, weight * residual)[there] / n
            trust = (n / (n + noise / max(between[k], 1e-3))) ** 2
            moment = np.sum(trust * (mean**2 - noise / n)) + groups * variance
            between[k] = max(float(moment / (np.sum(trust) + groups)), 1e-4)
            effects[k][there] = n / (n + noise / between[k]) * mean
            residual = residual - effects[k][factor.of]
        shift = float(np.sum(residual * weight) / np.sum(weight))
        mu, residual = mu + shift, residual - shift
        noise = _average(residual**2, weight)
    return mu, effects, residual, [noise / each for each in between]


def _leverage(weight: np.ndarray, factors: list[Factor], pull: list[float]) -> np.ndarray:
    """How much of each item's own value its group means took up, at most 0.8."""
    lever = np.zeros(len(weight))
    for factor, each in zip(factors, pull, strict=True):
        share = 1 / (_sums(factor, weight) + each)
        share[-1] = 0.0
        lever += weight * share[factor.of]
    return np.minimum(lever, MOST_LEVERAGE)
