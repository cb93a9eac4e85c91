"""Linear's CSV in its 25, 30 and 34 column shapes."""

from .mapping import Cells, Words, listed, one_line, person
from .rows import ImportRow, Options
from .words import kind_of_labels


def build(cells: Cells, words: Words, options: Options) -> ImportRow:
    """Read one issue; an archived one that was never finished counts as dropped."""
    name, email = person(cells.first("owner"))
    started, completed = cells.moment("started"), cells.moment("finished")
    canceled, archived = cells.moment("canceled"), cells.moment("archived")
    hint = "dropped" if canceled else "done" if completed else "in_progress" if started else ""
    state = words.state.read(cells.first("state"), hint)
    if canceled and state != "dropped":
        state = "dropped"
    if archived and state not in ("done", "dropped"):
        state = "dropped"
    points = cells.number_in("points")
    ends = {"done": completed, "dropped": canceled or archived}
    values = listed(cells)
    row = ImportRow(
        number=cells.number,
        key=cells.first("key"),
        ids=tuple(cells.fields.get("id", ())[:1]),
        title=one_line(cells.first("title")),
        description=cells.first("description"),
        url=cells.first("url"),
        kind=kind_of_labels(values["labels"]),
        state=state,
        state_word=cells.first("state"),
        priority=words.priority.read(cells.first("priority")),
        owner_name=name,
        owner_email=email,
        team=cells.first("team"),
        estimate=points or None,
        estimate_unit="points" if points else "",
        created=cells.moment("created"),
        started=started,
        finished=ends.get(state),
        target=cells.day("due"),
        parent=cells.first("parent_key"),
        sprint=cells.first("sprint"),
        archived=archived is not None,
        extra=dict(cells.extra),
    )
    for field, value in values.items():
        setattr(row, field, value)
    return row
