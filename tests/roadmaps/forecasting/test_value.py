"""Value sequencing: the worked examples of its sources, and never a costlier order than before."""

import itertools
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roadmaps.forecasting import simulate, start_order
from roadmaps.forecasting.clocks import Clocks
from roadmaps.forecasting.generation import Generation
from roadmaps.forecasting.graph import Structure
from roadmaps.forecasting.plan_value import bottleneck_weeks, value_order
from roadmaps.forecasting.value import (
    _best_closure,
    _checked,
    cd3_order,
    delay_cost,
    improve_order,
)
from tests.roadmaps.forecasting.plans import item, plan, team
from tests.roadmaps.forecasting.test_properties import plans, quick


def on_one_team(weeks):
    """Finishes where one team does one item after the other."""

    def evaluate(order):
        now, finishes = 0.0, {}
        for each in order:
            now += weeks[each]
            finishes[each] = now
        return finishes

    return evaluate


@st.composite
def backlogs(draw, most: int = 6):
    count = draw(st.integers(1, most))
    costs = {k: draw(st.integers(0, 9)) for k in range(count)}
    weeks = {k: draw(st.integers(1, 6)) for k in range(count)}
    before = {
        k: draw(st.lists(st.integers(0, k - 1), max_size=2, unique=True)) if k else []
        for k in range(count)
    }
    return costs, weeks, before


def legal(order, before) -> bool:
    place = {item: k for k, item in enumerate(order)}
    return all(place[first] < place[item] for item in before for first in before[item])


def cheapest(costs, weeks, before) -> float:
    return min(
        delay_cost(costs, on_one_team(weeks)(order))
        for order in itertools.permutations(costs)
        if legal(order, before)
    )


def test_reinertsens_three_projects_go_by_cost_of_delay_over_duration():
    # Reinertsen, The Principles of Product Development Flow (2009), principle F17: projects of
    # duration 1, 3, 10 and cost of delay 10, 3, 1; weighted shortest job first saves 95 %.
    costs, weeks = {1: 1.0, 2: 3.0, 3: 10.0}, {1: 10.0, 2: 3.0, 3: 1.0}
    order = cd3_order(costs, weeks)
    assert order == (3, 2, 1)
    waiting = {
        each: sum(costs[k] * (at - weeks[k]) for k, at in on_one_team(weeks)(each).items())
        for each in (order, (1, 2, 3))
    }
    assert (waiting[order], waiting[1, 2, 3]) == (7, 160)


def test_smiths_rule_is_the_cheapest_of_all_orders():
    costs, weeks = {1: 4, 2: 1, 3: 6, 4: 3}, {1: 2, 2: 3, 3: 4, 4: 1}
    found = delay_cost(costs, on_one_team(weeks)(cd3_order(costs, weeks)))
    assert found == cheapest(costs, weeks, {})


def test_what_a_valuable_item_waits_for_goes_first_with_it():
    # Sidney (1975): 1 is worthless by itself, but it opens 2, and together they beat 3.
    costs, weeks, before = {1: 0, 2: 12, 3: 3}, {1: 1, 2: 2, 3: 1}, {2: [1]}
    assert cd3_order(costs, weeks, before) == (1, 2, 3)


def test_a_platform_of_several_valuable_items_is_weighed_with_all_of_them():
    costs, weeks, before = {1: 0, 2: 5, 3: 5, 4: 3}, {1: 4, 2: 1, 3: 1, 4: 2}, {2: [1], 3: [1]}
    assert cd3_order(costs, weeks, before) == (1, 2, 3, 4)


@settings(max_examples=60, deadline=None)
@given(backlogs())
def test_every_order_is_legal_and_without_predecessors_the_cheapest(backlog):
    costs, weeks, before = backlog
    assert legal(cd3_order(costs, weeks, before), before)
    free = cd3_order(costs, weeks)
    assert delay_cost(costs, on_one_team(weeks)(free)) == cheapest(costs, weeks, {})


@settings(max_examples=60, deadline=None)
@given(backlogs())
def test_the_first_block_has_the_best_ratio_of_all_closed_sets(backlog):
    costs, weeks, before = backlog
    full = _checked(costs, weeks, before)
    block = _best_closure(costs, weeks, full, set())
    ratio = max(
        sum(costs[k] for k in chosen) / sum(weeks[k] for k in chosen)
        for size in range(1, len(costs) + 1)
        for chosen in itertools.combinations(costs, size)
        if all(full[k] <= set(chosen) for k in chosen)
    )
    assert all(full[k] <= block for k in block)
    assert sum(costs[k] for k in block) / sum(weeks[k] for k in block) == pytest.approx(ratio)


