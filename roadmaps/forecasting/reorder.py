"""A new order among ranks, by changing as few of them as can be."""

import itertools
from collections.abc import Collection, Mapping, Sequence

from .changes import Reorder
from .order import moved_among
from .plan import Plan, State


def rearranged(now: Sequence[int], wanted: Sequence[int]) -> tuple[int, ...]:
    """An order in which some ids take each other's places; everything else stays where it is.

    now:    every id
    wanted: some of them in the order that they shall have
    raises: ValueError for an id that `now` does not have, or that is named twice
    """
    asked = set(wanted)
    if len(asked) < len(wanted):
        raise ValueError("An order names each item once.")
    if not asked <= set(now):
        raise ValueError("An order names only items that are there.")
    following = iter(wanted)
    return tuple(next(following) if id in asked else id for id in now)


def new_ranks(ranks: Mapping[int, float], order: Sequence[int]) -> dict[int, float]:
    """The ranks that have to change for an order, each with its new value.

    What need not move keeps its rank; what moves is spread between its new neighbours. Only where
    ranks are equal, or too close to be told apart between, all of them are numbered anew.

    ranks:  of every id, lower first, ties by id
    order:  every id once
    raises: ValueError when the order lacks an id or has another
    """
    if sorted(order) != sorted(ranks):
        raise ValueError("An order needs every item once.")
    now = sorted(ranks, key=lambda id: (ranks[id], id))
    moved = moved_among(now, order)
    found = _between(ranks, order, moved)
    if found is None:
        numbered = {id: float(place) for place, id in enumerate(order, start=1)}
        found = {id: rank for id, rank in numbered.items() if rank != ranks[id]}
    return found


def _between(
    ranks: Mapping[int, float], order: Sequence[int], moved: Collection[int]
) -> dict[int, float] | None:
    """Ranks of the moved ids between those that stay; None where there is no room."""
    found: dict[int, float] = {}
    last: float | None = None
    waiting: list[int] = []
    for id in (*order, None):
        if id is not None and id in moved:
            waiting.append(id)
            continue
        ends = ranks[id] if id is not None else None
        found |= _spread(waiting, last, ends)
        waiting, last = [], ends
    now = [found.get(id, ranks[id]) for id in order]
    rising = all(first < second for first, second in itertools.pairwise(now))
    return found if rising else None


def _spread(ids: Sequence[int], low: float | None, high: float | None) -> dict[int, float]:
    if not ids:
        return {}
    if low is None and high is None:
        low, high = 0.0, len(ids) + 1.0
    elif low is None:
        assert high is not None
        low = high - len(ids) - 1
    elif high is None:
        high = low + len(ids) + 1
    step = (high - low) / (len(ids) + 1)
    return {id: low + step * k for k, id in enumerate(ids, start=1)}


def reorder(plan: Plan, wanted: Sequence[int]) -> Reorder:
    """The change that puts some open leaves into each other's places among the ranks."""
    ranks = {item.id: item.rank for item in plan.items if item.state != State.DONE}
    now = sorted(ranks, key=lambda id: (ranks[id], id))
    return Reorder(tuple(new_ranks(ranks, rearranged(now, wanted)).items()))
