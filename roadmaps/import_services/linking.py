"""Parents and links of a whole file against the plan: what to make, and which would close a loop.

Pure: items are numbers, an item that does not exist yet has a negative one.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

MOST_LOOPS = 40
Pair = tuple[int, int]


@dataclass(slots=True)
class Wiring:
    """What the second pass of an import does.

    parents: (child, parent); links: (predecessor, successor)
    loops:   words for each parent or link that is left out because it would close a loop
    """

    parents: list[tuple[int, int]] = field(default_factory=list)
    links: list[tuple[int, int]] = field(default_factory=list)
    loops: list[str] = field(default_factory=list)


def wire(
    parents: Mapping[int, int | None],
    links: Sequence[tuple[int, int]],
    new_parents: Sequence[tuple[int, int]],
    new_links: Sequence[tuple[int, int]],
    name: Callable[[int], str],
) -> Wiring:
    """Accept new parents, then new links, in their order; what would close a loop is left out.

    parents, links: the plan as it is, with every item a key of parents
    """
    wiring = Wiring()
    tree = dict(parents)
    wiring.parents, refused = _sift(new_parents, lambda pairs: has_loop(tree | dict(pairs), links))
    wiring.loops = [f"{name(child)} as a part of {name(up)}" for child, up in refused]
    tree.update(wiring.parents)
    wiring.links, refused = _sift(new_links, lambda pairs: has_loop(tree, [*links, *pairs]))
    wiring.loops += [f"{name(succ)} waits for {name(pred)}" for pred, succ in refused]
    return wiring


def has_loop(parents: Mapping[int, int | None], links: Sequence[Pair]) -> bool:
    """Whether parents and links lead back to where they began; a link on a parent means its parts.

    The same rule as `forecasting.graph.find_loop`, which names the loop and takes ten times as
    long: a start and an end per item, taken away as long as one waits for nothing (Kahn).
    """
    start = {item: 2 * place for place, item in enumerate(parents)}
    after: list[list[int]] = [[] for _ in range(2 * len(start))]
    waits = [0] * len(after)

    def edge(before: int, later: int) -> None:
        after[before].append(later)
        waits[later] += 1

    for item, parent in parents.items():
        edge(start[item], start[item] + 1)
        if parent is not None:
            edge(start[parent], start[item])
            edge(start[item] + 1, start[parent] + 1)
    for predecessor, successor in links:
        edge(start[predecessor] + 1, start[successor])
    ready = [node for node, count in enumerate(waits) if not count]
    for node in ready:
        for later in after[node]:
            waits[later] -= 1
            if not waits[later]:
                ready.append(later)
    return len(ready) < len(after)


def _sift(
    pairs: Sequence[Pair], loops: Callable[[Sequence[Pair]], bool]
) -> tuple[list[Pair], list[Pair]]:
    """Take pairs in order, whole halves at once where they close no loop.

    returns: accepted, left out; after MOST_LOOPS loops everything that follows is left out
    """
    accepted: list[Pair] = []
    refused: list[Pair] = []
    waiting = [list(pairs)] if pairs else []
    while waiting:
        part = waiting.pop()
        if len(refused) >= MOST_LOOPS:
            refused += part
        elif not loops([*accepted, *part]):
            accepted += part
        elif len(part) == 1:
            refused += part
        else:
            half = len(part) // 2
            waiting += [part[half:], part[:half]]
    return accepted, refused
