"""Plans that differ in a few items alone, as while one of them is dragged: the rest is known."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from .graph import Structure, check
from .plan import Plan, PlanItem

_SAME_ROWS = ("today", "links", "teams", "effects", "objectives", "externals", "tables")
_SAME_FIELDS = ("kind", "state", "team", "parts", "crew", "spent", "started_on", "finished_on")
_SAME_PLACE = ("id", "instant", "pinned", "objective", "parent")


def other_items(plan: Plan, old: Plan, quarters: Mapping[int, int]) -> list[PlanItem] | None:
    """Items with another range, typed start, rank or target; None where more than that differs.

    quarters: in which the work of the old plan begins
    """
    if len(plan.items) != len(old.items) or plan.bias != old.bias:
        return None
    if any(getattr(plan, name) != getattr(old, name) for name in _SAME_ROWS):
        return None
    if any(plan.quarters.get(id) != at for id, at in quarters.items()):
        return None
    others = []
    for new, was in zip(plan.items, old.items, strict=True):
        if new is was or new == was:
            continue
        if any(getattr(new, n) != getattr(was, n) for n in (*_SAME_FIELDS, *_SAME_PLACE)):
            return None
        others.append(new)
    return others


def exchanged(structure: Structure, plan: Plan, others: Iterable[PlanItem]) -> Structure:
    """A structure with some items in the place of those they were.

    raises: ValueError as `graph.check` does, for these items
    """
    found = tuple(others)
    apart = tuple(replace(item, parent=None, objective=None) for item in found)
    check(Plan(plan.today, items=apart, teams=plan.teams, tables=plan.tables))
    return replace(structure, items=structure.items | {item.id: item for item in found})
