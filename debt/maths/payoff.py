"""What to pay with a budget, and what is left and why (debt.md 4, pay-off view)."""

from __future__ import annotations

import math
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from itertools import accumulate, chain, filterfalse


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
    waiting: frozenset[int]
    """Ids of what waits, and of what needs one of these."""

    @classmethod
    def of(cls, candidates: Iterable[Candidate]) -> Ranking:
        """raises: ValueError for a circle of needs"""
        rows = {each.id: each for each in candidates}
        order = _behind_needs(rows)
        waiting: set[int] = set()
        for id in order:
            if rows[id].waits or not waiting.isdisjoint(rows[id].needs):
                waiting.add(id)
        return cls(rows, ranked(rows, order, waiting), frozenset(waiting))

    @cached_property
    def least(self) -> list[float]:
        """Of each group: the cheapest item in it and in those after it, in pd."""
        lowest = {id: row.cost for id, row in self.rows.items()}
        for id in _behind_needs(self.rows):
            lowest[id] = min(lowest.get(each, math.inf) for each in (id, *self.rows[id].needs))
        heads = (lowest[group[-1]] for group in reversed(self.groups))
        return list(accumulate(heads, min))[::-1]

    @cached_property
    def whole(self) -> dict[int, float]:
        """Of each item of a group: the cost of all to be paid up to the last group it is in, pd."""
        found: dict[int, float] = {}
        total = 0.0
        for group in self.groups:
            total += sum(self.rows[id].cost for id in group if id not in found)
            found |= dict.fromkeys(group, total)
        return found

    def spend(self, budget: float) -> Payment:
        """raises: ValueError for a negative budget"""
        if budget < 0:
            raise ValueError("A budget cannot be negative.")
        rows = self.rows
        chosen: list[int] = []
        taken: set[int] = set()
        for_whom: dict[int, int] = {}
        spent = 0.0
        for group, least in zip(self.groups, self.least, strict=True):
            room = budget - spent
            if not _fits(least, room):
                break  # nor does anything after it
            paid = self._that_fit(group, taken, room)
            chosen += paid
            taken.update(paid)
            spent += sum(rows[id].cost for id in paid)
            for_whom |= dict.fromkeys(paid[:-1], paid[-1]) if paid else {}
        enough = {id: total for id, total in self.whole.items() if id not in taken}
        left = dict.fromkeys(enough, Reason.DOES_NOT_FIT)
        for id in rows:
            if id not in taken and id not in left:
                left[id] = Reason.WAITS if id in self.waiting else Reason.NO_GAIN
        return Payment(
            chosen=tuple(chosen),
            spent=spent,
            back=sum(rows[id].back for id in chosen),
            net=sum(rows[id].net for id in chosen),
            left=left,
            enough=enough,
            for_whom=for_whom,
        )

    def _that_fit(self, group: Sequence[int], taken: set[int], room: float) -> list[int]:
        """All of a group that is not taken, or else as many of the first that gain something."""
        part: list[int] = []
        gaining = 0
        cost = net = 0.0
        for id in filterfalse(taken.__contains__, group):
            cost += self.rows[id].cost
            if not _fits(cost, room):
                return part[:gaining]
            part.append(id)
            net += self.rows[id].net
            if net > 0:
                gaining = len(part)
        return part


def _fits(cost: float, room: float) -> bool:
    return cost <= room + 1e-9


def ranked(
    rows: Mapping[int, Candidate], order: Iterable[int], waiting: Container[int]
) -> list[tuple[int, ...]]:
    """Groups to pay one after the other, each an item behind all that it needs; gains only.

    What needs nothing keeps its place, so it is sorted once; only what needs others is weighed
    anew whenever something of it is taken.

    order: ids, each behind what it needs
    """
    groups = _groups(rows, (id for id in order if id not in waiting))
    plain = [rows[id] for id, group in groups.items() if len(group) == 1 and rows[id].net > 0]
    plain.sort(key=lambda each: _place(each.net / each.cost, each))
    linked = _Linked(rows, groups)
    taken: set[int] = set()
    found: list[tuple[int, ...]] = []
    while True:
        while plain and plain[-1].id in taken:
            plain.pop()
        best, density = linked.best()
        place = _place(density, rows[best]) if best is not None else None
        if plain:
            first = plain[-1]
            if place is None or _place(first.net / first.cost, first) >= place:
                best = first.id
        if best is None:
            return found
        fresh = [id for id in groups[best] if id not in taken]
        found.append(groups[best])
        taken.update(fresh)
        linked.take(fresh)


