"""Reads of the roadmap."""

from .forecasts import (
    baselines_visible_to,
    is_stale,
    item_forecasts,
    moves_of,
    newest_run,
    objective_forecasts,
    products_with_a_due_forecast,
    run_a_week_before,
    run_before,
    runs_visible_to,
    status_of,
)
from .items import (
    items_visible_to,
    latest_estimates,
    links_of,
    objectives_visible_to,
    with_effort,
)
from .plan import plan_of

__all__ = [
    "baselines_visible_to",
    "is_stale",
    "item_forecasts",
    "items_visible_to",
    "latest_estimates",
    "links_of",
    "moves_of",
    "newest_run",
    "objective_forecasts",
    "objectives_visible_to",
    "plan_of",
    "products_with_a_due_forecast",
    "run_a_week_before",
    "run_before",
    "runs_visible_to",
    "status_of",
    "with_effort",
]
