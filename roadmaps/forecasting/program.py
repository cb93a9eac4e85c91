"""A plan as flat arrays: what the fast engines run, whichever of them it is.

Times are float32 capacity times of the item's own clock. Where an item waits for one of another
calendar, a map carries the moment over: a clock stands or runs evenly within a day, so it is
linear in the part of the day that has passed, and exact. So a finish is kept as a time of its own
clock, and for others as a day and the part of it.
"""

from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from .alike import exchanged, other_items
from .calendar import Clock
from .clocks import EVERYDAY, Clocks
from .copula import Bias, bias_of
from .effort import effort_tables
from .generation import Generation
from .graph import Structure
from .grid import FAR, Grid
from .plan import Kind, Plan, PlanItem, PlanLink, State
from .schedule import start_order

PLANNED, BEGUN, PINNED = 0, 1, 2

_LONGEST = 1e9
"""Time in one place that nothing exceeds: sums of thousands stay far from overflow."""

_MORNING = 1 / 128
"""A milestone that may not be before a day falls well after that day's boundary, so it is on it."""


class NotFlat(ValueError):
    """The plan has something that only the reference engine simulates; the message says what."""


@dataclass(slots=True)
class Links:
    """Links in the order of the items that wait: those of item k are begin[k] to begin[k + 1]."""

    begin: np.ndarray
    slot: np.ndarray
    """Where the finish (or start) of the first item is kept."""
    map: np.ndarray
    """Row of the maps; -1: the same calendar, no lag."""
    to_end: np.ndarray
    """Holds the finish of the waiting item, not its start."""


class Step(NamedTuple):
    """One item's row of a program as plain numbers, which Python reads faster than arrays."""

    clock: int
    crew: int
    mode: int
    typed: np.float32
    typed_end: np.float32
    links: tuple[tuple[int, int, int], ...]
    """Slot, map and to its end."""
    finish_slot: int
    start_slot: int
    crosses: int


class Share(NamedTuple):
    """One team's part of an item of several."""

    clock: int
    crew: int
    part: float
    """Of the effort, divided by the crew."""
    way: int
    """Map from plain days to the team's time."""


@dataclass
class Program:
    """A plan's open leaves in start order, ready to run; arrays of shape (items,) unless said."""

    plan: Plan
    structure: Structure
    clocks: Clocks
    ids: tuple[int, ...]
    bias: Bias
    tables: np.ndarray
    """Capacity time of one place at pace 1 over `scores.GRID`, float32, shape (items, 257)."""
    sources: tuple[str, ...]
    keys: list[int | str]
    """Key of each clock in use."""
    grids: list[Grid]
    clock: np.ndarray
    crew: np.ndarray
    mode: np.ndarray
    typed: np.ndarray
    """Earliest start that is known before any trial: typed, or held by what is done already."""
    typed_end: np.ndarray
    """Earliest finish of the same kind; below 0: none."""
    external: np.ndarray
    """Row of what comes from outside; -1: nothing does."""
    links: Links
    finish_slot: np.ndarray
    start_slot: np.ndarray
    """Where its start is kept for links that begin there; -1: nowhere."""
    crosses: np.ndarray
    """Whether its finish (1), its start (2) or both (3) are carried to other calendars."""
    slots: int
    morning: np.ndarray
    """Maps of moments: time of the waiting item at each day's morning (some days later where the
    link lags), and what the day gains; shape (maps, days + 1)."""
    gain: np.ndarray
    several: dict[int, tuple[Share, ...]] = field(default_factory=dict)
    """What each team does of the items of several, by position: these are in plain days, and
    their tables hold the whole effort."""
    others: frozenset[int] | None = None
    """Ids of the items that are other work than in the program it was made like; None: all."""

    @cached_property
    def generation(self) -> Generation:
        """The plan at P50, from which its order may be planned anew."""
        return Generation(self.plan, self.structure, self.clocks)

    @cached_property
    def steps(self) -> list[Step]:
        """The rows of all items, in start order."""
        begin = self.links.begin.tolist()
        links = list(
            zip(
                self.links.slot.tolist(),
                self.links.map.tolist(),
                self.links.to_end.tolist(),
                strict=True,
            )
        )
        columns = zip(
            self.clock.tolist(),
            self.crew.tolist(),
            self.mode.tolist(),
            self.typed,
            self.typed_end,
            (tuple(links[a:b]) for a, b in pairwise(begin)),
            self.finish_slot.tolist(),
            self.start_slot.tolist(),
            self.crosses.tolist(),
            strict=True,
        )
        return [Step(*row) for row in columns]

    @cached_property
    def followers(self) -> list[list[int]]:
        """Positions of the items that wait for each one's finish by its own calendar, no lag."""
        found: list[list[int]] = [[] for _ in self.ids]
        in_slot = [-1] * self.slots
        for k, step in enumerate(self.steps):
            for slot, way, to_end in step.links:
                if way < 0 and not to_end and in_slot[slot] >= 0:
                    found[in_slot[slot]].append(k)
            if step.finish_slot >= 0:
                in_slot[step.finish_slot] = k
            if step.start_slot >= 0:
                in_slot[step.start_slot] = -1
        return found

    def position(self) -> dict[int, int]:
        """Place of each id in the start order."""
        return {id: k for k, id in enumerate(self.ids)}


