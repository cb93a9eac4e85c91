"""How often each option would be first, second, ... over plausible weights and scores (SMAA-2).

Lahdelma & Salminen, Operations Research 49(3):444-454, 2001. Needs numpy: import it where it is
used, so that a page that only shows a stored result never loads it.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from roadmaps.forecasting.ranges import LEVELS
from tradeoffs.maths.quantiles import HALVES, value_tables
from tradeoffs.maths.scales import TIE
from tradeoffs.maths.weighing import Criterion, Range
from tradeoffs.maths.weight_draws import Weights

BLOCK = 500
"""Draws that are made together; a run's first blocks are those of a shorter run."""

DRAWS = 10_000
KEPT = 8_000_000
"""Drawn values that are kept for a second look; beyond, they are drawn again."""

REMEMBERED = 2_000_000
"""Drawn values that a process remembers for the next weights of the same matrix, 8 MB."""

AT_ONCE = 100_000
"""Up to so many pairs of totals are compared in one step."""

SCORES, WEIGHTS = 0, 1

Cell = Range | Sequence[Range] | None
"""What is known of one score: a range, one range for each scorer, or nothing."""


@dataclass(frozen=True)
class Acceptability:
    """Shares of draws; every share carries a Monte Carlo error of at most 1.96 sqrt(b(1-b)/N).

    ranks:      shape (options, ranks): share of draws in which an option has a rank, ties split
    central:    mean weights of the draws in which an option is first, None if it never is
    confidence: share of draws of the scores in which it is first at its central weights, or None
    pairwise:   shape (options, options): share in which the row beats the column, ties half
    shifts:     for each option, what its wins need: (option, criterion, mean value in all draws,
                mean value where it is first), largest shift first
    """

    ranks: tuple[tuple[float, ...], ...]
    central: tuple[tuple[float, ...] | None, ...]
    confidence: tuple[float | None, ...]
    pairwise: tuple[tuple[float, ...], ...]
    shifts: tuple[tuple[tuple[int, int, float, float], ...], ...]
    draws: int
    seed: int


def acceptability(
    criteria: Sequence[Criterion],
    cells: Sequence[Sequence[Cell]],
    weights: Weights,
    *,
    draws: int = DRAWS,
    seed: int,
    spread: str = HALVES,
    shifts: int = 0,
) -> Acceptability:
    """Draw weights and scores, and count ranks.

    Scores are drawn from their range and then put on their fixed scale. Ranges of criteria with
    `is_quantity` are fitted log-wise where P10 > 0, all others as two half-normals joined at the
    median; with spread="triangular" a range is least, likely and most. A cell with several ranges
    draws a scorer first. A cell without any is uniform between worst and best.

    cells:  shape (options, criteria)
    shifts: how many of the largest shifts to name for each option
    raises: ValueError when shapes differ, nothing is to be compared or draws < 1
    """
    if not cells or not criteria or any(len(row) != len(criteria) for row in cells):
        raise ValueError("a comparison needs options, criteria, and one cell for each of both")
    if draws < 1 or not 0 <= seed < 2**63:
        raise ValueError("draw at least once, from a seed of 0 or more")
    weights.check(len(criteria))
    count = _Counts(len(cells), len(criteria), shifts=bool(shifts))
    values = _values(criteria, cells, seed, spread, draws)
    for (block, size), drawn in zip(_blocks(draws), values(), strict=True):
        count.add(drawn, weights.draw(_generator(seed, WEIGHTS, block), size, len(criteria)))
    central = count.central()
    confidence = _confidence(values(), central, draws)
    first = count.first
    return Acceptability(
        ranks=_rows(count.ranks / draws),
        central=tuple(
            tuple(row.tolist()) if first[i] > 0 else None for i, row in enumerate(central)
        ),
        confidence=tuple(
            float(share) if first[i] > 0 else None for i, share in enumerate(confidence)
        ),
        pairwise=_rows(count.pairwise / draws),
        shifts=count.largest_shifts(shifts),
        draws=draws,
        seed=seed,
    )


