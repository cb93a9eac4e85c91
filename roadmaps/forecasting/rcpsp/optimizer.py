"""Exact search with CP-SAT (extra `optimizer`), from a schedule that is known."""

from typing import NamedTuple

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

    horizon = makespan(problem, hint)
    model = cp_model.CpModel()
    starts, intervals = [], []
    for activity, lasts in enumerate(problem.durations):
        latest = horizon - lasts - problem.tails[activity]
        start = model.new_int_var(problem.heads[activity], latest, "")
        starts.append(start)
        intervals.append(model.new_fixed_size_interval_var(start, lasts, ""))
        model.add_hint(start, hint[activity])
    for activity, row in enumerate(problem.predecessors):
        for other in row:
            model.add(starts[activity] >= starts[other] + problem.durations[other])
    for resource, capacity in enumerate(problem.capacities):
        users = [j for j, row in enumerate(problem.demands) if row[resource]]
        demands = [problem.demands[j][resource] for j in users]
        model.add_cumulative([intervals[j] for j in users], demands, capacity)
    end = model.new_int_var(lower_bound, horizon, "")
    for activity, lasts in enumerate(problem.durations):
        if not problem.successors[activity]:
            model.add(end >= starts[activity] + lasts)
    model.add_hint(end, horizon)
    model.minimize(end)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = max(seconds, 0.01)
    solver.parameters.num_workers = workers
    solver.parameters.random_seed = seed
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Proved(hint, lower_bound)
    found = tuple(int(solver.value(start)) for start in starts)
    return Proved(found, max(lower_bound, round(solver.best_objective_bound)))
