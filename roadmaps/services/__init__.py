"""Writes of the roadmap: one function per thing a person or the worker does."""

from .capacity import add_capacity_effect, record_team_drag
from .estimates import estimate_item, record_actual
from .items import create_item, edit_item, move_item, rank_item
from .links import link_items, unlink_items
from .objectives import close_objective, create_objective, edit_objective

__all__ = [
    "add_capacity_effect",
    "close_objective",
    "create_item",
    "create_objective",
    "edit_item",
    "edit_objective",
    "estimate_item",
    "link_items",
    "move_item",
    "rank_item",
    "record_actual",
    "record_team_drag",
    "unlink_items",
]
