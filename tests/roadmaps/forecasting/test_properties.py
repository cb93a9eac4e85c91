"""What holds for every plan, searched for counterexamples."""

from dataclasses import replace
from datetime import timedelta
from unittest import mock

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from roadmaps.forecasting import (
    EffectKind,
    Plan,
    PlanEffect,
    PlanItem,
    PlanLink,
    PlanMember,
    PlanObjective,
    PlanShare,
    PlanSpan,
    PlanTeam,
    State,
    Triple,
    p50_schedule,
    replan,
    simulate,
    start_order,
    trials,
)
from roadmaps.forecasting.clocks import Clocks
from roadmaps.forecasting.copula import bias_of
from roadmaps.forecasting.draws import BLOCK, Draws, Purpose
from roadmaps.forecasting.graph import Structure
from roadmaps.forecasting.simulation import Forecast
from roadmaps.forecasting.trials import Run, Simulator
from tests.roadmaps.forecasting.plans import MONDAY, day, item, plan, team

TRIALS = 200
quick = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])

sizes = st.floats(0.2, 15)
ranges = st.tuples(sizes, sizes, sizes).map(lambda three: Triple(*sorted(three)))


@st.composite
def teams(draw, id: int) -> PlanTeam:
    members = []
    for person in range(draw(st.integers(1, 4))):
        away = draw(st.integers(0, 30))
        members.append(
            PlanMember(
                person,
                starts_on=draw(st.sampled_from([None, day(5), day(20)])),
                ends_on=draw(st.sampled_from([None, None, day(40)])),
                share=draw(st.sampled_from([1.0, 0.5])),
                absences=(PlanSpan(day(away), day(away + 3)),),
            )
        )
    return PlanTeam(
        id,
        f"Team {id}",
        focus=draw(st.sampled_from([1.0, 0.7])),
        shares=(PlanShare(draw(st.sampled_from([1.0, 0.5, 0.3]))),),
        members=tuple(members),
        closures=(PlanSpan(day(10), day(12)),),
        drag=draw(st.sampled_from([None, Triple(0.05, 0.1, 0.3)])),
        drag_ref=draw(st.sampled_from([0.0, 0.1])),
    )


@st.composite
def plans(draw, *, effects: bool = False, pinned: bool = False) -> Plan:
    count = draw(st.integers(1, 8))
    items, links = [], []
    for id in range(1, count + 1):
        begun = draw(st.integers(0, 5)) == 0
        items.append(
            PlanItem(
                id,
                f"PAY-{id}",
                kind=draw(st.sampled_from(["feature", "feature", "milestone"])),
                state=State.IN_PROGRESS if begun else State.PLANNED,
                started_on=day(-5) if begun else None,
                team=draw(st.sampled_from([1, 2, None])),
                crew=draw(st.integers(1, 2)),
                rank=draw(st.integers(1, 9)),
                range=draw(ranges),
                not_before=draw(st.sampled_from([None, None, day(8)])),
                target=day(30),
                objective=1,
            )
        )
        if id > 1 and draw(st.booleans()):
            kind = draw(st.sampled_from(["FS", "SS", "FF", "SF"]))
            links.append(PlanLink(draw(st.integers(1, id - 1)), id, kind, draw(st.integers(-1, 3))))
    if pinned:
        items[0] = replace(items[0], state=State.PLANNED, not_before=day(2), pinned=True)
    made = ()
    if effects:
        made = (
            PlanEffect(1, 1, 1, EffectKind.DRAG, Triple(0.01, 0.05, 0.1), until=day(60)),
            PlanEffect(2, count, 1, EffectKind.PEOPLE, Triple(-1.0, 0.5, 2.0)),
        )
    return Plan(
        today=MONDAY,
        items=tuple(items),
        links=tuple(links),
        teams=(draw(teams(1)), draw(teams(2))),
        effects=made,
        objectives=(PlanObjective(1, "All", day(40)),),
    )


def kept(made: Plan) -> Plan:
    """The plan with the order and the quarters that a stored run keeps for the next one."""
    order = start_order(made)
    bias = bias_of(made, Structure.of(made), Clocks(made), order)
    return replace(made, order=order, quarters=bias.quarters)


def last_days(of: Plan, seed: int = 5) -> dict[int, np.ndarray]:
    return Forecast(of, Draws(seed, TRIALS)).last_days


@pytest.mark.thorough
@quick
@given(plans(effects=True, pinned=True))
def test_the_same_seed_gives_the_same_answer(made):
    assert simulate(made, trials=TRIALS, seed=3) == simulate(made, trials=TRIALS, seed=3)


def finishes(simulator: Simulator) -> dict[int, np.ndarray]:
    found: dict[int, np.ndarray] = {}
    simulator.run(lambda run: found.update({run.item.id: run.finish}))
    return found


