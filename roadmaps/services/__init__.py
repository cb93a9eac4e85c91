"""Writes of the roadmap: one function per thing a person or the worker does."""

from .baselines import commit_baseline
from .capacity import add_capacity_effect, record_team_drag, remove_capacity_effects
from .estimates import estimate_from_text, estimate_item, record_actual
from .forecasts import (
    explain_forecast,
    explain_move,
    keep_order,
    note_failure,
    refresh_forecast,
    thin_runs,
)
from .items import create_item, edit_item, move_item, rank_item
from .learning import lessons_of, refresh_learning, thin_learnings
from .links import link_items, unlink_items
from .objectives import close_objective, create_objective, edit_objective
from .recompute import (
    keep_new_order,
    request_forecast,
    request_new_order,
    run_forecast_job,
    run_order_job,
)

__all__ = [
    "add_capacity_effect",
    "close_objective",
    "commit_baseline",
    "create_item",
    "create_objective",
    "edit_item",
    "edit_objective",
    "estimate_from_text",
    "estimate_item",
    "explain_forecast",
    "explain_move",
    "keep_new_order",
    "keep_order",
    "lessons_of",
    "link_items",
    "move_item",
    "note_failure",
    "rank_item",
    "record_actual",
    "record_team_drag",
    "refresh_forecast",
    "refresh_learning",
    "remove_capacity_effects",
    "request_forecast",
    "request_new_order",
    "run_forecast_job",
    "run_order_job",
    "thin_learnings",
    "thin_runs",
    "unlink_items",
]
