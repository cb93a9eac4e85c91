"""The two letters of a component or product, never merged: its drag, and its debt ratio.

The debt ratio is what fixing would take as a share of what the code took, on SonarQube's grid
(SQALE): A up to 5 %, B 10, C 20, D 50, E above, at 30 minutes a line.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from debt.maths.scoring import letter_of

RATIO_LETTERS = {"A": 0.05, "B": 0.1, "C": 0.2, "D": 0.5}
MINUTES_A_LINE = 30
"""Both where the model says nothing else."""
MINUTES_AN_HOUR = 60


def debt_ratio(
    principal: float, lines: int, model: Mapping[str, Any], *, hours_per_day: float
) -> float:
    """Principal as a share of the cost of writing the lines.

    principal: pd, >= 0
    raises:    ValueError without lines or hours: nothing is known then
    """
    if lines <= 0 or hours_per_day <= 0:
        raise ValueError("a debt ratio needs lines and hours")
    written = lines * minutes_a_line(model) / MINUTES_AN_HOUR
    return principal * hours_per_day / written


def minutes_a_line(model: Mapping[str, Any]) -> float:
    return model.get("minutes_a_line", MINUTES_A_LINE)


def ratio_letter(ratio: float, model: Mapping[str, Any]) -> str:
    return letter_of(ratio, model.get("ratio_letters", RATIO_LETTERS), inclusive=True)


def drag_letter(share: float, model: Mapping[str, Any]) -> str:
    return letter_of(share, model["drag_letters"], inclusive=True)
