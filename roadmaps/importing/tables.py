"""CSV as exporters write it: read by position, repeated names and all."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from .files import megabytes
from .rows import MAX_BYTES, MAX_COLUMNS, MAX_ROWS, Unreadable

DELIMITERS = ",;\t|"
MAX_BLANK = 200_000


@dataclass(slots=True)
class Table:
    """A header and its records; a record's row number is its index + 2."""

    header: list[str]
    records: list[list[str]]
    delimiter: str
    blank: int
    notes: list[str]


def read_table(text: str, known: Callable[[list[str]], int]) -> Table:
    """Read all records, with the delimiter under which most names of the header are known.

    known:  counts the names of a header that an importer understands
    raises: Unreadable when the text is cut off, too wide or too long
    """
    csv.field_size_limit(MAX_BYTES)
    text = text.lstrip("\r\n")
    said = ""
    first, _, rest = text.partition("\n")
    if first.lower().startswith("sep=") and len(first.strip()) == 5:
        said, text = first.strip()[4], rest
    delimiter = said or _delimiter(text, known)
    table = _read(text, delimiter)
    if not any(name.strip() for name in table.header):
        raise Unreadable("The first row is blank: it must hold the names of the columns.")
    if not table.records:
        raise Unreadable("The file has a header and no rows below it.")
    _refuse_cut_off(table, text)
    return table


def _delimiter(text: str, known: Callable[[list[str]], int]) -> str:
    first_line = next(_lines(text), "")

    def score(delimiter: str) -> tuple[int, int]:
        if first_line.count(delimiter) > 2 * MAX_COLUMNS:
            return -1, 0
        try:
            header = next(csv.reader(_lines(text), delimiter=delimiter), [])
        except csv.Error:
            return 0, 0
        return known(header), len(header)

    return max(DELIMITERS, key=score)


def _lines(text: str) -> Iterator[str]:
    """Give the text line by line without a second copy of it; ends stay on."""
    start = 0
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end + 1
        yield text[start:end]
        start = end


def _read(text: str, delimiter: str) -> Table:
    """Read strictly; where quoting is odd, read again leniently and say so."""
    if "\n" not in text and "\r" in text:
        text = text.replace("\r", "\n")
    try:
        return _collect(csv.reader(_lines(text), delimiter=delimiter, strict=True), delimiter)
    except csv.Error as error:
        if "unexpected end of data" in str(error):
            raise Unreadable(
                "The file ends inside a quoted cell: it looks cut off. Export it again."
            ) from error
        if "field larger" in str(error):
            raise Unreadable(f"One cell is larger than {megabytes(MAX_BYTES)}.") from error
    try:
        table = _collect(csv.reader(_lines(text), delimiter=delimiter), delimiter)
    except csv.Error as error:
        raise Unreadable(f"The file cannot be read as a table: {error}.") from error
    table.notes.append("Some cells are quoted oddly; they were read as they stand.")
    return table


def _collect(reader: Iterator[list[str]], delimiter: str) -> Table:
    header = next(reader, [])
    if len(header) > MAX_COLUMNS:
        raise Unreadable(f"The first row has {len(header):,} cells; the limit is {MAX_COLUMNS:,}.")
    records: list[list[str]] = []
    blank = waiting = 0
    for record in reader:
        if not any(record):
            waiting += 1
            if blank + waiting > MAX_BLANK:
                raise Unreadable(f"The file has more than {MAX_BLANK:,} blank rows.")
            continue
        records.extend([] for _ in range(waiting))
        blank, waiting = blank + waiting, 0
        records.append(record)
        if len(records) - blank > MAX_ROWS:
            raise Unreadable(
                f"The file has more than {MAX_ROWS:,} rows, the limit. Export it in parts."
            )
        if len(record) > MAX_COLUMNS:
            raise Unreadable(f"Row {len(records) + 1} has {len(record):,} cells: not a table.")
    return Table(header, records, delimiter, blank, [])


def _refuse_cut_off(table: Table, text: str) -> None:
    """A last record that stops early, without a line end, is the end of a broken download."""
    width, last = len(table.header), table.records[-1]
    if len(last) >= width or text.endswith(("\n", "\r")) or width < 2:
        return
    if all(len(record) in (0, width) for record in table.records[:-1]):
        raise Unreadable(
            f"The last row stops after {len(last)} of {width} cells: the file looks cut off. "
            "Export it again."
        )
