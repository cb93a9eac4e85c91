import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradeoffs.maths.weights import (
    ahp,
    from_order,
    from_pairs,
    judgement,
    rank_order_centroid,
    swing,
    together,
)

DRINKS = ["coffee", "wine", "tea", "beer", "soda", "milk", "water"]
JUDGED = {
    ("coffee", "wine"): 9, ("coffee", "tea"): 5, ("coffee", "beer"): 2, ("coffee", "soda"): 1,
    ("coffee", "milk"): 1, ("coffee", "water"): 1 / 2, ("wine", "tea"): 1 / 3,
    ("wine", "beer"): 1 / 9, ("wine", "soda"): 1 / 9, ("wine", "milk"): 1 / 9,
    ("wine", "water"): 1 / 9, ("tea", "beer"): 1 / 3, ("tea", "soda"): 1 / 4,
    ("tea", "milk"): 1 / 3, ("tea", "water"): 1 / 9, ("beer", "soda"): 1 / 2, ("beer", "milk"): 1,
    ("beer", "water"): 1 / 3, ("soda", "milk"): 2, ("soda", "water"): 1 / 2,
    ("milk", "water"): 1 / 3,
}  # fmt: skip


def drinks():
    return from_pairs(7, {(DRINKS.index(a), DRINKS.index(b)): v for (a, b), v in JUDGED.items()})


def test_the_centroids_of_three_and_four_criteria():
    """Barron & Barrett, Management Science 42(11), 1996, table 1."""
    assert [round(w, 4) for w in rank_order_centroid(3)] == [0.6111, 0.2778, 0.1111]
    assert [round(w, 4) for w in rank_order_centroid(4)] == [0.5208, 0.2708, 0.1458, 0.0625]


def test_no_criteria_have_no_order():
    with pytest.raises(ValueError, match="at least one"):
        rank_order_centroid(0)


def test_equals_share_the_mean_of_their_places():
    assert from_order([2, 1, 2]) == pytest.approx([(5 / 18 + 2 / 18) / 2, 11 / 18, 7 / 36])


@given(st.lists(st.integers(1, 9), min_size=1, max_size=12))
def test_an_order_becomes_weights_that_keep_it(places):
    weights = from_order(places)
    assert sum(weights) == pytest.approx(1)
    for a, wa in zip(places, weights, strict=True):
        for b, wb in zip(places, weights, strict=True):
            assert (a < b) <= (wa > wb)


def test_swings_are_scaled_to_add_to_1():
    """Points 100, 80, 20: weights 0.5, 0.4, 0.1."""
    assert swing([100, 80, 20]) == pytest.approx((0.5, 0.4, 0.1))


@pytest.mark.parametrize("points", [[90, 80], [0, 0], [], [100, 101], [100, -1], [float("nan")]])
def test_swings_need_one_of_100_and_none_beyond(points):
    with pytest.raises(ValueError, match="swing"):
        swing(points)


def test_saaty_s_consumption_of_drinks():
    """Saaty's seven drinks, as in the readme of PhilipGriffith/AHPy, three decimals."""
    found = ahp(drinks())
    said = [0.177, 0.019, 0.042, 0.116, 0.190, 0.129, 0.327]
    assert list(found.weights) == pytest.approx(said, abs=6e-4)
    assert found.cr == pytest.approx(0.022, abs=5e-4)
    assert found.acceptable


def test_three_leaders_compared_on_experience():
    """Tom, Dick and Harry (Wikipedia, AHP leader example): 0.217, 0.717, 0.066; CR 0.035."""
    found = ahp([[1, 1 / 4, 4], [4, 1, 9], [1 / 4, 1 / 9, 1]])
    assert [round(w, 3) for w in found.weights] == [0.217, 0.717, 0.066]
    assert found.lambda_max == pytest.approx(3.037, abs=5e-4)
    assert found.cr == pytest.approx(0.035, abs=5e-4)


def test_the_older_table_is_named_and_gives_another_ratio():
    found = ahp([[1, 1 / 4, 4], [4, 1, 9], [1 / 4, 1 / 9, 1]], edition="saaty1980")
    assert (found.edition, round(found.cr, 4)) == ("saaty1980", round(found.ci / 0.58, 4))


def test_consistent_judgements_give_back_their_weights():
    found = ahp([[1, 2, 4], [1 / 2, 1, 2], [1 / 4, 1 / 2, 1]])
    assert found.weights == pytest.approx((4 / 7, 2 / 7, 1 / 7))
    assert (found.lambda_max, found.cr) == (pytest.approx(3), pytest.approx(0, abs=1e-9))


def test_inconsistent_judgements_are_shown_with_their_worst_pair():
    """Consistent with weights 8 : 4 : 2 : 1 but for the last, 1/5 where 8 is meant: not refused."""
    pairs = {(0, 1): 2, (0, 2): 4, (1, 2): 2, (1, 3): 4, (2, 3): 2, (0, 3): 1 / 5}
    found = ahp(from_pairs(4, pairs))
    assert not found.acceptable
    assert found.worst == (0, 3)
    assert found.implied == pytest.approx(0.904, abs=5e-4)


@pytest.mark.parametrize(("n", "cr"), [(1, 0), (2, 0)])
def test_two_criteria_cannot_contradict_each_other(n, cr):
    assert ahp(from_pairs(n, {(0, 1): 7} if n == 2 else {})).cr == cr


def test_beyond_its_table_an_edition_has_no_ratio():
    found = ahp(from_pairs(16, {}))
    assert found.cr is None
    assert not found.acceptable


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ([], "square"),
        ([[1, 2]], "square"),
        ([[1, 2], [2, 1]], "inverse"),
        ([[1, 0], [1, 1]], "above 0"),
        ([[1, float("inf")], [0.1, 1]], "above 0"),
        ([[2]], "inverse"),
    ],
)
def test_what_is_no_reciprocal_matrix_is_refused(bad, says):
    with pytest.raises(ValueError, match=says):
        ahp(bad)


def test_several_people_are_joined_by_the_geometric_mean():
    """Aczel & Saaty, Journal of Mathematical Psychology 27(1), 1983: 2 and 8 make 4."""
    joined = together([from_pairs(2, {(0, 1): 2}), from_pairs(2, {(0, 1): 8})])
    assert joined == [
        [pytest.approx(1), pytest.approx(4)],
        [pytest.approx(1 / 4), pytest.approx(1)],
    ]


def test_nobody_and_unlike_matrices_cannot_be_joined():
    for bad in ([], [[[1]], [[1, 1], [1, 1]]]):
        with pytest.raises(ValueError, match="everybody"):
            together(bad)


@pytest.mark.parametrize(("text", "value"), [("1/3", 1 / 3), ("5", 5), (" 0.5 ", 0.5), (7, 7)])
def test_a_judgement_may_be_a_fraction(text, value):
    assert judgement(text) == pytest.approx(value)


LONG = ["1e10000000", "1e-9999999", "1" * 50_000]


@pytest.mark.parametrize("text", ["", "a", "1/0", "-2", "0", "1e999", "nan", *LONG])
def test_what_is_no_ratio_is_refused(text):
    with pytest.raises(ValueError, match="judgement"):
        judgement(text)
