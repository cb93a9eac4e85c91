"""`Debt: PAY-D42 1h` in a commit's message: what a piece of debt cost on that day."""

from __future__ import annotations

import re
from typing import NamedTuple

_LINE = re.compile(r"^Debt:[ \t]*([A-Z][A-Z0-9]{0,15}-D[1-9][0-9]{0,8})\b[ \t]*(.{0,40})$", re.M)
_TIME = re.compile(r"(\d{1,4}(?:\.\d{1,2})?)[ ]?(min|m|h|d)\b")
_MINUTES = {"m": 1.0, "min": 1.0, "h": 60.0}
MOST_MINUTES = 5 * 8 * 60  # a week: more is a slip of the pen


class Tap(NamedTuple):
    """Minutes that somebody lost to one debt item."""

    key: str
    minutes: float


def taps_of(message: str, *, hours_per_day: float = 8.0) -> list[Tap]:
    """Every such line of a message; one without a time it can read counts nothing."""
    if "Debt:" not in message:
        return []
    found = []
    for key, said in _LINE.findall(message):
        minutes = sum(
            float(count) * _MINUTES.get(unit, 60 * hours_per_day)
            for count, unit in _TIME.findall(said)
        )
        if 0 < minutes <= MOST_MINUTES:
            found.append(Tap(key, minutes))
    return found
