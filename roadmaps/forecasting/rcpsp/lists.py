"""Schedules from activity lists, on whole numbers.

All resources of all units of time are the lanes of one long integer, so that "does it fit here"
is an addition and a mask: each lane counts what is held plus a bias that carries into the lane's
guard bit just when the capacity is exceeded.

Activities are numbered so that predecessors have lower numbers. A list holds each activity after
its predecessors. In the reversed problem activity `r` is activity `last - r` of this one.
"""

from collections.abc import Sequence
from typing import NamedTuple

from .problem import Problem


class Table(NamedTuple):
    """A problem as the generation reads it, by activity."""

    width: int
    """Bits of one unit of time."""
    jumps: list[int]
    """By the place of the last guard bit that is set, counted from 1: bits to behind its unit."""
    rows: list[tuple[tuple[int, ...], int, int, int, int, int]]
    """Predecessors, duration, and over that duration: all bits, what is held, the same with the
    bias, the guard bits."""
    linked: list[set[int]]
    """Direct predecessors."""
    durations: list[int]


def packed(problem: Problem) -> tuple[list[int], int, int, int]:
    """Each activity's demands, the bias, the guard bits and the bits of one unit of time."""
    lanes, place = [], 0
    for capacity in problem.capacities:
        bits = capacity.bit_length()
        lanes.append((place, bits, capacity))
        place += bits + 1
    demands = [
        sum(demand << at for demand, (at, _, _) in zip(row, lanes, strict=True))
        for row in problem.demands
    ]
    bias = sum((1 << bits) - 1 - capacity << at for at, bits, capacity in lanes)
    guard = sum(1 << at + bits for at, bits, _ in lanes)
    return demands, bias, guard, max(place, 1)


def table(problem: Problem) -> Table:
    """Patterns for the generation; activities must be numbered predecessors first."""
    demands, bias, guard, width = packed(problem)
    repeat = [0]
    for unit in range(max(problem.durations, default=0)):
        repeat.append(repeat[-1] | 1 << width * unit)
    rows = []
    for activity, lasts in enumerate(problem.durations):
        each, held = repeat[lasts], demands[activity]
        every = (1 << width * lasts) - 1
        before = tuple(dict.fromkeys(problem.predecessors[activity]))
        rows.append((before, lasts, every, each * held, each * (held + bias), each * guard))
    jumps = [0, *((bit // width + 1) * width for bit in range(width * (len(repeat) - 1)))]
    linked = [set(row) for row in problem.predecessors]
    return Table(width, jumps, rows, linked, list(problem.durations))


def generate(order: Sequence[int], table: Table, finishes: list[int]) -> int:
    """Give each activity in turn its earliest feasible finish; returns the makespan.

    Serial schedule generation. Where an activity does not fit, the search goes on behind the last
    unit that is too full.
    """
    width, jumps, rows = table.width, table.jumps, table.rows
    held = last = 0
    for activity in order:
        before, lasts, every, pattern, biased, guard = rows[activity]
        start = 0
        for other in before:
            if finishes[other] > start:
                start = finishes[other]
        if lasts:
            place = start * width
            full = ((held >> place & every) + biased) & guard
            while full:
                place += jumps[full.bit_length()]
                full = ((held >> place & every) + biased) & guard
            held += pattern << place
            start = place // width + lasts
        finishes[activity] = start
        if start > last:
            last = start
    return last


def turned(finishes: Sequence[int], order: list[int]) -> None:
    """Fill `order` for the reversed problem: the last to finish comes first."""
    backwards = finishes[::-1]
    order[:] = sorted(range(len(order)), key=[-finish for finish in backwards].__getitem__)


def by_start(finishes: Sequence[int], durations: Sequence[int], order: list[int]) -> None:
    """Fill `order` with the activities by their start."""
    starts = [finish - lasts for finish, lasts in zip(finishes, durations, strict=True)]
    order[:] = sorted(range(len(order)), key=starts.__getitem__)


def crossed(
    father: Sequence[int], mother: Sequence[int], first: int, second: int, child: list[int]
) -> None:
    """Two-point crossover: the mother's order between two places, the father's before and after.

    Predecessors stay first, because they are in both (Hartmann 1998).
    """
    head = list(father[:first])
    taken = set(head)
    middle = [activity for activity in mother if activity not in taken][: second - first]
    taken.update(middle)
    child[:] = head + middle + [activity for activity in father if activity not in taken]


def moved(order: list[int], table: Table, place: int, choice: int, reach: int) -> None:
    """Move the activity at a place to the `choice`-th (modulo) of the places its links allow."""
    linked = table.linked
    activity = order[place]
    low = high = place
    before = linked[activity]
    bottom, top = max(0, place - reach), min(len(order) - 1, place + reach)
    while low > bottom and order[low - 1] not in before:
        low -= 1
    while high < top and activity not in linked[order[high + 1]]:
        high += 1
    del order[place]
    order.insert(low + choice % (high - low + 1), activity)
