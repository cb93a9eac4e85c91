"""Score formulas over typed inputs: RICE and WSJF as published, and one's own."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from .ranges import LONGEST, SHORTEST, Triple, numbers

MOST_INPUTS = 8
MOST_WEIGHT, MOST_POWER = 100.0, 5.0
MONTH = 20.0
"""Person-days in a person-month."""
SUM, PRODUCT = "sum", "product"


@dataclass(frozen=True, slots=True)
class Input:
    """One thing that is typed for each item."""

    name: str
    """Short and stable: what typed values are kept under."""
    label: str
    weight: float = 1.0
    """What it is multiplied with in a sum, or raised to in a product; 0 leaves it out."""
    low: float | None = None
    high: float | None = None
    """The scale of a bounded score; without `high` it is a quantity above 0."""
    unit: str = ""
    """`%` is read as a share: 80 counts as 0.8."""
    hint: str = ""

    @property
    def is_share(self) -> bool:
        return self.unit == "%"


@dataclass(frozen=True, slots=True)
class Formula:
    """How inputs make a score."""

    method: str
    combine: str
    by_effort: bool
    """Whether the whole is divided by the effort, which is the item's learned estimate."""
    inputs: tuple[Input, ...] = field(default=())
    effort_days: float = 1.0
    """Person-days in the unit that the effort is counted in."""

    @property
    def used(self) -> tuple[Input, ...]:
        """Inputs that change the score."""
        return tuple(each for each in self.inputs if each.weight)

    @property
    def as_published(self) -> bool:
        return self.method in READY and all(each.weight == 1 for each in self.inputs)

    def words(self) -> str:
        """The formula as one line: `(Value + 2 × Urgency) ÷ effort in person-days`."""
        if self.combine == PRODUCT:
            parts = [_powered(each) for each in self.used]
        else:
            parts = [_weighted(each) for each in self.used]
        body = (" × " if self.combine == PRODUCT else " + ").join(parts)
        if not self.by_effort:
            return body
        unit = "person-months" if self.effort_days == MONTH else "person-days"
        return f"({body}) ÷ effort in {unit}"


def _weighted(each: Input) -> str:
    return each.label if each.weight == 1 else f"{_plain(each.weight)} × {each.label}"


def _powered(each: Input) -> str:
    return each.label if each.weight == 1 else f"{each.label}^{_plain(each.weight)}"


def _plain(value: float) -> str:
    return f"{value:g}"


RICE = Formula(
    "rice",
    PRODUCT,
    True,
    (
        Input("reach", "Reach", hint="People or events a quarter that it touches."),
        Input(
            "impact", "Impact", low=0, high=3,
            hint="On each of them: 3 massive, 2 high, 1 medium, 0.5 low, 0.25 minimal.",
        ),
        Input(
            "confidence", "Confidence", low=0, high=100, unit="%",
            hint="How sure reach and impact are: 100 high, 80 medium, 50 low.",
        ),
    ),
    effort_days=MONTH,
)  # fmt: skip
"""Reach × impact × confidence ÷ effort (Sean McBride, Intercom, 2016)."""

WSJF = Formula(
    "wsjf",
    SUM,
    True,
    (
        Input(
            "value", "User and business value", low=1, high=20,
            hint="Against the other items: 1, 2, 3, 5, 8, 13 or 20.",
        ),
        Input("urgency", "Time criticality", low=1, high=20, hint="How its value falls with time."),
        Input(
            "risk", "Risk and opportunity", low=1, high=20,
            hint="Risk that it takes away, work that it makes possible.",
        ),
    ),
)  # fmt: skip
"""Weighted shortest job first: relative cost of delay ÷ job size (Reinertsen 2009; Scaled Agile
Framework, where the cost of delay is the sum of these three)."""

READY: dict[str, Formula] = {"rice": RICE, "wsjf": WSJF}
SOURCES = {
    "rice": "Sean McBride, RICE: simple prioritization for product managers (Intercom, 2016)",
    "wsjf": "Donald Reinertsen, The Principles of Product Development Flow (2009); "
    "Scaled Agile Framework, Weighted Shortest Job First",
}


