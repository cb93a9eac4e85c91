"""A plan as plain values: everything a forecast reads, and nothing else.

Rows may come in any order: results depend on ids, ranks and keys only. Dates are the team's
local days, both ends of every span inclusive; None at the start or end of a span means open.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cache
from operator import attrgetter
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from .bias import EPIC_RHO, TEAM_RHO
from .ranges import Triple


class State(StrEnum):
    """Where a planned item stands; ideas and dropped items are left out of a plan."""

    PLANNED = "planned"
    IN_PROGRESS = "in_progress"
    DONE = "done"


class Kind(StrEnum):
    """Which end of the first item holds which end of the second."""

    FS = "FS"
    SS = "SS"
    FF = "FF"
    SF = "SF"


class EffectKind(StrEnum):
    """What a finished item changes in a team."""

    DRAG = "drag"
    PEOPLE = "people"


DRAG_CAP = 0.89
"""Most of a team's capacity that drag may take; more is cut there and shown as capped."""


@dataclass(frozen=True, slots=True)
class PlanPart:
    """One team's part of an item that several teams work on."""

    team: int
    """Id of the team."""
    days: float
    """Person-days of this team, as typed (> 0): only the proportion to the other parts counts,
    the item's range is split by it."""
    crew: int = 1
    """People of this team at work on it at once, >= 1."""


@dataclass(frozen=True, slots=True)
class PlanItem:
    """An item of the plan; one with children is a roll-up: its own effort is not simulated."""

    id: int
    """Stable number: keys the item's random draws."""
    key: str
    """What people call it, such as PAY-12; used in sentences."""
    kind: str = "feature"
    """feature, platform, bet, debt, compliance or milestone (takes no time and no place)."""
    state: State = State.PLANNED
    """planned, in_progress or done."""
    team: int | None = None
    """Id of its team; None: simulated by itself, Monday to Friday, without a limit of capacity."""
    parts: tuple[PlanPart, ...] = ()
    """Several teams' parts; when given, `team` and `crew` are not read."""
    crew: int = 1
    """People at work on it at once, >= 1 (never more than the team's places are used)."""
    rank: float = 0.0
    """Order in the product: lower comes first; ties by id."""
    typed: Triple | None = None
    """The newest estimate as typed, P10, P50, P90 person-days (a lone number: with its spread)."""
    range: Triple | None = None
    """What is simulated: the typed range after history (`Ratios.learn_range`), or the typed one.
    None with an empty `table`: no estimate and nothing learned, so a wide default is simulated."""
    table: str = ""
    """Name of a quantile table in Plan.tables (person-days) that is simulated instead of `range`:
    that of the learned range, with its ties and tails; or, without any range, learned actuals of
    the item's kind and team."""
    spent: float | None = None
    """Person-days already spent on an item in progress; None: derived from `started_on`."""
    started_on: date | None = None
    """First day of work (in progress and done)."""
    finished_on: date | None = None
    """Last day of work; required when done."""
    not_before: date | None = None
    """Typed start: not before this day, or exactly this day when `pinned`."""
    pinned: bool = False
    """Starts on `not_before` whether a place is free, and its predecessors are done, or not."""
    target: date | None = None
    """Promised last day; compared with the forecast, never imposed on it."""
    objective: int | None = None
    """Id of the objective that needs it (with all its descendants)."""
    parent: int | None = None
    """Id of the item it is part of."""
    of_parts: bool = False
    """Had parts that have left the plan: without an estimate of its own, and any part left, there
    is nothing to do."""

    @property
    def instant(self) -> bool:
        """Whether it takes neither time nor a place."""
        return self.kind == "milestone" or (self.of_parts and self.range is None)


@dataclass(frozen=True, slots=True)
class PlanLink:
    """A dependency between two items; on a parent it means all its descendants."""

    pred: int
    """Id of the item that comes first."""
    succ: int
    """Id of the item that waits."""
    kind: Kind = Kind.FS
    """FS: start >= pred finish + lag; SS: start >= pred start + lag;
    FF: finish >= pred finish + lag; SF: finish >= pred start + lag."""
    lag: int = 0
    """Working days of the waiting item's team; negative: a lead."""


@dataclass(frozen=True, slots=True)
class PlanSpan:
    """A span of days: an absence, a holiday or a freeze."""

    starts_on: date
    """First day."""
    ends_on: date
    """Last day."""


