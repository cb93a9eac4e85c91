"""What waits for an item: what it loses when the item is done a week later."""

import numpy as np
import pytest

from roadmaps.forecasting import MoveStart, PlanLink, PlanObjective, Triple, what_if
from roadmaps.forecasting.followers import followers_weeks
from roadmaps.forecasting.worth import LINEAR, STEP, Curve, Worths
from tests.roadmaps.forecasting.plans import day, item, plan, sure, team

WEEKLY = Curve(LINEAR, 7)
"""Seven a week is one a calendar day: a cost is then a number of days."""
TEAMS = tuple(team(k) for k in range(1, 6))


def several(*items, links, **fields):
    return plan(*items, links=links, teams=TEAMS, **fields)


@pytest.mark.parametrize("kind", ["FS", "FF"])
@pytest.mark.parametrize("lag", [0, 3])
@pytest.mark.parametrize("room", [0, 9, 14, 30])
def test_a_follower_is_later_by_what_a_simulated_delay_makes_it(kind, lag, room):
    found = several(
        item(1, 5.0), item(2, 5.0, team=2, not_before=day(room)), item(3, 2.0, team=3),
        links=(PlanLink(1, 2, kind, lag), PlanLink(2, 3)),
    )  # fmt: skip
    cost = followers_weeks(found, Worths({3: WEEKLY}, {}), seed=1, trials=64)
    moved = what_if(found, [MoveStart(1, day(7))], trials=64, seed=1)
    assert cost.get(1, 0.0) == pytest.approx(moved.items[3].p50_days)
    # The second is a week later, and the third, right behind it, with it.
    assert cost[2] == pytest.approx(7)
    assert 3 not in cost


def test_an_item_that_nothing_of_value_waits_for_costs_nothing_so():
    found = several(item(1), item(2, team=2), links=(PlanLink(1, 2),))
    assert followers_weeks(found, Worths({1: WEEKLY}, {}), seed=1, trials=64) == {}
    assert followers_weeks(found, Worths({}, {}), seed=1, trials=64) == {}


def test_what_is_pinned_does_not_move():
    found = several(
        item(1), item(2, team=2, pinned=True, not_before=day(7)), links=(PlanLink(1, 2),)
    )
    assert followers_weeks(found, Worths({2: WEEKLY}, {}), seed=1, trials=64) == {}


def test_a_part_that_ends_before_the_last_one_has_room():
    found = several(
        item(1, None, team=None), item(2, 5.0, parent=1), item(3, 8.0, team=2, parent=1),
        item(4, 5.0, team=3), links=(PlanLink(1, 4),),
    )  # fmt: skip
    cost = followers_weeks(found, Worths({4: WEEKLY}, {}), seed=1, trials=64)
    assert cost[3] == pytest.approx(7)
    # It ends on a Friday; the last part on the Wednesday after: five days before the same week on.
    assert cost[2] == pytest.approx(2)


def test_an_objective_loses_only_beyond_what_the_item_itself_costs_it():
    aim = PlanObjective(9, "AIM")
    items = (item(1, 5.0, objective=9), item(2, 5.0, team=2, objective=9))
    found = several(*items, links=(PlanLink(1, 2),), objectives=(aim,))
    cost = followers_weeks(found, Worths({}, {9: WEEKLY}), seed=1, trials=64)
    # By itself it ends as late as the second did: the whole week comes from what waits for it.
    assert cost[1] == pytest.approx(7)


def test_a_deadline_is_lost_in_the_trials_in_which_the_follower_misses_it():
    spread = item(2, sure(5.0), team=2)
    found = several(item(1, 5.0), spread, links=(PlanLink(1, 2),))
    on_time = Worths({2: Curve(STEP, 50, day(30))}, {})
    assert followers_weeks(found, on_time, seed=1, trials=64) == {}
    missed = Worths({2: Curve(STEP, 50, day(14))}, {})
    assert followers_weeks(found, missed, seed=1, trials=64) == {1: pytest.approx(50)}


def test_what_would_never_begin_anyway_is_no_later():
    """In some trials the third takes longer than a forecast looks ahead, in some a few days."""
    found = several(
        item(1, 5.0), item(2, 5.0, team=2), item(3, Triple(2, 900, 9000), team=3),
        links=(PlanLink(1, 2), PlanLink(3, 2)),
    )  # fmt: skip
    with np.errstate(invalid="raise"):
        cost = followers_weeks(found, Worths({2: WEEKLY}, {}), seed=1, trials=512)
    assert 0 < cost[1] < 7


def test_the_same_draws_give_the_same_costs():
    found = several(
        item(1, None), item(2, None, team=2), item(3, None, team=3),
        links=(PlanLink(1, 2), PlanLink(2, 3)),
    )  # fmt: skip
    worths = Worths({3: WEEKLY}, {})
    first, second = (followers_weeks(found, worths, seed=5, trials=128) for _ in range(2))
    assert first == second
    assert np.isfinite(list(first.values())).all()
