"""Undo and redo: what a person did to a plan, kept as steps that can be taken back as one.

Services tell of each step while an operation is being recorded; who records says what it was:

    with operations.recorded(product, by=user) as done:
        services.edit_item(item, by=user, version=3, not_before=day)
        done.words = "PAY-31 moved to 9 Mar"
"""

import datetime
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from tpm import formats, history
from tpm.models import Change, Operation, Product

KEPT = 50
"""Operations of one person in one product that can be taken back."""

FOR = datetime.timedelta(days=30)

type Step = dict[str, Any]
"""`kind` says who can take it back, the rest is that one's: plain values, as JSON keeps them."""


class Refused(Exception):
    """Why an operation stays as it is, as a sentence."""


@dataclass
class Recording:
    """What is being done.

    operation: None until it is done, and where nothing changed
    """

    words: str = ""
    steps: list[Step] = field(default_factory=list)
    operation: Operation | None = None


@dataclass(frozen=True)
class Way:
    """How steps of one kind are taken back and done again; both refuse with a sentence."""

    undo: Callable[..., None]
    redo: Callable[..., None]


_recording: ContextVar[Recording | None] = ContextVar("recording", default=None)
_ways: dict[str, Way] = {}


def register(kind: str, *, undo: Callable[..., None], redo: Callable[..., None]) -> None:
    """Say how a kind of step is undone and redone: functions of (step, by)."""
    _ways[kind] = Way(undo, redo)


@contextmanager
def recorded(
    product: Product, *, by, words: str = "", ability: str = "plan", once: UUID | None = None
) -> Iterator[Recording]:
    """Keep what the services inside do as one operation, in one transaction with it.

    Inside another recording it is a part of that one.

    ability: what whoever takes it back must be able to do (`roles.ABILITIES`)
    once:    made by the asking page, so that a request sent twice is not two operations
    """
    outer = _recording.get()
    if outer is not None:
        yield outer
        return
    recording = Recording(words)
    token = _recording.set(recording)
    try:
        with transaction.atomic():
            yield recording
            if recording.steps:
                recording.operation = keep(product, by, recording, ability, once)
    finally:
        _recording.reset(token)


def note(kind: str, **step: Any) -> None:
    """Tell the recording, where there is one, of a step that was just done."""
    recording = _recording.get()
    if recording is not None:
        recording.steps.append({"kind": kind, **step})


def holds(kind: str, pk: int) -> bool:
    """Whether what is being recorded holds such a step on a row already."""
    return any(step["kind"] == kind and step.get("id") == pk for step in noted())


def noted() -> list[Step]:
    """The steps of what is being recorded so far; empty where nothing is."""
    recording = _recording.get()
    return recording.steps if recording is not None else []


def keep(product: Product, by, recording: Recording, ability: str, once: UUID | None) -> Operation:
    """Store an operation; what was undone before it cannot be done again, and old ones go."""
    mine = Operation.objects.filter(product=product, by=by)
    at_rest = mine.filter(Q(job=None) | Q(job__ended_at__isnull=False))
    Operation.objects.filter(pk__in=at_rest.exclude(undone_at=None).values("pk")).delete()
    operation = Operation.objects.create(
        product=product,
        by=by,
        words=recording.words[:300],
        steps=recording.steps,
        ability=ability,
        once=once,
    )
    older = list(mine.values_list("pk", flat=True)[KEPT : KEPT * 2])
    if older:
        Operation.objects.filter(pk__in=at_rest.filter(pk__in=older).values("pk")).delete()
    return operation


def done_once(by, once: UUID | None) -> Operation | None:
    """What the same request did before, where it came twice."""
    return Operation.objects.filter(by=by, once=once).first() if once else None


def next_undo(product: Product, by) -> Operation | None:
    found = Operation.objects.filter(product=product, by=by, at__gte=timezone.now() - FOR)
    return found.filter(undone_at=None).first()


def next_redo(product: Product, by) -> Operation | None:
    found = Operation.objects.filter(product=product, by=by, at__gte=timezone.now() - FOR)
    return found.exclude(undone_at=None).order_by("undone_at", "pk").last()


@transaction.atomic
def undo(operation: Operation, *, by) -> None:
    """Take back all steps, or none. raises: Refused with the reason"""
    operation = locked(operation)
    refuse_undo(operation)
    with history.as_one():
        for step in reversed(operation.steps[: len(operation.steps) - operation.taken_back]):
            way_of(step).undo(step, by=by)
    operation.taken_back = len(operation.steps)
    operation.undone_at = timezone.now()
    operation.save(update_fields=["taken_back", "undone_at"])


@transaction.atomic
def redo(operation: Operation, *, by) -> None:
    """Do all steps again, or none. raises: Refused with the reason"""
    operation = locked(operation)
    refuse_redo(operation)
    with history.as_one():
        for step in operation.steps[len(operation.steps) - to_do_again(operation) :]:
            way_of(step).redo(step, by=by)
    operation.taken_back, operation.undone_at = 0, None
    operation.save(update_fields=["taken_back", "undone_at"])