def prepare(plan: Plan, like: "Program | None" = None) -> Program:
    """Lay a plan out for the fast engines.

    like:   a program of a plan with much in common: what is the same is taken from it
    raises: LoopError or ValueError as `graph.check` does; NotFlat for what only the
            reference engine simulates: items of several teams that wait with a lag or for an
            end, capacity effects, milestones that lag behind a start
    """
    others = None if like is None else other_items(plan, like.plan, like.bias.quarters)
    if like is not None and others is not None:
        return _patched(plan, like, others)
    structure = Structure.of(plan)
    why_not = not_flat(plan, structure)
    if why_not:
        raise NotFlat(why_not)
    same = like is not None and all(getattr(plan, n) == getattr(like.plan, n) for n in _CLOCKED)
    clocks = like.clocks if like is not None and same else Clocks(plan)
    ids = start_order(plan, structure, clocks)
    return _Layout(plan, structure, clocks, ids).program()


def not_flat(plan: Plan, structure: Structure) -> str | None:
    """What keeps a plan from the fast engines, in words; None where nothing does."""
    items = structure.items
    for id in structure.open_leaves():
        if items[id].parts and any(
            link.lag or link.kind in (Kind.FF, Kind.SF) for link in structure.incoming[id]
        ):
            return f"{items[id].key} is worked on by several teams, and waits with a lag or to end."
        if items[id].instant and any(
            link.lag and link.kind in (Kind.SS, Kind.SF) for link in structure.incoming[id]
        ):
            return f"{items[id].key} is a milestone some days after a start."
    for effect in plan.effects:
        some = (effect.item, *structure.leaves[effect.item])
        if any(items[id].state != State.DONE for id in some):
            return f"{items[effect.item].key} changes a team's capacity."
    return None


_CLOCKED = ("today", "teams", "externals")


def _patched(plan: Plan, like: "Program", others: list[PlanItem]) -> "Program":
    """A program with the ranges and typed starts of some items exchanged, and so their places."""
    structure = exchanged(like.structure, plan, others)
    if plan.order != like.ids:
        return _reordered(plan, like, structure, others)
    at = like.position()
    ours = [item for item in others if item.id in at]
    rows = [at[item.id] for item in ours]
    layout = _Layout(plan, structure, like.clocks, like.ids)
    tables, typed = like.tables.copy(), like.typed.copy()
    sources = list(like.sources)
    found, of = effort_tables(ours, plan, like.clocks)
    for k, item, table, source in zip(rows, ours, found, of, strict=True):
        tables[k], sources[k] = _in_place(table, like.crew[k]), source
        typed[k] = min(max(layout.typed_start(k, item), layout.held(k, item)), FAR)
    return replace(
        like,
        plan=plan,
        structure=structure,
        tables=tables,
        typed=typed,
        sources=tuple(sources),
        others=frozenset(item.id for item in others),
    )


def _reordered(
    plan: Plan, like: "Program", structure: Structure, others: list[PlanItem]
) -> "Program":
    """A program in another order; what each item is, is taken from the program before."""
    generation = like.generation.exchanged(plan, structure, others)
    ids = start_order(plan, structure, like.clocks, generation)
    at, changed = like.position(), frozenset(item.id for item in others)
    layout = _Layout(plan, structure, like.clocks, ids)
    layout.grids = dict(zip(like.keys, like.grids, strict=True))
    ours = [k for k, id in enumerate(ids) if id in changed]
    found, of = effort_tables([layout.items[k] for k in ours], plan, like.clocks)
    rows = [at[id] for id in ids]
    tables, sources = like.tables[rows], [like.sources[k] for k in rows]
    for k, table, source in zip(ours, found, of, strict=True):
        tables[k], sources[k] = _in_place(table, like.crew[rows[k]]), source
    return replace(layout.program((tables, tuple(sources))), others=changed)


