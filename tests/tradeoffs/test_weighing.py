from math import inf, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradeoffs.maths.weighing import Criterion, Range, normalise, weigh, worth

SHARES = st.lists(st.floats(0.01, 1), min_size=1, max_size=6)


def exactly(x):
    return Range(x, x, x)


def nine(name="Security", weight=1.0, must=None):
    return Criterion(name, 1, 9, weight, must)


@st.composite
def matrices(draw, missing=True):
    weights = draw(SHARES)
    cell = st.lists(st.integers(1, 9), min_size=3, max_size=3).map(lambda x: Range(*sorted(x)))
    cells = st.none() | cell if missing else cell
    rows = st.lists(cells, min_size=len(weights), max_size=len(weights))
    return [nine(str(j), w) for j, w in enumerate(weights)], draw(
        st.lists(rows, min_size=1, max_size=5)
    )


def test_a_value_is_placed_between_its_anchors():
    assert worth(30, worst=60, best=0) == 0.5
    assert worth(3, worst=1, best=9) == 0.25


def test_a_value_beyond_an_anchor_stays_on_the_scale():
    assert worth(90, worst=60, best=0) == 0
    assert worth(11, worst=1, best=9) == 1


def test_equal_anchors_are_refused():
    with pytest.raises(ValueError, match="must differ"):
        worth(1, worst=2, best=2)
    with pytest.raises(ValueError, match="Cost: the worst and the best anchor must differ"):
        Criterion("Cost", 2, 2, 1)


@pytest.mark.parametrize("bad", [nan, inf])
def test_numbers_that_are_not_finite_are_refused(bad):
    with pytest.raises(ValueError, match="finite"):
        Range(bad, bad, bad)
    with pytest.raises(ValueError, match="finite"):
        Criterion("Cost", bad, 0, 1)
    with pytest.raises(ValueError, match="finite"):
        Criterion("Cost", 1, 0, 1, must=bad)


def test_a_range_out_of_order_is_refused():
    with pytest.raises(ValueError, match="low, likely, high"):
        Range(3, 2, 4)


def test_weights_are_scaled_to_add_to_one():
    assert normalise([40, 30, 10]) == (0.5, 0.375, 0.125)


def test_weights_of_nothing_are_refused():
    for none in ([], [0, 0]):
        with pytest.raises(ValueError, match="must weigh something"):
            normalise(none)


@pytest.mark.parametrize("bad", [-1, nan, inf])
def test_a_negative_or_endless_weight_is_refused(bad):
    with pytest.raises(ValueError, match="cannot be negative"):
        normalise([1, bad])


def test_a_total_is_the_weighted_sum():
    criteria = [nine(weight=3), Criterion("Cost", 100, 0, 1)]
    total = weigh(criteria, [[exactly(5), exactly(20)]]).totals[0]
    assert total.middle == pytest.approx(0.75 * 0.5 + 0.25 * 0.8)
    assert (total.low, total.high) == (total.middle, total.middle)


def test_a_missing_cell_opens_an_interval_and_is_never_zero():
    total = weigh([nine(weight=3), nine(weight=1)], [[exactly(5), None]]).totals[0]
    assert (total.floor, total.ceiling) == (0.375, 0.625)
    assert total.middle == 0.5
    assert not total.is_complete


def test_an_option_without_a_score_has_no_rank():
    assert weigh([nine()], [[exactly(2)], [None]]).ranks == (1, None)


def test_equal_totals_share_a_rank_and_the_next_is_skipped():
    ranks = weigh([nine()], [[exactly(5)], [exactly(7)], [exactly(5)], [exactly(2)]]).ranks
    assert ranks == (2, 1, 2, 4)


def test_falling_short_of_a_must_have_puts_an_option_out():
    more = weigh([nine(must=6)], [[exactly(5)], [exactly(6)]])
    less = weigh([Criterion("Cost", 100, 0, 1, must=40)], [[exactly(41)], [exactly(40)]])
    for result in (more, less):
        assert result.ranks == (None, 1)
        assert result.totals[0].fails == (0,)


def test_an_unscored_must_have_puts_nothing_out():
    assert weigh([nine(must=6), nine()], [[None, exactly(5)]]).ranks == (1,)


def test_a_dominated_option_names_what_beats_it():
    result = weigh([nine(), nine()], [[exactly(3), exactly(4)], [exactly(3), exactly(6)]])
    assert result.beaten_by == (1, None)


def test_an_option_that_is_out_beats_nobody_and_need_not_be_beaten():
    criteria = [nine(must=6), nine()]
    out, low, high = ([exactly(a), exactly(b)] for a, b in ((5, 9), (6, 2), (6, 3)))
    assert weigh(criteria, [out, low]).beaten_by == (None, None)
    assert weigh(criteria, [out, low, high]).beaten_by == (None, 2, None)
    less = [Criterion("Cost", 100, 0, 1, must=40), nine()]
    assert weigh(less, [[exactly(41), exactly(1)], [exactly(40), exactly(9)]]).beaten_by == (
        None, None,
    )  # fmt: skip


