"""All that a reviewer judges of a decision, as plain values: its text, matrix and weights."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.db import models

from tradeoffs.models import Decision, Version

TEXT = (
    "title", "situation", "concern", "context", "constraints", "reasons", "consequences",
    "confirmation",
)  # fmt: skip
BOOKKEEPING = {
    "version", "created_at", "updated_at", "decision", "option", "criterion", "by", "position",
}  # fmt: skip
"""Columns that say nothing which somebody could approve."""


def of(decision: Decision) -> dict[str, Any]:
    """The content as JSON keeps it.

    returns: text, chosen (a name or None), options and criteria (each with its id, in order) and
             cells ("option/criterion" to its values); columns added later come along by themselves
    """
    options, criteria = list(decision.options.all()), list(decision.criteria.all())
    cells = {
        f"{score.option_id}/{score.criterion_id}": row_of(score, "id")
        for option in options
        for score in option.scores.all()
    }
    return {
        "text": {name: getattr(decision, name) for name in TEXT},
        "chosen": decision.chosen.name if decision.chosen else None,
        "options": [row_of(option) for option in options],
        "criteria": [row_of(criterion) for criterion in criteria],
        "cells": dict(sorted(cells.items())),
    }


def row_of(row: models.Model, *without: str) -> dict[str, Any]:
    """The columns of a row that mean something, by name."""
    return {
        field.name: plain(field.value_from_object(row))
        for field in row._meta.concrete_fields
        if field.name not in BOOKKEEPING and field.name not in without
    }


def plain(value: Any) -> Any:
    """A value as JSON keeps it; whole and broken numbers are written alike."""
    if value is None or isinstance(value, bool | str | float | int | list | dict):
        return value
    return str(value)


def canonical(content: Mapping[str, Any]) -> str:
    """One text for one content: sorted names, no blanks."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()


def keep(decision: Decision, *, by, why: str) -> Version:
    """The version of what is there now: the newest one where nothing has changed since."""
    body = canonical(of(decision))
    mark = digest(body)
    last = decision.versions.first()
    if last is not None and last.digest == mark:
        return last
    return Version.objects.create(
        decision=decision, number=decision.version, by=by, why=why, body=body, digest=mark
    )


def read(version: Version) -> dict[str, Any]:
    return json.loads(version.body)