def formula_of(
    method: str, *, weights: Mapping[str, float] | None = None, own: Mapping[str, Any] | None = None
) -> Formula | None:
    """The formula that a product keeps; None where none is chosen.

    weights: of the inputs of a ready-made one, those that are not 1
    own:     `combine`, `by_effort` and `inputs` (each name, label, weight, low, high) of one's own
    raises:  ValueError with a sentence for a formula that cannot be computed
    """
    if not method:
        return None
    if method in READY:
        ready = READY[method]
        known = {name: float(value) for name, value in (weights or {}).items()}
        weighted = (replace(each, weight=known.get(each.name, 1.0)) for each in ready.inputs)
        return checked(replace(ready, inputs=tuple(weighted)))
    own = own or {}
    rows = own.get("inputs") or ()
    inputs = tuple(Input(**{**row, "weight": float(row["weight"])}) for row in rows)
    return checked(Formula("own", own.get("combine", SUM), bool(own.get("by_effort")), inputs))


def checked(formula: Formula) -> Formula:
    """The same formula. raises: ValueError with a sentence where no score comes out of it"""
    if not formula.used:
        raise ValueError("A formula needs at least one input with a weight above 0.")
    if len(formula.inputs) > MOST_INPUTS:
        raise ValueError(f"A formula has at most {MOST_INPUTS} inputs.")
    names = [each.name for each in formula.inputs]
    labels = [each.label.casefold() for each in formula.inputs]
    if len(set(names)) < len(names) or len(set(labels)) < len(labels):
        raise ValueError("Two inputs have the same name.")
    most = MOST_POWER if formula.combine == PRODUCT else MOST_WEIGHT
    for each in formula.inputs:
        if not 0 <= each.weight <= most:
            raise ValueError(f"The weight of {each.label} lies from 0 to {most:g}.")
        if each.high is not None and not 0 <= (each.low or 0) < each.high <= LONGEST:
            raise ValueError(f"The scale of {each.label} begins at 0 or more and ends above that.")
    return formula


def read_input(text: str, asked: Input) -> Triple | None:
    """A typed value: one number is meant exactly, `low..likely..high` is a range; None: empty.

    raises: ValueError with a sentence for the person who typed it
    """
    bare = text.strip()
    if not bare:
        return None
    if asked.is_share:
        bare = re.sub(r"\s*%", "", bare)
    found = numbers(bare)
    if found is None:
        raise ValueError(
            f"“{bare[:40]}” is no value: type one number, or low..likely..high such as 3..5..10."
        )
    if asked.is_share and "%" not in text and found[-1] <= 1 and any(part % 1 for part in found):
        meant = "..".join(f"{part * 100:g}" for part in found)
        words = f"type {meant}, or {bare} % if that is meant."
        raise ValueError(f"{asked.label} is in percent: {words}")
    return checked_value(Triple(*found) if len(found) == 3 else Triple(*found * 3), asked)


def checked_value(value: Triple, asked: Input) -> Triple:
    """The same value. raises: ValueError where it is out of order or off its scale"""
    if not all(math.isfinite(part) for part in value) or not value.p10 <= value.p50 <= value.p90:
        raise ValueError("Order the range: low, likely, high.")
    if asked.high is None:
        if value.p10 < SHORTEST or value.p90 > LONGEST:
            raise ValueError(f"{asked.label} is above 0 and at most {LONGEST:,}.")
    elif value.p10 < (asked.low or 0) or value.p90 > asked.high:
        raise ValueError(f"{asked.label} lies from {asked.low or 0:g} to {asked.high:g}.")
    return value


def missing(formula: Formula, values: Mapping[str, Triple], *, estimated: bool) -> tuple[str, ...]:
    """Names of what an item lacks for a score, `effort` for the estimate; empty: it has all."""
    lacks = [each.name for each in formula.used if each.name not in values]
    return (*lacks, *(("effort",) if formula.by_effort and not estimated else ()))
