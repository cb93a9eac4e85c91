"""Reading what an address says."""

import re
from collections.abc import Mapping
from math import isfinite

LONGEST_NUMBER = 18
"""Digits of a number that every database can hold."""


UNSTORABLE = re.compile("[\0\ud800-\udfff]")
"""NUL and halves of characters, as JSON can spell them: no database compares them with a text."""


def clean(text: str, most: int = 200) -> str:
    """A text of an address, or of what was sent, without what no database takes."""
    return UNSTORABLE.sub("", text).strip()[:most]


def word_of(asked: Mapping[str, str], name: str, most: int = 200) -> str:
    """A word of an address; empty where it is not there."""
    return clean(asked.get(name, ""), most)


def number_or_none(value: str) -> int | None:
    """The row number that a word names; None for a word, or for more digits than any row has."""
    return int(value) if value.isdecimal() and len(value) <= LONGEST_NUMBER else None


def float_or_none(value: str) -> float | None:
    """The number that a word is; None for a word, NaN and infinity."""
    try:
        number = float(value)
    except ValueError:
        return None
    return number if isfinite(number) else None
