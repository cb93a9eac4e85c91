"""The fast engines give the reference engine's dates, and each other's to the trial."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from roadmaps.forecasting import (
    EffectKind,
    PlanEffect,
    PlanExternal,
    PlanLink,
    PlanObjective,
    PlanPart,
    State,
    Triple,
    landings,
    outlook,
    simulate,
)
from roadmaps.forecasting import blocks as numpy_engine
from roadmaps.forecasting.draws import Draws
from roadmaps.forecasting.landings import Ends
from roadmaps.forecasting.program import NotFlat, prepare
from roadmaps.forecasting.simulation import Forecast
from tests.roadmaps.forecasting.plans import day, item, plan, sure, team
from tests.roadmaps.forecasting.test_properties import kept, plans

TRIALS = 200
WIDE = Triple(2, 5, 12)
quick = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def program_of(made):
    try:
        return prepare(made)
    except NotFlat:
        return None


def run(engine, program, trials=TRIALS, threads=1):
    groups = [np.arange(len(program.ids))]
    return engine.run(program, Draws(5, trials), groups, threads=threads, items=True)


@quick
@given(plans(pinned=True))
def test_the_numpy_engine_gives_the_reference_days(made):
    program = program_of(made)
    if program is None:
        return
    reference = Forecast(made, Draws(5, TRIALS)).last_days
    last, days = run(numpy_engine, program)
    # A few trials end within float32's breadth of a day's boundary, on the other side of it: of
    # ranges that are hardly any, all trials end at the same moment, and many may.
    narrow = any(each.range and each.range.p90 < 1.05 * each.range.p10 for each in made.items)
    for k, id in enumerate(program.ids):
        apart = np.abs(days[k].astype(int) - reference[id].astype(int))
        assert np.mean(apart > (1 if narrow else 0)) < 0.04
    assert (last[0] == days.max(axis=0)).all()


def busy(count: int = 60):
    items = [
        item(
            id,
            WIDE,
            team=1 + id % 3,
            crew=1 + id % 2,
            parent=900 + id % 5,
            objective=1 + id % 2,
            target=day(40 + id),
        )
        for id in range(1, count + 1)
    ]
    items[0] = replace(items[0], state=State.IN_PROGRESS, started_on=day(-4))
    items[3] = replace(items[3], not_before=day(9), pinned=True)
    links = [PlanLink(max(1, id - 7), id) for id in range(9, count + 1, 2)]
    links += [PlanLink(5, 20, "SS", 2), PlanLink(6, 21, "FF", 1), PlanLink(7, 22, "SF", 3)]
    return plan(
        *items,
        *(item(900 + k, None) for k in range(5)),
        item(800, None, kind="milestone"),
        links=(*links, PlanLink(901, 800)),
        teams=tuple(
            team(id, 2 + id, drag=Triple(0.05, 0.1, 0.3), focus=0.7 + id / 10) for id in (1, 2, 3)
        ),
        objectives=(PlanObjective(1, "A", day(90)), PlanObjective(2, "B")),
        externals=(PlanExternal(1, 30, "Licence", day(5), day(15), day(40)),),
    )


def test_every_kind_of_row_gives_the_reference_days():
    made = busy()
    reference = Forecast(made, Draws(5, 2000)).last_days
    program = prepare(made)
    _, days = run(numpy_engine, program, 2000)
    wrong = [np.mean(days[k] != reference[id]) for k, id in enumerate(program.ids)]
    assert max(wrong) < 0.02


def test_any_number_of_threads_gives_the_same_numbers():
    program = prepare(busy())
    one, four = (run(numpy_engine, program, 11_000, threads) for threads in (1, 4))
    assert (one[0] == four[0]).all()
    assert (one[1] == four[1]).all()


def test_efforts_read_ahead_on_another_thread_are_the_same(monkeypatch):
    program = prepare(busy())
    one = run(numpy_engine, program, 11_000, 1)
    monkeypatch.setattr(numpy_engine, "_WORTH_IT", 1)
    two = run(numpy_engine, program, 11_000, 2)
    assert (one[0] == two[0]).all()
    assert (one[1] == two[1]).all()


def test_the_end_of_a_group_is_the_same_without_every_items_days():
    program, groups = prepare(busy()), [np.arange(60), np.arange(5, 40, 3)]
    last, days = numpy_engine.run(program, Draws(5, 2000), groups, threads=1, items=False)
    _, days = numpy_engine.run(program, Draws(5, 2000), groups, threads=1, items=True)
    for row, group in zip(last, groups, strict=True):
        assert (row == days[group].max(axis=0)).all()


def overbooked():
    """A crew of two pinned to a day on which its team has one person free and one busy."""
    long, pinned = item(1, 20), replace(item(2, 2, crew=2), not_before=day(1), pinned=True)
    return plan(long, pinned, item(3, 1), item(4, 1), teams=(team(1, 2),))


def test_a_pinned_crew_holds_the_same_places_in_the_numpy_engine():
    made = overbooked()
    reference, program = Forecast(made, Draws(5, TRIALS), causes=True).last_days, prepare(made)
    _, days = run(numpy_engine, program)
    assert all((days[k] == reference[id]).all() for k, id in enumerate(program.ids))


@pytest.mark.compiled
def test_a_pinned_crew_holds_the_same_places_in_the_compiled_engine():
    from roadmaps.forecasting import kernels

    program = prepare(overbooked())
    assert (run(numpy_engine, program)[1] == run(kernels, program)[1]).all()


def test_fewer_trials_are_the_first_of_the_same():
    program = prepare(busy())
    few, many = run(numpy_engine, program, 500), run(numpy_engine, program, 7_000)
    assert (few[1] == many[1][:, :500]).all()


@pytest.mark.compiled
@pytest.mark.parametrize("threads", [1, 2])
def test_the_compiled_engine_gives_the_numpy_engines_numbers(threads):
    from roadmaps.forecasting import kernels

    program = prepare(busy())
    ours, theirs = run(numpy_engine, program, 2500), run(kernels, program, 2500, threads)
    assert np.mean(ours[1] != theirs[1]) < 1e-4
    assert np.mean(ours[0] != theirs[0]) < 1e-4


@pytest.mark.compiled
@quick
@given(plans(pinned=True))
def test_the_compiled_engine_agrees_on_any_plan(made):
    from roadmaps.forecasting import kernels

    program = program_of(made)
    if program is not None:
        assert np.mean(run(numpy_engine, program)[1] != run(kernels, program)[1]) < 1e-3


@pytest.mark.compiled
def test_compiled_ranks_are_those_of_sorting():
    from roadmaps.forecasting import kernels

    rows = np.random.default_rng(1).integers(0, 3000, (7, 1000)).astype(np.int16)
    assert (kernels.ranked(rows, [1, 500, 850], 3653) == np.sort(rows)[:, [0, 499, 849]]).all()


def test_asking_for_the_compiled_engine_without_numba_says_what_is_missing(monkeypatch):
    monkeypatch.setattr(landings, "numba_available", lambda: False)
    with pytest.raises(ValueError, match="numba, which is not installed"):
        outlook(plan(item(1)), trials=10, seed=1, engine="numba")


def test_an_engine_that_is_none_is_refused():
    with pytest.raises(ValueError, match="no engine fast"):
        outlook(plan(item(1)), trials=10, seed=1, engine="fast")


def test_an_outlook_has_the_dates_of_the_whole_forecast():
    made = kept(busy())
    quick_look = outlook(made, trials=2000, seed=5, engine="numpy")
    whole = simulate(made, trials=2000, seed=5)
    assert abs((quick_look.project.finish.p85 - whole.project.finish.p85).days) <= 1
    dates = {row.id: row.finish.p50 for row in quick_look.items}
    apart = [abs((dates[row.id] - row.finish.p50).days) for row in whole.items if row.id in dates]
    assert (len(apart), max(apart)) == (66, pytest.approx(0, abs=1))
    for ours, theirs in zip(quick_look.objectives, whole.objectives, strict=True):
        assert (ours.id, ours.target) == (theirs.id, theirs.target)
        assert ours.chance == pytest.approx(theirs.chance, abs=0.01) or ours.chance is None
    assert [row.id for row in quick_look.milestones] == [800]


def test_a_summary_leaves_the_items_out():
    found = outlook(busy(), trials=500, seed=5, items=False)
    assert (found.items, found.engine) == ((), "numpy")
    assert found.project.histogram is not None


@pytest.mark.parametrize(
    "made",
    [
        plan(
            item(1), item(2, 4, parts=(PlanPart(1, 1.0), PlanPart(2, 1.0))),
            teams=(team(), team(2)), links=(PlanLink(1, 2, "FS", 2),),
        ),
        plan(item(1), item(2), effects=(PlanEffect(1, 1, 1, EffectKind.DRAG, sure(0.1)),)),
        plan(
            item(1), item(2, None, kind="milestone"), links=(PlanLink(1, 2, "SS", 2),)
        ),
    ],
    ids=["several teams behind a lag", "capacity effect", "milestone behind a start"],
)  # fmt: skip
def test_what_the_fast_engines_do_not_know_the_reference_engine_simulates_and_says_so(made):
    found = outlook(made, trials=100, seed=5)
    assert found.engine == "reference"
    whole = simulate(made, trials=100, seed=5)
    assert [row.finish for row in found.items] == [row.finish for row in whole.items]


def test_an_empty_plan_has_an_empty_outlook():
    found = outlook(plan(), trials=10, seed=1)
    assert (found.project, found.items, found.objectives) == (None, (), ())


def test_ends_of_a_plan_without_capacity_lie_beyond_the_horizon():
    made = plan(item(1), item(2, team=2), teams=(team(1, 0), team(2)), links=(PlanLink(1, 2),))
    ends = Ends(made, Draws(1, 100))
    assert (ends.engine, ends.result().project.finish.p50) == ("numpy", None)
