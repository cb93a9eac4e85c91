"""What moved a date: the changes between two plans, replayed one kind after the other."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import numpy as np

from .clocks import DAYS, Clocks
from .copula import bias_of
from .draws import Draws
from .graph import Structure, find_loop
from .order import concerned_by, kept_order
from .plan import Plan, PlanItem, inputs_hash
from .results import Comparison, Move, Moves, Step
from .schedule import start_order
from .simulation import TRIALS, Forecast

STEPS = (
    "removed",
    "added",
    "re-estimated",
    "team",
    "re-linked",
    "re-ordered",
    "capacity",
    "drag",
    "learning",
    "time",
)
"""The fixed order in which changes are replayed."""

_ESTIMATE = ("typed", "kind")
_ASSIGNED = ("crew", "parts", "team")
_SHAPE = ("rank", "not_before", "pinned", "target", "objective", "parent", "of_parts", "key")
_LEARNED = ("range", "table")
_TEAM_DRAG = ("drag", "drag_ref")


def moves(before: Plan, after: Plan, *, trials: int = TRIALS, seed: int) -> Moves:
    """Replay what changed from one plan to another, on the same draws.

    The steps are taken in the order of STEPS: removed and added items (with their links and
    effects), re-estimated, team (team, crew, parts), re-linked (links, ranks, typed starts,
    targets, external dates, each with the new places of what they concern), re-ordered (the start
    order of all else, planned anew), capacity (people, calendars, shares, capacity effects),
    drag, learning (what history makes of the same estimate), and time (the day itself, and
    what was started, spent and finished). Their moves sum to the totals exactly, in days of
    P50 and P85 and, within rounding of floats, in chance.

    raises: LoopError or ValueError when a plan, or the seed, is refused
    """
    draws = Draws(seed, trials)
    first = last = Forecast(before, draws)
    old = replace(before, order=first.result.order, quarters=first.result.quarters)
    structure, clocks = Structure.of(after), Clocks(after)
    order = start_order(after, structure, clocks)
    bias = bias_of(after, structure, clocks, order)
    new = replace(after, order=order, quarters=bias.quarters)
    steps = []
    for name, plan, changed in _stages(old, new):
        following = Forecast(plan, draws) if changed else last
        steps.append(Step(name, *_moves_between(last, following, first), changed))
        last = following
    reached = replace(last.result, inputs_hash=inputs_hash(after))
    return Moves(first.result, reached, tuple(steps), *_moves_between(first, last, first))


def compare(before: Plan, after: Plan, *, trials: int = TRIALS, seed: int) -> Comparison:
    """Two plans on the same draws and in the same order, such as with and without a debt item.

    The order of the first holds on both sides, but for items that the change concerns and new
    ones, which are placed anew (`order.kept_order`). So do the quarters of its P50 starts, that
    the draws of the common items stay the same. Neither result is traced for what drives it.

    raises: LoopError or ValueError when a plan, or the seed, is refused
    """
    draws = Draws(seed, trials)
    first = Forecast(before, draws)
    if not after.order:
        after = replace(after, order=kept_order(before, first.result.order, after))
    after = replace(after, quarters={**after.quarters, **first.result.quarters})
    second = Forecast(after, draws)
    return Comparison(first.result, second.result, *_moves_between(first, second, first))


def _stages(before: Plan, after: Plan) -> Iterable[tuple[str, Plan, tuple[str, ...]]]:
    """Each step's name, the plan after it, and what it changed (empty: nothing)."""
    stages: tuple[tuple[str, Callable], ...] = (
        ("removed", _removed),
        ("added", _added),
        ("re-estimated", _re_estimated),
        ("team", _assigned),
        ("re-linked", _re_linked),
        ("re-ordered", _re_ordered),
        ("capacity", _capacity),
        ("drag", _drag),
        ("learning", _learning),
    )
    plan = before
    for name, stage in stages:
        following = stage(plan, after)
        yield name, following, _changed(plan, following)
        plan = following
    yield "time", after, _changed(plan, after)


def _removed(plan: Plan, after: Plan) -> Plan:
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


def _added(plan: Plan, after: Plan) -> Plan:
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
        order=_woven(plan.order, after.order, ids),
        quarters={**plan.quarters, **{id: q for id, q in after.quarters.items() if id in ids}},
    )


def _woven(order: tuple[int, ...], source: tuple[int, ...], new: set[int]) -> tuple[int, ...]:
    """An order with new ids, each right after the one that precedes it in another order."""
    woven = list(order)
    previous: int | None = None
    for id in source:
        if id in new:
            woven.insert(0 if previous is None else woven.index(previous) + 1, id)
        if id in woven:
            previous = id
    return tuple(woven)


def _re_estimated(plan: Plan, after: Plan) -> Plan:
    plan = replace(plan, tables={**after.tables, **plan.tables})

    def change(item: PlanItem, later: PlanItem) -> PlanItem:
        typed = item.typed != later.typed
        return _take(item, later, (*_ESTIMATE, *(_LEARNED if typed else ())))

    return _each(plan, after, change)