def test_a_rounding_beats_nobody():
    rows = [[exactly(3), exactly(5)], [exactly(3 - 1e-12), exactly(5 + 1e-12)]]
    assert weigh([nine(), nine()], rows).beaten_by == (None, None)
    better = [[exactly(3), exactly(5)], [exactly(3 - 1e-12), exactly(6)]]
    assert weigh([nine(), nine()], better).beaten_by == (1, None)


def test_equal_options_do_not_beat_each_other():
    assert weigh([nine()], [[exactly(3)], [exactly(3)]]).beaten_by == (None, None)


def test_a_missing_cell_is_not_held_against_an_option():
    result = weigh([nine(), nine()], [[exactly(3), None], [exactly(5), exactly(8)]])
    assert result.beaten_by == (None, None)


def test_a_criterion_on_which_all_are_equal_is_marked_flat():
    criteria = [nine(), nine()]
    assert weigh(criteria, [[exactly(3), exactly(5)], [exactly(3), exactly(6)]]).flat == (0,)


def test_rows_of_another_length_are_refused():
    with pytest.raises(ValueError, match="one cell, scored or not, for each criterion"):
        weigh([nine()], [[exactly(1), exactly(2)]])


def test_the_range_of_a_total_is_close_to_ten_thousand_draws():
    """Cells as half-normals joined at the median, independent."""
    criteria = [nine(weight=w) for w in (3, 2, 2, 1)]
    row = [Range(4, 5, 6), Range(3, 5, 6.5), Range(5, 6, 7), Range(2, 4, 6)]
    total = weigh(criteria, [row]).totals[0]
    rng = np.random.default_rng(7)
    drawn = np.zeros(10_000)
    for share, cell in zip((3 / 8, 2 / 8, 2 / 8, 1 / 8), row, strict=True):
        z = rng.standard_normal(10_000) / 1.2815515655446004
        x = cell.p50 + np.where(z < 0, z * (cell.p50 - cell.p10), z * (cell.p90 - cell.p50))
        drawn += share * np.clip((x - 1) / 8, 0, 1)
    p10, p90 = np.quantile(drawn, [0.1, 0.9])
    assert total.low == pytest.approx(p10, abs=0.01)
    assert total.high == pytest.approx(p90, abs=0.01)


@given(SHARES)
def test_normalised_weights_add_to_one_and_keep_their_order(weights):
    shares = normalise(weights)
    assert sum(shares) == pytest.approx(1)
    in_order = [share for _, share in sorted(zip(weights, shares, strict=True))]
    assert in_order == sorted(in_order)


@given(matrices())
def test_the_parts_sum_to_the_total_and_the_range_holds_it(matrix):
    for total in weigh(*matrix).totals:
        assert sum(p.middle for p in total.parts) == pytest.approx(total.middle)
        assert 0 <= total.low <= total.floor + 1e-12
        assert total.floor <= total.middle <= total.ceiling
        assert total.ceiling - 1e-12 <= total.high <= 1


@given(matrices(), st.data())
def test_the_differences_of_two_options_sum_to_the_lead(matrix, data):
    result = weigh(*matrix)
    a, b = (data.draw(st.integers(0, len(result.totals) - 1)) for _ in "ab")
    steps = result.difference(a, b)
    lead = result.totals[a].middle - result.totals[b].middle
    assert sum(step for _, step in steps) == pytest.approx(lead, abs=1e-12)
    assert [step for _, step in steps] == sorted((s for _, s in steps), reverse=True)


@given(matrices(missing=False))
def test_an_option_that_is_beaten_never_ranks_above_what_beats_it(matrix):
    result = weigh(*matrix)
    for i, other in enumerate(result.beaten_by):
        if other is not None:
            assert result.ranks[other] <= result.ranks[i]


@given(matrices(missing=False))
def test_adding_an_option_at_the_worst_anchor_changes_no_other_rank(matrix):
    criteria, cells = matrix
    poor = [exactly(1)] * len(criteria)
    assert weigh(criteria, [*cells, poor]).ranks[: len(cells)] == weigh(criteria, cells).ranks


@given(matrices())
def test_scoring_a_missing_cell_keeps_the_total_inside_its_interval(matrix):
    criteria, cells = matrix
    before = weigh(criteria, cells)
    filled = weigh(criteria, [[c or exactly(6) for c in row] for row in cells])
    for was, now in zip(before.totals, filled.totals, strict=True):
        assert was.floor - 1e-12 <= now.middle <= was.ceiling + 1e-12
