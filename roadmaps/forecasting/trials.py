"""The trials: every item in start order, all trials at once."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import InitVar, dataclass, field
from functools import cached_property

import numpy as np

from .alike import exchanged, other_items
from .calendar import Clock
from .clocks import EVERYDAY, Clocks
from .copula import Bias, SharedScores, bias_of
from .draws import Draws
from .effort import effort_tables
from .generation import Generation
from .graph import Structure
from .pace import STEADY, Pace, Paces
from .plan import Kind, Plan, PlanItem, PlanLink, State
from .schedule import start_order
from .scores import read_scores
from .unmoved import Unmoved

_TINY = 1e-9
_SETTLED = 1e-3
"""Days (a minute and a half) within which the beginning of a capacity effect is known: work that
changes its own team's pace comes to its end in ever smaller steps."""
_MORE = 8
"""Passes that effects may take to settle beyond two of each."""
_REMEMBERED = 1_000_000
"""Items x trials before the last effect of which a pass is remembered while the next one runs."""
_MIDDAY = 1 / 1024
"""A milestone that may not be before a day falls just after that day's morning, so it is on it."""


@dataclass(slots=True)
class Part:
    """One team's part of an item: what the loop needs of it."""

    key: int | str
    clock: Clock
    crew: int
    work: np.ndarray
    """Person-days of one of its places, shape (trials,)."""
    pace: Pace
    without_drag: Pace


@dataclass(slots=True)
class Run:
    """One simulated item, in the capacity time of `axis`; arrays of shape (trials,)."""

    item: PlanItem
    axis: Clock
    parts: list[Part]
    ready: np.ndarray
    """When what it waits for is there."""
    typed: float
    """Its typed earliest start; 0 without one."""
    start: np.ndarray
    finish: np.ndarray
    overload: float = 0.0
    violated: float = 0.0
    bounds: tuple[np.ndarray, ...] = ()
    """Earliest start that each link allows, in the order of the links; none of started work."""
    held: tuple[tuple[np.ndarray, np.ndarray], ...] = ()
    """Of the traced trials: axis time at which each part's places are free, and the position of
    the item that held them until then (-1: nobody)."""


@dataclass
class Places:
    """When each place of a team is free next: ascending in every trial."""

    rows: np.ndarray | None
    """None: no limit. Shape (places, trials)."""
    holders: np.ndarray | None = None
    """Position of the item that holds each place until then, -1 nobody: of the traced trials,
    which are the first, shape (places, traced); None where none are."""

    def free(self, crew: int, trials: int) -> np.ndarray:
        """Capacity time from which `crew` places are free."""
        if self.rows is None:
            return np.zeros(trials)
        return self.rows[crew - 1] if len(self.rows) else np.full(trials, np.inf)

    def holder(self, crew: int, traced: int) -> np.ndarray:
        """Position of the item after which `crew` places are free; -1: nobody."""
        if self.holders is None or not len(self.holders):
            return np.full(traced, -1, dtype=np.int32)
        return self.holders[crew - 1]

    def take(self, crew: int, until: np.ndarray, by: int = -1) -> None:
        """Hold the `crew` earliest places until a capacity time, or as long as they are held.

        In order again, the k-th place is free at the middle of three times: of the k-th before,
        of the one `crew` places on, and of the new end. The rows before are others' to read.
        """
        if self.rows is None or not len(self.rows):
            return
        rows, rest = self.rows, len(self.rows) - crew
        later = np.empty_like(rows)
        np.minimum(rows[crew:], until, out=later[:rest])
        later[rest:] = until
        if self.holders is not None:
            self.holders = _holders(rows, later, self.holders, crew, by)
        self.rows = np.maximum(rows, later, out=later)


