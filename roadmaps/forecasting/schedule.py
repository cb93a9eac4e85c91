"""The deterministic schedule at P50: which work would start when if everything went as likely."""

import math
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from .clocks import Clocks
from .graph import Structure
from .plan import Kind, Plan, PlanItem, State
from .ranges import read
from .work import work_of

_TINY = 1e-9


@dataclass(frozen=True, slots=True)
class Slot:
    """Where the schedule puts an item: moments in days since the morning of the forecast."""

    start: float
    finish: float


class _Places:
    """One team's bookings in capacity time; earlier gaps may be filled."""

    def __init__(self, opens: tuple[float, ...] | None):
        self.opens = opens
        self.times, self.used = [0.0], [0]
        for opening in opens or ():
            self.book(0.0, opening, 1)

    def earliest(self, ready: float, length: float, crew: int) -> float:
        """Earliest start at or after `ready` with `crew` places free throughout."""
        if self.opens is None or not math.isfinite(ready):
            return ready
        if not self.opens:
            return math.inf
        limit = len(self.opens) - crew
        k = bisect_right(self.times, ready) - 1
        start = ready
        while True:
            at = k
            while at < len(self.times) and self.times[at] < start + length - _TINY:
                if self.used[at] > limit:
                    k = at + 1
                    start = self.times[k] if k < len(self.times) else math.inf
                    break
                at += 1
            else:
                return start
            if not math.isfinite(start):
                return start

    def book(self, start: float, finish: float, crew: int) -> None:
        if self.opens is None or finish <= start or not math.isfinite(start):
            return
        first, last = self._cut(start), self._cut(finish)
        for k in range(first, last):
            self.used[k] += crew

    def _cut(self, time: float) -> int:
        if not math.isfinite(time):
            return len(self.times)
        k = bisect_right(self.times, time) - 1
        if self.times[k] == time:
            return k
        self.times.insert(k + 1, time)
        self.used.insert(k + 1, self.used[k])
        return k + 1


def p50_schedule(plan: Plan) -> dict[int, Slot]:
    """Schedule every open leaf once, by rank, with links and places, at P50 effort and drag.

    Serial generation: items are taken by rank, predecessors first, work in progress before all;
    each takes the earliest gap long enough. Capacity effects are not looked ahead to.

    raises: LoopError or ValueError as `check` does
    """
    structure = Structure.of(plan)
    clocks = Clocks(plan)
    return _slots(plan, structure, clocks)


def _slots(plan: Plan, structure: Structure, clocks: Clocks) -> dict[int, Slot]:
    rank = {
        id: (structure.items[id].state != State.IN_PROGRESS, structure.items[id].rank)
        for id in structure.incoming
    }
    places = {key: _Places(clock.places) for key, clock in clocks.by_key.items()}
    slots: dict[int, Slot] = {}
    for id in structure.ordered(rank):
        slots[id] = _place(plan, structure.items[id], structure, clocks, places, slots)
    return slots


def _place(plan, item: PlanItem, structure: Structure, clocks: Clocks, places, slots) -> Slot:
    parts = [
        (clock, places[key], crew, work) for key, clock, crew, work in _parts(plan, item, clocks)
    ]
    earliest, fixed = _ready(item, structure, clocks, slots, parts)
    start = earliest
    while not fixed and math.isfinite(start):
        times = [
            place.earliest(clock.time_at(start), work, crew) for clock, place, crew, work in parts
        ]
        later = max(
            start,
            *(
                clock.moment_at(time) if time > clock.time_at(start) + _TINY else start
                for (clock, *_), time in zip(parts, times, strict=True)
            ),
        )
        if later <= start + _TINY:
            break
        start = later
    finish = start
    for clock, place, crew, work in parts:
        time = clock.time_at(start)
        place.book(time, time + work, crew)
        finish = max(finish, clock.moment_at(time + work))
    return Slot(start, finish)


def _parts(plan: Plan, item: PlanItem, clocks: Clocks):
    """Clock key, clock, crew and P50 capacity time of each team's part of an item."""
    if item.kind == "milestone":
        return [("everyday", clocks.everyday, 1, 0.0)]
    work = work_of(item, plan, clocks.spent(item))
    effort = read(work.table, work.used + 0.5 * (1 - work.used)) - work.spent
    found = []
    for key, clock, crew, share in clocks.parts(item):
        found.append((key, clock, crew, max(effort, 0.0) * share / crew / clocks.p50_pace(key)))
    return found


def _ready(item, structure, clocks, slots, parts) -> tuple[float, bool]:
    """Moment from which the item may start, and whether it starts just then."""
    if item.state == State.IN_PROGRESS:
        return 0.0, False
    typed = float(max(0, clocks.offset(item.not_before))) if item.not_before else 0.0
    if item.pinned:
        return typed, True
    ready = typed
    lagging = parts[0][0]
    for external in clocks.externals.get(item.id, ()):
        ready = max(ready, clocks.offset(external.p50) + 1.0)
    for link in structure.incoming[item.id]:
        at_start = link.kind in (Kind.SS, Kind.SF)
        moment = max(
            _end_of(structure.items[leaf], clocks, slots, at_start)
            for leaf in structure.leaves[link.pred]
        )
        if link.lag:
            moment = float(lagging.shift(np.array([moment]), link.lag)[0])
        if link.kind in (Kind.FF, Kind.SF):
            moment = min(
                clock.moment_at(clock.time_at(moment) - work) for clock, _, _, work in parts
            )
        ready = max(ready, moment)
    return ready, False


def _end_of(item: PlanItem, clocks: Clocks, slots: Mapping[int, Slot], at_start: bool) -> float:
    if item.state == State.DONE:
        return clocks.done_moment(item, at_start=at_start)
    if item.state == State.IN_PROGRESS and at_start:
        return clocks.started_moment(item)
    return slots[item.id].start if at_start else slots[item.id].finish


def start_order(
    plan: Plan, structure: Structure | None = None, clocks: Clocks | None = None
) -> tuple[int, ...]:
    """Ids of the open leaves in the start order that every trial keeps.

    Without `plan.order`: by start in the P50 schedule, ties by rank, then id, whatever an item
    waits for first. With it: that order, each item missing from it inserted before the first
    kept one that the schedule starts later.

    raises: LoopError or ValueError as `check` does
    """
    structure = structure or Structure.of(plan)
    open_leaves = set(structure.open_leaves())
    kept = [id for id in dict.fromkeys(plan.order) if id in open_leaves]
    if len(kept) < len(open_leaves):
        slots = _slots(plan, structure, clocks or Clocks(plan))
        key = {id: (slots[id].start, structure.items[id].rank, id) for id in slots}
        in_order = sorted(open_leaves, key=key.__getitem__)
        if not kept:
            kept = in_order
        else:
            for id in in_order:
                if id not in set(plan.order):
                    later = (k for k, other in enumerate(kept) if key[other] > key[id])
                    kept.insert(next(later, len(kept)), id)
    position = {id: (k,) for k, id in enumerate(kept)}
    return tuple(structure.ordered(position))
