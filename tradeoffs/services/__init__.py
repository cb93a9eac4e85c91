"""Writes: one function per thing a person does to a decision, one transaction each."""

from tradeoffs.services.binding import (
    bind_cell,
    newer_numbers,
    read_bound_cells,
    unbind_cell,
)
from tradeoffs.services.drafting import (
    draft_decision,
    edit_decision,
    link_decision,
    note_replacement,
    remove_replacement,
)
from tradeoffs.services.drifting import note_drift, rescore, with_bound_cells
from tradeoffs.services.filling import Fill, fill_cells
from tradeoffs.services.relying import relate, tick_off, unrelate
from tradeoffs.services.reviewing import (
    deprecate,
    reopen,
    review,
    submit_for_review,
    withdraw,
)
from tradeoffs.services.revisiting import set_revisit
from tradeoffs.services.robustness import due, freeze_robustness, refresh_robustness
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
from tradeoffs.services.weights import weigh_by
from tradeoffs.services.wording import remove_status_word, set_status_word

__all__ = [
    "Fill",
    "add_criterion",
    "add_option",
    "bind_cell",
    "clear_cell",
    "deprecate",
    "draft_decision",
    "due",
    "edit_criterion",
    "edit_decision",
    "edit_option",
    "fill_cells",
    "freeze_robustness",
    "link_decision",
    "newer_numbers",
    "note_drift",
    "note_replacement",
    "read_bound_cells",
    "refresh_robustness",
    "relate",
    "remove_criterion",
    "remove_option",
    "remove_replacement",
    "remove_status_word",
    "reopen",
    "rescore",
    "review",
    "score_cell",
    "set_revisit",
    "set_status_word",
    "set_weights",
    "submit_for_review",
    "tick_off",
    "unbind_cell",
    "unrelate",
    "weigh_by",
    "weights_version",
    "with_bound_cells",
    "withdraw",
]
