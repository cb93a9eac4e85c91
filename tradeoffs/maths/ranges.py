"""Quick text for one cell: `7`, or `3..5..10` for low, likely and high."""

import re
from math import isfinite
from typing import NamedTuple

PLAIN = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
GROUPED = re.compile(r"[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]*)?")
WITH_COMMA = re.compile(r"[+-]?[0-9]{1,3}(\.?[0-9]{3})*,[0-9]+")
TWO_WAYS = re.compile(r"[+-]?[1-9][0-9]{0,2}(\.[0-9]{3})+")

FORM = "Type one number, or low..likely..high, such as 3..5..10."
COMMA = "Write decimals after a point, such as 1.5: a comma only parts thousands, as in 1,500."


class Typed(NamedTuple):
    """p10 and p90 are None where only the likely value was typed."""

    p10: float | None
    p50: float
    p90: float | None


def read(text: str, *, decimal: str = ".") -> Typed:
    """One number or a range.

    decimal: "," where decimals stand after a comma, as in files that part their cells by `;`
    raises:  ValueError with a sentence when the text is neither, or a number could be two
    """
    parts = text.replace("…", "..").replace("–", "..").split("..")
    numbers = [one_number(part.strip().replace("−", "-"), decimal) for part in parts]
    if len(numbers) not in (1, 3) or not all(map(isfinite, numbers)):
        raise ValueError(FORM)
    if len(numbers) == 1:
        return Typed(None, numbers[0], None)
    if sorted(numbers) != numbers:
        raise ValueError("Order the range: low, likely, high.")
    return Typed(*numbers)


def one_number(text: str, decimal: str) -> float:
    """A number as it is meant, or none: a comma is never dropped where it may part decimals."""
    if decimal == ",":
        if TWO_WAYS.fullmatch(text):
            short, whole = text.replace(".", ",", 1), text.replace(".", "")
            raise ValueError(f"Write {short} or {whole}: {text} can be read as either.")
        if WITH_COMMA.fullmatch(text):
            text = text.replace(".", "").replace(",", ".")
    elif GROUPED.fullmatch(text):
        text = text.replace(",", "")
    if not PLAIN.fullmatch(text):
        raise ValueError(COMMA if "," in text else FORM)
    return float(text)


def number(value: float) -> str:
    """A number without needless zeros, with thousands marks."""
    if value == int(value) and abs(value) < 1e15:
        return f"{int(value):,}".replace("-", "−")
    return f"{value:,.4g}".replace("-", "−") if abs(value) < 1e4 else f"{value:,.1f}"


def exact(value: float) -> str:
    """All digits of a number, so that `read` takes back the same one."""
    return repr(float(value)).removesuffix(".0")


def show(p10: float | None, p50: float, p90: float | None) -> str:
    """The text that `read` takes back, to the last digit."""
    ends = [p50] if p10 is None or p90 is None else [p10, p50, p90]
    return "..".join(map(exact, ends))
