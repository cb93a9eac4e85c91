"""Reads of the roadmap."""

from .forecasts import (
    baselines_visible_to,
    item_forecasts,
    last_explained,
    moves_of,
    objective_forecasts,
    products_with_a_due_forecast,
    run_a_week_before,
    run_before,
    runs_visible_to,
)
from .items import (
    items_visible_to,
    links_of,
    newest_estimates,
    objectives_visible_to,
    with_effort,
)
from .plan import plan_of, with_finished
from .scenarios import AT_ONCE, due_scenarios, scenarios_visible_to

__all__ = [
    "AT_ONCE",
    "baselines_visible_to",
    "due_scenarios",
    "item_forecasts",
    "items_visible_to",
    "last_explained",
    "links_of",
    "moves_of",
    "newest_estimates",
    "objective_forecasts",
    "objectives_visible_to",
    "plan_of",
    "products_with_a_due_forecast",
    "run_a_week_before",
    "run_before",
    "runs_visible_to",
    "scenarios_visible_to",
    "with_effort",
    "with_finished",
]
