"""Lists as CSV that a spreadsheet reads as text and numbers, never as formulas."""

import csv
import io
from collections.abc import Iterable, Sequence

from django.http import HttpResponse

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def safe(value: object) -> object:
    """A cell; text that a spreadsheet would run begins with an apostrophe instead."""
    if value is None:
        return ""
    if isinstance(value, bool | int | float):
        return value
    text = str(value)
    # Spaces first do not stop a spreadsheet from running what follows.
    return f"'{text}" if text.lstrip().startswith(FORMULA) or text.startswith(FORMULA) else text


def csv_response(name: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """A file to keep: UTF-8 with its mark, so that every spreadsheet reads the letters right."""
    out = io.StringIO()
    write = csv.writer(out)
    write.writerow(head)
    write.writerows([safe(value) for value in row] for row in rows)
    response = HttpResponse("﻿" + out.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
