"""What a hand does to a bar of the timeline: read from a form, forecast before, kept after."""

import datetime
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from roadmaps import queries, services
from roadmaps.asked import changes_of
from roadmaps.filters import Choices
from roadmaps.forms.items import ItemKeyField
from roadmaps.models import ForecastRun, Item, ItemLink, PlanStatus, Scenario
from roadmaps.services.ranks import rank_before
from roadmaps.services.teams import parts_of, plan_parts, with_team
from roadmaps.timeline.lanes import LETTERS
from tpm import formats
from tpm.models import Product

if TYPE_CHECKING:
    from roadmaps import forecasting as engine

LISTED = 200
"""Rows of a preview that are sent: those that move most."""
PLANS = 6
"""Forecast plans that one process keeps, ready to be changed again."""


class GestureForm(forms.Form):
    """One gesture on one item. `do` says which, and so what else is read."""

    do = forms.ChoiceField(
        choices=[(name, name) for name in ("start", "pin", "target", "rank", "link", "lane")]
    )
    item = ItemKeyField()
    version = forms.IntegerField(required=False)
    day = forms.DateField(required=False)
    pinned = forms.BooleanField(required=False)
    before = ItemKeyField(required=False)
    other = ItemKeyField(required=False)
    kind = forms.ChoiceField(required=False, choices=ItemLink.Kind.choices)
    lag_days = forms.IntegerField(required=False, min_value=-250, max_value=250)
    lane = forms.CharField(required=False, max_length=30)
    once = forms.UUIDField(required=False)

    def __init__(self, *args, product: Product, **options) -> None:
        super().__init__(*args, **options)
        self.product = product
        for field in self.fields.values():
            if isinstance(field, ItemKeyField):
                field.product = product

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("do") == "link" and not data.get("other"):
            self.add_error("other", _("Which item waits?"))
        if data.get("do") == "lane" and not self.errors:
            data["place"] = self.place_of(data.get("lane", ""))
        return data

    def place_of(self, lane: str) -> dict[str, Any]:
        """The field that a lane stands for, with its value; `none-team` and its likes empty it."""
        choices = Choices.of(self.product)
        wholes = Item.objects.filter(product=self.product, children__isnull=False).distinct()
        fields: dict[str, tuple[dict[str, Any], Any]] = {
            "objective": ({str(each.pk): each for each in choices.objectives}, None),
            "team": ({str(each.pk): each for each in choices.teams}, None),
            "owner": ({str(each.pk): each for each in choices.owners}, None),
            "kind": ({value: value for value in Item.Kind.values}, None),
            "state": ({value: value for value in Item.State.values}, None),
            "horizon": ({value: value for value in Item.Horizon.values}, ""),
            "parent": ({str(each.pk): each for each in wholes}, None),
        }
        for name, (values, empty) in fields.items():
            if lane == f"none-{name}" and name not in ("kind", "state"):
                return {name: empty}
            if lane[:1] == LETTERS[name] and lane[1:] in values:
                return {name: values[lane[1:]]}
        self.add_error("lane", _("Nothing can be put into this lane by hand."))
        return {}


@dataclass(frozen=True)
class Gesture:
    """What is to be done, as the form read it."""

    item: Item
    data: dict[str, Any]

    @property
    def do(self) -> str:
        return self.data["do"]

    @property
    def pinned(self) -> bool:
        """Whether the item starts exactly on the day: as it says, or as it was."""
        return self.data["pinned"] if self.do == "pin" else self.item.pinned

    def keep(self, *, by) -> str:
        """Change the plan. returns: what was done, as a sentence

        raises: EditConflict and ValidationError, as the services do
        """
        return KEEPS[self.do](self, by)

    def asked(self) -> dict[str, Any]:
        """The same as a change of a scenario. raises: ValidationError where it has none of it"""
        data, key = self.data, self.item.key
        match self.do:
            case "start" | "pin":
                day = data["day"]
                pinned = self.pinned and day is not None
                return {"do": "start", "item": key, "not_before": day, "pinned": pinned}
            case "target":
                return {"do": "target", "item": key, "target": data["day"]}
            case "rank":
                before = data["before"].key if data["before"] else None
                return {"do": "rank", "item": key, "before": before}
            case "link":
                rest = {"kind": data["kind"] or ItemLink.Kind.FS, "lag_days": data["lag_days"] or 0}
                return {"do": "link", "predecessor": key, "successor": data["other"].key, **rest}
        if "team" in data["place"]:
            team = data["place"]["team"]
            slug = team.slug if team else None
            return {"do": "team", "item": key, "team": slug, "crew": self.item.crew}
        if data["place"].get("state") == Item.State.DROPPED:
            return {"do": "drop", "item": key}
        raise ValidationError(_("This changes no date, so a scenario has nothing to try."))

    def change(self) -> "engine.Change":
        """The same for the engine, to be forecast and not kept."""
        from roadmaps import forecasting as engine

        data, pk = self.data, self.item.pk
        match self.do:
            case "start" | "pin":
                return engine.MoveStart(pk, data["day"], self.pinned)
            case "target":
                return engine.SetTarget(pk, data["day"])
            case "rank":
                return engine.Rank(pk, rank_before(self.item, data["before"]))
            case "link":
                kind = engine.Kind(data["kind"] or ItemLink.Kind.FS)
                return engine.AddLink(pk, data["other"].pk, kind, data["lag_days"] or 0)
        if data["place"].get("state") == Item.State.DROPPED:
            return engine.RemoveItem(pk)
        team, parts = data["place"].get("team", self.item.team), parts_of(self.item)
        if team is None or not parts:
            return engine.Assign(pk, team.pk if team else None, self.item.crew)
        parts = with_team(parts, team)
        return engine.Assign(pk, team.pk, parts[0].crew, plan_parts(parts))


