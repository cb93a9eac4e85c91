"""Team drag: the share of a team's capacity that its debt eats, counted once (debt.md 2.6)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from debt.maths.ranges import Range


@dataclass(frozen=True)
class TouchingChange:
    """One change of the team: its weight (2^(−age/half-life)) and u s π of each item it touches."""

    weight: float
    lost: Mapping[str, float]


@dataclass(frozen=True)
class Spell:
    """Days on which an item cost its team a share of capacity; ends_on is the first without."""

    starts_on: date
    ends_on: date | None
    share: float


@dataclass(frozen=True)
class Drag:
    """Drag of one team as shares of its capacity, 0 <= share < 0.9."""

    mean: float
    low: float  # P10
    mid: float  # P50
    high: float  # P90
    capped: bool
    uncapped_mean: float
    shares: dict[str, float]  # of each item; they sum to mean
    alone: dict[str, float]  # of each item as if it were the only one

    @property
    def range(self) -> Range:
        """P10 / P50 / P90."""
        return Range(self.low, self.mid, self.high)


def lost_share(shares: Sequence[float]) -> float:
    """Share of one change lost to all items it touches together: 1 − Π (1 − u s π)."""
    return 1 - math.prod(1 - share for share in shares)


def per_change(
    changes: Sequence[TouchingChange], *, time_per_change: float, window_months: float
) -> dict[str, float]:
    """Interest of each item in pd a month after overlap.

    The loss of a change is divided in proportion to u s π, so the same hour is never charged to
    two items and the items add up to the team.
    """
    totals: dict[str, float] = {}
    for change in changes:
        alone = sum(change.lost.values())
        if alone <= 0:
            continue
        lost = change.weight * time_per_change * lost_share(list(change.lost.values()))
        for key, share in change.lost.items():
            totals[key] = totals.get(key, 0.0) + lost * share / alone / window_months
    return totals


def team_drag(
    interests: Mapping[str, float],
    draws: Mapping[str, np.ndarray],
    *,
    capacity: float,
    cap: float,
) -> Drag:
    """Drag of a team from the interest of its items, with its distribution.

    Declared interest joins as it is: nobody knows which of its hours overlap. A sum above the
    cap is cut to it and said to be; the items' shares shrink alike, so they still add up.

    interests: pd a month of each item, mean
    draws:     pd a month of each item, shape (draws,) each, independent between items
    capacity:  pd a month of the team, > 0
    cap:       highest share, < 0.9
    raises:    ValueError when the capacity is not positive or the cap not below 0.9
    """
    if capacity <= 0:
        raise ValueError("a team without capacity has no drag")
    if not 0 < cap < 0.9:
        raise ValueError("drag stays below 0.9")
    alone = {key: days / capacity for key, days in interests.items()}
    total = sum(alone.values())
    mean = min(total, cap)
    shrink = mean / total if total > 0 else 1.0
    drawn = sum(draws.values(), np.zeros(1)) / capacity
    low, mid, high = (min(cap, float(p)) for p in np.percentile(drawn, (10, 50, 90)))
    return Drag(
        mean=mean,
        low=low,
        mid=mid,
        high=high,
        capped=total > cap or high >= cap,
        uncapped_mean=total,
        shares={key: share * shrink for key, share in alone.items()},
        alone=alone,
    )


def together(parts: Sequence[tuple[float, float, float]]) -> tuple[float, float]:
    """P10 and P90 of a sum, each side by the widths of its independent parts.

    parts:   (P10, mean, P90) of each, after the cap: the sum lies where their means do
    returns: P10 and P90 around the sum of the means, not below 0
    """
    mean = sum(mid for _low, mid, _high in parts)
    below = math.hypot(*(max(0.0, mid - low) for low, mid, _high in parts))
    above = math.hypot(*(max(0.0, high - mid) for _low, mid, high in parts))
    return max(0.0, mean - below), mean + above


def given_back(draws: np.ndarray, *, capacity: float, removed: float, shrink: float = 1.0) -> Range:
    """Drag points that paying one item gives back.

    draws:   interest of the item, pd a month
    removed: share of its interest that paying removes
    shrink:  the item's share after the cap divided by its share alone, at most 1
    returns: P10 / P50 / P90 of the share of capacity given back
    """
    points = np.percentile(draws, (10, 50, 90)) / capacity * removed * shrink
    return Range(*(float(p) for p in points))


def steps(spells: Sequence[Spell], *, cap: float) -> list[tuple[date, float]]:
    """Mean drag over time from when each item hurt: (first day, drag from that day on).

    The days before the first step have no drag. Equal neighbours are merged.
    """
    moves: dict[date, float] = {}
    for spell in spells:
        moves[spell.starts_on] = moves.get(spell.starts_on, 0.0) + spell.share
        if spell.ends_on is not None:
            moves[spell.ends_on] = moves.get(spell.ends_on, 0.0) - spell.share
    found: list[tuple[date, float]] = []
    total = 0.0
    for day in sorted(moves):
        total += moves[day]
        level = min(cap, max(0.0, round(total, 9)))
        if not found or found[-1][1] != level:
            found.append((day, level))
    return found
