"""Exact search with CP-SAT (extra `optimizer`), from a schedule that is known."""

from typing import Any, NamedTuple

from .problem import Problem, makespan


class Proved(NamedTuple):
    """What CP-SAT found: starts no later in the end than the hint, and a bound it proved."""

    starts: tuple[int, ...]
    lower_bound: int


def prove(
    problem: Problem,
    hint: tuple[int, ...],
    lower_bound: int,
    *,
    seconds: float,
    workers: int = 1,
    seed: int = 1,
) -> Proved:
    """Look for a shorter schedule than the hint, or for the proof that there is none.

    hint:        a feasible schedule
    lower_bound: a makespan known to be unbeatable
    raises:      ImportError without OR-Tools: ask `extras.ortools_available()` first
    """
    from ortools.sat.python import cp_model

    model, starts = _model(problem, hint, lower_bound)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = max(seconds, 0.01)
    solver.parameters.num_workers = workers
    solver.parameters.random_seed = seed
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Proved(hint, lower_bound)
    found = tuple(int(solver.value(start)) for start in starts)
    return Proved(found, max(lower_bound, round(solver.best_objective_bound)))


def _model(problem: Problem, hint: tuple[int, ...], lower_bound: int) -> tuple[Any, list]:
    """A model whose objective is the makespan, no larger than the hint's, and its starts."""
    from ortools.sat.python import cp_model

    horizon = makespan(problem, hint)
    model = cp_model.CpModel()
    end = model.new_int_var(lower_bound, horizon, "")
    model.add_hint(end, horizon)
    starts, intervals = [], []
    for activity, lasts in enumerate(problem.durations):
        latest = horizon - lasts - problem.tails[activity]
        start = model.new_int_var(problem.heads[activity], latest, "")
        model.add_hint(start, hint[activity])
        if not problem.successors[activity]:
            model.add(end >= start + lasts)
        starts.append(start)
        intervals.append(model.new_fixed_size_interval_var(start, lasts, ""))
    for activity, row in enumerate(problem.predecessors):
        for other in row:
            model.add(starts[activity] >= starts[other] + problem.durations[other])
    for resource, capacity in enumerate(problem.capacities):
        users = [j for j, row in enumerate(problem.demands) if row[resource]]
        demands = [problem.demands[j][resource] for j in users]
        model.add_cumulative([intervals[j] for j in users], demands, capacity)
    model.minimize(end)
    return model, starts
