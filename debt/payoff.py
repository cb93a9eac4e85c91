"""What to pay with a budget, and what is left and why (debt.md 4, pay-off view)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class Reason(StrEnum):
    """Why an item is not chosen."""

    NO_GAIN = "no_gain"
    """It does not gain inside the horizon, nor do the items that it needs together with it."""
    DOES_NOT_FIT = "does_not_fit"
    WAITS = "waits"
    """Something is to be paid first that cannot be chosen here."""


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """Debt that could be paid now, by its means."""

    id: int
    cost: float  # pd, > 0
    back: float  # pd a month given back, shared hours counted once
    net: float  # pd gained inside the horizon less the cost: NPV(0)
    chance: float  # that it pays back inside the horizon
    needs: frozenset[int] = frozenset()  # items to be paid before this one
    waits: bool = False  # for something that is no choice; what needs this one waits with it

    def __post_init__(self) -> None:
        if not self.cost > 0:
            raise ValueError("Paying costs something.")


@dataclass(frozen=True)
class Payment:
    """What a budget pays."""

    chosen: tuple[int, ...]
    """Ids in the order of paying."""
    spent: float
    back: float
    """pd a month."""
    net: float
    left: dict[int, Reason] = field(default_factory=dict)
    enough: dict[int, float] = field(default_factory=dict)
    """Of each item that gains and does not fit: the budget from which it is certainly chosen."""
    for_whom: dict[int, int] = field(default_factory=dict)
    """Of each chosen item that another one needs first: the one for whose sake it was taken."""


def choose(candidates: Iterable[Candidate], budget: float) -> Payment:
    """Spend a budget by net gain per person-day, ties by chance.

    An item that needs others is weighed together with those that are not chosen yet, and they are
    paid before it. What does not fit is passed over and smaller gains may follow: greedy by density
    (Dantzig 1957), so never more than one item's gain away from the best choice without needs.

    budget: pd, >= 0
    raises: ValueError for a negative budget or a circle of needs
    """
    return Ranking.of(candidates).spend(budget)


@dataclass(frozen=True)
class Ranking:
    """Candidates in their order of paying: any number of budgets are spent on one of these."""

    rows: Mapping[int, Candidate]
    groups: Sequence[tuple[int, ...]]
    """Ids to pay one group after the other, an item behind all that it needs; gains only."""

    @classmethod
    def of(cls, candidates: Iterable[Candidate]) -> Ranking:
        """raises: ValueError for a circle of needs"""
        rows = {each.id: each for each in candidates}
        return cls(rows, ranked(rows))

    def spend(self, budget: float) -> Payment:
        """raises: ValueError for a negative budget"""
        if budget < 0:
            raise ValueError("A budget cannot be negative.")
        rows = self.rows
        chosen: list[int] = []
        taken: set[int] = set()
        left: dict[int, Reason] = {}
        enough: dict[int, float] = {}
        for_whom: dict[int, int] = {}
        seen: set[int] = set()
        spent = before = 0.0
        for step in self.groups:
            before += sum(rows[id].cost for id in step if id not in seen)
            seen.update(step)
            fresh = [id for id in step if id not in taken]
            paid = self._that_fit(fresh, budget - spent)
            chosen += paid
            taken.update(paid)
            spent += sum(rows[id].cost for id in paid)
            for_whom |= dict.fromkeys(paid[:-1], paid[-1]) if paid else {}
            left |= dict.fromkeys(fresh[len(paid) :], Reason.DOES_NOT_FIT)
            enough |= dict.fromkeys(fresh[len(paid) :], before)
        for id in taken:
            left.pop(id, None)
            enough.pop(id, None)
        for id in rows:
            if id not in taken and id not in left:
                waits = any(rows[each].waits for each in _with_needs(rows, id))
                left[id] = Reason.WAITS if waits else Reason.NO_GAIN
        return Payment(
            chosen=tuple(chosen),
            spent=spent,
            back=sum(rows[id].back for id in chosen),
            net=sum(rows[id].net for id in chosen),
            left=left,
            enough=enough,
            for_whom=for_whom,
        )

    def _that_fit(self, fresh: Sequence[int], room: float) -> Sequence[int]:
        """All of a group, or else as many of the first that gain something by themselves."""
        for count in range(len(fresh), 0, -1):
            part = [self.rows[id] for id in fresh[:count]]
            gains = count == len(fresh) or sum(each.net for each in part) > 0
            if gains and sum(each.cost for each in part) <= room + 1e-9:
                return fresh[:count]
        return ()


def ranked(rows: Mapping[int, Candidate]) -> list[tuple[int, ...]]:
    """Groups to pay one after the other, each an item behind all that it needs; gains only.

    What needs nothing keeps its place, so it is sorted once; only what needs others is weighed
    anew whenever something is taken.

    raises: ValueError for a circle of needs
    """
    groups = {id: _with_needs(rows, id) for id in rows}
    free = {
        id: group for id, group in groups.items() if not any(rows[each].waits for each in group)
    }
    linked = {id: group for id, group in free.items() if len(group) > 1}
    whole = dict(linked)
    plain = [rows[id] for id, group in free.items() if len(group) == 1 and rows[id].net > 0]
    plain.sort(key=lambda each: _place(each.net / each.cost, each), reverse=True)
    taken: set[int] = set()
    order: list[tuple[int, ...]] = []
    at = 0
    while True:
        while at < len(plain) and plain[at].id in taken:
            at += 1
        best: tuple[tuple[float, float, int], tuple[int, ...]] | None = None
        if at < len(plain):
            first = plain[at]
            best = _place(first.net / first.cost, first), (first.id,)
        for id, group in linked.items():
            fresh = tuple(each for each in group if each not in taken)
            net = sum(rows[each].net for each in fresh)
            if net > 0:
                place = _place(net / sum(rows[each].cost for each in fresh), rows[id])
                best = max(best, (place, fresh)) if best else (place, fresh)
        if best is None:
            return order
        order.append(whole.get(best[1][-1], best[1]))
        taken.update(best[1])
        for id in best[1]:
            linked.pop(id, None)


def _place(density: float, row: Candidate) -> tuple[float, float, int]:
    """What stands first in the order is greatest; the oldest item where all else is the same."""
    return density, row.chance, -row.id


def _with_needs(rows: Mapping[int, Candidate], id: int) -> tuple[int, ...]:
    """What an item needs, deepest first, and the item itself; needs that are no rows are met."""
    found: list[int] = []
    above: list[int] = []

    def visit(each: int) -> None:
        if each in above:
            raise ValueError("Debt cannot need itself.")
        if each in found:
            return
        above.append(each)
        for need in sorted(rows[each].needs):
            if need in rows:
                visit(need)
        above.pop()
        found.append(each)

    visit(id)
    return tuple(found)


def curve(candidates: Sequence[Candidate], budgets: Iterable[float]) -> list[float]:
    """Person-days a month given back by each of some budgets: (budgets,)."""
    order = Ranking.of(candidates)
    return [order.spend(budget).back for budget in budgets]


def steps_of(total: float) -> tuple[float, float]:
    """Largest budget worth offering and the step of its slider, for the cost of all that gains.

    returns: (most, step) in pd, round numbers; most is a multiple of step
    """
    for step in (1, 2, 5, 10, 20, 50, 100, 200, 500):
        if total <= 30 * step:
            break
    return max(step, -(-total // step) * step), float(step)
