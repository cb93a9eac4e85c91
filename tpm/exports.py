"""Tables as files: every row, streamed, and no cell that a spreadsheet runs as a formula."""

import csv
import datetime
import io
import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import batched

from django.http import FileResponse, StreamingHttpResponse

FORMULA = ("=", "+", "-", "@", "\t", "\r")
TOGETHER = 200
"""Lines that are sent in one piece."""

Row = Sequence[object]


def safe(value: object) -> object:
    """A cell; text that a spreadsheet would run begins with an apostrophe instead."""
    if value is None:
        return ""
    if isinstance(value, bool | int | float):
        return value
    text = str(value)
    # Spaces first do not stop a spreadsheet from running what follows.
    return f"'{text}" if text.lstrip().startswith(FORMULA) or text.startswith(FORMULA) else text


def csv_pieces(head: Row, rows: Iterable[Row]) -> Iterator[str]:
    """UTF-8 with its mark, so that every spreadsheet reads the letters right."""
    out = io.StringIO()
    write = csv.writer(out)
    out.write("\ufeff")
    write.writerow(head)
    for some in batched(rows, TOGETHER):
        write.writerows([safe(value) for value in row] for row in some)
        yield out.getvalue()
        out.seek(0)
        out.truncate()
    yield out.getvalue()


def json_pieces(about: Mapping[str, object], head: Row, rows: Iterable[Row]) -> Iterator[str]:
    """One object: what the rows are, then `rows`, each an object by the names of the head."""
    yield json.dumps(dict(about), default=str, ensure_ascii=False)[:-1] + ', "rows": ['
    comma = "\n"
    for some in batched(rows, TOGETHER):
        lines = (
            json.dumps(dict(zip(head, row, strict=True)), default=str, ensure_ascii=False)
            for row in some
        )
        yield comma + ",\n".join(lines)
        comma = ",\n"
    yield "\n]}\n"


def as_file(pieces: Iterable[str], name: str, kind: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(pieces, content_type=f"{kind}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def csv_response(name: str, head: Row, rows: Iterable[Row]) -> StreamingHttpResponse:
    return as_file(csv_pieces(head, rows), name, "text/csv")


def json_response(
    name: str, about: Mapping[str, object], head: Row, rows: Iterable[Row]
) -> StreamingHttpResponse:
    return as_file(json_pieces(about, head, rows), name, "application/json")


def xlsx_response(name: str, title: str, head: Sequence[str], rows: Iterable[Row]) -> FileResponse:
    """A workbook with one sheet: numbers and days are such cells, all else is text."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it
    write_sheet(file, title, head, rows)
    file.seek(0)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return FileResponse(file, as_attachment=True, filename=name, content_type=kind)


def write_sheet(file, title: str, head: Sequence[str], rows: Iterable[Row]) -> None:
    """Row by row, so that a long list takes no more memory than a short one."""
    import xlsxwriter  # only an export needs it

    with xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
        sheet = book.add_worksheet(title)
        strong, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(head) - 1, 13)
        for column, word in enumerate(head):
            sheet.write_string(0, column, word, strong)
        for at, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                if value is None or value == "":
                    continue
                if isinstance(value, datetime.date):
                    sheet.write_datetime(at, column, value, day)
                elif isinstance(value, int | float):
                    sheet.write_number(at, column, value)
                else:
                    # Never write(): it would make formulas and links of what looks like one.
                    sheet.write_string(at, column, str(value))
