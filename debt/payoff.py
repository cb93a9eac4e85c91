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


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """Debt that could be paid now, by its means."""

    id: int
    cost: float  # pd, > 0
    back: float  # pd a month given back, shared hours counted once
    net: float  # pd gained inside the horizon less the cost: NPV(0)
    chance: float  # that it pays back inside the horizon
    needs: frozenset[int] = frozenset()  # items to be paid before this one

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


def choose(candidates: Iterable[Candidate], budget: float) -> Payment:
    """Spend a budget by net gain per person-day, ties by chance.

    An item that needs others is weighed together with those that are not chosen yet, and they are
    paid before it. What does not fit is passed over and smaller gains may follow: greedy by density
    (Dantzig 1957), so never more than one item's gain away from the best choice without needs.

    budget: pd, >= 0
    raises: ValueError for a negative budget or a circle of needs
    """
    if budget < 0:
        raise ValueError("A budget cannot be negative.")
    rows = {each.id: each for each in candidates}
    order = ranked(rows)
    chosen: list[int] = []
    taken: set[int] = set()
    left: dict[int, Reason] = {}
    enough: dict[int, float] = {}
    spent = before = 0.0
    for step in order:
        fresh = [id for id in step if id not in taken]
        cost = sum(rows[id].cost for id in fresh)
        before += sum(rows[id].cost for id in step)
        if spent + cost <= budget + 1e-9:
            chosen += fresh
            taken.update(fresh)
            spent += cost
        else:
            left |= dict.fromkeys(fresh, Reason.DOES_NOT_FIT)
            enough |= dict.fromkeys(fresh, before)
    for id in rows:
        if id not in taken and id not in left:
            left[id] = Reason.NO_GAIN
    return Payment(
        chosen=tuple(chosen),
        spent=spent,
        back=sum(rows[id].back for id in chosen),
        net=sum(rows[id].net for id in chosen),
        left=left,
        enough=enough,
    )


def ranked(rows: Mapping[int, Candidate]) -> list[tuple[int, ...]]:
    """Groups to pay one after the other, each an item behind those it still needs; gains only.

    raises: ValueError for a circle of needs
    """
    groups = {id: _with_needs(rows, id) for id in rows}
    taken: set[int] = set()
    order: list[tuple[int, ...]] = []
    waiting = set(rows)
    while waiting:
        best: tuple[tuple[float, float, int], tuple[int, ...]] | None = None
        for id in waiting:
            fresh = tuple(each for each in groups[id] if each not in taken)
            net = sum(rows[each].net for each in fresh)
            if net <= 0:
                continue
            density = net / sum(rows[each].cost for each in fresh)
            place = (density, rows[id].chance, -id)
            if best is None or place > best[0]:
                best = (place, fresh)
        if best is None:
            break
        order.append(best[1])
        taken.update(best[1])
        waiting -= set(best[1])
        if not any(rows[id].needs for id in waiting):
            return [*order, *_plainly(rows, waiting)]
    return order


def _plainly(rows: Mapping[int, Candidate], ids: Iterable[int]) -> list[tuple[int, ...]]:
    """The same for items without needs: one sort."""
    gains = [rows[id] for id in ids if rows[id].net > 0]
    gains.sort(key=lambda each: (-each.net / each.cost, -each.chance, each.id))
    return [(each.id,) for each in gains]


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
    return [choose(candidates, budget).back for budget in budgets]


def steps_of(total: float) -> tuple[float, float]:
    """Largest budget worth offering and the step of its slider, for the cost of all that gains.

    returns: (most, step) in pd, round numbers; most is a multiple of step
    """
    for step in (1, 2, 5, 10, 20, 50, 100, 200, 500):
        if total <= 30 * step:
            break
    return max(step, -(-total // step) * step), float(step)
