"""The fast engine compiled: the steps of `blocks` in the same order, a block of trials at once.

Imported only where numba is installed (`extras`). Every block of trials is simulated by itself
and writes only its own columns, so the number of threads changes no number.
"""

from collections.abc import Sequence

import numba
import numpy as np

from .draws import BLOCK, Draws, score_pool
from .grid import FAR, HAIR
from .inputs import CENTRE, TOP, inputs_of, leading
from .program import BEGUN, PINNED, Program

_NO_NAN = {"nnan", "nsz"}
"""There is no NaN and no signed zero in here: a minimum is one instruction."""

WIDTH = BLOCK
"""Trials of one block: those that are drawn together. Fewer would stay nearer the processor, but
each item costs as much again before its first trial."""

_HAIR, _FAR = np.float32(HAIR), np.float32(FAR)
_ZERO, _WHOLE, _ONE = np.float32(0.0), np.float32(1.0), np.uint32(1)


# Reading a table at computed places is one load after the other on these processors, and a loop
# with such a read in it is scalar throughout: so what is arithmetic has loops of its own.


@numba.njit(inline="always", fastmath=_NO_NAN)
def _read(into, table, at):
    for t in range(WIDTH):
        into[t] = table[at[t]]


@numba.njit(inline="always", fastmath=_NO_NAN)
def _knots(found, time, hair, knots, guide, rounds, scale, limit, sought, at):
    for t in range(WIDTH):
        sought[t] = min(time[t] + hair, limit)
    for t in range(WIDTH):
        at[t] = np.int32(max(sought[t] * scale, _ZERO))
    for t in range(WIDTH):
        knot = guide[at[t]]
        found[t] = np.uint32(knot + np.uint32(knots[knot] < sought[t]))
    for _ in range(1, rounds):
        for t in range(WIDTH):
            found[t] = np.uint32(found[t] + np.uint32(knots[found[t]] < sought[t]))


@numba.njit(inline="always", fastmath=_NO_NAN)
def _work(work, own, team, epic, by_own, by_team, by_epic, table, pace, place, at_low, at):
    for t in range(WIDTH):
        score = own[t] * by_own + (team[t] * by_team + CENTRE) + epic[t] * by_epic
        place[t] = min(max(score, _ZERO), TOP)
    for t in range(WIDTH):
        at[t] = np.int32(place[t])
        place[t] -= np.float32(at[t])
    rise = work
    for t in range(WIDTH):
        k = np.uint32(at[t])
        low, rise[t] = table[k], table[np.uint32(k + _ONE)]
        at_low[t] = low
    for t in range(WIDTH):
        work[t] = (at_low[t] + (rise[t] - at_low[t]) * place[t]) * pace[t]


@numba.njit(inline="always", fastmath=_NO_NAN)
def _bound(begun, work, row, lead):
    for t in range(WIDTH):
        begun[t] = max(begun[t], row[t] - lead * work[t])


@numba.njit(inline="always", fastmath=_NO_NAN)
def _bound_elsewhere(begun, work, day, passed, lead, morning, gain, first, gained):
    _read(first, morning, day)
    _read(gained, gain, day)
    for t in range(WIDTH):
        begun[t] = max(begun[t], first[t] + gained[t] * passed[t] - lead * work[t])


@numba.njit(inline="always", fastmath=_NO_NAN)
def _moments(day, passed, time, found, on_day, low, per_gain, first, gained):
    _read(first, low, found)
    _read(gained, per_gain, found)
    _read(day, on_day, found)
    for t in range(WIDTH):
        passed[t] = min(max((time[t] - first[t]) * gained[t], _ZERO), _WHOLE)


@numba.njit(inline="always", fastmath=_NO_NAN)
def _insert(place, above, later):
    for t in range(WIDTH):
        other = above[t]
        place[t] = min(other, later[t])
        later[t] = max(other, later[t])


