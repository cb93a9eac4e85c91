"""What a budget pays."""

import itertools
import math
import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from debt.maths.payoff import Candidate, Ranking, Reason, choose, curve, steps_of


def row(id, cost, net, *, back=1.0, chance=0.5, needs=()):
    return Candidate(id=id, cost=cost, net=net, back=back, chance=chance, needs=frozenset(needs))


def test_the_most_gain_for_a_day_comes_first():
    found = choose([row(1, 10, 5), row(2, 2, 4), row(3, 5, 5)], 100)
    assert found.chosen == (2, 3, 1)


def test_the_surer_one_comes_first_where_the_gain_for_a_day_is_the_same():
    assert choose([row(1, 2, 2, chance=0.4), row(2, 2, 2, chance=0.6)], 2).chosen == (2,)


def test_what_does_not_fit_is_passed_over_and_a_smaller_one_fills_what_is_left():
    found = choose([row(1, 4, 8), row(2, 10, 15), row(3, 3, 3)], 8)
    assert found.chosen == (1, 3)
    assert found.left == {2: Reason.DOES_NOT_FIT}
    assert found.enough == {2: 14}
    assert 2 in choose([row(1, 4, 8), row(2, 10, 15), row(3, 3, 3)], 14).chosen


def test_what_gains_nothing_is_never_chosen():
    found = choose([row(1, 4, -0.1), row(2, 4, 0)], 100)
    assert found.chosen == ()
    assert set(found.left.values()) == {Reason.NO_GAIN}


def test_what_an_item_needs_is_paid_before_it_and_weighed_with_it():
    rows = [row(1, 10, 20, needs=[2]), row(2, 10, -5), row(3, 5, 7)]
    assert choose(rows, 100).chosen == (3, 2, 1)
    assert choose(rows, 15).chosen == (3,)


def test_an_item_that_gains_nothing_together_with_its_needs_is_left():
    rows = [row(1, 10, 3, needs=[2]), row(2, 10, -5)]
    assert choose(rows, 100).left == {1: Reason.NO_GAIN, 2: Reason.NO_GAIN}


def test_needs_that_are_no_candidates_are_met_elsewhere():
    assert choose([row(1, 1, 1, needs=[99])], 1).chosen == (1,)


def test_a_circle_of_needs_is_refused():
    with pytest.raises(ValueError, match="cannot need itself"):
        choose([row(1, 1, 1, needs=[2]), row(2, 1, 1, needs=[1])], 1)


def test_a_negative_budget_and_free_work_are_refused():
    with pytest.raises(ValueError, match="negative"):
        choose([], -1)
    with pytest.raises(ValueError, match="costs"):
        row(1, 0, 1)


def test_the_slider_goes_to_a_round_number_by_round_steps():
    assert steps_of(38.6) == (40, 2)
    assert steps_of(120) == (120, 5)
    assert steps_of(0) == (1, 1)


some = st.lists(
    st.builds(
        row,
        st.integers(1, 10**6),
        st.floats(0.1, 50),
        st.floats(-50, 50),
        back=st.floats(0, 5),
        chance=st.floats(0, 1),
    ),
    max_size=9,
    unique_by=lambda each: each.id,
)


@given(some, st.floats(0, 200))
def test_it_never_spends_more_and_never_misses_the_best_by_more_than_one_item(rows, budget):
    found = choose(rows, budget)
    assert found.spent <= budget + 1e-6
    assert set(found.chosen) | set(found.left) == {each.id for each in rows}
    best = max(
        sum(each.net for each in group)
        for size in range(len(rows) + 1)
        for group in itertools.combinations(rows, size)
        if sum(each.cost for each in group) <= budget
    )
    largest = max((each.net for each in rows), default=0)
    assert found.net >= best - max(largest, 0) - 1e-6


@given(some, st.randoms())
def test_the_order_of_rows_changes_nothing(rows, random):
    shuffled = random.sample(rows, len(rows))
    assert choose(shuffled, 40).chosen == choose(rows, 40).chosen


def test_a_curve_gives_what_each_budget_gives_back():
    rows = [row(1, 2, 4, back=3), row(2, 5, 5, back=1)]
    assert curve(rows, [0, 2, 7]) == [0, 3, 4]


def test_an_item_that_another_needs_says_for_whose_sake_it_is_paid():
    rows = [row(1, 10, 20, needs=[2]), row(2, 10, -5), row(3, 5, 7)]
    assert choose(rows, 100).for_whom == {2: 1}


def test_what_a_passed_over_item_needs_is_paid_before_another_that_needs_it_too():
    rows = [row(1, 50, 90, needs=[2]), row(2, 10, -1), row(3, 5, 4, needs=[2])]
    assert choose(rows, 20).chosen == (2, 3)


