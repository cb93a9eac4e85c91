"""Was paying worth it? What a pay-off promised, held against what was measured after it.

Units: person-days (pd), a month of 30.4375 days, shares from 0 to 1. None is not known, never 0.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from tradeoffs.maths.accuracy import wilson

GUARD = 5
"""Pay-offs before a rate is told: the interval of a share from fewer spans most of it."""
LEAST_CHANGES = 5
"""Touching changes on each side before a time per change is compared."""
LEAST_TAPS = 3
"""Taps before the pay-off without which their end says nothing."""
HELD_FROM, PARTLY_FROM = 0.75, 0.25
"""Share of the promised relief that came, from which a promise held, or held partly."""
COST_HELD_TO = 1.5
"""Above this many times the P90 of the principal, the price was wrong."""


class Verdict(StrEnum):
    HELD = "held"
    PARTLY = "partly"
    NOT = "not"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class Promise:
    """What was said when it was paid."""

    principal: tuple[float, float, float] | None = None  # pd, P10 P50 P90
    interest: float | None = None  # pd a month, mean
    share_removed: float = 0.8

    @property
    def relief(self) -> float | None:
        """Interest that was to go, pd a month."""
        return None if self.interest is None else self.interest * self.share_removed


@dataclass(frozen=True, kw_only=True)
class Side:
    """What was measured in as many days before the pay-off, or after it."""

    changes: int | None = None  # touching changes; None: no history is known
    touch_rate: float | None = None  # changes a month
    time_per_change: float | None = None  # pd
    taps: int | None = None  # None: nobody ever tapped it
    tapped_days: float | None = None  # pd a month
    drag: float | None = None  # of the team, a share of its capacity


@dataclass(frozen=True, kw_only=True)
class Judged:
    """How the promise came out."""

    verdict: Verdict
    price: Verdict  # of the days that it took
    gain: Verdict  # of the interest that went
    cost_ratio: float | None = None  # days it took / P50 of the principal
    share_come: float | None = None  # of the promised relief
    measured_by: str = ""  # "changes" or "taps"


def price_of(took: float | None, principal: tuple[float, float, float] | None) -> Verdict:
    """Whether the days it took lie inside what was promised.

    took: pd, > 0
    """
    if took is None or principal is None:
        return Verdict.UNKNOWN
    high = principal[2]
    if took <= high:
        return Verdict.HELD
    return Verdict.PARTLY if took <= COST_HELD_TO * high else Verdict.NOT


def relief_by_changes(before: Side, after: Side) -> float | None:
    """Share by which a touching change became shorter; None from too few changes.

    What is lost a month is touches × time lost; touches that came or went have other reasons than
    the pay-off, so that they are shown and not judged.
    """
    if before.time_per_change is None or after.time_per_change is None:
        return None
    if min(before.changes or 0, after.changes or 0) < LEAST_CHANGES:
        return None
    return 1 - after.time_per_change / before.time_per_change


def relief_by_taps(before: Side, after: Side) -> float | None:
    """Share by which the tapped time fell; None where too little was tapped before."""
    if before.tapped_days is None or after.tapped_days is None or not before.tapped_days:
        return None
    if (before.taps or 0) < LEAST_TAPS:
        return None
    return 1 - after.tapped_days / before.tapped_days


def share_that_came(promise: Promise, before: Side, after: Side) -> tuple[float | None, str]:
    """Share of the promised relief that was measured, and by what; None: not known.

    By changes: what a change is shorter by, times the touches of before, over the relief. By taps:
    the fall of the tapped time, over the share of the interest that was to go.
    """
    shorter = relief_by_changes(before, after)
    if shorter is not None and promise.relief and before.touch_rate and before.time_per_change:
        saved = shorter * before.time_per_change * before.touch_rate
        return saved / promise.relief, "changes"
    fall = relief_by_taps(before, after)
    if fall is not None and promise.share_removed > 0:
        return fall / promise.share_removed, "taps"
    return None, ""


def gain_of(share: float | None) -> Verdict:
    if share is None:
        return Verdict.UNKNOWN
    if share >= HELD_FROM:
        return Verdict.HELD
    return Verdict.PARTLY if share >= PARTLY_FROM else Verdict.NOT


def judge(promise: Promise, took: float | None, before: Side, after: Side) -> Judged:
    """Held: the relief came, and the price was as said. Without a measured relief nothing is known.

    took: pd the work took, > 0, None where nobody knows
    """
    share, by = share_that_came(promise, before, after)
    gain, price = gain_of(share), price_of(took, promise.principal)
    verdict = gain
    if gain == Verdict.HELD and price in (Verdict.PARTLY, Verdict.NOT):
        verdict = Verdict.PARTLY
    elif gain == Verdict.PARTLY and price == Verdict.NOT:
        verdict = Verdict.NOT
    ratio = took / promise.principal[1] if took is not None and promise.principal else None
    return Judged(
        verdict=verdict, price=price, gain=gain, cost_ratio=ratio, share_come=share, measured_by=by
    )


@dataclass(frozen=True, kw_only=True)
class HitRate:
    """How often a team's pay-offs held. share and interval are None below the guard."""

    hits: int
    n: int  # judged
    unknown: int
    share: float | None
    interval: tuple[float, float] | None


def hit_rate(verdicts: Iterable[str]) -> HitRate:
    """The share of judged pay-offs that held, with Wilson's 95 % interval; unknown left out."""
    found = [Verdict(verdict) for verdict in verdicts]
    judged = [verdict for verdict in found if verdict != Verdict.UNKNOWN]
    hits, n = judged.count(Verdict.HELD), len(judged)
    told = n >= GUARD
    return HitRate(
        hits=hits,
        n=n,
        unknown=len(found) - n,
        share=hits / n if told else None,
        interval=wilson(hits, n) if told else None,
    )