@dataclass(frozen=True, slots=True)
class PlanMember:
    """A person in a team."""

    person: int
    """Id of the person."""
    starts_on: date | None = None
    """First day in the team; None: since ever."""
    ends_on: date | None = None
    """Last day in the team; None: for good."""
    share: float = 1.0
    """Share of a full working time given to this team, 0 to 1."""
    absences: tuple[PlanSpan, ...] = ()
    """Days away."""


@dataclass(frozen=True, slots=True)
class PlanShare:
    """The share of a team that serves this product, for a span of days."""

    share: float
    """0 to 1."""
    starts_on: date | None = None
    """First day; None: since ever."""
    ends_on: date | None = None
    """Last day; None: for good."""


@dataclass(frozen=True, slots=True)
class PlanPolicy:
    """What the time that focus leaves is for, from a day on until the next policy."""

    starts_on: date
    """First day."""
    debt: float = 0.0
    """Share for items of the kind debt, 0 to 1."""
    unplanned: float = 0.0
    """Share for what nobody planned, 0 to below 1; with `debt` at most 1."""
    drag: float | None = None
    """Highest share of capacity that may be lost to debt; only told, never kept by a schedule."""

    @property
    def debt_of_items(self) -> float:
        """Debt's share of the time in which items are worked on, 0 to 1."""
        return min(1.0, self.debt / (1.0 - self.unplanned))


@dataclass(frozen=True, slots=True)
class PlanTeam:
    """A team's capacity for this product and the drag on it."""

    id: int
    """Stable number: keys the draw of its drag."""
    name: str
    """What people call it; used in sentences."""
    focus: float = 1.0
    """Share of a present person's day that goes into plan work, above 0 to 1."""
    shares: tuple[PlanShare, ...] = (PlanShare(1.0),)
    """This product's share of the team over time; days in no span have share 0."""
    members: tuple[PlanMember, ...] | None = None
    """Its people; None: nobody recorded, so places are without limit (unknown is not zero);
    an empty tuple: a team of nobody, whose work never ends."""
    closures: tuple[PlanSpan, ...] = ()
    """Holidays and freezes: nobody works on the plan."""
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4)
    """Days of the week on which it works, 0 = Monday."""
    drag: Triple | None = None
    """Share of capacity lost to interest of debt, 0 to 1, cut at DRAG_CAP; None: no record, 0."""
    drag_ref: float = 0.0
    """Mean drag over the finished work from which the team's pace was learned, 0 to below 0.9."""
    policies: tuple[PlanPolicy, ...] = field(default=(), metadata={"left out": "empty"})
    """What its time is for, from when; left out of the written plan where there is none, so that a
    plan without any has the hash that it had before there were policies."""


@dataclass(frozen=True, slots=True)
class PlanEffect:
    """What finishing an item changes in a team, from the item's finish in each trial."""

    id: int
    """Stable number: keys its draw."""
    item: int
    """Id of the item whose finish starts it; without effect once that item is done."""
    team: int
    """Id of the team it changes."""
    kind: EffectKind
    """drag: share of capacity given back (0.05 = five points, negative: taken);
    people: persons gained (negative: lost)."""
    range: Triple
    """P10, P50, P90 of the change."""
    until: date | None = None
    """Last day it holds; None: for good."""


@dataclass(frozen=True, slots=True)
class PlanObjective:
    """What a set of items is for; its date is that of the last of them."""

    id: int
    """Stable number."""
    key: str
    """What people call it."""
    target: date | None = None
    """Promised last day."""


@dataclass(frozen=True, slots=True)
class PlanExternal:
    """Something an item needs from outside this product: the item starts the day after it came."""

    id: int
    """Stable number: keys its draw."""
    item: int
    """Id of the item that waits for it."""
    name: str
    """What it is, in words."""
    p10: date
    """1 in 10 it comes before this day."""
    p50: date
    """As likely before as after this day."""
    p90: date
    """1 in 10 it comes after this day."""