def test_where_an_item_does_not_fit_what_it_needs_is_still_paid_for_its_own_gain():
    rows = [row(1, 50, 90, needs=[2]), row(2, 10, 3)]
    found = choose(rows, 20)
    assert found.chosen == (2,)
    assert found.left == {1: Reason.DOES_NOT_FIT}
    assert found.enough == {1: 60}
    assert choose(rows, 60).chosen == (2, 1)


@given(
    st.lists(st.tuples(st.floats(0.5, 20), st.floats(-10, 30), st.integers(0, 2**12)), max_size=12),
    st.floats(0, 150),
)
def test_nothing_is_paid_before_what_it_needs_whatever_the_budget(given_rows, budget):
    rows = [
        row(n, cost, net, needs=[each for each in range(n) if bits >> each & 1])
        for n, (cost, net, bits) in enumerate(given_rows)
    ]
    found = choose(rows, budget)
    for place, id in enumerate(found.chosen):
        assert rows[id].needs <= set(found.chosen[:place])
    assert found.spent == pytest.approx(sum(rows[id].cost for id in found.chosen))
    assert found.spent <= budget + 1e-6
    assert set(found.chosen) | set(found.left) == set(range(len(rows)))
    assert not set(found.chosen) & set(found.left)


@given(
    st.lists(st.tuples(st.floats(0.5, 20), st.floats(-10, 30), st.integers(0, 2**8)), max_size=8)
)
def test_enough_is_enough(given_rows):
    rows = [
        row(n, cost, net, needs=[each for each in range(n) if bits >> each & 1])
        for n, (cost, net, bits) in enumerate(given_rows)
    ]
    for id, budget in choose(rows, 10).enough.items():
        assert id in choose(rows, budget).chosen


def timed(act):
    """Seconds of the processor that something takes, and what it gives."""
    since = time.process_time()
    found = act()
    return time.process_time() - since, found


def test_a_long_chain_of_needs_is_paid_from_its_end_and_quickly():
    rows = [row(n, 1, 1, needs=[n - 1]) for n in range(1, 1101)]
    seconds, order = timed(lambda: Ranking.of(rows))
    assert order.spend(math.inf).chosen == tuple(range(1, 1101))
    assert order.spend(500.5).chosen == tuple(range(1, 501))
    assert order.spend(500.5).enough[1100] == 1100
    assert seconds < 1  # 0.1 s on an idle machine; it grew with the cube of the chain once


def test_many_items_with_two_needs_each_are_ranked_quickly():
    draw = random.Random(3)
    rows = [
        row(n, 1 + n % 7, draw.uniform(-5, 5), needs=draw.sample(range(max(0, n - 30), n), 2))
        for n in range(2, 1000)
    ]
    seconds, order = timed(lambda: Ranking.of(rows))
    assert seconds < 1
    seconds, found = timed(lambda: curve(rows, range(0, 3000, 100)))
    assert found == sorted(found)
    assert found[-1] == order.spend(math.inf).back
    assert seconds < 1


def by_trying(rows, budget):
    """The same choice by its definition: each time, all that could be taken is weighed anew."""
    known = {each.id: each for each in rows}

    def behind(id):
        needs = [other for need in sorted(known[id].needs) for other in behind(need)]
        return list(dict.fromkeys([*needs, id]))

    ranked, taken = [], set()
    while True:
        open_groups = [
            (id, [other for other in behind(id) if other not in taken])
            for id in known
            if id not in taken
        ]
        weighed = [
            (
                sum(known[other].net for other in fresh)
                / sum(known[other].cost for other in fresh),
                known[id].chance,
                -id,
            )
            for id, fresh in open_groups
        ]
        best = max(weighed, default=(0, 0, 0))
        if best[0] <= 0:
            break
        ranked.append(-best[2])
        taken.update(behind(-best[2]))
    chosen = []
    for id in ranked:
        fresh = [other for other in behind(id) if other not in chosen]
        for count in range(len(fresh), 0, -1):
            part = [known[other] for other in fresh[:count]]
            gains = count == len(fresh) or sum(each.net for each in part) > 0
            fits = sum(each.cost for each in [known[other] for other in chosen] + part) <= budget
            if gains and fits:
                chosen += fresh[:count]
                break
    return tuple(chosen)


@given(
    st.lists(
        st.tuples(st.integers(1, 9), st.integers(-9, 20), st.integers(0, 2**9), st.integers(0, 2)),
        max_size=9,
    ),
    st.integers(0, 60),
)
def test_it_chooses_what_weighing_everything_anew_chooses(given_rows, budget):
    rows = [
        row(n, cost, net, chance=third / 4, needs=[each for each in range(n) if bits >> each & 1])
        for n, (cost, net, bits, third) in enumerate(given_rows)
    ]
    assert choose(rows, budget).chosen == by_trying(rows, budget)
