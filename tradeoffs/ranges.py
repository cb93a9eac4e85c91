"""Quick text for one cell: `7`, or `3..5..10` for low, likely and high."""

from math import isfinite
from typing import NamedTuple


class Typed(NamedTuple):
    """p10 and p90 are None where only the likely value was typed."""

    p10: float | None
    p50: float
    p90: float | None


def read(text: str) -> Typed:
    """raises: ValueError with a sentence when the text is neither one number nor a range"""
    parts = text.replace("…", "..").replace("–", "..").split("..")
    try:
        numbers = [float(part.replace(",", "").replace("−", "-")) for part in parts]
    except ValueError:
        numbers = []
    if len(numbers) not in (1, 3) or not all(map(isfinite, numbers)):
        raise ValueError("Type one number, or low..likely..high, such as 3..5..10.")
    if len(numbers) == 1:
        return Typed(None, numbers[0], None)
    if sorted(numbers) != numbers:
        raise ValueError("Order the range: low, likely, high.")
    return Typed(*numbers)


def number(value: float) -> str:
    """A number without needless zeros, with thousands marks."""
    if value == int(value) and abs(value) < 1e15:
        return f"{int(value):,}".replace("-", "−")
    return f"{value:,.4g}".replace("-", "−") if abs(value) < 1e4 else f"{value:,.1f}"


def show(p10: float | None, p50: float, p90: float | None) -> str:
    """The text that `read` takes back."""
    if p10 is None or p90 is None:
        return f"{p50:g}"
    return f"{p10:g}..{p50:g}..{p90:g}"
