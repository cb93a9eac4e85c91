"""How long so many items take at the pace at which items were finished: no estimates needed.

Monte Carlo on weekly throughput (Vacanti, Actionable Agile Metrics, 2015) with one level factor per
trial: weeks resampled independently forget that a team's level itself moves, and their P85 holds
72 % (docs/decisions/0008).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from .ranges import LEVELS, Triple, read

DRAWN = 26
"""Newest weeks that are drawn from: of ten, one burst or one lull would be all there is."""

WINDOW = 10
"""Weeks whose mean throughput is a level, when its moves are learned."""

FIRST_SPREAD = 0.3
"""Standard deviation of the log level before the past shows any."""

SPREAD_CAP = 0.8
SPREAD_EVIDENCE = 4.0
"""Pairs of windows that the first spread weighs as much as."""

FAR_WEEKS = 520
"""A backlog that takes longer is not forecast: ten years."""

LEAST_WEEKS = 1.0
"""Weeks by which two forecasts must differ, too, to be flagged."""

DIFFERS = 0.25
"""Share of the remaining duration by which two forecasts must differ to be flagged."""


@dataclass(frozen=True, slots=True)
class Throughput:
    """Weeks until so many items are finished."""

    weeks: tuple[float, ...]
    """Quantiles at `ranges.LEVELS`, shape (257,); FAR_WEEKS stands for beyond."""
    spread: float
    """Standard deviation of the log level factor."""
    window: int
    """Weeks that were drawn from."""

    @property
    def range(self) -> Triple:
        """Weeks at P10, P50 and P90."""
        return Triple(*(read(self.weeks, level) for level in (0.1, 0.5, 0.9)))

    @property
    def p85(self) -> float:
        return read(self.weeks, 0.85)


class SecondOpinion(NamedTuple):
    """The throughput forecast beside the one from efforts, both in weeks at P50."""

    effort: float
    throughput: float
    differ: float
    """(throughput - effort) / effort."""
    flagged: bool
    """Whether they differ by more than 25 % of the remaining duration, and by more than a week."""


def level_spread(counts: Sequence[int], window: int = WINDOW) -> float:
    """Standard deviation of the level factor, from the whole past, at most 0.8.

    That of the log ratio of mean throughput in consecutive windows, about zero, drawn to 0.3 with
    the weight of 4 pairs of windows; windows in which nothing was finished are left out.

    counts: items finished in each past week, oldest first, shape (weeks,)
    raises: ValueError when a count is negative
    """
    _check(counts)
    means = [
        sum(counts[end - window : end]) / window for end in range(len(counts), window - 1, -window)
    ]
    ratios = [math.log(a / b) for a, b in pairwise(means) if a > 0 and b > 0]
    squares = sum(ratio * ratio for ratio in ratios) + SPREAD_EVIDENCE * FIRST_SPREAD**2
    return min(SPREAD_CAP, math.sqrt(squares / (len(ratios) + SPREAD_EVIDENCE)))


def forecast(
    counts: Sequence[int],
    remaining: int,
    *,
    scores: np.ndarray,
    draws: np.ndarray,
    growth: float = 0.0,
    split: float = 0.0,
    spread: float | None = None,
) -> Throughput:
    """Weeks until the remaining items are finished.

    A trial multiplies what a drawn week finished by exp(spread x Z), the same in all its weeks.

    counts:  items finished in each past week, oldest first; the newest 26 weeks are drawn from
    scores:  Z, standard normal, shape (trials,); draws: even from 0 to 1, shape (trials, weeks),
             used again from the start where a trial needs more
    growth:  items added to the backlog for each one finished, 0 to below 1
    split:   further items that each remaining one turns out to be, >= 0
    returns: 0 weeks for nothing remaining; FAR_WEEKS where ten years are not enough
    raises:  ValueError when a count or the remaining is negative, no week drawn from finished
             anything, or a factor is out of its bounds
    """
    _check(counts)
    recent = np.array(counts[-DRAWN:], dtype=float)
    if remaining < 0 or not 0 <= growth < 1 or split < 0:
        raise ValueError("remaining, growth and split must be in their bounds")
    if not recent.any():
        raise ValueError("throughput needs at least one recent week with a finished item")
    spread = level_spread(counts) if spread is None else spread
    need = np.full(len(scores), remaining * (1 + split))
    level = np.exp(spread * np.asarray(scores)) * (1 - growth)
    weeks = recent[np.minimum((np.asarray(draws) * len(recent)).astype(int), len(recent) - 1)]
    passed = np.cumsum(weeks, axis=1) * level[:, None]
    taken = _weeks_to(passed, need)
    return Throughput(tuple(np.quantile(taken, LEVELS).tolist()), spread, len(recent))


def drawn(seed: int, trials: int, weeks: int = 26) -> tuple[np.ndarray, np.ndarray]:
    """What `forecast` draws from, the same for the same seed: scores and draws.

    Philox keyed by the seed, in a stream that no item has.
    """
    rng = np.random.Generator(np.random.Philox(key=np.array([seed, 2**63], dtype=np.uint64)))
    return rng.standard_normal(trials), rng.random((trials, weeks))


def second_opinion(effort: float, throughput: float) -> SecondOpinion:
    """Both forecasts of the remaining weeks, and whether they are too far apart to trust either.

    Counting knows whole weeks only, so one week more or less says nothing.

    raises: ValueError when a duration is negative
    """
    if effort < 0 or throughput < 0:
        raise ValueError("a duration is not negative")
    apart = abs(throughput - effort) > LEAST_WEEKS
    if effort == 0:
        return SecondOpinion(effort, throughput, 0.0, apart)
    differ = (throughput - effort) / effort
    return SecondOpinion(effort, throughput, differ, apart and abs(differ) > DIFFERS)


def _weeks_to(passed: np.ndarray, need: np.ndarray) -> np.ndarray:
    """Whole weeks until each trial's need is met; whole rounds of the draws repeat, shape (n,)."""
    round_weeks, each = passed.shape[1], passed[:, -1]
    rounds = np.zeros(len(need))
    whole = each > 0
    rounds[whole] = np.maximum(np.ceil(need[whole] / each[whole] - 1e-9) - 1, 0)
    left = need - rounds * each
    within = np.sum(passed < left[:, None] - 1e-9, axis=1) + 1
    weeks = np.where(need > 0, rounds * round_weeks + within, 0.0)
    return np.where(whole | (need <= 0), np.minimum(weeks, FAR_WEEKS), FAR_WEEKS)


def _check(counts: Sequence[int]) -> None:
    if any(count < 0 for count in counts):
        raise ValueError("item counts cannot be negative")
