from math import dist

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tradeoffs.maths.stability import (
    flips,
    hold,
    holds,
    most_critical,
    nearest_tie,
    order_hold,
    radius,
)
from tradeoffs.maths.weighing import Criterion, Range, normalise, weigh


def matrix(weights, rows):
    """A matrix on a scale from 0 to 1; None stays not scored."""
    criteria = [Criterion(f"C{j}", 0, 1, w) for j, w in enumerate(weights)]
    return weigh(criteria, [[None if x is None else Range(x, x, x) for x in row] for row in rows])


def score(row, shares, k, t):
    """S_i(t), straight from its definition: the others scaled by (1 - t) / (1 - w_k)."""
    scale = (1 - t) / (1 - shares[k])
    return sum(
        v * (t if j == k else w * scale) for j, (v, w) in enumerate(zip(row, shares, strict=True))
    )


def test_the_hand_example_holds_from_one_half():
    """v_A = (1, 0), v_B = (0, 1), w = (0.7, 0.3): R_A = 0, R_B = 1, t* = 0.5."""
    one = hold([[1, 0], [0, 1]], [0.7, 0.3], winner=0, criterion=0)
    assert (one.lower, one.upper) == (pytest.approx(0.5), 1)
    assert (one.below, one.above) == (1, None)


def test_the_other_weight_of_the_hand_example_mirrors_it():
    one = hold([[1, 0], [0, 1]], [0.7, 0.3], winner=0, criterion=1)
    assert (one.lower, one.upper) == (0, pytest.approx(0.5))
    assert (one.below, one.above) == (None, 1)


def test_the_nearest_challenger_is_named_at_each_edge():
    values = [[0.6, 0.6], [1, 0.1], [0, 0.95]]
    one = hold(values, [0.5, 0.5], winner=0, criterion=0)
    assert (one.below, one.above) == (2, 1)
    assert one.lower == pytest.approx(0.35 / 0.95)
    assert one.upper == pytest.approx(0.5 / 0.9)


def test_a_beaten_option_takes_over_at_no_weight():
    assert hold([[1, 0.5], [0.5, 0.2]], [0.4, 0.6], winner=0, criterion=0).edges() == []


def test_a_tie_is_a_point():
    one = hold([[1, 0], [0, 1]], [0.5, 0.5], winner=0, criterion=0)
    assert (one.lower, one.upper, one.below) == (0.5, 0.5, 1)


def test_a_criterion_that_weighs_everything_leaves_the_others_equal():
    one = hold([[1, 0, 0.2], [0.5, 1, 0.4]], [1, 0, 0], winner=0, criterion=0)
    assert one.lower == pytest.approx((0.1 - 0.7) / ((0.1 - 0.7) - 0.5))


def test_a_single_criterion_cannot_change_the_leader():
    one = hold([[1], [0]], [1], winner=0, criterion=0)
    assert (one.lower, one.upper, one.edges()) == (0, 1, [])


def test_an_option_that_does_not_lead_is_refused():
    with pytest.raises(ValueError, match="must lead"):
        hold([[0], [1]], [1], winner=0, criterion=0)


def test_stable_weights_of_nothing_are_refused():
    with pytest.raises(ValueError, match="nothing is ranked"):
        holds(matrix([1], [[None]]))


@given(
    st.lists(st.integers(1, 9), min_size=2, max_size=4),
    st.lists(st.lists(st.integers(0, 10), min_size=4, max_size=4), min_size=2, max_size=4),
    st.data(),
)
def test_the_winner_leads_inside_the_interval_and_loses_beyond_it(weights, rows, data):
    shares = normalise(weights)
    values = [[x / 10 for x in row[: len(weights)]] for row in rows]
    scores = [sum(w * v for w, v in zip(shares, row, strict=True)) for row in values]
    winner = max(range(len(values)), key=scores.__getitem__)
    assume(sum(s > scores[winner] - 1e-6 for s in scores) == 1)
    k = data.draw(st.integers(0, len(weights) - 1))
    one = hold(values, shares, winner=winner, criterion=k)

    def lead(t):
        mine = score(values[winner], shares, k, t)
        return min(mine - score(row, shares, k, t) for i, row in enumerate(values) if i != winner)

    assert one.lower <= shares[k] <= one.upper
    for part in (0.01, 0.5, 0.99):
        assert lead(one.lower + part * (one.upper - one.lower)) > -1e-9
    if one.below is not None:
        assert lead(one.lower) == pytest.approx(0, abs=1e-9)
        assert lead(one.lower * 0.9) < 0
    if one.above is not None:
        assert lead(one.upper) == pytest.approx(0, abs=1e-9)
        assert lead(one.upper + 0.1 * (1 - one.upper)) < 0


