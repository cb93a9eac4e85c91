"""One call: the best schedule of a problem within a budget, and how far it can be from the best."""

import random
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from ..extras import numba_available, ortools_available
from . import lists, search
from .problem import Problem, lower_bound, makespan

POPULATION = {"numba": 100, "python": 30}
PATIENT = 3
"""Times as many lists where more than a second is left: they grow alike later."""
BATCH = {"numba": 100, "python": 1}
"""Children bred between two looks at the time left."""
SEARCH_SHARE = 0.4
"""Part of the time for the genetic search where CP-SAT takes the rest."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """A feasible schedule."""

    starts: tuple[int, ...]
    makespan: int
    lower_bound: int
    """No schedule is shorter than this."""
    engine: str
    """What searched: numba or python, and cp-sat where it was asked too."""
    schedules: int
    """Lists that were scheduled, each three times."""


def solve(
    problem: Problem,
    *,
    schedules: float = 1000,
    left: Callable[[], float] | None = None,
    start: Sequence[int] = (),
    seed: int = 1,
    workers: int = 1,
    population: int | None = None,
    engine: str | None = None,
    optimizer: bool | None = None,
) -> Schedule:
    """The shortest schedule that a genetic search, then CP-SAT, finds; never longer than `start`.

    schedules: lists to schedule at most, in each worker
    left:      seconds that are left; None: only `schedules` is a limit, and CP-SAT is not asked
    start:     starts of a known feasible schedule
    workers:   threads; more than one is of use to numba and CP-SAT only
    population: lists that are bred from; None: as many as suit the engine's speed
    engine:    numba or python; None: numba where it is installed and the problem fits it
    optimizer: whether to ask CP-SAT; None: where it is installed
    raises:    ValueError when numba is asked for and cannot do it
    """
    if not problem.durations:
        return Schedule((), 0, 0, engine or "python", 0)
    order, bound = problem.topological, lower_bound(problem)
    numbered = _renumbered(problem, order)
    engine = _engine(numbered, engine)
    optimizer = left is not None and (ortools_available() if optimizer is None else optimizer)
    reserved = (1 - SEARCH_SHARE) * left() if optimizer and left else 0.0
    size = population or POPULATION[engine] * (PATIENT if left and left() > 1 else 1)
    searches = [
        _Search(numbered, engine, bound, size, seed + 7919 * worker)
        for worker in range(workers if engine == "numba" else 1)
    ]
    known = sorted(range(len(order)), key=lambda k: start[order[k]]) if start else None
    _run(searches, known, schedules, lambda: left is not None and left() <= reserved)
    best = min((each.best() for each in searches), key=lambda starts: makespan(numbered, starts))
    if optimizer and left and makespan(numbered, best) > bound:
        from .optimizer import prove

        best, bound = prove(numbered, best, bound, seconds=left(), workers=workers, seed=seed)
        engine += "+cp-sat"
    begins = dict(zip(order, best, strict=True))
    starts = tuple(begins[activity] for activity in range(len(order)))
    made = sum(each.made for each in searches)
    return Schedule(starts, makespan(problem, starts), bound, engine, made)


def _run(
    searches: "list[_Search]",
    known: list[int] | None,
    schedules: float,
    stop: Callable[[], bool],
) -> None:
    """Run searches side by side, each in a thread of its own where there are several."""
    if len(searches) == 1:
        searches[0].run(known, schedules, stop)
        return
    with ThreadPoolExecutor(len(searches)) as pool:
        list(pool.map(lambda each: each.run(known, schedules, stop), searches))


def _engine(problem: Problem, engine: str | None) -> str:
    if engine == "python" or (engine is None and not numba_available()):
        return "python"
    if numba_available():
        from .kernel import fits

        if fits(problem):
            return "numba"
    if engine is None:
        return "python"
    raise ValueError(f"The engine {engine} cannot be used here.")


def _renumbered(problem: Problem, order: Sequence[int]) -> Problem:
    """The problem with activities in this order."""
    place = {activity: k for k, activity in enumerate(order)}
    return Problem(
        tuple(problem.durations[activity] for activity in order),
        tuple(problem.demands[activity] for activity in order),
        problem.capacities,
        tuple(tuple(place[k] for k in problem.predecessors[activity]) for activity in order),
    )


class _Search:
    """One population: lists, their scores and the scratch space of one engine."""

    def __init__(self, problem: Problem, engine: str, bound: int, size: int, seed: int):
        self.problem, self.bound, self.size, self.made = problem, bound, size, 0
        self.chance = random.Random(seed)  # noqa: S311
        self.batch = BATCH[engine]
        count = len(problem.durations)
        self.evolve: Any = search.evolve
        self.improve: Any = search.improved
        self.lists: Any = [[0] * count for _ in range(size)]
        self.scores: Any = [0] * size
        self.state: Any = [1 + seed % 99991]
        self.scratch: Any = tuple([0] * count for _ in range(3))
        if engine == "python":
            self.tables: Any = lists.table(problem), lists.table(problem.reversed())
        else:
            from . import kernel

            self.evolve, self.improve = kernel.evolve, kernel.improve
            self.lists, self.scores = kernel.array(self.lists), kernel.array(self.scores)
            self.state = kernel.array(self.state)
            self.scratch = tuple(kernel.array(each) for each in self.scratch)
            self.tables = kernel.arrays(problem), kernel.arrays(problem.reversed())

    def run(self, first: list[int] | None, schedules: float, stop: Callable[[], bool]) -> None:
        """Fill the population, then breed until the budget is used or the bound is reached."""
        child, finishes, spare = self.scratch
        for k in range(self.size):
            child[:] = first if first and not k else self._sampled(k)
            self.scores[k] = self.improve(child, *self.tables, finishes, spare)
            self.lists[k][:] = child
            self.made = k + 1
            if self.scores[k] // search.SUM <= self.bound or self.made >= schedules or stop():
                break
        self.lists, self.scores = self.lists[: self.made], self.scores[: self.made]
        while min(self.scores) // search.SUM > self.bound and self.made < schedules and not stop():
            wanted = int(min(self.batch, schedules - self.made))
            self.made += self.evolve(
                wanted,
                self.lists,
                self.scores,
                *self.scratch,
                *self.tables,
                self.state,
                self.bound,
            )

    def _sampled(self, k: int) -> list[int]:
        """A list that takes, of some activities that could be next, the one due first (LFT).

        The first considers all of them, later ones from two to five drawn by chance.
        """
        tails = self.problem.tails
        waiting = [len(set(row)) for row in self.problem.predecessors]
        ready = [activity for activity, count in enumerate(waiting) if not count]
        order = []
        while ready:
            tries = list(range(len(ready)))
            if k:
                tries = [int(self.chance.random() * len(ready)) for _ in range(2 + k % 4)]
            pick = min(tries, key=lambda at: -tails[ready[at]])
            activity = ready[pick]
            ready[pick] = ready[-1]
            ready.pop()
            order.append(activity)
            for other in self.problem.successors[activity]:
                waiting[other] -= 1
                if not waiting[other]:
                    ready.append(other)
        return order

    def best(self) -> tuple[int, ...]:
        """Starts of the best schedule found."""
        scores = [int(score) for score in self.scores]
        order = [int(k) for k in self.lists[scores.index(min(scores))]]
        finishes = [0] * len(order)
        lists.generate(order, lists.table(self.problem), finishes)
        return tuple(f - p for f, p in zip(finishes, self.problem.durations, strict=True))