@quick
@given(plans(effects=True, pinned=True))
def test_what_a_pass_need_not_run_again_comes_out_the_same(made):
    remembered = finishes(Simulator(made, Draws(5, TRIALS)))
    with mock.patch.object(trials, "_REMEMBERED", 0):
        anew = finishes(Simulator(made, Draws(5, TRIALS)))
    assert set(remembered) == set(anew)
    assert all(remembered[id].tobytes() == anew[id].tobytes() for id in anew)


@pytest.mark.thorough
@quick
@given(plans(effects=True), st.randoms())
def test_the_order_of_rows_changes_nothing(made, random):
    rows = [list(made.items), list(made.links), list(made.teams)]
    for each in rows:
        random.shuffle(each)
    items, links, by_team = (tuple(each) for each in rows)
    shuffled = replace(made, items=items, links=links, teams=by_team)
    assert simulate(shuffled, trials=TRIALS, seed=3) == simulate(made, trials=TRIALS, seed=3)


@quick
@given(plans(effects=True, pinned=True))
def test_quantiles_are_in_order_and_shares_are_shares(made):
    result = simulate(made, trials=TRIALS, seed=3)
    for row in (*result.items, *result.objectives):
        dates = [row.finish.p10, row.finish.p50, row.finish.p85, row.finish.p95]
        known = [date for date in dates if date is not None]
        assert known == sorted(known)
        assert dates[: len(known)] == known
        assert 0 <= row.chance <= 1
        assert sum(row.histogram.counts) + row.histogram.later == TRIALS
        assert len(row.histogram.counts) <= 40


@pytest.mark.thorough
@quick
@given(plans(), ranges, st.integers(1, 2), st.integers(0, 9))
def test_added_work_never_makes_anything_earlier_in_a_fixed_order(made, size, crew, rank):
    made = kept(made)
    new = PlanItem(99, "NEW", team=1, crew=crew, range=size, rank=rank)
    before, after = last_days(made), last_days(replace(made, items=(*made.items, new)))
    assert all((after[id] >= before[id]).all() for id in before)


@pytest.mark.thorough
@quick
@given(plans(), st.floats(1, 3))
def test_longer_work_never_makes_anything_earlier_in_a_fixed_order(made, factor):
    # Of begun work an estimate is not what is left: that is conditioned on what was spent, and far
    # beyond its range a larger estimate can leave a little less in the tail.
    ahead = [each for each in made.items if each.state == State.PLANNED]
    assume(ahead)
    longer = replace(ahead[0], range=ahead[0].range.scaled(factor))
    made = kept(made)
    items = tuple(longer if each.id == longer.id else each for each in made.items)
    before, after = last_days(made), last_days(replace(made, items=items))
    assert all((after[id] >= before[id]).all() for id in before)


@pytest.mark.thorough
@quick
@given(plans())
def test_an_added_item_changes_nobody_elses_draws(made):
    made = kept(made)
    alone = PlanItem(99, "NEW", team=None, range=Triple(1, 2, 3), rank=0)
    before, after = last_days(made), last_days(replace(made, items=(*made.items, alone)))
    assert all((after[id] == before[id]).all() for id in before)


def runs_of(made: Plan) -> tuple[Simulator, list[Run]]:
    simulator, runs = Simulator(made, Draws(5, TRIALS)), []
    simulator.run(runs.append)
    return simulator, runs


@pytest.mark.thorough
@quick
@given(plans())
def test_a_teams_output_never_exceeds_its_people_present(made):
    simulator, runs = runs_of(made)
    for each in made.teams:
        clock = simulator.clocks.by_key[each.id]
        edges = np.array([clock.time_of(MONDAY + timedelta(7 * k)) for k in range(20)])
        output = np.zeros((19, TRIALS))
        for run in runs:
            for part in run.parts:
                if part.clock is clock:
                    low = np.maximum(run.start, edges[:-1, None])
                    high = np.minimum(run.finish, edges[1:, None])
                    output += np.maximum(high - low, 0) * part.crew
        capacity = clock.capacity[:133].reshape(19, 7).sum(axis=1)
        assert (output <= capacity[:, None] + 1e-6).all()


@pytest.mark.thorough
@quick
@given(plans())
def test_no_more_people_are_at_work_than_there_are_places(made):
    simulator, runs = runs_of(made)
    for each in made.teams:
        clock = simulator.clocks.by_key[each.id]
        mine = [run for run in runs if run.axis is clock]
        for run in mine:
            at = run.start
            busy = sum(
                part.crew * ((other.start <= at) & (at < other.finish - 1e-6))
                for other in mine
                for part in other.parts
            )
            assert (np.where(np.isfinite(at), busy, 0) <= max(len(clock.places), 1)).all()


