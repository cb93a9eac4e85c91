"""What one run of a program draws: read by the numpy and by the compiled engine."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .draws import Draws, Purpose, readings
from .grid import FAR
from .pace import Paces
from .program import Program
from .scores import PER_SCORE, POINTS

CENTRE = np.float32((POINTS - 1) / 2)
"""Step of the grid at the score 0."""

TOP = np.float32(POINTS - 1.001)
"""Scores beyond are read here."""


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


def leading(program: Program, groups: Sequence[np.ndarray]) -> list[list[int]]:
    """By item, the groups in which it may end last; shape (items,).

    An item that another of the group waits for, by the same calendar and without a lag, ends no
    later than that one in any trial.
    """
    followers = program.followers
    found: list[list[int]] = [[] for _ in program.ids]
    for row, group in enumerate(groups):
        inside = set(group.tolist())
        for k in inside:
            if not followers[k] or inside.isdisjoint(followers[k]):
                found[k].append(row)
    return found
