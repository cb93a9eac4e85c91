import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tradeoffs.stability import hold, holds, most_critical, verdict
from tradeoffs.weighing import Criterion, Range, normalise, weigh


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


def test_a_lead_that_a_near_weight_changes_is_fragile():
    result = verdict(matrix([0.55, 0.45], [[1, 0], [0, 1]]))
    assert (result.word, result.winner, result.runner_up) == ("fragile", 0, 1)
    assert result.lead == pytest.approx(0.1)


def test_a_lead_that_only_a_far_weight_changes_is_stable():
    assert verdict(matrix([0.7, 0.3], [[1, 0], [0, 1]])).word == "stable"


def test_a_tie_is_called_a_tie():
    result = verdict(matrix([0.5, 0.5], [[1, 0], [0, 1]]))
    assert (result.word, result.tied, result.critical) == ("tie", (0, 1), None)


def test_an_option_that_is_out_challenges_nobody():
    criteria = [Criterion("A", 0, 1, 0.55, must=0.5), Criterion("B", 0, 1, 0.45)]
    rows = [[Range(1, 1, 1), Range(0, 0, 0)], [Range(0, 0, 0), Range(1, 1, 1)]]
    result = verdict(weigh(criteria, rows))
    assert (result.winner, result.runner_up, result.critical) == (0, None, None)


def test_an_unscored_cell_that_could_change_the_leader_is_told():
    result = verdict(matrix([1, 1], [[0.8, 0.5], [0.7, None]]))
    assert (result.word, result.missing, result.could) == ("open", 1, (1,))


def test_nothing_scored_gives_no_verdict():
    assert verdict(matrix([1], [[None], [None]])) is None
