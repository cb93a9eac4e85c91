"""The two letters of a component or product, never merged: its drag, and its debt ratio.

The debt ratio is what fixing would take as a share of what the code took, on SonarQube's grid
(SQALE): A up to 5 %, B 10, C 20, D 50, E above, at 30 minutes a line.
"""

from __future__ import annotations

from collections.abc import Mapping

from debt.scoring import letter_of

RATIO_LETTERS = {"A": 0.05, "B": 0.1, "C": 0.2, "D": 0.5}
MINUTES_A_LINE = 30
MINUTES_AN_HOUR = 60


def debt_ratio(principal: float, lines: int, *, hours_per_day: float) -> float:
    """Principal as a share of the cost of writing the lines.

    principal: pd, >= 0
    raises:    ValueError without lines or hours: nothing is known then
    """
    if lines <= 0 or hours_per_day <= 0:
        raise ValueError("a debt ratio needs lines and hours")
    return principal * hours_per_day * MINUTES_AN_HOUR / (lines * MINUTES_A_LINE)


def ratio_letter(ratio: float) -> str:
    return letter_of(ratio, RATIO_LETTERS, inclusive=True)


def drag_letter(share: float, letters: Mapping[str, float]) -> str:
    """letters: `drag_letters` of the score model"""
    return letter_of(share, letters, inclusive=True)