def keep_dates(gesture: Gesture, by) -> str:
    item, day = gesture.item, gesture.data["day"]
    fields = {"not_before": day, "pinned": gesture.pinned and day is not None}
    services.edit_item(item, by=by, version=gesture.data["version"], **fields)
    words = {"key": item.key, "day": formats.day(day)}
    if day is None:
        return _("%(key)s starts as early as it can.") % words
    if gesture.pinned:
        return _("%(key)s starts exactly on %(day)s.") % words
    return _("%(key)s starts not before %(day)s.") % words


def keep_target(gesture: Gesture, by) -> str:
    item, day = gesture.item, gesture.data["day"]
    services.edit_item(item, by=by, version=gesture.data["version"], target_date=day)
    words = {"key": item.key, "day": formats.day(day)}
    if day is None:
        return _("%(key)s has no target any more.") % words
    return _("%(key)s is promised for %(day)s.") % words


def keep_rank(gesture: Gesture, by) -> str:
    before = gesture.data["before"]
    services.rank_item(gesture.item, by=by, before=before)
    words = {"key": gesture.item.key, "other": before.key if before else ""}
    if before is None:
        return _("%(key)s comes last.") % words
    return _("%(key)s comes before %(other)s.") % words


def keep_link(gesture: Gesture, by) -> str:
    item, data = gesture.item, gesture.data
    kind, lag = data["kind"] or ItemLink.Kind.FS, data["lag_days"] or 0
    services.link_items(item, data["other"], by=by, kind=kind, lag_days=lag)
    return _("%(second)s waits for %(first)s now.") % {
        "first": item.key, "second": data["other"].key
    }  # fmt: skip


def keep_lane(gesture: Gesture, by) -> str:
    item, version = gesture.item, gesture.data["version"]
    ((name, value),) = gesture.data["place"].items()
    if name == "state":
        services.move_item(item, by=by, version=version, state=value)
    else:
        services.edit_item(item, by=by, version=version, **{name: value})
    if not value:
        return _("%(key)s has no %(field)s any more.") % {"key": item.key, "field": name}
    labels = {"state": Item.State, "kind": Item.Kind, "horizon": Item.Horizon}
    where = labels[name](value).label if name in labels else value
    return _("%(key)s is in %(where)s now.") % {"key": item.key, "where": where}


KEEPS: dict[str, Callable[[Gesture, Any], str]] = {
    "start": keep_dates,
    "pin": keep_dates,
    "target": keep_target,
    "rank": keep_rank,
    "link": keep_link,
    "lane": keep_lane,
}


_ready: "OrderedDict[tuple, engine.Before]" = OrderedDict()
_one_at_a_time = threading.Lock()


def before_of(product: Product, scenario: Scenario | None = None) -> "engine.Before":
    """The plan as it is, forecast with few trials and kept for the next move of the same bar.

    scenario: whose changes are made first, so that a hand in it sees what follows there
    raises:   ValueError, in words, where a change of it cannot be made any more
    """
    from roadmaps import forecasting as engine

    today = timezone.localdate()
    status = PlanStatus.objects.filter(product=product).values_list("run", flat=True).first()
    tried = (scenario.pk, scenario.revision) if scenario else None
    live = before_of(product) if scenario else None
    name = (product.pk, product.revision, product.plan_seed, today, status, tried)
    with _one_at_a_time:  # two threads would forecast the same plan twice
        if name not in _ready:
            if scenario is not None and live is not None:
                plan = services.plan_after(scenario, live.plan)
            else:
                plan = queries.plan_of(product, as_of=today)
                newest = ForecastRun.objects.filter(product=product).first()
                plan = services.keep_order(plan, newest, ForecastRun.Reason.CHANGE)
            _ready[name] = engine.Before(plan, seed=product.plan_seed)
            while len(_ready) > PLANS:
                _ready.popitem(last=False)
        _ready.move_to_end(name)
        return _ready[name]


