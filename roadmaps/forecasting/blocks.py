"""The fast engine in numpy: every item in start order, a few thousand trials at once."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from .draws import BLOCK, Draws, Purpose, readings, score_windows
from .pace import Paces
from .program import BEGUN, FAR, HAIR, PINNED, Grid, Program, Step
from .scores import PER_SCORE, POINTS

_CENTRE = np.float32((POINTS - 1) / 2)
_TOP = np.float32(POINTS - 1.001)
_TOGETHER = 16_384
"""Finishes that are given their days in one go."""

_AT_ONCE = 10 * BLOCK
"""Trials of one pass: arrays of 20 kB stay near the processor."""


@dataclass(slots=True)
class Scores:
    """Where the pool is read, and by what each score is weighed in steps of the grid.

    start:  flat index of each block, int64, shape (rows, blocks)
    weight: negative where mirrored, float32, the same shape
    """

    start: np.ndarray
    weight: np.ndarray

    @classmethod
    def of(cls, draws: Draws, purpose: Purpose, ids: np.ndarray, weights: np.ndarray) -> "Scores":
        start, mirrored = readings(draws.seed, purpose, ids, draws.blocks)
        steps = (weights * PER_SCORE).astype(np.float32)[:, None]
        return cls(start, np.where(mirrored, -steps, steps))


@dataclass(slots=True)
class Inputs:
    """What one run draws, for all trials: shared by the numpy and the compiled engine."""

    trials: int
    blocks: int
    own: "Scores"
    """Of each item."""
    shared: "Scores"
    """Of each group; row 0 is none, and weighs nothing."""
    team: np.ndarray
    """Row of `shared` of each item's team, int32, shape (items,)."""
    epic: np.ndarray
    slow: list[np.ndarray | None]
    """1 / pace of each clock, shape (trials,) or (1,); None: 1."""
    external: dict[int, np.ndarray]
    """When what an item needs from outside is there, by position."""


def inputs_of(program: Program, draws: Draws) -> Inputs:
    """Draw everything that a run reads."""
    bias, ids = program.bias, np.array(program.ids, dtype=np.int64)
    teams, team = np.unique(bias.team, return_inverse=True)
    # What an epic weighs depends on whether the item has a team: two rows, read at one place.
    halves = np.where(bias.epic >= 0, 2 * bias.epic + (bias.team < 0), -2)
    epics, first, epic = np.unique(halves, return_index=True, return_inverse=True)
    by_team = np.full(len(teams), bias.by_team)
    groups = [
        Scores(np.zeros((1, draws.blocks), np.int64), np.zeros((1, draws.blocks), np.float32)),
        Scores.of(draws, Purpose.TEAM_BIAS, teams, by_team),
        Scores.of(draws, Purpose.EPIC_BIAS, epics // 2, bias.by_epic[first]),
    ]
    paces = Paces(program.clocks, draws, ()).at({})
    slow: list[np.ndarray | None] = []
    for key in program.keys:
        pace = paces[key][0].paces[0]
        slow.append(None if len(pace) == 1 and pace[0] == 1 else (1 / pace).astype(np.float32))
    return Inputs(
        draws.trials,
        draws.blocks,
        Scores.of(draws, Purpose.EFFORT, ids, bias.own),
        Scores(
            np.concatenate([each.start for each in groups]),
            np.concatenate([each.weight for each in groups]),
        ),
        np.where(bias.team >= 0, team + 1, 0).astype(np.int32),
        np.where(bias.epic >= 0, epic + 1 + len(teams), 0).astype(np.int32),
        slow,
        {k: _arrival(program, k, draws) for k in program.external[program.external >= 0]},
    )


def _arrival(program: Program, k: int, draws: Draws) -> np.ndarray:
    clock = program.grids[program.clock[k]].clock
    latest = np.zeros(draws.trials)
    for external in program.clocks.externals[program.ids[k]]:
        latest = np.maximum(latest, clock.time(program.clocks.arrival(external, draws)))
    return np.minimum(latest, FAR).astype(np.float32)


def run(
    program: Program, draws: Draws, groups: Sequence[np.ndarray], *, threads: int, items: bool
) -> tuple[np.ndarray, np.ndarray | None]:
    """Simulate a program in numpy; the number of threads changes no number.

    groups:  positions of the items of each group whose last day is wanted
    returns: last day of each group, int16, shape (groups, trials); and of each item where wanted
    """
    inputs = inputs_of(program, draws)
    whole = inputs.blocks * BLOCK
    last = np.zeros((len(groups), whole), dtype=np.int16)
    days = np.zeros((len(program.ids), whole), dtype=np.int16) if items else None
    passes = [slice(a, min(a + _AT_ONCE, whole)) for a in range(0, whole, _AT_ONCE)]

    def one(part: slice) -> None:
        _Pass(program, inputs, groups, part).run(
            last[:, part], days if days is None else days[:, part]
        )

    if threads > 1 and len(passes) > 1:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(one, passes))
    else:
        for part in passes:
            one(part)
    return last[:, : draws.trials], days if days is None else days[:, : draws.trials]


