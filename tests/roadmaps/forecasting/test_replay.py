"""What moved a date: every step alone, and the sum of them all."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roadmaps.forecasting import (
    STEPS,
    EffectKind,
    Plan,
    PlanEffect,
    PlanExternal,
    PlanLink,
    PlanObjective,
    PlanSpan,
    State,
    Triple,
    compare,
    moves,
    simulate,
    simulate_jointly,
)
from roadmaps.forecasting.draws import Draws
from roadmaps.forecasting.simulation import Forecast
from tests.roadmaps.forecasting.plans import day, item, people, plan, sure, team
from tests.roadmaps.forecasting.test_properties import plans

TRIALS = 200


def before() -> Plan:
    return plan(
        item(1, 2, objective=1),
        item(2, 3, objective=1, target=day(6)),
        item(3, 4, rank=9),
        objectives=(PlanObjective(1, "All", day(6)),),
    )


def changed(**fields) -> Plan:
    return replace(before(), **fields)


def with_item(id: int, **fields) -> Plan:
    items = tuple(replace(i, **fields) if i.id == id else i for i in before().items)
    return changed(items=items)


def replayed(after: Plan):
    return moves(before(), after, trials=TRIALS, seed=7)


def steps_with_changes(after: Plan) -> list[str]:
    return [step.name for step in replayed(after).steps if step.changed]


@pytest.mark.parametrize(
    ("after", "step"),
    [
        (lambda: changed(items=before().items[:2]), "removed"),
        (lambda: changed(items=(*before().items, item(4, 1, rank=99))), "added"),
        (lambda: with_item(2, typed=sure(4.0), range=sure(4.0)), "re-estimated"),
        (lambda: with_item(2, crew=2), "team"),
        (lambda: changed(order=(2, 1, 3)), "re-ordered"),
        (lambda: with_item(3, rank=0.5), "re-linked"),
        (lambda: with_item(2, target=day(9)), "re-linked"),
        (lambda: changed(links=(PlanLink(1, 2),)), "re-linked"),
        (lambda: changed(externals=(PlanExternal(1, 2, "Part", *[day(3)] * 3),)), "re-linked"),
        (lambda: changed(teams=(team(count=2),)), "capacity"),
        (lambda: changed(teams=(team(closures=(PlanSpan(day(1), day(2)),)),)), "capacity"),
        (
            lambda: changed(effects=(PlanEffect(1, 1, 1, EffectKind.PEOPLE, sure(1.0)),)),
            "capacity",
        ),
        (lambda: changed(teams=(team(drag=sure(0.2)),)), "drag"),
        (lambda: changed(teams=(team(drag_ref=0.2),)), "drag"),
        (lambda: with_item(2, range=sure(4.0)), "learning"),
        (lambda: changed(today=day(1)), "time"),
        (lambda: with_item(1, state=State.DONE, finished_on=day(-1)), "time"),
        (lambda: with_item(1, state=State.IN_PROGRESS, started_on=day(-2)), "time"),
    ],
)
def test_each_kind_of_change_has_its_step(after, step):
    assert steps_with_changes(after()) == [step]


def test_a_link_and_a_new_start_order_are_told_apart():
    old = plan(*(item(id, 2) for id in (1, 2, 3, 4)))
    new = replace(old, links=(PlanLink(2, 1),), order=(4, 3, 2, 1))
    found = moves(replace(old, order=(1, 2, 3, 4)), new, trials=10, seed=1)
    moved = {step.name: {id for id, m in step.items.items() if m.p50_days} for step in found.steps}
    assert 1 in moved["re-linked"]
    assert 4 not in moved["re-linked"]
    assert 4 in moved["re-ordered"]


def test_what_was_started_is_no_new_start_order():
    old = replace(before(), order=(1, 2, 3))
    items = tuple(
        replace(i, state=State.IN_PROGRESS, started_on=day(0)) if i.id == 3 else i
        for i in old.items
    )
    new = replace(old, today=day(1), items=items, order=(3, 1, 2))
    found = moves(old, new, trials=10, seed=1)
    assert [step.name for step in found.steps if step.changed] == ["time"]


def test_a_step_without_a_change_moves_nothing():
    steps = replayed(with_item(2, range=sure(4.0))).steps
    still = [step for step in steps if not step.changed]
    assert all(m.p50_days == 0 and m.later == 0 for s in still for m in s.items.values())


def test_a_step_names_what_changed():
    after = with_item(2, range=sure(4.0))
    assert replayed(after).steps[STEPS.index("learning")].changed == ("PAY-2",)


def test_a_longer_item_moves_itself_and_its_objective():
    found = replayed(with_item(2, typed=sure(4.0), range=sure(4.0)))
    step = found.steps[STEPS.index("re-estimated")]
    assert (step.items[2].p50_days, step.items[2].later) == (3, 1.0)
    assert (step.objectives[1].p50_days, step.objectives[1].chance) == (3, -1.0)


def test_the_ends_of_a_replay_are_the_two_forecasts():
    after = with_item(2, typed=sure(4.0), range=sure(4.0))
    found = replayed(after)
    assert found.before == Forecast(before(), Draws(7, TRIALS)).result
    assert found.after == Forecast(after, Draws(7, TRIALS)).result


def test_a_link_that_is_turned_around_by_way_of_a_new_item_is_no_loop():
    old = changed(links=(PlanLink(1, 2),))
    new = changed(items=(*before().items, item(4, 1)), links=(PlanLink(2, 4), PlanLink(4, 1)))
    found = moves(old, new, trials=TRIALS, seed=7)
    assert found.after == Forecast(new, Draws(7, TRIALS)).result


def test_a_child_outlives_its_parent():
    old = plan(item(1, 2, parent=9), item(9))
    new = plan(item(1, 2))
    assert moves(old, new, trials=10, seed=1).items[1].p50_days == 0


def test_only_what_both_plans_have_is_compared():
    found = replayed(changed(items=(*before().items[1:], item(4, 1, rank=99))))
    assert set(found.items) == {2, 3}


def test_a_date_beyond_the_horizon_moves_by_no_number_of_days():
    found = replayed(changed(teams=(team(count=0),)))
    assert found.items[2].p50_days is None


@pytest.mark.thorough
@settings(max_examples=25, deadline=None)
@given(plans(effects=True), plans(effects=True), st.booleans())
def test_steps_sum_to_the_difference_exactly(old, new, later):
    if later:
        new = replace(new, today=date(2027, 1, 6))
    found = moves(old, new, trials=TRIALS, seed=3)
    for total, steps in (
        (found.items, [step.items for step in found.steps]),
        (found.objectives, [step.objectives for step in found.steps]),
    ):
        for id, move in total.items():
            for name in ("p50_days", "p85_days"):
                parts = [getattr(step[id], name) for step in steps if id in step]
                if None not in parts:
                    assert sum(parts) == getattr(move, name)
            chances = [step[id].chance for step in steps]
            assert round(sum(chances) * TRIALS) == round(move.chance * TRIALS)
    assert found.after == Forecast(new, Draws(3, TRIALS)).result


def test_paying_a_debt_first_gives_back_days_in_every_trial():
    dragged = team(drag=sure(0.5))
    items = (item(1, 1), item(2, 10))
    effect = PlanEffect(1, 1, 1, EffectKind.DRAG, sure(0.5))
    without = plan(*items, teams=(dragged,))
    with_it = plan(*items, teams=(dragged,), effects=(effect,))
    found = compare(without, with_it, trials=TRIALS, seed=7)
    assert (found.items[2].p50_days, found.items[2].earlier, found.items[2].later) == (-14, 1, 0)


def test_an_item_more_makes_the_others_later_in_some_trials():
    more = changed(items=(*before().items, item(4, Triple(1, 2, 4), rank=0)))
    found = compare(before(), more, trials=TRIALS, seed=7)
    assert 0 < found.items[3].later <= 1
    assert found.items[3].earlier == 0


def test_both_sides_of_a_comparison_keep_one_order():
    longer = with_item(1, range=sure(9.0))
    found = compare(before(), longer, trials=TRIALS, seed=7)
    assert found.before.order == found.after.order


def test_a_changed_rank_gives_each_side_its_own_order():
    found = compare(before(), with_item(3, rank=0.5), trials=TRIALS, seed=7)
    assert found.after.order == (3, 1, 2)


def test_a_finished_side_is_compared_by_its_day():
    done = with_item(1, state=State.DONE, started_on=day(0), finished_on=day(0))
    found = compare(before(), done, trials=TRIALS, seed=7)
    assert (found.items[1].p50_days, found.items[1].earlier) == (-1, 1.0)


def test_promises_are_kept_together_in_the_trials():
    wide = Triple(1, 3, 9)
    made = plan(
        item(1, wide, target=day(4), team=None),
        item(2, sure(0.01), target=day(4), team=None),
        links=(PlanLink(1, 2),),
        teams=(team(members=people(1)),),
    )
    result = simulate(made, trials=TRIALS, seed=7)
    assert simulate_jointly(made, trials=TRIALS, seed=7)[1] == result.item(2).chance


def two_objectives(*more) -> Plan:
    """The second ends where the first does, in every trial: what meets one meets both."""
    return plan(
        item(1, Triple(1, 3, 9), objective=1),
        item(2, sure(0.01), objective=2),
        *more,
        links=(PlanLink(1, 2),),
        objectives=(PlanObjective(1, "One", day(4)), PlanObjective(2, "Two", day(4))),
    )


def test_the_chance_of_all_objectives_is_a_joint_share_of_trials():
    found = compare(two_objectives(), two_objectives(), trials=TRIALS, seed=7)
    chance = found.before.objective(2).chance
    assert 0 < chance < 1
    assert found.all_met == (chance, chance)
    assert found.any_later == 0


def test_the_share_of_trials_in_which_any_objective_comes_later_counts_each_trial_once():
    first = item(3, Triple(1, 2, 4), rank=0)
    found = compare(two_objectives(), two_objectives(first), trials=TRIALS, seed=7)
    assert found.all_met[1] < found.all_met[0]
    both = [move.later for move in found.objectives.values()]
    assert max(both) <= found.any_later <= min(1, sum(both))


def test_without_targets_there_is_no_joint_chance():
    found = compare(plan(item(1)), plan(item(1)), trials=TRIALS, seed=7)
    assert (found.all_met, found.any_later) == (None, 0)
