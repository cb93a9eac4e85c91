"""The chance that several promises are all kept."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from .draws import Draws
from .graph import Structure
from .landings import Ends
from .plan import Plan
from .results import Result
from .simulation import TRIALS, Forecast
from .summaries import in_time


@dataclass(frozen=True, slots=True)
class Promise:
    """A target of something open, and the open leaves that must end by it."""

    id: int
    of_objective: bool
    target: date
    leaves: tuple[int, ...]


def promises(
    plan: Plan, stretch: Collection[int] = (), *, structure: Structure | None = None
) -> tuple[Promise, ...]:
    """The targets of open items and objectives.

    stretch: ids of items that are no promise, with all their parts: they need not land by a date,
             neither their own, nor that of what they are part of, nor that of their objective
    raises:  LoopError or ValueError as `graph.check` does
    """
    structure = structure or Structure.of(plan)
    open_leaves = set(structure.open_leaves())
    for id in stretch:
        open_leaves.difference_update(structure.leaves.get(id, ()))
    asked: list[tuple[int, bool, date | None, tuple[int, ...]]]
    asked = [(item.id, False, item.target, (item.id,)) for item in plan.items]
    for each in plan.objectives:
        needs = tuple(item.id for item in plan.items if item.objective == each.id)
        asked.append((each.id, True, each.target, needs))
    found = []
    for id, of_objective, target, needs in asked:
        leaves = open_leaves.intersection(leaf for need in needs for leaf in structure.leaves[need])
        if target is not None and leaves:
            found.append(Promise(id, of_objective, target, tuple(sorted(leaves))))
    return tuple(found)


def simulate_jointly(plan: Plan, *, trials: int = TRIALS, seed: int) -> tuple[Result, float | None]:
    """What `simulate` finds, and the chance that all promises are kept, from the same trials.

    The chance is the share of trials in which every one lands by its target: counted in the
    trials, never a product of chances, so what one delay does to several dates counts.

    returns: (result, 0 to 1; None where nothing open has a target)
    raises:  as `simulate` does
    """
    forecast = Forecast(plan, Draws(seed, trials), causes=True)
    asked = promises(plan, structure=forecast.structure)
    return forecast.result, _all_kept(plan, asked, forecast.last_days, trials)


def chance_without(plan: Plan, stretch: Collection[int], *, trials: int, seed: int) -> float | None:
    """The chance of `simulate_jointly` where some items are no promise, though still worked on.

    returns: 0 to 1; None where nothing that counts has a target
    raises:  as `simulate` does
    """
    ends = Ends(plan, Draws(seed, trials))
    asked = promises(plan, stretch, structure=ends.structure)
    return _all_kept(plan, asked, ends.rows, trials)


def _all_kept(
    plan: Plan, asked: Collection[Promise], days: Mapping[int, np.ndarray], trials: int
) -> float | None:
    kept = np.ones(trials, dtype=bool)
    for each in asked:
        for leaf in each.leaves:
            kept &= in_time(days[leaf], plan.today, each.target)
    return float(kept.mean()) if asked else None