def forget() -> None:
    with _one_at_a_time:
        _ready.clear()


def preview(product: Product, gesture: Gesture, scenario: Scenario | None = None) -> dict[str, Any]:
    """What would follow: rows that move, in calendar days, and a sentence. Nothing is kept.

    scenario: in which it is tried; what follows is then said of its dates, not of the live plan's
    raises:   ValueError, in words, for a change that cannot be made; ValidationError where a
              scenario has nothing to try
    """
    before = before_of(product, scenario)
    if scenario is None:
        found = before.with_([gesture.change()])
    else:
        asked = services.read_all([services.plain(gesture.asked())])
        found = before.with_(changes_of(product, before.plan, asked, by=scenario.by))
    moved = sorted(
        ((id, move) for id, move in found.items.items() if move.p85_days or move.p50_days),
        key=lambda each: -abs(each[1].p85_days or 0),
    )
    after = {row.id: row for row in found.after.items}
    rows = [
        {
            "key": after[id].key,
            "days": move.p50_days or 0,
            "p50": after[id].finish.p50,
            "p85": after[id].finish.p85,
        }
        for id, move in moved[:LISTED]
    ]
    says = [*followers(gesture.item, moved), *chances(product, found), *collisions(gesture, after)]
    return {"rows": rows, "words": " ".join(says) or _("Nothing else moves.")}


def followers(item: Item, moved: list[tuple[int, "engine.Move"]]) -> list[str]:
    """How many others move, and the farthest of them at P85."""
    others = [move for id, move in moved if id != item.pk]
    own = next((move for id, move in moved if id == item.pk), None)
    said = []
    if own is not None and own.p85_days:
        said.append(_("Its P85: %(days)s d.") % {"days": formats.signed(own.p85_days)})
    if others:
        farthest = max((move.p85_days or 0 for move in others), key=abs)
        words = {"n": len(others), "days": formats.signed(farthest)}
        said.append(
            _("1 other item moves, %(days)s d.") % words
            if len(others) == 1
            else _("%(n)s other items move, up to %(days)s d.") % words
        )
    return said


def chances(product: Product, found: "engine.WhatIf") -> list[str]:
    """Objectives whose chance changes by a point or more, and the end of the plan."""
    titles = dict(product.objectives.values_list("pk", "title"))
    after = {row.id: row for row in found.after.objectives}
    said = []
    for id, move in found.objectives.items():
        chance = after[id].chance
        if chance is not None and move.chance is not None and abs(move.chance) >= 0.01:
            words = {
                "title": titles[id],
                "old": formats.chance(chance - move.chance),
                "new": formats.chance(chance),
            }
            said.append(_("%(title)s: %(old)s → %(new)s.") % words)
    if found.project is not None and found.project.p85_days:
        days = formats.signed(found.project.p85_days)
        said.append(_("The plan ends %(days)s d at P85.") % {"days": days})
    return said


def collisions(gesture: Gesture, after: dict[int, "engine.Landing"]) -> list[str]:
    """Predecessors that are likely not done when a pinned item starts."""
    day: datetime.date | None = gesture.data.get("day")
    if not gesture.pinned or day is None or gesture.do not in ("start", "pin"):
        return []
    links = gesture.item.links_in.filter(kind=ItemLink.Kind.FS).values_list("predecessor_id")
    late = [
        after[pk] for (pk,) in links
        if pk in after and after[pk].finish.p50 and after[pk].finish.p50 >= day
    ]  # fmt: skip
    return [
        _("It starts before %(key)s is likely done, %(day)s.")
        % {"key": landing.key, "day": formats.day(landing.finish.p50)}
        for landing in late
    ]


def read(form: GestureForm) -> Gesture:
    """The gesture of a valid form, with the item as it is stored.

    raises: ValidationError where what is done to finished or dropped work makes no sense
    """
    item: Item = form.cleaned_data["item"]
    if not item.is_open:
        raise ValidationError(_("%(key)s is closed: open it again first.") % {"key": item.key})
    if form.cleaned_data["do"] in ("start", "pin") and item.state == Item.State.IN_PROGRESS:
        words = _("%(key)s is in progress: its start is behind it.")
        raise ValidationError(words % {"key": item.key})
    return Gesture(item, form.cleaned_data)
