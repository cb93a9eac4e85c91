"""Writes of the roadmap: one function per thing a person or the worker does."""

from .baselines import commit_baseline, promise_of
from .capacity import add_capacity_effect, record_team_drag, remove_capacity_effects
from .check_templates import create_template, edit_template, retire_template, sweep_files
from .checks import (
    add_check,
    add_evidence,
    apply_templates,
    drop_check,
    edit_check,
    except_check,
    withdraw_evidence,
)
from .estimates import estimate_from_text, estimate_item, record_actual
from .forecasts import (
    explain_forecast,
    explain_move,
    keep_order,
    note_failure,
    refresh_forecast,
    study_forecast,
)
from .items import create_item, edit_item, move_item
from .learning import lessons_of, refresh_learning, thin_learnings
from .links import link_items, unlink_items
from .objectives import close_objective, create_objective, edit_objective
from .priorities import set_curve, set_formula, set_input
from .proposals import (
    keep_as_scenario,
    request_proposals,
    run_proposals_job,
    take_order,
)
from .ranking import refresh_priorities
from .ranks import rank_item
from .recompute import (
    keep_new_order,
    request_forecast,
    request_new_order,
    run_forecast_job,
    run_order_job,
)
from .scenarios import (
    add_change,
    apply_scenario,
    create_scenario,
    delete_scenario,
    edit_scenario,
    plain,
    plan_after,
    read_all,
    refresh_scenario,
    remove_change,
)
from .scope import compare_moments, request_comparison, run_comparison_job
from .sharing import note_use, revoke_link, set_sharing, share_plan
from .slips import give_slip_reason, set_slip_days
from .teams import share_item
from .thinning import thin_runs

__all__ = [
    "add_capacity_effect",
    "add_change",
    "add_check",
    "add_evidence",
    "apply_scenario",
    "apply_templates",
    "close_objective",
    "commit_baseline",
    "compare_moments",
    "create_item",
    "create_objective",
    "create_scenario",
    "create_template",
    "delete_scenario",
    "drop_check",
    "edit_check",
    "edit_item",
    "edit_objective",
    "edit_scenario",
    "edit_template",
    "estimate_from_text",
    "estimate_item",
    "except_check",
    "explain_forecast",
    "explain_move",
    "give_slip_reason",
    "keep_as_scenario",
    "keep_new_order",
    "keep_order",
    "lessons_of",
    "link_items",
    "move_item",
    "note_failure",
    "note_use",
    "plain",
    "plan_after",
    "promise_of",
    "rank_item",
    "read_all",
    "record_actual",
    "record_team_drag",
    "refresh_forecast",
    "refresh_learning",
    "refresh_priorities",
    "refresh_scenario",
    "remove_capacity_effects",
    "remove_change",
    "request_comparison",
    "request_forecast",
    "request_new_order",
    "request_proposals",
    "retire_template",
    "revoke_link",
    "run_comparison_job",
    "run_forecast_job",
    "run_order_job",
    "run_proposals_job",
    "set_curve",
    "set_formula",
    "set_input",
    "set_sharing",
    "set_slip_days",
    "share_item",
    "share_plan",
    "study_forecast",
    "sweep_files",
    "take_order",
    "thin_learnings",
    "thin_runs",
    "unlink_items",
    "withdraw_evidence",
]
