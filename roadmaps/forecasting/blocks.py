"""The fast engine in numpy: every item in start order, a few thousand trials at once."""

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor

import numpy as np

from .draws import BLOCK, Draws
from .grid import FAR, HAIR, Grid
from .inputs import Inputs, inputs_of, leading
from .program import BEGUN, PINNED, Program, Share, Step
from .works import Works, cut, paired

_TOGETHER = 16_384
"""Finishes that are given their days in one go."""

_AT_ONCE = 10 * BLOCK
"""Trials of one pass: arrays of 20 kB stay near the processor."""

_WORTH_IT = 1_000_000
"""Items x trials from which a second thread pays."""


def run(
    program: Program,
    draws: Draws,
    groups: Sequence[np.ndarray],
    *,
    threads: int,
    items: bool,
    works: dict[int, np.ndarray] | None = None,
) -> tuple[np.ndarray, np.ndarray | None]:
    """Simulate a program in numpy; the number of threads changes no number.

    Calls on a few thousand trials are too short to share the interpreter: a second thread gains
    nothing on other trials, but it reads the efforts of many items at once, ahead of the first.

    works:   time that items take in their place, by id, shape (trials,): what is there is read,
             the rest is added. For a preview, whose trials are one pass
    groups:  positions of the items of each group whose last day is wanted
    returns: last day of each group, int16, shape (groups, trials); and of each item where wanted
    """
    inputs = inputs_of(program, draws)
    whole = inputs.blocks * BLOCK
    last = np.zeros((len(groups), whole), dtype=np.int16)
    days = np.zeros((len(program.ids), whole), dtype=np.int16) if items else None
    leaders = [()] * len(program.ids) if items else leading(program, groups)
    shared = _Shared(program, inputs, groups, leaders, works if whole <= _AT_ONCE else None)

    def every_pass(ahead: Executor | None) -> None:
        for first in range(0, whole, _AT_ONCE):
            part = slice(first, min(first + _AT_ONCE, whole))
            _Pass(shared, part).run(ahead, last[:, part], None if days is None else days[:, part])

    if threads > 1 and whole * len(program.ids) >= _WORTH_IT:
        with ThreadPoolExecutor(1) as ahead:
            every_pass(ahead)
    else:
        every_pass(None)
    return last[:, : draws.trials], days if days is None else days[:, : draws.trials]


class _Shared:
    """What all passes over one program read."""

    def __init__(
        self,
        program: Program,
        inputs: Inputs,
        groups: Sequence[np.ndarray],
        leaders: Sequence[Sequence[int]],
        works: dict[int, np.ndarray] | None,
    ):
        self.program, self.inputs, self.works = program, inputs, works
        self.steps, self.groups = program.steps, groups
        self.pairs = paired(program.tables)
        self.leaders = leaders
        """Groups whose ends each item may be; nobody's where every item's days are wanted."""
        self.carry = np.empty(program.morning.shape, dtype=np.complex64)
        self.carry.real, self.carry.imag = program.morning, program.gain
        """Maps of moments: morning + i x gain, so that one read finds both."""