def _holders(
    rows: np.ndarray, later: np.ndarray, holders: np.ndarray, crew: int, by: int
) -> np.ndarray:
    """Who holds each place after `Places.take`, over the traced trials; shapes (places, ...).

    later: of the row `crew` places on and the new end, the earlier
    """
    traced = holders.shape[1]
    rows, later = rows[:, :traced], later[:, :traced]
    rest = len(rows) - crew
    held = np.full_like(holders, by)
    # Where both end together the new one comes first.
    until = later[-1]
    np.copyto(held[:rest], holders[crew:], where=rows[crew:] < until)
    longer = rows >= later
    longer[:crew] = rows[:crew] > later[:crew]
    np.copyto(held, holders, where=longer)
    return held


@dataclass
class Simulator:
    """Simulates one plan on given draws.

    like:   that of a plan with much in common, on the same draws: what is the same is taken from it
    raises: LoopError or ValueError as `graph.check` does
    """

    plan: Plan
    draws: Draws
    traced: int = 0
    """Trials, the first ones, in which runs say who held their places."""
    like: InitVar["Simulator | None"] = None
    structure: Structure = field(init=False)
    clocks: Clocks = field(init=False)
    order: tuple[int, ...] = field(init=False)
    bias: Bias = field(init=False)
    begun: dict[int, np.ndarray] = field(init=False, default_factory=dict)
    """When each effect begins, by its id, shape (trials,): after `run`."""
    _position: dict[int, int] = field(init=False)
    _tables: np.ndarray = field(init=False)
    _sources: tuple[str, ...] = field(init=False)

    def __post_init__(self, like: "Simulator | None"):
        others = None
        if like is not None:
            others = other_items(self.plan, like.plan, like.bias.quarters)
        self._works: dict[int, np.ndarray] = {}
        self._nothing = np.zeros(self.draws.trials)
        self._nothing.setflags(write=False)  # it stands for many items at once
        if like is None or others is None:
            self._lay_out()
        else:
            self._lay_out_like(like, others)
        self._scores = SharedScores(self.bias, self.order, self.draws)
        open_items = {id for id in self.structure.leaves if self._is_open(id)}
        effects = sorted(self.plan.effects, key=lambda effect: effect.id)
        self.effects = [effect for effect in effects if effect.item in open_items]
        self.paces = Paces(self.clocks, self.draws, self.effects)
        self._read_last = self._last_readers()
        self._starts_needed = {
            leaf
            for link in self.plan.links
            if link.kind in (Kind.SS, Kind.SF)
            for leaf in self.structure.leaves[link.pred]
        }

    def _last_readers(self) -> dict[int, list[int]]:
        """By item, the leaves and roll-ups whose ends are read for the last time in its turn."""
        turn = {
            link.pred: self._position[id]
            for id in self.order
            for link in self.structure.incoming[id]
        }
        turn |= {effect.item: len(self.order) for effect in self.effects}
        found: dict[int, list[int]] = {}
        for id, ancestors in self.structure.ancestors.items():
            own = self._position.get(id, -1)
            last = max(own, *(turn.get(each, -1) for each in (id, *ancestors)))
            if 0 <= last < len(self.order):
                found.setdefault(self.order[last], []).append(id)
        return found

    def _lay_out(self) -> None:
        self.structure = Structure.of(self.plan)
        self.clocks = Clocks(self.plan)
        self.order = start_order(self.plan, self.structure, self.clocks)
        self._position = {id: k for k, id in enumerate(self.order)}
        self.bias = bias_of(self.plan, self.structure, self.clocks, self.order)
        items = [self.structure.items[id] for id in self.order]
        self._tables, self._sources = effort_tables(items, self.plan, self.clocks)

    def _lay_out_like(self, like: "Simulator", others: list[PlanItem]) -> None:
        """Exchange some items of a plan laid out before, and what they move in its order."""
        self.structure, self.clocks = exchanged(like.structure, self.plan, others), like.clocks
        self.generation = like.generation.exchanged(self.plan, self.structure, others)
        self.order = start_order(self.plan, self.structure, self.clocks, self.generation)
        self._position = {id: k for k, id in enumerate(self.order)}
        self.bias = bias_of(self.plan, self.structure, self.clocks, self.order)
        rows = [like._position[id] for id in self.order]
        changed = {item.id for item in others}
        ours = [id for id in self.order if id in changed]
        found, of = effort_tables([self.structure.items[id] for id in ours], self.plan, self.clocks)
        self._tables, sources = like._tables[rows], [like._sources[k] for k in rows]
        for id, table, source in zip(ours, found, of, strict=True):
            self._tables[self._position[id]], sources[self._position[id]] = table, source
        self._sources = tuple(sources)
        self._works = {id: days for id, days in like._works.items() if id not in changed}

    @cached_property
    def generation(self) -> Generation:
        """The plan at P50, from which its order may be planned anew."""
        return Generation(self.plan, self.structure, self.clocks)

    def _is_open(self, id: int) -> bool:
        items = self.structure.items
        return any(items[leaf].state != State.DONE for leaf in self.structure.leaves[id])

    def run(self, collect: Callable[[Run], None]) -> None:
        """Simulate every open leaf in start order, and hand each to `collect`.

        Capacity effects begin at finishes that are themselves simulated: the trials are repeated
        with the last pass's finishes until none of them moves by more than _SETTLED. An effect
        changes nothing before its own beginning, so each pass settles at least one more of them.
        That is a bound on the last step, not on what is left: work that changes its own team's
        pace would go on by ever smaller steps, which are not taken.
        """
        self.begun = {effect.id: np.full(self.draws.trials, np.inf) for effect in self.effects}
        needed = {leaf for effect in self.effects for leaf in self.structure.leaves[effect.item]}
        until = max((k for k, id in enumerate(self.order, 1) if id in needed), default=0)
        few = until * self.draws.trials <= _REMEMBERED and not self.traced
        known = Unmoved(self.structure) if few else None
        settled = False
        for _ in range(2 * len(self.effects) + _MORE if self.effects else 0):
            self._begin(known)
            self._each(self.order[:until], None, known)
            found = self._beginnings()
            if settled := _all_same(found, self.begun):
                break
            self.begun = found
        if settled and known is not None:
            for run in known.runs(self.order[:until]):
                collect(run)
            self._each(self.order[until:], collect)
        else:
            self._begin()
            self._each(self.order, collect)

    def _beginnings(self) -> dict[int, np.ndarray]:
        return {effect.id: self._end(effect.item) for effect in self.effects}

    def _begin(self, known: Unmoved | None = None) -> None:
        """Begin a pass over the items, with effects that begin as `begun` says."""
        self._pace = self.paces.at(self.begun)
        self._places = {key: self._opening(key, clock) for key, clock in self.clocks.by_key.items()}
        self._finish: dict[int, np.ndarray] = {}
        self._start: dict[int, np.ndarray] = {}
        self._axis: dict[int, Clock] = {}
        self._ends: dict[tuple[int, bool], np.ndarray] = {}
        if known is not None:
            known.begin(self._pace)

    def _each(
        self,
        ids: Iterable[int],
        collect: Callable[[Run], None] | None,
        known: Unmoved | None = None,
    ) -> None:
        for id in ids:
            run = self._simulate(self.structure.items[id], known)
            self._finish[id], self._axis[id] = run.finish, run.axis
            if id in self._starts_needed:
                self._start[id] = run.start
            if collect is not None:
                collect(run)
            self._forget(id)

    def _forget(self, id: int) -> None:
        """Let go of the ends that nothing after an item reads: most of what a large plan keeps."""
        for read in self._read_last.get(id, ()):
            self._finish.pop(read, None)
            self._start.pop(read, None)
            for at_start in (False, True):
                self._ends.pop((read, at_start), None)

    def _opening(self, key: int | str, clock: Clock) -> Places:
        if clock.places is None:
            return Places(None)
        trials = self.draws.trials
        rows = [np.full(trials, opening) for opening in clock.places]
        for effect, count in self.paces.places_gained(key):  # type: ignore[arg-type]
            opens = clock.time(self.begun[effect])
            rows += [np.where(count > k, opens, np.inf) for k in range(int(count.max()))]
        opens = np.array(rows).reshape(-1, trials)
        if len(rows) > len(clock.places):
            opens.sort(axis=0)
        nobody = np.full((len(opens), self.traced), -1, dtype=np.int32)
        return Places(opens, nobody if self.traced else None)

    def source(self, id: int) -> str:
        """What the item was simulated from."""
        return self._sources[self._position[id]]

    def _work(self, item: PlanItem) -> np.ndarray:
        """Person-days left of an item, shape (trials,)."""
        if item.id in self._works:
            return self._works[item.id]
        k = self._position[item.id]
        days = read_scores(self._tables[k], self._scores.of(k))
        if self.effects:
            self._works[item.id] = days
        return days

    def _simulate(self, item: PlanItem, known: Unmoved | None) -> Run:
        """What comes of an item, run anew or as in the pass before where that is the same."""
        if known is None:
            return self._run(item)
        key: int | str = EVERYDAY
        crew = 1
        if not item.instant:
            key, _, crew, _ = self.clocks.parts(item)[0]
        places = self._places[key]
        free = None if places.rows is None else places.free(crew, self.draws.trials)
        run = known.same(item, free)
        if run is None:
            run = self._run(item)
            known.keep(run, free)
        else:
            places.take(crew, run.finish, self._position[item.id])
        return run

    def _run(self, item: PlanItem) -> Run:
        if item.instant:
            return self._milestone(item)
        effort = self._work(item)
        parts = [
            Part(key, clock, crew, _times(effort, share / crew), *self._pace[key])
            for key, clock, crew, share in self.clocks.parts(item)
        ]
        axis = parts[0].clock if len(parts) == 1 else self.clocks.everyday
        typed = axis.time_of(item.not_before) if item.not_before else 0.0
        fixed = item.pinned and item.state == State.PLANNED
        bound, bounds = self._ready(item, axis, parts)
        ready = self._nothing if fixed else bound
        free = self._free(axis, parts)
        if fixed:
            start = np.full(self.draws.trials, typed)
        elif item.state == State.IN_PROGRESS:
            start, typed = free, 0.0
        else:
            start = np.maximum(free, typed)
            if ready is not self._nothing:
                np.maximum(start, ready, out=start)
        held = self._held(axis, parts) if self.traced else ()
        finish = self._work_through(axis, parts, start, self._position[item.id])
        run = Run(item, axis, parts, ready, typed, start, finish, bounds=bounds, held=held)
        if fixed:
            run.overload = float(np.mean(free > start + _TINY))
            run.violated = float(np.mean(bound > start + _TINY))
        return run

    def _milestone(self, item: PlanItem) -> Run:
        axis, trials = self.clocks.everyday, self.draws.trials
        part = Part(EVERYDAY, axis, 1, np.zeros(trials), STEADY, STEADY)
        typed = max(0.0, axis.time_of(item.not_before)) + _MIDDAY if item.not_before else 0.0
        bound, bounds = self._ready(item, axis, [part])
        if item.pinned:
            at = np.full(trials, typed)
            violated = float(np.mean(bound > at + _TINY))
            return Run(item, axis, [part], np.zeros(trials), typed, at, at, violated=violated)
        at = np.maximum(bound, typed)
        return Run(item, axis, [part], bound, typed, at, at, bounds=bounds)

    def _free(self, axis: Clock, parts: list[Part]) -> np.ndarray:
        """Axis time at which every part has its places free."""
        trials = self.draws.trials
        if len(parts) == 1:
            return self._places[parts[0].key].free(parts[0].crew, trials)
        moments = [p.clock.moment(self._places[p.key].free(p.crew, trials)) for p in parts]
        return np.maximum.reduce(moments)

    def _held(self, axis: Clock, parts: list[Part]) -> tuple[tuple[np.ndarray, np.ndarray], ...]:
        found = []
        for part in parts:
            places = self._places[part.key]
            free = places.free(part.crew, self.draws.trials)[: self.traced]
            if len(parts) > 1:
                free = part.clock.moment(free)
            found.append((free, places.holder(part.crew, self.traced)))
        return tuple(found)

    def _work_through(
        self, axis: Clock, parts: list[Part], start: np.ndarray, by: int
    ) -> np.ndarray:
        """Take the places from a start until each part's end, and return the last end."""
        if len(parts) == 1:
            part = parts[0]
            finish = part.pace.finish(start, part.work)
            self._places[part.key].take(part.crew, finish, by)
            return finish
        ends = []
        for part in parts:
            finish = part.pace.finish(part.clock.time(start), part.work)
            self._places[part.key].take(part.crew, finish, by)
            ends.append(part.clock.moment(finish))
        return np.maximum.reduce(ends)

    def _ready(
        self, item: PlanItem, axis: Clock, parts: list[Part]
    ) -> tuple[np.ndarray, tuple[np.ndarray, ...]]:
        """Axis time from which nothing that the item waits for holds it, and what each link allows.

        0, and no bounds, once it was started.
        """
        ready = self._nothing
        if item.state == State.IN_PROGRESS:
            return ready, ()
        links = self.structure.incoming[item.id]
        bounds = tuple(self.bound(link, axis, parts) for link in links)
        for bound in bounds:
            ready = np.maximum(ready, bound)
        for external in self.clocks.externals.get(item.id, ()):
            ready = np.maximum(ready, axis.time(self.clocks.arrival(external, self.draws)))
        return ready, bounds

    def bound(self, link: PlanLink, axis: Clock, parts: list[Part]) -> np.ndarray:
        """Earliest start, in axis time, that one link allows."""
        at_start = link.kind in (Kind.SS, Kind.SF)
        leaves = self.structure.leaves[link.pred]
        same = len(leaves) == 1 and self._axis.get(leaves[0]) is axis and not link.lag
        if same and not at_start:
            time = self._finish[leaves[0]]
        elif same and self.structure.items[leaves[0]].state == State.PLANNED:
            time = self._start[leaves[0]]
        else:
            moment = self._end(link.pred, at_start=at_start)
            if link.lag:
                moment = parts[0].clock.shift(moment, link.lag)
            time = axis.time(moment)
        if link.kind in (Kind.FS, Kind.SS):
            return time
        return self._start_to_end_at(time, axis, parts)

    def _start_to_end_at(self, time: np.ndarray, axis: Clock, parts: list[Part]) -> np.ndarray:
        if len(parts) == 1:
            return parts[0].pace.start(time, parts[0].work)
        starts = [p.clock.moment(p.pace.start(p.clock.time(time), p.work)) for p in parts]
        return np.minimum.reduce(starts)

    def _end(self, id: int, *, at_start: bool = False) -> np.ndarray:
        """Moment at which the last of an item's leaves ends (or starts), shape (trials,)."""
        if (id, at_start) not in self._ends:
            trials = self.draws.trials
            ends = [self.leaf_end(leaf, at_start, trials) for leaf in self.structure.leaves[id]]
            self._ends[id, at_start] = np.maximum.reduce(ends)
        return self._ends[id, at_start]

    def leaf_end(self, id: int, at_start: bool, trials: int) -> np.ndarray:
        """Moment at which a leaf ends (or starts) in the first trials, shape (trials,)."""
        item = self.structure.items[id]
        if item.state == State.DONE:
            return np.full(trials, self.clocks.done_moment(item, at_start=at_start))
        if at_start and item.state == State.IN_PROGRESS:
            return np.full(trials, self.clocks.started_moment(item))
        if at_start:
            return self._axis[id].start_moment(self._start[id][:trials])
        return self._axis[id].moment(self._finish[id][:trials])


def _times(effort: np.ndarray, share: float) -> np.ndarray:
    return effort if share == 1.0 else effort * share


def _all_same(a: Mapping[int, np.ndarray], b: Mapping[int, np.ndarray]) -> bool:
    """Whether moments agree; infinite ones only with infinite ones."""
    return all(np.isclose(a[id], b[id], rtol=0.0, atol=_SETTLED).all() for id in b)
