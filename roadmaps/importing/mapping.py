"""From a table to neutral rows: the part that Jira, Linear and plain tables share."""

import re
from collections.abc import Callable
from datetime import date, datetime

from .dates import DateReader, Undecided
from .headers import LISTS, SEVERAL, Column, column_of
from .rows import ColumnReport, ImportRow, Options, ParsedFile
from .tables import Table
from .words import KIND_OF, PRIORITY_OF, STATE_OF, WordReader

DATE_FIELDS = {"created", "started", "finished", "canceled", "archived", "due", "start_on"} | {
    "category_changed"
}
JUNK = re.compile(r"^[\w.$]+@[0-9a-f]{5,16}$")
JOINTS = {"linear": re.compile(", "), "table": re.compile("[,;]")}
NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?$")
PERSON = re.compile(r"^(?:(?P<name>.*?)\s*<)?(?P<email>[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+)>?$")


class Cells:
    """The filled cells of one row, by field, in the order of the columns."""

    __slots__ = ("columns", "extra", "fields", "number", "parsed", "reader")

    def __init__(self, number: int, parsed: ParsedFile, reader: DateReader):
        self.number = number
        self.parsed = parsed
        self.reader = reader
        self.fields: dict[str, list[str]] = {}
        self.columns: dict[str, str] = {}
        self.extra: dict[str, str | list[str]] = {}

    def first(self, *fields: str) -> str:
        """Give the first filled value of the first field that has one."""
        for field in fields:
            if values := self.fields.get(field):
                return values[0]
        return ""

    def last(self, field: str) -> str:
        """Give the last filled value: of several sprints, the latest."""
        values = self.fields.get(field)
        return values[-1] if values else ""

    def all(self, field: str) -> list[str]:
        """Give every value once, splitting what the source joins in one cell."""
        values = self.fields.get(field, [])
        if joint := JOINTS.get(self.parsed.source):
            values = [part.strip() for value in values for part in joint.split(value)]
        return list(dict.fromkeys(value for value in values if value))

    def moment(self, field: str) -> datetime | None:
        """Read an instant; what cannot be read is left empty and reported."""
        return self._dated(field, self.reader.moment)

    def day(self, field: str) -> date | None:
        """Read a calendar day; what cannot be read is left empty and reported."""
        return self._dated(field, self.reader.day)

    def _dated(self, field, read):
        text = self.first(field)
        if not text:
            return None
        try:
            return read(text)
        except Undecided:
            return None
        except ValueError as error:
            self.parsed.complain(self.number, self.columns[field], str(error))
            return None

    def number_in(self, field: str) -> float | None:
        """Read a decimal number with a point or a comma; 0.5 stays 0.5."""
        text = self.first(field)
        if not text:
            return None
        if len(text) > 15 or not NUMBER.match(text):
            sentence = f"“{text[:40]}” is not a number."
            self.parsed.complain(self.number, self.columns[field], sentence)
            return None
        return float(text.replace(",", "."))


Builder = Callable[[Cells, "Words", Options], ImportRow]


class Words:
    """The word readers of one file."""

    def __init__(self, options: Options):
        self.state = WordReader(STATE_OF, "planned", options.states)
        self.kind = WordReader(KIND_OF, "feature")
        self.priority = WordReader(PRIORITY_OF, "")

    def report(self) -> dict[str, list]:
        """Give every word that was met, with its reading."""
        readers = {"status": self.state, "type": self.kind, "priority": self.priority}
        return {name: words for name, reader in readers.items() if (words := reader.report())}


def map_table(
    table: Table, parsed: ParsedFile, options: Options, build: Builder, protected: bool = False
) -> None:
    """Fill parsed with the rows, columns, problems and words of a table.

    protected: the source writes ' before cells that start with + - = @; undo it
    """
    plan = _plan(table.header, parsed.source)
    if protected:
        table.records = [[_unprotected(cell) for cell in record] for record in table.records]
    reader = DateReader(_date_cells(table, plan), zone=options.zone, day_first=options.day_first)
    if reader.question:
        parsed.questions.append(reader.question)
    words = Words(options)
    seen: dict[str, int] = {}
    for number, record in enumerate(table.records, start=2):
        if not record:
            continue
        parsed.records += 1
        if sentence := _misshapen(record, len(table.header), parsed.source):
            parsed.leave_out(number, "", sentence, record)
            continue
        cells = _cells(number, record, plan, parsed, reader)
        row = build(cells, words, options)
        if sentence := _refusal(row, seen):
            parsed.leave_out(number, "", sentence, record)
            continue
        seen[row.key] = number
        parsed.rows.append(row)
    parsed.header = [name.strip() for name in table.header]
    parsed.words = words.report()
    parsed.columns = _reports(plan)
    if table.blank:
        parsed.skipped["blank rows"] = table.blank
    if reader.zoneless:
        parsed.notes.append(f"Times without a zone were read as {options.zone}.")


