"""Writes of debt: one function per thing a person or the worker does."""

from .consequences import become_debt
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
    plan_it,
    reopen,
    write_off,
)

__all__ = [
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
    "move",
    "payoff_of",
    "plan_it",
    "plan_together",
    "remove_evidence",
    "reopen",
    "write_off",
]