class _Linked:
    """Items that need others, each weighed together with what of these is not taken yet.

    All of them at once, because an item may be needed by all that come after it. Their sums are
    kept in whole parts of a day, so that taking something away leaves no rounding behind.
    """

    def __init__(self, rows: Mapping[int, Candidate], groups: Mapping[int, tuple[int, ...]]):
        """groups: of every item, each behind those of what it needs; with needs and without"""
        self.rows = rows
        linked = [id for id, group in groups.items() if len(group) > 1]
        self.heads = sorted(linked, key=lambda id: _place(0.0, rows[id]), reverse=True)
        """Of two that gain as much for a day, the one that comes first."""
        if not linked:
            return
        import numpy as np  # loaded only where something needs something

        weighed = {*linked, *(need for id in linked for need in rows[id].needs)}
        self.place = {id: place for place, id in enumerate(id for id in groups if id in weighed)}
        contains = np.eye(len(self.place), dtype=bool)
        for id, place in self.place.items():
            for need in rows[id].needs:
                if need in groups:
                    contains[place] |= contains[self.place[need]]
        self.contains = np.asfortranarray(contains[[self.place[id] for id in self.heads]])
        total = sum(abs(rows[id].net) + rows[id].cost for id in self.place)
        self.parts = 2.0 ** (60 - math.ceil(math.log2(total)))
        self.net = np.zeros(len(linked), dtype=np.int64)
        self.cost = np.zeros(len(linked), dtype=np.int64)
        self.fresh = np.zeros(len(linked), dtype=np.int64)
        for id in self.place:
            self._add(id, 1)
        self.alone = np.array([rows[id].net / rows[id].cost for id in self.heads])
        """Density of an item when all that it needs is taken."""

    def _add(self, id: int, sign: int) -> None:
        column = self.contains[:, self.place[id]]
        self.net[column] += sign * round(self.rows[id].net * self.parts)
        self.cost[column] += sign * round(self.rows[id].cost * self.parts)
        self.fresh[column] += sign

    def best(self) -> tuple[int | None, float]:
        """What gains most for a day together with its needs, and how much; nothing if none does."""
        if not self.heads:
            return None, 0.0
        import numpy as np

        density = np.where(self.fresh == 1, self.alone, self.net / np.maximum(self.cost, 1))
        density[self.fresh == 0] = 0.0
        at = int(density.argmax())
        most = float(density[at])
        return (self.heads[at], most) if most > 0 else (None, 0.0)

    def take(self, ids: Iterable[int]) -> None:
        for id in ids:
            if self.heads and id in self.place:
                self._add(id, -1)


def _place(density: float, row: Candidate) -> tuple[float, float, int]:
    """What stands first in the order is greatest; the oldest item where all else is the same."""
    return density, row.chance, -row.id


def _behind_needs(rows: Mapping[int, Candidate]) -> list[int]:
    """Ids, each behind what it needs (Kahn 1962); needs that are no rows are met.

    raises: ValueError for a circle of needs
    """
    open_needs = {id: sum(need in rows for need in row.needs) for id, row in rows.items()}
    needed_by: dict[int, list[int]] = {}
    for id, row in rows.items():
        for need in row.needs:
            needed_by.setdefault(need, []).append(id)
    order = [id for id, count in open_needs.items() if not count]
    for id in order:  # grows while it is read
        for other in needed_by.get(id, ()):
            open_needs[other] -= 1
            if not open_needs[other]:
                order.append(other)
    if len(order) < len(rows):
        raise ValueError("Debt cannot need itself.")
    return order


def _groups(rows: Mapping[int, Candidate], order: Iterable[int]) -> dict[int, tuple[int, ...]]:
    """What each item needs, deepest first, and the item itself.

    order: ids, each behind what it needs, so that each group is made of those before it
    """
    found: dict[int, tuple[int, ...]] = {}
    for id in order:
        needs = [found[need] for need in sorted(rows[id].needs) if need in rows]
        if len(needs) > 1:
            needs = [tuple(dict.fromkeys(chain.from_iterable(needs)))]
        found[id] = (*needs[0], id) if needs else (id,)
    return found


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
