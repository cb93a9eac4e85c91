"""How much too narrow typed ranges are, of all estimators and of each."""

import math
from collections.abc import Iterable

from ..ranges import Z90, Triple
from .records import Finished, Key

FIRST_STRETCH = 1.6
"""How much wider than typed a range is before any was checked (a judgement, not measured)."""

STRETCH_WEIGHT = 30.0
FARTHEST = 6.0
"""Largest distance, in units of the typed range, that one item counts for."""


def stretch_of(distances: Iterable[tuple[float, float]], first: float = FIRST_STRETCH) -> float:
    """Learned width of typed ranges: k^2 = (30 k0^2 + sum z^2) / (30 + n), weighted.

    distances: (z, weight) of each finished ranged item; first: k0
    """
    squares, weight = STRETCH_WEIGHT * first**2, STRETCH_WEIGHT
    for z, each in distances:
        squares += each * min(abs(z), FARTHEST) ** 2
        weight += each
    return math.sqrt(squares / weight)


def distance(row: Finished, middle: float) -> float | None:
    """How far an actual lies from the corrected P50, in normal scores of its typed range.

    middle: median ratio of actual to estimate; None where the range had no width to that side
    """
    if row.open or not isinstance(row.typed, Triple):
        return None
    y = math.log(row.actual / row.typed.p50 / middle)
    side = row.typed.p90 / row.typed.p50 if y > 0 else row.typed.p50 / row.typed.p10
    return y * Z90 / math.log(side) if side > 1 else None


def stretches(
    rows: Iterable[Finished], middle: float
) -> tuple[float, dict[Key, tuple[float, int]]]:
    """The stretch of all typed ranges, and each estimator's drawn to it, from how many items."""
    everyone: list[tuple[float, float]] = []
    by_person: dict[Key, list[tuple[float, float]]] = {}
    for row in rows:
        z = distance(row, middle)
        if z is not None:
            everyone.append((z, row.weight))
            if row.person is not None:
                by_person.setdefault(row.person, []).append((z, row.weight))
    overall = stretch_of(everyone)
    return overall, {
        person: (stretch_of(each, overall), len(each)) for person, each in by_person.items()
    }
