"""The ways from one plan towards another: each takes over one kind of change, and leaves the rest.

Replayed one after the other, in whatever fixed order, they lead from the one to the other.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from .clocks import Clocks
from .graph import find_loop
from .order import concerned_by
from .plan import Plan, PlanItem, State
from .policy import by_policy
from .ranges import read
from .work import work_of

_ESTIMATE = ("typed", "kind")
_ASSIGNED = ("crew", "parts", "team")
_SHAPE = ("rank", "not_before", "pinned", "target", "objective", "parent", "of_parts", "key")
_LEARNED = ("range", "table")
_TEAM_DRAG = ("drag", "drag_ref")

type Stage = Callable[[Plan, Plan], Plan]


def walk(
    before: Plan, after: Plan, stages: Sequence[tuple[str, Stage]], *, last: str
) -> Iterator[tuple[str, Plan, tuple[str, ...]]]:
    """Each step's name, the plan after it, and what it changed (empty: nothing).

    last: name of the step that takes over all that is left
    """
    plan = before
    for name, stage in stages:
        following = stage(plan, after)
        yield name, following, changed(plan, following)
        plan = following
    yield last, after, changed(plan, after)


def removed(plan: Plan, after: Plan) -> Plan:
    kept = {item.id: item for item in after.items}
    items = tuple(
        replace(
            item,
            parent=item.parent if item.parent in kept else None,
            of_parts=kept[item.id].of_parts,
        )
        for item in plan.items
        if item.id in kept
    )
    return replace(
        plan,
        items=items,
        links=tuple(k for k in plan.links if k.pred in kept and k.succ in kept),
        effects=tuple(effect for effect in plan.effects if effect.item in kept),
        externals=tuple(each for each in plan.externals if each.item in kept),
        order=tuple(id for id in plan.order if id in kept),
        quarters={id: quarter for id, quarter in plan.quarters.items() if id in kept},
    )


def added(plan: Plan, after: Plan) -> Plan:
    """New items with all that belongs to them; what they need from teams and tables too."""
    known = {item.id for item in plan.items}
    new = tuple(item for item in after.items if item.id not in known)
    if not new:
        return plan
    ids = {item.id for item in new}
    items = plan.items + new
    links = plan.links + tuple(k for k in after.links if k.pred in ids or k.succ in ids)
    if find_loop({item.id: item.parent for item in items}, [(k.pred, k.succ) for k in links]):
        links = plan.links  # a link that goes away in a later step closes a loop: wait for it
    teams = {team.id for team in plan.teams}
    objectives = {objective.id for objective in plan.objectives}
    return replace(
        plan,
        items=items,
        links=links,
        teams=plan.teams + tuple(team for team in after.teams if team.id not in teams),
        effects=plan.effects
        + tuple(
            effect
            for effect in after.effects
            if effect.item in ids and effect.id not in {known.id for known in plan.effects}
        ),
        objectives=plan.objectives
        + tuple(each for each in after.objectives if each.id not in objectives),
        externals=plan.externals
        + tuple(
            each
            for each in after.externals
            if each.item in ids and each.id not in {known.id for known in plan.externals}
        ),
        tables={**after.tables, **plan.tables},
        order=woven(plan.order, after.order, ids),
        quarters={**plan.quarters, **{id: q for id, q in after.quarters.items() if id in ids}},
    )


def woven(order: tuple[int, ...], source: tuple[int, ...], new: set[int]) -> tuple[int, ...]:
    """An order with new ids, each right after the one that precedes it in another order."""
    woven = list(order)
    previous: int | None = None
    for id in source:
        if id in new:
            woven.insert(0 if previous is None else woven.index(previous) + 1, id)
        if id in woven:
            previous = id
    return tuple(woven)


def re_estimated(plan: Plan, after: Plan) -> Plan:
    plan = replace(plan, tables={**after.tables, **plan.tables})

    def change(item: PlanItem, later: PlanItem) -> PlanItem:
        typed = item.typed != later.typed
        return take(item, later, (*_ESTIMATE, *(_LEARNED if typed else ())))

    return over_items(plan, after, change)


def _with_new_teams(plan: Plan, after: Plan) -> Plan:
    teams = {team.id for team in plan.teams}
    new = tuple(team for team in after.teams if team.id not in teams)
    return replace(plan, teams=plan.teams + new)


def assigned(plan: Plan, after: Plan) -> Plan:
    plan = _with_new_teams(plan, after)

    def change(item: PlanItem, later: PlanItem) -> PlanItem:
        moved = (item.team, item.parts) != (later.team, later.parts)
        return take(item, later, (*_ASSIGNED, *(_LEARNED if moved else ())))

    return placed(plan, over_items(plan, after, change), after)


def re_linked(plan: Plan, after: Plan) -> Plan:
    shaped = over_items(plan, after, lambda item, later: take(item, later, _SHAPE))
    shaped = replace(
        shaped, links=after.links, externals=after.externals, objectives=after.objectives
    )
    return placed(plan, shaped, after)


def placed(plan: Plan, following: Plan, after: Plan) -> Plan:
    """A plan with what a step concerns where the last order has it; all else keeps its order."""
    concerned = concerned_by(plan, following) & set(after.order)
    left = tuple(id for id in plan.order if id not in concerned)
    return replace(following, order=woven(left, after.order, concerned & set(plan.order)))


def re_ordered(plan: Plan, after: Plan) -> Plan:
    """The last start order, but for what was started or finished: that is time's doing.

    What another policy of a team places anew stays too, until capacity is taken over.
    """
    states = {item.id: item.state for item in after.items}
    moved_on = {item.id for item in plan.items if item.state != states[item.id]}
    moved_on |= set(plan.order) - set(after.order)
    moved_on |= by_policy(plan, after) & set(plan.order)  # that is capacity's doing
    known = set(plan.order)
    left = tuple(id for id in after.order if id in known and id not in moved_on)
    kept = {id: quarter for id, quarter in after.quarters.items() if id not in moved_on}
    return replace(
        plan, order=woven(left, plan.order, moved_on), quarters={**plan.quarters, **kept}
    )


def capacity(plan: Plan, after: Plan) -> Plan:
    known = {team.id: team for team in plan.teams}
    teams = tuple(
        take(team, known[team.id], _TEAM_DRAG) if team.id in known else team for team in after.teams
    )
    following = replace(plan, teams=teams, effects=after.effects)
    anew = by_policy(plan, following)
    if not anew:
        return following
    quarters = {id: quarter for id, quarter in after.quarters.items() if id in anew}
    placed_ = placed(plan, following, after)
    return replace(placed_, quarters={**plan.quarters, **quarters})


def drag(plan: Plan, after: Plan) -> Plan:
    return replace(plan, teams=after.teams)


def learning(plan: Plan, after: Plan) -> Plan:
    plan = replace(plan, tables=after.tables)
    return over_items(plan, after, lambda item, later: take(item, later, _LEARNED))


def over_items(plan: Plan, after: Plan, change: Callable[[PlanItem, PlanItem], PlanItem]) -> Plan:
    later = {item.id: item for item in after.items}
    return replace(plan, items=tuple(change(item, later[item.id]) for item in plan.items))


def take(row: Any, source: Any, names: Iterable[str]) -> Any:
    """The row with some fields of another."""
    return replace(row, **{name: getattr(source, name) for name in names})


def changed(before: Plan, after: Plan) -> tuple[str, ...]:
    """Keys and names of what differs between two plans; "order" or "day" where only that does."""
    old, new = before.canonical(), after.canonical()
    if old == new:
        return ()
    items = {item.id: item for item in old.items}
    found = [item.key for item in new.items if items.get(item.id) != item]
    found += [items[id].key for id in items if id not in {item.id for item in new.items}]
    keys = {item.id: item.key for item in (*old.items, *new.items)}
    found += [keys[k.succ] for k in set(old.links) ^ set(new.links)]
    found += [keys[each.item] for each in set(old.externals) ^ set(new.externals)]
    found += [keys[each.item] for each in set(old.effects) ^ set(new.effects)]
    teams = {team.id: team for team in old.teams}
    found += [team.name for team in new.teams if teams.get(team.id) != team]
    objectives = {each.id: each for each in old.objectives}
    found += [each.key for each in new.objectives if objectives.get(each.id) != each]
    if not found:
        found = ["day" if old.today != new.today else "order"]
    return tuple(dict.fromkeys(found))


def resized(*, larger: bool) -> Stage:
    """Items whose own estimate (or kind) says more person-days at P50, or those that say fewer."""

    def stage(plan: Plan, after: Plan) -> Plan:
        plan = replace(plan, tables={**after.tables, **plan.tables})

        def change(item: PlanItem, later: PlanItem) -> PlanItem:
            if (item.typed, item.kind) == (later.typed, later.kind):
                return item
            if (likely(later, after) >= likely(item, plan)) != larger:
                return item
            return take(item, later, ("typed", "kind", *_LEARNED))

        return over_items(plan, after, change)

    return stage


def moved(plan: Plan, after: Plan) -> Plan:
    """Other teams and crews, other places in the order, other typed days, links and objectives."""
    plan = _with_new_teams(plan, after)
    plan = over_items(plan, after, lambda item, later: take(item, later, _ASSIGNED))
    return re_ordered(re_linked(plan, after), after)


def capacity_and_drag(plan: Plan, after: Plan) -> Plan:
    """People, absences, shares and effects, and what debt takes of them."""
    return drag(capacity(plan, after), after)


def passed(plan: Plan, after: Plan) -> Plan:
    """A later day on which nothing has been done: what was spent stays as it was."""
    if plan.today == after.today:
        return plan
    clocks = Clocks(plan)
    items = tuple(
        replace(item, spent=clocks.spent(item)) if item.state == State.IN_PROGRESS else item
        for item in plan.items
    )
    return replace(plan, today=after.today, items=items)


def likely(item: PlanItem, plan: Plan) -> float:
    """P50 person-days of the whole of an item, as it is simulated."""
    return 0.0 if item.instant else read(work_of(item, plan).table, 0.5)
