"""Serial generation: each item in turn takes the earliest gap that is long enough for it."""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass

import numpy as np

from .calendar import Clock
from .clocks import EVERYDAY, Clocks
from .graph import Structure
from .plan import Kind, Plan, PlanItem, PlanLink, State
from .policy import turns
from .ranges import read
from .work import work_of

_TINY = 1e-9


@dataclass(frozen=True, slots=True)
class Slot:
    """Where the schedule puts an item: moments in days since the morning of the forecast."""

    start: float
    finish: float


class Bookings:
    """One team's bookings in capacity time; earlier gaps may be filled."""

    def __init__(self, opens: tuple[float, ...] | None):
        self.opens = opens
        self.times, self.used = [0.0], [0]
        self._full: dict[int, tuple[list[float], list[float]]] = {}
        """By crew, lengths and the times before which nothing so long has a gap, both ascending:
        bookings are never taken back, so what was found full stays full."""
        for opening in opens or ():
            self.book(0.0, opening, 1)

    def earliest(self, ready: float, length: float, crew: int) -> float:
        """Earliest start at or after `ready` with `crew` places free throughout."""
        if self.opens is None or not math.isfinite(ready):
            return ready
        if not self.opens:
            return math.inf
        full_until = self._full_until(length, crew)
        from_there = max(ready, full_until)
        found = self._search(from_there, length, crew)
        if ready <= full_until < found:
            self._note(found, length, crew)
        return found

    def _full_until(self, length: float, crew: int) -> float:
        """Time before which nothing so long, and nothing longer or with more at work, fits."""
        latest = 0.0
        for fewer, (lengths, times) in self._full.items():
            if fewer <= crew and (k := bisect_right(lengths, length)):
                latest = max(latest, times[k - 1])
        return latest

    def _note(self, until: float, length: float, crew: int) -> None:
        lengths, times = self._full.setdefault(crew, ([], []))
        k = bisect_left(lengths, length)
        beyond = bisect_right(times, until, k)
        lengths[k:beyond], times[k:beyond] = [length], [until]

    def _search(self, start: float, length: float, crew: int) -> float:
        times, used, limit = self.times, self.used, len(self.opens or ()) - crew
        k, count = bisect_right(times, start) - 1, len(times)
        while True:
            at, until = k, start + length - _TINY
            while at < count and times[at] < until:
                if used[at] > limit:
                    k = at + 1
                    start = times[k] if k < count else math.inf
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


Part = tuple[int | str, Clock, int, float]
"""Clock key, clock, crew and P50 capacity time of one team's part of an item."""


