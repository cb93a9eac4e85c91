"""Orders that are proposed, and what each would change, on the draws of the forecast."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from .changes import Reorder, changed
from .draws import Draws
from .graph import Structure
from .landings import Ends
from .makespan import Shortest, shortest
from .order import kept_order, moved_among
from .plan import Plan
from .plan_value import value_order
from .reorder import rearranged, reorder
from .results import WhatIf
from .simulation import PREVIEW_TRIALS, TRIALS
from .value import Costs, Finishes
from .whatif import Before
from .worth import Delays, Worths, delays, search_costs

EVALUATIONS, LEAST = 40, 8
"""Orders that the search by value may simulate, and those of a large plan."""
SIMULATED = 4000
"""Items that all orders of a search hold together: a plan of 100 is tried 40 times, of 500 eight.
"""


@dataclass(frozen=True, slots=True)
class Proposal:
    """One order against the plan as it is."""

    name: str
    """value, score or shortest."""
    order: tuple[int, ...]
    """Ids of the open leaves as they are ranked then."""
    displaced: tuple[int, ...]
    """The fewest whose move makes the present ranking this one; empty: it is so already."""
    what_if: WhatIf
    before: Delays
    after: Delays
    bound: Shortest | None = None
    """Of the shortest plan: what was found, and before when no order can end."""

    @property
    def gained(self) -> float:
        """Expected loss less than now; negative where it loses more."""
        return self.before.lost - self.after.lost


def needed_leaves(plan: Plan, structure: Structure) -> dict[int, list[int]]:
    """Objective -> the open leaves that it needs."""
    open_leaves = set(structure.open_leaves())
    found: dict[int, set[int]] = {}
    for item in plan.items:
        if item.objective is not None:
            leaves = open_leaves.intersection(structure.leaves[item.id])
            found.setdefault(item.objective, set()).update(leaves)
    return {id: sorted(leaves) for id, leaves in found.items()}


def delays_of(plan: Plan, worths: Worths, *, trials: int = TRIALS, seed: int) -> Delays:
    """Cost of delay of a plan as `simulate` with the same trials and seed forecasts it.

    raises: as `simulate` does, or ValueError for a curve that `worth.lost` refuses
    """
    if not worths.items and not worths.objectives:
        return Delays({}, {}, {})
    return _delays(Ends(plan, Draws(seed, trials)), worths)


def _delays(ends: Ends, worths: Worths) -> Delays:
    needed = needed_leaves(ends.plan, ends.structure)
    return delays(ends.rows, needed, worths, ends.plan.today)


def ranked_leaves(plan: Plan) -> tuple[int, ...]:
    """Open leaves by rank, ties by id."""
    structure = Structure.of(plan)
    leaves = structure.open_leaves()
    return tuple(sorted(leaves, key=lambda id: (structure.items[id].rank, id)))


def after_change(plan: Plan, change: Reorder) -> Plan:
    """The plan as the run after a new ranking simulates it: what moved is placed anew."""
    after = changed(plan, [change])
    return replace(after, order=kept_order(plan, plan.order, after))


class Proposals:
    """Orders for one plan. Everything is compared with the plan in the order that it keeps."""

    def __init__(self, plan: Plan, worths: Worths, *, seed: int, trials: int = TRIALS):
        self.worths, self.seed, self.trials = worths, seed, trials
        self.base = Before(plan, trials=trials, seed=seed)
        self.plan = self.base.plan
        self.now = ranked_leaves(self.plan)
        self.delays = _delays(self.base.ends, worths)

    def told(self, name: str, wanted: Sequence[int], bound: Shortest | None = None) -> Proposal:
        """What an order would change: dates, chances and expected loss, on the same draws."""
        order = rearranged(self.now, wanted)
        found, ends = self.base.compared([reorder(self.plan, order)])
        return Proposal(
            name=name,
            order=order,
            displaced=tuple(sorted(moved_among(self.now, order))),
            what_if=found,
            before=self.delays,
            after=_delays(ends, self.worths),
            bound=bound,
        )

    def by_value(
        self, *, evaluations: int | None = None, progress: Callable[[int], None] | None = None
    ) -> Proposal | None:
        """CD3, then moves while the simulator says that less is lost (`plan_value.value_order`).

        Searched with PREVIEW_TRIALS, each order as the run after taking it would simulate it, and
        told with all of them. An order that loses more than the present one is never proposed.

        evaluations: orders that it may simulate; None: as many as the size of the plan allows
        progress:    called with the orders simulated so far; it may raise to stop
        returns:     None where nothing costs anything by waiting
        """
        if evaluations is None:
            evaluations = min(EVALUATIONS, SIMULATED // max(1, len(self.now)))
            evaluations = max(LEAST, evaluations)
        done = 0
        leaves = set(self.now)
        base = self.base.ends
        searched = search_costs(self.delays, base.rows, self.worths, self.plan.today)
        costs = {
            id: week
            for id, week in searched.weekly().items()
            if week > 0 and self._leaves_of(id) & leaves
        }
        if not costs:
            return None
        draws = Draws(self.seed, min(PREVIEW_TRIALS, self.trials))

        def evaluate(plan: Plan) -> Finishes:
            nonlocal done
            done += 1
            if progress is not None:
                progress(done)
            ends = Ends(after_change(self.plan, reorder(self.plan, plan.order)), draws)
            return self._as_finishes(_delays(ends, self.worths), costs, searched)

        wanted = value_order(self.plan, costs, evaluate, evaluations=max(3, evaluations))
        found = self.told("value", wanted)
        return found if found.gained > 0 else self.told("value", self.now)

    def _leaves_of(self, id: int) -> set[int]:
        return set(self.base.ends.structure.leaves.get(id, ()))

    @staticmethod
    def _as_finishes(found: Delays, costs: Costs, searched: Delays) -> dict[int, float]:
        """Weeks that, times the costs, sum to the expected loss: the search adds up those.

        An objective's loss is shared among its leaves as its cost of a week was (`search_costs`).
        """
        losses = {id: each.lost for id, each in found.items.items() if id in costs}
        losses = {id: losses.get(id, 0.0) for id in costs}
        for id, each in found.objectives.items():
            shares = {leaf: week for leaf, week in searched.through.get(id, {}).items() if week > 0}
            whole = sum(shares.values())
            for leaf, week in shares.items():
                losses[leaf] += each.lost * week / whole
        # What costs nothing by waiting in the present order may be lost in another.
        losses[min(losses)] += found.lost - sum(losses.values())
        return {id: loss / costs[id] for id, loss in losses.items()}

    def by_score(self, places: Mapping[int, int]) -> Proposal | None:
        """Leaves by the place of their score, or of the nearest whole that has one.

        What has no score stays where it is. What a first-ranked item waits for goes first, as in
        every schedule.

        places:  id of a leaf or parent -> its place by score
        returns: None where fewer than two leaves have a score
        """
        structure = self.base.ends.structure
        of: dict[int, int] = {}
        for leaf in self.now:
            place = next(
                (places[id] for id in (leaf, *structure.ancestors[leaf]) if id in places), None
            )
            if place is not None:
                of[leaf] = place
        if len(of) < 2:
            return None
        wanted = sorted(of, key=lambda id: (of[id], self.now.index(id)))
        return self.told("score", wanted)

    def by_length(self, *, schedules: int = 500) -> Proposal | None:
        """The shortest plan that is found, whatever the ranks say, with its lower bound."""
        if not self.now:
            return None
        found = shortest(self.plan, schedules=schedules)
        leaves = set(self.now)
        return self.told("shortest", [id for id in found.order if id in leaves], found)
