"""Writes of debt: one function per thing a person or the worker does."""

from .asked_again import OtherRequest, log_by_key, logged_by_key
from .consequences import become_debt, payer_of
from .contract import accept_until, end_breached, follow_item
from .histories import (
    Overtaken,
    may_undo,
    preview_log,
    read_log,
    read_repository,
    undo_run,
)
from .history_figures import products_behind, refresh_figures
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
from .needs import add_need, remove_need
from .owners import give_owners, note_owners, say_owner_name
from .paying import plan_together, planned_words
from .sizes import note_sizes
from .states import (
    Payoff,
    declare_not_debt,
    end_acceptance,
    follow_planned_work,
    mark_paid,
    move,
    payoff_of,
    payoffs_of,
    plan_it,
    reopen,
    write_off,
)
from .tapping import MAY_TAKE_BACK as MAY_TAKE_BACK
from .tapping import MINUTES as TAP_MINUTES
from .tapping import last_of, receipt, tap, tap_of, tap_with_receipt, withdraw_tap
from .watching import stop_watching, watch_ceiling
from .worth import look_back

__all__ = [
    "TAP_MINUTES",
    "OtherRequest",
    "Overtaken",
    "Payoff",
    "accept_until",
    "add_evidence",
    "add_need",
    "become_debt",
    "change_item",
    "component_of",
    "confirm_interest",
    "declare_interest",
    "declare_not_debt",
    "declare_principal",
    "end_acceptance",
    "end_breached",
    "follow_item",
    "follow_planned_work",
    "give_owners",
    "last_of",
    "log_by_key",
    "log_debt_item",
    "logged_by_key",
    "look_back",
    "mark_paid",
    "may_undo",
    "move",
    "note_owners",
    "note_sizes",
    "payer_of",
    "payoff_of",
    "payoffs_of",
    "plan_it",
    "plan_together",
    "planned_words",
    "preview_log",
    "products_behind",
    "read_log",
    "read_repository",
    "receipt",
    "refresh_figures",
    "remove_evidence",
    "remove_need",
    "reopen",
    "say_owner_name",
    "stop_watching",
    "tap",
    "tap_of",
    "tap_with_receipt",
    "undo_run",
    "watch_ceiling",
    "withdraw_tap",
    "write_off",
]
