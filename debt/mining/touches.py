"""How often a part of the code is changed, with what is known of it (docs/debt.md, touch rate)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

STEPS = 80


@dataclass(frozen=True)
class TouchRate:
    """Changes a month in a scope. low and high: 10th and 90th percentile."""

    changes: int
    rate: float
    low: float
    high: float


@dataclass(frozen=True)
class InScope:
    """The changes that touch a scope.

    at:     when, seconds since 1970, the newest first
    shares: what share of each change's files lies inside, above 0 to 1
    places: which changes of the repository they are
    """

    at: tuple[int, ...]
    shares: tuple[float, ...]
    places: tuple[int, ...]

    @property
    def share(self) -> float:
        """The mean of the shares; 1 where nothing touched it."""
        return math.fsum(self.shares) / len(self.shares) if self.shares else 1.0


def touch_rate(weights: Sequence[float], *, months: float, prior: float) -> TouchRate:
    """λ = Σw / T, with the interval of Gamma(prior + Σw, T).

    weights: 2^(−age / half-life) of each change in the window
    months:  T, the months that the weights of the window add up to
    raises:  ValueError for a window or a prior of nothing
    """
    if months <= 0 or prior <= 0:
        raise ValueError("a touch rate needs a window and a prior above zero")
    total = math.fsum(weights)
    shape = prior + total
    return TouchRate(
        len(weights),
        total / months,
        gamma_quantile(0.1, shape) / months,
        gamma_quantile(0.9, shape) / months,
    )


def gamma_quantile(share: float, shape: float) -> float:
    """The value below which a share of Gamma(shape, 1) lies, to nine digits, by bisection.

    raises: ValueError unless 0 < share < 1 and shape > 0
    """
    if not 0 < share < 1 or shape <= 0:
        raise ValueError("a quantile needs a share between 0 and 1, and a shape above zero")
    low, high = 0.0, shape + 10 * math.sqrt(shape) + 10
    for _ in range(STEPS):
        middle = (low + high) / 2
        if gamma_below(middle, shape) < share:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def gamma_below(x: float, shape: float) -> float:
    """Share of Gamma(shape, 1) below x: the regularised lower incomplete gamma function.

    By its series (Abramowitz & Stegun 6.5.29), all of whose terms are positive.
    """
    if x <= 0:
        return 0.0
    term = total = 1.0 / shape
    n = 0
    while term > total * 1e-16 and n < 100_000:
        n += 1
        term *= x / (shape + n)
        total += term
    return min(1.0, total * math.exp(shape * math.log(x) - x - math.lgamma(shape)))
