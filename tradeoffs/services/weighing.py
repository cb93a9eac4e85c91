"""Weighing: options, criteria, weights and scores of an open decision.

Every change counts as a new version of the decision. Cells and weights carry versions of their
own, so that two people who score different cells do not stand in each other's way.
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from tpm import history
from tpm.editing import EditConflict
from tpm.revisions import enqueue
from tradeoffs import blind, unseen
from tradeoffs.maths import ranges, weighing
from tradeoffs.models import Ballot, Criterion, Decision, Option, Score
from tradeoffs.services.holding import hold
from tradeoffs.services.holding import touch as bump

SCALE = ("worst", "best", "unit", "points")
"""What the numbers of a ballot are read by."""
IN_ROUND = (
    "People scored these options and criteria unseen, on these scales: neither is taken out, and "
    "no scale changes, once a round was opened."
)
RUNNING = "People score this matrix unseen until {day}: nothing joins it before the round is shown."
BOUND = "This cell shows a published number: unbind it to type another."


def touch(decision: Decision, held: Decision | None = None, *, times: int = 1) -> None:
    """Count a change of the matrix as a new version, and have its draws made anew."""
    bump(decision, held, times=times)
    enqueue("tradeoffs.refresh_robustness", decision.pk)


def refuse_in_round(decision: Decision) -> None:
    """raises: ValidationError once there are ballots, whose numbers would come to mean another"""
    if Ballot.objects.filter(round__decision=decision).exists():
        raise ValidationError(IN_ROUND)


def refuse_while_scored(decision: Decision) -> None:
    """raises: ValidationError while a round runs: who has handed in would never score the new"""
    row = blind.running(decision, timezone.localdate())
    if row is not None:
        raise ValidationError(RUNNING.format(day=f"{row.due_on:%-d %B %Y}"))


@transaction.atomic
def add_option(decision: Decision, *, by, name: str, description: str = "") -> Option:
    """Add one answer. raises: ValidationError when the name is taken"""
    refuse_while_scored(hold(decision))
    option = Option(
        decision=decision,
        name=name.strip(),
        description=description,
        position=next_position(decision.options),
    )
    option.full_clean()
    option.save()
    touch(decision)
    history.record(decision, by=by, action="added an option", changes={"option": (None, name)})
    return option


@transaction.atomic
def edit_option(option: Option, *, by, version: int | None, fields: Mapping[str, Any]) -> list[str]:
    """Rename or describe an option. raises: EditConflict when it moved on"""
    held = hold(option.decision)
    return edit_part(option, held, by=by, version=version, fields=fields)


@transaction.atomic
def remove_option(option: Option, *, by, version: int | None = None) -> None:
    """Take an option out with its scores, which history keeps.

    version: of the option, as it was read. raises: EditConflict when it moved on
    """
    decision = hold(option.decision)
    refuse_older(option, version)
    refuse_in_round(decision)
    if decision.chosen_id == option.pk:
        raise ValidationError(f"{option.name} is proposed: propose another option first.")
    keep_cells(decision, option, by=by)
    option.delete()
    touch(decision)
    change = {"option": (option.name, None)}
    history.record(decision, by=by, action="removed an option", changes=change)


@transaction.atomic
def add_criterion(decision: Decision, *, by, name: str, **fields: Any) -> Criterion:
    """Add a criterion with an equal part of the weight; the others keep their proportions."""
    refuse_while_scored(hold(decision))
    others = list(decision.criteria.select_for_update())
    share = 1 / (len(others) + 1)
    criterion = Criterion(
        decision=decision,
        name=name.strip(),
        weight=share,
        position=next_position(decision.criteria),
        **fields,
    )
    criterion.full_clean()
    scale_to(others, 1 - share)
    criterion.save()
    touch(decision)
    change = {"criterion": (None, f"{name}, {share:.1%}")}
    history.record(decision, by=by, action="added a criterion", changes=change)
    return criterion


@transaction.atomic
def edit_criterion(
    criterion: Criterion, *, by, version: int | None, fields: Mapping[str, Any]
) -> list[str]:
    """Change a scale.

    raises: EditConflict when it moved on; ValidationError if scores leave it, or ballots hold it
    """
    held = hold(criterion.decision)
    before = scale_kept(Criterion.objects.get(pk=criterion.pk))
    changed = edit_part(criterion, held, by=by, version=version, fields=fields)
    if scale_kept(criterion) != before:
        refuse_in_round(held)
    for score in criterion.scores.all() if "unit" in changed else ():
        score.full_clean()
    return changed


def scale_kept(criterion: Criterion) -> list[Any]:
    """The scale as the numbers are read by it; no value points are none, however they are said."""
    return [getattr(criterion, name) or None for name in SCALE]


@transaction.atomic
def edit_criteria(
    decision: Decision, *, by, changes: Sequence[tuple[Criterion, Mapping[str, Any]]]
) -> None:
    """Change the scales of several criteria that nothing is scored on yet, each with its history.

    raises: ValidationError when a constraint is broken, or something is scored already
    """
    held = hold(decision)
    if Score.objects.filter(criterion__in=[criterion for criterion, _ in changes]).exists():
        raise ValidationError("Change the scales one by one once something is scored.")
    moved, lines = [], []
    for criterion, fields in changes:
        changed = {name: (getattr(criterion, name), value) for name, value in fields.items()
                   if getattr(criterion, name) != value}  # fmt: skip
        if not changed:
            continue
        for name, value in fields.items():
            setattr(criterion, name, value)
        criterion.version += 1
        criterion.updated_at = timezone.now()
        criterion.full_clean()
        moved.append(criterion)
        action = f"edited {criterion}"[:60]
        lines.append(history.line(held, by=by, action=action, changes=changed))
    if moved:
        if any(name in SCALE for line in lines for name in line.fields):
            refuse_in_round(held)
        names = {name for _, fields in changes for name in fields}
        Criterion.objects.bulk_update(moved, [*names, "version", "updated_at"])
        touch(decision, held, times=len(moved))
        history.write(lines)


@transaction.atomic
def remove_criterion(criterion: Criterion, *, by, version: int | None = None) -> None:
    """Take a criterion out with its scores; the others keep their proportions.

    version: of the criterion, as it was read. raises: EditConflict when it moved on
    """
    decision = hold(criterion.decision)
    refuse_older(criterion, version)
    refuse_in_round(decision)
    keep_cells(decision, criterion, by=by)
    criterion.delete()
    scale_to(list(decision.criteria.select_for_update()), 1)
    touch(decision)
    change = {"criterion": (f"{criterion.name}, {criterion.weight:.1%}", None)}
    history.record(decision, by=by, action="removed a criterion", changes=change)


@transaction.atomic
def set_weights(
    decision: Decision,
    *,
    by,
    weights: Mapping[int, float],
    version: int | None,
) -> list[float]:
    """Weigh all criteria; any points will do, they are scaled to add to 100 %.

    weights: criterion id to points, one for each criterion of the decision
    version: `weights_version` as it was read; it grows with every change of a criterion
    returns: the shares, in the order of the criteria
    raises:  EditConflict when a criterion moved on; ValidationError when all are zero
    """
    held = hold(decision)
    criteria = list(decision.criteria.select_for_update())
    if set(weights) != {criterion.pk for criterion in criteria}:
        raise ValidationError("Give one weight for each criterion of this decision.")
    try:
        shares = weighing.normalise([weights[criterion.pk] for criterion in criteria])
    except ValueError as error:
        raise ValidationError(f"{str(error).capitalize()}.") from error
    now = weights_version(criteria)
    changes, moved = {}, []
    for criterion, share in zip(criteria, shares, strict=True):
        if version is not None and version != now and criterion.weight != share:
            conflict = EditConflict(criterion, {"weight": share})
            conflict.instance.version = now
            raise conflict
        if abs(criterion.weight - share) > weighing.TIE:
            changes[criterion.name] = (f"{criterion.weight:.1%}", f"{share:.1%}")
            criterion.weight = share
            criterion.version += 1
            criterion.updated_at = timezone.now()
            moved.append(criterion)
    if changes:
        Criterion.objects.bulk_update(moved, ["weight", "version", "updated_at"])
        touch(decision, held)
        history.record(held, by=by, action="weighed the criteria", changes=changes)
    return list(shares)


def weights_version(criteria: Iterable[Criterion]) -> int:
    """One number for all criteria, which grows with every change of one."""
    return sum(criterion.version for criterion in criteria)


@transaction.atomic
def score_cell(
    option: Option,
    criterion: Criterion,
    *,
    by,
    version: int | None,
    p50: float,
    p10: float | None = None,
    p90: float | None = None,
    note: str = "",
    evidence: str | None = None,
    evidence_on: datetime.date | None = None,
) -> Score:
    """Say what an option reaches on a criterion.

    version:  that of the score that was read, 0 where the cell was empty
    evidence: an address or another reference; None leaves what is there, with its day
    raises:   EditConflict when somebody scored it meanwhile; ValidationError off the scale, or
              when the cell is bound
    """
    decision = hold(option.decision)
    unseen.refuse(decision, by)
    mine: dict[str, Any] = {"p10": p10, "p50": p50, "p90": p90, "note": note}
    if evidence is not None:
        mine |= {"evidence": evidence, "evidence_on": evidence_on if evidence else None}
    score = cell(option, criterion, version, mine)
    if score.is_bound and (p10, p50, p90) != (score.p10, score.p50, score.p90):
        raise ValidationError(BOUND)
    before = said(score) if score.pk else None
    if score.pk and all(getattr(score, name) == value for name, value in mine.items()):
        return score
    score.put_number(p10, p50, p90)
    for name, value in mine.items():
        setattr(score, name, value)
    score.by = by
    score.version += 1
    score.full_clean()
    score.save()
    touch(decision)
    change = {f"{option.name}, {criterion.name}": (before, said(score))}
    history.record(decision, by=by, action="scored", changes=change)
    return score


@transaction.atomic
def clear_cell(option: Option, criterion: Criterion, *, by, version: int | None) -> None:
    """Make a cell not scored again, which is not zero."""
    decision = hold(option.decision)
    unseen.refuse(decision, by)
    score = cell(option, criterion, version, {"p50": None})
    if score.pk is None:
        return
    if score.is_bound:
        raise ValidationError(BOUND)
    before = said(score)
    score.delete()
    touch(decision)
    change = {f"{option.name}, {criterion.name}": (before, None)}
    history.record(decision, by=by, action="cleared a score", changes=change)


def cell(
    option: Option, criterion: Criterion, version: int | None, mine: Mapping[str, Any]
) -> Score:
    """The stored score, or an unsaved one. raises: EditConflict when it is not the one read"""
    score = (
        Score.objects.select_for_update(of=("self",))
        .filter(option=option, criterion=criterion)
        .first()
    )
    found = score or Score(option=option, criterion=criterion, version=0)
    if version is not None and version != (score.version if score else 0):
        raise EditConflict(found, mine)
    return found


def said(score: Score) -> str:
    """A score as history keeps it."""
    text = ranges.show(score.p10, score.p50, score.p90).replace("..", "–")
    unit = f" {score.criterion.unit}" if score.criterion.unit else ""
    return "; ".join(filter(None, [text + unit, score.note, score.evidence]))


def edit_part(
    part: Option | Criterion, held: Decision, *, by, version: int | None,
    fields: Mapping[str, Any],
) -> list[str]:  # fmt: skip
    """Change one option or criterion; the history stands on its decision, which is held."""
    locked = type(part)._default_manager.select_for_update(of=("self",)).get(pk=part.pk)
    changed = {
        name: (getattr(locked, name), value)
        for name, value in fields.items()
        if getattr(locked, name) != value
    }
    if not changed:
        return []
    if version is not None and version != locked.version:
        raise EditConflict(locked, fields)
    for name, value in fields.items():
        setattr(locked, name, value)
        setattr(part, name, value)
    locked.version += 1
    part.version = locked.version
    locked.full_clean()
    locked.save()
    touch(part.decision, held)
    action = f"edited {locked}"[:60]
    history.record(held, by=by, action=action, changes=changed)
    return list(changed)


def refuse_older(part: Option | Criterion, version: int | None) -> None:
    """raises: EditConflict when an option or criterion is not the one that was read"""
    locked = type(part)._default_manager.select_for_update(of=("self",)).get(pk=part.pk)
    if version is not None and version != locked.version:
        raise EditConflict(locked, {})


def keep_cells(decision: Decision, part: Option | Criterion, *, by) -> None:
    """Note what the cells said that go with an option or a criterion.

    As a line of its own, which is hidden from whoever may not see cells.
    """
    rows = part.scores.select_related("option", "criterion")
    gone = {f"{score.option.name}, {score.criterion.name}": (said(score), None) for score in rows}
    if gone:
        history.record(decision, by=by, action="cleared a score", changes=gone)


def next_position(rows) -> int:
    last = rows.aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1


def scale_to(criteria: list[Criterion], whole: float) -> None:
    """Scale weights to add to the whole, in proportion; equal where they all weigh nothing."""
    total = sum(criterion.weight for criterion in criteria)
    for criterion in criteria:
        share = criterion.weight / total if total else 1 / len(criteria)
        criterion.weight = min(1.0, share * whole)
        criterion.version += 1
        criterion.save()
