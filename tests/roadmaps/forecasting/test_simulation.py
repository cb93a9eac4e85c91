"""Worked examples: items of one sure size, so that every date can be counted by hand."""

import json
from datetime import date

import pytest

from roadmaps.forecasting import (
    EffectKind,
    Kind,
    PlanEffect,
    PlanExternal,
    PlanLink,
    PlanMember,
    PlanObjective,
    PlanPart,
    PlanShare,
    PlanSpan,
    Result,
    State,
    Triple,
    simulate,
)
from tests.roadmaps.forecasting.plans import MONDAY, day, item, people, plan, sure, team


def forecast(*args, **fields) -> Result:
    return simulate(plan(*args, **fields), trials=500, seed=7)


def test_who_starts_with_another_starts_when_the_other_is_worked_on():
    away = people(1, absences=(PlanSpan(day(0), day(3)),))
    result = forecast(
        item(1),
        item(2, team=None),
        links=(PlanLink(1, 2, Kind.SS),),
        teams=(team(members=away),),
    )
    assert result.item(1).start.p50 == day(4)
    assert (result.item(2).start.p50, result.item(2).finish.p50) == (day(4), day(4))


def test_five_days_of_work_begun_on_monday_end_on_friday():
    found = forecast(item(1, 5)).item(1)
    assert (found.start.p50, found.finish.p50) == (day(0), day(4))


def test_work_goes_on_after_the_weekend():
    assert forecast(item(1, 6)).item(1).finish.p50 == day(7)


def test_focus_makes_work_longer():
    assert forecast(item(1, 4), teams=(team(focus=0.5),)).item(1).finish.p50 == day(9)


def test_a_crew_of_two_takes_half_as_long():
    assert forecast(item(1, 8, crew=2), teams=(team(count=2),)).item(1).finish.p50 == day(3)


def test_a_crew_is_never_larger_than_the_team():
    assert forecast(item(1, 4, crew=3), teams=(team(count=2),)).item(1).finish.p50 == day(1)


def test_one_person_does_one_thing_after_the_other_by_rank():
    result = forecast(item(1, 2, rank=2), item(2, 3, rank=1))
    assert (result.item(2).finish.p50, result.item(1).finish.p50) == (day(2), day(4))
    assert result.order == (2, 1)


def test_two_people_do_two_things_at_once():
    result = forecast(item(1, 2), item(2, 2), teams=(team(count=2),))
    assert result.item(2).finish.p50 == day(1)


def test_work_without_a_team_waits_for_no_place():
    result = forecast(item(1, 2, team=None), item(2, 2, team=None))
    assert result.item(2).finish.p50 == day(1)


def test_a_team_of_which_nobody_is_recorded_has_no_limit_of_places():
    result = forecast(item(1, 2), item(2, 2), teams=(team(members=None),))
    assert (result.item(2).finish.p50, result.teams[0].places) == (day(1), None)


def test_half_a_team_has_half_its_places():
    half = team(count=4, shares=(PlanShare(0.5),))
    result = forecast(item(1, 2), item(2, 2), item(3, 2), teams=(half,))
    assert result.teams[0].places == 2
    assert [result.item(k).finish.p50 for k in (1, 2, 3)] == [day(1), day(1), day(3)]


def test_a_share_that_is_no_whole_person_slows_its_place():
    half = team(count=1, shares=(PlanShare(0.5),))
    assert forecast(item(1, 2), teams=(half,)).item(1).finish.p50 == day(3)


def test_a_holiday_and_a_freeze_move_work_behind_them():
    closed = team(closures=(PlanSpan(day(1), day(2)),))
    assert forecast(item(1, 2), teams=(closed,)).item(1).finish.p50 == day(3)


def test_an_absence_stops_a_team_of_one():
    away = team(members=people(1, absences=(PlanSpan(day(0), day(3)),)))
    found = forecast(item(1, 1), teams=(away,)).item(1)
    assert (found.start.p50, found.finish.p50) == (day(4), day(4))


