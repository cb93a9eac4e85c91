"""What the engine answers to plans that make little sense: a sentence, or a defined result."""

import pytest

from roadmaps.forecasting import (
    LoopError,
    PlanBias,
    PlanLink,
    PlanShare,
    PlanSpan,
    Triple,
    outlook,
    simulate,
    simulate_jointly,
)
from tests.roadmaps.forecasting.plans import day, item, people, plan, sure, team

ENGINES = ["numpy", "reference"]
both = pytest.mark.parametrize("engine", ENGINES)


def looked(made, engine, trials=500):
    found = outlook(made, trials=trials, seed=7, engine=engine)
    return {row.id: row.finish for row in found.items}


@both
def test_links_in_a_circle_are_refused_with_the_circle(engine):
    made = plan(item(1), item(2), item(3), links=(PlanLink(1, 2), PlanLink(2, 3), PlanLink(3, 1)))
    with pytest.raises(LoopError, match="PAY-1 → PAY-2 → PAY-3 → PAY-1"):
        looked(made, engine)


@both
def test_an_item_that_waits_for_itself_is_refused(engine):
    with pytest.raises(LoopError, match="PAY-1 → PAY-1"):
        looked(plan(item(1), links=(PlanLink(1, 1),)), engine)


@both
@pytest.mark.parametrize("spread", [Triple(0, 1, 2), Triple(-1, 1, 2), Triple(1, 2, float("inf"))])
def test_a_range_of_zero_or_without_end_is_refused_by_its_key(engine, spread):
    with pytest.raises(ValueError, match="PAY-1: "):
        looked(plan(item(1, spread)), engine)


@both
@pytest.mark.parametrize("far", [1.1e6, 1e9, 1e100, 1e200])
def test_a_range_longer_than_anything_is_refused_by_its_key(engine, far):
    with pytest.raises(ValueError, match=r"PAY-1: A range ends at 1,000,000 days"):
        looked(plan(item(1, Triple(1e-3, 1, far))), engine)


@pytest.mark.filterwarnings("error")
@both
@pytest.mark.parametrize("spread", [Triple(1e-6, 1e-6, 1e6), Triple(1e-6, 1, 1e6), sure(1e6)])
def test_the_widest_ranges_have_dates_without_overflow(engine, spread):
    assert looked(plan(item(1, spread)), engine)[1].p95 is None


@both
def test_a_range_of_next_to_nothing_ends_today(engine):
    assert looked(plan(item(1, sure(1e-6))), engine)[1].p95 == day(0)


@both
def test_a_huge_range_has_an_early_low_end_and_no_high_end_within_the_horizon(engine):
    found = looked(plan(item(1, Triple(0.01, 10, 1e6))), engine)[1]
    assert (found.p10, found.p95) == (day(0), None)


@both
def test_an_item_longer_than_the_horizon_never_ends_and_holds_up_what_follows(engine):
    found = looked(plan(item(1, 9000), item(2, 1), item(3, 1, team=None)), engine)
    assert (found[1].p10, found[2].p10, found[3].p10) == (None, None, day(0))


@both
def test_a_team_that_is_closed_for_ever_ends_nothing(engine):
    closed = team(closures=(PlanSpan(day(0), day(9999)),))
    assert looked(plan(item(1), teams=(closed,)), engine)[1].p10 is None


@both
@pytest.mark.parametrize("kind", ["SS", "SF"])
@pytest.mark.parametrize(
    "never",
    [
        team(closures=(PlanSpan(day(0), day(9999)),)),
        team(members=()),
        team(shares=(PlanShare(1.0, None, day(4)),)),
    ],
)
def test_what_starts_with_work_that_never_starts_never_starts(engine, never, kind):
    made = plan(
        item(1, 5), item(2, 2), item(3, 1, team=2), teams=(never, team(2)),
        links=(PlanLink(2, 3, kind),),
    )  # fmt: skip
    assert looked(made, engine)[3].p10 is None


@both
def test_a_team_that_is_away_for_a_month_works_after_it(engine):
    away = team(members=people(1, absences=(PlanSpan(day(0), day(29)),)))
    assert looked(plan(item(1, 2), teams=(away,)), engine)[1].p50 == day(31)


@both
def test_forty_predecessors_are_all_waited_for(engine):
    items = [item(id, id / 4, team=None) for id in range(1, 41)]
    links = tuple(PlanLink(id, 50) for id in range(1, 41))
    found = looked(plan(*items, item(50, 1, team=None), links=links), engine)
    assert (found[40].p50, found[50].p50) == (day(11), day(14))


@both
def test_a_pinned_item_starts_on_its_day_although_what_it_waits_for_ends_later(engine):
    made = plan(item(1, 9), item(2, 2, pinned=True, not_before=day(1)), links=(PlanLink(1, 2),))
    assert looked(made, engine)[2].p50 == day(2)
    assert simulate(made, trials=50, seed=7).item(2).violated == 1.0


@both
def test_an_empty_plan_and_one_of_a_single_item_have_results(engine):
    assert looked(plan(teams=()), engine) == {}
    assert looked(plan(item(1, 5)), engine)[1].p50 == day(4)


@both
def test_a_single_trial_is_a_result_too(engine):
    found = looked(plan(item(1, 5)), engine, trials=1)[1]
    assert found.p10 == found.p95 == day(4)


def test_a_single_trial_can_be_traced():
    found = simulate(plan(item(1, 5), item(2, 5)), trials=1, seed=7)
    assert (found.item(1).critical, found.item(1).sensitivity) == (1.0, 0.0)


@both
def test_full_correlation_is_refused(engine):
    with pytest.raises(ValueError, match="Shared bias"):
        looked(plan(item(1), bias=PlanBias(1.0, 1.0)), engine)


@both
def test_a_pinned_day_in_the_past_or_on_a_holiday_counts_from_the_next_working_day(engine):
    made = plan(
        item(1, 2, pinned=True, not_before=day(-9)),
        item(2, 2, pinned=True, not_before=day(5), team=2),
        teams=(team(), team(2)),
    )
    found = looked(made, engine)
    assert (found[1].p50, found[2].p50) == (day(1), day(8))


@both
def test_a_target_beyond_the_horizon_is_not_met_by_work_that_never_ends(engine):
    made = plan(
        item(1, 9000, target=day(4500)),
        item(2, 5, team=2, target=day(4500)),
        teams=(team(), team(2)),
    )
    rows = outlook(made, trials=20, seed=7, engine=engine).items
    assert [row.chance for row in rows] == [0.0, 1.0]
    result, chance = simulate_jointly(made, trials=20, seed=7)
    assert ([row.chance for row in result.items], chance) == ([0.0, 1.0], 0.0)
