"""Weights from what people can say: points, an order, swings, or judgements in pairs."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import exp, fsum, isfinite, log

from tradeoffs.maths.weighing import normalise

RANDOM_INDEX = {
    "saaty2005": (0.52, 0.89, 1.11, 1.25, 1.35, 1.40, 1.45, 1.49, 1.52, 1.54, 1.56, 1.58, 1.59),
    "saaty1980": (0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49),
}
"""Mean CI of random matrices by edition, from n = 3 on."""

EDITIONS = {"saaty2005": "Saaty 2005", "saaty1980": "Saaty 1980"}
ACCEPTABLE = 0.10
"""A consistency ratio above it asks for another look (Saaty, 1980)."""

RATIO = re.compile(r"[0-9]{1,3}([./][0-9]{1,3})?")
"""What a judgement looks like: a fraction of unbounded digits takes unbounded time to read."""

STOP, MOST_STEPS = 1e-10, 10_000


def rank_order_centroid(n: int) -> list[float]:
    """Weights when only the order is known: w_(r) = (1/n) sum_{k=r..n} 1/k.

    The centre of all weights in that order (Barron & Barrett, Management Science 42(11), 1996).

    raises: ValueError for fewer than one criterion
    """
    if n < 1:
        raise ValueError("an order needs at least one criterion")
    return [fsum(1 / k for k in range(r, n + 1)) / n for r in range(1, n + 1)]


def from_order(places: Sequence[int]) -> list[float]:
    """Rank order centroids of given places; equals share the mean of the places they take.

    places: 1 is most important; only their order counts, so 1, 1, 3 and 1, 1, 2 are the same
    raises: ValueError for an empty order
    """
    centroids = rank_order_centroid(len(places))
    order = sorted(range(len(places)), key=lambda j: places[j])
    found = [0.0] * len(places)
    for place in set(places):
        taken = [k for k, j in enumerate(order) if places[j] == place]
        mean = fsum(centroids[k] for k in taken) / len(taken)
        for k in taken:
            found[order[k]] = mean
    return found


def swing(points: Sequence[float]) -> tuple[float, ...]:
    """Weights from how much each swing from worst to best is worth: w_j = p_j / sum p.

    The swing worth most has 100 points and the others their part of it (von Winterfeldt &
    Edwards, Decision Analysis and Behavioral Research, 1986, ch. 8).

    raises: ValueError when points leave 0 to 100, or none has 100
    """
    if any(not isfinite(p) or not 0 <= p <= 100 for p in points):
        raise ValueError("swing points lie between 0 and 100")
    if max(points, default=0) != 100:
        raise ValueError("give 100 points to the swing that is worth most")
    return normalise(points)


@dataclass(frozen=True, slots=True)
class Judged:
    """What pairwise judgements come to.

    cr:    consistency ratio, 0 for two criteria or fewer; None where the edition ends before n
    worst: the pair (i, j) whose judgement differs most from w_i / w_j, and what the weights say;
           None where there is no pair
    """

    weights: tuple[float, ...]
    lambda_max: float
    ci: float
    cr: float | None
    edition: str
    worst: tuple[int, int] | None
    implied: float | None

    @property
    def acceptable(self) -> bool:
        return self.cr is not None and self.cr <= ACCEPTABLE


def judgement(text: str | float) -> float:
    """Read 3, "1/3" or "0.5" as a ratio.

    raises: ValueError unless it is a ratio above 0
    """
    if isinstance(text, str) and not RATIO.fullmatch(text.strip()):
        raise ValueError("a judgement is a number or a fraction such as 1/3")
    try:
        value = float(Fraction(text.strip()) if isinstance(text, str) else text)
    except (ValueError, ZeroDivisionError, OverflowError) as error:
        raise ValueError("a judgement is a number or a fraction such as 1/3") from error
    if not isfinite(value) or value <= 0:
        raise ValueError("a judgement is a ratio above 0")
    return value


def ahp(judgements: Sequence[Sequence[float]], *, edition: str = "saaty2005") -> Judged:
    """Weights from judgements in pairs (Saaty, The Analytic Hierarchy Process, 1980).

    The principal right eigenvector by power iteration, until the weights change by less than
    1e-10 in sum; lambda_max = mean_i (A w)_i / w_i; CI = (lambda_max - n) / (n - 1); CR = CI / RI.

    judgements: reciprocal matrix of shape (n, n): how many times i outweighs j
    edition:    of the random index, a key of RANDOM_INDEX
    raises:     ValueError when the matrix is not square, positive and reciprocal (to 1 %)
    """
    _check(judgements)
    n = len(judgements)
    weights = _principal(judgements)
    products = [fsum(a * w for a, w in zip(row, weights, strict=True)) for row in judgements]
    lambda_max = fsum(p / w for p, w in zip(products, weights, strict=True)) / n
    ci = (lambda_max - n) / (n - 1) if n > 1 else 0.0
    table = RANDOM_INDEX[edition]
    cr: float | None = 0.0
    if n > 2:
        cr = ci / table[n - 3] if n - 3 < len(table) else None
    worst = _worst(judgements, weights)
    implied = None if worst is None else weights[worst[0]] / weights[worst[1]]
    return Judged(tuple(weights), lambda_max, ci, cr, edition, worst, implied)


def together(judgements: Sequence[Sequence[Sequence[float]]]) -> list[list[float]]:
    """One matrix for several people: the geometric mean, cell by cell (Aczel & Saaty, 1983).

    judgements: shape (people, n, n), positive
    raises:     ValueError when there is nobody, or their matrices differ in size
    """
    if not judgements or any(len(one) != len(judgements[0]) for one in judgements):
        raise ValueError("everybody judges the same criteria")
    n, people = len(judgements[0]), len(judgements)
    return [
        [exp(fsum(log(one[i][j]) for one in judgements) / people) for j in range(n)]
        for i in range(n)
    ]


def from_pairs(n: int, pairs: dict[tuple[int, int], float]) -> list[list[float]]:
    """A reciprocal matrix from judgements of pairs (i < j); a pair not judged is 1, equal."""
    matrix = [[1.0] * n for _ in range(n)]
    for (i, j), value in pairs.items():
        matrix[i][j], matrix[j][i] = value, 1 / value
    return matrix


def _check(judgements: Sequence[Sequence[float]]) -> None:
    n = len(judgements)
    if n == 0 or any(len(row) != n for row in judgements):
        raise ValueError("judgements need a square matrix")
    if any(not isfinite(a) or a <= 0 for row in judgements for a in row):
        raise ValueError("a judgement is a ratio above 0")
    for i in range(n):
        for j in range(i, n):
            if abs(judgements[i][j] * judgements[j][i] - 1) > 0.01:
                raise ValueError(
                    f"judgements {i + 1}, {j + 1} and {j + 1}, {i + 1} must be each other's inverse"
                )


def _principal(judgements: Sequence[Sequence[float]]) -> list[float]:
    weights = [1 / len(judgements)] * len(judgements)
    for _ in range(MOST_STEPS):
        grown = [fsum(a * w for a, w in zip(row, weights, strict=True)) for row in judgements]
        total = fsum(grown)
        following = [g / total for g in grown]
        change = fsum(abs(a - b) for a, b in zip(following, weights, strict=True))
        weights = following
        if change < STOP:
            break
    return weights


def _worst(
    judgements: Sequence[Sequence[float]], weights: Sequence[float]
) -> tuple[int, int] | None:
    pairs = [(i, j) for i in range(len(weights)) for j in range(i + 1, len(weights))]
    if not pairs:
        return None
    return max(
        pairs, key=lambda p: abs(log(judgements[p[0]][p[1]] * weights[p[1]] / weights[p[0]]))
    )
