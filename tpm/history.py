"""The append-only history of every write."""

import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from uuid import UUID, uuid4

from django.apps import apps
from django.db import models
from django.utils import timezone

from tpm.models import Change, Product, Subject

_door: ContextVar[str] = ContextVar("door", default=Change.Door.COMMAND)
_held: ContextVar[list[Change] | None] = ContextVar("held", default=None)
_batch: ContextVar[UUID | None] = ContextVar("batch", default=None)


@contextmanager
def through(door: str, batch: UUID | None = None) -> Iterator[None]:
    """Say through which door (page, api, import, task, command) the writes inside come."""
    door_token, batch_token = _door.set(door), _batch.set(batch)
    try:
        yield
    finally:
        _door.reset(door_token)
        _batch.reset(batch_token)


@contextmanager
def as_one() -> Iterator[None]:
    """Inside, lines are of one batch: what they did alike is one line of the page that opens.

    Inside another batch they are of that one.
    """
    token = _batch.set(_batch.get() or uuid4())
    try:
        yield
    finally:
        _batch.reset(token)


def door() -> str:
    """The door through which writes come now."""
    return _door.get()


def subject_type(subject: models.Model) -> str:
    return subject._meta.label_lower


def plain(value: Any) -> Any:
    """A value as JSON keeps it, readable years later."""
    if isinstance(value, models.Model):
        return getattr(value, "key", None) or str(value)
    if isinstance(value, datetime.datetime | datetime.date | UUID):
        return str(value)
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    if isinstance(value, Mapping):
        return {str(name): plain(part) for name, part in value.items()}
    return value


def record(
    subject: models.Model,
    *,
    by,
    action: str,
    changes: Mapping[str, tuple | list] | None = None,
    why: str = "",
    product: Product | None = None,
) -> Change:
    """Add one line of history, in the transaction of the change itself.

    changes: field name to (old, new)
    """
    change = line(subject, by=by, action=action, changes=changes, why=why, product=product)
    held = _held.get()
    if held is None:
        change.save(force_insert=True)
    else:
        change.at = timezone.now()
        held.append(change)
    return change


@contextmanager
def written_together() -> Iterator[None]:
    """Inside, lines wait with the moment they are of, and are written at the end, in their order.

    For whoever does hundreds of things in one transaction and reads no history between them.
    """
    held: list[Change] = []
    token = _held.set(held)
    try:
        yield
        Change.objects.bulk_create(held)
    finally:
        _held.reset(token)


def line(
    subject: models.Model,
    *,
    by,
    action: str,
    changes: Mapping[str, tuple | list] | None = None,
    why: str = "",
    product: Product | None = None,
) -> Change:
    """A line of history that is not written yet, for writes of many rows at once."""
    if product is None:
        product = subject if isinstance(subject, Product) else getattr(subject, "product", None)
    return Change(
        product=product,
        subject_type=subject_type(subject),
        subject_id=subject.pk,
        subject_label=str(getattr(subject, "key", "") or subject)[:200],
        by=by if by is not None and by.is_authenticated else None,
        door=_door.get(),
        action=action,
        fields={name: plain(pair) for name, pair in (changes or {}).items()},
        why=why[:1000],
        batch=_batch.get(),
    )


def write(lines: Sequence[Change]) -> None:
    """Add many lines at once, all of this moment."""
    now = timezone.now()
    for change in lines:
        change.at = now
    held = _held.get()
    if held is None:
        Change.objects.bulk_create(lines)
    else:
        held += lines


def subject_of(row: Subject) -> models.Model:
    """The record that a comment, change or figure is about."""
    return apps.get_model(row.subject_type)._default_manager.get(pk=row.subject_id)


COVERS: list[Callable[[Any], models.Q]] = []


def cover(hidden: Callable[[Any], models.Q]) -> None:
    """Let an app say which lines a person must not read for now, whatever else they may see."""
    COVERS.append(hidden)


def changes_of(subject: models.Model) -> models.QuerySet[Change]:
    return Change.objects.filter(
        subject_type=subject_type(subject), subject_id=subject.pk
    ).select_related("by")
