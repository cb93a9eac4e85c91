"""Ranges of an uncertain quantity: what a person types, read as P10 / P50 / P90."""

import math
import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from statistics import NormalDist
from typing import NamedTuple

POINTS = 257
"""Length of a quantile table: levels k/256, the two ends read at TAIL and 1 - TAIL."""

TAIL = 1 / 2048
Z90 = NormalDist().inv_cdf(0.9)
SKEWED = 0.182
"""Part of ln P90 - ln P10 below P50, or above, where one curve no longer rises throughout."""
LEVELS = tuple(min(1 - TAIL, max(TAIL, k / (POINTS - 1))) for k in range(POINTS))
SCORES = tuple(NormalDist().inv_cdf(level) for level in LEVELS)

DEFAULT_SPREAD = (0.6, 1.0, 2.0)
"""P10, P50, P90 of a lone number's multiple, where nothing was learned yet (a judgement)."""

_NUMBER = r"\d+(?:[.,]\d+)?|[.,]\d+"
_ONE = re.compile(rf"\s*({_NUMBER})\s*$")
_THREE = re.compile(
    rf"\s*({_NUMBER})\s*(?:\.\.\.?|[-–—/;]|\s)\s*({_NUMBER})\s*(?:\.\.\.?|[-–—/;]|\s)\s*({_NUMBER})\s*$"
)


SHORTEST, LONGEST = 1e-9, 1_000_000
"""Person-days that a range may begin and end with: less is nothing, more no plan sees the end of.
Between them the tails of any range can be counted."""


class Triple(NamedTuple):
    """A range: 1 in 10 is below p10, as many below p50 as above, 1 in 10 is above p90."""

    p10: float
    p50: float
    p90: float

    def scaled(self, factor: float) -> "Triple":
        """The same range in another unit."""
        return Triple(self.p10 * factor, self.p50 * factor, self.p90 * factor)


class NotAboveZero(ValueError):
    """A range or a number of days that is nothing or less."""


def parse(text: str) -> Triple | float:
    """Read quick text: `3..5..10`, `3-5-10` or `3 5 10` is a Triple, `3` is a lone P50.

    A comma is a decimal point (`0,5..1..2`), and a trailing d, day or days is allowed.

    raises: ValueError with a sentence for the person who typed it
    """
    bare = re.sub(r"\s*(d|days?|pd)\s*$", "", text.strip(), flags=re.IGNORECASE)
    if not bare:
        raise ValueError("Type a range such as 3..5..10, or one likely number.")
    if one := _ONE.match(bare):
        value = _number(one[1])
        if value <= 0:
            raise NotAboveZero("An estimate must be more than 0 days.")
        return value
    three = numbers(bare)
    if three is None:
        raise ValueError(
            f"“{text.strip()[:40]}” is no range: type low..likely..high, such as 3..5..10."
        )
    return checked(Triple(*three))


def numbers(text: str) -> tuple[float, ...] | None:
    """One number or three as quick text has them, whatever they mean; None where it has others."""
    if one := _ONE.match(text):
        return (_number(one[1]),)
    if three := _THREE.match(text):
        return tuple(_number(part) for part in three.groups())
    return None


def _number(text: str) -> float:
    return float(text.replace(",", "."))


def checked(triple: Triple) -> Triple:
    """The same triple, when it can be a range of days or money.

    raises: ValueError unless SHORTEST <= p10 <= p50 <= p90 <= LONGEST
    """
    if not all(math.isfinite(value) for value in triple):
        raise ValueError("A range needs three finite numbers.")
    if triple.p10 < SHORTEST:
        raise ValueError("The low end must be more than 0 days.")
    if triple.p90 > LONGEST:
        raise ValueError(f"A range ends at {LONGEST:,} days at the most.")
    if not triple.p10 <= triple.p50 <= triple.p90:
        raise ValueError("Order the range: low, likely, high.")
    return triple


