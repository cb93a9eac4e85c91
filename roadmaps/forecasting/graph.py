"""The shape of a plan: parts of parts, what waits for what, and the loops that are refused."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from heapq import heappop, heappush
from typing import NamedTuple

from .plan import Plan, PlanItem, PlanLink, PlanTeam, State
from .ranges import Triple, checked


class LoopError(ValueError):
    """Links (or parents) that lead back to where they began; `loop` names the items, in order."""

    def __init__(self, loop: tuple[str, ...]):
        self.loop = loop
        super().__init__("These would wait for each other: " + " → ".join((*loop, loop[0])) + ".")


class Waits(NamedTuple):
    """What waits for what: twice an item's id is its start, and one more its finish."""

    frees: dict[int, list[int]]
    counts: dict[int, int]


@dataclass(frozen=True, slots=True)
class Structure:
    """A checked plan's tree and links."""

    items: dict[int, PlanItem]
    leaves: dict[int, tuple[int, ...]]
    """Ids of the items without children at or under each item."""
    ancestors: dict[int, tuple[int, ...]]
    """Ids of the items that each item is part of, nearest first."""
    incoming: dict[int, tuple[PlanLink, ...]]
    """Links that hold each leaf, those of its ancestors included."""

    @classmethod
    def of(cls, plan: Plan) -> "Structure":
        """raises: LoopError or ValueError as `check` does"""
        check(plan)
        items = {item.id: item for item in sorted(plan.items, key=lambda item: item.id)}
        parents = {id: item.parent for id, item in items.items()}
        ancestors = {id: tuple(_up(id, parents)) for id in items}
        with_children = {parent for parent in parents.values() if parent is not None}
        leaves: dict[int, list[int]] = {id: [] for id in items}
        for id in items:
            if id not in with_children:
                for each in (id, *ancestors[id]):
                    leaves[each].append(id)
        by_succ: dict[int, list[PlanLink]] = {}
        for link in sorted(plan.links, key=lambda k: (k.pred, k.succ, k.kind, k.lag)):
            by_succ.setdefault(link.succ, []).append(link)
        incoming = {
            id: tuple(link for each in (id, *ancestors[id]) for link in by_succ.get(each, ()))
            for id in items
            if id not in with_children
        }
        return cls(items, {id: tuple(ids) for id, ids in leaves.items()}, ancestors, incoming)

    def is_leaf(self, id: int) -> bool:
        """Whether the item has no children, and so is simulated itself."""
        return id in self.incoming

    def open_leaves(self) -> list[int]:
        """Ids of the leaves that are not done."""
        return [id for id in self.incoming if self.items[id].state != State.DONE]

    def waits(self) -> Waits:
        """Which ends of items free which others, links into started items left out."""
        frees: dict[int, list[int]] = {}
        for id, item in self.items.items():
            if self.is_leaf(id):
                frees.setdefault(2 * id, []).append(2 * id + 1)
            if item.parent is not None:
                frees.setdefault(2 * id + 1, []).append(2 * item.parent + 1)
        for id, links in self.incoming.items():
            if self.items[id].state == State.PLANNED:
                for link in links:
                    frees.setdefault(2 * link.pred + 1, []).append(2 * id)
        counts: dict[int, int] = {}
        for targets in frees.values():
            for target in targets:
                counts[target] = counts.get(target, 0) + 1
        return Waits(frees, counts)

    def ordered(self, priority: Mapping[int, tuple], waits: Waits | None = None) -> list[int]:
        """Open leaves so that whatever a planned item waits for comes first; else by priority.

        Started work comes before all: it holds its places already, and links into it are not
        looked at.

        waits: what `waits` returned, where many orders of one structure are asked for
        """
        waits = waits or self.waits()
        waiting = dict(waits.counts)
        by_priority = sorted(
            self.open_leaves(),
            key=lambda id: (self.items[id].state != State.IN_PROGRESS, priority[id], id),
        )
        place = {2 * id: k for k, id in enumerate(by_priority)}
        # What takes its turn is taken by priority; all else happens as soon as it can.
        free = [2 * id for id in self.incoming if not waiting.get(2 * id)]
        ready: list[int] = []
        order = []
        while free or ready:
            if free:
                node = free.pop()
                if node in place:
                    heappush(ready, place[node])
                    continue
            else:
                order.append(by_priority[heappop(ready)])
                node = 2 * order[-1]
            for target in waits.frees.get(node, ()):
                waiting[target] -= 1
                if not waiting[target]:
                    free.append(target)
        return order


def _up(id: int, parents: Mapping[int, int | None]) -> Iterable[int]:
    parent = parents.get(id)
    while parent is not None:
        yield parent
        parent = parents.get(parent)


def find_loop(
    parents: Mapping[int, int | None], links: Iterable[tuple[int, int]]
) -> tuple[int, ...] | None:
    """A loop among links (pred, succ) and parents, as ids in order; None when there is none.

    A link on a parent means all its descendants, so a link between an item and its own
    ancestor is a loop too.
    """
    for id in parents:
        seen = {id: None}
        for up in _up_once(id, parents):
            if up in seen:
                around = list(seen)
                return tuple(around[around.index(up) :])
            seen[up] = None
    graph: dict[tuple[int, int], list[tuple[int, int]]] = {}
    with_children = {parent for parent in parents.values() if parent is not None}
    for id, parent in parents.items():
        if id not in with_children:
            graph.setdefault((id, 0), []).append((id, 1))
        if parent is not None:
            graph.setdefault((parent, 0), []).append((id, 0))
            graph.setdefault((id, 1), []).append((parent, 1))
    for pred, succ in links:
        graph.setdefault((pred, 1), []).append((succ, 0))
    loop = _cycle(graph)
    if loop is None:
        return None
    return tuple(dict.fromkeys(id for id, _ in loop))


