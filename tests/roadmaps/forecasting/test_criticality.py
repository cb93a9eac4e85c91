"""What drives the end: worked examples in which the chain can be followed by hand."""

import pytest

from roadmaps.forecasting import (
    Kind,
    PlanLink,
    PlanObjective,
    PlanPart,
    Triple,
    simulate,
)
from roadmaps.forecasting.criticality import Causes
from roadmaps.forecasting.draws import Draws
from roadmaps.forecasting.trials import Simulator
from tests.roadmaps.forecasting.plans import day, item, plan, sure, team


def forecast(*args, **fields):
    return simulate(plan(*args, **fields), trials=500, seed=7)


def critical(result) -> dict[int, float]:
    return {row.id: row.critical for row in result.items}


def test_the_chain_goes_back_through_the_binding_predecessor():
    result = forecast(
        item(1, 5, team=None),
        item(2, 1, team=None),
        item(3, 2, team=None),
        links=(PlanLink(1, 3), PlanLink(2, 3)),
    )
    assert critical(result) == {1: 1.0, 2: 0.0, 3: 1.0}
    assert [(row.pred, row.succ, row.critical) for row in result.links] == [(1, 3, 1.0)]


def test_the_chain_goes_back_through_the_item_that_held_the_place():
    result = forecast(item(1, 5), item(2, 2), item(3, 1, team=2), teams=(team(), team(2)))
    assert critical(result) == {1: 1.0, 2: 1.0, 3: 0.0}
    assert result.links == ()


def test_of_two_places_the_one_that_was_freed_first_is_on_the_chain():
    result = forecast(item(1, 5), item(2, 2), item(3, 9), teams=(team(count=2),))
    assert critical(result) == {1: 0.0, 2: 1.0, 3: 1.0}


def test_a_chain_ends_at_a_typed_start():
    result = forecast(item(1, 1), item(2, 2, not_before=day(9)))
    assert critical(result) == {1: 0.0, 2: 1.0}


def test_an_item_of_two_teams_waits_for_the_later_of_them():
    both = item(3, 4, parts=(PlanPart(1, 1.0), PlanPart(2, 1.0)))
    result = forecast(item(1, 1), item(2, 4, team=2), both, teams=(team(), team(2)))
    assert critical(result) == {1: 0.0, 2: 1.0, 3: 1.0}


def test_a_link_on_a_parent_is_held_by_its_last_child():
    result = forecast(
        item(1, 2, team=None, parent=9),
        item(2, 4, team=None, parent=9),
        item(9),
        item(3, 1, team=None),
        links=(PlanLink(9, 3),),
    )
    assert critical(result) == {1: 0.0, 2: 1.0, 3: 1.0, 9: None}


def test_what_starts_together_is_held_by_the_start():
    result = forecast(
        item(1, 1, team=None, not_before=day(2)),
        item(2, 9, team=None),
        links=(PlanLink(1, 2, Kind.SS),),
    )
    assert critical(result) == {1: 1.0, 2: 1.0}


def test_each_objective_has_its_own_chain():
    result = forecast(
        item(1, 2, team=None, objective=1),
        item(2, 9, team=None),
        objectives=(PlanObjective(1, "A"),),
    )
    assert result.objective(1).critical == ((1, 1.0),)
    assert result.project.critical == ((2, 1.0),)


def test_items_that_race_share_the_trials():
    wide = Triple(2, 5, 12)
    result = forecast(item(1, wide, team=None), item(2, wide, team=None))
    shares = critical(result)
    assert sum(shares.values()) == pytest.approx(1.0)
    assert 0.3 < shares[1] < 0.7


def test_the_only_uncertain_item_explains_the_end():
    result = forecast(item(1, Triple(2, 5, 12)), item(2, sure(3)))
    assert result.item(1).correlation > 0.99
    assert result.item(1).sensitivity == pytest.approx(1.0, abs=0.15)
    assert (result.item(2).sensitivity, result.item(2).correlation) == (
        pytest.approx(0.0, abs=0.2),
        0.0,
    )


def test_expected_queueing_is_the_wait_for_a_place_alone():
    result = forecast(item(1, 3), item(2, 2), item(3, 1, team=None), links=(PlanLink(1, 3),))
    assert [result.item(id).queueing for id in (1, 2, 3)] == pytest.approx([0, 3, 0])


def test_the_whole_plan_has_a_date():
    result = forecast(item(1, 3), item(2, 2))
    assert result.project.finish.p50 == day(4)
    assert simulate(plan(), trials=10, seed=1).project is None


def test_what_held_up_an_epic_is_found_once_for_all_that_wait_for_it(monkeypatch):
    asked = []
    found = Causes._last_leaf

    def last_leaf(self, id, at_start):
        asked.append((id, at_start))
        return found(self, id, at_start)

    monkeypatch.setattr(Causes, "_last_leaf", last_leaf)
    parts = [item(id, 2, parent=1 if id < 15 else 2) for id in range(10, 20)]
    made = plan(item(1, None), item(2, None), *parts, links=(PlanLink(1, 2),))
    simulate(made, trials=50, seed=7)
    assert asked == [(1, False)]


def test_what_nothing_waits_for_any_more_is_forgotten():
    items = [item(1, None), item(2, 2, parent=1), item(3, 2, parent=1), item(4, 1), item(5, 1)]
    links = (PlanLink(1, 4), PlanLink(2, 5, Kind.SS))
    simulator = Simulator(plan(*items, links=links), Draws(7, 50))
    held = []
    simulator.run(lambda run: held.append(len(simulator._finish)))
    assert max(held) < len(items)
    assert (simulator._finish, simulator._start, simulator._ends) == ({}, {}, {})
