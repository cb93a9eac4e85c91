"""Writes of the roadmap: one function per thing a person or the worker does."""

from .baselines import commit_baseline, promise_of
from .capacity import add_capacity_effect, record_team_drag, remove_capacity_effects
from .estimates import estimate_from_text, estimate_item, record_actual
from .forecasts import (
    explain_forecast,
    explain_move,
    keep_order,
    note_failure,
    refresh_forecast,
    request_forecast,
    run_forecast_job,
    study_forecast,
    thin_runs,
)
from .items import create_item, edit_item, move_item, rank_item
from .learning import lessons_of, refresh_learning, thin_learnings
from .links import link_items, unlink_items
from .objectives import close_objective, create_objective, edit_objective
from .scope import compare_moments, request_comparison, run_comparison_job
from .slips import give_slip_reason, set_slip_days

__all__ = [
    "add_capacity_effect",
    "close_objective",
    "commit_baseline",
    "compare_moments",
    "create_item",
    "create_objective",
    "edit_item",
    "edit_objective",
    "estimate_from_text",
    "estimate_item",
    "explain_forecast",
    "explain_move",
    "give_slip_reason",
    "keep_order",
    "lessons_of",
    "link_items",
    "move_item",
    "note_failure",
    "promise_of",
    "rank_item",
    "record_actual",
    "record_team_drag",
    "refresh_forecast",
    "refresh_learning",
    "remove_capacity_effects",
    "request_comparison",
    "request_forecast",
    "run_comparison_job",
    "run_forecast_job",
    "set_slip_days",
    "study_forecast",
    "thin_learnings",
    "thin_runs",
    "unlink_items",
]
