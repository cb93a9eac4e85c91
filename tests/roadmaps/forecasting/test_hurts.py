"""What hurts an objective most, and the chance of all but the stretch items."""

import pytest
from hypothesis import given, settings

from roadmaps.forecasting import (
    Plan,
    PlanLink,
    PlanObjective,
    Triple,
    chance_without,
    simulate,
    simulate_jointly,
    what_hurts,
)
from roadmaps.forecasting.changes import RemoveItem, changed
from tests.roadmaps.forecasting.plans import day, item, plan, sure, team
from tests.roadmaps.forecasting.test_properties import plans

TRIALS = 500
WIDE = Triple(1, 3, 9)


def made(**fields) -> Plan:
    """Two items one after the other, and one before them all that the objective does not need."""
    return plan(
        item(1, WIDE),
        item(2, WIDE, objective=1),
        item(3, sure(1.0), objective=1),
        **{
            "links": (PlanLink(2, 3),),
            "objectives": (PlanObjective(1, "Fast", day(7)),),
            "teams": (team(drag=sure(0.3)),),
        }
        | fields,
    )


def found(of: Plan, critical=((1, 2, 3),)):
    return what_hurts(of, {1: critical[0]}, trials=TRIALS, seed=7)[1]


def test_the_one_whose_going_helps_most_comes_first():
    rows = found(made())
    assert (rows[0].kind, rows[0].id) in {("item", 1), ("item", 2)}
    assert [row.rise for row in rows] == sorted((row.rise for row in rows), reverse=True)


def test_the_rise_is_the_difference_of_two_forecasts_on_the_same_draws():
    row = next(row for row in found(made()) if (row.kind, row.id) == ("item", 1))
    without = changed(made(), [RemoveItem(1)])
    chances = [
        simulate(each, trials=TRIALS, seed=7).objective(1).chance for each in (made(), without)
    ]
    assert abs(row.rise - (chances[1] - chances[0])) < 0.01


def test_a_link_and_a_teams_debt_are_tried_too():
    two = (team(drag=sure(0.3)), team(2))
    apart = made(
        teams=two,
        items=(item(2, WIDE, objective=1), item(3, WIDE, team=2, objective=1)),
    )
    kinds = {(row.kind, row.id, row.pred) for row in found(apart, ((2, 3),))}
    assert {("link", 3, 2), ("team", 1, None)} <= kinds


def test_an_objective_that_is_sure_is_hurt_by_nothing():
    far = made(objectives=(PlanObjective(1, "Fast", day(900)),))
    assert found(far) == ()


def test_without_its_only_item_an_objective_is_reached():
    alone = plan(item(1, WIDE, objective=1), objectives=(PlanObjective(1, "Fast", day(2)),))
    row = found(alone, ((1,),))[0]
    assert round(row.rise + simulate(alone, trials=TRIALS, seed=7).objective(1).chance, 6) == 1


def test_an_objective_without_a_target_has_no_chance_to_raise():
    aimless = made(objectives=(PlanObjective(1, "Fast"),))
    assert what_hurts(aimless, {1: (1, 2)}, trials=TRIALS, seed=7) == {}


@pytest.mark.thorough
@settings(max_examples=20, deadline=None)
@given(plans())
def test_with_nothing_left_out_the_chance_is_that_of_all_promises(of):
    joint = simulate_jointly(of, trials=TRIALS, seed=7)[1]
    assert abs(chance_without(of, (), trials=TRIALS, seed=7) - joint) <= 0.02


def test_stretch_items_do_not_count_neither_for_their_date_nor_for_their_objective():
    both = made(
        items=(item(2, sure(1.0), objective=1), item(3, sure(50.0), objective=1, target=day(3))),
        links=(),
        teams=(team(),),
    )
    assert chance_without(both, (), trials=TRIALS, seed=7) == 0
    assert chance_without(both, (3,), trials=TRIALS, seed=7) == 1


def test_a_stretch_item_still_takes_its_place():
    first = plan(item(1, sure(9.0)), item(2, sure(1.0), target=day(2)))
    assert chance_without(first, (1,), trials=TRIALS, seed=7) == 0


def test_parts_of_a_stretch_item_are_stretch_too():
    whole = plan(item(1, None, target=day(2)), item(2, sure(9.0), parent=1, target=day(2)))
    assert chance_without(whole, (), trials=TRIALS, seed=7) == 0
    assert chance_without(whole, (1,), trials=TRIALS, seed=7) is None


def test_objectives_take_turns_until_enough_is_tried(monkeypatch):
    monkeypatch.setattr("roadmaps.forecasting.hurts.TRIED", 2)
    both = made(
        items=(item(1, WIDE, objective=1), item(2, WIDE, objective=2, rank=9)),
        links=(),
        objectives=(PlanObjective(1, "One", day(2)), PlanObjective(2, "Two", day(4))),
    )
    rows = what_hurts(both, {1: (1,), 2: (2, 1)}, trials=TRIALS, seed=7)
    assert {(row.kind, row.id) for each in rows.values() for row in each} <= {
        ("item", 1), ("item", 2),
    }  # fmt: skip
    assert rows[1]
    assert rows[2]
