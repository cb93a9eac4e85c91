"""Reads of the roadmap."""

from .checks import (
    BLOCKING,
    blocking,
    blocking_counts,
    checks_of,
    checks_visible_to,
    due_soon,
    evidence_visible_to,
    fitting_templates,
    standing,
    templates_of,
    with_state,
)
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

__all__ = [
    "BLOCKING",
    "baselines_visible_to",
    "blocking",
    "blocking_counts",
    "checks_of",
    "checks_visible_to",
    "due_soon",
    "evidence_visible_to",
    "fitting_templates",
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
    "standing",
    "templates_of",
    "with_effort",
    "with_finished",
    "with_state",
]