def refuse_undo(operation: Operation) -> None:
    """raises: Refused where it is undone already, or a job is at it"""
    if operation.undone_at is not None:
        raise Refused(_("“%(words)s” is undone already.") % {"words": operation.words})
    refuse_while_running(operation)


def refuse_redo(operation: Operation) -> None:
    """raises: Refused where it is not undone, or a job is at it"""
    if operation.undone_at is None:
        raise Refused(_("“%(words)s” is not undone.") % {"words": operation.words})
    refuse_while_running(operation)


def refuse_while_running(operation: Operation) -> None:
    """A job adds or takes back one step after the other: half of it is nobody's wish."""
    job = operation.job
    if job is None or job.ended_at is not None:
        return
    how_far = {"title": job.title, "done": formats.number(job.done), "unit": job.unit}
    words = _(
        "“%(title)s” is still running, at %(done)s %(unit)s: wait for it, or cancel it first."
    )
    if job.total is not None:
        how_far["total"] = formats.number(job.total)
        words = _(
            "“%(title)s” is still running, at %(done)s of %(total)s %(unit)s: wait for it, or "
            "cancel it first."
        )
    raise Refused(words % how_far)


def to_do_again(operation: Operation) -> int:
    """Steps from the end that are taken back; what was undone before they were counted is all."""
    return operation.taken_back or len(operation.steps)


def way_of(step: Step) -> Way:
    try:
        return _ways[step["kind"]]
    except KeyError:
        raise Refused(_("A part of it cannot be taken back.")) from None


def locked(operation: Operation) -> Operation:
    """The operation as it is now, with its plan held: two tabs undo one after the other."""
    Product.objects.select_for_update().get(pk=operation.product_id)
    return Operation.objects.select_for_update().get(pk=operation.pk)


def step_back(step: Step, *, by) -> None:
    """Take one step back on its own. raises: Refused with the reason"""
    with transaction.atomic():
        way_of(step).undo(step, by=by)


def step_again(step: Step, *, by) -> None:
    """Do one step again on its own. raises: Refused with the reason"""
    with transaction.atomic():
        way_of(step).redo(step, by=by)


def raw(value: Any) -> Any:
    """A field's value as a step keeps it: keys of rows, ISO days."""
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, list):
        return [raw(each) for each in value]
    return value.isoformat() if isinstance(value, datetime.date) else value


def note_edit(row: models.Model, changed: Mapping[str, tuple[Any, Any]]) -> None:
    """Tell of fields that were changed, each with (old, new)."""
    note(
        history.subject_type(row),
        id=row.pk,
        fields={name: [raw(part) for part in pair] for name, pair in changed.items()},
    )


def values_to_set(step: Step, *, back: bool) -> tuple[models.Model, dict[str, Any]]:
    """The row of an edit, held, and the values that take it back or do it again.

    raises: Refused when the row is gone, or somebody changed one of these fields since
    """
    model = apps.get_model(step["kind"])
    row = model._default_manager.select_for_update().filter(pk=step["id"]).first()
    if row is None:
        raise Refused(_("What it changed is gone."))
    values = {}
    for name, (old, new) in step["fields"].items():
        here, there = (new, old) if back else (old, new)
        if kept(row, name) != here:
            raise Refused(changed_since(row, name))
        values[name] = value_of(row, name, there)
    return row, values


def kept(row: models.Model, name: str) -> Any:
    field_: Any = row._meta.get_field(name)
    if field_.many_to_many:
        return sorted(getattr(row, name).values_list("pk", flat=True))
    return raw(getattr(row, field_.attname))


def value_of(row: models.Model, name: str, value: Any) -> Any:
    """A value that a step kept, as the field takes it. raises: Refused when a row is gone"""
    field_: Any = row._meta.get_field(name)
    if field_.many_to_many:
        return list(field_.related_model._default_manager.filter(pk__in=value))
    if field_.is_relation and value is not None:
        found = field_.related_model._default_manager.filter(pk=value).first()
        if found is None:
            raise Refused(_("The %(name)s of before is gone.") % {"name": field_.verbose_name})
        return found
    return field_.to_python(value)


def changed_since(row: models.Model, name: str) -> str:
    """Who changed a field last, as the sentence that refuses."""
    found = history.changes_of(row).filter(fields__has_key=name).first()
    words = {"what": getattr(row, "key", None) or row, "field": name.replace("_", " ")}
    if found is None or found.by is None or found.door == Change.Door.TASK:
        return _("%(what)s was changed since: its %(field)s is another one now.") % words
    by = found.by.get_full_name() or found.by.get_username()
    words |= {"who": by, "when": formats.when(found.at)}
    return _("%(who)s changed the %(field)s of %(what)s since, %(when)s.") % words