def _values(
    criteria: Sequence[Criterion],
    cells: Sequence[Sequence[Cell]],
    seed: int,
    spread: str,
    draws: int,
) -> Callable[[], Iterable[np.ndarray]]:  # fmt: skip
    """The drawn values of the scores, block by block, as often as they are asked for."""
    size = len(cells) * len(criteria) * draws
    if size <= REMEMBERED:
        # No weight changes a score: whoever moves one meets the same draws again.
        scales = tuple(replace(criterion, weight=0.0) for criterion in criteria)
        known = tuple(tuple(tuple(_ranges(cell)) for cell in row) for row in cells)
        blocks = _remembered(scales, known, seed, spread, draws)
        return lambda: blocks
    scores = _Scores(criteria, cells, seed, spread)
    if size <= KEPT:
        kept = [scores.draw(block, size) for block, size in _blocks(draws)]
        return lambda: kept
    return lambda: (scores.draw(block, size) for block, size in _blocks(draws))


@lru_cache(maxsize=4)
def _remembered(
    criteria: tuple[Criterion, ...], cells: tuple[tuple[tuple[Range, ...], ...], ...],
    seed: int, spread: str, draws: int,
) -> tuple[np.ndarray, ...]:  # fmt: skip
    scores = _Scores(criteria, cells, seed, spread)
    blocks = tuple(scores.draw(block, size) for block, size in _blocks(draws))
    for block in blocks:
        block.flags.writeable = False
    return blocks


def _rows(array: np.ndarray) -> tuple[tuple[float, ...], ...]:
    return tuple(map(tuple, array.tolist()))


def _blocks(draws: int) -> Iterator[tuple[int, int]]:
    for block, start in enumerate(range(0, draws, BLOCK)):
        yield block, min(BLOCK, draws - start)


def _generator(seed: int, purpose: int, block: int) -> np.random.Generator:
    """Weights and scores have streams of their own: moving a weight changes no score."""
    return np.random.Generator(np.random.SFC64(np.random.SeedSequence((seed, purpose, block))))


class _Scores:
    """Quantile tables of the values of all cells, on the common scale."""

    def __init__(self, criteria, cells, seed: int, spread: str):
        self.seed = seed
        self.shape = (len(criteria), len(cells))
        self.fixed = np.zeros(self.shape)
        self.places: list[int] = []
        drawn: list[tuple[Criterion, Range | None]] = []
        self.groups: list[tuple[int, int]] = []
        starts = []
        for j, criterion in enumerate(criteria):
            for i, row in enumerate(cells):
                known = _ranges(row[j])
                if len(known) == 1 and known[0].p10 == known[0].p90:
                    self.fixed[j, i] = criterion.value(known[0].p50)
                    continue
                if len(known) > 1:
                    self.groups.append((len(self.places), len(known)))
                self.places.append(j * len(cells) + i)
                starts.append(len(drawn))
                drawn += [(criterion, one) for one in known] or [(criterion, None)]
        self.starts = np.array(starts, dtype=np.intp)[:, None] * len(LEVELS)
        self.tables = value_tables(drawn, spread).astype(np.float32)
        self.steps = np.diff(self.tables, axis=1, append=0)

    def draw(self, block: int, size: int) -> np.ndarray:
        """Values, shape (criteria, options, size)."""
        values: np.ndarray = np.empty((len(self.places), 0))
        if len(self.places) < self.fixed.size:
            values = np.repeat(self.fixed.reshape(-1, 1), size, axis=1)
        if self.places:
            generator = _generator(self.seed, SCORES, block)
            bits = generator.integers(2**32, size=(len(self.places), size), dtype=np.uint32)
            k = (bits >> np.uint32(24)).astype(np.intp)
            part = (bits & np.uint32(0xFFFFFF)).astype(np.float32) / np.float32(2**24)
            k += self.starts
            for row, scorers in self.groups:
                k[row] += generator.integers(scorers, size=size) * len(LEVELS)
            part *= self.steps.take(k)
            part += self.tables.take(k)
            if len(self.places) == len(values):
                values = part
            else:
                values[self.places] = part
        return values.reshape(*self.shape, size)


def _ranges(cell: Cell) -> Sequence[Range]:
    if cell is None:
        return ()
    return (cell,) if isinstance(cell, Range) else cell


