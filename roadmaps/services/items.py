"""Making, changing and moving items."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from roadmaps.models import Actual, Item, ItemMove
from roadmaps.services.checks import hold, refuse_while_open
from roadmaps.services.estimates import derive_actual, record_actual, took_of
from roadmaps.services.links import refuse_loop
from roadmaps.services.ranks import last_rank
from roadmaps.services.teams import Part, check_parts, parts_of, share_item, store, with_team
from tpm import history, operations, revisions
from tpm.editing import edit
from tpm.keys import next_key
from tpm.models import Product


@transaction.atomic
def create_item(product: Product, *, by, title: str, **fields: Any) -> Item:
    """A new item at the end of the plan's order.

    fields: any of Item's; `components` is a list of rows, `parts` what each of several teams does
            of it, `on` the day it came into its state
    raises: ValidationError when the fields break a constraint or name another product's rows
    """
    components = fields.pop("components", [])
    parts: list[Part] = fields.pop("parts", None) or []
    if parts:
        check_parts(product, parts)
        fields |= {"team": parts[0].team, "crew": parts[0].crew}
    on = fields.pop("on", None) or timezone.localdate()
    number, key = next_key(product, "item")
    if "rank" not in fields:
        fields["rank"] = last_rank(product, by=by)
    item = Item(product=product, number=number, key=key, title=title, **fields)
    fill_dates(item, on)
    check_belongs(item)
    item.full_clean()
    item.save()
    item.components.set(components)
    if len(parts) > 1:
        store(item, parts)
    ItemMove.objects.create(item=item, state=item.state, on=on, by=by)
    history.record(item, by=by, action="created", changes={"title": (None, title)})
    operations.note(
        "created",
        id=item.pk,
        state=item.state,
        finished_on=operations.raw(item.finished_on),
    )
    revisions.bump(product.pk)
    return item


def fill_dates(item: Item, on: datetime.date) -> None:
    """An item in progress has a start, a finished one an end; when that began may be unknown."""
    if item.state == Item.State.DONE:
        item.finished_on = item.finished_on or on
    elif item.state == Item.State.IN_PROGRESS:
        item.started_on = item.started_on or on


PLACES = ("team", "objective", "parent", "helps")


def check_belongs(item: Item, names: Iterable[str] = PLACES) -> None:
    """raises: ValidationError when a row just named is of another product, or a parent its own part

    names: the fields to look at; what was stored before may have moved on since
    """
    if (
        "team" in names
        and item.team
        and not item.team.shares.filter(product_id=item.product_id).exists()
    ):
        raise ValidationError({"team": f"{item.team} does not serve {item.product}."})
    if "team" in names and item.pk and item.further_teams.exists():
        if item.team is None:
            raise ValidationError({"team": "Several teams work on it: say first which one does."})
        if item.further_teams.filter(team=item.team).exists():
            raise ValidationError({"team": f"{item.team} is among its teams already."})
    if "objective" in names and item.objective and item.objective.product_id != item.product_id:
        raise ValidationError({"objective": "This objective is of another product."})
    if "parent" in names and item.parent:
        if item.parent.product_id != item.product_id:
            raise ValidationError({"parent": "This item is of another product."})
        check_parent(item)
    if {"helps", "objective", "parent"} & set(names) and item.helps and item.objective_id:
        check_helps(item)


def check_helps(item: Item) -> None:
    """raises: ValidationError when an item would only help what the whole of it is needed for"""
    whole, seen = item.parent, {item.pk}
    while whole is not None and whole.pk not in seen:
        if whole.objective_id == item.objective_id and not whole.helps:
            raise ValidationError(
                {"helps": f"It is part of {whole.key}, which the objective needs with all parts."}
            )
        seen.add(whole.pk)
        whole = whole.parent


def check_parent(item: Item) -> None:
    """raises: ValidationError with the loop named, when an item would become part of itself"""
    parents = dict(
        Item.objects.filter(product_id=item.product_id, parent__isnull=False).values_list(
            "pk", "parent_id"
        )
    )
    chain, step = [item.pk], item.parent_id
    while step is not None:
        if step == item.pk:
            keys = dict(Item.objects.filter(pk__in=chain).values_list("pk", "key"))
            loop = " in ".join(keys[pk] for pk in [*chain, item.pk])
            raise ValidationError({"parent": f"That would be a circle: {loop}."})
        chain.append(step)
        step = parents.get(step)


@transaction.atomic
def edit_item(item: Item, *, by, version: int | None, why: str = "", **fields: Any) -> list[str]:
    """Change fields of an item other than its state.

    fields:  any of Item's, and `parts`, what each of its teams does, as for create_item
    returns: names of the fields that changed
    raises:  EditConflict when somebody saved first; ValidationError when a rule is broken
    """
    if "state" in fields:
        raise ValueError("a state changes by move_item, which dates it")
    Product.objects.select_for_update().get(pk=item.product_id)
    parts = fields.pop("parts", None)
    if parts is None:
        parts = parts_with(item, fields)
    changed = edit(item, by=by, version=version, fields=fields, why=why) if fields else []
    if changed:
        check_belongs(item, changed)
        if "parent" in changed:
            refuse_loop(item.product_id)
        revisions.bump(item.product_id)
    if parts:
        # The row is held, and its version was compared where a field of it changed.
        read = None if changed else version
        if share_item(item, by=by, parts=parts, version=read, why=why):
            changed.append("teams")
    return changed


def parts_with(item: Item, fields: dict[str, Any]) -> list[Part]:
    """What the teams of an item of several do once another one is named as the first.

    What says so is taken out of the fields: another first team is a change of the teams.
    """
    if not {"team", "crew"} & fields.keys():
        return []
    parts = parts_of(item)
    if not parts or ("team" in fields and fields["team"] is None):
        return []
    team, crew = fields.pop("team", parts[0].team), fields.pop("crew", None)
    parts = with_team(parts, team)
    return [parts[0]._replace(crew=crew), *parts[1:]] if crew else parts


@transaction.atomic
def move_item(
    item: Item,
    *,
    by,
    state: str,
    on: datetime.date | None = None,
    person_days: float | None = None,
    version: int | None = None,
    why: str = "",
) -> None:
    """Bring an item into a state, on a day; finishing it records what it took.

    person_days: the typed actual; without it, it is derived from the days in progress, where there
                 were any and nobody typed or imported what it took
    raises: ValidationError when the day lies in the future or before the start, or when the item
            is to be done while a check of it is open; EditConflict when somebody saved first
    """
    on = on or timezone.localdate()
    if on > timezone.localdate():
        raise ValidationError({"on": "That day has not come yet."})
    Product.objects.select_for_update().get(pk=item.product_id)  # the plan first, then its rows
    if state == Item.State.DONE and hold(item).state != Item.State.DONE:
        refuse_while_open(item)
    fields: dict[str, Any] = {"state": state, "finished_on": None}
    if state == Item.State.DONE:
        fields["finished_on"] = on
    elif state == Item.State.IN_PROGRESS:
        fields["started_on"] = item.started_on or on
    elif state in (Item.State.PLANNED, Item.State.IDEA):
        fields["started_on"] = None
    changed = edit(item, by=by, version=version, fields=fields, why=why, action="moved")
    if not changed:
        return
    ItemMove.objects.create(item=item, state=state, on=on, by=by)
    if state == Item.State.DONE and item.kind != Item.Kind.MILESTONE:
        if person_days is not None:
            record_actual(item, by=by, person_days=person_days)
        elif not item.children.exists() and not said_by_somebody(item):
            # Of a whole the parts were worked on, not it.
            derive_actual(item, by=by)
    revisions.bump(item.product_id)


def said_by_somebody(item: Item) -> bool:
    """Whether what an item took was typed or imported, and not taken back since."""
    took = took_of(item)
    return took is not None and took[1] != Actual.Source.DERIVED
