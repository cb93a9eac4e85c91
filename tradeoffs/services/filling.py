"""Many cells at once: what was pasted from a spreadsheet, read from CSV or set in a quick round."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction

from tpm import history
from tpm.editing import EditConflict
from tradeoffs import unseen
from tradeoffs.maths import ranges
from tradeoffs.models import Criterion, Decision, Option, Score
from tradeoffs.services.holding import hold
from tradeoffs.services.weighing import add_criterion, add_option, said, touch

MOST_OPTIONS, MOST_CRITERIA = 200, 50


@dataclass(frozen=True, slots=True)
class Fill:
    """One cell by the names of its option and criterion; None clears it."""

    option: str
    criterion: str
    value: ranges.Typed | None
    note: str | None = None


@transaction.atomic
def fill_cells(
    decision: Decision,
    *,
    by,
    cells: Sequence[Fill],
    version: int | None,
    scales: Mapping[str, Mapping] | None = None,
) -> int:
    """Set many cells in one step. Bound cells keep their number.

    version: of the decision, as it was read
    scales:  fields of criteria that are new, by name; options that are new need only their name
    returns: how many cells changed
    raises:  EditConflict when the decision moved on; ValidationError naming the cell at fault
    """
    held = hold(decision)
    unseen.refuse(held, by)
    if version is not None and held.version != version:
        raise EditConflict(held, {})
    options, criteria = added(held, by, cells, scales or {})
    present = {
        (score.option_id, score.criterion_id): score
        for score in Score.objects.select_for_update(of=("self",))
        .filter(option__decision=held)
        .select_related("option", "criterion")
    }
    changes: dict[str, tuple[str | None, str | None]] = {}
    for one in cells:
        option, criterion = options[one.option], criteria[one.criterion]
        score = present.get((option.pk, criterion.pk))
        if score is not None and score.is_bound:
            continue
        before = said(score) if score else None
        after = put(score, option, criterion, one, by)
        if after != before:
            changes[f"{option.name}, {criterion.name}"] = (before, after)
    if changes:
        touch(held)
        history.record(held, by=by, action="filled cells", changes=changes)
    decision.refresh_from_db(fields=["version"])
    return len(changes)


def added(
    decision: Decision, by, cells: Sequence[Fill], scales: Mapping[str, Mapping]
) -> tuple[dict[str, Option], dict[str, Criterion]]:
    """Options and criteria by name; those that are new are added first."""
    options = {option.name: option for option in decision.options.all()}
    criteria = {criterion.name: criterion for criterion in decision.criteria.all()}
    for name in dict.fromkeys(one.option for one in cells):
        if name not in options:
            options[name] = add_option(decision, by=by, name=name)
    for name in dict.fromkeys(one.criterion for one in cells):
        if name not in criteria:
            criteria[name] = add_criterion(decision, by=by, name=name, **scales.get(name, {}))
    if len(options) > MOST_OPTIONS or len(criteria) > MOST_CRITERIA:
        raise ValidationError(
            f"A matrix has at most {MOST_OPTIONS} options and {MOST_CRITERIA} criteria."
        )
    return options, criteria


def put(score: Score | None, option: Option, criterion: Criterion, one: Fill, by) -> str | None:
    """Set or clear one cell. returns: what it says now"""
    if one.value is None:
        if score is not None:
            score.delete()
        return None
    row = score or Score(option=option, criterion=criterion, version=0)
    was = (row.p10, row.p50, row.p90, row.note)
    row.put_number(*one.value)
    row.note = row.note if one.note is None else one.note
    if (row.p10, row.p50, row.p90, row.note) == was and score is not None:
        return said(row)
    row.by = by
    row.version += 1
    try:
        row.full_clean()
    except ValidationError as error:
        sentence = " ".join(error.messages)
        raise ValidationError(f"{option.name}, {criterion.name}: {sentence}") from error
    row.save()
    return said(row)
