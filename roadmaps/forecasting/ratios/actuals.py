"""Tables of actuals, for items without any estimate."""

from collections.abc import Iterable
from datetime import date

from ..ranges import LEVELS, quantity_table
from ..work import DEFAULT_RANGE
from .records import Finished

AT_LEAST = 8
"""Finished items that a table of actuals of one kind, or kind and team, needs."""


def weighted_table(sample: Iterable[tuple[float, float, bool]]) -> tuple[float, ...]:
    """Quantile table of (value, weight, lower bound only) by Kaplan-Meier weights.

    Equal values keep their whole mass (an atom at ratio 1 stays one). A lower bound beyond every
    finished value counts as that value.

    returns: shape (257,), over `ranges.LEVELS`
    raises:  ValueError when nothing has weight
    """
    rows = sorted((value, is_open, weight) for value, weight, is_open in sample if weight > 0)
    if not rows:
        raise ValueError("a table needs at least one value with weight")
    at_risk = sum(weight for *_, weight in rows)
    left, masses = 1.0, []
    for k, (value, is_open, weight) in enumerate(rows):
        if not is_open or k == len(rows) - 1:
            mass = left if k == len(rows) - 1 else left * weight / at_risk
            masses.append((value, mass))
            left -= mass
        at_risk -= weight
    table, passed, k = [], masses[0][1], 0
    for level in LEVELS:
        while passed < level - 1e-12 and k < len(masses) - 1:
            k += 1
            passed += masses[k][1]
        table.append(masses[k][0])
    return tuple(table)


def actuals_tables(history: Iterable[Finished], *, on: date) -> dict[str, tuple[float, ...]]:
    """Tables of the person-days finished items took, for items without any estimate.

    Names: "<kind> of team <id>" and "<kind>" where at least 8 items were finished before the
    day, and "all" where any was; the wide default range takes part with the weight of 4 items.

    raises: ValueError when an actual is not above 0
    """
    groups: dict[str, list[tuple[float, float, bool]]] = {}
    for row in history:
        if row.finished_on < on:
            if row.actual <= 0:
                raise ValueError("An actual must be more than 0 days.")
            for name in (f"{row.kind} of team {row.team}", row.kind, "all"):
                groups.setdefault(name, []).append((row.actual, row.weight, row.open))
    default = quantity_table(DEFAULT_RANGE)[::16]
    prior = [(days, 4 / len(default), False) for days in default]
    tables = {}
    for name, rows in sorted(groups.items()):
        done = sum(not is_open for *_, is_open in rows)
        if done >= (1 if name == "all" else AT_LEAST):
            tables[name] = tuple(round(days, 4) for days in weighted_table(rows + prior))
    return tables
