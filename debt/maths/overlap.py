"""Changes that touch several pieces of debt, counted once (debt.md 2.6)."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

from debt.maths.drag import TouchingChange, per_change


@dataclass(frozen=True)
class Touching:
    """The changes that touch one item.

    changes: (which change, its age in days, share of it inside the item's scope)
    lost:    u π: the share of such a change's time that the item costs, times how often it pays
    """

    changes: Sequence[tuple[Hashable, float, float]]
    lost: float


def kept_shares(items: Mapping[str, Touching], *, half_life: float) -> dict[str, float]:
    """What is left of each item's measured interest once overlapping changes count once.

    half_life: days in which a change comes to weigh half
    returns:   0 to 1 for each item that a change touches; 1 where it shares none of them
    """
    lost: dict[Hashable, dict[str, float]] = {}
    ages: dict[Hashable, float] = {}
    for key, item in items.items():
        for change, age, share in item.changes:
            lost.setdefault(change, {})[key] = item.lost * share
            ages.setdefault(change, age)
    changes = [
        TouchingChange(weight=2 ** (-ages[change] / half_life), lost=lost[change])
        for change in lost
    ]
    together = per_change(changes, time_per_change=1.0, window_months=1.0)
    alone: dict[str, float] = {}
    for change in changes:
        for key, share in change.lost.items():
            alone[key] = alone.get(key, 0.0) + change.weight * share
    return {key: together[key] / alone[key] for key in together if alone[key] > 0}
