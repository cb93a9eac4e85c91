"""What drives the end: the chain of causes behind it in each trial, through links and places.

From the item that ends last the chain goes back to whatever let it start no earlier: the
predecessor whose link binds, or the item that held the place it took; it ends at a typed start,
something from outside, or the day of the forecast.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from .clocks import DAYS
from .plan import PlanLink, State
from .trials import Run, Simulator

TRACED = 1_000
"""Trials that are traced, at most: a share is then within 1.6 points, one standard error."""

_HAIR = 1e-6


@dataclass(frozen=True, slots=True)
class Drivers:
    """How much one item drives the end of the plan."""

    critical: float
    """Share of trials in which it is on the chain."""
    sensitivity: float
    """Schedule sensitivity index: that share x sd of its days / sd of the plan's days."""
    correlation: float
    """Rank correlation of its work with the end of the plan."""
    queueing: float
    """Mean working days that it waits for a place, over all traced trials."""


class Causes:
    """Traces the first trials of a simulator, whose runs it collects."""

    def __init__(self, of: Simulator):
        self.simulator, self.trials = of, of.traced
        self.ids = self.simulator.order
        self.at = {id: k for k, id in enumerate(self.ids)}
        shape = (len(self.ids), self.trials)
        self.ends = np.zeros(shape, dtype=np.float32)
        self.cause = np.full(shape, -1, dtype=np.int32)
        self.link = np.full(shape, -1, dtype=np.int32)
        self.links: dict[PlanLink, int] = {}
        self._last: dict[tuple[int, bool], np.ndarray] = {}
        self._spread = np.zeros(len(self.ids))
        self._work = np.zeros(shape, dtype=np.float32)
        self._queueing = np.zeros(len(self.ids))

    def collect(self, run: Run) -> None:
        """Note what let an item start no earlier."""
        k, n = self.at[run.item.id], self.trials
        start, ready = run.start[:n], np.maximum(run.ready[:n], run.typed)
        ends = np.minimum(run.axis.moment(run.finish[:n]), DAYS)
        self.ends[k] = ends
        self._spread[k] = np.std(ends - np.minimum(run.axis.start_moment(start), DAYS))
        self._work[k] = sum(part.work[:n] * part.crew for part in run.parts)
        waits = run.axis.weekdays(start) - run.axis.weekdays(np.minimum(ready, start))
        self._queueing[k] = float(np.mean(waits))
        if run.item.pinned and run.item.state == State.PLANNED:
            return
        cause, link = self.cause[k], self.link[k]
        begins = start - _HAIR
        open_yet = np.ones(n, dtype=bool)
        links = self.simulator.structure.incoming[run.item.id] if run.bounds else ()
        for each, whole in zip(links, run.bounds, strict=True):
            bound, leaf = whole[:n], self._holding_leaf(each)
            holds = open_yet & (bound >= begins) & (bound > _HAIR) & (leaf >= 0)
            cause[holds] = leaf[holds]
            link[holds] = self.links.setdefault(each, len(self.links))
            open_yet &= ~holds
        for free, holder in run.held:
            holds = open_yet & (free >= begins) & (holder >= 0)
            cause[holds] = holder[holds]
            open_yet &= ~holds

    def _holding_leaf(self, link: PlanLink) -> np.ndarray:
        """Position of the open leaf of the first item that ends (or starts) last; -1: none."""
        at_start = link.kind in ("SS", "SF")
        if (link.pred, at_start) not in self._last:
            self._last[link.pred, at_start] = self._last_leaf(link.pred, at_start)
        return self._last[link.pred, at_start]

    def _last_leaf(self, id: int, at_start: bool) -> np.ndarray:
        leaves = self.simulator.structure.leaves[id]
        at = np.array([self.at.get(leaf, -1) for leaf in leaves])
        if len(leaves) == 1:
            return np.full(self.trials, at[0])
        ends = [self.simulator.leaf_end(leaf, at_start, self.trials) for leaf in leaves]
        return at[np.argmax(np.array(ends), axis=0)]

    def chain(self, ids: Iterable[int]) -> np.ndarray:
        """Whether each item is on the chain behind the last of some, shape (items, trials).

        Of several that end together the last in start order begins the chain.
        """
        rows = np.array(sorted(self.at[id] for id in ids))
        on = np.zeros(self.ends.shape, dtype=bool)
        latest = len(rows) - 1 - np.argmax(self.ends[rows][::-1], axis=0)
        now, trial = rows[latest], np.arange(self.trials)
        while len(now):
            on[now, trial] = True
            now = self.cause[now, trial]
            more = now >= 0
            now, trial = now[more], trial[more]
        return on

    def shares(self, ids: Iterable[int]) -> dict[int, float]:
        """Share of trials in which each item is on the chain behind the last of some."""
        share = self.chain(ids).mean(axis=1)
        return {id: float(share[k]) for k, id in enumerate(self.ids) if share[k] > 0}

    def drivers(self) -> tuple[dict[int, Drivers], Mapping[PlanLink, float]]:
        """What drives the end of the whole plan: items by id, and links."""
        if not self.ids:
            return {}, {}
        on = self.chain(self.ids)
        critical = on.mean(axis=1)
        plan_ends = self.ends.max(axis=0)
        spread = float(np.std(plan_ends))
        ends, works = _ranks(plan_ends[None])[0], _ranks(self._work)
        items = {
            id: Drivers(
                float(critical[k]),
                float(critical[k] * self._spread[k] / spread) if spread > 0 else 0.0,
                _correlation(works[k], ends),
                float(self._queueing[k]),
            )
            for k, id in enumerate(self.ids)
        }
        counts = np.bincount(self.link[on & (self.link >= 0)], minlength=len(self.links))
        return items, {link: int(counts[row]) / self.trials for link, row in self.links.items()}


def _ranks(values: np.ndarray) -> np.ndarray:
    """Mean ranks in each row: equal values share theirs. Shape (rows, trials)."""
    order = np.argsort(values, axis=1)
    ascending = np.take_along_axis(values, order, axis=1)
    places = np.broadcast_to(np.arange(1.0, values.shape[1] + 1), values.shape).copy()
    for row in np.flatnonzero((ascending[:, 1:] == ascending[:, :-1]).any(axis=1)):
        _, at, counts = np.unique(ascending[row], return_inverse=True, return_counts=True)
        places[row] = (np.cumsum(counts) - (counts - 1) / 2)[at]
    ranks = np.empty(values.shape)
    np.put_along_axis(ranks, order, places, axis=1)
    return ranks


def _correlation(a: np.ndarray, b: np.ndarray) -> float:
    a, b = a - a.mean(), b - b.mean()
    size = float(np.sqrt((a @ a) * (b @ b)))
    return float(a @ b) / size if size > 0 else 0.0