def _up_once(id: int, parents: Mapping[int, int | None]) -> Iterable[int]:
    parent = parents.get(id)
    for _ in parents:
        if parent is None:
            return
        yield parent
        parent = parents.get(parent)


def _cycle(graph: Mapping[tuple[int, int], list]) -> list[tuple[int, int]] | None:
    """Nodes of a cycle in order, by depth-first search without recursion."""
    state: dict[tuple[int, int], int] = {}
    for root in graph:
        if root in state:
            continue
        path, stack = [root], [iter(graph[root])]
        state[root] = 1
        while stack:
            target = next(stack[-1], None)
            if target is None:
                state[path.pop()] = 2
                stack.pop()
            elif state.get(target) == 1:
                return path[path.index(target) :]
            elif target not in state:
                state[target] = 1
                path.append(target)
                stack.append(iter(graph.get(target, ())))
    return None


def check(plan: Plan) -> None:
    """Refuse a plan that cannot be simulated.

    raises: LoopError when links or parents form a loop; ValueError, with the key, for unknown or
            repeated ids, a crew below 1, a range out of order, a done item without its last day,
            a pinned item without its day, or shares, focus and drag out of their bounds
    """
    for name in ("items", "teams", "effects", "objectives", "externals"):
        ids = [row.id for row in getattr(plan, name)]
        if len(ids) != len(set(ids)):
            raise ValueError(f"Two {name} have the same id.")
    keys = {item.id: item.key for item in plan.items}
    teams = {team.id for team in plan.teams}
    objectives = {objective.id for objective in plan.objectives}
    for item in plan.items:
        if item.parent is not None and item.parent not in keys:
            raise ValueError(f"{item.key} is part of an item that is not in the plan.")
        if item.objective is not None and item.objective not in objectives:
            raise ValueError(f"{item.key} has an objective that is not in the plan.")
        if item.table and item.table not in plan.tables:
            raise ValueError(f"{item.key} reads a table that is not in the plan.")
        _check_item(item, teams)
    for team in plan.teams:
        _check_team(team)
    for effect in plan.effects:
        if effect.item not in keys or effect.team not in teams:
            raise ValueError(f"Effect {effect.id} names an item or team that is not in the plan.")
        _in_order(effect.range, f"effect {effect.id}")
    for external in plan.externals:
        if external.item not in keys:
            raise ValueError(f"“{external.name}” holds an item that is not in the plan.")
        if not external.p10 <= external.p50 <= external.p90:
            raise ValueError(f"“{external.name}” has its days out of order.")
    for link in plan.links:
        if link.pred not in keys or link.succ not in keys:
            raise ValueError(f"A link names item {link.pred} or {link.succ}: not in the plan.")
    loop = find_loop(
        {item.id: item.parent for item in plan.items}, [(k.pred, k.succ) for k in plan.links]
    )
    if loop:
        raise LoopError(tuple(keys[id] for id in loop))


def _check_item(item: PlanItem, teams: set[int]) -> None:
    for team, crew in [(item.team, item.crew), *((part.team, part.crew) for part in item.parts)]:
        if team is not None and team not in teams:
            raise ValueError(f"{item.key} has a team that is not in the plan.")
        if crew < 1:
            raise ValueError(f"{item.key} needs a crew of at least 1.")
    if any(part.days <= 0 for part in item.parts):
        raise ValueError(f"{item.key} has a team's part of no days.")
    if item.range is not None:
        try:
            checked(Triple(*item.range))
        except ValueError as error:
            raise ValueError(f"{item.key}: {error}") from error
    if item.state == State.DONE and not isinstance(item.finished_on, date):
        raise ValueError(f"{item.key} is done but has no last day.")
    if item.pinned and item.not_before is None:
        raise ValueError(f"{item.key} is pinned to no day.")


def _check_team(team: PlanTeam) -> None:
    if not 0 < team.focus <= 1:
        raise ValueError(f"{team.name} needs a focus share above 0, up to 1.")
    shares = [span.share for span in team.shares]
    shares += [member.share for member in team.members or ()]
    for policy in team.policies:
        if not (
            policy.debt >= 0 <= policy.unplanned < 1 and policy.debt + policy.unplanned < 1.001
        ):
            raise ValueError(f"{team.name} has a policy that sets aside more than there is.")
    if any(not 0 <= share <= 1 for share in shares):
        raise ValueError(f"{team.name} has a share outside 0 to 1.")
    if not 0 <= team.drag_ref < 0.9:
        raise ValueError(f"{team.name} has a reference drag outside 0 to 0.9.")
    if team.drag is not None:
        _in_order(team.drag, team.name)
        if team.drag[0] < 0 or team.drag[2] > 1:
            raise ValueError(f"{team.name} has a drag outside 0 to 1.")


def _in_order(triple: Triple, name: str) -> None:
    if not triple[0] <= triple[1] <= triple[2]:
        raise ValueError(f"{name}: order the range: low, likely, high.")