class _Pass:
    """One pass over the items for some blocks of trials."""

    def __init__(self, shared: _Shared, part: slice):
        self.shared, self.part = shared, part
        self.grids, self.carry = shared.program.grids, shared.carry
        size = self.size = part.stop - part.start
        self.kept = np.empty((shared.program.slots, size), dtype=np.float32)
        self.moments: dict[int, tuple[np.ndarray, np.ndarray]] = {}
        self.free = [self._opening(grid) for grid in self.grids]
        most = max((len(rows) for rows in self.free if rows is not None), default=0)
        self.later = np.empty((most, size), dtype=np.float32)
        self.ends: dict[tuple[int, int], np.ndarray] = {}
        self.waiting: list[list[tuple[int, np.ndarray]]] = [[] for _ in self.grids]
        self.spare = [np.empty(size, dtype=np.float32) for _ in range(3)]
        self.index = np.empty(size, dtype=np.intp)
        self.below = np.empty(size, dtype=bool)
        self.read = np.empty(size, dtype=np.complex64)
        # A row of one value is faster to compare with than the value itself.
        self.none, self.all = np.zeros(size, dtype=np.float32), np.ones(size, dtype=np.float32)

    def _opening(self, grid: Grid) -> np.ndarray | None:
        """When each place is free next, ascending in every trial, shape (places, trials)."""
        places = grid.clock.places
        if places is None:
            return None
        opens = np.minimum(np.array(places, dtype=float), FAR).astype(np.float32)
        return np.repeat(opens[:, None], self.size, axis=1)

    def run(self, ahead: Executor | None, last: np.ndarray, days: np.ndarray | None) -> None:
        """Fill the last days of the groups, and of the items where wanted."""
        shared, self.wants_days = self.shared, days is not None
        blocks = slice(self.part.start // BLOCK, self.part.stop // BLOCK)
        works = Works(shared.program, shared.inputs, shared.pairs, self.part, blocks)
        rows = works.rows(ahead) if shared.works is None else self._known(works, shared.works)
        in_order = zip(shared.steps, rows, shared.leaders, strict=True)
        for k, (step, work, groups) in enumerate(in_order):
            clock = step.clock
            shares = shared.program.several.get(k)
            if shares:
                self._several(k, step, work, shares, days)
                continue
            start = self._start(k, step, work)
            if not self.wants_days and step.finish_slot >= 0:
                finish = np.add(start, work, out=self.kept[step.finish_slot])
            else:
                finish = np.add(start, work)
            self._take(clock, step.crew, finish)
            self._keep(step, self.grids[clock], start, finish)
            for row in groups:
                self._last(row, clock, finish)
            if days is not None:
                self.waiting[clock].append((k, finish))
                if len(self.waiting[clock]) * self.size >= _TOGETHER:
                    self._date(clock, days)
        if days is not None:
            for clock in range(len(self.grids)):
                self._date(clock, days)
            for row, group in enumerate(shared.groups):
                for k in group.tolist():
                    np.maximum(last[row], days[k], out=last[row])
        for (row, clock), finish in self.ends.items():
            grid = self.grids[clock]
            day = grid.days.take(self._knot(grid, finish, -HAIR), mode="clip")
            np.maximum(last[row], day, out=last[row])

    def _known(self, works: Works, known: dict[int, np.ndarray]) -> Iterator[np.ndarray]:
        for k, id in enumerate(self.shared.program.ids):
            if id not in known:
                known[id] = works.one(k)
            yield known[id]

    def _last(self, row: int, clock: int, finish: np.ndarray) -> None:
        known = self.ends.get((row, clock))
        if known is None:
            self.ends[row, clock] = finish.copy()
        else:
            np.maximum(known, finish, out=known)

    def _date(self, clock: int, days: np.ndarray) -> None:
        """Give the finished items of a clock their last days, many in one go."""
        if not self.waiting[clock]:
            return
        rows, finishes = zip(*self.waiting[clock], strict=True)
        grid, time = self.grids[clock], np.array(finishes)
        np.subtract(time, np.float32(HAIR), out=time)
        knot = grid.guide.take((time * grid.scale).astype(np.intp), mode="clip")
        for _ in range(grid.rounds):
            knot += grid.knots.take(knot, mode="clip") < time
        days[list(rows)] = grid.days.take(knot, mode="clip")
        self.waiting[clock].clear()

    def _several(
        self,
        k: int,
        step: Step,
        work: np.ndarray,
        shares: Sequence[Share],
        days: np.ndarray | None,
    ) -> None:
        """An item of several teams: one start in plain days, each part by its team's calendar."""
        clock = step.clock
        start = np.full(self.size, step.typed, dtype=np.float32)
        if step.mode != PINNED:
            for share in shares:
                free, grid = self.free[share.clock], self.grids[share.clock]
                if free is not None:
                    opens = free[share.crew - 1] if len(free) else np.full_like(start, FAR)
                    np.maximum(start, self._plain(grid, opens), out=start)
        if step.mode not in (PINNED, BEGUN):
            start = self._bound(k, step, start, work).copy()
        finish = start.copy()
        day = np.floor(start)
        part_of_day = start - day
        index = day.astype(np.intp)
        for share in shares:
            read = self.carry[share.way].take(index, mode="clip")
            slow = self.shared.inputs.slow[share.clock]
            lasts = work * np.float32(share.part)
            if slow is not None:
                lasts *= cut(slow, self.part)
            end = read.real + read.imag * part_of_day + lasts
            self._take(share.clock, share.crew, end)
            np.maximum(finish, self._plain(self.grids[share.clock], end), out=finish)
        if step.finish_slot >= 0:
            self.kept[step.finish_slot] = finish
        self._keep(step, self.grids[clock], start, finish)
        for row in self.shared.leaders[k]:
            self._last(row, clock, finish)
        if days is not None:
            self.waiting[clock].append((k, finish))
            if len(self.waiting[clock]) * self.size >= _TOGETHER:
                self._date(clock, days)

    def _plain(self, grid: Grid, time: np.ndarray) -> np.ndarray:
        """The earliest moment of a time, in plain days; far off where the horizon ends before."""
        day, passed = self._moment(grid, time, -HAIR)
        moment = day + passed
        moment[time > grid.clock.end + HAIR] = FAR
        return moment

    def _start(self, k: int, step: Step, work: np.ndarray) -> np.ndarray:
        free, start = self.free[step.clock], self.spare[2]
        if step.mode == PINNED or free is None:
            start.fill(step.typed)
        elif not len(free):
            start.fill(FAR)
        elif step.typed > 0:
            np.maximum(free[step.crew - 1], step.typed, out=start)
        elif step.links:
            start = free[step.crew - 1]
        else:
            np.copyto(start, free[step.crew - 1])
        if step.mode != PINNED and step.mode != BEGUN and (free is None or len(free)):
            start = self._bound(k, step, start, work)
        return start

    def _bound(self, k: int, step: Step, start: np.ndarray, work: np.ndarray) -> np.ndarray:
        """A start held by all that the item waits for."""
        held, bound = self.spare[2], self.spare[0]
        if step.typed_end >= 0:
            start = np.maximum(start, step.typed_end - work, out=held)
        for slot, way, to_end in step.links:
            time = self.kept[slot]
            if way >= 0:
                day, passed = self.moments[slot]
                read = self.carry[way].take(day, out=self.read, mode="clip")
                np.multiply(read.imag, passed, out=bound)
                time = np.add(read.real, bound, out=bound)
            if to_end:
                time = np.subtract(time, work, out=bound)
            start = np.maximum(start, time, out=held)
        if k in self.shared.inputs.external:
            arrival = cut(self.shared.inputs.external[k], self.part)
            start = np.maximum(start, arrival, out=held)
        return start

    def _take(self, clock: int, crew: int, finish: np.ndarray) -> None:
        """Hold the `crew` earliest places until the finish, or as long as they are held.

        In order again, the k-th place is free at the middle of three times: of the k-th before,
        of the one `crew` places on, and of the finish.
        """
        free = self.free[clock]
        if free is None or not len(free):
            return
        later, rest = self.later[: len(free)], len(free) - crew
        np.minimum(free[crew:], finish, out=later[:rest])
        later[rest:] = finish
        np.maximum(free, later, out=free)

    def _keep(self, step: Step, grid: Grid, start: np.ndarray, finish: np.ndarray) -> None:
        if step.finish_slot >= 0:
            if self.wants_days:
                self.kept[step.finish_slot] = finish
            if step.crosses & 1:
                self.moments[step.finish_slot] = self._moment(grid, finish, -HAIR)
        if step.start_slot >= 0:
            self.kept[step.start_slot] = start
            if step.crosses & 2:
                self.moments[step.start_slot] = self._moment(grid, start, HAIR)

    def _moment(self, grid: Grid, time: np.ndarray, hair: float) -> tuple[np.ndarray, np.ndarray]:
        """Day of a time, and the part of the day that has passed."""
        knot = self._knot(grid, time, hair)
        read = grid.within.take(knot, out=self.read, mode="clip")
        passed = np.subtract(time, read.real)
        np.multiply(passed, read.imag, out=passed)
        np.maximum(passed, self.none, out=passed)
        np.minimum(passed, self.all, out=passed)
        return grid.days.take(knot, mode="clip"), passed

    def _knot(self, grid: Grid, time: np.ndarray, hair: float) -> np.ndarray:
        """Index of the first knot at or after a time, a hair's breadth forgiven."""
        sought, place = self.spare[0], self.spare[1]
        np.add(time, np.float32(hair), out=sought)
        np.multiply(sought, grid.scale, out=place)
        np.copyto(self.index, place, casting="unsafe")
        knot = grid.guide.take(self.index, mode="clip")
        for _ in range(grid.rounds):
            grid.knots.take(knot, out=place, mode="clip")
            np.less(place, sought, out=self.below)
            np.add(knot, self.below, out=knot)
        return knot