def test_part_time_work_takes_as_long_as_the_part_says():
    half = team(members=people(1, share=0.5))
    assert forecast(item(1, 2), teams=(half,)).item(1).finish.p50 == day(3)


def test_a_newcomer_opens_a_place_on_the_first_day():
    later = (PlanMember(1), PlanMember(2, starts_on=day(2)))
    result = forecast(item(1, 5), item(2, 1), teams=(team(members=later),))
    assert result.item(2).start.p50 == day(2)


def test_a_leaver_slows_everybody_down_by_the_lost_share():
    leaving = (PlanMember(1), PlanMember(2, ends_on=day(1)))
    result = forecast(item(1, 3), item(2, 3), teams=(team(members=leaving),))
    assert result.item(1).finish.p50 == day(3)


def test_a_team_of_nobody_ends_nothing_within_the_horizon():
    found = forecast(item(1, 1, target=day(30)), teams=(team(count=0),)).item(1)
    assert (found.finish.p50, found.chance, found.why) == (None, 0.0, None)
    assert found.histogram.later == 500


def test_an_item_behind_one_that_never_ends_never_starts():
    result = forecast(
        item(1), item(2, team=2), links=(PlanLink(1, 2),), teams=(team(count=0), team(2))
    )
    assert result.item(2).start.p50 is None


@pytest.mark.parametrize(
    ("kind", "lag", "starts", "ends"),
    [
        ("FS", 0, 3, 4),
        ("FS", 1, 4, 7),
        ("FS", -1, 2, 3),
        ("SS", 0, 0, 1),
        ("SS", 2, 2, 3),
        ("FF", 0, 1, 2),
        ("FF", 2, 3, 4),
        ("SF", 0, 0, 1),
        ("SF", 4, 2, 3),
    ],
)
def test_each_kind_of_link_holds_the_right_end(kind, lag, starts, ends):
    result = forecast(
        item(1, 3), item(2, 2), links=(PlanLink(1, 2, kind, lag),), teams=(team(count=2),)
    )
    found = result.item(2)
    assert (found.start.p50, found.finish.p50) == (day(starts), day(ends))


def test_a_lag_counts_working_days_of_the_team_that_waits():
    closed = team(2, closures=(PlanSpan(day(7), day(7)),))
    result = forecast(
        item(1, 5), item(2, 1, team=2), links=(PlanLink(1, 2, "FS", 2),), teams=(team(), closed)
    )
    assert result.item(2).start.p50 == day(10)


def test_a_link_on_a_parent_means_all_its_descendants():
    result = forecast(
        item(1, 2, parent=9),
        item(2, 4, parent=9),
        item(9),
        item(3, 1, parent=8),
        item(8),
        links=(PlanLink(9, 8),),
        teams=(team(count=3),),
    )
    assert result.item(3).start.p50 == day(4)


def test_a_parent_rolls_its_children_up():
    result = forecast(item(1, 2, parent=9), item(2, 3, parent=9), item(9, 100, target=day(4)))
    found = result.item(9)
    assert (found.source, found.start.p50, found.finish.p85, found.chance) == (
        "children", day(0), day(4), 1.0,
    )  # fmt: skip


def test_a_milestone_takes_no_time_and_falls_on_the_day_before_it_ends():
    result = forecast(item(1, 2), item(2, None, kind="milestone"), links=(PlanLink(1, 2),))
    assert (result.item(2).start.p50, result.item(2).finish.p50) == (day(1), day(1))


def test_a_milestone_that_may_not_be_earlier_is_on_its_day():
    result = forecast(item(1, None, kind="milestone", not_before=day(9)))
    assert result.item(1).finish.p50 == day(9)


def test_a_typed_start_holds_an_item_back():
    assert forecast(item(1, 1, not_before=day(2))).item(1).start.p50 == day(2)


