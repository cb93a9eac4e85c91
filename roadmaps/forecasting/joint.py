"""The chance that several promises are all kept."""

import numpy as np

from .draws import Draws
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