class _Pass:
    """One pass over the items for some blocks of trials."""

    def __init__(self, program: Program, inputs: Inputs, groups, part: slice):
        self.program, self.inputs, self.part = program, inputs, part
        self.size = part.stop - part.start
        self.blocks = slice(part.start // BLOCK, part.stop // BLOCK)
        self.windows = score_windows()
        self.kept = np.empty((program.slots, self.size), dtype=np.float32)
        self.moments: dict[int, tuple[np.ndarray, np.ndarray]] = {}
        self.shared: dict[int, np.ndarray] = {}
        self.free = [self._opening(grid) for grid in program.grids]
        self.members: list[list[int]] = [[] for _ in program.ids]
        for row, group in enumerate(groups):
            for k in group:
                self.members[k].append(row)
        self.ends: dict[tuple[int, int], np.ndarray] = {}
        self.waiting: list[list[tuple[int, np.ndarray]]] = [[] for _ in program.grids]
        self.spare = [np.empty(self.size, dtype=np.float32) for _ in range(4)]
        self.extra = np.empty(self.size, dtype=np.float32)
        self.whole = np.empty(self.size, dtype=np.int32)
        self.index = np.empty(self.size, dtype=np.intp)

    def _opening(self, grid: Grid) -> list[np.ndarray] | None:
        places = grid.clock.places
        if places is None:
            return None
        return [np.full(self.size, min(time, FAR), dtype=np.float32) for time in places]

    def run(self, last: np.ndarray, days: np.ndarray | None) -> None:
        """Fill the last days of the groups, and of the items where wanted."""
        program = self.program
        slow = [None if each is None else self._cut(each) for each in self.inputs.slow]
        for k, step in enumerate(program.steps()):
            clock = step.clock
            work = self._work(k)
            pace = slow[clock]
            if pace is not None:
                np.multiply(work, pace, out=work)
            start = self._start(k, step, work)
            finish = np.add(start, work)
            self._take(clock, step.crew, finish, step.mode == PINNED)
            self._keep(step, program.grids[clock], start, finish)
            for row in self.members[k]:
                if (row, clock) in self.ends:
                    known = self.ends[row, clock]
                    np.maximum(known, finish, out=known)
                else:
                    self.ends[row, clock] = finish.copy()
            if days is not None:
                self.waiting[clock].append((k, finish))
                if len(self.waiting[clock]) * self.size >= _TOGETHER:
                    self._date(clock, days)
        if days is not None:
            for clock in range(len(program.grids)):
                self._date(clock, days)
        for (row, clock), finish in self.ends.items():
            grid = program.grids[clock]
            day = grid.days[self._knot(grid, finish, -HAIR)]
            np.maximum(last[row], day, out=last[row])

    def _date(self, clock: int, days: np.ndarray) -> None:
        """Give the finished items of a clock their last days, many in one go."""
        if not self.waiting[clock]:
            return
        rows, finishes = zip(*self.waiting[clock], strict=True)
        grid, time = self.program.grids[clock], np.array(finishes)
        np.subtract(time, np.float32(HAIR), out=time)
        np.minimum(time, grid.limit, out=time)
        place = np.maximum(time * grid.scale, np.float32(0)).astype(np.int32)
        knot = grid.guide.take(place, mode="clip")
        for _ in range(2):
            knot += grid.knots.take(knot, mode="clip") < time
        days[list(rows)] = grid.days.take(knot, mode="clip")
        self.waiting[clock].clear()

    def _cut(self, row: np.ndarray) -> np.ndarray:
        if len(row) == 1:
            return row
        cut = row[self.part]
        return np.pad(cut, (0, self.size - len(cut)), mode="edge") if len(cut) < self.size else cut

    def _work(self, k: int) -> np.ndarray:
        """Capacity time of an item in its place at pace 1: its table read at its scores."""
        inputs, place, low = self.inputs, self.spare[0], self.spare[1]
        self._read(inputs.own, k, place)
        np.add(place, _CENTRE, out=place)
        for row in (inputs.team[k], inputs.epic[k]):
            if row:
                np.add(place, self._shared(int(row)), out=place)
        np.maximum(place, np.float32(0), out=place)
        np.minimum(place, _TOP, out=place)
        np.copyto(self.whole, place, casting="unsafe")
        np.copyto(self.index, self.whole)
        np.subtract(place, self.whole, out=place, casting="unsafe")
        table = self.program.tables[k]
        table.take(self.index, out=low, mode="clip")
        rise = self.spare[2]
        (table[1:] - table[:-1]).take(self.index, out=rise, mode="clip")
        np.multiply(rise, place, out=rise)
        return np.add(low, rise)

    def _read(self, scores: Scores, row: int, into: np.ndarray) -> np.ndarray:
        own = self.windows[scores.start[row, self.blocks]]
        np.multiply(own, scores.weight[row, self.blocks, None], out=into.reshape(own.shape))
        return into

    def _shared(self, row: int) -> np.ndarray:
        if row not in self.shared:
            self.shared[row] = self._read(
                self.inputs.shared, row, np.empty(self.size, dtype=np.float32)
            )
        return self.shared[row]

    def _start(self, k: int, step: Step, work: np.ndarray) -> np.ndarray:
        if step.mode == PINNED:
            return np.full(self.size, step.typed)
        free = self.free[step.clock]
        if free is None:
            start = np.full(self.size, step.typed)
        elif not free:
            return np.full(self.size, FAR)
        else:
            start = np.maximum(free[step.crew - 1], step.typed)
        if step.mode == BEGUN:
            return start
        if step.typed_end >= 0:
            np.maximum(start, step.typed_end - work, out=start)
        bound, rise = self.spare[0], self.spare[1]
        for slot, way, to_end in step.links:
            time = self.kept[slot]
            if way >= 0:
                day, passed = self.moments[slot]
                self.program.gain[way].take(day, out=rise, mode="clip")
                self.program.morning[way].take(day, out=bound, mode="clip")
                np.multiply(rise, passed, out=rise)
                time = np.add(bound, rise, out=bound)
            if to_end:
                time = np.subtract(time, work, out=bound)
            np.maximum(start, time, out=start)
        if k in self.inputs.external:
            np.maximum(start, self._cut(self.inputs.external[k]), out=start)
        return np.minimum(start, FAR, out=start)

    def _take(self, clock: int, crew: int, finish: np.ndarray, pinned: bool) -> None:
        """Hold the earliest places until the finish, and keep the places in order."""
        free = self.free[clock]
        if not free:
            return
        taken, rest = free[:crew], free[crew:]
        for place in taken:
            later = np.maximum(place, finish) if pinned else finish
            spare, following = place, self.extra
            for k, other in enumerate(rest):
                np.minimum(other, later, out=spare)
                np.maximum(other, later, out=other)
                rest[k], spare = spare, following
                later = following = other
            if later is finish or not rest:
                np.copyto(spare, later)
                later = spare
            else:
                self.extra = spare
            rest.append(later)
        self.free[clock] = rest

    def _keep(self, step: Step, grid: Grid, start: np.ndarray, finish: np.ndarray) -> None:
        if step.finish_slot >= 0:
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
        passed, per_gain = grid.low.take(knot, mode="clip"), self.spare[2]
        grid.per_gain.take(knot, out=per_gain, mode="clip")
        np.subtract(time, passed, out=passed)
        np.multiply(passed, per_gain, out=passed)
        np.maximum(passed, np.float32(0), out=passed)
        np.minimum(passed, np.float32(1), out=passed)
        return grid.days.take(knot, mode="clip").astype(np.intp), passed

    def _knot(self, grid: Grid, time: np.ndarray, hair: float) -> np.ndarray:
        """Index of the first knot at or after a time, a hair's breadth forgiven."""
        sought, place = self.spare[2], self.spare[3]
        np.add(time, np.float32(hair), out=sought)
        np.minimum(sought, grid.limit, out=sought)
        np.multiply(sought, grid.scale, out=place)
        np.maximum(place, np.float32(0), out=place)
        np.copyto(self.whole, place, casting="unsafe")
        np.copyto(self.index, self.whole)
        knot = grid.guide.take(self.index, mode="clip")
        for _ in range(2):
            np.copyto(self.index, knot)
            grid.knots.take(self.index, out=place, mode="clip")
            knot += place < sought
        np.copyto(self.index, knot)
        return self.index
