"""How far several people agree on an order, and who sees it differently."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt


def kendall_w(ranks: Sequence[Sequence[float]]) -> float:
    """Kendall's coefficient of concordance with the correction for ties, 0 none to 1 full.

    W = 12 S / (m^2 (n^3 - n) - m T), S the squared deviations of the rank sums from their mean,
    T = sum over people and groups of ties of (t^3 - t) (Kendall & Gibbons, 1990, ch. 6; Siegel &
    Castellan, 1988, ch. 9). Without ties this is 12 S / (m^2 (n^3 - n)).

    ranks:  shape (people, options), 1 is best; any scores in that order do, ties are averaged
    raises: ValueError for nobody, fewer than two options or unequal lengths, or when everybody
            ties everything: there is no order to agree on
    """
    if not ranks or len(ranks[0]) < 2 or any(len(one) != len(ranks[0]) for one in ranks):
        raise ValueError("agreement needs at least one person and two options, ranked by everybody")
    m, n = len(ranks), len(ranks[0])
    even = [mid_ranks(one) for one in ranks]
    sums = [sum(one[i] for one in even) for i in range(n)]
    mean = sum(sums) / n
    squares = sum((total - mean) ** 2 for total in sums)
    ties = sum(t**3 - t for one in even for t in _groups(one))
    most = m * m * (n**3 - n) - m * ties
    if most <= 0:
        raise ValueError("nobody tells the options apart")
    return 12 * squares / most


def concordance(totals: Sequence[Sequence[float]]) -> float | None:
    """Kendall's W of the orders that totals give, higher first; totals 1e-9 apart are ties.

    totals:  shape (people, options)
    returns: None with fewer than two people or options, or where nobody tells them apart
    """
    if len(totals) < 2:
        return None
    try:
        return kendall_w([[-round(total, 9) for total in own] for own in totals])
    except ValueError:
        return None


def mid_ranks(values: Sequence[float]) -> list[float]:
    """Ranks from 1 in rising order; equal values share the mean of their places."""
    order = sorted(range(len(values)), key=lambda i: values[i])
    found = [0.0] * len(values)
    start = 0
    while start < len(order):
        end = start
        while end + 1 < len(order) and values[order[end + 1]] == values[order[start]]:
            end += 1
        for place in range(start, end + 1):
            found[order[place]] = (start + end) / 2 + 1
        start = end + 1
    return found


def _groups(ranks: Sequence[float]) -> list[int]:
    return [ranks.count(rank) for rank in set(ranks)]


@dataclass(frozen=True, slots=True)
class Spread:
    """What several people say of one cell; sd is of the people asked (divided by n - 1)."""

    mean: float
    sd: float
    low: float
    high: float
    n: int


def spread(values: Sequence[float]) -> Spread:
    """raises: ValueError when nobody said anything"""
    if not values:
        raise ValueError("nobody scored this")
    n, mean = len(values), sum(values) / len(values)
    sd = sqrt(sum((x - mean) ** 2 for x in values) / (n - 1)) if n > 1 else 0.0
    return Spread(mean, sd, min(values), max(values), n)


def winners_without(totals: Sequence[Sequence[float]]) -> list[list[int]]:
    """Who would lead if one person had not scored: the options with the best mean of the rest.

    totals:  shape (people, options), higher is better
    returns: for each person left out, the options that lead (several when they tie)
    """
    people = range(len(totals))
    return [_leaders([totals[p] for p in people if p != left]) for left in people]


def _leaders(totals: Sequence[Sequence[float]]) -> list[int]:
    if not totals:
        return []
    means = [sum(column) / len(totals) for column in zip(*totals, strict=True)]
    return [i for i, mean in enumerate(means) if max(means) - mean <= 1e-9]
