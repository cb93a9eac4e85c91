"""Scenarios: making them, forecasting them, and making them real as one change."""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext as _

from roadmaps import asked as reading
from roadmaps import forecasting as engine
from roadmaps import queries
from roadmaps.models import (
    ForecastRun,
    Item,
    ItemLink,
    Objective,
    Scenario,
    ScenarioChange,
    ScenarioForecast,
)
from roadmaps.services.estimates import estimate_from_text
from roadmaps.services.forecasts import keep_order
from roadmaps.services.items import edit_item, move_item
from roadmaps.services.links import link_items, unlink_items
from roadmaps.services.ordering import order_items
from roadmaps.services.quick import plan_item
from roadmaps.services.ranks import rank_item
from roadmaps.services.teams import Part, parts_from_text, parts_of, share_item, text_of
from tpm import history, operations, revisions
from tpm.editing import edit
from tpm.models import Product, Team
from tpm.roles import teams_of

MOST_CHANGES = 50
LINKING = ("link", "unlink")
WISHES = ("share", "people", "drag", "policy")
"""Changes of people and debt: they can be forecast, but nobody makes them real by a click."""


@transaction.atomic
def create_scenario(product: Product, *, by, name: str, question: str = "") -> Scenario:
    """raises: ValidationError when the person has a scenario with this name"""
    scenario = Scenario(product=product, by=by, name=name, question=question)
    scenario.full_clean()
    scenario.save()
    history.record(scenario, by=by, action="created", changes={"name": (None, name)})
    return scenario


def edit_scenario(scenario: Scenario, *, by, version: int | None, **fields: Any) -> list[str]:
    """raises: EditConflict when somebody saved first"""
    return edit(scenario, by=by, version=version, fields=fields)


@transaction.atomic
def delete_scenario(scenario: Scenario, *, by) -> None:
    product = scenario.product
    history.record(
        product, by=by, action="dropped scenario", changes={"name": (scenario.name, None)}
    )
    scenario.delete()


@transaction.atomic
def add_change(scenario: Scenario, *, by, asked: dict[str, Any]) -> ScenarioChange:
    """One more change at the end, if it can be made after those before it.

    raises: ValidationError with the sentence of what is missing or cannot be
    """
    refuse_applied(scenario)
    if scenario.changes.count() >= MOST_CHANGES:
        raise ValidationError(
            _("A scenario holds %(n)s changes at the most.") % {"n": MOST_CHANGES}
        )
    try:
        given = [*scenario.changes.values_list("asked", flat=True), plain(asked)]
        plan = queries.plan_of(scenario.product, as_of=timezone.localdate())
        engine.changed(plan, reading.changes_of(scenario.product, plan, read_all(given), by=by))
    except ValueError as refusal:
        raise ValidationError(str(refusal)) from refusal
    last = scenario.changes.aggregate(last=Max("position"))["last"] or 0
    change = ScenarioChange.objects.create(
        scenario=scenario,
        position=last + 1,
        asked=plain(asked),
        was=AsItIs(scenario.product, [asked]).of(asked),
    )
    touched(scenario)
    return change


def refuse_applied(scenario: Scenario) -> None:
    """Hold a scenario. raises: ValidationError when it is part of the plan already"""
    stored = Scenario.objects.select_for_update().get(pk=scenario.pk)
    if stored.applied_at is not None:
        raise ValidationError(_("“%(name)s” is applied already.") % {"name": stored.name})


@transaction.atomic
def remove_change(change: ScenarioChange) -> None:
    """raises: ValidationError when the scenario is part of the plan already"""
    refuse_applied(change.scenario)
    change.delete()
    touched(change.scenario)


def touched(scenario: Scenario) -> None:
    Scenario.objects.filter(pk=scenario.pk).update(revision=F("revision") + 1)
    revisions.enqueue("roadmaps.refresh_scenario", scenario.pk)


