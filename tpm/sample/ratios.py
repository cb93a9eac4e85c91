"""Ratios of actual to estimate, drawn by size from aggregates of public histories."""

import random
from bisect import bisect_right

from roadmaps.forecasting.ratios import PRIOR_RATIOS

EDGES = [size.from_days for size in PRIOR_RATIOS]


def quantiles_for(days: float) -> tuple[float, ...]:
    """Quantiles at levels (k + 0.5) / n for an estimate of this size, person-days."""
    return PRIOR_RATIOS[bisect_right(EDGES, days) - 1].quantiles


def draw_ratio(rng: random.Random, days: float) -> float:
    """How many times its estimate a piece of work takes, between the table's quantiles."""
    quantiles = quantiles_for(days)
    place = min(max(rng.random() * len(quantiles) - 0.5, 0), len(quantiles) - 1)
    below = int(place)
    above = min(below + 1, len(quantiles) - 1)
    return quantiles[below] + (place - below) * (quantiles[above] - quantiles[below])
