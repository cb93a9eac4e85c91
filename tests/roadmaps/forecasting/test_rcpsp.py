"""Activities that share resources: schedules are feasible, and no worse than their start."""

import itertools
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roadmaps.forecasting import extras
from roadmaps.forecasting.rcpsp import Problem, faults, lower_bound, solve
from roadmaps.forecasting.rcpsp.problem import makespan

needs_ortools = pytest.mark.skipif(
    not extras.ortools_available(), reason="OR-Tools is not installed"
)
ENGINES = ["python", pytest.param("numba", marks=pytest.mark.compiled)]
quick = settings(max_examples=40, deadline=None)


@st.composite
def problems(draw, most: int = 12) -> Problem:
    """Problems whose activities wait for lower and for higher numbers, some without duration."""
    count = draw(st.integers(1, most))
    capacities = tuple(draw(st.lists(st.integers(1, 6), max_size=3)))
    numbers = draw(st.permutations(range(count)))
    before: list[tuple[int, ...]] = [()] * count
    for place, activity in enumerate(numbers):
        if place:
            before[activity] = tuple(
                draw(st.lists(st.sampled_from(numbers[:place]), max_size=3, unique=True))
            )
    return Problem(
        tuple(draw(st.integers(0, 7)) for _ in range(count)),
        tuple(tuple(draw(st.integers(0, c)) for c in capacities) for _ in range(count)),
        capacities,
        tuple(before),
    )


def by_number(problem: Problem) -> list[int]:
    """Starts when activities simply follow one another: feasible, and long."""
    starts, now = [0] * len(problem.durations), 0
    for activity in problem.topological:
        starts[activity] = now
        now += problem.durations[activity]
    return starts


def shortest(problem: Problem) -> int:
    """The shortest makespan of all serial schedules, by trying every list."""
    best = sum(problem.durations)
    for order in itertools.permutations(range(len(problem.durations))):
        starts: dict[int, int] = {}
        for activity in order:
            if any(other not in starts for other in problem.predecessors[activity]):
                break
            start = max(
                (starts[k] + problem.durations[k] for k in problem.predecessors[activity]),
                default=0,
            )
            while not _fits(problem, starts, activity, start):
                start += 1
            starts[activity] = start
        else:
            best = min(best, makespan(problem, [starts[k] for k in range(len(starts))]))
    return best


def _fits(problem: Problem, starts: dict[int, int], activity: int, start: int) -> bool:
    for unit in range(start, start + problem.durations[activity]):
        for resource, capacity in enumerate(problem.capacities):
            held = problem.demands[activity][resource] + sum(
                problem.demands[k][resource]
                for k, at in starts.items()
                if at <= unit < at + problem.durations[k]
            )
            if held > capacity:
                return False
    return True


@pytest.mark.thorough
@pytest.mark.parametrize("engine", ENGINES)
@quick
@given(problem=problems(), seed=st.integers(0, 9))
def test_every_schedule_is_feasible_and_no_shorter_than_the_bound(engine, problem, seed):
    found = solve(problem, schedules=30, seed=seed, engine=engine)
    assert faults(problem, found.starts) == []
    assert found.makespan == makespan(problem, found.starts)
    assert lower_bound(problem) <= found.lower_bound <= found.makespan


@pytest.mark.thorough
@pytest.mark.parametrize("engine", ENGINES)
@quick
@given(problem=problems())
def test_a_known_schedule_is_never_made_longer(engine, problem):
    start = by_number(problem)
    assert faults(problem, start) == []
    found = solve(problem, schedules=1, start=start, engine=engine)
    assert found.makespan <= makespan(problem, start)
    again = solve(problem, schedules=1, start=found.starts, engine=engine)
    assert again.makespan <= found.makespan


@pytest.mark.thorough
@quick
@given(problems(most=6))
def test_the_bound_holds_for_the_best_of_all_lists(problem):
    best = shortest(problem)
    assert lower_bound(problem) <= best
    assert solve(problem, schedules=300, engine="python").makespan == best


@pytest.mark.thorough
@quick
@given(problems())
def test_the_same_seed_gives_the_same_schedule(problem):
    one = solve(problem, schedules=60, seed=4, engine="python")
    assert solve(problem, schedules=60, seed=4, engine="python") == one


@pytest.mark.compiled
@quick
@given(problem=problems(most=20), seed=st.integers(0, 9))
def test_the_compiled_search_gives_the_same_schedules(problem, seed):
    python, numba = (
        solve(problem, schedules=150, seed=seed, population=20, engine=engine)
        for engine in ("python", "numba")
    )
    assert (python.starts, python.schedules) == (numba.starts, numba.schedules)


