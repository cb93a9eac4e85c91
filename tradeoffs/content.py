"""All that a reviewer judges of a decision, as plain values: its text, matrix and weights."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from django.db import models

from tradeoffs.models import Decision, ReviewPlan, Version

TEXT = (
    "title", "situation", "concern", "context", "constraints", "reasons", "consequences",
    "confirmation",
)  # fmt: skip
FRAME = ("undoing", "reach", "tier")
BOOKKEEPING = {
    "version", "created_at", "updated_at", "decision", "option", "criterion", "by", "position",
}  # fmt: skip
"""Columns that say nothing which somebody could approve."""


def of(decision: Decision) -> dict[str, Any]:
    """The content as JSON keeps it.

    returns: text, chosen (a name or None), options and criteria (each with its id, in order) and
             cells ("option/criterion" to its values); columns added later come along by themselves;
             frame (the tier and what it follows from), replaces (keys of what acceptance closes)
             and asked (who has to approve); follows (consequences and predictions as text) only
             where there are any
    """
    options, criteria = list(decision.options.all()), list(decision.criteria.all())
    cells = {
        f"{score.option_id}/{score.criterion_id}": row_of(score, "id")
        for option in options
        for score in option.scores.all()
    }
    follows = dict(what_follows(decision))
    return {
        **({"follows": follows} if follows else {}),
        "text": {name: getattr(decision, name) for name in TEXT},
        "frame": {name: getattr(decision, name) for name in FRAME},
        "replaces": dict.fromkeys(replaced(decision), True),
        "asked": who_approves(decision),
        "chosen": decision.chosen.name if decision.chosen else None,
        "options": [row_of(option) for option in options],
        "criteria": [row_of(criterion) for criterion in criteria],
        "cells": dict(sorted(cells.items())),
    }


def replaced(decision: Decision) -> list[str]:
    """Keys of what this one replaces: acceptance closes them, so they are judged with it."""
    return sorted(decision.replaces.values_list("old__key", flat=True))


def who_approves(decision: Decision) -> dict[str, Any]:
    """The approver and the rule, by ids: an approval counts under the rule that it was given."""
    plan = ReviewPlan.objects.filter(decision=decision).first() or ReviewPlan()
    return {
        "approver": decision.approver_id,
        "rule": str(plan.rule),
        "needed": plan.needed,
        "team": plan.team_id,
    }


def what_follows(decision: Decision) -> Iterator[tuple[str, str]]:
    """Consequences and predictions as they were judged, without what came of them since."""
    for row in decision.effects.filter(found_later=False).order_by("pk"):
        touched = ", ".join(part for part in (row.kind, row.severity, row.quality) if part)
        yield f"effect/{row.pk}", f"{row.text} ({touched})"
    for said in decision.predictions.order_by("pk"):
        how = f"{said.p10}..{said.p50}..{said.p90} {said.unit}".strip()
        how = how if said.chance is None else f"{said.chance:.3f}"
        yield f"prediction/{said.pk}", f"{said.text}: {how}, {said.due_on}"


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
