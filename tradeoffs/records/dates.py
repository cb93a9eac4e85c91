"""Dates as records write them; what could mean two days means none."""

import datetime
import re

from .words import plain

MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
ISO = re.compile(r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?=$|[T\s,(;])")
DAY_MONTH = re.compile(r"^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$")
LONG = re.compile(r"^(\d{1,2})(?:st|nd|rd|th)?\s+([A-Za-z]{3,9})\.?,?\s+(\d{4})$")
LONG_US = re.compile(r"^([A-Za-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})$")
IN_NAME = re.compile(r"^(\d{4})(\d{2})(\d{2})-")


def read(value: str) -> datetime.date | None:
    """The day that a value names, or None where it names none or could mean two.

    Reads ISO (also unpadded, in brackets, before a time), DD/MM/YYYY where only one reading is a
    day, and English with the month's name.
    """
    text = plain(value).strip("[](){}\"' ")
    if found := ISO.match(text):
        year, month, day = map(int, found.groups())
        return made(year, month, day)
    if found := DAY_MONTH.match(text):
        first, second, year = map(int, found.groups())
        readings = {made(year, second, first), made(year, first, second)} - {None}
        return readings.pop() if len(readings) == 1 else None
    if found := LONG.match(text):
        return made(int(found[3]), month_of(found[2]), int(found[1]))
    if found := LONG_US.match(text):
        return made(int(found[3]), month_of(found[1]), int(found[2]))
    return None


def of_name(name: str) -> datetime.date | None:
    """The day that a file name begins with, as log4brains names files."""
    found = IN_NAME.match(name)
    return made(*map(int, found.groups())) if found else None


def month_of(word: str) -> int:
    found = [n for n, name in enumerate(MONTHS, 1) if name.startswith(word.lower())]
    return found[0] if len(found) == 1 or word.lower() == "may" else 0


def made(year: int, month: int, day: int) -> datetime.date | None:
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None