def test_a_pinned_item_starts_on_its_day_and_its_overload_is_said():
    result = forecast(item(1, 5), item(2, 2, not_before=day(1), pinned=True))
    assert (result.item(2).start.p50, result.item(2).overload) == (day(1), 1.0)


def test_a_pinned_item_before_its_predecessor_is_a_violation():
    result = forecast(
        item(1, 5), item(2, 2, not_before=day(1), pinned=True), links=(PlanLink(1, 2),)
    )
    assert result.item(2).violated == 1.0


def test_what_comes_from_outside_is_waited_for():
    external = PlanExternal(1, 1, "Licence", day(2), day(2), day(2))
    assert forecast(item(1, 1), externals=(external,)).item(1).start.p50 == day(3)


def test_two_teams_start_together_and_the_last_part_ends_the_item():
    both = item(2, 6, parts=(PlanPart(1, 1.0), PlanPart(2, 2.0)))
    result = forecast(item(1, 2), both, teams=(team(), team(2)))
    assert (result.item(2).start.p50, result.item(2).finish.p50) == (day(2), day(7))


def test_work_in_progress_goes_on_first():
    begun = item(2, 5, state=State.IN_PROGRESS, started_on=day(-3), spent=3.0)
    result = forecast(item(1, 1), begun)
    assert (result.item(2).start.p50, result.item(2).finish.p50) == (day(-3), day(1))


def test_days_spent_are_counted_from_the_first_day_where_nobody_typed_them():
    begun = item(1, 5, state=State.IN_PROGRESS, started_on=day(-4))
    assert forecast(begun).item(1).finish.p50 == day(2)


def test_more_days_spent_than_the_range_knows_leave_something_to_do():
    begun = item(1, Triple(1, 2, 4), state=State.IN_PROGRESS, started_on=day(-60), spent=40.0)
    found = forecast(begun).item(1)
    assert day(0) <= found.finish.p50 < found.finish.p95


def test_an_item_without_an_estimate_is_simulated_and_counted():
    result = forecast(item(1, None), item(2, None, table="all"), tables={"all": (2.0, 2.0)})
    assert (result.item(1).source, result.item(2).source) == ("default", "table")
    assert result.without_estimate == 2


def test_a_done_item_keeps_its_day():
    done = item(1, 5, state=State.DONE, started_on=day(-9), finished_on=day(-2), target=day(-3))
    found = forecast(done).item(1)
    assert (found.start.p50, found.finish.p95, found.chance) == (day(-9), day(-2), 0.0)


def test_a_lag_after_a_done_item_reaches_into_the_plan():
    done = item(1, 5, state=State.DONE, finished_on=day(-3))
    result = forecast(done, item(2, 1), links=(PlanLink(1, 2, "FS", 2),))
    assert result.item(2).start.p50 == day(2)


def test_an_empty_plan_has_an_empty_forecast():
    result = simulate(plan(teams=()), trials=10, seed=0)
    assert (result.items, result.objectives, result.order) == ((), (), ())


def test_an_objective_ends_with_the_last_item_it_needs():
    result = forecast(
        item(1, 2, objective=1),
        item(2, 2, objective=1),
        objectives=(PlanObjective(1, "A", day(2)),),
    )
    found = result.objective(1)
    assert (found.finish.p50, found.chance, found.last) == (day(3), 0.0, ((2, 1.0),))


def test_an_objective_of_done_items_is_met_or_missed():
    done = item(1, 1, state=State.DONE, finished_on=day(-2), objective=1)
    result = forecast(done, objectives=(PlanObjective(1, "A", day(-1)), PlanObjective(2, "B")))
    assert (result.objective(1).chance, result.objective(1).open_items) == (1.0, 0)
    assert result.objective(2).finish is None


def test_the_chance_that_all_is_done_is_no_product_of_chances():
    wide = Triple(1, 5, 20)
    result = simulate(
        plan(
            item(1, wide, objective=1, target=day(7)),
            item(2, sure(0.1), objective=1, target=day(7)),
            links=(PlanLink(1, 2),),
            objectives=(PlanObjective(1, "A", day(7)),),
        ),
        trials=2000,
        seed=7,
    )
    assert result.objective(1).chance == result.item(2).chance
    assert result.item(1).chance * result.item(2).chance < result.objective(1).chance - 0.1


