"""The chance that several promises are all kept."""

import numpy as np

from .draws import Draws
from .plan import Plan
from .simulation import TRIALS, Forecast


def joint_chance(plan: Plan, *, trials: int = TRIALS, seed: int) -> float | None:
    """Share of trials in which every open item and objective with a target lands by it.

    Counted in the trials, never a product of chances: what one delay does to several dates counts.

    returns: 0 to 1; None where nothing open has a target
    """
    forecast = Forecast(plan, Draws(seed, trials))
    kept = np.ones(trials, dtype=bool)
    promises = 0
    for item in plan.items:
        if item.target is not None and item.id in forecast.last_days:
            kept &= forecast.last_days[item.id] <= (item.target - plan.today).days
            promises += 1
    for objective in plan.objectives:
        days = forecast.objective_days(objective)
        if objective.target is not None and days is not None:
            kept &= days <= (objective.target - plan.today).days
            promises += 1
    return float(kept.mean()) if promises else None