def from_p50(p50: float, spread: Sequence[float] = DEFAULT_SPREAD) -> Triple:
    """The range of a lone number: multiples of it at P10, P50 and P90.

    raises: ValueError unless the number is more than 0
    """
    return checked(Triple(p50 * spread[0], p50 * spread[1], p50 * spread[2]))


def swanson_mean(triple: Triple) -> float:
    """Mean of a range: 0.3 P10 + 0.4 P50 + 0.3 P90 (Swanson's rule)."""
    return 0.3 * triple.p10 + 0.4 * triple.p50 + 0.3 * triple.p90


def quantity(triple: Triple) -> Callable[[float], float]:
    """Quantile function of a positive quantity that passes exactly through its P10, P50 and P90.

    On q = ln p, z = inverse normal of u, b = (q90 - q10)/2.5631, c = (q90 + q10 - 2 q50)/1.0252:
    Q(u) = exp(q50 + z (b + c (u - 0.5))), a lognormal where c = 0. It rises only while
    0.182 < (q50 - q10)/(q90 - q10) < 0.818; beyond that, two half-lognormals joined at the median.

    raises: ValueError as `checked` does
    """
    score = NormalDist().inv_cdf
    at = _quantity_at(checked(triple))
    return lambda u: at(u, score(u))


def _quantity_at(triple: Triple) -> Callable[[float, float], float]:
    q10, q50, q90 = (math.log(value) for value in triple)
    width = q90 - q10
    if width == 0:
        return lambda u, z: triple.p50
    if SKEWED < (q50 - q10) / width < 1 - SKEWED:
        b, c = width / (2 * Z90), (q90 + q10 - 2 * q50) / (0.8 * Z90)
        return lambda u, z: math.exp(q50 + z * (b + c * (u - 0.5)))
    low, high = (q50 - q10) / Z90, (q90 - q50) / Z90
    return lambda u, z: math.exp(q50 + z * (low if z < 0 else high))


def bounded(triple: Triple, low: float, high: float) -> Callable[[float], float]:
    """Quantile function of a bounded score: two half-normals joined at the median, clipped.

    raises: ValueError unless p10 <= p50 <= p90
    """
    if not triple.p10 <= triple.p50 <= triple.p90:
        raise ValueError("Order the range: low, likely, high.")
    below, above = (triple.p50 - triple.p10) / Z90, (triple.p90 - triple.p50) / Z90
    score = NormalDist().inv_cdf

    def at(u: float) -> float:
        z = score(u)
        return min(high, max(low, triple.p50 + z * (below if z < 0 else above)))

    return at


def quantity_table(triple: Triple) -> tuple[float, ...]:
    """Quantiles of a positive quantity at LEVELS, shape (257,)."""
    at = _quantity_at(checked(triple))
    return tuple(at(u, z) for u, z in zip(LEVELS, SCORES, strict=True))


def bounded_table(triple: Triple, low: float, high: float) -> tuple[float, ...]:
    """Quantiles of a bounded share or score at LEVELS, shape (257,)."""
    at = bounded(triple, low, high)
    return tuple(at(u) for u in LEVELS)


def read(table: Sequence[float], u: float) -> float:
    """The quantile at level u of a table over [0, 1], linear between its points."""
    place = min(1.0, max(0.0, u)) * (len(table) - 1)
    k = min(int(place), len(table) - 2)
    return table[k] + (place - k) * (table[k + 1] - table[k])


def level(table: Sequence[float], value: float) -> float:
    """The share of the distribution at or below a value: the inverse of `read`, in [0, 1]."""
    last = len(table) - 1
    if value < table[0]:
        return 0.0
    if value >= table[last]:
        return 1.0
    k = bisect_right(table, value) - 1
    return (k + (value - table[k]) / (table[k + 1] - table[k])) / last


def triple_of(table: Sequence[float]) -> Triple:
    """P10, P50 and P90 of a quantile table."""
    return Triple(read(table, 0.1), read(table, 0.5), read(table, 0.9))
