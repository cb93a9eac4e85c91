"""A decision as a Markdown record (MADR 4.0, or Nygard's), for files, clipboard and keeping."""

import copy
import datetime
import json
from dataclasses import replace

from tradeoffs import frozen, matrix, record_files, unseen
from tradeoffs.frozen import lower_first
from tradeoffs.maths import ranges, statement
from tradeoffs.models import Consequence, Criterion, Decision, Involved, Option, Prediction, Section
from tradeoffs.record_people import involved_in

ACCEPTED = 'status: "accepted"'
TOLD = ("consulted:", "informed:")


def as_markdown(decision: Decision) -> str:
    """The record: what came from a file as that file, what was accepted as it was frozen then."""
    file = getattr(decision, "file", None)
    if file is not None:
        return record_files.text_of(decision, file)
    if not decision.record:
        weighed = matrix.of(decision)
        return compose(decision, weighed, status=decision.get_state_display().lower())
    status = decision.get_state_display().lower()
    if decision.state == Decision.State.SUPERSEDED:
        newer = decision.replaced_by.filter(new__state__in=["accepted", "superseded", "deprecated"])
        keys = newer.values_list("new__key", flat=True)
        status = " ".join(["superseded by", ", ".join(keys)]) if keys else status
    text = decision.record.replace(ACCEPTED, f"status: {json.dumps(status)}", 1)
    return text if decision.imported else told_now(text, decision)


def told_now(text: str, decision: Decision) -> str:
    """A frozen record with who is told by now: that may change after acceptance, as the state."""
    head, mark, rest = text.partition("\n---\n")
    if not head.startswith("---\n") or not mark:
        return text
    kept = [line for line in head.split("\n") if not line.startswith(TOLD)]
    return "\n".join([*kept, *told_lines(decision)]) + mark + rest


def as_accepted(
    decision: Decision,
    weighed: matrix.Matrix,
    *,
    chosen: Option,
    reasons: str,
    decided_at: datetime.datetime,
    decided_by,
) -> str:
    """The record that acceptance freezes: the decision as it will be, which is not saved yet.

    weighed: its matrix, with the draws of it as it is now
    """
    future = copy.copy(decision)
    future.state = Decision.State.ACCEPTED
    future.chosen, future.reasons = chosen, reasons
    future.decided_at, future.decided_by = decided_at, decided_by
    return compose(future, replace(weighed, decision=future), status="accepted")


def as_amended(decision: Decision, section: str, new: str) -> str:
    """The frozen record with another text for one section: nothing else in it moves.

    decision: as it was before
    """
    if getattr(decision, "file", None) is not None:
        return decision.record  # its export patches the file itself
    texts = {name: getattr(decision, name) for name in Section.values}
    first = opening(decision, decision.chosen) if decision.chosen else ""
    kept = frozen.Kept(decision.title, first, texts)
    try:
        return frozen.amended(decision.record, kept, section, new)
    except frozen.OtherForm:
        name = Section(section).label
        blocks = [decision.record.rstrip(), f"## Amended: {name}", new.strip() or "Struck."]
        return "\n\n".join(blocks) + "\n"


def compose(decision: Decision, weighed: matrix.Matrix, *, status: str) -> str:
    blocks = [
        front_matter(decision, status),
        f"# {decision.title}",
        statement.text(weighed.statement_runs),
        "## Context and Problem Statement",
        decision.context or f"{decision.title}.",
    ]
    if decision.constraints:
        blocks += ["### Constraints", decision.constraints]
    if weighed.criteria:
        blocks += ["## Decision Drivers", bullets(driver(c) for c in weighed.criteria)]
    blocks += ["## Considered Options", bullets(option.name for option in weighed.options)]
    blocks += ["## Decision Outcome", outcome(decision)]
    if weighed.scored or weighed.unseen:
        blocks.append(statement.text(weighed.verdict_runs))
    follows = bullets(map(consequence, decision.effects.select_related("accepted_by")))
    if decision.consequences or follows:
        blocks += ["### Consequences", decision.consequences, follows]
    said = bullets(map(prediction, decision.predictions.all()))
    if decision.confirmation or said:
        blocks += ["### Confirmation", decision.confirmation, said]
    described = [option for option in weighed.options if option.description]
    if described or weighed.criteria:
        blocks.append("## Pros and Cons of the Options")
    for option in described:
        blocks += [f"### {option.name}", option.description]
    if weighed.criteria and weighed.options:
        blocks += ["### Comparison", table(weighed)]
    blocks += ["## More Information", more(decision)]
    return "\n\n".join(block.strip() for block in blocks if block.strip()) + "\n"


def as_nygard(decision: Decision) -> str:
    """The record in the form of adr-tools: status, context, decision, consequences."""
    weighed = matrix.of(decision)
    status = as_status(decision)
    day = decision.decided_at or (None if decision.imported else decision.updated_at)
    said = [outcome(decision)]
    if weighed.options:
        said += ["Considered:", bullets(option.name for option in weighed.options)]
    if weighed.scored or weighed.unseen:
        said.append(statement.text(weighed.verdict_runs))
    if weighed.criteria and weighed.options:
        said.append(table(weighed))
    blocks = [
        f"# {decision.number}. {decision.title}",
        f"Date: {day:%Y-%m-%d}" if day else "",
        "## Status",
        status[:1].upper() + status[1:],
        "## Context",
        decision.context or f"{decision.title}.",
        decision.constraints,
        "## Decision",
        *said,
        "## Consequences",
        decision.consequences or ("" if decision.effects.exists() else "Not written down."),
        bullets(map(consequence, decision.effects.select_related("accepted_by"))),
    ]
    return "\n\n".join(block.strip() for block in blocks if block.strip()) + "\n"


