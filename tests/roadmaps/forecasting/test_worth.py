"""Cost of delay: what a curve loses by an uncertain finish, and by one more week."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roadmaps.forecasting.clocks import DAYS
from roadmaps.forecasting.proposal import Proposals, delays_of
from roadmaps.forecasting.reorder import new_ranks, rearranged
from roadmaps.forecasting.worth import (
    DECAY,
    LINEAR,
    STEP,
    Curve,
    Worths,
    delay,
    delays,
    lost,
    search_costs,
)
from tests.roadmaps.forecasting.plans import MONDAY, day, item, plan, team

ENDS = np.array([0, 7, 14, 21])


def test_a_linear_curve_loses_its_amount_each_week():
    assert lost(Curve(LINEAR, 10), ENDS, MONDAY).tolist() == [0, 10, 20, 30]
    late = Curve(LINEAR, 10, day(7))
    assert lost(late, ENDS, MONDAY).tolist() == [0, 0, 10, 20]
    assert lost(Curve(LINEAR, 10, day(-7)), ENDS, MONDAY).tolist() == [10, 20, 30, 40]


def test_a_step_loses_all_of_it_after_its_deadline():
    assert lost(Curve(STEP, 50, day(14)), ENDS, MONDAY).tolist() == [0, 0, 0, 50]


def test_a_decay_loses_half_of_what_is_left_in_each_half_life():
    found = lost(Curve(DECAY, 80, day(0), 1), ENDS, MONDAY)
    assert found.tolist() == pytest.approx([0, 40, 60, 70])


@pytest.mark.parametrize("curve", [Curve(STEP, 1), Curve(DECAY, 1), Curve("cliff", 1)])
def test_a_curve_without_what_it_needs_is_refused(curve):
    with pytest.raises(ValueError, match=r"deadline|half-life|no curve"):
        lost(curve, ENDS, MONDAY)


def test_the_cost_of_delay_is_what_one_more_week_loses():
    found = delay(Curve(STEP, 100, day(14)), ENDS, MONDAY)
    assert (found.lost, found.week) == (25, 25)
    assert delay(Curve(LINEAR, 10), ENDS, MONDAY).week == pytest.approx(10)
    # Three half-lives on there is little left to lose.
    assert delay(Curve(DECAY, 80, None, 1), ENDS[3:], MONDAY).week == pytest.approx(5)


def test_what_does_not_end_within_the_horizon_is_counted_and_loses_at_least_that():
    found = delay(Curve(STEP, 8, day(5)), np.array([1, DAYS]), MONDAY)
    assert (found.lost, found.beyond) == (4, 0.5)


def test_the_error_is_that_of_a_mean():
    found = delay(Curve(STEP, 100, day(14)), ENDS, MONDAY)
    assert found.lost_error == pytest.approx(np.std([0, 0, 0, 100]) / 2)


curves = st.builds(
    Curve,
    st.sampled_from([LINEAR, STEP, DECAY]),
    st.floats(0.1, 1e6),
    st.integers(-400, 800).map(day),
    st.floats(0.1, 200),
)
ends = st.lists(st.integers(0, DAYS), min_size=1, max_size=20).map(np.array)


@given(curves, ends)
def test_a_later_day_never_loses_less(curve, found):
    assert (lost(curve, found + 1, MONDAY) >= lost(curve, found, MONDAY)).all()
    told = delay(curve, found, MONDAY)
    assert told.week >= 0
    assert told.lost >= 0
    if curve.kind != LINEAR:
        assert told.lost <= curve.amount * (1 + 1e-9)


@given(curves, st.lists(ends.filter(lambda row: len(row) == 4), min_size=1, max_size=4))
def test_one_leaf_a_week_later_costs_no_more_than_all_of_them(curve, rows):
    by_id = {k: row.astype(np.int16) for k, row in enumerate(rows)}
    found = delays(by_id, {9: list(by_id)}, Worths({}, {9: curve}), MONDAY)
    alone = found.through[9]
    assert all(-1e-6 <= week <= found.objectives[9].week * (1 + 1e-9) + 1e-6
               for week in alone.values())  # fmt: skip


def test_only_the_item_that_ends_last_costs_its_objective_something():
    rows = {1: np.array([30, 30]), 2: np.array([1, 26])}
    found = delays(rows, {9: [1, 2]}, Worths({}, {9: Curve(LINEAR, 7)}), MONDAY)
    assert found.objectives[9].lost == pytest.approx(30)
    # The second one would end at 8 and at 33: three days late, in one of two trials.
    assert found.through[9] == {1: pytest.approx(7), 2: pytest.approx(1.5)}
    assert found.weekly() == {1: pytest.approx(7), 2: pytest.approx(1.5)}


# -- orders ---------------------------------------------------------------------------------------


def test_what_is_asked_for_takes_the_places_it_had():
    assert rearranged([1, 2, 3, 4, 5], [4, 2]) == (1, 4, 3, 2, 5)
    for wrong in ([2, 2], [9]):
        with pytest.raises(ValueError, match="order names"):
            rearranged([1, 2], wrong)


@given(st.permutations(list(range(8))), st.lists(st.integers(0, 3), min_size=8, max_size=8))
def test_new_ranks_give_the_order_and_leave_alone_what_need_not_move(order, given_ranks):
    ranks = {id: float(rank) for id, rank in enumerate(given_ranks)}
    found = new_ranks(ranks, order)
    after = ranks | found
    assert sorted(after, key=lambda id: (after[id], id)) == list(order)
    if sorted(ranks, key=lambda id: (ranks[id], id)) == list(order) and len(set(ranks)) == 8:
        assert not set(found) - set(ranks)
    assert all(found[id] != ranks[id] for id in found)


def test_one_item_moved_is_one_rank_changed():
    ranks = {1: 1.0, 2: 2.0, 3: 3.0, 4: 4.0}
    assert new_ranks(ranks, [1, 4, 2, 3]) == {4: 1.5}
    assert new_ranks(ranks, [1, 2, 3, 4]) == {}


def crowded():
    """Three items for one person, the long cheap one first."""
    items = (item(1, 20.0), item(2, 5.0), item(3, 5.0))
    return plan(*items, teams=(team(),)), Worths({1: Curve(LINEAR, 1), 3: Curve(LINEAR, 9)}, {})


def test_the_order_by_value_does_first_what_costs_most_by_the_week_it_takes():
    base, worths = crowded()
    found = Proposals(base, worths, seed=1, trials=500).by_value()
    assert found.order[0] == 3
    assert found.gained > 0
    assert found.gained == pytest.approx(found.before.lost - found.after.lost)
    told = {id: move.p85_days for id, move in found.what_if.items.items()}
    assert told[3] < 0 < told[1]


def test_a_proposal_says_what_the_run_after_taking_it_says():
    base, worths = crowded()
    proposals = Proposals(base, worths, seed=1, trials=500)
    found = proposals.by_value()
    ranks = new_ranks({each.id: each.rank for each in base.items}, found.order)
    from dataclasses import replace

    taken = replace(base, items=tuple(replace(i, rank=ranks.get(i.id, i.rank)) for i in base.items))
    assert delays_of(taken, worths, trials=500, seed=1).lost == pytest.approx(found.after.lost)


def test_without_curves_no_order_is_proposed_by_value():
    base, _ = crowded()
    assert Proposals(base, Worths({}, {}), seed=1, trials=500).by_value() is None


def test_the_order_by_score_leaves_what_has_none_in_its_place():
    base, worths = crowded()
    found = Proposals(base, worths, seed=1, trials=500).by_score({3: 1, 1: 2})
    assert found.order == (3, 2, 1)
    assert found.displaced == (1, 2) or len(found.displaced) == 2


def test_the_shortest_plan_comes_with_a_bound_that_it_does_not_pass():
    base, worths = crowded()
    found = Proposals(base, worths, seed=1, trials=500).by_length()
    assert found.bound.lower_bound <= found.bound.finish + 1e-6


def test_an_objective_is_worth_doing_together():
    items = (item(1, 10.0), item(2, 5.0, objective=7), item(3, 5.0, objective=7))
    from roadmaps.forecasting import PlanObjective

    base = plan(*items, objectives=(PlanObjective(7, "Fast"),))
    found = Proposals(base, Worths({}, {7: Curve(LINEAR, 5)}), seed=1, trials=500).by_value()
    assert set(found.order[:2]) == {2, 3}
    assert found.gained > 0


@pytest.mark.parametrize("worths", [
    Worths({3: Curve(STEP, 9, day(10))}, {}),
    Worths({}, {7: Curve(STEP, 9, day(10))}),
])  # fmt: skip
def test_a_deadline_missed_for_sure_is_kept_by_another_order(worths):
    from roadmaps.forecasting import PlanObjective

    items = (item(1, 20.0), item(2, 1.0, objective=7), item(3, 3.0, objective=7))
    base = plan(*items, teams=(team(),), objectives=(PlanObjective(7, "Fast"),))
    now = delays_of(base, worths, trials=500, seed=1)
    assert (now.lost, set(now.weekly().values())) == (9, {0})
    found = Proposals(base, worths, seed=1, trials=500).by_value()
    assert found.gained == pytest.approx(9)


@pytest.mark.parametrize("step", [
    Worths({1: Curve(STEP, 90, day(14))}, {}),
    Worths({}, {7: Curve(STEP, 90, day(14))}),
])  # fmt: skip
def test_what_is_safe_now_is_not_given_up_for_less(step):
    from roadmaps.forecasting import PlanObjective

    items = (item(1, 4.0, objective=7), item(2, 10.0), item(3, 10.0))
    base = plan(*items, teams=(team(),), objectives=(PlanObjective(7, "Fast"),))
    worths = Worths({2: Curve(LINEAR, 1), 3: Curve(LINEAR, 2), **step.items}, step.objectives)
    found = Proposals(base, worths, seed=1, trials=500).by_value()
    assert found.order == (1, 3, 2)
    assert found.gained > 0


def test_what_no_order_can_save_is_no_reason_to_go_first():
    rows = {1: np.array([20, 30])}
    past = Worths({1: Curve(STEP, 90, day(-7))}, {9: Curve(STEP, 90, day(-7))})
    found = delays(rows, {9: [1]}, past, MONDAY)
    assert search_costs(found, rows, past, MONDAY) == found
    due = Worths({1: Curve(STEP, 90, day(11))}, {})
    found = delays(rows, {}, due, MONDAY)
    # 9 and 19 days late: two weeks.
    assert search_costs(found, rows, due, MONDAY).weekly() == {1: pytest.approx(45)}


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 9), st.integers(0, 9)), min_size=2, max_size=5))
def test_an_order_by_value_never_loses_more_than_the_present_one(rows):
    items = tuple(item(k, float(days)) for k, (days, _) in enumerate(rows, start=1))
    worths = Worths({k: Curve(LINEAR, cost) for k, (_, cost) in enumerate(rows, start=1)}, {})
    found = Proposals(plan(*items), worths, seed=3, trials=500).by_value(evaluations=12)
    assert found is None or found.gained >= -1e-9
