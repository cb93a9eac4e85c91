"""A team's predictions against what happened; nothing is said below the guard."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from tradeoffs.maths import accuracy

GUARD = 20
"""Cases before anything is said: the interval of a share from fewer spans half of all there is."""


@dataclass(frozen=True, slots=True)
class Chances:
    """Yes and no against chances. base: what always saying the share that came true would score."""

    n: int
    brier: float
    base: float
    came_true: float
    curve: tuple[tuple[accuracy.Bin, tuple[float, float]], ...]


@dataclass(frozen=True, slots=True)
class Numbers:
    """Numbers against ranges. held: share inside P10 to P90, 0.8 where ranges are right."""

    n: int
    held: float
    interval: tuple[float, float]
    mape: float | None
    high: float


@dataclass(frozen=True, slots=True)
class Share:
    hits: int
    n: int
    value: float
    interval: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Leaning:
    """How many times as high as its P50 a number came out, as a median."""

    quality: str
    n: int
    factor: float


def chances(pairs: Sequence[tuple[float, float]]) -> Chances | None:
    """pairs: (chance, outcome 0 or 1). None below the guard."""
    if len(pairs) < GUARD:
        return None
    true = sum(outcome for _, outcome in pairs)
    share = true / len(pairs)
    curve = tuple(
        (one, accuracy.wilson(round(one.came_true * one.n), one.n))
        for one in accuracy.calibration(pairs)
    )
    return Chances(len(pairs), accuracy.brier(pairs), share * (1 - share), share, curve)


def numbers(rows: Sequence[tuple[float, float, float, float]]) -> Numbers | None:
    """rows: (p10, p50, p90, actual). None below the guard."""
    if len(rows) < GUARD:
        return None
    ends = [(low, high, actual) for low, _, high, actual in rows]
    held = accuracy.coverage(ends)
    interval = accuracy.wilson(round(held * len(rows)), len(rows))
    wrong = accuracy.mape([(middle, actual) for _, middle, _, actual in rows])
    high = sum(actual > middle for _, middle, _, actual in rows) / len(rows)
    return Numbers(len(rows), held, interval, wrong, high)


def share(hits: int, n: int) -> Share | None:
    """A share with its interval (Wilson). None below the guard."""
    if n < GUARD:
        return None
    return Share(hits, n, hits / n, accuracy.wilson(hits, n))


def leanings(rows: Sequence[tuple[str, float, float]]) -> list[Leaning]:
    """How far numbers of one quality lean, for those with enough of them.

    rows: (quality, p50, actual); ratios of numbers above 0 alone
    """
    groups: dict[str, list[float]] = {}
    for quality, middle, actual in rows:
        if quality and middle > 0 and actual > 0:
            groups.setdefault(quality, []).append(actual / middle)
    return [
        Leaning(quality, len(ratios), median(ratios))
        for quality, ratios in sorted(groups.items())
        if len(ratios) >= GUARD
    ]
