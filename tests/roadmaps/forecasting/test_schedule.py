"""The schedule at P50: what the ranks demand, what they leave open, and how little moves."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadmaps.forecasting import (
    LoopError,
    Plan,
    PlanItem,
    PlanLink,
    PlanPart,
    State,
    p50_schedule,
    start_order,
)
from roadmaps.forecasting.clocks import Clocks
from roadmaps.forecasting.generation import Bookings, Generation
from roadmaps.forecasting.graph import Structure
from roadmaps.forecasting.makespan import lower_bound, shortest
from roadmaps.forecasting.schedule import replan
from roadmaps.forecasting.sequence import Yardstick, inherited_ranks
from tests.roadmaps.forecasting.plans import day, item, people, plan, team
from tests.roadmaps.forecasting.test_properties import plans, quick


def generation(of: Plan) -> Generation:
    return Generation(of, Structure.of(of), Clocks(of))


def by_rank(of: Plan) -> dict:
    """The first schedule that is tried: by inherited rank alone."""
    made, items = generation(of), {each.id: each for each in of.items}
    ranks = inherited_ranks(made)
    return made.slots(made.ordered({id: (ranks[id], items[id].rank, id) for id in ranks}))


def test_what_the_first_item_waits_for_goes_first():
    made = plan(item(1, 2), item(2, 3), item(3, 1), links=(PlanLink(3, 1),))
    slots = p50_schedule(made)
    assert [slots[id].start for id in (3, 1, 2)] == [0, 1, 3]


def test_rank_is_inherited_through_parents_and_from_link_to_link():
    made = plan(
        item(1, 1, rank=1),
        item(2, 1, rank=5),
        item(3, 1, rank=8, parent=2),
        item(4, 1, rank=9),
        item(5, 1, rank=2),
        links=(PlanLink(2, 1), PlanLink(4, 3)),
    )
    assert inherited_ranks(generation(made)) == {1: 1, 3: 1, 4: 1, 5: 2}
    assert start_order(made) == (4, 3, 1, 5)


def test_a_predecessor_of_something_far_away_does_not_push_others_back():
    made = plan(item(1, 1, not_before=day(70)), item(2, 5), item(3, 5), links=(PlanLink(3, 1),))
    assert p50_schedule(made)[2].start == 0


def test_a_short_item_never_goes_before_a_long_one_ranked_above_it():
    assert start_order(plan(item(1, 30), item(2, 1))) == (1, 2)


def test_equal_ranks_are_ordered_by_what_waits_behind_them():
    made = plan(
        item(1, 3, rank=0),
        item(2, 3, rank=0),
        item(3, 5, rank=0, team=None),
        links=(PlanLink(2, 3),),
    )
    slots = p50_schedule(made)
    assert slots[2].start == 0
    assert max(slot.finish for slot in slots.values()) == 10


def test_what_starts_with_work_of_a_monday_does_not_start_on_saturday():
    made = plan(
        item(1, 5), item(2, 1), item(3, None, kind="milestone"), links=(PlanLink(2, 3, "SS"),)
    )
    slots = p50_schedule(made)
    assert slots[1].finish == 5
    assert slots[3].start == 7


@pytest.mark.thorough
@quick
@given(plans(pinned=True))
def test_no_number_of_first_ranked_items_is_later_than_by_rank_alone(made):
    assert Yardstick(generation(made)).allows(p50_schedule(made), by_rank(made))


def test_the_shortest_puts_what_another_team_waits_for_before_the_rank():
    made = plan(
        item(1, 5), item(2, 1), item(3, 5, team=2), links=(PlanLink(2, 3),),
        teams=(team(1), team(2)),
    )  # fmt: skip
    by_rank_end = max(slot.finish for slot in p50_schedule(made).values())
    found = shortest(made, schedules=50)
    assert found.finish < by_rank_end
    assert found.order[0] == 2


@pytest.mark.thorough
@quick
@given(plans(pinned=True), st.booleans())
def test_the_shortest_ends_no_later_than_the_schedule_by_rank_and_not_before_the_bound(made, tied):
    if tied:
        made = replace(made, items=tuple(replace(each, rank=0) for each in made.items))
    found = shortest(made, schedules=10)
    end = max(slot.finish for slot in p50_schedule(made).values())
    assert found.lower_bound - 1e-6 <= found.finish <= end
    assert sorted(found.order) == sorted(found.slots)


@pytest.mark.thorough
@quick
@given(plans(pinned=True))
def test_every_order_is_legal(made):
    structure = Structure.of(made)
    states = {each.id: each.state for each in made.items}
    for order in (start_order(made), shortest(made, schedules=5).order, replan(made)):
        place = {id: k for k, id in enumerate(order)}
        assert sorted(order) == sorted(structure.open_leaves())
        for link in made.links:
            if states[link.succ] == State.PLANNED:
                assert place[link.pred] < place[link.succ]


@pytest.mark.thorough
@quick
@given(plans(pinned=True))
def test_a_plan_that_did_not_change_keeps_its_order_in_a_replan(made):
    order = start_order(made)
    assert replan(replace(made, order=order)) == order


def test_a_replan_keeps_an_order_that_costs_little_and_drops_one_that_costs_much():
    little = plan(item(1, 0.4), item(2, 0.4), order=(2, 1))
    much = plan(item(1, 4), item(2, 4), order=(2, 1))
    assert replan(little) == (2, 1)
    assert replan(much) == (1, 2)


def test_a_replan_inserts_new_items_into_the_order_it_keeps():
    made = plan(item(1, 0.4), item(2, 0.4), item(3, 3), order=(2, 1))
    assert replan(made) == (2, 1, 3)


def test_where_ranks_are_equal_the_old_order_is_kept():
    made = plan(*(item(id, 2, rank=0) for id in (1, 2, 3)), order=(3, 1, 2))
    assert replan(made) == (3, 1, 2)


def test_the_shortest_overturns_ranks_where_that_ends_earlier():
    made = plan(item(1, 4), item(2, 1), item(3, 8, team=None), links=(PlanLink(2, 3),))
    slots, found = p50_schedule(made), shortest(made)
    assert max(slot.finish for slot in slots.values()) > found.finish
    assert found.order[0] == 2
    assert found.engine in ("python", "numba")


def test_the_bound_counts_work_by_places_on_the_teams_calendar():
    made = plan(*(item(id, 4) for id in range(1, 5)), teams=(team(members=people(2)),))
    assert lower_bound(generation(made)) == 10
    assert shortest(made).finish == 10


def test_a_place_that_opens_later_helps_only_from_then():
    late = (*people(1), *(replace(person, starts_on=day(7), person=9) for person in people(1)))
    made = plan(item(1, 7), item(2, 2), teams=(team(members=late),))
    assert lower_bound(generation(made)) == pytest.approx(9)


def test_lags_dates_and_parts_are_in_the_problem_that_is_searched():
    made = plan(
        item(1, 2, not_before=day(7)),
        PlanItem(2, "PAY-2", rank=2, range=(4, 4, 4), parts=(PlanPart(1, 2), PlanPart(2, 2, 2))),
        item(3, 1, rank=3),
        links=(PlanLink(1, 2, lag=2), PlanLink(1, 3, lag=-1)),
        teams=(team(), team(2, 3)),
    )
    found = shortest(made, schedules=20)
    assert found.slots[1].start == 7
    assert found.slots[2].start >= 11
    assert found.finish <= 15


def test_an_empty_plan_has_nothing_to_schedule():
    assert p50_schedule(plan()) == {}
    assert replan(plan()) == ()
    assert shortest(plan()).finish == 0


def test_a_team_of_nobody_never_ends():
    made = plan(item(1, 1), teams=(team(members=()),))
    assert p50_schedule(made)[1].finish == float("inf")
    assert shortest(made).lower_bound == float("inf")
    assert replan(replace(made, order=(1,))) == (1,)


def test_forty_predecessors_are_all_waited_for():
    made = plan(
        *(item(id, 1, rank=50 - id) for id in range(1, 41)),
        item(41, 1, rank=0),
        links=tuple(PlanLink(id, 41) for id in range(1, 41)),
    )
    assert start_order(made)[-1] == 41


def test_a_loop_is_refused():
    made = plan(item(1), item(2), links=(PlanLink(1, 2), PlanLink(2, 1)))
    for call in (p50_schedule, start_order, replan, shortest):
        with pytest.raises(LoopError):
            call(made)


def first_gap(bookings: Bookings, ready: float, length: float, crew: int) -> float:
    """The earliest start, found by trying every time at which something ends."""
    limit = len(bookings.opens) - crew
    spans = list(
        zip(bookings.times, [*bookings.times[1:], float("inf")], bookings.used, strict=True)
    )
    for start in (ready, *(at for at in bookings.times if at > ready)):
        inside = [used for at, end, used in spans if end > start and at < start + length - 1e-9]
        if all(used <= limit for used in inside):
            return start
    return float("inf")


sizes = st.sampled_from([0.0, 0.5, 1.0, 2.5, 7.0])


@given(
    st.lists(st.sampled_from([0.0, 0.0, 3.0, 20.0]), min_size=1, max_size=4).map(sorted),
    st.lists(st.tuples(st.sampled_from([0.0, 0.0, 0.0, 4.0, 11.5]), sizes, st.integers(1, 3))),
)
def test_what_is_known_to_be_full_is_not_searched_and_changes_no_place(opens, asked):
    bookings = Bookings(tuple(opens))
    for ready, length, crew in asked:
        crew = min(crew, len(opens))
        start = bookings.earliest(ready, length, crew)
        assert start == first_gap(bookings, ready, length, crew)
        bookings.book(start, start + length, crew)
