"""The browser's side of debt."""

from .actions import (
    evidence_add,
    evidence_remove,
    item_not_debt,
    item_pay,
    item_plan,
    item_reopen,
    item_write_off,
)
from .consequences import consequence_debt
from .contract import (
    evidence_from_line,
    item_accept,
    item_confirm,
    item_tap,
    item_tap_undo,
    worth_list,
)
from .histories import (
    history,
    history_discard,
    history_preview,
    history_read,
    history_undo,
)
from .items import item_detail, item_edit, item_inputs, item_interest, item_principal, item_slows
from .maps import debt_map
from .needs import item_needs, need_remove
from .payoff import payoff_plan
from .register import (
    item_answer,
    item_create,
    item_export,
    item_list,
    line_preview,
    model_detail,
    totals_why,
    trend,
)

__all__ = [
    "consequence_debt",
    "debt_map",
    "evidence_add",
    "evidence_from_line",
    "evidence_remove",
    "history",
    "history_discard",
    "history_preview",
    "history_read",
    "history_undo",
    "item_accept",
    "item_answer",
    "item_confirm",
    "item_create",
    "item_detail",
    "item_edit",
    "item_export",
    "item_inputs",
    "item_interest",
    "item_list",
    "item_needs",
    "item_not_debt",
    "item_pay",
    "item_plan",
    "item_principal",
    "item_reopen",
    "item_slows",
    "item_tap",
    "item_tap_undo",
    "item_write_off",
    "line_preview",
    "model_detail",
    "need_remove",
    "payoff_plan",
    "totals_why",
    "trend",
    "worth_list",
]
