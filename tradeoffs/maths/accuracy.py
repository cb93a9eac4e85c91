"""How well predictions came true: chances against outcomes, and ranges against numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite, sqrt

Z95 = 1.959963984540054


def brier(pairs: Sequence[tuple[float, float]]) -> float:
    """Mean of (chance - outcome)^2, 0 best to 1 (Brier, Monthly Weather Review 78(1), 1950).

    pairs:  (chance in [0, 1], outcome 0 or 1)
    raises: ValueError when there is no pair, or a chance or an outcome is none
    """
    if not pairs:
        raise ValueError("a score needs at least one prediction that came due")
    for chance, outcome in pairs:
        if not 0 <= chance <= 1:
            raise ValueError("a chance lies between 0 and 1")
        if outcome not in (0, 1):
            raise ValueError("an outcome is 0 or 1")
    return sum((chance - outcome) ** 2 for chance, outcome in pairs) / len(pairs)


@dataclass(frozen=True, slots=True)
class Bin:
    """Predictions of about the same chance: their mean chance and how many came true."""

    chance: float
    came_true: float
    n: int


def calibration(pairs: Sequence[tuple[float, float]], *, bins: int = 5) -> list[Bin]:
    """The calibration curve: predictions in bins of equal width; empty bins are left out.

    raises: ValueError as `brier` does
    """
    brier(pairs)
    groups: list[list[tuple[float, float]]] = [[] for _ in range(bins)]
    for chance, outcome in pairs:
        groups[min(bins - 1, int(chance * bins))].append((chance, outcome))
    return [
        Bin(
            sum(c for c, _ in group) / len(group), sum(o for _, o in group) / len(group), len(group)
        )
        for group in groups
        if group
    ]


def coverage(ranges: Sequence[tuple[float, float, float]]) -> float:
    """Share of actuals inside their P10 to P90, ends included; 0.8 is well calibrated.

    ranges: (p10, p90, actual)
    raises: ValueError when there is none, one is reversed or not finite
    """
    if not ranges:
        raise ValueError("coverage needs at least one prediction that came due")
    if any(not all(map(isfinite, row)) or row[0] > row[1] for row in ranges):
        raise ValueError("order the range: low, high, and finite numbers alone")
    return sum(low <= actual <= high for low, high, actual in ranges) / len(ranges)


def mape(pairs: Sequence[tuple[float, float]]) -> float | None:
    """Mean of |predicted - actual| / |actual|; actuals of 0 take no part. None without any.

    pairs: (predicted, actual)
    """
    usable = [(p, a) for p, a in pairs if a != 0]
    return sum(abs(p - a) / abs(a) for p, a in usable) / len(usable) if usable else None


def wilson(hits: int, n: int, *, z: float = Z95) -> tuple[float, float]:
    """The interval of a share from few cases (Wilson, JASA 22(158), 1927); 95 % by default.

    raises: ValueError unless 0 <= hits <= n and n > 0
    """
    if not 0 <= hits <= n or n < 1:
        raise ValueError("a share needs at least one case, and no more hits than cases")
    share, squared = hits / n, z * z
    centre = (share + squared / (2 * n)) / (1 + squared / n)
    half = z / (1 + squared / n) * sqrt(share * (1 - share) / n + squared / (4 * n * n))
    return max(0.0, centre - half), min(1.0, centre + half)
