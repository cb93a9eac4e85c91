"""How far finished work ran over its estimates, in the middle and for how many items known."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

LEAST = 5
"""Finished items below which a typical ratio is not told: one of them would move it too far."""

COVERAGE = 0.8


@dataclass(frozen=True, slots=True)
class Overrun:
    """Ratios of what finished items took to the P50 typed for them; 1.0 is as estimated.

    Only n is known where there are fewer than LEAST.
    """

    n: int
    typical: float | None = None
    """Half of the items took more than this multiple of their estimate, half less."""
    low: float | None = None
    high: float | None = None
    """Between these lies the typical ratio with at least 80 % confidence."""
    p10: float | None = None
    p90: float | None = None
    """8 in 10 of the items lie between these."""

    @property
    def known(self) -> bool:
        return self.typical is not None


def overrun(ratios: Sequence[float]) -> Overrun:
    """The median of some ratios with its interval, and the range of the items.

    The interval is that of order statistics, which assumes no shape of the ratios: the closest
    pair of items around the median that the binomial gives at least 80 % (Conover, Practical
    Nonparametric Statistics, 1999, section 3.2).

    ratios: actual / estimate of each finished item, all above 0
    raises: ValueError when a ratio is not above 0 or not finite
    """
    if any(not math.isfinite(ratio) or ratio <= 0 for ratio in ratios):
        raise ValueError("a ratio must be above 0")
    rows = sorted(ratios)
    n = len(rows)
    if n < LEAST:
        return Overrun(n)
    out = reach(n)
    return Overrun(
        n=n, typical=quantile(rows, 0.5), low=rows[out], high=rows[n - 1 - out],
        p10=quantile(rows, 0.1), p90=quantile(rows, 0.9),
    )  # fmt: skip


def reach(n: int) -> int:
    """How many items may be left out at each end, with the median inside at COVERAGE or more."""
    below, out = 0.0, 0
    for k in range(n):
        below += math.comb(n, k) / 2**n
        if 1 - 2 * below < COVERAGE:
            break
        out = k
    return out


def quantile(rows: Sequence[float], level: float) -> float:
    """A level of sorted values, straight between two of them."""
    place = level * (len(rows) - 1)
    at = min(int(place), len(rows) - 2)
    return rows[at] + (rows[at + 1] - rows[at]) * (place - at)


def differs(here: Overrun, everywhere: Overrun) -> int:
    """1 where work here runs over more than usual, -1 where less, 0 where it cannot be told.

    Told only where the usual ratio lies outside the interval of the one here.
    """
    if here.low is None or here.high is None or everywhere.typical is None:
        return 0
    return (here.low > everywhere.typical) - (here.high < everywhere.typical)
