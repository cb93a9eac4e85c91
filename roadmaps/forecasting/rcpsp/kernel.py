"""The search compiled with numba: the same steps over arrays, released from the interpreter's lock.

Import only where `extras.numba_available()`. The functions of `lists` are said again for arrays;
those of `search` are compiled as they stand. numba's cache looks at the file of `evolve` alone:
whoever changes another of these files deletes the cache.
"""

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numba.extending import overload, register_jitable

from . import lists, search
from .problem import Problem

WORD = 62
"""Bits of one unit of time that fit the machine's word."""


class Arrays(NamedTuple):
    """A problem as the compiled generation reads it, and scratch space of its own."""

    durations: np.ndarray
    demands: np.ndarray
    pointers: np.ndarray
    before: np.ndarray
    linked: np.ndarray
    bias: int
    guard: int
    held: np.ndarray


def fits(problem: Problem) -> bool:
    """Whether all resources of one unit of time fit into a word."""
    return lists.packed(problem)[3] <= WORD


def arrays(problem: Problem) -> Arrays:
    """The problem over arrays; activities must be numbered predecessors first."""
    demands, bias, guard, _ = lists.packed(problem)
    rows = [tuple(dict.fromkeys(row)) for row in problem.predecessors]
    count, horizon = len(rows), sum(problem.durations) + 3
    linked = np.zeros((count, count), np.bool_)
    for activity, row in enumerate(rows):
        linked[activity, list(row)] = True
    return Arrays(
        np.array(problem.durations, np.int64),
        np.array(demands, np.int64),
        np.cumsum([0, *(len(row) for row in rows)]),
        np.array([other for row in rows for other in row], np.int64),
        linked,
        bias,
        guard,
        np.zeros(horizon, np.int64),
    )


def array(numbers: list) -> np.ndarray:
    """Whole numbers, or rows of them, as the compiled functions take them."""
    return np.array(numbers, np.int64)


@overload(lists.generate)
def _generate(order, table, finishes) -> Any:
    def generate(order, table, finishes):
        last = 0
        for activity in order:
            start = 0
            for k in range(table.pointers[activity], table.pointers[activity + 1]):
                start = max(start, finishes[table.before[k]])
            lasts, demand = table.durations[activity], table.demands[activity]
            biased = demand + table.bias
            unit = start + lasts - 1
            while unit >= start:
                if (table.held[unit] + biased) & table.guard:
                    start = unit + 1
                    unit = start + lasts
                unit -= 1
            for unit in range(start, start + lasts):
                table.held[unit] += demand
            finishes[activity] = start + lasts
            last = max(last, start + lasts)
        table.held[:last] = 0
        return last

    return generate


@register_jitable
def _sorted(keys, counts, order):
    """Fill `order` with the indices of whole keys >= 0, ascending, ties by index."""
    most = 0
    for key in keys:
        most = max(most, key)
    counts[: most + 2] = 0
    for key in keys:
        counts[key + 1] += 1
    for key in range(most):
        counts[key + 1] += counts[key]
    for k in range(len(keys)):
        order[counts[keys[k]]] = k
        counts[keys[k]] += 1


@overload(lists.turned)
def _turned(finishes, order) -> Any:
    def turned(finishes, order):
        keys = finishes.max() - finishes[::-1]
        _sorted(keys, np.zeros(keys.max() + 2, np.int64), order)

    return turned


@overload(lists.by_start)
def _by_start(finishes, durations, order) -> Any:
    def by_start(finishes, durations, order):
        keys = finishes - durations
        _sorted(keys, np.zeros(keys.max() + 2, np.int64), order)

    return by_start


@overload(lists.crossed)
def _crossed(father, mother, first, second, child) -> Any:
    def crossed(father, mother, first, second, child):
        taken = np.zeros(len(child), np.bool_)
        child[:first] = father[:first]
        for k in range(first):
            taken[father[k]] = True
        place, k = first, 0
        while place < second:
            if not taken[mother[k]]:
                child[place] = mother[k]
                taken[mother[k]] = True
                place += 1
            k += 1
        for k in range(len(father)):
            if not taken[father[k]]:
                child[place] = father[k]
                place += 1

    return crossed


@overload(lists.moved)
def _moved(order, table, place, choice, reach) -> Any:
    def moved(order, table, place, choice, reach):
        activity, linked = order[place], table.linked
        low = high = place
        bottom, top = max(0, place - reach), min(len(order) - 1, place + reach)
        while low > bottom and not linked[activity, order[low - 1]]:
            low -= 1
        while high < top and not linked[order[high + 1], activity]:
            high += 1
        target = low + choice % (high - low + 1)
        while place > target:
            order[place] = order[place - 1]
            place -= 1
        while place < target:
            order[place] = order[place + 1]
            place += 1
        order[place] = activity

    return moved


for _function in (search.below, search.improved, search.worst_of, search.chosen, search.bred):
    register_jitable(_function)

evolve = njit(nogil=True, cache=True)(search.evolve)
improve = njit(nogil=True, cache=True)(search.improved)
