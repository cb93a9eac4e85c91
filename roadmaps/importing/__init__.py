"""Reads what other trackers export into neutral rows; no database, no clock."""

from pathlib import Path

from . import github, jira, linear, plain_table
from .files import check_size, decode, limit_words
from .headers import known_names, source_of
from .links import resolve
from .mapping import map_table
from .rows import (
    MAX_BYTES,
    MAX_COLUMNS,
    MAX_ROWS,
    PROBLEM_COLUMN,
    SOURCES,
    ColumnReport,
    ImportRow,
    Options,
    ParsedFile,
    Question,
    RowProblem,
    Unreadable,
    WordCount,
    rows,
)
from .tables import Table, read_table

__all__ = [
    "MAX_BYTES",
    "MAX_COLUMNS",
    "MAX_ROWS",
    "PROBLEM_COLUMN",
    "SOURCES",
    "ColumnReport",
    "ImportRow",
    "Options",
    "ParsedFile",
    "Question",
    "RowProblem",
    "Unreadable",
    "WordCount",
    "check_size",
    "limit_words",
    "read",
    "read_path",
    "rows",
]

BUILDERS = {"jira": jira.build, "linear": linear.build, "table": plain_table.build}


def read_path(path: Path, options: Options | None = None) -> ParsedFile:
    """Read a file from disk, refusing one over the limit unread.

    raises: Unreadable with a sentence for the person
    """
    check_size(path.stat().st_size)
    return read(path.read_bytes(), options)


def read(data: bytes, options: Options | None = None) -> ParsedFile:
    """Read a whole export: rows, columns, problems and questions.

    raises: Unreadable with a sentence for the person
    """
    options = options or Options()
    if options.source and options.source not in SOURCES:
        raise Unreadable(f"There is no source “{options.source}”; there are {', '.join(SOURCES)}.")
    text, encoding, notes = decode(data)
    if text.lstrip()[:1] in ("[", "{"):
        parsed = _read_json(text, options)
    else:
        parsed = _read_table(text, options)
    parsed.encoding = encoding
    parsed.notes = notes + parsed.notes
    if options.instance:
        for row in parsed.rows:
            row.instance = options.instance
    resolve(parsed)
    _tell(parsed, options)
    return parsed


def _read_json(text: str, options: Options) -> ParsedFile:
    if options.source not in ("", "github"):
        raise Unreadable(f"This is JSON, not a {SOURCES[options.source]}.")
    parsed = ParsedFile("github")
    github.read(text, parsed, options)
    return parsed


def _read_table(text: str, options: Options) -> ParsedFile:
    if options.source == "github":
        raise Unreadable("This is not JSON; expected is the list that GitHub's REST API answers.")
    table = read_table(text, known_names)
    source = options.source or source_of(table.header)
    if not source:
        raise Unreadable(_no_title(table))
    parsed = ParsedFile(source, delimiter=table.delimiter, notes=table.notes)
    ours = any(name.strip() == PROBLEM_COLUMN for name in table.header)
    map_table(table, parsed, options, BUILDERS[source], protected=ours or source == "linear")
    return parsed


def _no_title(table: Table) -> str:
    names = ", ".join(f"“{name.strip()[:30]}”" for name in table.header[:6] if name.strip())
    return (
        "No column looks like a title (Title, Summary or Name), so this is no export we know. "
        f"The first row says: {names}."
    )


def _tell(parsed: ParsedFile, options: Options) -> None:
    """Say what a careful person would want to know before trusting the rows."""
    points = sorted(row.estimate or 0 for row in parsed.rows if row.estimate_unit == "points")
    if points:
        low, middle, high = points[0], points[len(points) // 2], points[-1]
        note = f"{rows(len(points))} with points, from {low:g} to {high:g}, half up to {middle:g}"
        if options.days_per_point is None:
            note += "; without person-days per point they are kept, not used as estimates."
        else:
            note += f"; read as {options.days_per_point:g} person-days each."
        parsed.notes.append(note)
    shelved = sum(row.archived and row.state == "dropped" for row in parsed.rows)
    if shelved:
        parsed.notes.append(f"{rows(shelved)} archived before being done: read as dropped.")
    if parsed.source == "table" and not any(c.used_as in ("key", "url") for c in parsed.columns):
        parsed.notes.append("No column holds a key: a renamed row will come in as a new one.")
