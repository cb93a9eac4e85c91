"""Jira's CSV, Cloud and Server, as a table of neutral rows."""

from .mapping import Cells, Words, listed, one_line, person
from .rows import ImportRow, Options
from .words import drops, plain, resolves

CATEGORY = {
    **dict.fromkeys(("to do", "por hacer", "tareas por hacer", "itens pendentes"), "planned"),
    **dict.fromkeys(("a fazer", "tarefas pendentes", "new", "nuevo"), "planned"),
    **dict.fromkeys(("in progress", "en curso", "em andamento", "indeterminate"), "in_progress"),
    **dict.fromkeys(("done", "complete", "listo", "hecho", "finalizado", "concluido"), "done"),
    **dict.fromkeys(("itens concluidos", "feito"), "done"),
}


def build(cells: Cells, words: Words, options: Options) -> ImportRow:
    """Read one issue."""
    name, email = person(cells.first("owner"))
    state = _state(cells, words)
    estimate, unit = _estimate(cells, options)
    spent = _days(cells, "spent_seconds", options)
    closed = state in ("done", "dropped")
    kept = dict(cells.extra)
    _keep(kept, cells, "resolution", "Resolution")
    if len(cells.fields.get("sprint", ())) > 1:
        kept["Sprints"] = cells.fields["sprint"]
    row = ImportRow(
        number=cells.number,
        key=cells.first("key"),
        ids=tuple(cells.fields.get("id", ())[:1]),
        title=one_line(cells.first("title")),
        description=cells.first("description"),
        url=cells.first("url"),
        kind=words.kind.read(cells.first("kind")),
        kind_word=cells.first("kind"),
        state=state,
        state_word=cells.first("state"),
        priority=words.priority.read(cells.first("priority")),
        owner_name=name,
        owner_email=email,
        estimate=estimate,
        estimate_unit=unit,
        spent_days=spent,
        created=cells.moment("created"),
        started=cells.moment("started"),
        finished=_finished(cells) if closed else None,
        not_before=cells.day("start_on"),
        target=cells.day("due"),
        parent=cells.first("parent_key", "epic_link", "parent_id"),
        parent_title=one_line(cells.first("parent_title")),
        sprint=cells.last("sprint"),
        rank=cells.first("rank"),
        extra=kept,
    )
    for field, values in listed(cells).items():
        setattr(row, field, values)
    return row


def _finished(cells: Cells):
    return cells.moment("finished") or cells.moment("category_changed")


def _state(cells: Cells, words: Words) -> str:
    """The status word decides, then its category, then whether it was resolved."""
    resolution = cells.first("resolution")
    hint = CATEGORY.get(plain(cells.first("category")), "")
    if not hint and (resolves(resolution) or cells.first("finished")):
        hint = "done"
    state = words.state.read(cells.first("state"), hint)
    return "dropped" if state == "done" and drops(resolution) else state


def _estimate(cells: Cells, options: Options) -> tuple[float | None, str]:
    """Time beats points: it needs no rate."""
    days = _days(cells, "estimated_seconds", options)
    if days:
        for field, name in (("points", "Story points"), ("points_team", "Story point estimate")):
            _keep(cells.extra, cells, field, name)
        return days, "person-days"
    for field in ("points", "points_team"):
        points = cells.number_in(field)
        if points:
            return points, "points"
    return None, ""


def _days(cells: Cells, field: str, options: Options) -> float | None:
    seconds = cells.number_in(field)
    return seconds / 3600 / options.hours_per_day if seconds and seconds > 0 else None


def _keep(extra: dict, cells: Cells, field: str, name: str) -> None:
    if value := cells.first(field):
        extra.setdefault(name, value)