def plain(asked: dict[str, Any]) -> dict[str, Any]:
    """A change as JSON keeps it."""
    return {
        name: value.isoformat() if isinstance(value, datetime.date) else value
        for name, value in asked.items()
        if value not in (None, "") or name in ("not_before", "target", "team", "before")
    }


def read_all(given: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Stored changes with their days as days."""
    return [
        {
            name: datetime.date.fromisoformat(value)
            if name in ("not_before", "target") and isinstance(value, str)
            else value
            for name, value in each.items()
        }
        for each in given
    ]


class AsItIs:
    """What the plan says now of what changes would change: few queries, however many they are."""

    def __init__(self, product: Product, changes: Iterable[dict[str, Any]]) -> None:
        every = list(changes)
        keys = {each.get("item") for each in every} - {None, ""}
        found = Item.objects.filter(product=product, key__in=keys).select_related("team")
        if any(each["do"] in ("team", "teams") for each in every):
            found = found.prefetch_related("further_teams__team")
        self.items = {item.key: item for item in found}
        asked = [each.get("item") for each in every if each["do"] == "estimate"]
        wanted = [self.items[key].pk for key in asked if key in self.items]
        self.estimates = queries.newest_estimates(wanted) if wanted else {}
        ends = {each.get("successor") for each in every if each["do"] in LINKING}
        links = ItemLink.objects.filter(successor__product=product, successor__key__in=ends)
        pairs = links.values_list("predecessor__key", "successor__key") if ends else ()
        self.linked = set(pairs)
        placed = {key for each in every if each["do"] == "order" for key in each["items"]}
        rows = Item.objects.filter(product=product, key__in=placed, state__in=Item.OPEN)
        in_order = rows.order_by("rank", "pk").values_list("key", flat=True)
        self.in_order = list(in_order) if placed else []

    def of(self, asked: dict[str, Any]) -> dict[str, Any]:
        if asked["do"] == "order":
            wanted = set(asked["items"])
            return {"order": [key for key in self.in_order if key in wanted]}
        item = self.items.get(asked.get("item", ""))
        if item is None:
            if asked["do"] not in LINKING:
                return {}
            return {"linked": (asked.get("predecessor"), asked.get("successor")) in self.linked}
        match asked["do"]:
            case "estimate":
                newest = self.estimates.get(item.pk)
                return {
                    "range": [newest.p10_days, newest.p50_days, newest.p90_days] if newest else None
                }
            case "start":
                return {"not_before": iso(item.not_before), "pinned": item.pinned}
            case "target":
                return {"target": iso(item.target_date)}
            case "team":
                team = {"team": item.team.slug if item.team else None, "crew": item.crew}
                parts = text_of(parts_of(item))
                return team | {"parts": parts} if parts else team
            case "teams":
                team = {"team": item.team.slug if item.team else None, "crew": item.crew}
                return team | {"parts": text_of(parts_of(item))}
            case "rank":
                return {"rank": item.rank}
            case "drop":
                return {"state": item.state}
        return {}


def links_of(product: Product, asked: dict[str, Any]):
    return ItemLink.objects.filter(
        successor__product=product,
        predecessor__key=asked.get("predecessor"),
        successor__key=asked.get("successor"),
    )


def iso(day: datetime.date | None) -> str | None:
    return day.isoformat() if day else None


def conflicts_of(scenario: Scenario) -> set[int]:
    """Changes whose starting point the plan has left since they were added, by id."""
    changes = list(scenario.changes.all())
    now = AsItIs(scenario.product, [change.asked for change in changes])
    return {change.pk for change in changes if change.was != now.of(change.asked)}


def refresh_scenario(scenario_id: int, *, trials: int | None = None) -> bool:
    """Forecast a scenario beside the plan as it is. Safe to run twice.

    returns: False when it is gone, or nothing changed since the last time
    """
    scenario = Scenario.objects.select_related("product", "by").filter(pk=scenario_id).first()
    if scenario is None:
        return False
    today = timezone.localdate()
    product = scenario.product
    seen = {
        "plan_revision": product.revision,
        "scenario_revision": scenario.revision,
        "as_of": today,
    }
    if ScenarioForecast.objects.filter(scenario=scenario, **seen).exists():
        return False
    try:
        result, count = computed(scenario, today, trials or engine.TRIALS)
        fields = {"result": result, "trials": count, "failure": ""}
    except ValueError as refusal:
        fields = {"result": {}, "trials": 0, "failure": str(refusal)[:300]}
    with transaction.atomic():
        if Scenario.objects.select_for_update().filter(pk=scenario.pk).exists():
            ScenarioForecast.objects.update_or_create(
                scenario=scenario, defaults={**seen, **fields, "at": timezone.now()}
            )
    return True


def computed(scenario: Scenario, today: datetime.date, trials: int) -> tuple[dict[str, Any], int]:
    """raises: ValueError, in words, where a change cannot be made any more"""
    product = scenario.product
    plan = queries.plan_of(product, as_of=today)
    newest = ForecastRun.objects.filter(product=product).first()
    plan = keep_order(plan, newest, ForecastRun.Reason.CHANGE)
    given = read_all(list(scenario.changes.values_list("asked", flat=True)))
    changes = reading.changes_of(product, plan, given, by=scenario.by)
    found = engine.what_if(plan, changes, trials=trials, seed=product.plan_seed)
    return {
        "end": both(found.before.project, found.after.project),
        "objectives": pairs(found.before.objectives, found.after.objectives),
        "items": pairs(found.before.items, found.after.items),
    }, found.after.trials


def plan_after(scenario: Scenario, plan: engine.Plan) -> engine.Plan:
    """A plan with a scenario's changes made, in the start order that a forecast of it has.

    raises: ValueError, in words, where a change cannot be made any more
    """
    given = read_all(list(scenario.changes.values_list("asked", flat=True)))
    changes = reading.changes_of(scenario.product, plan, given, by=scenario.by)
    after = engine.changed(plan, changes)
    return replace(after, order=engine.kept_order(plan, plan.order, after))


def pairs(before, after) -> dict[str, dict[str, Any]]:
    """Id -> what both sides say of it; a side that has it not says nothing."""
    old, new = ({row.id: row for row in side} for side in (before, after))
    return {str(id): both(old.get(id), new.get(id)) for id in {**old, **new}}


def both(before: engine.Landing | None, after: engine.Landing | None) -> dict[str, Any]:
    return {"before": landing(before), "after": landing(after)}


def landing(row: engine.Landing | None) -> dict[str, Any] | None:
    if row is None:
        return None
    return {
        "key": row.key,
        "p50": iso(row.finish.p50),
        "p85": iso(row.finish.p85),
        "chance": None if row.chance is None else round(row.chance, 4),
    }


@transaction.atomic
def apply_scenario(scenario: Scenario, *, by) -> tuple[int, list[ScenarioChange]]:
    """Make its changes in the live plan, all that can be made by a click, or none.

    returns: how many were made, and those about people and debt, which have to happen
    raises:  ValidationError where the plan has moved on under a change, or refuses one
    """
    Product.objects.select_for_update().get(pk=scenario.product_id)
    refuse_applied(scenario)
    conflicts = conflicts_of(scenario)
    if conflicts:
        raise ValidationError(
            _("The plan has moved on under %(n)s of these changes: look at them first.")
            % {"n": len(conflicts)}
        )
    made, wishes = 0, []
    for change in scenario.changes.all():
        if change.asked["do"] in WISHES:
            wishes.append(change)
            continue
        (given,) = read_all([change.asked])
        APPLY[given["do"]](scenario.product, given, by)
        made += 1
    scenario.applied_at = timezone.now()
    scenario.save(update_fields=["applied_at"])
    operations.note("applied", id=scenario.pk)
    history.record(scenario, by=by, action="applied", changes={"changes": (None, made)})
    return made, wishes


def item_of(product: Product, key: str) -> Item:
    found = Item.objects.select_related("product", "team").filter(product=product, key=key).first()
    if found is None:
        raise ValidationError(_("There is no item %(key)s in this product.") % {"key": key})
    return found


def team_of(product: Product, given: dict[str, Any]) -> Team | None:
    """raises: ValidationError when the team no longer serves the product"""
    if not given.get("team"):
        return None
    found = teams_of(product).filter(slug=given["team"]).first()
    if found is None:
        raise ValidationError(_("No team %(team)s serves this product.") % {"team": given["team"]})
    return found


def apply_estimate(product: Product, given: dict[str, Any], by) -> None:
    estimate_from_text(item_of(product, given["item"]), by=by, text=given["text"])


def apply_start(product: Product, given: dict[str, Any], by) -> None:
    fields = {"not_before": given.get("not_before"), "pinned": given.get("pinned", False)}
    edit_item(item_of(product, given["item"]), by=by, version=None, **fields)


def apply_target(product: Product, given: dict[str, Any], by) -> None:
    item = item_of(product, given["item"])
    edit_item(item, by=by, version=None, target_date=given.get("target"))


def apply_rank(product: Product, given: dict[str, Any], by) -> None:
    before = item_of(product, given["before"]) if given.get("before") else None
    rank_item(item_of(product, given["item"]), by=by, before=before)


def apply_order(product: Product, given: dict[str, Any], by) -> None:
    order_items(product, by=by, keys=given["items"])


def apply_team(product: Product, given: dict[str, Any], by) -> None:
    team = team_of(product, given)
    crew = given.get("crew") or 1
    edit_item(item_of(product, given["item"]), by=by, version=None, team=team, crew=crew)


def apply_teams(product: Product, given: dict[str, Any], by) -> None:
    try:
        said = parts_from_text(given["parts"])
    except ValueError as refusal:
        raise ValidationError(str(refusal)) from refusal
    parts = []
    for slug, days, crew in said:
        team = team_of(product, {"team": slug})
        assert team is not None  # a name that is given is found, or refused
        parts.append(Part(team, days, crew))
    share_item(item_of(product, given["item"]), by=by, parts=parts)


def apply_drop(product: Product, given: dict[str, Any], by) -> None:
    move_item(item_of(product, given["item"]), by=by, state=Item.State.DROPPED)


def apply_add(product: Product, given: dict[str, Any], by) -> None:
    team = team_of(product, given)
    objective = Objective.objects.filter(product=product, pk=given.get("objective") or 0).first()
    item = plan_item(
        product,
        by=by,
        title=given["title"],
        estimate=given["text"],
        teams=[team] if team else [],
        objective=objective,
        crew=given.get("crew") or 1,
    )
    if given.get("before"):
        rank_item(item, by=by, before=item_of(product, given["before"]))


def apply_link(product: Product, given: dict[str, Any], by) -> None:
    first, second = item_of(product, given["predecessor"]), item_of(product, given["successor"])
    kind, lag = given.get("kind") or ItemLink.Kind.FS, given.get("lag_days") or 0
    link_items(first, second, by=by, kind=kind, lag_days=lag)


def apply_unlink(product: Product, given: dict[str, Any], by) -> None:
    for link in links_of(product, given).select_related("predecessor", "successor"):
        unlink_items(link, by=by)


APPLY: dict[str, Callable[[Product, dict[str, Any], Any], None]] = {
    "estimate": apply_estimate,
    "start": apply_start,
    "target": apply_target,
    "rank": apply_rank,
    "order": apply_order,
    "team": apply_team,
    "teams": apply_teams,
    "drop": apply_drop,
    "add": apply_add,
    "link": apply_link,
    "unlink": apply_unlink,
}
