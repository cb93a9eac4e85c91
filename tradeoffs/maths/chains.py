"""Laying out decisions and their links: who replaced whom in lanes, what came first to the left."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """Where a decision stands: column from the left, row from the top, both from 0."""

    column: int
    row: int
    lane: int


@dataclass(frozen=True, slots=True)
class Layout:
    places: Mapping[int, Place]
    columns: int
    rows: int
    lanes: Sequence[tuple[int, int]]
    """First row and number of rows of each lane."""


def layout(
    ids: Sequence[int],
    replaced: Iterable[tuple[int, int]],
    leaning: Iterable[tuple[int, int]] = (),
) -> Layout:
    """Place decisions so that every line leads to the right where the links allow it.

    ids:      in the order in which lanes are wanted, such as by number
    replaced: (old, new); those that are joined by these share a lane
    leaning:  (of, to): the first leans on the second, which stands further left
    """
    known = set(ids)
    chains = [(a, b) for a, b in replaced if a in known and b in known and a != b]
    others = [(to, of) for of, to in leaning if of in known and to in known and of != to]
    column = depths(ids, [*chains, *others])
    lanes = components(ids, chains)
    places: dict[int, Place] = {}
    spans: list[tuple[int, int]] = []
    row = 0
    for lane, members in enumerate(lanes):
        used: dict[int, int] = {}
        for one in members:
            at = used.get(column[one], 0)
            used[column[one]] = at + 1
            places[one] = Place(column[one], row + at, lane)
        height = max(used.values())
        spans.append((row, height))
        row += height
    return Layout(places, 1 + max(column.values(), default=-1), row, spans)


def depths(ids: Sequence[int], edges: Sequence[tuple[int, int]]) -> dict[int, int]:
    """The longest way to each from the left (longest-path layering); a circle is cut where met."""
    before: dict[int, list[int]] = {one: [] for one in ids}
    for left, right in edges:
        before[right].append(left)
    found: dict[int, int] = {}
    for start in ids:
        stack = [(start, iter(before[start]))]
        open_ = {start}
        best = {start: 0}
        while stack:
            one, rest = stack[-1]
            for other in rest:
                if other in found:
                    best[one] = max(best[one], found[other] + 1)
                elif other not in open_:
                    open_.add(other)
                    best[other] = 0
                    stack.append((other, iter(before[other])))
                    break
            else:
                stack.pop()
                open_.discard(one)
                found.setdefault(one, best[one])
                if stack:
                    below = stack[-1][0]
                    best[below] = max(best[below], found[one] + 1)
    return found


def components(ids: Sequence[int], edges: Sequence[tuple[int, int]]) -> list[list[int]]:
    """Groups that are joined, in the order of their first member."""
    group = {one: one for one in ids}

    def root(one: int) -> int:
        while group[one] != one:
            group[one] = group[group[one]]
            one = group[one]
        return one

    for a, b in edges:
        group[root(a)] = root(b)
    found: dict[int, list[int]] = {}
    for one in ids:
        found.setdefault(root(one), []).append(one)
    return list(found.values())
