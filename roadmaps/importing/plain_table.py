"""Any table with a column of titles: a spreadsheet, or a GitHub project view."""

from .mapping import Cells, Words, listed, one_line, person
from .rows import ImportRow, Options


def build(cells: Cells, words: Words, options: Options) -> ImportRow:
    """Read one row; without a key its address, and then its title, stands in."""
    owners = cells.all("owner") or [""]
    name, email = person(owners[0])
    title = one_line(cells.first("title"))
    state = words.state.read(cells.first("state"), "done" if cells.first("finished") else "")
    days, points = cells.number_in("days"), cells.number_in("points")
    estimate = days or points or None
    row = ImportRow(
        number=cells.number,
        key=cells.first("key", "url") or title,
        title=title,
        description=cells.first("description"),
        url=cells.first("url"),
        kind=words.kind.read(cells.first("kind")),
        kind_word=cells.first("kind"),
        state=state,
        state_word=cells.first("state"),
        priority=words.priority.read(cells.first("priority")),
        owner_name=name,
        owner_email=email,
        team=cells.first("team"),
        estimate=estimate,
        estimate_unit=("person-days" if days else "points") if estimate else "",
        created=cells.moment("created"),
        started=cells.moment("started"),
        finished=cells.moment("finished") if state in ("done", "dropped") else None,
        not_before=cells.day("start_on"),
        target=cells.day("due"),
        parent=cells.first("parent_key"),
        sprint=cells.last("sprint"),
        extra=cells.extra | ({"Owners": owners} if len(owners) > 1 else {}),
    )
    for field, values in listed(cells).items():
        setattr(row, field, values)
    return row
