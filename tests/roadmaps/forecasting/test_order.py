"""Small change in, small change out: which part of a start order stays."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadmaps.forecasting import Plan, PlanItem, PlanLink, PlanPart, State
from roadmaps.forecasting.order import kept_order

TODAY = date(2026, 3, 2)


def plan_of(*ids: int, links: tuple[PlanLink, ...] = (), **fields) -> Plan:
    items = tuple(PlanItem(id=id, key=f"PAY-{id}", rank=float(k)) for k, id in enumerate(ids))
    return Plan(today=TODAY, items=items, links=links, **fields)


def test_without_a_change_the_order_stays():
    assert kept_order(plan_of(1, 2, 3), (3, 1, 2), plan_of(1, 2, 3)) == (3, 1, 2)


def test_an_added_and_a_removed_item_leave_the_others_alone():
    assert kept_order(plan_of(1, 2, 3), (3, 1, 2), plan_of(4, 1, 3)) == (3, 1)


def test_only_the_item_that_waits_for_something_new_is_placed_anew():
    linked = plan_of(1, 2, 3, links=(PlanLink(3, 1),))
    assert kept_order(plan_of(1, 2, 3), (1, 2, 3), linked) == (2, 3)


def test_a_link_taken_away_frees_only_the_item_that_waited():
    linked = plan_of(1, 2, 3, links=(PlanLink(3, 1),))
    assert kept_order(linked, (2, 3, 1), plan_of(1, 2, 3)) == (2, 3)


def test_a_link_on_a_roll_up_concerns_all_its_parts():
    def family(*links: PlanLink) -> Plan:
        plan = plan_of(1, 2, 3, 4, links=links)
        parts = tuple(replace(each, parent=1) if each.id in (2, 3) else each for each in plan.items)
        return replace(plan, items=parts)

    assert kept_order(family(), (2, 3, 4), family(PlanLink(4, 1))) == (4,)


def test_an_item_moved_in_rank_is_placed_anew_and_no_other():
    assert kept_order(plan_of(1, 2, 3, 4), (1, 2, 3, 4), plan_of(4, 1, 2, 3)) == (1, 2, 3)


def test_a_typed_start_concerns_its_item():
    before = plan_of(1, 2)
    first = replace(before.items[0], not_before=date(2026, 4, 1))
    after = replace(before, items=(first, before.items[1]))
    assert kept_order(before, (1, 2), after) == (2,)


@pytest.mark.parametrize(
    "fields",
    [
        {"state": State.IN_PROGRESS, "started_on": TODAY},
        {"team": 2},
        {"crew": 2},
        {"parts": (PlanPart(1, 1.0), PlanPart(2, 1.0))},
    ],
)
def test_what_was_started_or_given_to_others_is_placed_anew(fields):
    before = plan_of(1, 2, 3)
    after = replace(before, items=(*before.items[:2], replace(before.items[2], **fields)))
    assert kept_order(before, (1, 2, 3), after) == (1, 2)


def test_started_work_that_stays_as_it_is_keeps_its_place():
    begun = replace(plan_of(1, 2).items[0], state=State.IN_PROGRESS, started_on=TODAY)
    plan = replace(plan_of(1, 2), items=(begun, plan_of(1, 2).items[1]))
    assert kept_order(plan, (1, 2), replace(plan, today=date(2026, 3, 3))) == (1, 2)


@given(st.permutations(range(8)), st.permutations(range(8)))
def test_what_stays_has_the_same_sequence_in_both_ranks(old, new):
    kept = kept_order(plan_of(*old), tuple(old), plan_of(*new))
    assert [id for id in new if id in kept] == list(kept)
    assert [id for id in old if id in kept] == list(kept)


@given(st.permutations(range(7)), st.integers(0, 6), st.integers(0, 6))
def test_one_move_concerns_at_most_one_item(old, take, put):
    new = list(old)
    new.insert(put, new.pop(take))
    assert len(kept_order(plan_of(*old), tuple(old), plan_of(*new))) >= 6
