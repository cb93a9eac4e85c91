"""How much work an item is: one quantile table, and what of it is spent already."""

from functools import lru_cache
from typing import NamedTuple

from .plan import Plan, PlanItem, State
from .ranges import Triple, level, quantity_table, read

DEFAULT_RANGE = Triple(1.0, 5.0, 20.0)
"""Person-days of an item with no estimate where nothing was learned (a judgement, and said so)."""

LATEST = 0.98
"""An item that has used more than its P98 had a range of the wrong scale: it is stretched until
what is spent is its P98, so that something is always left and more spent means more left."""


class Work(NamedTuple):
    """Total person-days of an item as a quantile table, known to exceed what is spent."""

    table: tuple[float, ...]
    spent: float
    used: float
    """Level of what is spent: the total is drawn from levels between this and 1."""
    source: str
    """range, table or default."""


@lru_cache(maxsize=4096)
def _table(triple: Triple) -> tuple[float, ...]:
    return quantity_table(triple)


def work_of(item: PlanItem, plan: Plan, spent: float = 0.0) -> Work:
    """The item's learned table, its range or the default, conditioned on the person-days spent."""
    if item.table:
        table, source = plan.tables[item.table], "table" if item.range is None else "range"
    elif item.range is not None:
        table, source = _table(Triple(*item.range)), "range"
    else:
        table, source = _table(DEFAULT_RANGE), "default"
    if item.state != State.IN_PROGRESS or spent <= 0:
        return Work(table, 0.0, 0.0, source)
    used = level(table, spent)
    if used > LATEST:
        latest = read(table, LATEST)
        table, used = tuple(value * spent / latest for value in table), LATEST
    return Work(table, spent, used, source)
