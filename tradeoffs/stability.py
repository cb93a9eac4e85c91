"""How far a weight may move before another option leads, and the verdict that follows."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

from tradeoffs.weighing import TIE, Weighing

NEAR = 0.2


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


@dataclass(frozen=True, slots=True)
class Verdict:
    """Who leads, by how much, and which weight would change that soonest.

    word:   "tie", "open" (what is not scored could change the leader), "fragile" (a weight within
            20 % of its value changes the leader) or "stable"
    could:  options that what is not scored yet might still carry past the leader
    """

    word: str
    winner: int
    tied: tuple[int, ...]
    runner_up: int | None
    lead: float
    critical: Hold | None
    missing: int
    could: tuple[int, ...]


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


def verdict(weighing: Weighing) -> Verdict | None:
    """Judge who leads and how firmly, or None where no option is ranked."""
    ranked = weighing.ranked
    if not ranked:
        return None
    winner, totals = ranked[0], weighing.totals
    tied = tuple(i for i in ranked if weighing.ranks[i] == 1)
    runner_up = ranked[1] if len(ranked) > 1 else None
    critical = most_critical(holds(weighing))
    could = _could_still_lead(weighing, winner)
    word = "stable"
    if len(tied) > 1:
        word = "tie"
    elif could:
        word = "open"
    elif critical is not None and critical.edges()[0][0] <= NEAR:
        word = "fragile"
    return Verdict(
        word=word,
        winner=winner,
        tied=tied,
        runner_up=runner_up,
        lead=0.0 if runner_up is None else totals[winner].middle - totals[runner_up].middle,
        critical=critical if len(tied) == 1 else None,
        missing=weighing.missing,
        could=could,
    )


def _could_still_lead(weighing: Weighing, winner: int) -> tuple[int, ...]:
    """Options that pass the leader for some value of the cells that are not scored."""
    totals = weighing.totals
    return tuple(
        i
        for i, total in enumerate(totals)
        if i != winner
        and not total.fails
        and not (total.is_complete and totals[winner].is_complete)
        and total.ceiling - totals[winner].floor > TIE
    )
