import pytest

from tradeoffs.maths import agreement
from tradeoffs.maths.agreement import kendall_w, mid_ranks, spread, winners_without


def test_three_interviewers_and_six_applicants():
    """Siegel, Nonparametric Statistics, 1956, ch. 9: R = 8, 14, 11, 11, 11, 8 and W = 0.16."""
    ranks = [[1, 6, 3, 2, 5, 4], [1, 5, 6, 4, 2, 3], [6, 3, 2, 5, 4, 1]]
    assert round(kendall_w(ranks), 2) == 0.16
    assert kendall_w(ranks) == pytest.approx(12 * 25.5 / (9 * 210))


def test_ties_are_corrected():
    """Siegel, 1956, ch. 9, with tied observations: W = 0.828."""
    ranks = [
        [1, 4.5, 2, 4.5, 3, 7.5, 6, 9, 7.5, 10],
        [2.5, 1, 2.5, 4.5, 4.5, 8, 9, 6.5, 10, 6.5],
        [2, 1, 4.5, 4.5, 4.5, 4.5, 8, 8, 8, 10],
    ]
    assert kendall_w(ranks) == pytest.approx(0.828, abs=5e-4)


def test_full_agreement_is_1_and_two_opposites_are_0():
    assert kendall_w([[1, 2, 3], [1, 2, 3]]) == 1
    assert kendall_w([[1, 2, 3], [3, 2, 1]]) == 0


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ([], "at least one"),
        ([[1]], "two options"),
        ([[1, 2], [1]], "ranked by everybody"),
        ([[1, 1]], "apart"),
    ],
)
def test_what_has_no_order_is_refused(bad, says):
    with pytest.raises(ValueError, match=says):
        kendall_w(bad)


def test_equals_share_the_mean_of_their_places():
    assert mid_ranks([0.2, 0.1, 0.2]) == [2.5, 1, 2.5]


def test_the_spread_of_what_people_say():
    found = spread([2, 4, 9])
    assert (found.mean, found.low, found.high, found.n) == (5, 2, 9, 3)
    assert found.sd == pytest.approx(13**0.5)
    assert spread([3]).sd == 0


def test_nobody_has_no_spread():
    with pytest.raises(ValueError, match="nobody"):
        spread([])


def test_leaving_one_person_out_may_change_the_leader():
    assert winners_without([[0.9, 0.1], [0.4, 0.5], [0.4, 0.6]]) == [[1], [0], [0]]
    assert winners_without([[0.9, 0.1]]) == [[]]


def test_totals_that_a_rounding_tells_apart_are_ties():
    same, apart = [0.5, 0.5, 0.25], [0.5, 0.5 + 1e-15, 0.25]
    assert agreement.concordance([same, apart]) == agreement.concordance([same, same]) == 1
    assert agreement.concordance([[0.5, 0.5 + 1e-15]] * 2) is None
    assert agreement.concordance([same]) is None
