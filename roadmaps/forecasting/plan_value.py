"""Value sequencing of a plan: cost of delay over weeks of the bottleneck, then the simulator."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from .clocks import Clocks
from .generation import Generation
from .graph import Structure
from .plan import Plan, State
from .schedule import start_order
from .sequence import working_days
from .value import Costs, Finishes, cd3_order, delay_cost, improve_order


def value_order(
    plan: Plan,
    costs: Costs,
    evaluate: Callable[[Plan], Finishes],
    *,
    evaluations: int = 100,
) -> tuple[int, ...]:
    """A start order of the open leaves in which waiting costs less, never more than the present.

    Begins with CD3 or the present order, whichever is cheaper, and searches from there.

    costs:       cost of delay per week of items, or of parents (due when all of them is done)
    evaluate:    expected finish in weeks of each item with a cost, for the plan in its `order`,
                 such as one run of the simulator with a fixed seed
    evaluations: calls of `evaluate` at most, three or more
    raises:      LoopError or ValueError as `check` does, or for a cost of an item that is not open
    """
    structure = Structure.of(plan)
    generation = Generation(plan, structure, Clocks(plan))
    weeks, before = bottleneck_weeks(generation), _predecessors(generation)
    for id in costs:
        if id not in weeks:
            leaves = [leaf for leaf in structure.leaves.get(id, ()) if leaf in generation.parts]
            if not leaves:
                raise ValueError(f"Item {id} has a cost of delay but nothing left to do.")
            weeks[id], before[id] = 0.0, leaves
    everything = {id: costs.get(id, 0.0) for id in weeks}

    def finishes(order: tuple[int, ...]) -> Finishes:
        return evaluate(replace(plan, order=_leaves(order, generation)))

    present = _with_parents(start_order(plan, structure, generation.clocks), before, everything)
    starts = (cd3_order(everything, weeks, before), present)
    cheaper = min(starts, key=lambda order: delay_cost(costs, finishes(order)))
    best = improve_order(cheaper, everything, finishes, before, evaluations=evaluations - 2)
    return _leaves(best, generation)


def bottleneck_weeks(generation: Generation) -> dict[int, float]:
    """Weeks of each open leaf on the team that has most to do for its places.

    Where no team has a limit, the weeks of the item itself.
    """
    load: dict[int | str, float] = {}
    for parts in generation.parts.values():
        for key, clock, crew, work in parts:
            if clock.places:
                days = work * crew / (clock.nominal or 1.0) / len(clock.places)
                load[key] = load.get(key, 0.0) + days
    if not load:
        return {id: working_days(generation, id) / 5 for id in generation.parts}
    narrowest = max(load, key=lambda key: (load[key], str(key)))
    return {
        id: sum(
            work * crew / (clock.nominal or 1.0) / len(clock.places or (0,)) / 5
            for key, clock, crew, work in parts
            if key == narrowest
        )
        for id, parts in generation.parts.items()
    }


def _predecessors(generation: Generation) -> dict[int, list[int]]:
    """Open leaves that each planned leaf waits for."""
    structure = generation.structure
    return {
        id: [
            leaf
            for link in structure.incoming[id]
            if structure.items[id].state == State.PLANNED
            for leaf in structure.leaves[link.pred]
            if leaf in generation.parts
        ]
        for id in generation.parts
    }


def _with_parents(
    order: tuple[int, ...], before: Mapping[int, list[int]], everything: Costs
) -> tuple[int, ...]:
    """The order with each parent that has a cost behind the last of its leaves."""
    place = {id: float(k) for k, id in enumerate(order)}
    for id in everything:
        if id not in place:
            place[id] = max(place[leaf] for leaf in before[id]) + 0.5
    return tuple(sorted(place, key=lambda id: (place[id], id)))


def _leaves(order: tuple[int, ...], generation: Generation) -> tuple[int, ...]:
    return tuple(id for id in order if id in generation.parts)
