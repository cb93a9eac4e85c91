"""Ways to draw weights: what is known of them, from nothing at all to the weights themselves."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tradeoffs.maths.weighing import normalise

UNIFORM, ORDINAL, AROUND, FIXED, INTERVALS = "uniform", "ordinal", "around", "fixed", "intervals"
KAPPA = {"vague": 5.0, "normal": 20.0, "firm": 80.0}
"""How firmly the stated weights are meant: the variance of a weight is w (1 - w) / (kappa + 1)."""

LEAST_ACCEPTED = 0.05
BURN_IN, THIN = 200, 5


@dataclass(frozen=True, slots=True)
class Weights:
    """What is known of the weights.

    kind:      uniform (nothing: Dirichlet(1) on the simplex), ordinal (their order alone), around
               (Dirichlet(kappa w)), fixed (exactly these) or intervals (uniform between limits)
    stated:    weights, scaled to add to 1 (around, fixed)
    order:     1 is most important; equals are not ordered among each other (ordinal)
    intervals: (least, most) of each share in [0, 1] (intervals)
    """

    kind: str = AROUND
    stated: tuple[float, ...] = ()
    kappa: float = KAPPA["normal"]
    order: tuple[int, ...] = ()
    intervals: tuple[tuple[float, float], ...] = ()

    def check(self, criteria: int) -> None:
        """raises: ValueError when it does not say what its kind needs of so many criteria"""
        needed = {AROUND: self.stated, FIXED: self.stated, ORDINAL: self.order}
        given = needed.get(self.kind, self.intervals if self.kind == INTERVALS else None)
        if self.kind not in (UNIFORM, *needed, INTERVALS):
            raise ValueError("weights are uniform, ordinal, around, fixed or intervals")
        if given is not None and len(given) != criteria:
            raise ValueError("say something of the weight of each criterion")
        if self.kind in (AROUND, FIXED):
            normalise(self.stated)
        if self.kind == AROUND and not 0 < self.kappa < 1e9:
            raise ValueError("kappa must be more than 0")
        if self.kind == INTERVALS:
            self._check_intervals()

    def _check_intervals(self) -> None:
        if any(not 0 <= low <= high <= 1 for low, high in self.intervals):
            raise ValueError("a weight lies between its limits, in order, from 0 to 1")
        if not sum(low for low, _ in self.intervals) <= 1 <= sum(h for _, h in self.intervals):
            raise ValueError("no weights between these limits add to 100 %")

    def draw(self, generator: np.random.Generator, size: int, criteria: int) -> np.ndarray:
        """Weights that add to 1, shape (criteria, size)."""
        if self.kind == FIXED:
            return np.repeat(np.array(normalise(self.stated))[:, None], size, axis=1)
        if self.kind == AROUND:
            shape = self.kappa * np.array(normalise(self.stated))
            drawn = generator.standard_gamma(shape, size=(size, criteria)).T
            return np.ascontiguousarray(drawn / np.maximum(drawn.sum(axis=0), 1e-300))
        if self.kind == INTERVALS:
            return between(self.intervals, generator, size)
        drawn = simplex(generator, size, criteria)
        return in_order(drawn, self.order) if self.kind == ORDINAL else drawn


def simplex(generator: np.random.Generator, size: int, criteria: int) -> np.ndarray:
    """Uniform on the simplex, shape (criteria, size)."""
    drawn = generator.standard_exponential((criteria, size))
    return drawn / drawn.sum(axis=0)


def in_order(drawn: np.ndarray, order: Sequence[int]) -> np.ndarray:
    """Each draw put in the order of importance; equals keep the order in which they were drawn."""
    falling = -np.sort(-drawn, axis=0)
    found = np.empty_like(drawn)
    at = 0
    for place in sorted(set(order)):
        members = [j for j, p in enumerate(order) if p == place]
        group = falling[at : at + len(members)]
        turn = np.argsort(np.argsort(-drawn[members], axis=0), axis=0)
        found[members] = np.take_along_axis(group, turn, axis=0)
        at += len(members)
    return found


def between(
    intervals: Sequence[tuple[float, float]], generator: np.random.Generator, size: int
) -> np.ndarray:
    """Uniform on the weights between limits: by rejection, by hit and run where few are accepted.

    Smith, Operations Research 32(6), 1984; Tervonen et al., EJOR 224(3), 2013.
    """
    low, high = (np.array(ends)[:, None] for ends in zip(*intervals, strict=True))
    found: list[np.ndarray] = []
    tried, have = 0, 0
    while have < size:
        drawn = simplex(generator, 4 * size, len(intervals))
        kept = drawn[:, ((drawn >= low) & (drawn <= high)).all(axis=0)]
        tried, have = tried + 4 * size, have + kept.shape[1]
        if have < LEAST_ACCEPTED * tried:
            return _hit_and_run(low[:, 0], high[:, 0], generator, size)
        found.append(kept)
    return np.concatenate(found, axis=1)[:, :size]


def _hit_and_run(
    low: np.ndarray, high: np.ndarray, generator: np.random.Generator, size: int
) -> np.ndarray:
    """A walk inside the limits, thinned, from a point between them that adds to 1."""
    room = (high - low).sum()
    at = low + (high - low) * ((1 - low.sum()) / room if room else 0)
    found = np.empty((len(low), size))
    for step in range(BURN_IN + THIN * size):
        way = generator.standard_normal(len(low))
        way = np.where(high > low, way, 0)
        free = high > low
        if free.sum() > 1:
            way[free] -= way[free].mean()
            with np.errstate(divide="ignore", invalid="ignore"):
                ends = np.stack([(low - at) / way, (high - at) / way])
            ends = ends[:, way != 0]
            least, most = ends.min(axis=0).max(), ends.max(axis=0).min()
            at = np.clip(at + way * generator.uniform(least, most), low, high)
        if step >= BURN_IN and (step - BURN_IN) % THIN == 0:
            found[:, (step - BURN_IN) // THIN] = at
    return found / found.sum(axis=0)
