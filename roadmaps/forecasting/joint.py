"""The chance that several promises are all kept."""

from collections.abc import Collection

import numpy as np

from .draws import Draws
from .landings import Ends
from .plan import Plan
from .results import Result
from .simulation import TRIALS, Forecast
from .summaries import in_time


def simulate_jointly(plan: Plan, *, trials: int = TRIALS, seed: int) -> tuple[Result, float | None]:
    """What `simulate` finds, and the chance that all promises are kept, from the same trials.

    A promise is the target of an open item or objective. The chance is the share of trials in
    which every one lands by it: counted in the trials, never a product of chances, so what one
    delay does to several dates counts.

    returns: (result, 0 to 1; None where nothing open has a target)
    raises:  as `simulate` does
    """
    forecast = Forecast(plan, Draws(seed, trials), causes=True)
    kept = np.ones(trials, dtype=bool)
    promises = 0
    for item in plan.items:
        if item.target is not None and item.id in forecast.last_days:
            kept &= in_time(forecast.last_days[item.id], plan.today, item.target)
            promises += 1
    for objective in plan.objectives:
        days = forecast.objective_days(objective)
        if objective.target is not None and days is not None:
            kept &= in_time(days, plan.today, objective.target)
            promises += 1
    return forecast.result, float(kept.mean()) if promises else None


def chance_without(plan: Plan, stretch: Collection[int], *, trials: int, seed: int) -> float | None:
    """The chance of `simulate_jointly` where some items are no promise, whatever they hold up.

    Those items, with all their parts, need not land by a date: neither their own, nor that of what
    they are part of, nor that of their objective. They are still worked on.

    returns: 0 to 1; None where nothing that counts has a target
    raises:  as `simulate` does
    """
    ends = Ends(plan, Draws(seed, trials))
    leaves, rows = ends.structure.leaves, dict(zip(ends.ids, ends.days, strict=True))
    left_out = {leaf for id in stretch for leaf in leaves.get(id, ())}
    promises = [(item.target, leaves[item.id]) for item in plan.items if item.target is not None]
    for each in plan.objectives:
        if each.target is not None:
            needs = [leaves[item.id] for item in plan.items if item.objective == each.id]
            promises.append((each.target, tuple(leaf for some in needs for leaf in some)))
    kept, counted = np.ones(trials, dtype=bool), False
    for target, needed in promises:
        for leaf in set(needed) - left_out:
            if leaf in rows:
                kept &= in_time(rows[leaf], plan.today, target)
                counted = True
    return float(kept.mean()) if counted else None
