"""Optimistic edits: a write carries the version that it read, and no one's words are lost."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import FieldDoesNotExist
from django.db import models, transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from tpm import formats, history, operations
from tpm.models import Change, Versioned


class EditConflict(Exception):
    """Somebody saved another version first.

    instance: a row with a version; theirs: field name to the value now stored; mine: field name to
    the value refused
    """

    def __init__(self, instance: Any, mine: Mapping[str, Any]) -> None:
        self.instance = instance
        self.mine = {name: history.plain(as_kept(instance, name, mine[name])) for name in mine}
        self.theirs = {name: history.plain(current(instance, name)) for name in mine}
        super().__init__("Somebody changed this while you were typing.")

    def differences(self) -> list[tuple[str, Any, Any]]:
        """(field, theirs, mine) for the fields that differ."""
        return [
            (name.replace("_", " "), self.theirs[name], self.mine[name])
            for name in self.mine
            if self.theirs[name] != self.mine[name]
        ]

    def rows(self) -> list[tuple[list[str], str, str, str]]:
        """(fields, label, theirs, mine) as people read them; the three ends of a range are one."""
        found = []
        for names in self.together():
            sides = [[kept[name] for name in names] for kept in (self.theirs, self.mine)]
            if sides[0] == sides[1]:
                continue
            label = self.label_of(names)
            theirs, mine = (
                as_range(side) if len(names) > 1 else formats.shown(side[0]) for side in sides
            )
            found.append((names, label, theirs, mine))
        return found

    def together(self) -> list[list[str]]:
        """The fields, those that are the ends of one range beside each other."""
        found: dict[str, list[str]] = {}
        for name in self.mine:
            found.setdefault(END.sub("", name) if END.search(name) else name, []).append(name)
        return list(found.values())

    def label_of(self, names: list[str]) -> str:
        if len(names) > 1:
            called = getattr(self.instance, "ranges_called", {})
            start = END.sub("", names[0])
            return str(called.get(start, _("%(what)s, days") % {"what": start.replace("_", " ")}))
        try:
            field: Any = self.instance._meta.get_field(names[0])
        except FieldDoesNotExist:
            return names[0].capitalize()
        return str(getattr(field, "verbose_name", names[0])).capitalize()

    def saved_by(self, user) -> str:
        """Who saved it, and when, as far as this person may read it; empty for the worker."""
        subject = getattr(self.instance, "told_of", self.instance)
        rows = history.changes_of(subject)
        for hidden in history.COVERS:
            rows = rows.exclude(hidden(user))
        last = rows.first()
        if last is None or last.by is None or last.door == Change.Door.TASK:
            return ""
        who = last.by.get_full_name() or last.by.get_username()
        return _("%(who)s saved it, %(when)s.") % {"who": who, "when": formats.when(last.at)}


END = re.compile(r"_?p(10|50|90)_days$")


def as_range(ends: list[float | None]) -> str:
    """As one types it: `2..4..9`, or the one number that all of them are."""
    said = list(dict.fromkeys(formats.shown(end) for end in ends))
    return "..".join([formats.shown(end) for end in ends] if len(said) > 1 else said)


def as_kept(instance: models.Model, name: str, value: Any) -> Any:
    """A new value in the shape of `current`: related rows as a sorted list."""
    return sorted(value, key=lambda row: row.pk) if is_rows(instance, name) else value


def current(instance: models.Model, name: str) -> Any:
    """A field's value; of a many-to-many field the sorted list of related rows."""
    if instance._meta.get_field(name).many_to_many:
        return sorted(getattr(instance, name).all(), key=lambda row: row.pk)
    return getattr(instance, name)


@transaction.atomic
def edit[Row: Versioned](
    instance: Row,
    *,
    by,
    version: int | None,
    fields: Mapping[str, Any],
    why: str = "",
    action: str = "edited",
    tell: Callable[[Mapping[str, tuple[Any, Any]]], object] | None = None,
) -> list[str]:
    """Change fields of one row, with its history.

    version: the version the editor read; None where the caller holds the row already
    tell:    records what changed where another record's history tells it; None: the row's own
    returns: names of the fields whose value changed
    raises:  EditConflict when the row moved on; ValidationError when a constraint is broken
    """
    locked = type(instance)._default_manager.select_for_update().get(pk=instance.pk)
    changed: dict[str, tuple[Any, Any]] = {}
    for name, value in fields.items():
        old = current(locked, name)
        new = as_kept(locked, name, value)
        if old != new:
            changed[name] = (old, new)
    if not changed:
        return []
    if version is not None and version != locked.version:
        raise EditConflict(locked, fields)
    for name, (_old, new) in changed.items():
        if is_rows(locked, name):
            getattr(locked, name).set(new)
        else:
            setattr(locked, name, new)
    locked.version += 1
    locked.full_clean()
    locked.save()
    if tell is not None:
        tell(changed)
    else:
        history.record(locked, by=by, action=action, changes=changed, why=why)
    operations.note_edit(locked, changed)
    instance.__dict__.update(
        {name: value for name, value in locked.__dict__.items() if name != "_state"}
    )
    instance._state.fields_cache = dict(locked._state.fields_cache)
    return list(changed)


def is_rows(instance: models.Model, name: str) -> bool:
    return bool(instance._meta.get_field(name).many_to_many)


def conflict_response(request, conflict: EditConflict):
    """409 with theirs and mine; what was typed stays in the page that asked."""
    context = {"conflict": conflict, "product": getattr(request, "product", None)}
    return render(request, "errors/409.html", context, status=409)


def save_response(
    request, edit: Callable[..., Any], row: models.Model, fields: dict[str, Any], *,
    then: str, words: str = "Saved.",
) -> HttpResponse:  # fmt: skip
    """Edit a row as whoever asks, then say so and go on; 409 where somebody saved first.

    edit: a service (row, by=, version=, …); fields: with the version that was read
    then: the address to go on to
    """
    try:
        edit(row, by=request.user, **fields)
    except EditConflict as conflict:
        return conflict_response(request, conflict)
    messages.success(request, words)
    return redirect(then)
