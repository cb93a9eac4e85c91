"""One commit as history is read: when, by a person or a program, and which files."""

from __future__ import annotations

import datetime
from typing import NamedTuple

LAST_SECOND = 253_402_300_799  # of the year 9999; what is dated later is no date


class Touch(NamedTuple):
    """One file of a commit.

    before: its name before, where the commit renamed it
    added:  lines, or None where they were not counted or the file is no text
    """

    path: str
    before: str | None = None
    added: int | None = None
    deleted: int | None = None


class Commit(NamedTuple):
    """One commit. author: `Name <address>`, read to tell programs from people, and never kept.

    at: seconds since 1970 in UTC, 0 to the year 9999
    """

    id: str
    at: int
    author: str
    message: str
    touches: list[Touch]

    @property
    def day(self) -> datetime.date:
        return day_of(self.at)


def day_of(seconds: int) -> datetime.date:
    """The day in UTC of an instant."""
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).date()


def instant(text: str | bytes) -> int:
    """Seconds since 1970 as git writes them, held inside what a calendar can say.

    raises: ValueError where it is no number
    """
    return min(max(int(text), 0), LAST_SECOND)


def readable(name: bytes) -> str:
    """A file name of any bytes as text: what is no UTF-8 stands as \\xNN."""
    return name.decode("utf-8", "backslashreplace")
