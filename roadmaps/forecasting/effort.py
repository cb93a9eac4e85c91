"""What is left to do of each item, as a table over normal scores: the trials read only this."""

from collections.abc import Sequence

import numpy as np

from .clocks import Clocks
from .draws import read_levels
from .plan import Plan, PlanItem, State
from .ranges import Z90
from .scores import GRID, GRID_LEVELS
from .work import DEFAULT_RANGE, work_of


def effort_tables(
    items: Sequence[PlanItem], plan: Plan, clocks: Clocks
) -> tuple[np.ndarray, tuple[str, ...]]:
    """Person-days left of each item at the scores of `scores.GRID`, and what they come from.

    Of work in progress, the whole is drawn from the levels above what is spent, and what is
    spent taken off. A score of 0 is the median; milestones have nothing to do. Ties stay ties, but
    for a thirty-second of a standard deviation (1 % of the trials) at either end of each.

    returns: shape (items, 257), never falling along a row; and range, table, default or milestone
    """
    tables = np.zeros((len(items), len(GRID)))
    sources: list[str] = []
    plain: list[int] = []
    ranges: list[Sequence[float]] = []
    for k, item in enumerate(items):
        if item.instant:
            sources.append("milestone" if item.kind == "milestone" else "children")
        elif not item.table and item.state != State.IN_PROGRESS:
            plain.append(k)
            ranges.append(item.range if item.range is not None else DEFAULT_RANGE)
            sources.append("default" if item.range is None else "range")
        else:
            work = work_of(item, plan, clocks.spent(item))
            levels = work.used + GRID_LEVELS * (1 - work.used)
            tables[k] = np.maximum(read_levels(work.table, levels) - work.spent, 0.0)
            sources.append(work.source)
    if plain:
        tables[plain] = quantities(np.array(ranges))
    return tables, tuple(sources)


def quantities(ranges: np.ndarray) -> np.ndarray:
    """`ranges.quantity` of many ranges at the scores of `scores.GRID`.

    ranges:  P10, P50, P90, shape (n, 3)
    returns: shape (n, 257)
    """
    below = np.log(ranges[:, 1] / ranges[:, 0])
    above = np.log(ranges[:, 2] / ranges[:, 1])
    width = below + above
    with np.errstate(invalid="ignore", divide="ignore"):
        skewed = ((below > 0.182 * width) & (below < 0.818 * width))[:, None]
    slope, bend = width / (2 * Z90), (above - below) / (0.8 * Z90)
    one = slope[:, None] + bend[:, None] * (GRID_LEVELS - 0.5)
    two = np.where(GRID < 0, below[:, None], above[:, None]) / Z90
    return ranges[:, 1:2] * np.exp(GRID * np.where(skewed, one, two))
