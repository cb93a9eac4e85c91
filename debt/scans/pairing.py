"""Pairs two lists of lines that may have moved: nearest first, and never crossing."""

from collections.abc import Sequence

MOST_STEPS = 1_000_000
FAR = 10**9


def pairs(here: Sequence[int], there: Sequence[int]) -> list[tuple[int, int]]:
    """Pair two sorted lists of lines so that no pairs cross and the distances add up to least.

    As many pairs as the shorter list has lines. Two lists of the same length are paired in order.
    Where that takes too long, the longer list is thinned evenly: still in order, not quite least.

    returns: positions (in here, in there)
    """
    if len(here) > len(there):
        return [(i, j) for j, i in pairs(there, here)]
    spare = len(there) - len(here)
    if not here:
        return []
    if not spare:
        return [(i, i) for i in range(len(here))]
    if len(here) * (spare + 1) > MOST_STEPS:
        return [(i, i + round(i * spare / max(1, len(here) - 1))) for i in range(len(here))]
    return list(enumerate(least(here, there, spare)))


def least(here: Sequence[int], there: Sequence[int], spare: int) -> list[int]:
    """For each line of here its position in there, by dynamic programming over what is left out.

    cost[s] is the least sum for the lines so far with s lines of there left out before them.
    """
    cost = [0] * (spare + 1)
    chosen: list[list[int]] = []
    for i, line in enumerate(here):
        best, best_at = FAR * FAR, 0
        now, came = [], []
        for s in range(spare + 1):
            if cost[s] < best:
                best, best_at = cost[s], s
            now.append(best + abs(line - there[i + s]))
            came.append(best_at)
        cost = now
        chosen.append(came)
    s = min(range(spare + 1), key=lambda left_out: cost[left_out])
    positions = [0] * len(here)
    for i in range(len(here) - 1, -1, -1):
        positions[i] = i + s
        s = chosen[i][s]
    return positions
