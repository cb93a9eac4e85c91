"""The fast engine compiled: the steps of `blocks` in the same order, a hundred trials at once.

Imported only where numba is installed (`extras`). Every block of trials is simulated by itself
and writes only its own columns, so the number of threads changes no number.
"""

from collections.abc import Sequence

import numba
import numpy as np

from .blocks import inputs_of
from .draws import BLOCK, Draws, score_pool
from .program import FAR, HAIR, Program
from .scores import POINTS

WIDTH = 100
"""Trials of one block: what is in use of them stays near the processor. It divides 500."""

_CENTRE, _TOP = np.float32((POINTS - 1) / 2), np.float32(POINTS - 1.001)
_HAIR, _FAR = np.float32(HAIR), np.float32(FAR)
_ZERO = np.float32(0.0)
_BEGUN = 1
_PINNED = 2


@numba.njit(inline="always")
def _knot(time, hair, knots, guide, scale, limit):
    sought = min(time + hair, limit)
    knot = guide[np.int32(max(sought * scale, _ZERO))]
    knot += np.int32(knots[knot] < sought)
    knot += np.int32(knots[knot] < sought)
    return knot


@numba.njit(parallel=True, cache=True, boundscheck=False)
def _simulate(
    pool, start, weight, team, epic, shared, table, clock, crew, mode, typed, typed_end, external,
    arrivals, begin, slot, way, to_end, finish_slot, start_slot, crosses, slots, slope, shift,
    slow_row, slow, knots, guide, scale, limit, on_day, opens, places, member_at, member_row,
    end_clock, end_row, last, days, wants_days,
):  # fmt: skip
    blocks = last.shape[1] // WIDTH
    for block in numba.prange(blocks):
        first = block * WIDTH
        drawn, inside = first // BLOCK, first % BLOCK
        kept = np.empty((slots, WIDTH), np.float32)
        knot = np.empty((slots, WIDTH), np.int32)
        free = np.empty((opens.shape[0], opens.shape[1], WIDTH), np.float32)
        for c in range(opens.shape[0]):
            for p in range(places[c]):
                free[c, p, :] = opens[c, p]
        ends = np.zeros((len(end_clock), WIDTH), np.float32)
        work = np.empty(WIDTH, np.float32)
        begun = np.empty(WIDTH, np.float32)
        done = np.empty(WIDTH, np.float32)
        for k in range(len(clock)):
            c = clock[k]
            _work(work, pool, start[k, drawn] + inside, weight[k, drawn],
                  shared[team[k], first : first + WIDTH], shared[epic[k], first : first + WIDTH],
                  table[k])  # fmt: skip
            if slow_row[c] >= 0:
                pace = slow[slow_row[c], first : first + WIDTH]
                for t in range(WIDTH):
                    work[t] *= pace[t]
            held = mode[k] != _PINNED
            if not held or places[c] < 0:
                begun[:] = typed[k]
            elif places[c] == 0:
                begun[:] = _FAR
            else:
                row = free[c, crew[k] - 1]
                for t in range(WIDTH):
                    begun[t] = max(row[t], typed[k])
            if held and mode[k] != _BEGUN and places[c] != 0:
                _hold(
                    k, begun, work, typed_end[k], begin, slot, way, to_end, kept, knot, slope, shift
                )
                if external[k] >= 0:
                    row = arrivals[external[k], first : first + WIDTH]
                    for t in range(WIDTH):
                        begun[t] = max(begun[t], row[t])
                for t in range(WIDTH):
                    begun[t] = min(begun[t], _FAR)
            for t in range(WIDTH):
                done[t] = begun[t] + work[t]
            if places[c] > 0:
                _take(free[c], places[c], crew[k], done, mode[k] == _PINNED)
            at = finish_slot[k]
            if at >= 0:
                kept[at] = done
                if crosses[k] & 1:
                    for t in range(WIDTH):
                        knot[at, t] = _knot(done[t], -_HAIR, knots[c], guide[c], scale[c], limit[c])
            at = start_slot[k]
            if at >= 0:
                kept[at] = begun
                if crosses[k] & 2:
                    for t in range(WIDTH):
                        knot[at, t] = _knot(begun[t], _HAIR, knots[c], guide[c], scale[c], limit[c])
            for m in range(member_at[k], member_at[k + 1]):
                row = ends[member_row[m]]
                for t in range(WIDTH):
                    row[t] = max(row[t], done[t])
            if wants_days:
                for t in range(WIDTH):
                    at = _knot(done[t], -_HAIR, knots[c], guide[c], scale[c], limit[c])
                    days[k, first + t] = on_day[c, at]
        for e in range(len(end_clock)):
            c, row = end_clock[e], end_row[e]
            for t in range(WIDTH):
                at = _knot(ends[e, t], -_HAIR, knots[c], guide[c], scale[c], limit[c])
                last[row, first + t] = max(last[row, first + t], on_day[c, at])


@numba.njit(inline="always")
def _work(work, pool, at, weight, team, epic, table):
    for t in range(WIDTH):
        place = pool[at + t] * weight + _CENTRE + team[t] + epic[t]
        place = min(max(place, _ZERO), _TOP)
        k = np.int32(place)
        low = table[k]
        work[t] = low + (table[k + 1] - low) * (place - np.float32(k))


@numba.njit(inline="always")
def _hold(k, begun, work, typed_end, begin, slot, way, to_end, kept, knot, slope, shift):
    if typed_end >= _ZERO:
        for t in range(WIDTH):
            begun[t] = max(begun[t], typed_end - work[t])
    for link in range(begin[k], begin[k + 1]):
        row, by = kept[slot[link]], way[link]
        lead = np.float32(to_end[link])
        if by < 0:
            for t in range(WIDTH):
                begun[t] = max(begun[t], row[t] - lead * work[t])
        else:
            at, a, b = knot[slot[link]], slope[by], shift[by]
            for t in range(WIDTH):
                begun[t] = max(begun[t], b[at[t]] + a[at[t]] * row[t] - lead * work[t])