class Generation:
    """A plan's open leaves at P50 effort and drag, to be placed in one order or another.

    Capacity effects are not looked ahead to.
    """

    def __init__(self, plan: Plan, structure: Structure, clocks: Clocks):
        self.plan, self.structure, self.clocks = plan, structure, clocks
        self.parts = {
            id: _parts(plan, structure.items[id], clocks) for id in structure.open_leaves()
        }
        self.waits = structure.waits()
        self.topological = self.ordered({})
        self.ranks = self._turns()
        """Ranks by which items are taken: their own, but for debt that a policy has a share for."""
        self.known: dict[str, dict[int, float]] = {}
        """What follows from links, ranks and efforts alone, once it is found."""

    def exchanged(
        self, plan: Plan, structure: Structure, items: Iterable[PlanItem]
    ) -> "Generation":
        """That of a plan in which some items have another range, rank or typed start."""
        found = copy(self)
        others = [item for item in items if item.id in self.parts]
        parts = {item.id: _parts(plan, item, self.clocks) for item in others}
        found.plan, found.structure, found.parts = plan, structure, self.parts | parts
        known = self.structure.items
        if found.parts != self.parts or any(known[o.id].rank != o.rank for o in others):
            found.known, found.ranks = {}, found._turns()
        return found

    def _turns(self) -> dict[int, float]:
        items = self.structure.items
        if not any(team.policies for team in self.plan.teams):
            return {id: items[id].rank for id in self.parts}
        works = {
            id: {key: crew * work for key, _, crew, work in parts}
            for id, parts in self.parts.items()
        }
        return turns(self.plan, items, works)

    def ordered(self, priority: Mapping[int, tuple]) -> list[int]:
        """Open leaves by priority (`Structure.ordered`)."""
        full = {id: priority.get(id, ()) for id in self.structure.incoming}
        return self.structure.ordered(full, self.waits)

    def slots(self, order: Iterable[int], *, limited: bool = True) -> dict[int, Slot]:
        """Place every item of an order from `ordered`; as if places had no limit when asked."""
        places = {
            key: Bookings(clock.places if limited else None)
            for key, clock in self.clocks.by_key.items()
        }
        slots: dict[int, Slot] = {}
        for id in order:
            slots[id] = self._place(self.structure.items[id], places, slots)
        return slots

    def _place(self, item: PlanItem, places: dict, slots: dict[int, Slot]) -> Slot:
        parts = self.parts[item.id]
        start, fixed = self._ready(item, slots)
        while not fixed and math.isfinite(start):
            later = start
            for key, clock, crew, work in parts:
                time = clock.time_at(start)
                free = places[key].earliest(time, work, crew)
                if free > time + _TINY:
                    later = max(later, clock.moment_at(free))
            if later <= start + _TINY:
                break
            start = later
            if len(parts) == 1:
                break  # several teams look for a start that suits all: one has found it
        finish = start
        for key, clock, crew, work in parts:
            time = clock.time_at(start)
            places[key].book(time, time + work, crew)
            finish = max(finish, clock.moment_at(time + work))
        return Slot(start, finish)

    def _ready(self, item: PlanItem, slots: Mapping[int, Slot]) -> tuple[float, bool]:
        """Moment from which the item may start, and whether it starts just then."""
        if item.state == State.IN_PROGRESS:
            return 0.0, False
        ready = float(max(0, self.clocks.offset(item.not_before))) if item.not_before else 0.0
        if item.pinned:
            return ready, True
        for external in self.clocks.externals.get(item.id, ()):
            ready = max(ready, self.clocks.offset(external.p50) + 1.0)
        for link in self.structure.incoming[item.id]:
            ready = max(ready, self._bound(link, self.parts[item.id], slots))
        return ready, False

    def _bound(self, link: PlanLink, parts: list[Part], slots: Mapping[int, Slot]) -> float:
        """Earliest start that one link allows."""
        at_start = link.kind in (Kind.SS, Kind.SF)
        moment = max(
            self._end(self.structure.items[leaf], slots, at_start)
            for leaf in self.structure.leaves[link.pred]
        )
        if link.lag:
            moment = float(parts[0][1].shift(np.array([moment]), link.lag)[0])
        if link.kind in (Kind.FF, Kind.SF):
            moment = min(
                clock.moment_at(clock.time_at(moment) - work) for _, clock, _, work in parts
            )
        return moment

    def _end(self, item: PlanItem, slots: Mapping[int, Slot], at_start: bool) -> float:
        if item.state == State.DONE:
            return self.clocks.done_moment(item, at_start=at_start)
        if not at_start:
            return slots[item.id].finish
        if item.state == State.IN_PROGRESS:
            return self.clocks.started_moment(item)
        return self._worked_from(item, slots[item.id].start)

    def _worked_from(self, item: PlanItem, start: float) -> float:
        """Moment from which work that starts is really worked on, as every trial reads it.

        A start on a Saturday is that of the Monday: what starts with it does not start before.
        """
        parts = self.parts[item.id]
        if len(parts) > 1 or not math.isfinite(start):
            return start
        clock = parts[0][1]
        time = clock.time_at(start)
        earliest, after = clock.moment_at(time), clock.moment_at(time + 3 * _TINY)
        if not math.isfinite(after):
            return after
        return max(start, math.floor(after) if after > earliest + 0.5 else earliest)


def _parts(plan: Plan, item: PlanItem, clocks: Clocks) -> list[Part]:
    """Each team's part of an item."""
    if item.instant:
        return [(EVERYDAY, clocks.everyday, 1, 0.0)]
    work = work_of(item, plan, clocks.spent(item))
    effort = read(work.table, work.used + 0.5 * (1 - work.used)) - work.spent
    return [
        (key, clock, crew, max(effort, 0.0) * share / crew / clocks.p50_pace(key))
        for key, clock, crew, share in clocks.parts(item)
    ]
