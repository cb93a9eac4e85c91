"""Binding: cells that show a number which another app publishes, and follow it."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from tpm import history
from tpm.models import Figure
from tradeoffs import bindings, unseen
from tradeoffs.maths import ranges
from tradeoffs.models import Criterion, Decision, Option, Score
from tradeoffs.services.holding import hold
from tradeoffs.services.weighing import cell, clear_cell, said, score_cell, touch

GONE = "This number is no longer published: choose another, or type a value."


@transaction.atomic
def bind_cell(option: Option, criterion: Criterion, *, by, version: int | None, code: str) -> Score:
    """Let a cell show a published number from now on.

    code:   of one of `bindings.offered` to this person
    raises: ValidationError when nobody publishes it, or it does not fit the scale
    """
    decision = hold(option.decision)
    unseen.refuse(decision, by)
    if code not in {source.code for source in bindings.offered(decision, by)}:
        raise ValidationError(GONE)
    figure = bindings.named_by(code)
    score = cell(option, criterion, version, {"figure_kind": code})
    if figure is None:
        raise ValidationError(GONE)
    before = said(score) if score.pk else None
    score.figure_type, score.figure_id = figure.subject_type, figure.subject_id
    score.figure_kind, score.by = figure.kind, by
    take_reading(score, decision, figure)
    change = {f"{option.name}, {criterion.name}": (before, f"{said(score)}; bound")}
    history.record(decision, by=by, action="bound a cell", changes=change)
    return score


@transaction.atomic
def unbind_cell(option: Option, criterion: Criterion, *, by, version: int | None) -> None:
    """Let a cell keep its last value, which may be typed over again."""
    decision = hold(option.decision)
    unseen.refuse(decision, by)
    score = cell(option, criterion, version, {"figure_kind": ""})
    if score.pk is None or not score.is_bound:
        return
    score.figure_type, score.figure_id, score.figure_kind = "", None, ""
    score.valued_at = timezone.now()  # from now on somebody stands by this number
    score.version += 1
    score.full_clean()
    score.save()
    touch(decision)
    change = {f"{option.name}, {criterion.name}": ("bound", said(score))}
    history.record(decision, by=by, action="unbound a cell", changes=change)


@transaction.atomic
def say_cell(
    option: Option,
    criterion: Criterion,
    *,
    by,
    version: int,
    typed: ranges.Typed | None,
    code: str | None = None,
    **said_of_it: Any,
) -> None:
    """Bind, unbind, clear or score a cell: all that its form says, or nothing of it.

    code:       of the number that the cell shall show, "" for none, None where nobody was asked
    said_of_it: note and evidence, as `score_cell` takes them
    raises:     EditConflict and ValidationError as the single services do
    """
    unseen.refuse(hold(option.decision), by)
    score = Score.objects.filter(option=option, criterion=criterion).first()
    now = bindings.code_of_score(score) if score else ""
    if code and code != now:
        bind_cell(option, criterion, by=by, version=version, code=code)
        return
    if now and code == "":
        unbind_cell(option, criterion, by=by, version=version)
        version += 1
    if typed is None:
        clear_cell(option, criterion, by=by, version=version)
        return
    p10, p50, p90 = typed
    score_cell(option, criterion, by=by, version=version, p10=p10, p50=p50, p90=p90, **said_of_it)


def take_reading(score: Score, decision: Decision, figure: Figure) -> None:
    reading = bindings.reading_of(figure, decision.created_at.date())
    if reading is None:
        raise ValidationError(GONE)
    score.put_number(reading.low, reading.value, reading.high)
    score.read_at = reading.as_of
    score.version += 1
    score.full_clean()
    score.save()
    touch(decision)


@transaction.atomic
def read_bound_cells(decision: Decision, *, by=None) -> tuple[int, list[str]]:
    """Bring the bound cells of an open decision up to date; those that did not change stay.

    returns: how many changed, and a sentence for each cell that keeps its value because its new
             number does not fit its scale
    """
    held = Decision.objects.select_for_update(of=("self",)).get(pk=decision.pk)
    if not held.is_open:
        return 0, []
    unseen.refuse(held, by)
    changes, refused = {}, []
    rows = Score.objects.filter(option__decision=held, figure_id__isnull=False)
    for score in rows.select_related("option", "criterion"):
        figure = bindings.named_by(bindings.code_of_score(score))
        reading = figure and bindings.reading_of(figure, held.created_at.date())
        if not figure or not reading:
            continue
        if [reading.low, reading.value, reading.high] == [score.p10, score.p50, score.p90]:
            continue
        before, name = said(score), f"{score.option.name}, {score.criterion.name}"
        try:
            take_reading(score, held, figure)
        except ValidationError as error:
            refused.append(f"{name} stays at {before}: {' '.join(error.messages)}")
            continue
        changes[name] = (before, said(score))
    if changes:
        history.record(held, by=by, action="read bound cells", changes=changes)
    return len(changes), refused


def newer_numbers(decision: Decision) -> dict[int, bindings.Reading]:
    """Bound cells whose number has moved since it was taken: id of the score to what it is now."""
    found = {}
    scores = Score.objects.filter(option__decision=decision, figure_id__isnull=False)
    for score in scores:
        reading = bindings.read(score, decision)
        if reading is not None and reading.value != score.p50:
            found[score.pk] = reading
    return found
