"""What waits for an item: what it costs if the item is done a week later, through its links."""

import heapq
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from .clocks import DAYS
from .draws import Draws
from .graph import Structure
from .plan import Kind, Plan, PlanLink, State
from .proposal import needed_leaves
from .simulation import PREVIEW_TRIALS
from .trials import Run, Simulator
from .worth import WEEK, Worths, lost

AT_START = (Kind.SS, Kind.SF)


@dataclass(frozen=True, slots=True)
class _Kept:
    """What is kept of one simulated leaf, shapes (trials,)."""

    run: Run
    end: np.ndarray
    """The moment at which it is done."""
    days: np.ndarray
    allowed: tuple[np.ndarray, ...]
    """The moment of the earliest start that each link allows."""
    is_fixed: bool
    """Whether it starts when it does, whatever it waits for."""


def followers_weeks(
    plan: Plan, worths: Worths, *, seed: int, trials: int = PREVIEW_TRIALS
) -> dict[int, float]:
    """Expected further loss of all that waits for an item, if it alone were done a week later.

    In each trial the week is carried on along the links: what waits begins later by as much as the
    week exceeds the room before it, and so on to what waits for that. Of an objective counts what
    it loses beyond what the item's own later end already costs it. Each keeps its place in its
    team: what only waits for a free place is not held up, so the true cost may be higher.

    returns: id of an open leaf -> loss, those without any left out
    raises:  as `simulate` does, or ValueError for a curve that `worth.lost` refuses
    """
    if not plan.links or not (worths.items or worths.objectives):
        return {}
    web = _Web(Simulator(plan, Draws(seed, trials)), worths)
    found = {id: web.cost(id) for id in web.waited_for()}
    return {id: cost for id, cost in found.items() if cost > 0}


