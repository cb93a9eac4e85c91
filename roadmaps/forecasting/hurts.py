"""What hurts an objective most: what would have to go for its chance to rise the most."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from .changes import Change, RemoveItem, RemoveLink, SetDrag
from .graph import Structure
from .plan import Plan, State
from .whatif import Before

MOST = 12
"""Candidates of a kind that are tried for one objective."""

HURTS_TRIALS = 2_000
"""Trials that are compared: the first of those of the stored run."""


@dataclass(frozen=True, slots=True)
class Hurt:
    """One thing without which an objective would be likelier."""

    kind: str
    """item (dropped), link (no longer waited for) or team (its debt gone)."""
    id: int
    """Of the item that goes, the item that waits, or the team."""
    pred: int | None
    """Id of the item that is waited for."""
    rise: float
    """By how much the chance rises, 0 to 1."""


def what_hurts(
    plan: Plan, critical: Mapping[int, Sequence[int]], *, trials: int = HURTS_TRIALS, seed: int
) -> dict[int, tuple[Hurt, ...]]:
    """Take things away one at a time, on the same draws, and see whose going helps the most.

    Only what is on the chain of causes behind an objective is tried, MOST of each kind: the items
    on it, the links by which they wait for each other, the debt of the teams at work on them. Each
    is tried once, for all objectives together.

    critical: objective id -> ids of items on the chain behind its end, the most often first
    returns:  objective id -> what raises its chance, the most first; for those with a chance
    raises:   LoopError or ValueError as `outlook` does
    """
    before = Before(plan, trials=trials, seed=seed)
    chances = {
        row.id: row.chance
        for row in before.outlook.objectives
        if row.chance is not None and row.id in critical
    }
    structure = Structure.of(plan)
    found: dict[int, list[Hurt]] = {id: [] for id in chances}
    tried: dict[Change, list[int]] = {}
    for id, chance in chances.items():
        if chance < 1:
            for change in _candidates(plan, structure, critical[id]):
                tried.setdefault(change, []).append(id)
    for change, ids in tried.items():
        landings = before.objectives_after([change])
        for id in ids:
            # Nothing open is left of it: what was its only work has gone.
            rise = (landings[id].chance or 0.0 if id in landings else 1.0) - chances[id]
            if rise > 0:
                found[id].append(_hurt(change, rise))
    return {
        id: tuple(sorted(rows, key=lambda row: (-row.rise, row.kind, row.id, row.pred or 0)))
        for id, rows in found.items()
    }


def _candidates(plan: Plan, structure: Structure, chain: Sequence[int]) -> Iterable[Change]:
    items = [id for id in chain if id in structure.incoming][:MOST]
    open_items = [id for id in items if structure.items[id].state != State.DONE]
    yield from (RemoveItem(id) for id in open_items)
    on_it = {each for id in open_items for each in (id, *structure.ancestors[id])}
    links = dict.fromkeys(
        RemoveLink(link.pred, link.succ)
        for id in open_items
        if structure.items[id].state == State.PLANNED
        for link in structure.incoming[id]
        if link.pred in on_it
    )
    yield from islice(links, MOST)
    at_work = {structure.items[id].team for id in open_items}
    at_work |= {part.team for id in open_items for part in structure.items[id].parts}
    indebted = (team for team in plan.teams if team.id in at_work and team.drag is not None)
    yield from (SetDrag(team.id, None) for team in islice(indebted, MOST))


def _hurt(change: Change, rise: float) -> Hurt:
    match change:
        case RemoveItem(item):
            return Hurt("item", item, None, rise)
        case RemoveLink(pred, succ):
            return Hurt("link", succ, pred, rise)
        case SetDrag(team, _):
            return Hurt("team", team, None, rise)
    raise ValueError(f"no thing that goes: {change}")
