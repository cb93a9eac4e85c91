"""Predictions: made before a decision is accepted, and checked when their day has come."""

import datetime
from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from tpm import history
from tpm.editing import edit
from tradeoffs import bindings, following
from tradeoffs.maths import ranges
from tradeoffs.models import Decision, Prediction
from tradeoffs.services.holding import hold, touch

MOST = 5
GONE = "This number is no longer published: choose another, or none."
Kind = Prediction.Kind


@transaction.atomic
def add_prediction(decision: Decision, *, by, follows: str = "", **fields: Any) -> Prediction:
    """Say what will be so, before the decision is accepted.

    follows: code of a published number that answers it, as `bindings` and `following` offer them
    raises:  ValidationError when the decision has closed, has five, or the numbers are wrong
    """
    return add_predictions(decision, by=by, said_now=[{**fields, "follows": follows}])[0]


@transaction.atomic
def add_predictions(
    decision: Decision, *, by, said_now: Sequence[Mapping[str, Any]]
) -> list[Prediction]:
    """Say several things that will be so, in one step. As `add_prediction` for each."""
    held = hold(decision)
    if held.predictions.count() + len(said_now) > MOST:
        raise ValidationError(f"{MOST} predictions are enough: strike one first.")
    rows = []
    for given in said_now:
        fields = dict(given)
        follows = fields.pop("follows", "")
        row = Prediction(decision=held, by=by, created_at=timezone.now(), **fields)
        row.kind = Kind.NUMBER if row.chance is None else Kind.CHANCE
        bind(row, by, follows)
        check(row)
        row.full_clean()
        rows.append(row)
    Prediction.objects.bulk_create(rows)
    history.write([
        history.line(held, by=by, action="predicted", changes={row.text: (None, said(row))})
        for row in rows
    ])  # fmt: skip
    touch(decision, held, times=len(rows))
    return rows


@transaction.atomic
def edit_prediction(
    row: Prediction, *, by, version: int | None, follows: str, fields: Mapping[str, Any]
) -> list[str]:
    """Change a prediction of an open decision. raises: EditConflict; ValidationError if frozen"""
    hold(row.decision)
    wanted = Prediction(decision=row.decision, kind=row.kind, by=row.by, **fields)
    if follows == row.code:
        wanted.figure_type, wanted.figure_id, wanted.figure_kind = (
            row.figure_type, row.figure_id, row.figure_kind,
        )  # fmt: skip
    else:
        bind(wanted, by, follows)
    check(wanted)
    names = [*fields, "kind", "figure_type", "figure_id", "figure_kind"]
    wanted.kind = Kind.NUMBER if wanted.chance is None else Kind.CHANCE
    changed = edit(
        row, by=by, version=version, fields={name: getattr(wanted, name) for name in names},
        tell=lambda changes: history.record(
            row.decision, by=by, action="changed a prediction",
            changes={f"{row.text}: {name}": pair for name, pair in changes.items()},
        ),
    )  # fmt: skip
    if changed:
        touch(row.decision)
    return changed


@transaction.atomic
def remove_prediction(row: Prediction, *, by) -> None:
    """Strike a prediction of an open decision."""
    hold(row.decision)
    history.record(
        row.decision, by=by, action="struck a prediction", changes={row.text: (said(row), None)}
    )
    row.delete()
    touch(row.decision)


def bind(row: Prediction, by, code: str) -> None:
    if not code:
        return
    finish = {code for code, _ in following.items_to_finish(row.decision)}
    if code in finish and row.chance is None:
        raise ValidationError({"follows": "Whether an item is done answers yes or no."})
    numbers = {source.code: source.unit for source in following.offered(row.decision, by)}
    if code not in finish and code not in numbers:
        raise ValidationError({"follows": GONE})
    subject, pk, kind = code.split(":")
    row.figure_type, row.figure_id, row.figure_kind = subject, int(pk), kind
    if code in numbers and row.chance is not None and row.limit is None:
        raise ValidationError({"limit": "Say which limit the number has to keep."})
    if code in numbers:
        row.unit = numbers[code]


def check(row: Prediction) -> None:
    given = [x for x in (row.chance, row.p10, row.p50, row.p90, row.limit) if x is not None]
    if not all(isfinite(x) for x in given):
        raise ValidationError("Give numbers.")
    if row.chance is None and row.p50 is None:
        raise ValidationError("Give a chance, or a range of three numbers.")
    if row.chance is not None and row.p50 is not None:
        raise ValidationError("Give a chance or a range, not both.")
    if row.limit is not None and not row.comparison:
        raise ValidationError({"comparison": "Say whether it is at least or at most that."})


def said(row: Prediction) -> str:
    """What was predicted, in a few words."""
    if row.chance is not None:
        return f"{row.chance * 100:.0f} %"
    unit = f" {row.unit}" if row.unit else ""
    low, middle, high = (ranges.number(x or 0.0) for x in (row.p10, row.p50, row.p90))
    return f"{middle}{unit} ({low}–{high})"


def outcome_said(row: Prediction, outcome: float) -> str:
    if row.kind == Kind.CHANCE:
        return "yes" if outcome else "no"
    return f"{ranges.number(outcome)} {row.unit}".strip()


@transaction.atomic
def record_outcome(
    row: Prediction, *, by, outcome: float | None, note: str = "", version: int | None = None
) -> list[str]:
    """Say what came of a prediction; by None where its published number says so.

    raises: ValidationError before the decision was accepted, or with no number
    """
    if row.decision.is_open or row.decision.state == Decision.State.REJECTED:
        raise ValidationError("Only an accepted decision has an outcome.")
    if outcome is None or not isfinite(outcome):
        raise ValidationError({"outcome": "Say what came of it."})
    before = None if row.outcome is None else outcome_said(row, row.outcome)
    fields: dict[str, Any] = {"outcome": float(outcome), "outcome_note": note, "outcome_by": by}
    if row.outcome != float(outcome):
        fields["outcome_at"] = timezone.now()
    return edit(
        row, by=by, version=version, fields=fields,
        tell=lambda _: history.record(
            row.decision, by=by, action="checked a prediction", why=note,
            changes={row.text: (before, outcome_said(row, float(outcome)))},
        ),
    )  # fmt: skip


@transaction.atomic
def fill_prediction(prediction_id: int, *, today: datetime.date) -> bool:
    """Let a bound prediction take the outcome that its number gives it. Safe to run twice.

    returns: whether it was filled in
    """
    row = (
        Prediction.objects.select_for_update(of=("self",))
        .select_related("decision")
        .filter(pk=prediction_id, outcome=None)
        .first()
    )
    if row is None or row.decision.is_open or row.decision.state == Decision.State.REJECTED:
        return False
    outcome = following.outcome_of(row, today)
    if outcome is None:
        return False
    record_outcome(row, by=None, outcome=outcome)
    return True


def readings(rows: list[Prediction]) -> dict[int, bindings.Reading]:
    """What the numbers that predictions follow are now."""
    found = {}
    for row in rows:
        reading = following.reading_of(row)
        if reading is not None:
            found[row.pk] = reading
    return found