def _assigned(plan: Plan, after: Plan) -> Plan:
    teams = {team.id for team in plan.teams}
    new_teams = tuple(team for team in after.teams if team.id not in teams)
    plan = replace(plan, teams=plan.teams + new_teams)

    def change(item: PlanItem, later: PlanItem) -> PlanItem:
        moved = (item.team, item.parts) != (later.team, later.parts)
        return _take(item, later, (*_ASSIGNED, *(_LEARNED if moved else ())))

    return _placed(plan, _each(plan, after, change), after)


def _re_linked(plan: Plan, after: Plan) -> Plan:
    shaped = _each(plan, after, lambda item, later: _take(item, later, _SHAPE))
    shaped = replace(
        shaped, links=after.links, externals=after.externals, objectives=after.objectives
    )
    return _placed(plan, shaped, after)


def _placed(plan: Plan, following: Plan, after: Plan) -> Plan:
    """A plan with what a step concerns where the last order has it; all else keeps its order."""
    concerned = concerned_by(plan, following) & set(after.order)
    left = tuple(id for id in plan.order if id not in concerned)
    return replace(following, order=_woven(left, after.order, concerned & set(plan.order)))


def _re_ordered(plan: Plan, after: Plan) -> Plan:
    """The last start order, but for what was started or finished: that is time's doing."""
    states = {item.id: item.state for item in after.items}
    moved_on = {item.id for item in plan.items if item.state != states[item.id]}
    moved_on |= set(plan.order) - set(after.order)
    known = set(plan.order)
    left = tuple(id for id in after.order if id in known and id not in moved_on)
    kept = {id: quarter for id, quarter in after.quarters.items() if id not in moved_on}
    return replace(
        plan, order=_woven(left, plan.order, moved_on), quarters={**plan.quarters, **kept}
    )


def _capacity(plan: Plan, after: Plan) -> Plan:
    known = {team.id: team for team in plan.teams}
    teams = tuple(
        _take(team, known[team.id], _TEAM_DRAG) if team.id in known else team
        for team in after.teams
    )
    return replace(plan, teams=teams, effects=after.effects)


def _drag(plan: Plan, after: Plan) -> Plan:
    return replace(plan, teams=after.teams)


def _learning(plan: Plan, after: Plan) -> Plan:
    plan = replace(plan, tables=after.tables)
    return _each(plan, after, lambda item, later: _take(item, later, _LEARNED))


def _each(plan: Plan, after: Plan, change: Callable[[PlanItem, PlanItem], PlanItem]) -> Plan:
    later = {item.id: item for item in after.items}
    return replace(plan, items=tuple(change(item, later[item.id]) for item in plan.items))


def _take(row: Any, source: Any, names: Iterable[str]) -> Any:
    """The row with some fields of another."""
    return replace(row, **{name: getattr(source, name) for name in names})


def _changed(before: Plan, after: Plan) -> tuple[str, ...]:
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


def _moves_between(
    before: Forecast, after: Forecast, first: Forecast
) -> tuple[dict[int, Move], dict[int, Move]]:
    """Moves of the items and objectives that both forecasts, and the first one, know."""
    known = {item.id for item in first.result.items}
    old = {item.id: item for item in before.result.items}
    items = {
        item.id: _move(old[item.id], item, _last(before, item.id), _last(after, item.id))
        for item in after.result.items
        if item.id in old and item.id in known
    }
    held = {each.id: each for each in before.result.objectives}
    ids = {each.id for each in first.result.objectives}
    objectives = {
        each.id: _move(
            held[each.id], each, _objective_last(before, each.id), _objective_last(after, each.id)
        )
        for each in after.result.objectives
        if each.id in held and each.id in ids
    }
    return items, objectives


def _move(old: Any, new: Any, before: np.ndarray | None, after: np.ndarray | None) -> Move:
    def days(name: str) -> int | None:
        a = getattr(old.finish, name, None)
        b = getattr(new.finish, name, None)
        return None if a is None or b is None else (b - a).days

    chance = None if old.chance is None or new.chance is None else new.chance - old.chance
    later = earlier = 0.0
    if before is not None and after is not None:
        later, earlier = float(np.mean(after > before)), float(np.mean(after < before))
    return Move(days("p50"), days("p85"), chance, later, earlier)


def _last(forecast: Forecast, id: int) -> np.ndarray:
    """Ordinal of an item's last day in each trial."""
    if id in forecast.last_days:
        return _ordinals(forecast, forecast.last_days[id])
    leaves = forecast.structure.leaves[id]
    ended = [forecast.structure.items[leaf].finished_on for leaf in leaves]
    return np.array([max(day.toordinal() for day in ended if day is not None)])


def _objective_last(forecast: Forecast, id: int) -> np.ndarray | None:
    objective = next(each for each in forecast.plan.objectives if each.id == id)
    days = forecast.objective_days(objective)
    if days is not None:
        return _ordinals(forecast, days)
    items = forecast.structure.items
    ended = [items[leaf].finished_on for leaf in forecast.needed(objective)]
    known = [day.toordinal() for day in ended if day is not None]
    return np.array([max(known)]) if known else None


def _ordinals(forecast: Forecast, days: np.ndarray) -> np.ndarray:
    """Days as ordinals, all that lie beyond the horizon the same."""
    far = np.iinfo(np.int64).max
    return np.where(days >= DAYS, far, days.astype(np.int64) + forecast.plan.today.toordinal())
