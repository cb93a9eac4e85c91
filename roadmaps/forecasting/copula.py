"""Shared bias: who is wrong about one item is likely wrong about its neighbours in the same way.

One-factor Gaussian copula: the normal score of item j is
sqrt(a) T + sqrt(b) E + sqrt(1 - a - b) e_j, with T common to its team in the quarter in which its
work begins, E common to its epic (the item it is part of), and e_j its own. a = rho_team, and
a + b = rho_epic: parts of one epic in other quarters or teams share b alone, as learning reads them
(`bias.Scored`). Each item keeps its own range, ties in it included: only what is drawn together
changes. Of work in progress it is what is left that shares the bias: what was spent is known, and
the little that its survival says about the factor is left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from .bias import quarter_number
from .clocks import Clocks
from .draws import Draws, Purpose, readings, score_windows
from .generation import Generation
from .graph import Structure
from .plan import Plan, PlanItem, State

HIGHEST = 0.95


@dataclass(frozen=True, slots=True)
class Bias:
    """Groups and weights of some items, in their order; a group of -1 is none."""

    team: np.ndarray
    epic: np.ndarray
    own: np.ndarray
    """sqrt(1 - a - b), shape (items,)."""
    by_team: float
    """sqrt(a)."""
    by_epic: np.ndarray
    """sqrt(b), shape (items,): more for an item that has an epic and no team."""
    quarters: dict[int, int]
    """Quarter in which each item's work begins (`bias.quarter_number`), as `Plan.quarters` keeps
    them."""


class SharedScores:
    """The normal scores of some items on given draws; each group's are drawn once."""

    def __init__(self, bias: Bias, ids: Sequence[int], draws: Draws):
        self.bias, self.draws = bias, draws
        self.start, self.mirrored = readings(
            draws.seed, Purpose.EFFORT, np.array(ids, dtype=np.int64), draws.blocks
        )
        self._shared: dict[tuple[Purpose, int], np.ndarray] = {}

    def of(self, k: int) -> np.ndarray:
        """Normal scores of the k-th item, float32, shape (trials,)."""
        bias = self.bias
        own = np.float32(bias.own[k])
        scores = score_windows()[self.start[k]]
        scores *= np.where(self.mirrored[k], -own, own)[:, None]
        found = scores.reshape(-1)[: self.draws.trials]
        if bias.team[k] >= 0:
            found += self._of(Purpose.TEAM_BIAS, int(bias.team[k])) * np.float32(bias.by_team)
        if bias.epic[k] >= 0:
            found += self._of(Purpose.EPIC_BIAS, int(bias.epic[k])) * np.float32(bias.by_epic[k])
        return found

    def _of(self, purpose: Purpose, group: int) -> np.ndarray:
        if (purpose, group) not in self._shared:
            self._shared[purpose, group] = self.draws.scores(purpose, group)
        return self._shared[purpose, group]


def bias_of(plan: Plan, structure: Structure, clocks: Clocks, ids: Sequence[int]) -> Bias:
    """The groups of the open leaves. The quarter that the plan keeps for an item stays.

    ids:    in the start order of the trials
    raises: ValueError when a correlation lies outside 0 to 0.95
    """
    within_team, within_epic = plan.bias.rho_team, plan.bias.rho_epic
    if not (0 <= within_team <= HIGHEST and 0 <= within_epic <= HIGHEST):
        raise ValueError(f"Shared bias needs correlations from 0 to {HIGHEST}.")
    quarters = _quarters(plan, structure, clocks, ids) if within_team > 0 else {}
    team = np.full(len(ids), -1, dtype=np.int64)
    epic = np.full(len(ids), -1, dtype=np.int64)
    for k, id in enumerate(ids):
        item = structure.items[id]
        at = main_team(item)
        if at is not None and within_team > 0:
            team[k] = at * 65536 + quarters[id]
        if item.parent is not None and within_epic > (0.0 if team[k] < 0 else within_team):
            epic[k] = item.parent
    of_team = np.where(team >= 0, within_team, 0.0)
    of_epic = np.where(epic >= 0, within_epic - of_team, 0.0)
    own = np.sqrt(1 - of_team - of_epic)
    return Bias(team, epic, own, within_team**0.5, np.sqrt(of_epic), quarters)


def main_team(item: PlanItem) -> int | None:
    """The team that shares its bias with an item: of several, the one with the largest part."""
    if not item.parts:
        return item.team
    return max(item.parts, key=lambda part: (part.days, -part.team)).team


def _quarters(
    plan: Plan, structure: Structure, clocks: Clocks, ids: Sequence[int]
) -> dict[int, int]:
    """Quarter in which each item's work began, or is to begin in the order of the trials."""
    kept = {id: plan.quarters[id] for id in ids if id in plan.quarters}
    for id in ids:
        item = structure.items[id]
        if item.state == State.IN_PROGRESS and item.started_on is not None:
            kept[id] = quarter_number(item.started_on)
    if len(kept) == len(ids):
        return kept
    generation = Generation(plan, structure, clocks)
    slots = generation.slots(generation.ordered({id: (k,) for k, id in enumerate(ids)}))
    furthest = 36500.0  # a start that never comes is in some quarter too
    for id in ids:
        if id not in kept:
            day = plan.today + timedelta(int(min(slots[id].start, furthest)))
            kept[id] = quarter_number(day)
    return kept
