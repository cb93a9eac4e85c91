"""How far several ranges of the same work lie apart. Nothing here says who is right."""

from collections.abc import Sequence
from dataclasses import dataclass

from roadmaps.forecasting.ranges import Triple

FAR = 2.0
"""Likely values this many times apart mean different work rather than different luck."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """Ranges of the same work beside each other.

    apart:  highest P50 / lowest P50, 1 or more
    widest, narrowest: P90 / P10 of the widest and of the narrowest range
    shared: the days from P10 to P90 that all ranges hold; None where some two do not meet
    lowest, highest: the lowest and the highest P50
    """

    n: int
    apart: float
    widest: float
    narrowest: float
    shared: tuple[float, float] | None
    lowest: float
    highest: float

    @property
    def far(self) -> bool:
        """Whether it is worth talking before one relies on any of them."""
        return self.shared is None or self.apart >= FAR


def agreement(ranges: Sequence[Triple]) -> Agreement | None:
    """How far ranges lie apart; None where there are fewer than two.

    ranges: P10, P50, P90 in person-days, one a person, all above 0
    raises: ValueError when a range is not above 0 or not in order
    """
    for low, mid, high in ranges:
        if not 0 < low <= mid <= high:
            raise ValueError("a range has low, likely and high in order, above 0")
    if len(ranges) < 2:
        return None
    likely = [row.p50 for row in ranges]
    widths = [row.p90 / row.p10 for row in ranges]
    start, end = max(row.p10 for row in ranges), min(row.p90 for row in ranges)
    return Agreement(
        n=len(ranges), apart=max(likely) / min(likely), widest=max(widths), narrowest=min(widths),
        shared=(start, end) if start <= end else None, lowest=min(likely), highest=max(likely),
    )  # fmt: skip
