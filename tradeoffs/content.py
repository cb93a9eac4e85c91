"""All that a reviewer judges of a decision, as plain values: its text, matrix and weights."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import models
from django.db.models import Prefetch, prefetch_related_objects

from tradeoffs import matrix, queries
from tradeoffs.models import Decision, ReviewPlan, Supersession, Version

TEXT = (
    "title", "situation", "concern", "context", "constraints", "reasons", "consequences",
    "confirmation",
)  # fmt: skip
FRAME = ("undoing", "reach", "tier")
BOOKKEEPING = {
    "version", "created_at", "updated_at", "decision", "option", "criterion", "by", "position",
    "valued_at",
}  # fmt: skip
"""Columns that say nothing which somebody could approve."""


@dataclass(frozen=True)
class Now:
    """What a decision says at one moment, read once: as values, as one text, and as its mark."""

    value: dict[str, Any]

    @cached_property
    def body(self) -> str:
        return canonical(self.value)

    @cached_property
    def mark(self) -> str:
        return digest(self.body)


def now(decision: Decision) -> Now:
    return Now(of(decision))


def of_several(decisions: Sequence[Decision]) -> dict[int, Now]:
    """What each says now, by id, in a fixed number of queries. As `read_along` where several."""
    if len(decisions) > 1:
        read_along(decisions)
    return {decision.pk: now(decision) for decision in decisions}


def read_along(decisions: Sequence[Decision]) -> None:
    """Let rows that the caller holds bring along all that `of` needs, in a fixed number of queries.

    What they bring is of this moment: only for rows of which nothing is changed meanwhile.
    """
    older = Supersession.objects.select_related("old")
    parts = ("options__scores", "criteria", "effects", "predictions", Prefetch("replaces", older))
    prefetch_related_objects(
        decisions, *parts, "review_plan", "chosen", queries.with_shown_rounds()
    )


def of(decision: Decision) -> dict[str, Any]:
    """The content as JSON keeps it.

    returns: text, chosen (a name or None), options and criteria (each with its id, in order) and
             cells ("option/criterion" to its values); columns added later come along by themselves;
             frame (the tier and what it follows from), replaces (keys of what acceptance closes)
             and asked (who has to approve); only where there are any: follows (consequences and
             predictions as text), together (cells that the answer takes from a blind round)
    """
    options, criteria = list(decision.options.all()), list(decision.criteria.all())
    prefetch_related_objects(options, "scores")
    cells = {
        f"{score.option_id}/{score.criterion_id}": row_of(score, "id")
        for option in options
        for score in option.scores.all()
    }
    follows, together = dict(what_follows(decision)), scored_together(decision)
    return {
        **({"follows": follows} if follows else {}),
        **({"together": together} if together else {}),
        "text": {name: getattr(decision, name) for name in TEXT},
        "frame": {name: getattr(decision, name) for name in FRAME},
        "replaces": dict.fromkeys(replaced(decision), True),
        "asked": who_approves(decision),
        "chosen": decision.chosen.name if decision.chosen else None,
        "options": [row_of(option) for option in options],
        "criteria": [row_of(criterion) for criterion in criteria],
        "cells": dict(sorted(cells.items())),
    }


def scored_together(decision: Decision) -> dict[str, dict[str, Any]]:
    """Cells that the answer takes from what several people scored unseen, once that is shown.

    As the one matrix has them; `cells` keeps what the matrix itself says.
    """
    shown = matrix.shown_round(decision)
    if shown is None:
        return {}
    grid = matrix.whole(decision)
    found: dict[str, dict[str, Any]] = {}
    for i, option in enumerate(grid.options):
        for j, criterion in enumerate(grid.criteria):
            many, taken = len(grid.said_together(option, criterion)), grid.taken(i, j)
            if many and taken is not None:
                place = f"{option.pk}/{criterion.pk}"
                found[place] = {"p10": taken.p10, "p50": taken.p50, "p90": taken.p90,
                                "scorers": many}  # fmt: skip
    return found


def replaced(decision: Decision) -> list[str]:
    """Keys of what this one replaces: acceptance closes them, so they are judged with it."""
    if "replaces" in getattr(decision, "_prefetched_objects_cache", {}):
        return sorted(row.old.key for row in decision.replaces.all())
    return sorted(decision.replaces.values_list("old__key", flat=True))


def plan_of(decision: Decision) -> ReviewPlan | None:
    """The rule that somebody chose; read anew unless it was read with the decision."""
    field: Any = Decision._meta.get_field("review_plan")
    if field.is_cached(decision):
        kept: ReviewPlan | None = field.get_cached_value(decision)
        return kept
    return ReviewPlan.objects.filter(decision=decision).first()


def who_approves(decision: Decision) -> dict[str, Any]:
    """The approver and the rule, by ids: an approval counts under the rule that it was given."""
    plan = plan_of(decision) or ReviewPlan()
    return {
        "approver": decision.approver_id,
        "rule": str(plan.rule),
        "needed": plan.needed,
        "team": plan.team_id,
    }


def what_follows(decision: Decision) -> Iterator[tuple[str, str]]:
    """Consequences and predictions as they were judged, without what came of them since."""
    for row in by_age(row for row in decision.effects.all() if not row.found_later):
        touched = ", ".join(part for part in (row.kind, row.severity, row.quality) if part)
        yield f"effect/{row.pk}", f"{row.text} ({touched})"
    for said in by_age(decision.predictions.all()):
        how = f"{said.p10}..{said.p50}..{said.p90} {said.unit}".strip()
        how = how if said.chance is None else f"{said.chance:.3f}"
        yield f"prediction/{said.pk}", f"{said.text}: {how}, {said.due_on}"


def by_age[Row: models.Model](rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: row.pk)


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
    said = now(decision)
    last = decision.versions.first()
    if last is not None and last.digest == said.mark:
        return last
    return Version.objects.create(
        decision=decision, number=decision.version, by=by, why=why, body=said.body,
        digest=said.mark,
    )  # fmt: skip


def read(version: Version) -> dict[str, Any]:
    return json.loads(version.body)
