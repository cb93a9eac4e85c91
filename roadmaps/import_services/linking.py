"""Parents and links of a whole file against the plan: what to make, and which would close a loop.

Pure: items are numbers, an item that does not exist yet has a negative one.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from roadmaps.forecasting.graph import find_loop

MOST_LOOPS = 100


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

    def parents_loop(pairs: Sequence[tuple[int, int]]) -> bool:
        return find_loop(tree | dict(pairs), links) is not None

    def links_loop(pairs: Sequence[tuple[int, int]]) -> bool:
        return find_loop(tree, [*links, *wiring.links, *pairs]) is not None

    def accept_parents(pairs: Sequence[tuple[int, int]]) -> None:
        tree.update(pairs)
        wiring.parents.extend(pairs)

    def refuse_parent(pair: tuple[int, int]) -> None:
        wiring.loops.append(f"{name(pair[0])} as a part of {name(pair[1])}")

    def refuse_link(pair: tuple[int, int]) -> None:
        wiring.loops.append(f"{name(pair[1])} waits for {name(pair[0])}")

    _sift(new_parents, parents_loop, accept_parents, refuse_parent, wiring)
    _sift(new_links, links_loop, wiring.links.extend, refuse_link, wiring)
    return wiring


def _sift(pairs, loops, accept, refuse, wiring: Wiring) -> None:
    """Take as many as close no loop, in order: whole halves at once where they close none."""
    waiting = [list(pairs)] if pairs else []
    while waiting:
        part = waiting.pop()
        if len(wiring.loops) >= MOST_LOOPS:
            for pair in part:
                refuse(pair)
        elif not loops(part):
            accept(part)
        elif len(part) == 1:
            refuse(part[0])
        else:
            half = len(part) // 2
            waiting += [part[half:], part[:half]]