@numba.njit(inline="always")
def _take(free, places, crew, done, pinned):
    later = np.empty(WIDTH, np.float32)
    for _ in range(crew):
        for t in range(WIDTH):
            later[t] = max(free[0, t], done[t]) if pinned else done[t]
        for p in range(1, places):
            for t in range(WIDTH):
                other = free[p, t]
                free[p - 1, t] = min(other, later[t])
                later[t] = max(other, later[t])
        free[places - 1] = later


@numba.njit(parallel=True, cache=True, boundscheck=False)
def _ranked(days, ranks, found, longest):
    for k in numba.prange(days.shape[0]):
        counts = np.zeros(longest + 1, np.int32)
        row = days[k]
        for t in range(len(row)):
            counts[row[t]] += 1
        passed, day = 0, -1
        for r in range(len(ranks)):
            while passed < ranks[r]:
                day += 1
                passed += counts[day]
            found[k, r] = day


def ranked(days: np.ndarray, ranks: Sequence[int], longest: int, threads: int) -> np.ndarray:
    """Day by which so many of the trials (ascending) have ended, int16, shape (rows, ranks)."""
    numba.set_num_threads(min(threads, numba.config.NUMBA_NUM_THREADS))
    found = np.zeros((len(days), len(ranks)), dtype=np.int16)
    _ranked(days, np.array(ranks, dtype=np.int64), found, longest)
    return found


def run(
    program: Program, draws: Draws, groups: Sequence[np.ndarray], *, threads: int, items: bool
) -> tuple[np.ndarray, np.ndarray | None]:
    """Simulate a program; arguments and answer are those of `blocks.run`."""
    numba.set_num_threads(min(threads, numba.config.NUMBA_NUM_THREADS))
    inputs = inputs_of(program, draws)
    whole = inputs.blocks * BLOCK
    last = np.zeros((len(groups), whole), dtype=np.int16)
    days = np.empty((len(program.ids) if items else 0, whole), dtype=np.int16)
    links = program.links
    arrivals, external = _rows(
        len(program.ids), {k: row for k, row in inputs.external.items()}, whole
    )
    slow, slow_row = _rows(
        len(program.keys), {c: row for c, row in enumerate(inputs.slow) if row is not None}, whole
    )
    _simulate(
        score_pool().reshape(-1), inputs.start, inputs.weight, inputs.team, inputs.epic,
        inputs.shared, program.tables, program.clock, program.crew, program.mode, program.typed,
        program.typed_end, external, arrivals, links.begin, links.slot, links.map, links.to_end,
        program.finish_slot, program.start_slot, program.crosses, program.slots, program.slope,
        program.shift, slow_row, slow, *_calendars(program), *_members(program, groups), last, days,
        items,
    )  # fmt: skip
    return last[:, : draws.trials], days[:, : draws.trials] if items else None


def _rows(count: int, rows: dict[int, np.ndarray], width: int) -> tuple[np.ndarray, np.ndarray]:
    """Arrays of all trials as one table (single values spread), and each one's row or -1."""
    at = np.full(count, -1, dtype=np.int32)
    table = np.empty((max(len(rows), 1), width), dtype=np.float32)
    for row, (k, values) in enumerate(rows.items()):
        at[k] = row
        table[row] = values[-1]
        table[row, : len(values)] = values if len(values) > 1 else values[0]
    return table, at


def _calendars(program: Program) -> tuple[np.ndarray, ...]:
    """Day boundaries, guides and opening places of all clocks, each as one padded table."""
    grids = program.grids
    knots = np.full((len(grids), max(len(g.knots) for g in grids)), 2 * _FAR, dtype=np.float32)
    guide = np.zeros((len(grids), max(len(g.guide) for g in grids)), dtype=np.int32)
    on_day = np.zeros(knots.shape, dtype=np.int16)
    places = np.array(
        [-1 if g.clock.places is None else len(g.clock.places) for g in grids], dtype=np.int32
    )
    opens = np.full((len(grids), max(1, int(places.max()))), _FAR, dtype=np.float32)
    for c, grid in enumerate(grids):
        knots[c, : len(grid.knots)] = grid.knots
        guide[c, : len(grid.guide)] = grid.guide
        on_day[c, : len(grid.days)] = grid.days
        opens[c, : max(places[c], 0)] = np.minimum(grid.clock.places or (), _FAR)
    scale = np.array([grid.scale for grid in grids], dtype=np.float32)
    limit = np.array([grid.limit for grid in grids], dtype=np.float32)
    return knots, guide, scale, limit, on_day, opens, places


def _members(program: Program, groups: Sequence[np.ndarray]) -> tuple[np.ndarray, ...]:
    """Which running maxima each item enters: one for every group and clock in it."""
    ends: dict[tuple[int, int], int] = {}
    mine: list[list[int]] = [[] for _ in program.ids]
    for row, group in enumerate(groups):
        for k in group:
            mine[k].append(ends.setdefault((row, int(program.clock[k])), len(ends)))
    at = np.cumsum([0, *(len(each) for each in mine)]).astype(np.int32)
    flat = np.array([each for row in mine for each in row], dtype=np.int32)
    clock = np.array([clock for _, clock in ends], dtype=np.int32)
    return at, flat, clock, np.array([row for row, _ in ends], dtype=np.int32)
