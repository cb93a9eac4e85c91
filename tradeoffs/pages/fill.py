"""What filling many cells at once would do, cell by cell, before anything is written."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError

from tradeoffs.maths import ranges, tables
from tradeoffs.models import Criterion, Decision, Option, Score
from tradeoffs.services.filling import MOST_CRITERIA, MOST_OPTIONS

MOST = 200


@dataclass(frozen=True, slots=True)
class Line:
    """One cell: what it says now and would say; text where something is wrong with that."""

    option: str
    criterion: str
    before: str
    after: str
    problem: str = ""
    is_bound: bool = False

    @property
    def changes(self) -> bool:
        return not self.problem and not self.is_bound and self.before != self.after


def of(decision: Decision, found: tables.Read) -> dict:
    """The context of the preview: mistakes first, then what changes, then what stays."""
    options = {option.name: option for option in decision.options.prefetch_related("scores")}
    criteria = {criterion.name: criterion for criterion in decision.criteria.all()}
    read = [*found.wrong, *found.cells]
    new = [name for name in dict.fromkeys(one.criterion for one in read) if name not in criteria]
    problems = list(found.problems)
    for name in new:
        criterion = Criterion(decision=decision, name=name, **found.scales.get(name, {}))
        problems += [f"{name}: {sentence}" for sentence in mistakes_in(criterion)]
        criteria[name] = criterion
    lines = [line(decision, one, options.get(one.option), criteria) for one in read]
    problems += [
        f"{one.option}, {one.criterion}: {one.problem}"
        for one, cell in zip(lines, read, strict=True)
        if one.problem and not cell.problem
    ]
    lines.sort(key=lambda one: (not one.problem, not one.changes))
    new_options = sorted({one.option for one in read} - options.keys())
    if len(options) + len(new_options) > MOST_OPTIONS or len(criteria) > MOST_CRITERIA:
        problems.append(
            f"A matrix has at most {MOST_OPTIONS} options and {MOST_CRITERIA} criteria."
        )
    return {
        "looked": True,
        "problems": problems[:20],
        "lines": lines[:MOST],
        "more": max(0, len(lines) - MOST),
        "wrong": sum(bool(one.problem) for one in lines),
        "changes": sum(one.changes for one in lines),
        "same": sum(not one.changes and not one.problem for one in lines),
        "new_options": new_options,
        "new_criteria": sorted(new),
        "version": decision.version,
    }


def mistakes_in(criterion: Criterion) -> list[str]:
    try:
        criterion.full_clean()
    except ValidationError as error:
        return error.messages
    return []


def line(
    decision: Decision, one: tables.Filled, option: Option | None, criteria: dict[str, Criterion]
) -> Line:
    criterion = criteria[one.criterion]
    present = None
    if option is not None and criterion.pk is not None:
        scores = (score for score in option.scores.all() if score.criterion_id == criterion.pk)
        present = next(scores, None)
    before = ranges.show(present.p10, present.p50, present.p90) if present else ""
    bound = present is not None and present.is_bound
    if one.problem:
        return Line(one.option, one.criterion, before, one.text, one.problem, bound)
    if one.value is None:
        return Line(one.option, one.criterion, before, "", is_bound=bound)
    after = ranges.show(*one.value)
    row = Score(option=option or Option(decision=decision, name=one.option), criterion=criterion)
    row.p10, row.p50, row.p90 = one.value
    try:
        row.clean()
    except ValidationError as error:
        problem = "" if bound else " ".join(error.messages)
        return Line(one.option, one.criterion, before, after, problem, bound)
    return Line(one.option, one.criterion, before, after, is_bound=bound)
