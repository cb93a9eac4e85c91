"""The shortest schedule of a plan whatever its ranks: an offer, and a bound for every order."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from .clocks import Clocks
from .generation import Generation, Slot
from .graph import Structure
from .plan import Kind, Plan, State
from .rcpsp import Problem, solve
from .sequence import sequenced, working_days

LONGEST = 2000
"""Units into which all working days of a plan are cut at most, and QUARTER the finest cut."""
QUARTER = 0.25


@dataclass(frozen=True, slots=True)
class Shortest:
    """What the plan would take if only its end counted."""

    order: tuple[int, ...]
    """Ids of the open leaves in their start order."""
    slots: dict[int, Slot]
    finish: float
    """Moment of the last finish."""
    lower_bound: float
    """Moment before which no order can end, at P50."""
    by_rank: float
    """Moment of the last finish in the order of the ranks, at P50."""
    engine: str
    """What searched: numba or python, and cp-sat where it was asked too."""


def shortest(
    plan: Plan,
    *,
    schedules: int = 500,
    left: Callable[[], float] | None = None,
    seed: int = 1,
    workers: int = 1,
) -> Shortest:
    """The schedule with the earliest end that the search finds, never later than that by rank.

    schedules, left, seed, workers: as `rcpsp.solve` reads them
    raises:   LoopError or ValueError as `check` does
    """
    structure = Structure.of(plan)
    generation = Generation(plan, structure, Clocks(plan))
    slots, engine = sequenced(generation), "python"
    by_rank = _end(slots)
    if slots:
        problem, ids = as_problem(generation)
        found = solve(problem, schedules=schedules, left=left, seed=seed, workers=workers)
        engine = found.engine
        starts = dict(zip(ids, found.starts, strict=False))
        tried = generation.slots(generation.ordered({id: (starts[id],) for id in slots}))
        if _end(tried) < _end(slots):
            slots = tried
    order = sorted(slots, key=lambda id: (slots[id].start, structure.items[id].rank, id))
    position = {id: (k,) for k, id in enumerate(order)}
    return Shortest(
        tuple(structure.ordered(position, generation.waits)),
        slots,
        _end(slots),
        lower_bound(generation),
        by_rank,
        engine,
    )


def short_order(generation: Generation, *, schedules: int) -> list[int]:
    """Open leaves by their start in a short schedule, found within so many lists."""
    problem, ids = as_problem(generation)
    found = solve(problem, schedules=schedules, engine="python")
    starts = dict(zip(ids, found.starts, strict=False))
    return sorted(ids, key=lambda id: (starts[id], id))


def lower_bound(generation: Generation) -> float:
    """Moment before which no order can end: the longest chain, and each team's work by its places.

    Both are read on the teams' own calendars. Pinned work asks for no place, and is left out.
    """
    bound = _end(generation.slots(generation.topological, limited=False))
    items = generation.structure.items
    work: dict[int | str, float] = {}
    for id, parts in generation.parts.items():
        if not (items[id].pinned and items[id].state == State.PLANNED):
            for key, _, crew, lasts in parts:
                work[key] = work.get(key, 0.0) + lasts * crew
    for key, amount in work.items():
        clock = generation.clocks.by_key[key]
        if clock.places and amount:
            bound = max(bound, clock.moment_at(_level(clock.places, amount)))
    return bound


def _level(opens: tuple[float, ...], work: float) -> float:
    """Capacity time at which places that open one after another have done so much work."""
    for count in range(1, len(opens) + 1):
        level = (work + sum(opens[:count])) / count
        if count == len(opens) or level <= opens[count]:
            return level
    return 0.0


def as_problem(generation: Generation) -> tuple[Problem, list[int]]:
    """The plan in whole units of working days, and the items of its first activities.

    Teams are resources with their places; lags, typed starts and external dates are activities
    without demand. Links other than finish-to-start are left out: the exact generation keeps them.
    """
    ids = list(generation.parts)
    days = {id: working_days(generation, id) for id in ids}
    unit = max(QUARTER, sum(days.values()) / LONGEST)
    draft = _Draft(generation, unit, {id: k for k, id in enumerate(ids)})
    for id in ids:
        draft.add(id, max(1, round(days[id] / unit)) if days[id] else 0)
    for id in ids:
        if generation.structure.items[id].state == State.PLANNED:
            draft.link(id)
    return draft.problem(), ids


class _Draft:
    """A problem in the making."""

    def __init__(self, generation: Generation, unit: float, index: dict[int, int]):
        self.generation, self.unit, self.index = generation, unit, index
        places = {key: clock.places for key, clock in generation.clocks.by_key.items()}
        self.capacities = {key: len(opens) for key, opens in places.items() if opens}
        self.durations: list[int] = []
        self.demands: list[tuple[int, ...]] = []
        self.before: list[list[int]] = []

    def add(self, id: int, units: int) -> None:
        """An item with the places it holds."""
        crews: dict[int | str, int] = {}
        for key, _, crew, _ in self.generation.parts[id]:
            crews[key] = crews.get(key, 0) + crew
        held = tuple(min(crews.get(key, 0), most) for key, most in self.capacities.items())
        self._append(units, held, [])

    def link(self, id: int) -> None:
        """What an item waits for."""
        structure, clocks = self.generation.structure, self.generation.clocks
        item, before = structure.items[id], self.before[self.index[id]]
        days = [clocks.offset(each.p50) + 1 for each in clocks.externals.get(id, ())]
        if item.not_before:
            days.append(clocks.offset(item.not_before))
        if max(days, default=0) > 0:
            # Five of seven days are worked on.
            before.append(self._wait(math.ceil(max(days) * 5 / 7 / self.unit), []))
        for link in structure.incoming[id]:
            if link.kind == Kind.FS:
                leaves = structure.leaves[link.pred]
                first = [self.index[leaf] for leaf in leaves if leaf in self.index]
                late = round(link.lag / self.unit)
                before += [self._wait(late, first)] if late > 0 else first

    def problem(self) -> Problem:
        return Problem(
            tuple(self.durations),
            tuple(self.demands),
            tuple(self.capacities.values()),
            tuple(tuple(row) for row in self.before),
        )

    def _wait(self, units: int, first: list[int]) -> int:
        return self._append(units, (0,) * len(self.capacities), first)

    def _append(self, units: int, held: tuple[int, ...], first: list[int]) -> int:
        self.durations.append(units)
        self.demands.append(held)
        self.before.append(list(first))
        return len(self.durations) - 1


def _end(slots: dict[int, Slot]) -> float:
    return max((slot.finish for slot in slots.values()), default=0.0)
