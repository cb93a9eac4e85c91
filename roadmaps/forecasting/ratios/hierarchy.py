"""Expert B: a hierarchy of effects on the log ratio, with an empirical shape.

y = mu + size + person + category + project + epic + person in category + last 30 days + person in
the last 30 days + x (slope + slope of the category + slope of the person), where x is how far the
log estimate lies from a typical one. Each effect is shrunk by N / (N + sigma^2 / tau^2), N its
weight times x^2, tau^2 by empirical Bayes. The shape is that of standardised residuals, each with
its own leverage taken out, so that groups of few do not look certain.
"""

from typing import NamedTuple

import numpy as np

from .sample import Sample, apart
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

RECENT = 30
"""Days of which the last and each before have a level of their own."""


class Factor(NamedTuple):
    """One grouping: group of each item of the sample and the prior, and of each target.

    -1 is none. An effect counts x times: once, or in a slope as far as the estimate is from a
    typical one.
    """

    of: np.ndarray
    to: np.ndarray
    size: int
    x_of: np.ndarray
    x_to: np.ndarray
    spread: bool = False
    """Whether its groups differ in spread too."""


def hierarchy_tables(
    sample: Sample, estimate: np.ndarray, codes: np.ndarray, day: int
) -> np.ndarray:
    """Tables of the log ratio by the hierarchy, shape (targets, 257)."""
    own_weight = sample.weight * 0.5 ** ((day - sample.finished) / HALF_LIFE)
    sizes = len(np.unique(sample.prior_estimate))
    weight = np.concatenate([own_weight, sample.prior_weight / sizes])
    own = slice(0, len(sample) or None)
    typical = float(np.average(sample.every_estimate[own], weights=weight[own]))
    x, x_to = apart(sample.every_estimate, typical), apart(estimate, typical)
    y = np.clip(sample.every_ratio, -CLIP, CLIP) - sample.slope * x
    factors = _factors(sample, estimate, codes, day, x, x_to)
    mu, effects, residual, pull = _fit(y, weight, factors)
    residual = residual / (1 - _leverage(weight, factors, pull))
    of, to = _variances(residual, weight, factors, len(estimate))
    middle = mu + sample.slope * x_to
    for factor, effect in zip(factors, effects, strict=True):
        middle = middle + effect[factor.to] * factor.x_to
    scores, is_open = residual / np.sqrt(of), sample.every_open
    order = np.lexsort((is_open, scores))
    shape = weighted_tables(scores[order], weight[None, order], is_open[order])[0]
    return middle[:, None] + np.sqrt(to)[:, None] * shape


def _factors(
    sample: Sample,
    estimate: np.ndarray,
    codes: np.ndarray,
    day: int,
    x: np.ndarray,
    x_to: np.ndarray,
) -> list[Factor]:
    once, once_to = np.ones_like(x), np.ones_like(x_to)

    def level(of: np.ndarray, to: np.ndarray, *, spread: bool = False) -> Factor:
        return Factor(*_known(of, to, len(x)), once, once_to, spread)

    def slope(of: np.ndarray, to: np.ndarray) -> Factor:
        return Factor(*_known(of, to, len(x)), x, x_to)

    both = [(sample.codes[key], codes[key]) for key in range(len(codes))]
    person, category = both[PERSON], both[CATEGORY]
    recent = (day - 1 - sample.finished) // RECENT, np.zeros(len(estimate), dtype=np.int64)
    edges = _size_edges(sample)
    return [
        level(
            np.searchsorted(edges, sample.every_estimate, "right"),
            np.searchsorted(edges, estimate, "right"),
            spread=True,
        ),
        level(*person, spread=True),
        level(*category, spread=True),
        level(*both[PROJECT]),
        level(*both[EPIC]),
        level(*_crossed(person, category)),
        level(*recent),
        level(*_crossed(person, recent)),
        slope(np.zeros(len(x), dtype=np.int64), np.zeros(len(estimate), dtype=np.int64)),
        slope(*category),
        slope(*person),
    ]


def _size_edges(sample: Sample) -> np.ndarray:
    own = sample.estimate if len(sample) else sample.prior_estimate
    return np.unique(np.quantile(own, np.arange(1, BINS) / BINS))


def _crossed(
    first: tuple[np.ndarray, np.ndarray], second: tuple[np.ndarray, np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """Codes of two groupings at once, of items and targets; -1 where either has none."""
    base = 1 + max(int(codes.max(initial=0)) for codes in second)
    of, to = (
        np.where((a < 0) | (b < 0), -1, a * base + b) for a, b in zip(first, second, strict=True)
    )
    return of, to


def _known(of: np.ndarray, to: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray, int]:
    """Codes as places among those that items have; of the prior and the unknown -1.

    returns: shape (n,), shape (targets,), and the number of places
    """
    known, places = np.unique(of[of >= 0], return_inverse=True)
    codes = np.full(n, -1)
    codes[np.flatnonzero(of >= 0)] = places
    found = np.searchsorted(known, to)
    there = (to >= 0) & (found < len(known))
    there[there] = known[found[there]] == to[there]
    return codes, np.where(there, found, -1), len(known)


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
    totals = [_sums(factor, weight * factor.x_of**2) for factor in factors]
    between = [0.05] * len(factors)
    groups, variance = EFFECT_PRIOR
    for _ in range(PASSES):
        for k, factor in enumerate(factors):
            residual = residual + effects[k][factor.of] * factor.x_of
            there = totals[k] > 1e-9
            n = totals[k][there]
            mean = _sums(factor, weight * residual * factor.x_of)[there] / n
            trust = (n / (n + noise / max(between[k], 1e-3))) ** 2
            moment = np.sum(trust * (mean**2 - noise / n)) + groups * variance
            between[k] = max(float(moment / (np.sum(trust) + groups)), 1e-4)
            effects[k][there] = n / (n + noise / between[k]) * mean
            residual = residual - effects[k][factor.of] * factor.x_of
        shift = float(np.sum(residual * weight) / np.sum(weight))
        mu, residual = mu + shift, residual - shift
        noise = _average(residual**2, weight)
    return mu, effects, residual, [noise / each for each in between]


def _leverage(weight: np.ndarray, factors: list[Factor], pull: list[float]) -> np.ndarray:
    """How much of each item's own value its group means took up, at most 0.8."""
    lever = np.zeros(len(weight))
    for factor, each in zip(factors, pull, strict=True):
        own = weight * factor.x_of**2
        share = 1 / (_sums(factor, own) + each)
        share[-1] = 0.0
        lever += own * share[factor.of]
    return np.minimum(lever, MOST_LEVERAGE)


def _variances(
    residual: np.ndarray, weight: np.ndarray, factors: list[Factor], targets: int
) -> tuple[np.ndarray, np.ndarray]:
    """Variance about the middle, of each item and of each target: that of all, times the factor of
    each of its groups, drawn to 1 with the weight of 20 items."""
    scale = _average(residual**2, weight)
    of, to = np.full(len(residual), scale), np.full(targets, scale)
    for factor in factors:
        if factor.spread:
            total, squares = _sums(factor, weight), _sums(factor, weight * residual**2 / of)
            change = (squares + SPREAD_PRIOR) / (total + SPREAD_PRIOR)
            change[-1] = 1.0
            of, to = of * change[factor.of], to * change[factor.to]
    return of, to
