"""Writes: one function per thing a person does to a decision, one transaction each."""

from tradeoffs.services.amending import (
    fix_typo,
    propose_amendment,
    review_amendment,
    withdraw_amendment,
)
from tradeoffs.services.anchoring import comment_at, settle_comment
from tradeoffs.services.asking import (
    ask_reviewers,
    excuse_reviewer,
    overrule,
    plan_review,
    remind,
    withdraw_objection,
)
from tradeoffs.services.binding import (
    bind_cell,
    newer_numbers,
    read_bound_cells,
    say_cell,
    unbind_cell,
)
from tradeoffs.services.consequences import (
    accept_consequence,
    add_consequence,
    become_decision,
    become_item,
    edit_consequence,
    note_handled,
    remove_consequence,
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
from tradeoffs.services.involving import involve, note_seen, told_version
from tradeoffs.services.looking_back import LOOKED_BACK, look_back, to_fill, to_watch
from tradeoffs.services.marking import keep_mark, unmarked
from tradeoffs.services.mitigation import unhandled
from tradeoffs.services.predicting import (
    add_prediction,
    add_predictions,
    edit_prediction,
    fill_prediction,
    record_outcome,
    remove_prediction,
    said,
)
from tradeoffs.services.relying import relate, tick_off, unrelate
from tradeoffs.services.requesting import AskedOfMany, ask_of_many, request_review
from tradeoffs.services.revealing import reveal_if_over
from tradeoffs.services.reviewing import (
    accept_decision,
    deprecate,
    reopen,
    review,
    submit_for_review,
    withdraw,
)
from tradeoffs.services.revisiting import set_revisit
from tradeoffs.services.robustness import due, freeze_robustness, refresh_robustness
from tradeoffs.services.scoring import (
    open_round,
    open_second_round,
    score_blind,
    take_group_scores,
)
from tradeoffs.services.sections import drop_draft, keep_draft, save_section
from tradeoffs.services.triggers import (
    add_trigger,
    declare_false,
    fire_if_due,
    reaffirm,
    refuse_stranger,
    remove_trigger,
    revise,
)
from tradeoffs.services.weighing import (
    add_criterion,
    add_option,
    clear_cell,
    edit_criteria,
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
    "LOOKED_BACK",
    "AskedOfMany",
    "Fill",
    "accept_consequence",
    "accept_decision",
    "add_consequence",
    "add_criterion",
    "add_option",
    "add_prediction",
    "add_predictions",
    "add_trigger",
    "ask_of_many",
    "ask_reviewers",
    "become_decision",
    "become_item",
    "bind_cell",
    "clear_cell",
    "comment_at",
    "declare_false",
    "deprecate",
    "draft_decision",
    "drop_draft",
    "due",
    "edit_consequence",
    "edit_criteria",
    "edit_criterion",
    "edit_decision",
    "edit_option",
    "edit_prediction",
    "excuse_reviewer",
    "fill_cells",
    "fill_prediction",
    "fire_if_due",
    "fix_typo",
    "freeze_robustness",
    "involve",
    "keep_draft",
    "keep_mark",
    "link_decision",
    "look_back",
    "newer_numbers",
    "note_drift",
    "note_handled",
    "note_replacement",
    "note_seen",
    "open_round",
    "open_second_round",
    "overrule",
    "plan_review",
    "propose_amendment",
    "read_bound_cells",
    "reaffirm",
    "record_outcome",
    "refresh_robustness",
    "refuse_stranger",
    "relate",
    "remind",
    "remove_consequence",
    "remove_criterion",
    "remove_option",
    "remove_prediction",
    "remove_replacement",
    "remove_status_word",
    "remove_trigger",
    "reopen",
    "request_review",
    "rescore",
    "reveal_if_over",
    "review",
    "review_amendment",
    "revise",
    "said",
    "save_section",
    "say_cell",
    "score_blind",
    "score_cell",
    "set_revisit",
    "set_status_word",
    "set_weights",
    "settle_comment",
    "submit_for_review",
    "take_group_scores",
    "tick_off",
    "to_fill",
    "to_watch",
    "told_version",
    "unbind_cell",
    "unhandled",
    "unmarked",
    "unrelate",
    "weigh_by",
    "weights_version",
    "with_bound_cells",
    "withdraw",
    "withdraw_amendment",
    "withdraw_objection",
]
