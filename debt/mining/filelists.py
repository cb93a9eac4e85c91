"""The files of an older reading as what differs from those of the one after it."""

from collections.abc import Iterable
from typing import Any

type File = list[Any]
"""Name, lines or None, changes, last day."""


def in_order(files: Iterable[File]) -> list[File]:
    """The newest change first."""
    return sorted(files, key=lambda row: (row[3], row[2], row[0]), reverse=True)


def way_back(newer: Iterable[File], older: Iterable[File]) -> dict[str, list[Any]]:
    """What leads from the files of a reading back to those of the reading before it.

    returns: names that were not there, and the rows that were others; small where little changed
    """
    after = {row[0]: row for row in newer}
    before = {row[0]: row for row in older}
    return {
        "gone": sorted(after.keys() - before.keys()),
        "rows": [row for name, row in before.items() if after.get(name) != row],
    }


def gone_back(newer: Iterable[File], way: dict[str, list[Any]]) -> list[File]:
    """The files of the reading before, as they were: what `way_back` was made of."""
    rows = {row[0]: row for row in newer}
    for name in way["gone"]:
        del rows[name]
    rows |= {row[0]: row for row in way["rows"]}
    return in_order(rows.values())