class _Web:
    """A simulated plan whose links are followed from what is later to what that makes later."""

    def __init__(self, simulator: Simulator, worths: Worths):
        self.plan, self.structure = simulator.plan, simulator.structure
        self.at = {id: k for k, id in enumerate(simulator.order)}
        self.kept: dict[int, _Kept] = {}
        simulator.run(self._collect)
        self.curves = {id: curve for id, curve in worths.items.items() if id in self.kept}
        needed = needed_leaves(self.plan, self.structure)
        self.aims = {
            id: (curve, [leaf for leaf in needed.get(id, ()) if leaf in self.kept])
            for id, curve in worths.objectives.items()
        }
        self.aims = {id: aim for id, aim in self.aims.items() if aim[1]}
        self.last = {
            id: np.max([self.kept[leaf].days for leaf in leaves], axis=0)
            for id, (_curve, leaves) in self.aims.items()
        }
        self.aims_of: dict[int, list[int]] = {}
        for id, (_curve, leaves) in self.aims.items():
            for leaf in leaves:
                self.aims_of.setdefault(leaf, []).append(id)
        self.waiting = _waiting(self.structure, self.kept)

    def _collect(self, run: Run) -> None:
        fixed = run.item.state == State.IN_PROGRESS or run.item.pinned
        self.kept[run.item.id] = _Kept(
            run,
            np.minimum(run.axis.moment(run.finish), DAYS),
            run.axis.day(run.finish).astype(np.int64),
            tuple(run.axis.moment(bound) for bound in run.bounds),
            fixed,
        )

    def waited_for(self) -> set[int]:
        """Leaves that something with a curve, or of an objective with one, waits for."""
        before: dict[int, set[int]] = {}
        for pred, followers in self.waiting.items():
            for succ in followers:
                before.setdefault(succ, set()).add(pred)
        seen: set[int] = set()
        waiting = [*self.curves, *self.aims_of]
        while waiting:
            for pred in before.get(waiting.pop(), ()):
                if pred not in seen:
                    seen.add(pred)
                    waiting.append(pred)
        return seen

    def cost(self, id: int) -> float:
        """Expected further loss of what waits for an item that is done a week later."""
        days = self._days_later(id)
        followers = {leaf: row for leaf, row in days.items() if leaf != id}
        today, whole = self.plan.today, 0.0
        for leaf, row in followers.items():
            if leaf in self.curves:
                curve = self.curves[leaf]
                more = lost(curve, row, today) - lost(curve, self.kept[leaf].days, today)
                whole += float(more.mean())
        for aim in {aim for leaf in followers for aim in self.aims_of.get(leaf, ())}:
            curve, leaves = self.aims[aim]
            alone = np.maximum(self.last[aim], days[id]) if id in leaves else self.last[aim]
            rows = [days[leaf] for leaf in leaves if leaf in days]
            more = lost(curve, np.maximum(alone, np.max(rows, axis=0)), today)
            whole += float((more - lost(curve, alone, today)).mean())
        return whole

    def _days_later(self, id: int) -> dict[int, np.ndarray]:
        """The last days of what ends later in some trial, once an item is done a week later."""
        first = self.kept[id]
        # By how many calendar days its start, and its end, are later.
        later = {id: (np.zeros_like(first.end), np.full_like(first.end, WEEK))}
        days = {id: np.minimum(first.days + WEEK, DAYS)}
        waiting = [(self.at[succ], succ) for succ in self.waiting.get(id, ())]
        heapq.heapify(waiting)
        seen = set()
        while waiting:
            _at, succ = heapq.heappop(waiting)
            if succ in seen:
                continue
            seen.add(succ)
            kept = self.kept[succ]
            start = self._start(succ, later)
            # What never begins within the horizon is no later: infinite less infinite is no number.
            is_later = start > kept.run.start
            if not is_later.any():
                continue
            moved = np.subtract(start, kept.run.start, out=np.zeros_like(start), where=is_later)
            axis, finish = kept.run.axis, kept.run.finish + moved
            later[succ] = (
                np.minimum(axis.moment(start), DAYS) - axis.moment(kept.run.start),
                np.minimum(axis.moment(finish), DAYS) - kept.end,
            )
            days[succ] = axis.day(finish).astype(np.int64)
            for each in self.waiting.get(succ, ()):
                heapq.heappush(waiting, (self.at[each], each))
        return days

    def _start(self, id: int, later: Mapping[int, tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
        """When it starts, in the capacity time of its team, after what it waits for is later."""
        kept = self.kept[id]
        start = kept.run.start
        links = self.structure.incoming[id] if kept.allowed else ()
        for link, allowed in zip(links, kept.allowed, strict=True):
            at_start = link.kind in AT_START
            for leaf in self.structure.leaves[link.pred]:
                if leaf in later:
                    by = later[leaf][0 if at_start else 1] - self._room(link, leaf, at_start)
                    bound = kept.run.axis.time(np.minimum(allowed + np.maximum(by, 0.0), DAYS))
                    start = np.where(by > 0, np.maximum(start, bound), start)
        return start

    def _room(self, link: PlanLink, leaf: int, at_start: bool) -> np.ndarray | float:
        """Calendar days from a part of a whole to the last of its parts, which is waited for."""
        leaves = [each for each in self.structure.leaves[link.pred] if each in self.kept]
        if len(leaves) < 2:
            return 0.0
        ends = {each: self._moment(each, at_start) for each in leaves}
        return np.max([*ends.values()], axis=0) - ends[leaf]

    def _moment(self, leaf: int, at_start: bool) -> np.ndarray:
        kept = self.kept[leaf]
        return kept.run.axis.moment(kept.run.start) if at_start else kept.end


def _waiting(structure: Structure, kept: Mapping[int, _Kept]) -> dict[int, set[int]]:
    """Leaf -> leaves that wait for it and whose start is free."""
    found: dict[int, set[int]] = {}
    for id, each in kept.items():
        if each.is_fixed:
            continue
        for link in structure.incoming[id]:
            for leaf in kept.keys() & structure.leaves[link.pred]:
                found.setdefault(leaf, set()).add(id)
    return found
