"""The deterministic schedule at P50: which work would start when if everything went as likely."""

from .clocks import Clocks
from .generation import Generation, Slot
from .graph import Structure
from .plan import Plan
from .sequence import Yardstick, sequenced

__all__ = ["KEPT_DAYS", "Slot", "p50_schedule", "replan", "start_order"]

KEPT_DAYS = 0.5
"""An order is kept while no number of first-ranked items would, in a new one, finish so many
days earlier on average."""


def p50_schedule(plan: Plan) -> dict[int, Slot]:
    """Schedule every open leaf once, by rank, with links and places, at P50 effort and drag.

    Serial generation: items are taken by rank (with a policy, debt by its turns), or by that of
    the first-ranked item that waits for them, work in progress before all; each takes the earliest
    gap long enough. Other sequences are tried (`sequence.EFFORT`) and taken where they end earlier
    by a margin and no number of first-ranked items together ends later. Capacity effects are not
    looked ahead to.

    raises: LoopError or ValueError as `check` does
    """
    structure = Structure.of(plan)
    return sequenced(Generation(plan, structure, Clocks(plan)))


def start_order(
    plan: Plan,
    structure: Structure | None = None,
    clocks: Clocks | None = None,
    generation: Generation | None = None,
) -> tuple[int, ...]:
    """Ids of the open leaves in the start order that every trial keeps.

    Without `plan.order`: by start in the P50 schedule, ties by rank, then id, whatever an item
    waits for first. With it: that order, each item missing from it inserted before the first
    kept one that the schedule starts later.

    generation: the plan's own, where it is known
    raises:     LoopError or ValueError as `check` does
    """
    structure = structure or Structure.of(plan)
    open_leaves = set(structure.open_leaves())
    kept = [id for id in dict.fromkeys(plan.order) if id in open_leaves]
    if len(kept) < len(open_leaves):
        generation = generation or Generation(plan, structure, clocks or Clocks(plan))
        return _ordered(generation, sequenced(generation, kept), kept)
    position = {id: (k,) for k, id in enumerate(kept)}
    return tuple(structure.ordered(position))


def replan(plan: Plan) -> tuple[int, ...]:
    """The start order of a full re-plan that begins with the old order, `plan.order`.

    The old one (with new items inserted) is kept unless a new one is worth the unrest: see
    KEPT_DAYS. Without an old one this is `start_order`.

    raises: LoopError or ValueError as `check` does
    """
    structure, clocks = Structure.of(plan), Clocks(plan)
    generation = Generation(plan, structure, clocks)
    kept = [id for id in dict.fromkeys(plan.order) if id in generation.parts]
    slots = sequenced(generation, kept)
    new = _ordered(generation, slots, [])
    if not kept:
        return new
    old = _ordered(generation, slots, kept)
    if new == old:
        return old
    held = generation.slots(generation.ordered({id: (k,) for k, id in enumerate(old)}))
    return new if Yardstick(generation).lags_behind(held, slots, KEPT_DAYS) else old


def _ordered(generation: Generation, slots: dict[int, Slot], kept: list[int]) -> tuple[int, ...]:
    """A kept order with the other items inserted by their start; all by their start without one."""
    key = {id: (slots[id].start, generation.ranks[id], id) for id in slots}
    in_order = sorted(slots, key=key.__getitem__)
    order, before = kept or in_order, set(kept or in_order)
    if len(before) < len(in_order):
        order = list(kept)
        for id in in_order:
            if id not in before:
                later = (k for k, other in enumerate(order) if key[other] > key[id])
                order.insert(next(later, len(order)), id)
    position = {id: (k,) for k, id in enumerate(order)}
    return tuple(generation.structure.ordered(position, generation.waits))