@needs_ortools
@settings(max_examples=10, deadline=None)
@given(problems(most=8))
def test_cp_sat_goes_on_from_the_search_and_proves_its_bound(problem):
    found = solve(problem, schedules=1, left=lambda: 2.0, optimizer=True, engine="python")
    assert faults(problem, found.starts) == []
    assert found.lower_bound == found.makespan == solve(problem, schedules=500).makespan


def test_more_search_finds_no_longer_schedules():
    chance = random.Random(5)
    count = 40
    problem = Problem(
        tuple(chance.randint(1, 9) for _ in range(count)),
        tuple((chance.randint(0, 6), chance.randint(0, 6)) for _ in range(count)),
        (8, 9),
        tuple(tuple({chance.randrange(k) for _ in range(2)}) if k else () for k in range(count)),
    )
    spans = [solve(problem, schedules=n, engine="python").makespan for n in (1, 40, 400)]
    assert spans == sorted(spans, reverse=True)
    assert spans[2] < spans[0]


def test_a_search_ends_when_no_time_is_left():
    problem = Problem((3, 3, 2, 2), ((1,), (1,), (1,), (1,)), (2,), ((), (), (), (0, 1)))
    found = solve(problem, left=lambda: 0.0, optimizer=False, schedules=float("inf"))
    assert found.schedules == 1


def test_a_second_worker_is_used_by_compiled_code_only():
    problem = Problem((2, 2, 3), ((2,), (2,), (2,)), (3,), ((), (), ()))
    assert solve(problem, workers=2, schedules=5, engine="python").makespan == 7


@pytest.mark.compiled
def test_two_workers_search_side_by_side():
    problem = Problem(
        tuple(range(1, 12)),
        tuple((1 + k % 3,) for k in range(11)),
        (4,),
        tuple(() for _ in range(11)),
    )
    one, two = (solve(problem, workers=n, schedules=200, engine="numba") for n in (1, 2))
    assert two.makespan <= one.makespan
    assert faults(problem, two.starts) == []


def test_capacities_too_large_for_a_word_are_searched_in_python():
    huge = tuple(1 << 40 for _ in range(3))
    problem = Problem((2, 2), ((1 << 40,) * 3, (1, 1, 1)), huge, ((), ()))
    found = solve(problem)
    assert (found.engine, found.makespan) == ("python", 4)
    with pytest.raises(ValueError, match="numba"):
        solve(problem, engine="numba")


def test_two_that_need_more_than_there_is_follow_one_another_in_the_bound():
    problem = Problem((4, 5, 6), ((2,), (2,), (2,)), (3,), ((), (), ()))
    assert lower_bound(problem) == 15


def test_the_bound_counts_what_must_pass_before_and_after_the_work():
    problem = Problem(
        (3, 4, 4, 4, 4, 2),
        ((0,), (1,), (1,), (1,), (1,), (0,)),
        (2,),
        ((), (0,), (0,), (0,), (0,), (1, 2, 3, 4)),
    )
    assert lower_bound(problem) == 13 == solve(problem).makespan


def test_no_activity_takes_no_time():
    found = solve(Problem((), (), (), ()))
    assert (found.starts, found.makespan, found.lower_bound) == ((), 0, 0)


def test_one_activity_takes_its_time():
    found = solve(Problem((5,), ((2,),), (2,), ((),)))
    assert (found.starts, found.makespan, found.lower_bound) == ((0,), 5, 5)


def test_activities_without_duration_hold_nothing():
    problem = Problem((0, 0, 2), ((3,), (3,), (3,)), (3,), ((), (0,), (1,)))
    assert solve(problem).starts == (0, 0, 0)


def test_forty_predecessors_are_all_waited_for():
    problem = Problem(
        (*range(1, 41), 1), tuple((1,) for _ in range(41)), (41,), (*((),) * 40, tuple(range(40)))
    )
    assert solve(problem).starts[40] == 40


def test_a_circle_is_refused():
    with pytest.raises(ValueError, match="circle"):
        Problem((1, 1), ((1,), (1,)), (1,), ((1,), (0,)))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (((1,), ((2,),), (1,), ((),)), "more of a resource"),
        (((-1,), ((1,),), (1,), ((),)), "negative"),
        (((1,), ((-1,),), (1,), ((),)), "demand"),
        (((1,), ((1, 1),), (1,), ((),)), "demand"),
        (((1,), ((1,),), (1,), ((3,),)), "does not exist"),
        (((1, 1), ((1,),), (1,), ((),)), "length"),
    ],
)
def test_nonsense_is_refused(fields, words):
    with pytest.raises(ValueError, match=words):
        Problem(*fields)


def test_the_checker_sees_what_is_wrong():
    problem = Problem((2, 2), ((2,), (2,)), (3,), ((), (0,)))
    assert len(faults(problem, (0, 1))) == 2
    assert faults(problem, (0,))
    assert faults(problem, (-1, 3))
    assert faults(problem, (0, 2)) == []
