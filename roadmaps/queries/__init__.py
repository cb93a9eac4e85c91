"""Reads of the roadmap."""

from .forecasts import (
    baselines_visible_to,
    is_replaying,
    item_forecasts,
    last_explained,
    moves_of,
    moves_told,
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

__all__ = [
    "baselines_visible_to",
    "is_replaying",
    "item_forecasts",
    "items_visible_to",
    "last_explained",
    "links_of",
    "moves_of",
    "moves_told",
    "newest_estimates",
    "objective_forecasts",
    "objectives_visible_to",
    "plan_of",
    "products_with_a_due_forecast",
    "run_a_week_before",
    "run_before",
    "runs_visible_to",
    "with_effort",
    "with_finished",
]
