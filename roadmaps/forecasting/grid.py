"""Day boundaries of one clock in float32, and how to find them in a few reads."""

from dataclasses import dataclass

import numpy as np

from .calendar import Clock

FAR = np.float32(1e6)
"""A capacity time beyond every horizon, finite so that differences stay defined."""

HAIR = 5e-4
"""Person-days forgiven at a day boundary: a quarter of a minute, more than float32 rounds."""

_FINEST = 1 << 16


@dataclass(slots=True)
class Grid:
    """Day boundaries of one clock and a guide to them.

    knot[guide[int(t * scale)]] is at most `rounds` knots below the first one at or after t.
    """

    clock: Clock
    knots: np.ndarray
    guide: np.ndarray
    rounds: int
    scale: np.float32
    days: np.ndarray
    """Day on which work that ends at or before each knot ends, int16."""
    low: np.ndarray
    """Where that day begins, and 1 / what it gains: 0 at the first knot and beyond the last."""
    per_gain: np.ndarray
    limit: np.float32
    """A time beyond the last knot, by less than the guide is longer; later ones are cut to it."""
    within: np.ndarray
    """`low` + i x `per_gain`, complex64: both are read at the price of one."""

    @classmethod
    def of(cls, clock: Clock) -> "Grid":
        knots, days = clock.knots()
        gaps = np.diff(knots)
        end = float(knots[-1])
        # Two bins to the shortest day: one correction then finds the knot.
        bins = int(min(2 * max(end / float(gaps.min()), 1.0) + 1, _FINEST)) if len(gaps) else 1
        scale = np.float32(bins / end) if end > 0 else np.float32(0.0)
        edges = np.arange(bins + 3) / float(scale) if end > 0 else np.zeros(4)
        guide = np.searchsorted(knots, edges - HAIR / 2)
        inside = np.searchsorted(knots, edges[1:] + HAIR / 2) - guide[:-1]
        low = np.append(np.append(0.0, knots[:-1]), 0.0).astype(np.float32)
        per_gain = np.append(np.append(0.0, 1 / gaps), 0.0).astype(np.float32)
        within = np.empty(len(low), dtype=np.complex64)
        within.real, within.imag = low, per_gain
        return cls(
            clock,
            np.append(knots, [2 * FAR, 2 * FAR]).astype(np.float32),
            guide,
            max(1, int(inside.max())),
            scale,
            np.maximum(days, 0).astype(np.int16),
            low,
            per_gain,
            np.float32(end + (1 / float(scale) if end > 0 else 1.0)),
            within,
        )