@dataclass(frozen=True, slots=True)
class PlanBias:
    """How alike the errors of estimates are: correlations of normal scores, 0 to 0.95."""

    rho_team: float = TEAM_RHO
    """Between items of one team whose work begins in the same quarter."""
    rho_epic: float = EPIC_RHO
    """Between those of them that are part of the same item; not read where it is below
    `rho_team`. Parts of one item in other quarters or teams have the difference of both."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything a forecast reads. Equal plans, seeds and trials give equal results."""

    today: date
    """The day of the forecast: open work goes on from its morning."""
    items: tuple[PlanItem, ...] = ()
    links: tuple[PlanLink, ...] = ()
    teams: tuple[PlanTeam, ...] = ()
    effects: tuple[PlanEffect, ...] = ()
    objectives: tuple[PlanObjective, ...] = ()
    externals: tuple[PlanExternal, ...] = ()
    tables: dict[str, tuple[float, ...]] = field(default_factory=dict)
    """Quantile tables by name, person-days, at levels 0 to 1 in equal steps, however many
    (`ranges.read`)."""
    order: tuple[int, ...] = ()
    """Ids in the start order to keep; items missing from it are inserted by the deterministic
    schedule. Empty: a full re-plan."""
    bias: PlanBias = PlanBias()
    """Shared bias of the estimates; the defaults hold before a workspace has learned its own."""
    quarters: dict[int, int] = field(default_factory=dict)
    """Quarter (4 x year + 0 to 3) of the P50 start of items, kept as `order` is; of an item
    missing from it, that of its start at P50 in that order, and of started work that in which it
    began."""

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready values; `Plan.from_dict` gives an equal plan back."""
        return encode(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "Plan":
        """The plan that `to_dict` wrote, also by way of JSON.

        raises: KeyError, TypeError or ValueError when the data are no plan
        """
        return decode(cls, data)

    def canonical(self) -> "Plan":
        """The same plan with its rows sorted, so that the order of rows cannot matter."""
        by_id = attrgetter("id")
        return Plan(
            today=self.today,
            items=tuple(sorted(self.items, key=by_id)),
            links=tuple(sorted(self.links, key=lambda k: (k.pred, k.succ, k.kind, k.lag))),
            teams=tuple(sorted((_sorted_team(team) for team in self.teams), key=by_id)),
            effects=tuple(sorted(self.effects, key=by_id)),
            objectives=tuple(sorted(self.objectives, key=by_id)),
            externals=tuple(sorted(self.externals, key=by_id)),
            tables=dict(sorted(self.tables.items())),
            order=self.order,
            bias=self.bias,
            quarters=dict(sorted(self.quarters.items())),
        )


def _sorted_team(team: PlanTeam) -> PlanTeam:
    members = team.members
    if members is not None:
        members = tuple(sorted(members, key=repr))
    return replace(
        team,
        members=members,
        shares=tuple(sorted(team.shares, key=repr)),
        closures=tuple(sorted(team.closures, key=repr)),
        policies=tuple(sorted(team.policies, key=repr)),
    )


def inputs_hash(plan: Plan) -> str:
    """SHA-256 (hex) of a plan's values, the same for any order of its rows."""
    text = json.dumps(plan.canonical().to_dict(), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def encode(value: Any) -> Any:
    """Dataclasses, dates and tuples as JSON-ready values."""
    kind: Any = type(value)
    if kind in _PLAIN:
        return value
    if isinstance(value, tuple | list):
        return [encode(each) for each in value]
    if isinstance(value, dict):
        return {name: encode(each) for name, each in value.items()}
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, StrEnum):
        return str(value)
    found = {name: getattr(value, name) for name in _names(kind)}
    for name in _left_out_empty(kind):
        if not found[name]:
            del found[name]
    return {name: each if type(each) in _PLAIN else encode(each) for name, each in found.items()}


_PLAIN = frozenset((str, int, float, bool, type(None)))


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(each.name for each in fields(kind))


@cache
def _left_out_empty(kind: Any) -> tuple[str, ...]:
    return tuple(each.name for each in fields(kind) if each.metadata.get("left out") == "empty")


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


def decode(kind: Any, value: Any) -> Any:
    """The value of an annotated type that `encode` wrote."""
    return _decoder(kind)(value)


@cache
def _decoder(kind: Any) -> Callable[[Any], Any]:
    """What reads a value of a type: found once, for a plan has thousands of them."""
    origin, args = get_origin(kind), get_args(kind)
    if origin in (UnionType, Union):
        some = _decoder(next(each for each in args if each is not type(None)))
        return lambda value: None if value is None else some(value)
    if origin is tuple:
        one = _decoder(args[0])
        return lambda value: tuple(map(one, value))
    if origin is dict:
        key, one = int if args[0] is int else str, _decoder(args[1])
        return lambda value: {key(name): one(each) for name, each in value.items()}
    if kind is date:
        return date.fromisoformat
    if kind is Triple:
        return lambda value: Triple(*map(float, value))
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return kind
    if is_dataclass(kind):
        return _row_decoder(kind)
    return float if kind is float else lambda value: value


def _row_decoder(kind: Any) -> Callable[[dict[str, Any]], Any]:
    hints = _hints(kind)
    readers = {name: _decoder(hints[name]) for name in _names(kind)}
    return lambda value: kind(**{name: readers[name](each) for name, each in value.items()})
