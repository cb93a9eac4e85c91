"""Writes of debt: one function per thing a person or the worker does."""

from .consequences import become_debt
from .histories import (
    Overtaken,
    may_undo,
    read_log,
    read_repository,
    undo_run,
)
from .items import (
    add_evidence,
    change_item,
    component_of,
    confirm_interest,
    declare_interest,
    declare_principal,
    log_debt_item,
    remove_evidence,
)
from .paying import plan_together
from .states import (
    Payoff,
    accept_until,
    declare_not_debt,
    end_acceptance,
    follow_item,
    follow_planned_work,
    mark_paid,
    move,
    payoff_of,
    payoffs_of,
    plan_it,
    reopen,
    write_off,
)

__all__ = [
    "Overtaken",
    "Payoff",
    "accept_until",
    "add_evidence",
    "become_debt",
    "change_item",
    "component_of",
    "confirm_interest",
    "declare_interest",
    "declare_not_debt",
    "declare_principal",
    "end_acceptance",
    "follow_item",
    "follow_planned_work",
    "log_debt_item",
    "mark_paid",
    "may_undo",
    "move",
    "payoff_of",
    "payoffs_of",
    "plan_it",
    "plan_together",
    "read_log",
    "read_repository",
    "remove_evidence",
    "reopen",
    "undo_run",
    "write_off",
]
