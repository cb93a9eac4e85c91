"""Writes: one function per thing a person does to a decision, one transaction each."""

from tradeoffs.services.drafting import (
    draft_decision,
    edit_decision,
    link_decision,
    note_replacement,
    remove_replacement,
)
from tradeoffs.services.reviewing import (
    deprecate,
    reopen,
    review,
    submit_for_review,
    withdraw,
)
from tradeoffs.services.weighing import (
    add_criterion,
    add_option,
    clear_cell,
    edit_criterion,
    edit_option,
    remove_criterion,
    remove_option,
    score_cell,
    set_weights,
    weights_version,
)

__all__ = [
    "add_criterion",
    "add_option",
    "clear_cell",
    "deprecate",
    "draft_decision",
    "edit_criterion",
    "edit_decision",
    "edit_option",
    "link_decision",
    "note_replacement",
    "remove_criterion",
    "remove_option",
    "remove_replacement",
    "reopen",
    "review",
    "score_cell",
    "set_weights",
    "submit_for_review",
    "weights_version",
    "withdraw",
]