class _Counts:
    def __init__(self, options: int, criteria: int, *, shifts: bool):
        self.ranks = np.zeros((options, options))
        self.pairwise = np.zeros((options, options))
        self.weights = np.zeros((options, criteria))
        self.first = np.zeros(options)
        self.where_first = np.zeros((options, criteria, options)) if shifts else None
        self.everywhere = np.zeros((criteria, options))
        self.drawn = 0

    def add(self, values: np.ndarray, weights: np.ndarray) -> None:
        """values: shape (criteria, options, size); weights: shape (criteria, size)"""
        totals = np.einsum("jib,jb->ib", values, weights)
        options, size = totals.shape
        if options * options * size <= AT_ONCE:
            firsts = self._compare(totals)
        else:
            firsts = self._compare_one_by_one(totals)
        for i in range(options):
            self.pairwise[i, i] = 0
        self.first += firsts.sum(axis=1)
        self.weights += firsts @ weights.T
        self.drawn += size
        if self.where_first is not None:
            flat = values.reshape(-1, values.shape[2])
            self.where_first += (firsts @ flat.T).reshape(self.where_first.shape)
            self.everywhere += values.sum(axis=2)

    def _compare(self, totals: np.ndarray) -> np.ndarray:
        """Count ranks and duels of all pairs at once. returns: who is first, equals share it"""
        options = len(totals)
        gap = totals[:, None] - totals[None]
        above = gap > TIE
        ahead = above.sum(axis=0, dtype=np.intp)
        level = (gap >= -TIE).sum(axis=0, dtype=np.intp) - ahead - 1
        self.pairwise += np.count_nonzero(above, axis=2)
        if not level.any():
            places = ahead + np.arange(options)[:, None] * options
            self.ranks += np.bincount(places.reshape(-1), minlength=options**2).reshape(
                options, options
            )
        else:
            self.pairwise += 0.5 * np.count_nonzero(np.abs(gap) <= TIE, axis=2)
            for i in range(options):
                self._place(i, ahead[i], level[i])
        return (ahead == 0) / (level + 1)

    def _compare_one_by_one(self, totals: np.ndarray) -> np.ndarray:
        """The same for so many options that all their pairs would fill the memory."""
        options = len(totals)
        firsts = np.empty_like(totals)
        for i in range(options):
            gap = totals - totals[i]
            above = gap > TIE
            ahead = above.sum(axis=0)
            level = (gap >= -TIE).sum(axis=0) - ahead - 1
            self._place(i, ahead, level)
            won = above.sum(axis=1)
            self.pairwise[:, i] += won
            self.pairwise[i] += 0 if not level.any() else _ties(gap, i)
            firsts[i] = (ahead == 0) / (level + 1)
        return firsts

    def _place(self, i: int, ahead: np.ndarray, level: np.ndarray) -> None:
        """Count ranks; equals share the ranks that they take together."""
        options = len(self.ranks)
        if not level.any():
            self.ranks[i] += np.bincount(ahead, minlength=options)
            return
        found = np.bincount(ahead * options + level, minlength=options * options)
        for code in np.flatnonzero(found):
            rank, equals = divmod(int(code), options)
            self.ranks[i, rank : rank + equals + 1] += found[code] / (equals + 1)

    def central(self) -> np.ndarray:
        return self.weights / np.where(self.first > 0, self.first, 1)[:, None]

    def largest_shifts(self, most: int) -> tuple:
        if self.where_first is None:
            return tuple(() for _ in self.ranks)
        everywhere = self.everywhere / self.drawn
        return tuple(self._shifts(i, everywhere, most) for i in range(len(self.ranks)))

    def _shifts(self, i: int, everywhere: np.ndarray, most: int) -> tuple:
        if self.where_first is None or self.first[i] <= 0:
            return ()
        there = self.where_first[i] / self.first[i]
        order = np.argsort(-np.abs(there - everywhere), axis=None, kind="stable")[:most]
        pairs = [np.unravel_index(place, there.shape) for place in order]
        return tuple(
            (int(o), int(j), float(everywhere[j, o]), float(there[j, o])) for j, o in pairs
        )


def _ties(gap: np.ndarray, i: int) -> np.ndarray:
    return 0.5 * (np.abs(gap) <= TIE).sum(axis=1)


def _confidence(blocks, central: np.ndarray, draws: int) -> np.ndarray:
    """Share of draws of the scores in which each option is first at its own central weights."""
    options = len(central)
    won = np.zeros(options)
    for values in blocks:
        criteria, _, size = values.shape
        totals = (central.astype(values.dtype) @ values.reshape(criteria, -1)).reshape(
            options, options, size
        )
        leads = totals >= totals.max(axis=1, keepdims=True) - TIE
        own = leads[np.arange(options), np.arange(options)]
        won += (own / leads.sum(axis=1)).sum(axis=1)
    return won / draws
