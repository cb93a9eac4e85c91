"""What drives the end: the chain of causes behind it in each trial, through links and places.

From the item that ends last the chain goes back to whatever let it start no earlier: the
predecessor whose link binds, or the item that held the place it took; it ends at a typed start,
something from outside, or the day of the forecast.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from .clocks import DAYS
from .draws import Draws
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
    """Traces one plan; the trials are the first of those that `simulate` runs."""

    def __init__(self, of: Simulator):
        self.trials = min(of.draws.trials, TRACED)
        draws = Draws(of.draws.seed, self.trials)
        self.simulator = Simulator(of.plan, draws, trace=True, like=of)
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
        self.simulator.run(self._collect)

    def _collect(self, run: Run) -> None:
        k = self.at[run.item.id]
        ends = np.minimum(run.axis.moment(run.finish), DAYS)
        self.ends[k] = ends
        self._spread[k] = np.std(ends - np.minimum(run.axis.start_moment(run.start), DAYS))
        self._work[k] = sum(part.work * part.crew for part in run.parts)
        ready = np.maximum(run.ready, run.typed)
        waits = run.axis.weekdays(run.start) - run.axis.weekdays(np.minimum(ready, run.start))
        self._queueing[k] = float(np.mean(waits))
        if run.item.pinned and run.item.state == State.PLANNED:
            return
        cause, link = self.cause[k], self.link[k]
        open_yet = np.ones(self.trials, dtype=bool)
        if run.item.state != State.IN_PROGRESS:
            for each in self.simulator.structure.incoming[run.item.id]:
                leaf = self._holding_leaf(each)
                bound = self.simulator.bound(each, run.axis, run.parts)
                holds = open_yet & (bound >= run.start - _HAIR) & (bound > _HAIR) & (leaf >= 0)
                cause[holds] = leaf[holds]
                link[holds] = self.links.setdefault(each, len(self.links))
                open_yet &= ~holds
        for free, holder in run.held:
            holds = open_yet & (free >= run.start - _HAIR) & (holder >= 0)
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
        ends = [self.simulator.leaf_end(leaf, at_start) for leaf in leaves]
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
        ends = _ranks(plan_ends)
        items = {
            id: Drivers(
                float(critical[k]),
                float(critical[k] * self._spread[k] / spread) if spread > 0 else 0.0,
                _correlation(_ranks(self._work[k]), ends),
                float(self._queueing[k]),
            )
            for k, id in enumerate(self.ids)
        }
        counts = np.bincount(self.link[on & (self.link >= 0)], minlength=len(self.links))
        return items, {link: int(counts[row]) / self.trials for link, row in self.links.items()}


def _ranks(values: np.ndarray) -> np.ndarray:
    """Mean ranks: equal values share theirs."""
    _, at, counts = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - (counts - 1) / 2)[at]


def _correlation(a: np.ndarray, b: np.ndarray) -> float:
    a, b = a - a.mean(), b - b.mean()
    size = float(np.sqrt((a @ a) * (b @ b)))
    return float(a @ b) / size if size > 0 else 0.0
