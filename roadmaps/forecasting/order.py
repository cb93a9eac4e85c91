"""Which part of a start order a change leaves standing: small change in, small change out."""

import hashlib
import json
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter

from .plan import Plan
from .policy import by_policy

_PLACED_BY = attrgetter("state", "team", "parts", "crew", "not_before", "pinned")
"""Fields of an item that decide, with its links and its rank, where it is placed."""


def kept_order(before: Plan, order: Sequence[int], after: Plan) -> tuple[int, ...]:
    """A start order without the items that a change concerns; the schedule inserts those anew.

    Concerned is what was started or given to another team or crew, has another typed start, waits
    for something else or with another lag, or was moved to another place among the ranks (as few
    as explain the new sequence), with all that it is made of; and the work of a team whose policy
    gives debt another share. What left the plan is left out.

    order: ids in the start order of `before`
    """
    ids = {item.id for item in before.items} & {item.id for item in after.items}
    concerned = concerned_by(before, after)
    return tuple(id for id in order if id in ids and id not in concerned)


def concerned_by(before: Plan, after: Plan) -> set[int]:
    """Ids of what both plans have and the change from one to the other places anew."""
    known = {item.id: item for item in before.items}
    common = [item for item in after.items if item.id in known]
    differ = [item for item in common if item is not known[item.id]]
    concerned = {item.id for item in differ if _PLACED_BY(item) != _PLACED_BY(known[item.id])}
    concerned |= by_policy(before, after) & set(known)
    ids = {item.id for item in common}
    if before.links != after.links or len(ids) < max(len(before.items), len(after.items)):
        concerned |= {link.succ for link in _links(before, ids) ^ _links(after, ids)}
    concerned |= moved_among(
        sorted(ids, key=lambda id: (known[id].rank, id)),
        [item.id for item in sorted(common, key=lambda item: (item.rank, item.id))],
    )
    parents = {item.id: item.parent for item in after.items}
    return {id for id in ids if _within(id, parents, concerned)}


def order_hash(order: Sequence[int], quarters: Mapping) -> str:
    """SHA-256 (hex) of a start order and the quarters kept with it (by id, as number or text)."""
    kept = sorted((int(id), quarter) for id, quarter in quarters.items())
    text = json.dumps([list(order), kept], separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _links(plan: Plan, ids: set[int]) -> set:
    return {link for link in plan.links if link.pred in ids and link.succ in ids}


def _within(id: int | None, parents: dict[int, int | None], concerned: set[int]) -> bool:
    while id is not None:
        if id in concerned:
            return True
        id = parents.get(id)
    return False


def moved_among(old: Iterable[int], new: Sequence[int]) -> set[int]:
    """The fewest ids whose move makes one sequence of the same ids the other.

    All but a longest increasing subsequence of old places, by patience sorting (Fredman, 1975).
    """
    place = {id: k for k, id in enumerate(old)}
    tops: list[int] = []
    ends: list[int] = []
    below: dict[int, int | None] = {}
    for id in new:
        k = bisect_left(tops, place[id])
        below[id] = ends[k - 1] if k else None
        tops[k : k + 1] = [place[id]]
        ends[k : k + 1] = [id]
    still: set[int] = set()
    at = ends[-1] if ends else None
    while at is not None:
        still.add(at)
        at = below[at]
    return set(new) - still