def as_status(decision: Decision) -> str:
    """The state in the words of records, and by which decisions it was replaced."""
    if decision.state != Decision.State.SUPERSEDED:
        return record_files.STATUS[decision.state]
    closed = ["accepted", "superseded", "deprecated"]
    newer = decision.replaced_by.filter(new__state__in=closed)
    keys = ", ".join(newer.values_list("new__key", flat=True))
    return f"superseded by {keys}" if keys else "superseded"


def front_matter(decision: Decision, status: str) -> str:
    day = decision.decided_at or decision.updated_at
    lines = [f"status: {json.dumps(status)}"]
    if day is not None:
        lines.append(f"date: {day:%Y-%m-%d}")
    people = [str(p) for p in (decision.driver, decision.approver) if p is not None]
    if decision.decided_by is not None:
        name = str(getattr(decision.decided_by, "person", None) or decision.decided_by)
        people.append(name)
    people = list(dict.fromkeys(people))
    if people:
        lines.append(f"decision-makers: {json.dumps(', '.join(people), ensure_ascii=False)}")
    return "\n".join(["---", *lines, *told_lines(decision), "---"])


def told_lines(decision: Decision) -> list[str]:
    """Who is consulted and informed, as MADR 4 names them."""
    rows = involved_in(decision)
    found = []
    for role in Involved.Role.values:
        names = ", ".join(row.person.name for row in rows if row.role == role)
        if names:
            found.append(f"{role}: {json.dumps(names, ensure_ascii=False)}")
    return found


def driver(criterion: Criterion) -> str:
    share = statement.percent(criterion.weight)
    measure = f": {criterion.measure}" if criterion.measure else ""
    return f"{criterion.name}, {share}{measure} ({scale(criterion)})"


def scale(criterion: Criterion) -> str:
    worst, best = ranges.number(criterion.worst), ranges.number(criterion.best)
    unit = f" {criterion.unit}" if criterion.unit else ""
    must = f", must reach {ranges.number(criterion.must)}" if criterion.must is not None else ""
    return f"worst {worst}, best {best}{unit}{must}"


def outcome(decision: Decision) -> str:
    if decision.chosen is None:
        return "Nothing is chosen yet."
    because = f", because {lower_first(decision.reasons)}" if decision.reasons else "."
    return f"{opening(decision, decision.chosen)}{because}"


def opening(decision: Decision, chosen: Option) -> str:
    word = "Chosen option" if not decision.is_open else "Proposed option"
    return f'{word}: "{chosen.name}"'


def consequence(row: Consequence) -> str:
    """As MADR writes one: good or bad, because; and what is done about it."""
    text = f"{row.get_kind_display()}, because {lower_first(row.text)}"
    touched = ", ".join(part for part in (row.quality, row.get_severity_display().lower()) if part)
    text += f" ({touched})"
    if row.accepted_by is not None:
        return f"{text}; {row.accepted_by.name} accepts it: {row.accepted_why}"
    return f"{text}; became {row.handled_key}" if row.handled_key else text


def prediction(row: Prediction) -> str:
    """What will be so, how sure, and when it is checked."""
    how = f"{row.chance * 100:.0f} % likely" if row.chance is not None else ranged(row)
    return f"{row.text}: {how}, checked on {row.due_on:%Y-%m-%d}"


def ranged(row: Prediction) -> str:
    low, middle, high = (ranges.number(x or 0.0) for x in (row.p10, row.p50, row.p90))
    return f"{middle} {row.unit}".strip() + f" ({low}–{high})"


def table(weighed: matrix.Matrix) -> str:
    """The matrix with its totals; a cell without a score says so."""
    head = ["Criterion", "Weight", *(option.name for option in weighed.options)]
    rows = [head, ["---"] * len(head)]
    for j, criterion in enumerate(weighed.criteria):
        cells = [said(weighed, i, j) for i in range(len(weighed.options))]
        rows.append([criterion.name, statement.percent(criterion.weight), *cells])
    if weighed.weighed is not None and not weighed.unseen:
        totals = [total_said(total) for total in weighed.weighed.totals]
        rows.append(["Total, 0 to 1", "100 %", *totals])
    return "\n".join("| " + " | ".join(map(escaped, row)) + " |" for row in rows)


def said(weighed: matrix.Matrix, i: int, j: int) -> str:
    option, criterion = weighed.options[i], weighed.criteria[j]
    score, note = weighed.taken(i, j), weighed.note(option, criterion)
    if score is None:
        return unseen.HIDDEN if weighed.unseen else "not scored"
    unit = f" {criterion.unit}" if criterion.unit else ""
    text = f"{ranges.number(score.p50)}{unit}"
    if score.p10 is not None and score.p90 is not None:
        text += f" ({ranges.number(score.p10)}–{ranges.number(score.p90)})"
    return f"{text}: {note}" if note else text


def total_said(total) -> str:
    if not total.scored:
        return "not scored"
    between = f" ({total.low:.2f}–{total.high:.2f})"
    if total.fails:
        return f"{total.middle:.2f}{between}, out"
    return f"{total.middle:.2f}{between}"


def more(decision: Decision) -> str:
    lines = [f"Key: {decision.key}"]
    lines += [f"Shapes {item.key} {item.title}" for item in decision.items.order_by("number")]
    lines += [f"Touches {component.name}" for component in decision.components.all()]
    lines += [
        f"Replaces {row.old.key} {row.old.title}" for row in decision.replaces.select_related("old")
    ]
    return bullets(lines)


def bullets(lines) -> str:
    return "\n".join(f"* {' '.join(line.split())}" for line in lines)


def escaped(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
