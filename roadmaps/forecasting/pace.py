"""How fast a team delivers in each trial: drag, and what finished items change in it."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np

from .calendar import Clock
from .clocks import Clocks, gaining
from .draws import Draws, Purpose, read_levels
from .plan import DRAG_CAP, EffectKind, PlanEffect, PlanTeam
from .ranges import Triple, bounded_table

_TINY = 1e-9
"""Person-days that are rounding: work that ends as its own end changes the pace is not held up."""
_FAR = 1e7
"""Capacity time later than any horizon, finite so that differences stay defined."""


@dataclass(frozen=True)
class Pace:
    """Pace of a team in each trial: `paces[k]` holds until capacity time `turns[k]`.

    turns: shape (changes, trials), ascending; paces: shape (changes + 1, trials) or (1, 1)
    """

    turns: np.ndarray
    paces: np.ndarray

    def finish(self, start: np.ndarray, work: np.ndarray) -> np.ndarray:
        """Capacity time at which work begun at `start` ends; beyond every horizon at pace 0."""
        if not len(self.turns):
            return start + work / self.paces[0]
        return self._when(self._delivered(start) + work)

    def start(self, finish: np.ndarray, work: np.ndarray) -> np.ndarray:
        """Latest capacity time at which work must begin to end no earlier than `finish`; >= 0."""
        if not len(self.turns):
            return np.maximum(finish - work / self.paces[0], 0.0)
        return self._when(np.maximum(self._delivered(finish) - work, 0.0))

    def take(self, trials: np.ndarray) -> "Pace":
        """The pace in some of the trials."""
        if self.paces.shape[1] == 1:
            return self
        return Pace(self.turns[:, trials], self.paces[:, trials])

    def delivered(self, time: np.ndarray) -> np.ndarray:
        """Person-days that one place has delivered until a capacity time."""
        if not len(self.turns):
            return time * self.paces[0]
        time = np.minimum(time, _FAR)
        done = self.paces[0] * np.minimum(time, self.turns[0])
        for k, turn in enumerate(self.turns):
            until = self.turns[k + 1] if k + 1 < len(self.turns) else _FAR
            done = done + self.paces[k + 1] * (np.minimum(time, until) - np.minimum(time, turn))
        return done

    def same_until(self, other: "Pace") -> np.ndarray | None:
        """Capacity time until which two paces are the same in each trial; None: for good."""
        if self.turns.shape != other.turns.shape or self.paces.shape != other.paces.shape:
            return np.zeros(self.paces.shape[1])
        differ = (self.turns != other.turns) | (self.paces[1:] != other.paces[1:])
        from_there = np.where(differ, np.minimum(self.turns, other.turns), np.inf)
        until = from_there.min(axis=0, initial=np.inf)
        until = np.where(self.paces[0] != other.paces[0], 0.0, until)
        return None if np.isinf(until).all() else until

    def _delivered(self, time: np.ndarray) -> np.ndarray:
        """`delivered` of one time in each trial: the same, only of the turns that matter.

        Those that are behind in every trial are summed up already; those ahead add nothing.
        """
        time = np.minimum(time, _FAR)
        first, last = self._ends.turns.between(time)
        done = self._ends.passed[first - 1] if first else np.zeros(1)
        low = self.turns[first - 1] if first else np.zeros(1)
        for k in range(first, last + 1):
            high = np.minimum(time, self.turns[k]) if k < last else time
            done = done + self.paces[k] * (high - low)
            low = high
        return done

    def _when(self, done: np.ndarray) -> np.ndarray:
        """Capacity time at which so much is delivered by one place."""
        ends = self._ends
        first, last = ends.until.between(done)
        if first:
            passed = ends.passed[first - 1]
            time = self.turns[first - 1] + self._divided(done - passed, first)
        else:
            time = self._divided(done, 0)
        for k in range(first, last):
            after = self.turns[k] + self._divided(done - ends.passed[k], k + 1)
            time = np.where(done > ends.until.rows[k], after, time)
        return np.where(time >= _FAR, np.inf, time) if time.max() >= _FAR else time

    def _divided(self, work: np.ndarray, k: int) -> np.ndarray:
        return work / self.paces[k] if self._ends.never_still else _divide(work, self.paces[k])

    @cached_property
    def _ends(self) -> "_Ends":
        """What follows from turns and paces, worked out once."""
        last = np.zeros_like(self.turns)
        last[1:] = self.turns[:-1]
        passed = np.cumsum(self.paces[:-1] * (self.turns - last), axis=0)
        never_still = bool((self.paces > 0).all())
        return _Ends(passed, _Ascending(self.turns), _Ascending(passed + _TINY), never_still)


class _Ascending:
    """Rows that ascend in every trial, and where others of one value a trial lie among them."""

    def __init__(self, rows: np.ndarray):
        self.rows = rows
        self.lowest, self.highest = rows.min(axis=1).tolist(), rows.max(axis=1).tolist()

    def between(self, values: np.ndarray) -> tuple[int, int]:
        """Rows before the first are passed in every trial, those from the last on in none."""
        least, most = values.min(), values.max()
        return bisect_left(self.highest, least), bisect_left(self.lowest, most)


@dataclass(frozen=True, slots=True)
class _Ends:
    passed: np.ndarray
    """Person-days that one place has delivered at each turn."""
    turns: _Ascending
    until: _Ascending
    """What must be delivered for each turn to count as passed."""
    never_still: bool


def _divide(work: np.ndarray, pace: np.ndarray) -> np.ndarray:
    return np.divide(work, pace, out=np.full_like(work, 2 * _FAR), where=pace > 0)


STEADY = Pace(np.empty((0, 1)), np.ones((1, 1)))
"""Pace 1 in every trial."""


class Paces:
    """The paces of all teams, made anew when the finishes that effects wait for are known."""

    def __init__(self, clocks: Clocks, draws: Draws, effects: Sequence[PlanEffect]):
        self.clocks, self.effects = clocks, effects
        self._drag = {id: _drawn_drag(team, draws) for id, team in clocks.teams.items()}
        self._size = {
            effect.id: read_levels(
                bounded_table(Triple(*effect.range), *_bounds(effect)),
                draws.levels(Purpose.EFFECT, effect.id),
            )
            for effect in effects
        }
        self._gaining, self._trials = gaining(clocks.plan), draws.trials
        self.whole: dict[int, Pace] = {}
        """What all places of a team whose people change deliver without drag, as last asked."""

    def at(self, finishes: Mapping[int, np.ndarray]) -> dict[int | str, tuple[Pace, Pace]]:
        """Each team's pace, and the pace it would have without drag.

        finishes: moment at which the item of each effect ends, by effect id, shape (trials,)
        """
        paces: dict[int | str, tuple[Pace, Pace]] = dict.fromkeys(
            self.clocks.by_key, (STEADY, STEADY)
        )
        for id, team in self.clocks.teams.items():
            mine = [effect for effect in self.effects if effect.team == id]
            if mine or id in self._gaining:
                paces[id] = self._changing(team, mine, finishes)
            elif team.drag is not None or team.drag_ref:
                pace = np.atleast_2d((1 - self._drag[id]) / (1 - team.drag_ref))
                paces[id] = (Pace(np.empty((0, pace.shape[1])), pace), STEADY)
        return paces

    def places_gained(self, team: int) -> list[tuple[int, np.ndarray]]:
        """Effect id and number of places that open when it begins, shape (trials,)."""
        clock = self.clocks.by_key[team]
        return [
            (effect.id, np.ceil(np.maximum(self._size[effect.id], 0.0) * clock.share - 1e-9))
            for effect in self.effects
            if effect.team == team and effect.kind == EffectKind.PEOPLE and clock.people is not None
        ]

    def _changing(
        self, team: PlanTeam, effects: list[PlanEffect], finishes: Mapping[int, np.ndarray]
    ) -> tuple[Pace, Pace]:
        """Sort in each trial all that changes the team, and add it up.

        People that come and go by the calendar are among it where others are gained: those
        deliver what they deliver, however few or many the others are.
        """
        clock = self.clocks.by_key[team.id]
        gaining_people = team.id in self._gaining
        changes = [_Change(0.0), *self._begun_and_ended(team.id, effects, finishes)]
        if gaining_people:
            changes += _comings(clock)
        turns, *rows = (
            np.array([np.broadcast_to(each, self._trials) for each in column])
            for column in zip(*changes, strict=True)
        )
        order = np.argsort(turns, axis=0, kind="stable")
        drag, *there = (_summed(np.take_along_axis(row, order, axis=0)) for row in rows)
        strength = _strength(clock, *there) if gaining_people else np.ones_like(drag)
        lost = np.clip(self._drag[team.id] + drag, 0.0, DRAG_CAP)
        in_order = np.take_along_axis(turns, order, axis=0)
        without = Pace(in_order, strength)
        if gaining_people and clock.opened is not None:
            _people, places, _members, opened = there
            self.whole[team.id] = Pace(
                in_order, strength * np.maximum(clock.opened[0] + opened + places, 1.0)
            )
        return Pace(in_order, strength * (1 - lost) / (1 - team.drag_ref)), without

    def _begun_and_ended(
        self, team: int, effects: list[PlanEffect], finishes: Mapping[int, np.ndarray]
    ) -> Iterator["_Change"]:
        clock, gained = self.clocks.by_key[team], dict(self.places_gained(team))
        for effect in effects:
            begin = np.minimum(clock.time(finishes[effect.id]), _FAR)
            size = self._size[effect.id]
            is_drag = effect.kind == EffectKind.DRAG
            drag, people = (-size, 0.0) if is_drag else (0.0, size)
            yield _Change(begin, drag, people, gained.get(effect.id, 0.0))
            if effect.until is not None:
                end = min(clock.time_of(effect.until, end=True), _FAR)
                yield _Change(np.maximum(end, begin), -drag, -people)


def _summed(rows: np.ndarray) -> np.ndarray:
    """What has come together before the first row, and after each."""
    found = np.zeros((len(rows) + 1, rows.shape[1]))
    np.cumsum(rows, axis=0, out=found[1:])
    return found


class _Change(NamedTuple):
    """What changes in a team at a capacity time; numbers, or one for each trial."""

    time: float | np.ndarray
    drag: float | np.ndarray = 0.0
    people: float | np.ndarray = 0.0
    """Gained (or lost) by what was finished."""
    places: float | np.ndarray = 0.0
    """Of theirs."""
    members: float = 0.0
    """That come (or go) by the calendar."""
    opened: float = 0.0
    """Places of theirs."""


def _comings(clock: Clock) -> list[_Change]:
    """Persons and places that come (or go) by the calendar."""
    if clock.people is None or clock.opened is None:
        return []
    people, opened = np.diff(clock.people), np.diff(clock.opened)
    return [
        _Change(
            clock.time_at(float(day) + 1), members=float(people[day]), opened=float(opened[day])
        )
        for day in np.flatnonzero((people != 0) | (opened != 0))
    ]


def _strength(
    clock: Clock, people: np.ndarray, places: np.ndarray, members: np.ndarray, opened: np.ndarray
) -> np.ndarray:
    """Speed of one place after people came or went, so that all places deliver what they can.

    People gained are present as the others are, where there are others; without any recorded
    nothing changes.
    """
    if clock.people is None or clock.opened is None:
        return np.ones_like(people)
    there, open_yet = clock.people[0] + members, clock.opened[0] + opened
    sharing = np.maximum(open_yet, 1.0) / np.maximum(open_yet + places, 1.0)
    return np.maximum(there + people, 0.0) / np.maximum(there, 1.0) * sharing


@lru_cache(maxsize=1024)
def _drag_table(drag: Triple) -> np.ndarray:
    return np.array(bounded_table(drag, 0.0, DRAG_CAP))


def _drawn_drag(team: PlanTeam, draws: Draws) -> np.ndarray:
    if team.drag is None:
        return np.zeros(1)
    table = _drag_table(Triple(*team.drag))
    return read_levels(table, draws.levels(Purpose.DRAG, team.id))


def _bounds(effect: PlanEffect) -> tuple[float, float]:
    return (-1.0, 1.0) if effect.kind == EffectKind.DRAG else (-1e4, 1e4)