def test_drag_beyond_that_of_the_learned_pace_slows_a_team():
    half = team(drag=sure(0.5))
    assert forecast(item(1, 2), teams=(half,)).item(1).finish.p50 == day(3)


def test_standing_drag_is_already_in_the_learned_pace():
    standing = team(drag=sure(0.5), drag_ref=0.5)
    assert forecast(item(1, 2), teams=(standing,)).item(1).finish.p50 == day(1)


def test_drag_above_the_cap_is_cut_and_said():
    result = forecast(item(1, 0.11), teams=(team(drag=Triple(0.9, 0.95, 0.99)),))
    assert result.teams[0].drag_capped
    assert result.item(1).finish.p50 == day(0)


def paying(item_id: int, gives: float, **fields) -> PlanEffect:
    return PlanEffect(1, item_id, 1, EffectKind.DRAG, sure(gives), **fields)


def test_drag_given_back_speeds_up_what_comes_after():
    dragged = team(drag=sure(0.5))
    result = forecast(item(1, 1), item(2, 3), teams=(dragged,), effects=(paying(1, 0.5),))
    assert (result.item(1).finish.p50, result.item(2).finish.p50) == (day(1), day(4))


def test_work_under_way_speeds_up_when_drag_is_given_back():
    dragged = team(count=2, drag=sure(0.5))
    result = forecast(item(1, 1), item(2, 3), teams=(dragged,), effects=(paying(1, 0.5),))
    assert result.item(2).finish.p50 == day(3)


def test_an_effect_ends_on_its_day():
    dragged = team(drag=sure(0.5))
    effect = paying(1, 0.5, until=day(2))
    result = forecast(item(1, 1), item(2, 3), teams=(dragged,), effects=(effect,))
    assert result.item(2).finish.p50 == day(8)


def test_people_gained_open_places():
    effect = PlanEffect(1, 1, 1, EffectKind.PEOPLE, sure(1.0))
    result = forecast(item(1, 1), item(2, 3), item(3, 3), effects=(effect,))
    assert (result.item(2).finish.p50, result.item(3).finish.p50) == (day(3), day(3))


def test_people_lost_slow_the_team_down():
    effect = PlanEffect(1, 1, 1, EffectKind.PEOPLE, sure(-1.0))
    result = forecast(item(1, 1), item(2, 2), teams=(team(count=2),), effects=(effect,))
    assert result.item(2).finish.p50 == day(2)


def gaining(count: float) -> PlanEffect:
    return PlanEffect(1, 1, 1, EffectKind.PEOPLE, sure(count))


def test_people_gained_deliver_as_much_as_members_whoever_left_before():
    leavers = tuple(PlanMember(id, ends_on=None if id < 3 else day(4)) for id in range(1, 11))
    comers = (PlanMember(11, starts_on=day(1)), PlanMember(12, starts_on=day(1)))
    work = [item(1, 0.5), *(item(id, 5) for id in range(2, 22))]
    gained = forecast(*work, teams=(team(members=leavers),), effects=(gaining(2),))
    hired = forecast(*work, teams=(team(members=leavers + comers),))
    assert gained.project.finish.p50 == hired.project.finish.p50


def test_people_gained_by_a_team_of_nobody_work():
    found = forecast(
        item(1, 3, team=2), item(2, 4), teams=(team(count=0), team(2)), effects=(gaining(2),)
    )
    assert found.item(2).finish.p50 == day(8)
    assert forecast(item(2, 4), teams=(team(count=0),)).item(2).finish.p50 is None