def _plan(header: list[str], source: str) -> list[Column]:
    """Give each position its column; a repeated name is one column with several places."""
    by_name: dict[str, Column] = {}
    taken: dict[str, str] = {}
    plan = []
    for name in header:
        column = column_of(name, source)
        if column.name not in by_name and column.use == "used" and column.field not in SEVERAL:
            first = taken.setdefault(column.field, column.name)
            if first != column.name:
                note = f"“{first}” is read as {column.field.replace('_', ' ')} already"
                column = Column(column.name, "kept", column.name, note)
        column = by_name.setdefault(column.name, column)
        column.places += 1
        plan.append(column)
    return plan


def _unprotected(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and cell[1:2] in ("+", "-", "=", "@") else cell


def _date_cells(table: Table, plan: list[Column]) -> set[str]:
    places = [
        place
        for place, column in enumerate(plan)
        if column.use == "used" and column.field in DATE_FIELDS
    ]
    return {
        text
        for record in table.records
        for place in places
        if place < len(record) and (text := record[place].strip())
    }


def _misshapen(record: list[str], width: int, source: str) -> str:
    """A table typed by hand may drop its last cells; an export that does is broken."""
    if len(record) > width and any(cell.strip() for cell in record[width:]):
        return f"The row has {len(record)} cells, the header has {width}."
    if len(record) < width and source != "table":
        return f"The row stops after {len(record)} of {width} cells."
    return ""


def _cells(
    number: int, record: list[str], plan: list[Column], parsed: ParsedFile, reader: DateReader
) -> Cells:
    cells = Cells(number, parsed, reader)
    fields, extra = cells.fields, cells.extra
    for column, cell in zip(plan, record, strict=False):
        if not cell:
            continue
        cell = cell.strip()
        if not cell:
            continue
        column.filled += 1
        if column.use == "used":
            if column.field not in fields:
                fields[column.field] = [cell]
                cells.columns[column.field] = column.name
            else:
                fields[column.field].append(cell)
        elif column.use == "kept":
            if "@" in cell and JUNK.match(cell):
                column.junk += 1
                continue
            before = extra.get(column.field)
            if before is None:
                extra[column.field] = cell
            elif isinstance(before, list):
                before.append(cell)
            else:
                extra[column.field] = [before, cell]
    for field, values in fields.items():
        if len(values) > 1 and field not in SEVERAL:
            extra[f"{cells.columns[field]} (more)"] = values[1:]
    return cells


def _refusal(row: ImportRow, seen: dict[str, int]) -> str:
    if not row.key:
        return "The row has no key, so a later import could not find it again."
    if not row.title:
        return f"{row.key} has no title."
    if row.key in seen:
        return f"{row.key} stands in row {seen[row.key]} already."
    return ""


def _reports(plan: list[Column]) -> list[ColumnReport]:
    return [_report(column) for column in {column.name: column for column in plan}.values()]


def _report(column: Column) -> ColumnReport:
    use, note = column.use, column.note
    if not column.filled:
        use, note = "ignored", "empty in every row"
    elif column.junk == column.filled:
        use, note = "ignored", "internal text of the source, of no use outside it"
    elif column.junk:
        note = f"{column.junk:,} cells of internal text were left out"
    used_as = column.field.replace("_", " ") if use != "ignored" else ""
    return ColumnReport(column.name, use, used_as, note, column.places, column.filled)


def person(text: str) -> tuple[str, str]:
    """Split "Ada Byron <ada@example.com>" into name and e-mail; either may be empty."""
    match = PERSON.match(text) if len(text) < 300 else None
    if match:
        return (match["name"] or "").strip(), match["email"].lower()
    return text, ""


def one_line(text: str) -> str:
    """Write a title on one line."""
    return " ".join(text.split())


def listed(cells: Cells) -> dict[str, list[str]]:
    """Give the fields of a row that hold several values."""
    return {field: cells.all(field) for field in LISTS}
