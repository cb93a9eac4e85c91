"""A table of debt as plain rows: which column is read as what; no database, no clock."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from roadmaps.importing import Unreadable
from roadmaps.importing.files import decode
from roadmaps.importing.tables import read_table

FORMULA = re.compile(r"\s*[=+\-@]|[\t\r]")
NAMES: dict[str, tuple[str, ...]] = {
    "key": ("key",),
    "external_key": ("external key", "external id", "id", "issue key", "issue id", "iid", "ref"),
    "title": ("title", "summary", "name", "what hurts", "debt"),
    "description": ("description", "details", "notes", "body"),
    "team": ("team", "squad"),
    "component": ("component", "components", "module", "area", "service"),
    "owner": ("owner", "assignee", "responsible"),
    "tags": ("tags", "labels", "tag", "label"),
    "size": ("size", "t-shirt size", "t shirt size"),
    "principal": ("declared days to fix", "days to fix", "principal", "effort", "effort (days)"),
    "interest": (
        "declared interest (days a month)", "interest", "days a month", "interest (days a month)",
    ),
    "chores": ("declared chores (days a month)", "chores", "chores (days a month)"),
    "hurts_since": ("hurts since", "since", "created", "created at"),
    "files": ("files", "file", "paths", "path", "evidence"),
}  # fmt: skip
"""Field to the names under which it is known, the one of our own files first."""
COMPUTED = (
    "score", "letter", "verdict", "interest p10 (days a month)", "interest mean (days a month)",
    "interest p90 (days a month)", "principal p10 (days)", "principal p50 (days)",
    "principal p90 (days)", "payback (months)", "net gain (days)", "net gain per day spent",
    "chance to pay back",
)  # fmt: skip
LEFT = ("state", "status", "accepted until", "planned as")
"""What is said of them is a matter of their page: new rows come in open."""


@dataclass(slots=True)
class Column:
    """use: used, computed, left or ignored; as_field: what it is read as; filled: with text"""

    name: str
    use: str
    as_field: str = ""
    filled: int = 0


@dataclass(slots=True)
class Row:
    """number: in the file, the header is 1; cells: field to its text; left: the same of `LEFT`"""

    number: int
    cells: dict[str, str]
    left: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Sheet:
    columns: list[Column]
    rows: list[Row]
    notes: list[str] = field(default_factory=list)


def plain(name: str) -> str:
    return " ".join(name.strip().strip("\ufeff").lower().replace("_", " ").split())


FIELDS = {name: field for field, names in NAMES.items() for name in names}


def protected(text: str) -> str:
    """Text of ours as it stands in a file: none that a spreadsheet would run.

    One more apostrophe where text begins as protected text does, so that nothing is lost.
    """
    bare = text.lstrip("'") if text.startswith("'") else text
    return f"'{text}" if FORMULA.match(bare) else text


def unprotected(cell: str) -> str:
    """The text that a protected cell stands for."""
    return cell[1:] if cell.startswith("'") and FORMULA.match(cell.lstrip("'")) else cell


def read(data: bytes) -> Sheet:
    """Read a whole file. raises: Unreadable with a sentence for the person"""
    text, _encoding, notes = decode(data)
    if text.lstrip()[:1] in ("[", "{"):
        raise Unreadable("This is JSON, not a table. Save it as CSV with a row of names first.")
    table = read_table(text, lambda header: sum(plain(name) in FIELDS for name in header))
    columns = columns_of(table.header)
    if not any(column.as_field in ("title", "key") for column in columns):
        names = ", ".join(f"“{name.strip()[:30]}”" for name in table.header[:6] if name.strip())
        raise Unreadable(
            f"No column is called title, summary, name or key. The first row says: {names}."
        )
    rows = []
    for number, record in enumerate(table.records, start=2):
        cells: dict[str, str] = {}
        left: dict[str, str] = {}
        for column, cell in zip(columns, record, strict=False):
            cell = unprotected(cell.strip("\ufeff "))
            if not cell.strip():
                continue
            column.filled += 1
            if column.as_field:
                cells[column.as_field] = cell.replace("\r\n", "\n")
            elif column.use == "left":
                left[plain(column.name)] = cell.strip()
        if cells:
            rows.append(Row(number, cells, left))
    if not rows:
        raise Unreadable("No row of the file says anything under a name that is known.")
    return Sheet(columns, rows, notes + table.notes)


def columns_of(header: list[str]) -> list[Column]:
    """The use of each column; of two for the same field the first one is read."""
    found, taken = [], set()
    for name in header:
        word = plain(name)
        known = FIELDS.get(word, "")
        if known and known not in taken:
            taken.add(known)
            found.append(Column(name.strip(), "used", known))
        elif word in COMPUTED:
            found.append(Column(name.strip(), "computed"))
        else:
            found.append(Column(name.strip(), "left" if word in LEFT else "ignored"))
    return found
