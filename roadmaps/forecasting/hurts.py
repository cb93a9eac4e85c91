"""What hurts an objective most: what would have to go for its chance to rise the most."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from .changes import Change, RemoveItem, RemoveLink, SetDrag
from .graph import Structure
from .plan import Plan, State
from .simulation import Progress
from .whatif import Before

MOST = 12
"""Candidates of a kind that are tried for one objective."""

TRIED = 60
"""Things that are tried in all, each once for every objective on whose chain it stands."""

HURTS_TRIALS = 1_000
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
    plan: Plan,
    critical: Mapping[int, Sequence[int]],
    *,
    trials: int = HURTS_TRIALS,
    seed: int,
    progress: Progress | None = None,
) -> dict[int, tuple[Hurt, ...]]:
    """Take things away one at a time, on the same draws, and see whose going helps the most.

    Only what is on the chain of causes behind an objective is tried, MOST of each kind: the items
    on it, the links by which they wait for each other, the debt of the teams at work on them. The
    objectives take turns until TRIED different things are chosen.

    critical: objective id -> ids of items on the chain behind its end, the most often first
    progress: called as progress(things tried, things to try); it may raise to stop
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
    unsure = [id for id, chance in chances.items() if chance < 1]
    tried: dict[Change, list[int]] = {}
    for turn in zip_longest(*(_candidates(plan, structure, critical[id]) for id in unsure)):
        for id, change in zip(unsure, turn, strict=True):
            if change is not None and (change in tried or len(tried) < TRIED):
                tried.setdefault(change, []).append(id)
    for done, (change, ids) in enumerate(tried.items()):
        if progress is not None:
            progress(done, len(tried))
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


def _candidates(plan: Plan, structure: Structure, chain: Sequence[int]) -> list[Change]:
    """What may go, the most often on the chain first, the kinds by turns."""
    ids = [id for id in chain if id in structure.incoming]
    ids = [id for id in ids if structure.items[id].state != State.DONE][:MOST]
    on_it = {each for id in ids for each in (id, *structure.ancestors[id])}
    links = dict.fromkeys(
        RemoveLink(link.pred, link.succ)
        for id in ids
        if structure.items[id].state == State.PLANNED
        for link in structure.incoming[id]
        if link.pred in on_it
    )
    at_work = {structure.items[id].team for id in ids}
    at_work |= {part.team for id in ids for part in structure.items[id].parts}
    teams = [SetDrag(team.id, None) for team in plan.teams if team.id in at_work and team.drag]
    kinds = ([RemoveItem(id) for id in ids], list(links)[:MOST], teams[:MOST])
    return [change for turn in zip_longest(*kinds) for change in turn if change is not None]


def _hurt(change: Change, rise: float) -> Hurt:
    match change:
        case RemoveItem(item):
            return Hurt("item", item, None, rise)
        case RemoveLink(pred, succ):
            return Hurt("link", succ, pred, rise)
        case SetDrag(team, _):
            return Hurt("team", team, None, rise)
    raise ValueError(f"no thing that goes: {change}")
