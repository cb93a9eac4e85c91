"""How fast a team delivers in each trial: drag, and what finished items change in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from .clocks import Clocks
from .draws import Draws, Purpose, read_levels
from .plan import DRAG_CAP, EffectKind, PlanEffect, PlanTeam
from .ranges import Triple, bounded_table

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
        return self._when(self.delivered(start) + work)

    def start(self, finish: np.ndarray, work: np.ndarray) -> np.ndarray:
        """Latest capacity time at which work must begin to end no earlier than `finish`; >= 0."""
        if not len(self.turns):
            return np.maximum(finish - work / self.paces[0], 0.0)
        return self._when(np.maximum(self.delivered(finish) - work, 0.0))

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

    def _when(self, done: np.ndarray) -> np.ndarray:
        passed = np.zeros_like(self.turns[0])
        last = passed
        time = _divide(done, self.paces[0])
        for k, turn in enumerate(self.turns):
            passed = passed + self.paces[k] * (turn - last)
            after = turn + _divide(done - passed, self.paces[k + 1])
            time = np.where(done > passed, after, time)
            last = turn
        return np.where(time >= _FAR, np.inf, time)


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
        self._trials = draws.trials

    def at(self, finishes: Mapping[int, np.ndarray]) -> dict[int | str, tuple[Pace, Pace]]:
        """Each team's pace, and the pace it would have without drag.

        finishes: moment at which the item of each effect ends, by effect id, shape (trials,)
        """
        paces: dict[int | str, tuple[Pace, Pace]] = dict.fromkeys(
            self.clocks.by_key, (STEADY, STEADY)
        )
        for id, team in self.clocks.teams.items():
            mine = [effect for effect in self.effects if effect.team == id]
            if mine:
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
            if effect.team == team and effect.kind == EffectKind.PEOPLE and clock.places
        ]

    def _changing(
        self, team: PlanTeam, effects: list[PlanEffect], finishes: Mapping[int, np.ndarray]
    ) -> tuple[Pace, Pace]:
        """Sort the beginnings and ends of the effects in each trial and add them up."""
        clock, trials = self.clocks.by_key[team.id], self._trials
        zero = np.zeros(trials)
        gained = dict(self.places_gained(team.id))
        turns, drag, people, places = [], [], [], []
        for effect in effects:
            begin = np.minimum(clock.time(finishes[effect.id]), _FAR)
            size = self._size[effect.id]
            is_drag = effect.kind == EffectKind.DRAG
            turns.append(begin)
            drag.append(-size if is_drag else zero)
            people.append(zero if is_drag else size)
            places.append(gained.get(effect.id, zero))
            if effect.until is not None:
                end = min(clock.time_of(effect.until, end=True), _FAR)
                turns.append(np.maximum(end, begin))
                drag.append(-drag[-1])
                people.append(-people[-1])
                places.append(zero)
        order = np.argsort(np.array(turns), axis=0, kind="stable")
        in_order = [
            np.concatenate([np.zeros((1, trials)), np.cumsum(each, axis=0)])
            for each in (
                np.take_along_axis(np.array(rows), order, axis=0) for rows in (drag, people, places)
            )
        ]
        strength = _strength(clock, in_order[1], in_order[2])
        lost = np.clip(self._drag[team.id] + in_order[0], 0.0, DRAG_CAP)
        sorted_turns = np.take_along_axis(np.array(turns), order, axis=0)
        without = Pace(sorted_turns, strength)
        return Pace(sorted_turns, strength * (1 - lost) / (1 - team.drag_ref)), without


def _strength(clock, people: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Speed of one place after people came or went, so that all places deliver what they can.

    People gained are present as the others are; without any recorded nothing changes.
    """
    if not clock.places:
        return np.ones_like(people)
    there = len(clock.places)
    return np.maximum(clock.people + people, 0.0) / clock.people * there / (there + places)


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
