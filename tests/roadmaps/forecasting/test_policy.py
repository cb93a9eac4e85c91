"""What a capacity policy does to rates and to the start order; without one nothing changes."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from roadmaps.forecasting import (
    Plan,
    PlanItem,
    PlanMember,
    PlanPolicy,
    PlanTeam,
    State,
    inputs_hash,
    kept_order,
    moves,
    replan,
    simulate,
    start_order,
    what_if,
)
from roadmaps.forecasting.calendar import team_clock, worked_days
from roadmaps.forecasting.changes import MoveStart, Rank, SetPolicy, changed
from roadmaps.forecasting.past import Past
from roadmaps.forecasting.policy import (
    debt_of_items,
    in_force,
    merged,
    planned_share,
    spells,
    turns,
)

MONDAY = date(2027, 3, 1)
quick = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def team(*policies, people=1, focus=1.0, **fields):
    members = tuple(PlanMember(person) for person in range(people))
    return PlanTeam(1, "Payments", focus=focus, members=members, policies=policies, **fields)


def item(id, days=4.0, *, kind="feature", **fields):
    return PlanItem(
        id, f"PAY-{id}", kind=kind, team=1, rank=float(id), range=(days, days * 1.001, days * 1.01),
        **fields,
    )  # fmt: skip


def plan(items, *policies, **fields):
    return Plan(MONDAY, items=tuple(items), teams=(team(*policies, **fields),))


FIFTH = PlanPolicy(date(2027, 1, 1), debt=0.2)


# -- which policy holds --------------------------------------------------------------------------


def test_the_latest_policy_that_has_begun_holds():
    old, new = PlanPolicy(date(2027, 1, 1), unplanned=0.1), PlanPolicy(MONDAY, unplanned=0.3)
    assert in_force((new, old), date(2026, 12, 31)) is None
    assert in_force((new, old), date(2027, 2, 28)) == old
    assert in_force((new, old), MONDAY) == new
    assert planned_share((new, old), date(2026, 1, 1)) == 1.0
    assert planned_share((new, old), MONDAY) == pytest.approx(0.7)


def test_spells_cover_every_day_once():
    policies = (PlanPolicy(date(2027, 3, 3), unplanned=0.5), PlanPolicy(date(2027, 3, 5)))
    found = list(spells(policies, MONDAY, date(2027, 3, 7)))
    assert found == [
        (MONDAY, date(2027, 3, 2), 1.0),
        (date(2027, 3, 3), date(2027, 3, 4), 0.5),
        (date(2027, 3, 5), date(2027, 3, 7), 1.0),
    ]
    assert list(spells((), MONDAY, MONDAY)) == [(MONDAY, MONDAY, 1.0)]


def test_debt_has_its_share_of_the_time_that_goes_into_items():
    """20 % of all focused time is 25 % of the 80 % in which items are worked on."""
    assert debt_of_items([PlanPolicy(MONDAY, 0.2, 0.2)], MONDAY) == pytest.approx(0.25)
    assert debt_of_items([PlanPolicy(MONDAY, 0.6, 0.4)], MONDAY) == 1.0
    assert debt_of_items([], MONDAY) == 0.0


def test_before_the_first_policy_its_share_is_planned_for():
    assert debt_of_items([FIFTH], date(2026, 1, 1)) == 0.2


# -- the unplanned share -------------------------------------------------------------------------


def test_work_runs_slower_by_the_unplanned_share_alone():
    sliced = PlanPolicy(date(2027, 1, 1), debt=0.2, unplanned=0.15)
    plain, with_ = (
        team_clock(each, MONDAY, 30) for each in (team(focus=0.7), team(sliced, focus=0.7))
    )
    assert plain.capacity is not None
    assert with_.capacity is not None
    np.testing.assert_allclose(with_.capacity, plain.capacity * 0.85)
    assert with_.nominal == pytest.approx(0.7 * 0.85)
    assert with_.places == plain.places


def test_a_policy_that_begins_later_slows_the_days_from_then():
    clock = team_clock(team(PlanPolicy(date(2027, 3, 8), unplanned=0.5)), MONDAY, 14)
    assert clock.capacity is not None
    assert clock.capacity.tolist() == [1, 1, 1, 1, 1, 0, 0, 0.5, 0.5, 0.5, 0.5, 0.5, 0, 0]


def test_a_team_of_unknown_size_is_slowed_too():
    unknown = replace(team(PlanPolicy(MONDAY, unplanned=0.5)), members=None)
    assert team_clock(unknown, MONDAY, 30).nominal == 0.5


def test_an_item_takes_longer_by_as_much():
    items = [item(1, 8.0)]
    without = simulate(plan(items), trials=64, seed=1)
    with_ = simulate(plan(items, PlanPolicy(MONDAY, unplanned=0.5)), trials=64, seed=1)
    first, second = (result.items[0].why for result in (without, with_))
    assert first is not None
    assert second is not None
    assert second.effort == pytest.approx(2 * first.effort, rel=0.01)


def test_what_was_delivered_before_counts_the_same_share():
    policies = (PlanPolicy(date(2027, 3, 3), unplanned=0.5),)
    friday = date(2027, 3, 5)
    assert worked_days(team(*policies), MONDAY, friday) == pytest.approx(3.5)
    assert worked_days(team(), MONDAY, friday) == 5
    assert Past(team(*policies)).delivered(MONDAY, friday, crew=1) == pytest.approx(3.5)
    assert Past(team(*policies)).capacity(MONDAY, friday) == 5
    unknown = replace(team(*policies), members=None)
    assert Past(unknown).delivered(MONDAY, friday, crew=1) == pytest.approx(3.5)
    assert Past(unknown).capacity(MONDAY, friday) is None


# -- debt's turns --------------------------------------------------------------------------------


WORKS = st.lists(st.floats(0.1, 30.0), min_size=1, max_size=12)


@quick
@given(WORKS, WORKS, st.floats(0.05, 0.95))
def test_merging_keeps_each_order_and_the_share_within_one_item(others, debts, share):
    rows = [(id, work) for id, work in enumerate(others)]
    owed = [(100 + id, work) for id, work in enumerate(debts)]
    order = merged(rows, owed, share)
    assert [id for id in order if id < 100] == [id for id, _ in rows]
    assert [id for id in order if id >= 100] == [id for id, _ in owed]
    lasts, largest = dict(rows + owed), max(others + debts)
    debt = whole = 0.0
    left = {True: len(debts), False: len(others)}
    for id in order:
        if not all(left.values()):
            break  # one kind is used up: nothing is left to choose
        whole += lasts[id]
        debt += lasts[id] if id >= 100 else 0.0
        left[id >= 100] -= 1
        assert abs(debt - share * whole) <= largest + 1e-9


def test_begun_work_counts_first():
    assert merged([(1, 5.0)], [(9, 5.0)], 0.5, debt=3.0) == [1, 9]
    assert merged([(1, 5.0)], [(9, 5.0)], 0.5, other=3.0) == [9, 1]
    assert merged([(1, 5.0)], [(9, 5.0)], 1.0) == [9, 1]


def debts_last():
    """Eight features of 4 days, then two debts of 4 days, in this order of rank."""
    return [*(item(id) for id in range(1, 9)), item(9, kind="debt"), item(10, kind="debt")]


def test_debt_that_is_ranked_last_has_its_turn():
    assert start_order(plan(debts_last())) == tuple(range(1, 11))
    assert start_order(plan(debts_last(), FIFTH)) == (1, 9, 2, 3, 4, 5, 10, 6, 7, 8)


def test_debt_that_is_ranked_first_waits_for_its_share():
    items = [replace(each, rank=11.0 - each.id) for each in debts_last()]
    order = start_order(plan(items, FIFTH))
    assert start_order(plan(items)) == tuple(range(10, 0, -1))
    assert order.index(9) >= 5
    assert order[0] == 8


def test_what_is_pinned_begun_or_a_milestone_keeps_its_place():
    items = [
        replace(item(1, kind="debt"), state=State.IN_PROGRESS, started_on=MONDAY),
        item(2),
        replace(item(3, kind="debt"), not_before=MONDAY, pinned=True),
        item(4, kind="milestone"),
        item(5, kind="debt"),
    ]
    known = {each.id: each for each in items}
    ranks = turns(plan(items, FIFTH), known, {id: {1: 4.0} for id in known})
    assert [ranks[id] for id in (1, 3, 4)] == [1.0, 3.0, 4.0]
    assert (ranks[2], ranks[5]) == (2.0, 5.0)  # begun debt has had its turn


def test_what_debt_waits_for_comes_before_it():
    from roadmaps.forecasting import PlanLink

    items = debts_last()
    linked = replace(plan(items, FIFTH), links=(PlanLink(8, 9),))
    order = start_order(linked)
    assert order.index(8) < order.index(9)
    assert order.index(8) <= 2


def test_another_share_places_the_team_anew_and_an_unplanned_one_does_not():
    before = plan(debts_last())
    order = start_order(before)
    assert kept_order(before, order, plan(debts_last(), FIFTH)) == ()
    slower = plan(debts_last(), PlanPolicy(date(2027, 1, 1), unplanned=0.2))
    assert kept_order(before, order, slower) == order


def test_a_full_replan_keeps_to_the_policy():
    held = replace(plan(debts_last(), FIFTH), order=tuple(range(1, 11)))
    assert replan(held) == (1, 9, 2, 3, 4, 5, 10, 6, 7, 8)


def test_a_preview_of_a_plan_with_a_policy_is_that_of_the_whole_plan():
    base = plan(debts_last(), FIFTH)
    for change in (MoveStart(3, date(2027, 3, 15)), Rank(9, 0.5)):
        fast = what_if(base, [change], trials=64, seed=3)
        slow = what_if(base, [change], trials=64, seed=3, engine="reference")
        assert [row.finish for row in fast.after.items] == [row.finish for row in slow.after.items]


def test_a_policy_can_be_tried():
    base = plan(debts_last())
    tried = what_if(base, [SetPolicy(1, 0.2, 0.0)], trials=64, seed=3)
    kept = what_if(plan(debts_last(), FIFTH), [Rank(1, 1.0)], trials=64, seed=3)
    assert [row.finish for row in tried.after.items] == [row.finish for row in kept.after.items]
    with pytest.raises(ValueError, match="leave some time"):
        what_if(base, [SetPolicy(1, 0.8, 0.3)], trials=64, seed=3)
    with pytest.raises(ValueError, match="no team 7"):
        what_if(base, [SetPolicy(7, 0.2, 0.1)], trials=64, seed=3)


def test_a_policy_that_is_tried_leaves_the_past_alone():
    old = PlanPolicy(date(2027, 1, 1), unplanned=0.5)
    (found,) = changed(plan([item(1)], old), [SetPolicy(1, 0.0, 0.1)]).teams
    assert found.policies == (old, PlanPolicy(MONDAY, 0.0, 0.1))


# -- what moved a date ---------------------------------------------------------------------------


def test_a_policy_is_told_as_capacity_in_days_that_sum():
    after = plan(debts_last(), replace(FIFTH, unplanned=0.2))
    told = moves(plan(debts_last()), after, trials=128, seed=5)
    steps = {step.name: step for step in told.steps}
    assert [name for name, step in steps.items() if step.items and step.changed] == ["capacity"]
    assert steps["capacity"].changed == ("Payments",)
    first = steps["capacity"].items[9].p50_days
    assert first is not None
    assert first < 0
    for id, total in told.items.items():
        days = [step.items[id].p50_days or 0 for step in told.steps if id in step.items]
        assert sum(days) == total.p50_days


# -- without a policy ----------------------------------------------------------------------------


@pytest.mark.thorough
@quick
@given(
    st.lists(
        st.tuples(st.sampled_from(["feature", "debt", "milestone"]), st.floats(0.5, 20)),
        min_size=1, max_size=8,
    )
)  # fmt: skip
def test_a_policy_of_nothing_changes_no_number(rows):
    items = [item(id, days, kind=kind) for id, (kind, days) in enumerate(rows, start=1)]
    nothing = PlanPolicy(date(2027, 1, 1))
    plain, empty = (simulate(plan(items, *p), trials=32, seed=2) for p in ((), (nothing,)))
    assert plain.order == empty.order
    assert plain.items == empty.items
    assert plain.teams == empty.teams


def test_a_plan_without_policies_is_written_as_before_there_were_any():
    plain = plan([item(1)])
    assert "policies" not in plain.to_dict()["teams"][0]
    assert Plan.from_dict(plain.to_dict()) == plain
    with_ = plan([item(1)], FIFTH)
    assert Plan.from_dict(with_.to_dict()) == with_
    assert inputs_hash(with_) != inputs_hash(plain)


@pytest.mark.parametrize("shares", [(0.8, 0.3), (-0.1, 0.0), (0.0, 1.0)])
def test_a_policy_of_more_than_there_is_is_refused(shares):
    with pytest.raises(ValueError, match="Payments has a policy"):
        simulate(plan([item(1)], PlanPolicy(MONDAY, *shares)), trials=8, seed=1)


def test_the_hash_of_a_plan_is_what_it_was_before_there_were_policies():
    """Else every stored run would be due again at once."""
    known = "14ada65d946f0167d1e714cba0975bab3b6fe111e051e6b68f2770590e6d8eb6"
    assert inputs_hash(Plan(MONDAY, teams=(PlanTeam(1, "A"),))) == known