@numba.njit(fastmath=_NO_NAN)
def _hold_pinned(free, many, crew, done):
    """What holds a place for longer goes on. Rare, so it stays out of the long loop."""
    for p in range(many):
        for t in range(WIDTH):
            until = min(free[p + crew, t], done[t]) if p + crew < many else done[t]
            free[p, t] = max(free[p, t], until)


@numba.njit(parallel=True, cache=True, fastmath=_NO_NAN)
def _simulate(
    pool, start, weight, team, epic, from_, by, table, clock, crew, mode, typed, typed_end,
    external, arrivals, begin, slot, way, to_end, finish_slot, start_slot, crosses, slots, morning,
    gain, slow_row, slow, knots, guide, rounds, scale, limit, on_day, low, per_gain, opens, places,
    member_at, member_row, end_clock, end_row, last, days, wants_days,
):  # fmt: skip
    for block in numba.prange(last.shape[1] // WIDTH):
        first = block * WIDTH
        kept = np.empty((slots, WIDTH), np.float32)
        day = np.empty((slots, WIDTH), np.uint16)
        passed = np.empty((slots, WIDTH), np.float32)
        free = np.empty((opens.shape[0], opens.shape[1], WIDTH), np.float32)
        for c in range(opens.shape[0]):
            for p in range(places[c]):
                free[c, p, :] = opens[c, p]
        ends = np.zeros((len(end_clock), WIDTH), np.float32)
        work, begun, done, one, two = np.empty((5, WIDTH), np.float32)
        at_table = np.empty(WIDTH, np.int32)
        found = np.empty(WIDTH, np.uint32)
        for k in range(len(clock)):
            c, many, is_pinned = clock[k], places[clock[k]], mode[k] == PINNED
            a, b, e = start[k, block], from_[team[k], block], from_[epic[k], block]
            _work(
                work, pool[a : a + WIDTH], pool[b : b + WIDTH], pool[e : e + WIDTH],
                weight[k, block], by[team[k], block], by[epic[k], block], table[k],
                slow[slow_row[c], first : first + WIDTH], one, two, at_table,
            )  # fmt: skip
            begun[:] = typed[k]
            if not is_pinned and many == 0:
                begun[:] = _FAR
            elif not is_pinned:
                if many > 0:
                    _bound(begun, work, free[c, crew[k] - 1], _ZERO)
                if mode[k] != BEGUN:
                    if typed_end[k] >= _ZERO:
                        done[:] = typed_end[k]
                        _bound(begun, work, done, _WHOLE)
                    for link in range(begin[k], begin[k + 1]):
                        at, lead = slot[link], np.float32(to_end[link])
                        if way[link] < 0:
                            _bound(begun, work, kept[at], lead)
                        else:
                            _bound_elsewhere(
                                begun, work, day[at], passed[at], lead, morning[way[link]],
                                gain[way[link]], one, two,
                            )  # fmt: skip
                    if external[k] >= 0:
                        row = arrivals[external[k], first : first + WIDTH]
                        _bound(begun, work, row, _ZERO)
            for t in range(WIDTH):
                done[t] = begun[t] + work[t]
            if many > 0:
                if is_pinned:
                    _hold_pinned(free[c], many, crew[k], done)
                else:
                    for _ in range(crew[k]):
                        one[:] = done
                        for p in range(1, many):
                            _insert(free[c, p - 1], free[c, p], one)
                        free[c, many - 1, :] = one
            at = finish_slot[k]
            if at >= 0:
                kept[at, :] = done
                if crosses[k] & 1:
                    _knots(
                        found,
                        done,
                        -_HAIR,
                        knots[c],
                        guide[c],
                        rounds[c],
                        scale[c],
                        limit[c],
                        one,
                        at_table,
                    )
                    _moments(
                        day[at], passed[at], done, found, on_day[c], low[c], per_gain[c], one, two
                    )
            at = start_slot[k]
            if at >= 0:
                kept[at, :] = begun
                if crosses[k] & 2:
                    _knots(
                        found,
                        begun,
                        _HAIR,
                        knots[c],
                        guide[c],
                        rounds[c],
                        scale[c],
                        limit[c],
                        one,
                        at_table,
                    )
                    _moments(
                        day[at], passed[at], begun, found, on_day[c], low[c], per_gain[c], one, two
                    )
            for m in range(member_at[k], member_at[k + 1]):
                _bound(ends[member_row[m]], work, done, _ZERO)
            if wants_days:
                _knots(
                    found,
                    done,
                    -_HAIR,
                    knots[c],
                    guide[c],
                    rounds[c],
                    scale[c],
                    limit[c],
                    one,
                    at_table,
                )
                for t in range(WIDTH):
                    days[k, first + t] = on_day[c, found[t]]
        for m in range(len(end_clock)):
            c, row = end_clock[m], end_row[m]
            _knots(
                found,
                ends[m],
                -_HAIR,
                knots[c],
                guide[c],
                rounds[c],
                scale[c],
                limit[c],
                one,
                at_table,
            )
            for t in range(WIDTH):
                last[row, first + t] = max(last[row, first + t], on_day[c, found[t]])


@numba.njit(parallel=True, cache=True, fastmath=_NO_NAN)
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


def ranked(days: np.ndarray, ranks: Sequence[int], longest: int) -> np.ndarray:
    """Day by which so many of the trials (ascending) have ended, int16, shape (rows, ranks)."""
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
    arrivals, external = _rows(len(program.ids), inputs.external, whole)
    even = np.ones(1, dtype=np.float32)
    paces = {c: even if row is None else row for c, row in enumerate(inputs.slow)}
    slow, slow_row = _rows(len(program.keys), paces, whole)
    _simulate(
        score_pool().reshape(-1), inputs.own.start, inputs.own.weight, inputs.team, inputs.epic,
        inputs.shared.start, inputs.shared.weight, program.tables, program.clock, program.crew,
        program.mode, program.typed, program.typed_end, external, arrivals, links.begin,
        links.slot, links.map, links.to_end,
        program.finish_slot, program.start_slot, program.crosses, program.slots, program.morning,
        program.gain, slow_row, slow, *_calendars(program), *_members(program, groups), last, days,
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
    guide = np.zeros((len(grids), max(len(g.guide) for g in grids)), dtype=np.uint32)
    rounds = np.array([grid.rounds for grid in grids], dtype=np.int32)
    on_day = np.zeros(knots.shape, dtype=np.int16)
    low, per_gain = np.zeros(knots.shape, dtype=np.float32), np.zeros(knots.shape, dtype=np.float32)
    places = np.array(
        [-1 if g.clock.places is None else len(g.clock.places) for g in grids], dtype=np.int32
    )
    opens = np.full((len(grids), max(1, int(places.max()))), _FAR, dtype=np.float32)
    for c, grid in enumerate(grids):
        knots[c, : len(grid.knots)] = grid.knots
        guide[c, : len(grid.guide)] = grid.guide
        on_day[c, : len(grid.days)] = grid.days
        low[c, : len(grid.low)], per_gain[c, : len(grid.low)] = grid.low, grid.per_gain
        opens[c, : max(places[c], 0)] = np.minimum(grid.clock.places or (), _FAR)
    scale = np.array([grid.scale for grid in grids], dtype=np.float32)
    limit = np.array([grid.limit for grid in grids], dtype=np.float32)
    return knots, guide, rounds, scale, limit, on_day, low, per_gain, opens, places


def _members(program: Program, groups: Sequence[np.ndarray]) -> tuple[np.ndarray, ...]:
    """Which running maxima each item enters: one for every group and clock in it."""
    ends: dict[tuple[int, int], int] = {}
    mine: list[list[int]] = [[] for _ in program.ids]
    for k, rows in enumerate(leading(program, groups)):
        mine[k] = [ends.setdefault((row, int(program.clock[k])), len(ends)) for row in rows]
    at = np.cumsum([0, *(len(each) for each in mine)]).astype(np.int32)
    flat = np.array([each for row in mine for each in row], dtype=np.int32)
    clock = np.array([clock for _, clock in ends], dtype=np.int32)
    return at, flat, clock, np.array([row for row, _ in ends], dtype=np.int32)