@settings(max_examples=60, deadline=None)
@given(backlogs(most=8))
def test_local_search_keeps_the_order_legal_and_never_costs_more(backlog):
    costs, weeks, before = backlog
    evaluate, start = on_one_team(weeks), tuple(range(len(costs)))
    better = improve_order(start, costs, evaluate, before)
    assert sorted(better) == sorted(start)
    assert legal(better, before)
    assert delay_cost(costs, evaluate(better)) <= delay_cost(costs, evaluate(start))


def test_local_search_calls_no_more_than_it_may():
    calls = []

    def evaluate(order):
        calls.append(order)
        return {item: float(k) for k, item in enumerate(order)}

    improve_order((0, 1, 2, 3), {0: 1, 1: 2, 2: 3, 3: 4}, evaluate, evaluations=5)
    assert len(calls) == 5


def test_local_search_leaves_what_costs_nothing_where_it_never_ends():
    never = {0: float("inf"), 1: 1.0}
    assert improve_order((0, 1), {0: 0.0, 1: 2.0}, lambda order: never) == (0, 1)


def test_equal_ratios_go_by_id_and_an_item_of_no_weeks_first():
    assert cd3_order({3: 2, 1: 2, 2: 1}, {3: 2, 1: 2, 2: 0}) == (2, 1, 3)


def test_nothing_to_do_is_an_empty_order():
    assert cd3_order({}, {}) == ()
    assert improve_order((), {}, lambda order: {}) == ()


def test_forty_predecessors_come_before_what_waits_for_them():
    costs = dict.fromkeys(range(40), 0.0) | {40: 5.0}
    order = cd3_order(costs, dict.fromkeys(costs, 1.0), {40: range(40)})
    assert order[-1] == 40


@pytest.mark.parametrize(
    ("costs", "weeks", "before", "words"),
    [
        ({1: -1}, {1: 1}, {}, "negative"),
        ({1: 1}, {1: -1}, {}, "negative"),
        ({1: 1}, {1: 1}, {1: [2]}, "different items"),
        ({1: 1, 2: 1}, {1: 1, 2: 1}, {1: [2], 2: [1]}, "circle"),
    ],
)
def test_nonsense_is_refused(costs, weeks, before, words):
    with pytest.raises(ValueError, match=words):
        cd3_order(costs, weeks, before)


@pytest.mark.parametrize("order", [(1,), (1, 1), (2, 1)])
def test_an_order_that_is_none_is_refused(order):
    with pytest.raises(ValueError, match="every item once"):
        improve_order(order, {1: 1, 2: 1}, lambda order: {1: 1, 2: 2}, {2: [1]})


def simulated(made):
    """P50 of the simulator in weeks, by item."""
    result = simulate(made, trials=64, seed=1)
    return {row.id: (row.finish.p50 - made.today).days / 7 for row in result.items}


def test_a_plan_is_ordered_by_what_waiting_costs():
    made = plan(item(1, 10), item(2, 2), item(3, 3))
    assert value_order(made, {1: 1.0, 2: 5.0, 3: 2.0}, simulated) == (2, 3, 1)


def test_a_parent_earns_when_the_last_of_its_parts_is_done():
    made = plan(item(1, 4), item(2, 9), item(3, 2, parent=2), item(4, 2, parent=2))
    order = value_order(made, {1: 4.0, 2: 9.0}, simulated)
    assert order == (3, 4, 1)


def test_the_bottleneck_is_the_team_with_most_to_do_for_its_places():
    made = plan(item(1, 10), item(2, 10, team=2), item(3, 5, team=2), teams=(team(), team(2, 3)))
    weeks = bottleneck_weeks(Generation(made, Structure.of(made), Clocks(made)))
    assert weeks == {1: pytest.approx(2), 2: 0, 3: 0}
    free = plan(item(1, 5, team=None), teams=())
    assert bottleneck_weeks(Generation(free, Structure.of(free), Clocks(free))) == {1: 1}


@pytest.mark.thorough
@quick
@given(plans(), st.lists(st.integers(0, 9), min_size=8, max_size=8))
def test_the_simulator_never_finds_the_value_order_costlier_than_the_present_one(made, costs):
    priced = {each.id: float(cost) for each, cost in zip(made.items, costs, strict=False)}

    def evaluate(of):
        return {
            row.id: 999.0 if row.finish.p50 is None else float((row.finish.p50 - of.today).days)
            for row in simulate(of, trials=64, seed=1).items
        }

    present = replace(made, order=start_order(made))
    found = value_order(present, priced, evaluate, evaluations=12)
    assert sorted(found) == sorted(present.order)
    after = delay_cost(priced, evaluate(replace(made, order=found)))
    assert after <= delay_cost(priced, evaluate(present))


def test_a_cost_of_finished_work_is_refused():
    with pytest.raises(ValueError, match="nothing left"):
        value_order(plan(item(1)), {7: 1.0}, simulated)
