"""Triggers: what makes a decision be looked at again, and the three ways to answer."""

import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from tpm import history
from tpm.roles import components_of
from tradeoffs import bindings, following, queries_follow
from tradeoffs.models import Decision, Firing, RevisitTrigger
from tradeoffs.services.answering import answer, described
from tradeoffs.services.drafting import check_links, draft_decision
from tradeoffs.services.holding import touch

MOST = 12
Kind = RevisitTrigger.Kind
Answer = Firing.Answer
LIVES = (*Decision.OPEN, Decision.State.ACCEPTED)


@transaction.atomic
def add_trigger(decision: Decision, *, by, follows: str = "", **fields: Any) -> RevisitTrigger:
    """Say when a decision is to be looked at again; also possible once it is accepted.

    follows: code of a published number, for the kind `figure`
    raises:  ValidationError when what it waits for is missing or belongs to another product
    """
    held = Decision.objects.select_for_update(of=("self",)).get(pk=decision.pk)
    if held.state not in LIVES:
        raise ValidationError(f"{held.key} is {held.get_state_display().lower()}: nothing to ask.")
    if held.triggers.count() >= MOST:
        raise ValidationError(f"{MOST} triggers are enough: strike one first.")
    row = RevisitTrigger(decision=held, by=by, **fields)
    bind(row, by, follows)
    check(row)
    if row.owner is None:
        row.owner = held.driver
    if row.kind == Kind.SLIP:
        row.base_day = following.p85_of(row.item)
    row.full_clean()
    row.save()
    words = row.get_kind_display().lower()
    history.record(held, by=by, action="set a trigger", changes={words: (None, described(row))})
    if held.is_open:
        touch(held)
    return row


def bind(row: RevisitTrigger, by, code: str) -> None:
    if row.kind != Kind.FIGURE:
        return
    if not bindings.is_offered(row.decision, by, code):
        raise ValidationError({"follows": "Choose the number that is watched."})
    subject, pk, kind = code.split(":")
    row.figure_type, row.figure_id, row.figure_kind = subject, int(pk), kind


def check(row: RevisitTrigger) -> None:
    product = row.decision.product
    missing = {
        Kind.DATE: {} if row.on_date else {"on_date": "Choose the day."},
        Kind.FIGURE: {}
        if row.comparison and row.limit is not None
        else {"limit": "Give the limit."},
        Kind.SLIP: {}
        if row.item is not None and row.weeks
        else {"item": "Choose the item, and how many weeks it may slip."},
        Kind.END_OF_LIFE: {}
        if row.component is not None and row.on_date
        else {"component": "Choose the component, and its last day."},
        Kind.NEIGHBOUR: {} if row.neighbour is not None else {"neighbour": "Choose the decision."},
        Kind.ASSUMPTION: {} if row.text.strip() else {"text": "Say what is assumed."},
    }.get(Kind(row.kind), {})
    if missing:
        raise ValidationError(missing)
    check_links(product, people=[row.owner], items=[row.item] if row.item else [])
    if row.component and not components_of(product).filter(pk=row.component.pk).exists():
        raise ValidationError({"component": "Choose a component of this product."})
    if row.neighbour and row.neighbour.product_id != product.pk:
        raise ValidationError({"neighbour": "Choose a decision of this product."})


@transaction.atomic
def remove_trigger(row: RevisitTrigger, *, by) -> None:
    """Strike a trigger. raises: ValidationError once it has fired: that asks for an answer"""
    locked = RevisitTrigger.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if locked.firings.exists():
        raise ValidationError("It has fired: answer it. What was answered stays on the record.")
    words = locked.get_kind_display().lower()
    history.record(
        locked.decision,
        by=by,
        action="struck a trigger",
        changes={words: (described(locked), None)},
    )
    locked.delete()
    if row.decision.is_open:
        touch(row.decision)


@transaction.atomic
def declare_false(row: RevisitTrigger, *, by, why: str) -> Firing | None:
    """Say that an assumption does not hold: its decision is asked at once."""
    locked = RevisitTrigger.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if locked.kind != Kind.ASSUMPTION:
        raise ValidationError("Only an assumption proves false.")
    if locked.false_since is not None:
        raise ValidationError("It was declared false already.")
    if not why.strip():
        raise ValidationError({"why": "Say how you know."})
    locked.false_since, locked.false_why, locked.armed = timezone.now(), why, True
    locked.full_clean()
    locked.save()
    change = {locked.text: ("holds", "false")}
    history.record(
        locked.decision, by=by, action="declared an assumption false", changes=change, why=why
    )
    return fire_if_due(locked.pk, today=timezone.localdate())


