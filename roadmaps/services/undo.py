"""How what was done to a plan is taken back, and done again: always a new change forward."""

import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from roadmaps.models import Estimate, Item, ItemLink, ItemMove, Objective, Scenario
from roadmaps.services.capacity import put_effect
from roadmaps.services.checks import refuse_while_open
from roadmaps.services.estimates import estimate_item, put_actual, took_of
from roadmaps.services.items import check_belongs
from roadmaps.services.links import link_items, refuse_loop, unlink_items
from roadmaps.services.teams import put_back
from tpm import operations, revisions
from tpm.editing import edit
from tpm.operations import Refused, Step


def put_item(step: Step, *, by, back: bool) -> None:
    """Give an item's fields their values of before, or the new ones again."""
    item, fields = operations.values_to_set(step, back=back)
    assert isinstance(item, Item)
    try:
        if fields.get("state") == Item.State.DONE:
            refuse_while_open(item)
        changed = edit(item, by=by, version=None, fields=fields, action=word(back))
        check_belongs(item, changed)
        if "parent" in changed:
            refuse_loop(item.product_id)
    except ValidationError as error:
        raise Refused(" ".join(error.messages)) from None
    if "state" in changed:
        ItemMove.objects.create(item=item, state=item.state, on=timezone.localdate(), by=by)
    revisions.bump(item.product_id)


def put_created(step: Step, *, by, back: bool) -> None:
    """Nothing that was in a plan is ever deleted: a new item is dropped, and brought back."""
    fields = {
        "state": [Item.State.DROPPED, step["state"]],
        "finished_on": [None, step["finished_on"]],
    }
    put_item({"kind": "roadmaps.item", "id": step["id"], "fields": fields}, by=by, back=back)


def put_objective(step: Step, *, by, back: bool) -> None:
    objective, fields = operations.values_to_set(step, back=back)
    assert isinstance(objective, Objective)
    try:
        edit(objective, by=by, version=None, fields=fields, action=word(back))
    except ValidationError as error:
        raise Refused(" ".join(error.messages)) from None
    revisions.bump(objective.product_id)


def put_link(step: Step, *, by, there: bool) -> None:
    """Make a link as it was, or take it away. raises: Refused when it is as asked already"""
    ends = Item.objects.in_bulk([step["predecessor"], step["successor"]])
    if len(ends) < 2:
        raise Refused(_("One end of the link is gone."))
    predecessor, successor = ends[step["predecessor"]], ends[step["successor"]]
    same = ItemLink.objects.filter(predecessor=predecessor, successor=successor, kind=step["link"])
    if same.exists() == there:
        words = {"first": predecessor.key, "second": successor.key}
        if there:
            raise Refused(_("%(second)s waits for %(first)s again already.") % words)
        raise Refused(_("%(second)s no longer waits for %(first)s.") % words)
    if not there:
        unlink_items(same.select_related("predecessor", "successor").get(), by=by)
        return
    try:
        link_items(predecessor, successor, by=by, kind=step["link"], lag_days=step["lag_days"])
    except ValidationError as error:
        raise Refused(" ".join(error.messages)) from None


def put_estimate(step: Step, *, by, back: bool) -> None:
    """Estimates are append-only: the range of before is added anew."""
    here, there = (step["new"], step["old"]) if back else (step["old"], step["new"])
    item = Item.objects.filter(pk=step["id"]).first()
    if item is None:
        raise Refused(_("The item is gone."))
    if there is None:
        raise Refused(_("A first estimate stays: no record of one is ever removed."))
    newest: Estimate | None = item.estimates.first()
    if range_of(newest) != here:
        raise Refused(_("%(key)s was estimated since.") % {"key": item.key})
    p10, p50, p90, one_number = there
    estimate_item(
        item, by=by, p10_days=p10, p50_days=p50, p90_days=p90, one_number=one_number
    )  # fmt: skip


def put_took(step: Step, *, by, back: bool) -> None:
    """What it took when it was done goes with that, and comes back with it."""
    here, there = (step["new"], step["old"]) if back else (step["old"], step["new"])
    item = Item.objects.filter(pk=step["id"]).first()
    if item is None:
        raise Refused(_("The item is gone."))
    if took_of(item) != here:
        raise Refused(_("What %(key)s took was said anew since.") % {"key": item.key})
    put_actual(item, by=by, took=there, action=word(back))


def put_teams(step: Step, *, by, back: bool) -> None:
    """Give an item the teams of before, or those after again."""
    here, there = (step["new"], step["old"]) if back else (step["old"], step["new"])
    item = Item.objects.filter(pk=step["id"]).first()
    if item is None:
        raise Refused(_("The item is gone."))
    try:
        put_back(item, by=by, here=here, there=there, action=word(back))
    except ValidationError as error:
        raise Refused(" ".join(error.messages)) from None


def put_applied(step: Step, *, at: datetime.datetime | None) -> None:
    """A scenario whose changes are taken back can be changed and applied again."""
    Scenario.objects.filter(pk=step["id"]).update(applied_at=at)


def range_of(estimate: Estimate | None) -> list[Any] | None:
    """An estimate as a step keeps it."""
    if estimate is None:
        return None
    return [estimate.p10_days, estimate.p50_days, estimate.p90_days, estimate.one_number]


def word(back: bool) -> str:
    return "undone" if back else "redone"


operations.register(
    "roadmaps.item",
    undo=lambda step, by: put_item(step, by=by, back=True),
    redo=lambda step, by: put_item(step, by=by, back=False),
)
operations.register(
    "created",
    undo=lambda step, by: put_created(step, by=by, back=True),
    redo=lambda step, by: put_created(step, by=by, back=False),
)
operations.register(
    "roadmaps.objective",
    undo=lambda step, by: put_objective(step, by=by, back=True),
    redo=lambda step, by: put_objective(step, by=by, back=False),
)
operations.register(
    "linked",
    undo=lambda step, by: put_link(step, by=by, there=False),
    redo=lambda step, by: put_link(step, by=by, there=True),
)
operations.register(
    "unlinked",
    undo=lambda step, by: put_link(step, by=by, there=True),
    redo=lambda step, by: put_link(step, by=by, there=False),
)
operations.register(
    "shared",
    undo=lambda step, by: put_teams(step, by=by, back=True),
    redo=lambda step, by: put_teams(step, by=by, back=False),
)
operations.register(
    "capacity",
    undo=lambda step, by: put_effect(step, by=by, there=not step["there"]),
    redo=lambda step, by: put_effect(step, by=by, there=step["there"]),
)
operations.register(
    "applied",
    undo=lambda step, by: put_applied(step, at=None),
    redo=lambda step, by: put_applied(step, at=timezone.now()),
)
operations.register(
    "took",
    undo=lambda step, by: put_took(step, by=by, back=True),
    redo=lambda step, by: put_took(step, by=by, back=False),
)
operations.register(
    "estimated",
    undo=lambda step, by: put_estimate(step, by=by, back=True),
    redo=lambda step, by: put_estimate(step, by=by, back=False),
)
