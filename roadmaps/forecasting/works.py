"""How long every item takes in its place, in numpy: read a batch of items ahead of the trials."""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Executor, Future

import numpy as np

from .draws import score_windows
from .inputs import CENTRE, TOP, Inputs, Scores
from .program import Program

_AT_ONCE = 40_000
"""Items x trials of a batch: a few arrays of it stay near the processor."""

_AHEAD = 2
"""Batches that wait to be taken while another is read."""


def paired(tables: np.ndarray) -> np.ndarray:
    """Tables over the grid as low + i x rise of each step, so that one read finds both.

    Before the first step and after the last stand their ends, which rise no more: a score beyond
    the grid needs no cutting.

    tables:  float32, shape (items, points)
    returns: complex64, shape (items, points + 1)
    """
    found = np.zeros((len(tables), tables.shape[1] + 1), dtype=np.complex64)
    rise = tables[:, 1:] - tables[:, :-1]
    found.real[:, 1:-1], found.imag[:, 1:-1] = tables[:, :-1], rise
    found.real[:, 0] = tables[:, 0]
    found.real[:, -1] = tables[:, -2] + rise[:, -1] * (TOP - np.floor(TOP))
    return found


class Works:
    """Capacity time of every item, in start order, for some blocks of trials."""

    def __init__(self, program: Program, inputs: Inputs, pairs: np.ndarray, part: slice, blocks):
        self.inputs, self.pairs, self.blocks = inputs, pairs, blocks
        self.size = part.stop - part.start
        self.clock = program.clock.tolist()
        self.slow = [None if row is None else cut(row, part) for row in inputs.slow]
        self.windows = score_windows()
        self.shared: dict[int, np.ndarray] = {}
        self.batch = max(1, _AT_ONCE // self.size)
        shape = (self.batch, self.size)
        self.index, self.step = np.empty(shape, dtype=np.intp), np.empty(shape, dtype=np.float32)
        self.read = np.empty(shape, dtype=np.complex64)
        self.into = [np.empty(shape, dtype=np.float32) for _ in range(_AHEAD + 2)]

    def rows(self, ahead: Executor | None) -> Iterator[np.ndarray]:
        """One float32 row of shape (trials,) an item; each holds until its batch is used up.

        ahead: reads batches while earlier ones are used
        """
        firsts = range(0, len(self.clock), self.batch)
        if ahead is None:
            for first in firsts:
                yield from self._batch(first, self.into[0])
            return
        coming: deque[Future] = deque()
        for number, first in enumerate(firsts):
            coming.append(ahead.submit(self._batch, first, self.into[number % len(self.into)]))
            if len(coming) > _AHEAD:
                yield from coming.popleft().result()
        while coming:
            yield from coming.popleft().result()

    def one(self, k: int) -> np.ndarray:
        """The row of one item alone, one's own to keep."""
        return self._batch(k, np.empty((1, self.size), dtype=np.float32))[0]

    def _batch(self, first: int, into: np.ndarray) -> np.ndarray:
        last = min(first + len(into), len(self.clock))
        place, count = into[: last - first], last - first
        index, step, read = self.index[:count], self.step[:count], self.read[:count]
        self._read(self.inputs.own, slice(first, last), place)
        team, epic = self.inputs.team, self.inputs.epic
        for row, k in enumerate(range(first, last)):
            np.add(place[row], self._team(int(team[k])), out=place[row])
            if epic[k]:
                np.add(place[row], self._epic(int(epic[k])), out=place[row])
        np.floor(place, out=step)
        np.copyto(index, step, casting="unsafe")
        np.add(index, 1, out=index)
        np.subtract(place, step, out=place)
        for row, k in enumerate(range(first, last)):
            self.pairs[k].take(index[row], out=read[row], mode="clip")
        np.multiply(place, read.imag, out=place)
        np.add(place, read.real, out=place)
        for row, k in enumerate(range(first, last)):
            pace = self.slow[self.clock[k]]
            if pace is not None:
                np.multiply(place[row], pace, out=place[row])
        return place

    def _read(self, scores: Scores, rows: slice, into: np.ndarray) -> np.ndarray:
        read = self.windows[scores.start[rows, self.blocks]]
        np.multiply(read, scores.weight[rows, self.blocks, None], out=into.reshape(read.shape))
        return into

    def _epic(self, row: int) -> np.ndarray:
        if row not in self.shared:
            into = np.empty((1, self.size), dtype=np.float32)
            self.shared[row] = self._read(self.inputs.shared, slice(row, row + 1), into)[0]
        return self.shared[row]

    def _team(self, row: int) -> np.ndarray:
        """What a team's score adds, from the middle of the grid; row 0: the middle."""
        if -row - 1 not in self.shared:
            self.shared[-row - 1] = self._epic(row) + CENTRE
        return self.shared[-row - 1]


def cut(row: np.ndarray, part: slice) -> np.ndarray:
    """Some trials of an array of all, its last value repeated where it ends; single values stay."""
    if len(row) == 1:
        return row
    found, size = row[part], part.stop - part.start
    return np.pad(found, (0, size - len(found)), mode="edge") if len(found) < size else found