@transaction.atomic
def fire_if_due(trigger_id: int, *, today: datetime.date) -> Firing | None:
    """Let a trigger go off where what it waits for is the case. Safe to run twice.

    returns: the firing that this call made
    """
    row = (
        RevisitTrigger.objects.select_for_update(of=("self",))
        .select_related("decision", "item", "component", "neighbour")
        .filter(pk=trigger_id, decision__state=Decision.State.ACCEPTED)
        .first()
    )
    if row is None or row.firings.filter(answered_at=None).exists():
        return None
    now = following.standing(row, today)
    if row.kind == Kind.SLIP and row.base_day is None:
        row.base_day = following.p85_of(row.item)
        row.save(update_fields=["base_day"])
    if not now.holds:
        if not row.armed:
            row.armed = True
            row.save(update_fields=["armed"])
        return None
    waits = row.quiet_until is not None and today < row.quiet_until
    if waits or (not row.armed and row.quiet_until is None):
        return None
    firing = Firing.objects.create(trigger=row, fired_at=timezone.now(), says=now.says[:300])
    change = {described(row): (None, now.says)}
    history.record(row.decision, by=None, action="asked to be looked at again", changes=change)
    return firing


def refuse_stranger(firing: Firing, by) -> None:
    """raises: PermissionDenied unless they may answer"""
    if queries_follow.may_answer(firing.trigger, by):
        return
    owner = firing.trigger.owner
    name = owner.name if owner is not None else "a lead"
    raise PermissionDenied(f"{name} is asked, or a lead answers.")


def held_firing(firing: Firing) -> Firing:
    locked = Firing.objects.select_for_update(of=("self",)).get(pk=firing.pk)
    if locked.answered_at is not None:
        raise ValidationError("Somebody has answered this already.")
    return locked


@transaction.atomic
def reaffirm(firing: Firing, *, by, why: str, again_on: datetime.date | None = None) -> None:
    """The decision still holds: say why, and the clock of the trigger starts anew.

    again_on: the day on which it may ask again; needed where a day made it ask. Without one a
              number has to come back below its limit first, and a slip counts from today's date
    """
    refuse_stranger(firing, by)
    locked = held_firing(firing)
    row = RevisitTrigger.objects.select_for_update(of=("self",)).get(pk=locked.trigger_id)
    if not why.strip():
        raise ValidationError({"why": "Say why it still holds."})
    if row.kind == Kind.DATE and again_on is None:
        raise ValidationError({"again_on": "Say when to ask again."})
    if again_on is not None and again_on <= timezone.localdate():
        raise ValidationError({"again_on": "Choose a day that is still to come."})
    row.armed, row.quiet_until = False, again_on
    if row.kind == Kind.DATE:
        row.on_date, row.quiet_until, row.armed = again_on, None, True
    if row.kind == Kind.SLIP:
        row.base_day, row.armed = following.p85_of(row.item), True
    row.full_clean()
    row.save()
    answer(locked, by=by, how=Answer.REAFFIRMED, why=why)


@transaction.atomic
def revise(firing: Firing, *, by) -> Decision:
    """Draft the decision that is to replace this one. The firing stays until it has."""
    refuse_stranger(firing, by)
    locked = held_firing(firing)
    if locked.successor is not None and locked.successor.state != Decision.State.REJECTED:
        raise ValidationError(f"{locked.successor.key} is drafted already.")
    old = locked.trigger.decision
    successor = draft_decision(
        old.product,
        by=by,
        title=old.title,
        options=old.options.values_list("name", flat=True),
        criteria=old.criteria.values_list("name", flat=True),
        replaces=old,
        driver=old.driver,
        situation=old.situation,
        concern=old.concern,
        context=old.context,
        constraints=old.constraints,
        tier=old.tier,
    )
    locked.successor = successor
    locked.save()
    change = {"successor": (None, successor.key)}
    history.record(old, by=by, action="is being revised", changes=change)
    return successor
