"""Random numbers that belong to what they are drawn for, never to the order of rows.

Every number is keyed by (seed, purpose, id, trial): another item, another order or fewer trials
changes nobody's draws, so two plans differ only by what changed (common random numbers).

A block of 500 trials reads 500 neighbouring numbers of one of 512 rows, each a random order of
500 strata filled twice over; the key chooses the row, the place where the reading begins, and
whether levels are mirrored. So each block holds one level in each 1/500, at the price of a copy.
"""

from collections.abc import Sequence
from enum import IntEnum
from functools import cache

import numpy as np

from .scores import inverse_normal

BLOCK = 500
"""Trials that are stratified together: any run's first 500 are the preview's."""

_ROWS = 512
_WORD = 2**64
_POOL_KEY = 20270104


class Purpose(IntEnum):
    """What a draw is for; part of its key, so never renumber."""

    EFFORT = 0
    DRAG = 1
    EFFECT = 2
    EXTERNAL = 3
    TEAM_BIAS = 4
    EPIC_BIAS = 5
    INPUT = 6


@cache
def level_pool() -> np.ndarray:
    """Stratified levels in random order, shape (rows, 2 x 500); the second half repeats the first.

    The strata are put in order by sorting random words; a second word places each level inside
    its stratum. The same for every seed: a seed chooses where to read.
    """
    generator = np.random.Philox(key=_POOL_KEY)
    words = generator.random_raw(2 * _ROWS * BLOCK).reshape(2, _ROWS, BLOCK)
    inside = ((words[1] >> np.uint64(32)).astype(float) + 0.5) / 2**32
    levels = (np.argsort(words[0], axis=1) + inside) / BLOCK
    return np.concatenate([levels, levels], axis=1)


@cache
def score_pool() -> np.ndarray:
    """Normal scores of `level_pool`, float32, the same shape."""
    half = inverse_normal(level_pool()[:, :BLOCK]).astype(np.float32)
    return np.concatenate([half, half], axis=1)


@cache
def level_windows() -> np.ndarray:
    """Every 500 neighbours of the levels: row `start` begins at the flat index `start`."""
    return np.lib.stride_tricks.sliding_window_view(level_pool().reshape(-1), BLOCK)


@cache
def score_windows() -> np.ndarray:
    """Every 500 neighbours of the scores."""
    return np.lib.stride_tricks.sliding_window_view(score_pool().reshape(-1), BLOCK)


def readings(
    seed: int, purpose: Purpose, ids: Sequence[int] | np.ndarray, blocks: int
) -> tuple[np.ndarray, np.ndarray]:
    """Where each id's blocks begin in a pool, and whether they are mirrored.

    returns: flat index, int64, and mirrored, bool; both of shape (ids, blocks)
    """
    salt = (int(purpose) * 0x9E3779B97F4A7C15 + seed) % _WORD
    key = _mixed(np.asarray(ids, dtype=np.int64).astype(np.uint64) ^ np.uint64(salt))
    words = _mixed(key[:, None] + _mixed(np.arange(1, blocks + 1, dtype=np.uint64))[None, :])
    row = (words >> np.uint64(8)) % np.uint64(_ROWS)
    begin = (words >> np.uint64(24)) % np.uint64(BLOCK)
    start = (row * np.uint64(2 * BLOCK) + begin).astype(np.int64)
    return start, (words & np.uint64(1)).astype(bool)


def _mixed(words: np.ndarray) -> np.ndarray:
    """Well mixed 64-bit words (the finaliser of SplitMix64; Steele, Lea and Flood, 2014)."""
    words = words + np.uint64(0x9E3779B97F4A7C15)
    words = (words ^ (words >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    words = (words ^ (words >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return words ^ (words >> np.uint64(31))


class Draws:
    """Levels in (0, 1) and normal scores for one seed."""

    def __init__(self, seed: int, trials: int):
        """
        raises: ValueError for a seed outside 0 to 2^64 - 1 or fewer than 1 trial
        """
        if not 0 <= seed < _WORD:
            raise ValueError("the seed must be a whole number from 0 to 2**64 - 1")
        if trials < 1:
            raise ValueError("a forecast needs at least one trial")
        self.seed, self.trials = seed, trials
        self.blocks = -(-trials // BLOCK)

    def levels(self, purpose: Purpose, id: int) -> np.ndarray:
        """Scrambled stratified levels, shape (trials,): one in each 1/500 of (0, 1) per block."""
        start, mirrored = readings(self.seed, purpose, [id], self.blocks)
        levels = level_windows()[start[0]]
        np.subtract(1.0, levels, out=levels, where=mirrored[0][:, None])
        return levels.reshape(-1)[: self.trials]

    def scores(self, purpose: Purpose, id: int) -> np.ndarray:
        """Normal scores of the same levels, float32, shape (trials,)."""
        start, mirrored = readings(self.seed, purpose, [id], self.blocks)
        scores = score_windows()[start[0]]
        np.negative(scores, out=scores, where=mirrored[0][:, None])
        return scores.reshape(-1)[: self.trials]


def read_levels(table: Sequence[float] | np.ndarray, levels: np.ndarray) -> np.ndarray:
    """The quantiles of a table at levels in [0, 1], linear between its points (`ranges.read`)."""
    values = np.asarray(table, dtype=float)
    place = levels * (len(values) - 1)
    k = np.minimum(place.astype(np.intp), len(values) - 2)
    low = values[k]
    return low + (place - k) * (values[k + 1] - low)
