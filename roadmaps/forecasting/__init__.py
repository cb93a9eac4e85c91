"""The forecasting engine: plain values in, dates with their chances out.

Pure: no Django, no clock, no global random state. Names are imported when first used, so that a
page that only reads a range never loads numpy.
"""

from importlib import import_module

_HOME = {
    "ranges": ("Triple", "parse", "swanson_mean", "from_p50", "quantity", "triple_of"),
    "plan": (
        "EffectKind",
        "Kind",
        "Plan",
        "PlanBias",
        "PlanEffect",
        "PlanExternal",
        "PlanItem",
        "PlanLink",
        "PlanMember",
        "PlanObjective",
        "PlanPart",
        "PlanPolicy",
        "PlanShare",
        "PlanSpan",
        "PlanTeam",
        "State",
        "inputs_hash",
    ),
    "graph": ("LoopError", "check", "find_loop"),
    "policy": ("debt_of_items", "in_force", "planned_share"),
    "order": ("kept_order", "order_hash"),
    "ratios": ("About", "Finished", "Learned", "Ratios", "PRIOR_RATIOS", "actuals_tables"),
    "calibration": ("Board", "ScoredForecast", "board"),
    "bias": ("SharedBias",),
    "results": (
        "HORIZON_YEARS",
        "Comparison",
        "Dates",
        "ItemResult",
        "Landing",
        "LinkResult",
        "Move",
        "Moves",
        "Outlook",
        "Result",
        "WhatIf",
        "Why",
    ),
    "schedule": ("Slot", "p50_schedule", "replan", "start_order"),
    "makespan": ("Shortest", "shortest"),
    "value": ("cd3_order", "delay_cost", "improve_order"),
    "plan_value": ("value_order",),
    "formula": ("Formula", "Input", "RICE", "WSJF", "formula_of", "read_input"),
    "priority": ("Candidate", "Ranking", "TIE", "chance_error", "outranks", "rank"),
    "followers": ("followers_weeks",),
    "worth": ("Curve", "Delay", "Delays", "Worths"),
    "proposal": ("Proposal", "Proposals", "delays_of"),
    "simulation": ("PREVIEW_TRIALS", "Progress", "TRIALS", "simulate"),
    "landings": ("outlook",),
    "changes": (
        "AddEffect",
        "AddItem",
        "AddLink",
        "Assign",
        "Change",
        "MoveStart",
        "Rank",
        "RemoveEffect",
        "RemoveItem",
        "RemoveLink",
        "Reorder",
        "SetDrag",
        "SetPolicy",
        "SetMembers",
        "SetRange",
        "SetShare",
        "SetState",
        "SetTarget",
        "changed",
    ),
    "whatif": ("Before", "plan_after", "what_if"),
    "replay": ("STEPS", "compare", "moves"),
    "joint": ("Promise", "chance_without", "promises", "simulate_jointly"),
    "scope": ("CAUSES", "ScopePath", "scope_path"),
    "hurts": ("HURTS_TRIALS", "Hurt", "what_hurts"),
    "baseline": ("BaselineItem", "ScopeChange", "scope_change"),
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names}

__all__ = sorted(_MODULE_OF)


def __getattr__(name: str):
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f".{_MODULE_OF[name]}", __name__), name)
    globals()[name] = value
    return value
