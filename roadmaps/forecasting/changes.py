"""Changes to a plan as plain values, each with its own sentence when it cannot be made."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from .plan import (
    Kind,
    Plan,
    PlanEffect,
    PlanItem,
    PlanLink,
    PlanMember,
    PlanPart,
    PlanPolicy,
    PlanShare,
    State,
)
from .ranges import Triple, checked


@dataclass(frozen=True, slots=True)
class SetRange:
    """Another range of effort, P10, P50, P90 person-days."""

    item: int
    range: Triple
    learned: Triple | None = None
    """What history makes of it; None: it is simulated as it is."""
    table: tuple[float, ...] = ()
    """Person-days at `ranges.LEVELS` that are simulated instead, where history has them."""


@dataclass(frozen=True, slots=True)
class MoveStart:
    """Not before a day; exactly on it when `pinned`; None: as early as possible."""

    item: int
    not_before: date | None
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class SetTarget:
    """Another promised last day; None: no promise."""

    item: int
    target: date | None


@dataclass(frozen=True, slots=True)
class SetState:
    """Planned, begun or done, with the days that a state has; what it spent is as begun then."""

    item: int
    state: State
    started_on: date | None = None
    finished_on: date | None = None


@dataclass(frozen=True, slots=True)
class Assign:
    """Another team (None: no team) and crew; one team does it then, unless parts are given."""

    item: int
    team: int | None
    crew: int = 1
    parts: tuple[PlanPart, ...] = ()
    """What each of several teams does of it, `team` first; of two or more."""


@dataclass(frozen=True, slots=True)
class Rank:
    """Another place in the order of the product."""

    item: int
    rank: float


@dataclass(frozen=True, slots=True)
class Reorder:
    """Other ranks of several items at once: pairs of item and rank."""

    ranks: tuple[tuple[int, float], ...]


@dataclass(frozen=True, slots=True)
class AddItem:
    """A new item, with an id that the plan does not have."""

    item: PlanItem


@dataclass(frozen=True, slots=True)
class RemoveItem:
    """No longer part of the plan, nor what hangs on it: links, effects, external dates.

    Its children stay, as parts of what it was part of. What loses its last part so has nothing to
    do any more, unless it has an estimate of its own.
    """

    item: int


@dataclass(frozen=True, slots=True)
class AddLink:
    """A new dependency."""

    pred: int
    succ: int
    kind: Kind = Kind.FS
    lag: int = 0


@dataclass(frozen=True, slots=True)
class RemoveLink:
    """No longer a dependency: every link from the one to the other."""

    pred: int
    succ: int


@dataclass(frozen=True, slots=True)
class SetMembers:
    """Other people in a team; an empty tuple: nobody."""

    team: int
    members: tuple[PlanMember, ...]


@dataclass(frozen=True, slots=True)
class SetShare:
    """Another share of a team for this product, 0 to 1, from now on and for good."""

    team: int
    share: float


@dataclass(frozen=True, slots=True)
class SetDrag:
    """Another drag on a team (P10, P50, P90 shares of its capacity); None: no record."""

    team: int
    drag: Triple | None


@dataclass(frozen=True, slots=True)
class SetPolicy:
    """Another split of a team's focused time from now on and for good: shares for debt and for
    what nobody planned, 0 to 1."""

    team: int
    debt: float
    unplanned: float


@dataclass(frozen=True, slots=True)
class AddEffect:
    """What finishing an item changes in a team from then on."""

    effect: PlanEffect


@dataclass(frozen=True, slots=True)
class RemoveEffect:
    """No longer changes anything, by id."""

    effect: int


Change = (
    SetRange
    | MoveStart
    | SetTarget
    | SetState
    | Assign
    | Rank
    | Reorder
    | AddItem
    | RemoveItem
    | AddLink
    | RemoveLink
    | SetMembers
    | SetShare
    | SetDrag
    | SetPolicy
    | AddEffect
    | RemoveEffect
)


def changed(plan: Plan, changes: Sequence[Change]) -> Plan:
    """The plan after some changes, one after the other.

    The order and the quarters that the plan keeps stay: `order.kept_order` says which of the
    order still holds.

    raises: ValueError, in words, for a change that names nothing in the plan or cannot be made
    """
    for change in changes:
        plan = _STEPS[type(change)](plan, change)
    return plan


def _item(plan: Plan, id: int) -> PlanItem:
    found = next((item for item in plan.items if item.id == id), None)
    if found is None:
        raise ValueError(f"There is no item {id} in this plan.")
    return found


def _open(plan: Plan, id: int, what: str) -> PlanItem:
    item = _item(plan, id)
    if item.state == State.DONE:
        raise ValueError(f"{item.key} is done: {what} cannot change any more.")
    return item


def _with(plan: Plan, item: PlanItem, **fields: Any) -> Plan:
    new = replace(item, **fields)
    return replace(plan, items=tuple(new if each.id == item.id else each for each in plan.items))


def _known_team(plan: Plan, id: int) -> None:
    if all(team.id != id for team in plan.teams):
        raise ValueError(f"There is no team {id} in this plan.")


def _with_team(plan: Plan, id: int, **fields: Any) -> Plan:
    _known_team(plan, id)
    teams = tuple(replace(team, **fields) if team.id == id else team for team in plan.teams)
    return replace(plan, teams=teams)


def _set_range(plan: Plan, change: SetRange) -> Plan:
    item = _open(plan, change.item, "its range")
    try:
        typed = checked(Triple(*change.range))
        range = checked(Triple(*change.learned)) if change.learned else typed
    except ValueError as error:
        raise ValueError(f"{item.key}: {error}") from error
    name = f"what if {item.id}" if change.table else ""
    if name:
        plan = replace(plan, tables=plan.tables | {name: tuple(change.table)})
    return _with(plan, item, typed=typed, range=range, table=name)


def _move(plan: Plan, change: MoveStart) -> Plan:
    item = _open(plan, change.item, "its start")
    if change.pinned and change.not_before is None:
        raise ValueError(f"{item.key} is pinned to no day.")
    if item.state == State.IN_PROGRESS and not item.instant:
        raise ValueError(f"{item.key} has started: its start cannot change any more.")
    return _with(plan, item, not_before=change.not_before, pinned=change.pinned)


def _set_target(plan: Plan, change: SetTarget) -> Plan:
    return _with(plan, _item(plan, change.item), target=change.target)


def _set_state(plan: Plan, change: SetState) -> Plan:
    item, done = _item(plan, change.item), change.state == State.DONE
    if done != (change.finished_on is not None):
        raise ValueError(f"{item.key} has a last day when it is done, and else none.")
    if change.state == State.IN_PROGRESS and change.started_on is None:
        raise ValueError(f"{item.key} is in progress since no day.")
    days = {"started_on": change.started_on, "finished_on": change.finished_on}
    return _with(plan, item, state=change.state, spent=None, **days)


def _assign(plan: Plan, change: Assign) -> Plan:
    item = _open(plan, change.item, "its team")
    if change.crew < 1:
        raise ValueError(f"{item.key} needs a crew of at least 1.")
    for team in (change.team, *(part.team for part in change.parts)):
        if team is not None:
            _known_team(plan, team)
    if len({part.team for part in change.parts}) < len(change.parts):
        raise ValueError(f"{item.key} names a team twice.")
    if any(part.days <= 0 or part.crew < 1 for part in change.parts):
        raise ValueError(f"{item.key} has a team's part of no days, or of nobody.")
    parts = change.parts if len(change.parts) > 1 else ()
    return _with(plan, item, team=change.team, crew=change.crew, parts=parts)


def _rank(plan: Plan, change: Rank) -> Plan:
    item = _open(plan, change.item, "its rank")
    return _with(plan, item, rank=change.rank)


def _reorder(plan: Plan, change: Reorder) -> Plan:
    ranks = dict(change.ranks)
    known = {item.id for item in plan.items}
    for id in ranks:
        if id not in known:
            raise ValueError(f"There is no item {id} in this plan.")
    items = (replace(each, rank=ranks.get(each.id, each.rank)) for each in plan.items)
    return replace(plan, items=tuple(items))


def _add_item(plan: Plan, change: AddItem) -> Plan:
    if any(item.id == change.item.id for item in plan.items):
        raise ValueError(f"There is an item {change.item.id} in this plan already.")
    return replace(plan, items=(*plan.items, change.item))


def _remove_item(plan: Plan, change: RemoveItem) -> Plan:
    gone = _item(plan, change.item)
    items = tuple(
        replace(item, parent=gone.parent)
        if item.parent == gone.id
        else replace(item, of_parts=item.of_parts or item.id == gone.parent)
        for item in plan.items
        if item.id != gone.id
    )
    return replace(
        plan,
        items=items,
        links=tuple(link for link in plan.links if gone.id not in (link.pred, link.succ)),
        effects=tuple(effect for effect in plan.effects if effect.item != gone.id),
        externals=tuple(each for each in plan.externals if each.item != gone.id),
        order=tuple(id for id in plan.order if id != gone.id),
    )


def _add_link(plan: Plan, change: AddLink) -> Plan:
    pred, succ = _item(plan, change.pred), _item(plan, change.succ)
    link = PlanLink(pred.id, succ.id, Kind(change.kind), change.lag)
    if link in plan.links:
        raise ValueError(f"{succ.key} waits for {pred.key} already.")
    return replace(plan, links=(*plan.links, link))


def _remove_link(plan: Plan, change: RemoveLink) -> Plan:
    pred, succ = _item(plan, change.pred), _item(plan, change.succ)
    links = tuple(k for k in plan.links if (k.pred, k.succ) != (pred.id, succ.id))
    if len(links) == len(plan.links):
        raise ValueError(f"{succ.key} does not wait for {pred.key}.")
    return replace(plan, links=links)


def _set_members(plan: Plan, change: SetMembers) -> Plan:
    return _with_team(plan, change.team, members=change.members)


def _set_share(plan: Plan, change: SetShare) -> Plan:
    if not 0 <= change.share <= 1:
        raise ValueError("A share of a team is a number from 0 to 1.")
    return _with_team(plan, change.team, shares=(PlanShare(change.share),))


def _set_drag(plan: Plan, change: SetDrag) -> Plan:
    return _with_team(plan, change.team, drag=change.drag)


def _set_policy(plan: Plan, change: SetPolicy) -> Plan:
    debt, unplanned = change.debt, change.unplanned
    if not (debt >= 0 <= unplanned < 1 and debt + unplanned <= 1 + 1e-6):
        raise ValueError("A policy's shares are 0 or more, and leave some time for planned work.")
    team = next((each for each in plan.teams if each.id == change.team), None)
    # What was set aside on past days stays: begun work is reckoned by it.
    kept = [each for each in team.policies if each.starts_on < plan.today] if team else []
    today = [each for each in team.policies if each.starts_on <= plan.today] if team else []
    limit = max(today, key=lambda each: each.starts_on).drag if today else None
    new = PlanPolicy(plan.today, debt, unplanned, limit)
    return _with_team(plan, change.team, policies=(*kept, new))


def _add_effect(plan: Plan, change: AddEffect) -> Plan:
    if any(effect.id == change.effect.id for effect in plan.effects):
        raise ValueError(f"There is an effect {change.effect.id} in this plan already.")
    _item(plan, change.effect.item)
    _known_team(plan, change.effect.team)
    return replace(plan, effects=(*plan.effects, change.effect))


def _remove_effect(plan: Plan, change: RemoveEffect) -> Plan:
    effects = tuple(effect for effect in plan.effects if effect.id != change.effect)
    if len(effects) == len(plan.effects):
        raise ValueError(f"There is no effect {change.effect} in this plan.")
    return replace(plan, effects=effects)


_STEPS: dict[type, Callable[[Plan, Any], Plan]] = {
    SetRange: _set_range,
    MoveStart: _move,
    SetTarget: _set_target,
    SetState: _set_state,
    Assign: _assign,
    Rank: _rank,
    Reorder: _reorder,
    AddItem: _add_item,
    RemoveItem: _remove_item,
    AddLink: _add_link,
    RemoveLink: _remove_link,
    SetMembers: _set_members,
    SetShare: _set_share,
    SetDrag: _set_drag,
    SetPolicy: _set_policy,
    AddEffect: _add_effect,
    RemoveEffect: _remove_effect,
}
