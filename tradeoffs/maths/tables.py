"""Cells as text, from a spreadsheet or a CSV file, and back."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field

from tradeoffs.maths import ranges

LONGEST = 1_000_000
MOST_ROWS, MOST_COLUMNS = 60, 220
HEAD = ("criterion", "weight", "unit", "worst", "best")
NOT_SCORED = {"", "-", "–", "n/a", "not scored", "?"}


@dataclass(frozen=True, slots=True)
class Filled:
    """One cell, by names; None is not scored.

    text, problem: what was typed, and what is wrong with it; such a cell has no value
    """

    option: str
    criterion: str
    value: ranges.Typed | None
    text: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Read:
    """What a text says: its cells, scales of its criteria, and what is wrong, each with its place.

    scales: name of a criterion to unit, worst and best, where the table has these columns
    wrong:  cells that say no value, with what they say
    """

    cells: list[Filled] = field(default_factory=list)
    scales: dict[str, dict[str, object]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    wrong: list[Filled] = field(default_factory=list)


def rows_of(text: str) -> list[list[str]]:
    """Rows of a text, separated by tabs, semicolons or commas, whichever its first line has.

    raises: ValueError when it is longer or larger than any matrix
    """
    if len(text) > LONGEST:
        raise ValueError("This is longer than any matrix: at most 1 MB.")
    text = text.lstrip("\ufeff").replace("\0", "")
    try:
        found = list(csv.reader(io.StringIO(text, newline=""), delimiter=mark_of(text)))
    except csv.Error as error:
        raise ValueError(f"This is no table: {error}.") from error
    rows = [[cell.strip().removeprefix("'") for cell in row] for row in found]
    rows = [row for row in rows if any(row)]
    if len(rows) > MOST_ROWS or max(map(len, rows), default=0) > MOST_COLUMNS:
        raise ValueError(f"A table has at most {MOST_ROWS} rows and {MOST_COLUMNS} columns.")
    return rows


def mark_of(text: str) -> str:
    """What parts the cells: tabs, semicolons or commas, whichever the first line has."""
    first = text.split("\n", 1)[0]
    return next((mark for mark in ("\t", ";", ",") if mark in first), "\t")


def decimal_of(text: str) -> str:
    """Spreadsheets part cells by semicolons where a comma parts decimals."""
    return "," if mark_of(text) == ";" else "."


def value_of(text: str, decimal: str) -> ranges.Typed | None:
    """A cell: 7, 3..5..8, or nothing. raises: ValueError with a sentence"""
    return None if text.casefold() in NOT_SCORED else ranges.read(text, decimal=decimal)


def block(
    text: str, options: Sequence[str], criteria: Sequence[str], *, at: tuple[int, int]
) -> Read:
    """Cells copied from a spreadsheet, laid down from one cell on: rows are criteria.

    at:     indexes of the option and the criterion where it begins
    raises: ValueError as `rows_of` does
    """
    found, decimal = Read(), decimal_of(text)
    for y, row in enumerate(rows_of(text)):
        for x, cell in enumerate(row):
            i, j = at[0] + x, at[1] + y
            if i >= len(options) or j >= len(criteria):
                found.problems.append(f"Row {y + 1}, column {x + 1} lies outside the matrix.")
                continue
            take(found, options[i], criteria[j], cell, decimal)
    return found


def titled(text: str) -> Read:
    """A whole table: options in its first row, criteria in its first column.

    Columns named weight, unit, worst and best stand for themselves; a row named total is left out.

    raises: ValueError as `rows_of` does, or when there is no head
    """
    rows = rows_of(text)
    if len(rows) < 2 or len(rows[0]) < 2:
        raise ValueError("Put the options in the first row and the criteria in the first column.")
    head, found, decimal = rows[0], Read(), decimal_of(text)
    for number, row in enumerate(rows[1:], start=2):
        name = row[0][:80]
        if not name:
            found.problems.append(f"Row {number} names no criterion.")
            continue
        if name.casefold().startswith("total"):
            continue
        scale: dict[str, object] = {}
        for title, cell in zip(head[1:], row[1:], strict=False):
            word = title.casefold()
            if word in HEAD:
                note_scale(found, scale, name, word, cell, decimal)
            elif title:
                take(found, title[:120], name, cell, decimal)
        found.scales[name] = scale
    return found


def note_scale(
    found: Read, scale: dict[str, object], name: str, word: str, cell: str, decimal: str
) -> None:
    if word == "unit":
        scale["unit"] = cell[:20]
    elif word in ("worst", "best") and cell:
        try:
            scale[word] = ranges.read(cell, decimal=decimal).p50
        except ValueError as error:
            found.problems.append(f"{name}: “{cell[:40]}” is no {word} value. {error}")


def take(found: Read, option: str, criterion: str, cell: str, decimal: str) -> None:
    try:
        found.cells.append(Filled(option, criterion, value_of(cell, decimal)))
    except ValueError as error:
        found.wrong.append(Filled(option, criterion, None, cell[:80], str(error)))
        found.problems.append(f"{option}, {criterion}: “{cell[:40]}”. {error}")