def test_the_most_critical_weight_needs_the_smallest_relative_move():
    result = matrix([0.6, 0.4], [[0.7, 0.4], [0.4, 0.75]])
    critical = most_critical(holds(result))
    assert critical.criterion == 0
    assert critical.lower == pytest.approx(0.35 / 0.65)


def test_the_whole_order_holds_where_each_neighbour_stays_behind():
    values = [[0.8, 0.3, 0.5], [0.4, 0.9, 0.6], [0.5, 0.5, 0.55]]
    shares = (0.6, 0.2, 0.2)
    lower, upper = order_hold(values, shares, criterion=0)

    def order(t):
        scores = [score(row, shares, 0, t) for row in values]
        return sorted(range(3), key=lambda i: -scores[i])

    assert order(0.6) == order(lower + 1e-6) == order(upper - 1e-6)
    assert order(lower - 1e-6) != order(0.6) != order(upper + 1e-6)


def test_the_smallest_flip_of_a_cell_ties_the_challenger():
    """S_A - S_B = 0.10 and w_1 = 0.6: the first cell of A falls by 0.1667."""
    values, shares = [[0.8, 0.3, 0.5], [0.4, 0.9, 0.6]], (0.6, 0.2, 0.2)
    first = flips(values, shares, winner=0)[0]
    assert (first.option, first.criterion, first.challenger) == (0, 0, 1)
    assert first.change == pytest.approx(-0.1 / 0.6)
    after = [[first.value, 0.3, 0.5], values[1]]
    scores = [sum(w * v for w, v in zip(shares, row, strict=True)) for row in after]
    assert scores[0] == pytest.approx(scores[1])


def test_a_cell_that_would_leave_its_scale_flips_nothing():
    assert flips([[1, 1], [0, 0]], (0.5, 0.5), winner=0) == []
    assert flips([[1, 1]], (0.5, 0.5), winner=0) == []


def test_the_nearest_tie_of_two_opposites_is_in_the_middle():
    """d = (1, -1), w = (0.7, 0.3): distance 0.4 / sqrt 2, at (0.5, 0.5)."""
    values = [[1, 0], [0, 1]]
    assert nearest_tie(values, (0.7, 0.3), winner=0, challenger=1) == pytest.approx((0.5, 0.5))
    assert radius(values, (0.7, 0.3), winner=0) == (pytest.approx(0.4 / 2**0.5), 1)


def test_a_beaten_option_is_at_no_distance():
    assert radius([[1, 0.5], [0.5, 0.2]], (0.4, 0.6), winner=0) is None


@given(
    st.lists(st.integers(1, 20), min_size=3, max_size=4),
    st.lists(st.lists(st.integers(0, 10), min_size=4, max_size=4), min_size=2, max_size=2),
)
def test_no_weights_that_tie_lie_nearer(points, rows):
    shares = normalise(points)
    values = [[x / 10 for x in row[: len(points)]] for row in rows]
    scores = [sum(w * v for w, v in zip(shares, row, strict=True)) for row in values]
    winner = 0 if scores[0] >= scores[1] else 1
    found = nearest_tie(values, shares, winner=winner, challenger=1 - winner)
    assume(found is not None and values[0] != values[1])
    gap = [a - b for a, b in zip(values[winner], values[1 - winner], strict=True)]
    assert sum(found) == pytest.approx(1)
    assert min(found) >= 0
    assert sum(g * w for g, w in zip(gap, found, strict=True)) == pytest.approx(0, abs=1e-7)
    away = dist(found, shares)
    for i in range(len(gap)):
        for j in range(i):
            if gap[i] * gap[j] < 0:
                edge = [0.0] * len(gap)
                edge[i], edge[j] = gap[j] / (gap[j] - gap[i]), -gap[i] / (gap[j] - gap[i])
                assert away <= dist(edge, shares) + 1e-6
