"""Random numbers that belong to what they are drawn for, never to the order of rows.

Every number is keyed by (seed, purpose, id, trial): another item, another order or fewer trials
changes nobody's draws, so two plans differ only by what changed (common random numbers).
"""

from collections.abc import Sequence
from enum import IntEnum

import numpy as np

BLOCK = 500
"""Trials that are stratified together: any run's first 500 are the preview's."""

_LOW = np.uint64(0xFFFFFFFF)
_WORD = 2**64


class Purpose(IntEnum):
    """What a draw is for; part of its key, so never renumber."""

    EFFORT = 0
    DRAG = 1
    EFFECT = 2
    EXTERNAL = 3


class Draws:
    """Levels in (0, 1) for one seed; `keep` holds them while several plans are compared."""

    def __init__(self, seed: int, trials: int, *, keep: bool = False):
        """
        raises: ValueError for a seed outside 0 to 2^64 - 1 or fewer than 1 trial
        """
        if not 0 <= seed < _WORD:
            raise ValueError("the seed must be a whole number from 0 to 2**64 - 1")
        if trials < 1:
            raise ValueError("a forecast needs at least one trial")
        self.seed, self.trials, self.keep = seed, trials, keep
        self._kept: dict[tuple[Purpose, int], np.ndarray] = {}

    def levels(self, purpose: Purpose, id: int) -> np.ndarray:
        """Scrambled stratified levels, shape (trials,): one in each 1/500 of (0, 1) per block.

        The strata are put in random order by sorting Philox words; their low halves, independent
        of the order, place each level inside its stratum.
        """
        if (purpose, id) in self._kept:
            return self._kept[purpose, id]
        blocks = -(-self.trials // BLOCK)
        word = (int(purpose) << 56) + id % (1 << 56)
        generator = np.random.Philox(key=np.array([self.seed, word], dtype=np.uint64))
        words = generator.random_raw(blocks * BLOCK).reshape(blocks, BLOCK)
        inside = ((words & _LOW).astype(float) + 0.5) / 2**32
        levels = ((np.argsort(words, axis=1) + inside) / BLOCK).reshape(-1)[: self.trials]
        if self.keep:
            self._kept[purpose, id] = levels
        return levels


def read_levels(table: Sequence[float], levels: np.ndarray) -> np.ndarray:
    """The quantiles of a table at levels in [0, 1], linear between its points (`ranges.read`)."""
    values = np.asarray(table, dtype=float)
    place = levels * (len(values) - 1)
    k = np.minimum(place.astype(np.intp), len(values) - 2)
    low = values[k]
    return low + (place - k) * (values[k + 1] - low)
