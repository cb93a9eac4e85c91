"""Which item is taken before which: what the ranks say, and what they leave open."""

from collections.abc import Iterator, Sequence

import numpy as np

from .clocks import DAYS
from .generation import Generation, Slot
from .plan import State

EFFORT = 1500
"""Placements that a search may use: a plan of 1,000 items is scheduled once, one of 300 five times.

More was tried: see docs/decisions/0009."""
MARGIN = 0.001
"""Part by which a schedule must be shorter to be taken instead of another."""
_TINY = 1e-6


def inherited_ranks(generation: Generation) -> dict[int, float]:
    """Rank of each open leaf, or of the first-ranked item that waits for it where that is lower.

    Who puts an item first puts first what it needs.
    """
    if "ranks" in generation.known:
        return generation.known["ranks"]
    structure = generation.structure
    items, stated = structure.items, generation.ranks
    ranks: dict[int, float] = {}
    needed: dict[int, float] = {}
    for id in reversed(generation.topological):
        over = (needed[each] for each in (id, *structure.ancestors[id]) if each in needed)
        ranks[id] = min([stated[id], *over])
        if items[id].state == State.PLANNED:
            for link in structure.incoming[id]:
                needed[link.pred] = min(needed.get(link.pred, ranks[id]), ranks[id])
    generation.known["ranks"] = ranks
    return ranks


def tails(generation: Generation) -> dict[int, float]:
    """Working days of the longest chain that waits for each open leaf's finish."""
    if "tails" in generation.known:
        return generation.known["tails"]
    structure = generation.structure
    found: dict[int, float] = {}
    waiting: dict[int, float] = {}
    for id in reversed(generation.topological):
        found[id] = max(waiting.get(each, 0.0) for each in (id, *structure.ancestors[id]))
        if structure.items[id].state == State.PLANNED:
            lasts = found[id] + working_days(generation, id)
            for link in structure.incoming[id]:
                waiting[link.pred] = max(waiting.get(link.pred, 0.0), lasts)
    generation.known["tails"] = found
    return found


def working_days(generation: Generation, id: int) -> float:
    """Working days of an item at its teams' full strength."""
    return max(work / (clock.nominal or 1.0) for _, clock, _, work in generation.parts[id])


class Yardstick:
    """Compares schedules of one plan as the ranks demand it.

    A schedule is no worse than another where the first k items together finish no later, for
    every k (with equal ranks counted together). That is the same as: no worse for every set of
    weights that fall with rank (by summation by parts), so no weights need to be chosen, and no
    item ever waits for one ranked below it because that is shorter.
    """

    def __init__(self, generation: Generation):
        stated = generation.ranks
        self.ids = sorted(generation.parts, key=lambda id: (stated[id], id))
        ranks = np.array([stated[id] for id in self.ids])
        self.ends = np.flatnonzero(np.diff(ranks, append=np.inf))
        self.ranked = np.searchsorted(ranks, ranks)

    def finishes(self, slots: dict[int, Slot]) -> np.ndarray:
        """Finishes by rank, cut at the horizon."""
        return np.minimum([slots[id].finish for id in self.ids], DAYS)

    def allows(self, new: dict[int, Slot], old: dict[int, Slot]) -> bool:
        """Whether no number of first-ranked items finishes later on the whole."""
        later = np.cumsum(self.finishes(new) - self.finishes(old))
        return bool((later[self.ends] <= _TINY * len(self.ids)).all())

    def length(self, slots: dict[int, Slot]) -> float:
        """Days to the last finish and to the mean one, the first-ranked counting most."""
        finishes = self.finishes(slots)
        if not len(finishes):
            return 0.0
        weights = 1.0 / (1.0 + self.ranked)
        return float(finishes.max() + weights @ finishes / weights.sum())

    def better(self, new: dict[int, Slot], old: dict[int, Slot]) -> bool:
        """Whether the new schedule is shorter by a margin, and the ranks allow it."""
        return self.length(new) < (1 - MARGIN) * self.length(old) and self.allows(new, old)

    def lags_behind(self, old: dict[int, Slot], new: dict[int, Slot], days: float) -> bool:
        """Whether some number of first-ranked items finishes so many days later on average."""
        if not self.ids:
            return False
        later = np.cumsum(self.finishes(old) - self.finishes(new))[self.ends]
        return bool((later > days * (np.asarray(self.ends) + 1)).any())


def sequenced(generation: Generation, kept: Sequence[int] = ()) -> dict[int, Slot]:
    """The schedule by rank, improved where the ranks leave something open.

    kept: an order that decides where ranks are equal
    """
    yardstick = Yardstick(generation)
    if not yardstick.ids:
        return {}
    candidates = _priorities(generation, kept)
    order = generation.ordered(next(candidates))
    slots = generation.slots(order)
    for _ in range(EFFORT // len(order) - 1):
        priority = next(candidates, None)
        if priority is None:
            break
        tried = generation.slots(generation.ordered(priority))
        if yardstick.better(tried, slots):
            slots = tried
    return slots


def _priorities(generation: Generation, kept: Sequence[int]) -> Iterator[dict[int, tuple]]:
    """Ways to take the items, the most likely first; all of them are legal.

    Where stated ranks are equal the old order decides, then what has the longest chain behind it
    (the latest-finish-time rule).
    """
    stated, ranks = generation.ranks, inherited_ranks(generation)
    place = {id: k for k, id in enumerate(kept)}
    open_choice = len({stated[id] for id in ranks}) < len(ranks)
    left = tails(generation) if open_choice else dict.fromkeys(ranks, 0.0)
    own = {id: (stated[id], place.get(id, len(place)), -left[id], id) for id in ranks}
    yield {id: (ranks[id], *own[id]) for id in ranks}
    yield own
    left = left if open_choice else tails(generation)
    yield {id: (ranks[id], -left[id], *own[id]) for id in ranks}
    if open_choice:
        yield {id: (stated[id], -left[id], id) for id in ranks}
        from .makespan import short_order

        order = short_order(generation, schedules=EFFORT // len(ranks))
        yield {id: (k,) for k, id in enumerate(order)}
        yield {id: (stated[id], k) for k, id in enumerate(order)}