def test_people_gained_fill_in_for_those_who_left_until_others_come():
    gone = (PlanMember(1, ends_on=day(1)), PlanMember(2, starts_on=day(14)))
    work = (item(1, 1), item(2, 4), item(3, 20))
    alone = forecast(*work, teams=(team(members=gone),))
    helped = forecast(*work, teams=(team(members=gone),), effects=(gaining(1),))
    assert (alone.item(2).finish.p50, helped.item(2).finish.p50) == (day(16), day(9))


def test_a_team_that_loses_everybody_never_ends():
    effect = PlanEffect(1, 1, 1, EffectKind.PEOPLE, sure(-1.0))
    assert forecast(item(1, 1), item(2, 2), effects=(effect,)).item(2).finish.p50 is None


def test_an_effect_of_a_done_item_speaks_no_more():
    done = item(1, 1, state=State.DONE, finished_on=day(-3))
    dragged = team(drag=sure(0.5))
    result = forecast(done, item(2, 2), teams=(dragged,), effects=(paying(1, 0.5),))
    assert result.item(2).finish.p50 == day(3)


def test_why_tells_waiting_from_work():
    result = forecast(
        item(1, 2, team=2),
        item(2, 3, rank=1),
        item(3, 2, rank=5),
        links=(PlanLink(1, 3),),
        teams=(team(drag=sure(0.5)), team(2)),
    )
    why = result.item(3).why
    assert (why.predecessor, why.place, why.effort, why.drag, why.calendar) == pytest.approx(
        (2, 4, 2, 2, 0)
    )
    assert (why.waits_for, why.total) == (1, pytest.approx(10))


def test_why_charges_holidays_and_typed_starts_to_the_calendar():
    closed = team(closures=(PlanSpan(day(3), day(3)),))
    why = forecast(item(1, 2, not_before=day(2)), teams=(closed,)).item(1).why
    assert (why.effort, why.calendar, why.total) == pytest.approx((2, 3, 5))


def test_load_stays_within_the_people_that_a_finished_item_brings():
    effect = PlanEffect(1, 1, 1, EffectKind.PEOPLE, sure(1.0))
    found = forecast(item(1, 5), item(2, 5), item(3, 5), effects=(effect,)).teams[0]
    weeks = [(week.planned, week.capacity) for week in found.weeks]
    assert weeks == [pytest.approx((5, 5)), pytest.approx((10, 10))]
    assert found.gains


def test_load_never_exceeds_capacity_and_says_what_is_planned():
    result = forecast(item(1, 3), item(2, 4))
    week = result.teams[0].weeks[0]
    assert (week.planned, week.p85, week.capacity) == pytest.approx((5, 5, 5))
    assert result.teams[0].weeks[1].planned == pytest.approx(2)


def test_a_result_survives_json():
    result = forecast(
        item(1, Triple(1, 3, 9), objective=1, target=day(3)),
        objectives=(PlanObjective(1, "A", day(9)),),
    )
    assert Result.from_dict(json.loads(json.dumps(result.to_dict()))) == result


def test_progress_is_reported_and_may_stop_the_run():
    def stop(done: int, total: int) -> None:
        raise RuntimeError(f"{done} of {total}")

    with pytest.raises(RuntimeError, match="1 of 1"):
        simulate(plan(item(1)), trials=10, seed=0, progress=stop)


@pytest.mark.parametrize(("seed", "trials"), [(-1, 10), (2**64, 10), (1, 0)])
def test_a_seed_or_trials_out_of_bounds_are_refused(seed, trials):
    with pytest.raises(ValueError, match=r"seed|trial"):
        simulate(plan(), trials=trials, seed=seed)


def test_unknown_items_of_a_result_are_key_errors():
    with pytest.raises(KeyError):
        forecast(item(1)).item(2)
    with pytest.raises(KeyError):
        forecast(item(1)).objective(2)


def test_a_change_of_clocks_is_no_day():
    result = simulate(plan(item(1, 5), today=date(2027, 3, 26)), trials=10, seed=1)
    assert result.item(1).finish.p50 == date(2027, 4, 1)


def test_monday_is_a_monday():
    assert MONDAY.weekday() == 0
