"""How far a weight or a score may move before another option leads, in closed form."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from math import dist, inf

from tradeoffs.maths import scales
from tradeoffs.maths.weighing import TIE, Weighing


@dataclass(frozen=True, slots=True)
class Hold:
    """The weights of one criterion, in [0, 1], for which the leader stays first.

    below, above: the option that takes over at the edge, or None where no weight changes the leader
    """

    criterion: int
    weight: float
    lower: float
    upper: float
    below: int | None = None
    above: int | None = None

    def edges(self) -> list[tuple[float, float, int]]:
        """Edges with a challenger, nearest first: (relative move, weight, challenger)."""
        found = [
            (abs(edge - self.weight) / self.weight if self.weight else inf, edge, challenger)
            for edge, challenger in ((self.lower, self.below), (self.upper, self.above))
            if challenger is not None
        ]
        return sorted(found)


def hold(
    values: Sequence[Sequence[float]], shares: Sequence[float], *, winner: int, criterion: int
) -> Hold:
    """Find the weights of one criterion that keep the winner first, in closed form.

    The weight t of the criterion runs from 0 to 1 and the others share the rest in proportion.
    With R_i the score of option i on the other criteria, S_i(t) = R_i + t (v_ik - R_i), and the
    winner b meets challenger i at t* = (R_b - R_i) / ((R_b - R_i) - (v_bk - v_ik)): the
    re-normalised form of Triantaphyllou & Sanchez, Decision Sciences 28(1):151-194, 1997.

    values:  shape (options, criteria), in [0, 1]
    shares:  shape (criteria,), adding to 1
    returns: the point of the present weight when the winner is tied
    raises:  ValueError when the winner does not lead
    """
    now = shares[criterion]
    scores = [sum(w * v for w, v in zip(shares, row, strict=True)) for row in values]
    others = [i for i in range(len(values)) if i != winner]
    if any(scores[i] - scores[winner] > TIE for i in others):
        raise ValueError("the winner must lead at the present weights")
    tied = [i for i in others if scores[winner] - scores[i] <= TIE]
    if tied:
        return Hold(criterion, now, now, now, tied[0], tied[0])
    rest = [_rest(row, shares, criterion) for row in values]
    lower, upper, below, above = 0.0, 1.0, None, None
    for i in others:
        gap = rest[winner] - rest[i]
        slope = gap - (values[winner][criterion] - values[i][criterion])
        if abs(slope) <= TIE:
            continue
        meets = gap / slope
        if max(lower, TIE) < meets < now:
            lower, below = meets, i
        elif now < meets < upper - TIE:
            upper, above = meets, i
    return Hold(criterion, now, lower, upper, below, above)


def _rest(row: Sequence[float], shares: Sequence[float], k: int) -> float:
    """The score on the other criteria, weights scaled to 1; equal where they weigh nothing."""
    others = [j for j in range(len(shares)) if j != k]
    weight = sum(shares[j] for j in others)
    if not others:
        return row[k]
    if weight <= TIE:
        return sum(row[j] for j in others) / len(others)
    return sum(shares[j] * row[j] for j in others) / weight


def holds(weighing: Weighing) -> list[Hold]:
    """The stable weights of every criterion, among the options that have a rank.

    raises: ValueError when no option is ranked
    """
    ranked = weighing.ranked
    if not ranked:
        raise ValueError("nothing is ranked yet")
    values = weighing.values()
    among = [values[i] for i in ranked]
    found = []
    for k in range(len(weighing.shares)):
        one = hold(among, weighing.shares, winner=0, criterion=k)
        below = None if one.below is None else ranked[one.below]
        above = None if one.above is None else ranked[one.above]
        found.append(Hold(k, one.weight, one.lower, one.upper, below, above))
    return found


def most_critical(found: Sequence[Hold]) -> Hold | None:
    """The criterion whose weight needs the smallest relative move to change the leader."""
    movable = [one for one in found if one.edges()]
    return min(movable, key=lambda one: one.edges()[0][0], default=None)


def order_hold(
    values: Sequence[Sequence[float]], shares: Sequence[float], *, criterion: int
) -> tuple[float, float]:
    """The weights of one criterion that keep the whole order, not the leader alone.

    The intersection of what keeps each neighbour behind the one before it.

    returns: (lower, upper); the point of the present weight where two are tied
    """
    scores = scales.totals(values, shares)
    order = sorted(range(len(values)), key=lambda i: -scores[i])
    lower, upper = 0.0, 1.0
    for before, after in itertools.pairwise(order):
        one = hold([values[before], values[after]], shares, winner=0, criterion=criterion)
        lower, upper = max(lower, one.lower), min(upper, one.upper)
    return lower, upper


def order_holds(weighing: Weighing) -> list[tuple[float, float]]:
    """For every criterion the weights that keep the whole order of the options with a rank."""
    values = weighing.values()
    among = [values[i] for i in weighing.ranked]
    places = range(len(weighing.shares))
    return [order_hold(among, weighing.shares, criterion=k) for k in places]


@dataclass(frozen=True, slots=True)
class Flip:
    """The change of one cell that ties the leader with a challenger.

    option, criterion: the cell; value: where it would have to be; change: signed, on the scale
    challenger:        who takes over
    """

    option: int
    criterion: int
    challenger: int
    value: float
    change: float


def flips(values: Sequence[Sequence[float]], shares: Sequence[float], *, winner: int) -> list[Flip]:
    """Single cells that can dethrone the winner while they stay on their scale, smallest first.

    The winner's cell falls by (S_b - S_i) / w_j, or the challenger's rises by as much; the nearest
    challenger takes over in the first case (sensitivity of performance measures, Triantaphyllou &
    Sanchez, Decision Sciences 28(1), 1997, section 5).
    """
    scores = scales.totals(values, shares)
    others = [i for i in range(len(values)) if i != winner]
    if not others:
        return []
    nearest = max(others, key=lambda i: scores[i])
    found = []
    for j, share in enumerate(shares):
        if share <= TIE:
            continue
        needs = [(winner, nearest, -1)] + [(i, i, 1) for i in others]
        for option, challenger, sign in needs:
            change = sign * (scores[winner] - scores[challenger]) / share
            value = values[option][j] + change
            if -TIE <= value <= 1 + TIE:
                found.append(Flip(option, j, challenger, min(1.0, max(0.0, value)), change))
    return sorted(found, key=lambda one: (abs(one.change), one.criterion, one.option))


def nearest_tie(
    values: Sequence[Sequence[float]], shares: Sequence[float], *, winner: int, challenger: int
) -> tuple[float, ...] | None:
    """The weights nearest to the present ones at which the challenger draws level.

    With d = v_b - v_i the nearest point of the plane d.w = 0 on the simplex; without a negative
    weight it is w - (d.w) dbar / ||dbar||^2, dbar = d - mean(d), else the projection
    max(0, w - mu d - lambda), found by bisection on mu.

    returns: None when no weights tie them
    """
    d = [b - i for b, i in zip(values[winner], values[challenger], strict=True)]
    mean = sum(d) / len(d)
    dbar = [x - mean for x in d]
    size = sum(x * x for x in dbar)
    lead = sum(x * w for x, w in zip(d, shares, strict=True))
    if min(d) > 0 or max(d) < 0:
        return None
    if size <= TIE:
        return tuple(shares)
    plain = [w - lead * x / size for w, x in zip(shares, dbar, strict=True)]
    if min(plain) >= 0:
        return tuple(plain)
    low, high = (0.0, 1.0) if lead > 0 else (-1.0, 0.0)
    while abs(low) + abs(high) < 1e9:
        at = _on_simplex(
            [w - (high if lead > 0 else low) * x for w, x in zip(shares, d, strict=True)]
        )
        if lead * sum(x * w for x, w in zip(d, at, strict=True)) <= 0:
            break
        low, high = (low, high * 2) if lead > 0 else (low * 2, high)
    for _ in range(200):
        middle = (low + high) / 2
        if middle in (low, high):
            break  # as near as numbers can tell
        at = _on_simplex([w - middle * x for w, x in zip(shares, d, strict=True)])
        if sum(x * w for x, w in zip(d, at, strict=True)) > 0:
            low = middle
        else:
            high = middle
    return tuple(_on_simplex([w - high * x for w, x in zip(shares, d, strict=True)]))


def _on_simplex(point: Sequence[float]) -> list[float]:
    """The nearest weights that are not negative and add to 1 (Held, Wolfe & Crowder, 1974)."""
    falling = sorted(point, reverse=True)
    total, shift = 0.0, 0.0
    for k, x in enumerate(falling, start=1):
        total += x
        if x - (total - 1) / k > 0:
            shift = (total - 1) / k
    return [max(0.0, x - shift) for x in point]


def radius(
    values: Sequence[Sequence[float]], shares: Sequence[float], *, winner: int
) -> tuple[float, int] | None:
    """How far the weights are from the nearest tie for the lead, and with whom.

    returns: (Euclidean distance of the shares, challenger), or None when nobody can draw level
    """
    found = []
    for i in range(len(values)):
        if i == winner:
            continue
        tie = nearest_tie(values, shares, winner=winner, challenger=i)
        if tie is not None:
            found.append((dist(tie, shares), i))
    return min(found, default=None)


def distance(weighing: Weighing) -> tuple[float, int] | None:
    """`radius` around the leader among the options with a rank, by index of all options."""
    ranked, values = weighing.ranked, weighing.values()
    found = radius([values[i] for i in ranked], weighing.shares, winner=0) if ranked else None
    return None if found is None else (found[0], ranked[found[1]])