def _in_place(tables: np.ndarray, crew: np.ndarray) -> np.ndarray:
    """Time in one place of one table and its crew, or of many, in float32 and without overflow."""
    return np.minimum(tables / crew[..., None], _LONGEST).astype(np.float32)


def _shared(item: PlanItem) -> bool:
    """Whether several teams work on it."""
    return len(item.parts) > 1 and not item.instant


class _Layout:
    """Builds a program; one pass over the items in start order."""

    def __init__(self, plan: Plan, structure: Structure, clocks: Clocks, ids: tuple[int, ...]):
        self.plan, self.structure, self.clocks, self.ids = plan, structure, clocks, ids
        self.items = [structure.items[id] for id in ids]
        self.at = {id: k for k, id in enumerate(ids)}
        self.keys: list[int | str] = []
        self.index: dict[int | str, int] = {}
        self.clock = np.array([self._clock(item) for item in self.items], dtype=np.int32)
        self.maps: dict[tuple[int, int], int] = {}
        self.several = {k: self._shares(item) for k, item in enumerate(self.items) if _shared(item)}
        self.typed = np.zeros(len(ids))
        self.typed_end = np.full(len(ids), -1.0)
        self.crosses = np.zeros(len(ids), dtype=np.int8)
        self.rows: list[list[tuple[int, bool, int, bool]]] = []
        self.grids: dict[int | str, Grid] = {}
        """Those that are known."""

    def _clock(self, item: PlanItem) -> int:
        key: int | str = EVERYDAY
        if not item.instant and not _shared(item):
            key = self.clocks.parts(item)[0][0]
        return self._index(key)

    def _index(self, key: int | str) -> int:
        if key not in self.index:
            self.index[key] = len(self.keys)
            self.keys.append(key)
        return self.index[key]

    def _shares(self, item: PlanItem) -> tuple[Share, ...]:
        found = []
        for key, _, crew, share in self.clocks.parts(item):
            clock = self._index(key)
            way = self.maps.setdefault((clock, 0), len(self.maps))
            found.append(Share(clock, crew, share / crew, way))
        return tuple(found)

    def _of(self, k: int) -> Clock:
        return self.clocks.by_key[self.keys[k]]

    def program(self, efforts: tuple[np.ndarray, tuple[str, ...]] | None = None) -> Program:
        """
        efforts: tables of the time in one place, and what they come from, where they are known
        """
        crew = np.ones(len(self.ids), dtype=np.int32)
        mode = np.zeros(len(self.ids), dtype=np.int8)
        external = np.full(len(self.ids), -1, dtype=np.int32)
        for k, item in enumerate(self.items):
            if not item.instant and not _shared(item):
                crew[k] = self.clocks.parts(item)[0][2]
            self.typed[k] = self.typed_start(k, item)
            waits = item.state != State.IN_PROGRESS
            if not waits and not item.instant:
                mode[k] = BEGUN
            elif item.pinned and item.state == State.PLANNED:
                mode[k], waits = PINNED, False
            self.rows.append(self._links(k, item) if waits else [])
            if waits and item.id in self.clocks.externals:
                external[k] = k
        if efforts is None:
            whole, sources = effort_tables(self.items, self.plan, self.clocks)
            tables = _in_place(whole, crew)
        else:
            tables, sources = efforts
        finish_slot, start_slot, slots = self._slots()
        grids = [self.grids.get(key) or Grid.of(self.clocks.by_key[key]) for key in self.keys]
        morning, gain = self._tables_of_maps()
        return Program(
            self.plan,
            self.structure,
            self.clocks,
            self.ids,
            bias_of(self.plan, self.structure, self.clocks, self.ids),
            tables,
            sources,
            self.keys,
            grids,
            self.clock,
            crew,
            mode,
            np.minimum(self.typed, FAR).astype(np.float32),
            np.minimum(self.typed_end, FAR).astype(np.float32),
            external,
            self._csr(finish_slot, start_slot),
            finish_slot,
            start_slot,
            self.crosses,
            slots,
            morning,
            gain,
            self.several,
        )

    def held(self, k: int, item: PlanItem) -> float:
        """Earliest start that links from what is done or begun leave an item."""
        self.typed[k] = 0.0
        if item.state == State.PLANNED and not item.pinned:
            self._links(k, item)
        return float(self.typed[k])

    def typed_start(self, k: int, item: PlanItem) -> float:
        """Its typed start; 0 without one."""
        if item.not_before is None or (item.state == State.IN_PROGRESS and not item.instant):
            return 0.0
        time = self._of(self.clock[k]).time_of(item.not_before)
        return max(0.0, time) + _MORNING if item.instant else time

    def _links(self, k: int, item: PlanItem) -> list[tuple[int, bool, int, bool]]:
        """Position, at its start, map and to its end for each link from an open leaf."""
        rows = []
        for link in self.structure.incoming[item.id]:
            at_start = link.kind in (Kind.SS, Kind.SF)
            to_end = link.kind in (Kind.FF, Kind.SF)
            for leaf in self.structure.leaves[link.pred]:
                first = self.structure.items[leaf]
                begun = at_start and first.state == State.IN_PROGRESS
                if first.state == State.DONE or begun:
                    self._hold(k, link, first, at_start, to_end)
                    continue
                at = self.at[leaf]
                way = self._map(int(self.clock[at]), int(self.clock[k]), link.lag)
                if way >= 0:
                    self.crosses[at] |= 2 if at_start else 1
                rows.append((at, at_start, way, to_end))
        return rows

    def _hold(self, k: int, link: PlanLink, first: PlanItem, at_start: bool, to_end: bool) -> None:
        """A bound that is known before any trial: from what is done or was begun."""
        if first.state == State.DONE:
            moment = self.clocks.done_moment(first, at_start=at_start)
        else:
            moment = self.clocks.started_moment(first)
        clock = self._of(self.clock[k])
        if link.lag:
            moment = float(clock.shift(np.array([moment]), link.lag)[0])
        time = clock.time_at(moment)
        bounds = self.typed_end if to_end else self.typed
        bounds[k] = max(bounds[k], time)

    def _map(self, first: int, second: int, lag: int) -> int:
        if first == second and not lag:
            return -1
        return self.maps.setdefault((second, lag), len(self.maps))

    def _slots(self) -> tuple[np.ndarray, np.ndarray, int]:
        """Places to keep finishes and starts in, given back after the last item that reads them."""
        last: dict[tuple[int, bool], int] = {}
        for k, row in enumerate(self.rows):
            for at, at_start, _, _ in row:
                last[at, at_start] = k
        ending: dict[int, list[tuple[int, bool]]] = {}
        for end, k in last.items():
            ending.setdefault(k, []).append(end)
        free: list[int] = []
        slots = 0
        found = {
            False: np.full(len(self.ids), -1, np.int32),
            True: np.full(len(self.ids), -1, "i4"),
        }
        for k in range(len(self.ids)):
            for at_start in (False, True):
                if (k, at_start) in last:
                    if not free:
                        free.append(slots)
                        slots += 1
                    found[at_start][k] = free.pop()
            for at, at_start in ending.get(k, ()):
                free.append(int(found[at_start][at]))
        return found[False], found[True], max(slots, 1)

    def _csr(self, finish_slot: np.ndarray, start_slot: np.ndarray) -> Links:
        begin = np.cumsum([0, *(len(row) for row in self.rows)]).astype(np.int32)
        flat = [each for row in self.rows for each in row]
        slot = [start_slot[at] if at_start else finish_slot[at] for at, at_start, _, _ in flat]
        return Links(
            begin,
            np.array(slot, dtype=np.int32),
            np.array([way for _, _, way, _ in flat], dtype=np.int32),
            np.array([to_end for *_, to_end in flat], dtype=np.int8),
        )

    def _tables_of_maps(self) -> tuple[np.ndarray, np.ndarray]:
        days = self.clocks.everyday.days + 1
        morning = np.full((max(len(self.maps), 1), days), FAR, dtype=np.float32)
        gain = np.zeros(morning.shape, dtype=np.float32)
        for (clock, lag), row in self.maps.items():
            first, gained = self._of(clock).by_day(lag)
            morning[row], gain[row] = np.minimum(first, FAR), gained
        return morning, gain