@pytest.mark.thorough
@quick
@given(plans())
def test_links_hold_in_every_trial(made):
    _, runs = runs_of(made)
    starts = {run.item.id: run.axis.start_moment(run.start) for run in runs}
    ends = {run.item.id: run.axis.moment(run.finish) for run in runs}
    states = {each.id: each.state for each in made.items}
    for link in made.links:
        if link.lag or states[link.succ] != State.PLANNED:
            continue
        if link.kind == "FS":
            assert (starts[link.succ] >= ends[link.pred] - 1e-6).all()
        elif link.kind == "SS" and states[link.pred] == State.PLANNED:
            assert (starts[link.succ] >= starts[link.pred] - 1e-6).all()


@pytest.mark.thorough
@quick
@given(plans(effects=True))
def test_why_sums_to_the_days_shown_and_no_wait_is_negative(made):
    result = simulate(made, trials=TRIALS, seed=3)
    for row in result.items:
        if row.why is not None:
            why = row.why
            parts = [why.effort, why.predecessor, why.place, why.calendar, why.drag]
            assert sum(parts) == why.total
            assert min(why.effort, why.predecessor, why.place) >= -1e-9


@pytest.mark.thorough
@quick
@given(plans(pinned=True))
def test_an_order_can_be_kept(made):
    order = start_order(made)
    assert start_order(replace(made, order=order)) == order


@pytest.mark.thorough
@quick
@given(plans())
def test_the_schedule_keeps_links_and_places(made):
    slots = p50_schedule(made)
    structure = Structure.of(made)
    for link in made.links:
        planned = structure.items[link.succ].state == State.PLANNED
        if link.kind == "FS" and link.lag == 0 and planned:
            assert slots[link.succ].start >= slots[link.pred].finish - 1e-6


def test_the_schedule_fills_an_earlier_gap():
    held = item(1, 1, rank=1, not_before=day(3))
    slots = p50_schedule(plan(held, item(2, 2, rank=2)))
    assert (slots[2].start, slots[1].start) == (0, 3)


def test_a_new_item_is_inserted_and_the_others_keep_their_order():
    made = plan(item(1, 1, rank=1), item(2, 1, rank=2), item(3, 1, rank=1.5), order=(2, 1))
    assert start_order(made) == (3, 2, 1)


def test_work_in_progress_comes_first_whatever_its_rank():
    begun = item(2, 5, rank=9, state=State.IN_PROGRESS, started_on=day(-3))
    assert start_order(plan(item(1, 1, rank=1), begun)) == (2, 1)


@pytest.mark.parametrize("order", [(1, 2), (2, 1)])
def test_work_in_progress_comes_first_in_a_kept_order_too(order):
    begun = item(2, 5, rank=9, state=State.IN_PROGRESS, started_on=day(0))
    made = plan(item(1, 5, rank=1), begun, order=order)
    assert start_order(made) == replan(made) == (2, 1)
    assert simulate(made, trials=20, seed=1).item(2).finish.p50 == day(4)


def test_a_preview_reads_the_first_draws_of_the_run():
    few, many = Draws(9, BLOCK), Draws(9, 3 * BLOCK)
    same = few.levels(Purpose.EFFORT, 4) == many.levels(Purpose.EFFORT, 4)[:BLOCK]
    assert same.all()


def test_every_block_of_draws_fills_every_stratum_once():
    levels = Draws(9, 2 * BLOCK).levels(Purpose.EFFORT, 4).reshape(2, BLOCK)
    strata = np.sort((levels * BLOCK).astype(int), axis=1)
    assert (strata == np.arange(BLOCK)).all()


def test_draws_of_two_items_are_not_correlated():
    draws = Draws(9, 10_000)
    a, b = (draws.levels(Purpose.EFFORT, id) for id in (1, 2))
    assert abs(np.corrcoef(a, b)[0, 1]) < 0.04


def test_draws_for_two_purposes_differ():
    draws = Draws(9, BLOCK)
    assert (draws.levels(Purpose.EFFORT, 1) != draws.levels(Purpose.DRAG, 1)).any()


def test_draws_of_a_seed_stay_what_they_were():
    levels = Draws(7, 3).levels(Purpose.EFFORT, 1)
    assert levels == pytest.approx([0.187827740, 0.803242115, 0.848210877], abs=1e-8)


def test_the_median_of_the_trials_is_that_of_the_range():
    result = simulate(
        plan(item(1, Triple(3, 5, 10), team=None), teams=(team(),)), trials=10_000, seed=1
    )
    found = result.item(1)
    assert (found.finish.p10, found.finish.p50) == (day(2), day(4))
    assert found.errors.p85 < 0.1
