import subprocess
import sys
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roadmaps.forecasting.ranges import LEVELS, Triple, bounded_table, quantity_table
from tradeoffs.maths.acceptability import DRAWS, acceptability
from tradeoffs.maths.quantiles import value_tables
from tradeoffs.maths.verdicts import error
from tradeoffs.maths.weighing import Criterion, Range
from tradeoffs.maths.weight_draws import Weights
from tradeoffs.maths.weights import rank_order_centroid

UNIFORM = Weights("uniform")
CLOSE = 0.02
THROMBOLYTICS = [
    [(0.2499, 0.4193, 0.5640), (0.2232, 0.4288, 0.6224), (0.8285, 0.9481, 0.9919)],
    [(0.6399, 0.7590, 0.8528), (0.4083, 0.6151, 0.8009), (0.3974, 0.6356, 0.8101)],
]
"""P10, P50, P90 of the 10,000 samples in gertvv/rsmaa, smaa/inst/extdata/thrombo-meas.txt.gz."""


def drawn(cells, weights=UNIFORM, *, worst=0.0, best=1.0, seed=1, **options):
    rows = [
        [None if x is None else Range(*x) if isinstance(x, tuple) else Range(x, x, x) for x in row]
        for row in cells
    ]
    criteria = [Criterion(str(j), worst, best, 1) for j in range(len(rows[0]))]
    return acceptability(criteria, rows, weights, seed=seed, **options)


def test_two_opposites_share_the_simplex():
    found = drawn([[1, 0], [0, 1]])
    assert found.ranks[0][0] == pytest.approx(0.5, abs=CLOSE)
    assert found.central[0] == pytest.approx((0.75, 0.25), abs=CLOSE)
    assert found.confidence == (1, 1)


def test_acceptability_is_the_length_of_the_winning_weights():
    """v_A = (0.6, 0.6), v_B = (1, 0): A is first while w_1 < 0.6, with mean weight 0.3."""
    found = drawn([[0.6, 0.6], [1, 0]])
    assert [row[0] for row in found.ranks] == pytest.approx([0.6, 0.4], abs=CLOSE)
    assert found.central[0] == pytest.approx((0.3, 0.7), abs=CLOSE)
    assert found.pairwise[0][1] == pytest.approx(0.6, abs=CLOSE)


def test_an_order_halves_the_simplex():
    """With w_1 >= w_2, w_1 is uniform on [0.5, 1]: A is first in a fifth of the draws."""
    found = drawn([[0.6, 0.6], [1, 0]], Weights("ordinal", order=(1, 2)))
    assert found.ranks[0][0] == pytest.approx(0.2, abs=CLOSE)


def test_the_central_weights_of_a_unit_vector_are_rank_order_centroids():
    found = drawn([[1, 0, 0], [0, 1, 0], [0, 0, 1]])
    first, *rest = rank_order_centroid(3)
    assert found.central[0][0] == pytest.approx(first, abs=CLOSE)
    assert found.central[0][1] == pytest.approx(sum(rest) / 2, abs=CLOSE)


def test_ordinal_weights_have_the_centroid_as_their_mean():
    rng = np.random.default_rng(1)
    order = Weights("ordinal", order=(2, 1, 3, 3))
    means = order.draw(rng, 20_000, 4).mean(axis=1)
    a, b, c, d = rank_order_centroid(4)
    assert means == pytest.approx([b, a, (c + d) / 2, (c + d) / 2], abs=0.005)


def test_weights_around_the_stated_have_their_mean_and_kappa_as_their_spread():
    """Dirichlet(kappa w): mean w, variance w (1 - w) / (kappa + 1)."""
    shares = Weights("around", (2, 1, 1), kappa=20).draw(np.random.default_rng(1), 50_000, 3)
    assert shares.mean(axis=1) == pytest.approx([0.5, 0.25, 0.25], abs=0.005)
    assert shares.var(axis=1) == pytest.approx([0.25 / 21, 0.1875 / 21, 0.1875 / 21], rel=0.05)


@pytest.mark.parametrize("high", [1, 0.32])
def test_weights_between_limits_keep_them(high):
    """Three weights within 0.3 to 0.32 are accepted so rarely that a walk takes over."""
    ends = ((0.2, high), (0.3, high), (0.34, 0.36)) if high < 1 else ((0.2, 1), (0, 1), (0, 0.5))
    shares = Weights("intervals", intervals=ends).draw(np.random.default_rng(1), 2_000, 3)
    assert shares.sum(axis=0) == pytest.approx(1)
    for row, (low, most) in zip(shares, ends, strict=True):
        assert low - 1e-9 <= row.min() <= row.max() <= most + 1e-9


def test_fixed_weights_and_exact_scores_decide_once_and_for_all():
    found = drawn([[0.8, 0.2], [0.5, 0.5]], Weights("fixed", (0.7, 0.3)))
    assert found.ranks == ((1, 0), (0, 1))
    assert (found.central[1], found.confidence[1]) == (None, None)


def test_a_share_of_two_normal_scores_is_that_of_their_difference():
    """Half-normals of equal sides are normal: P(A > B) = Phi((a - b) / (s sqrt 2))."""
    sigma = 0.05 / NormalDist().inv_cdf(0.9)
    found = drawn([[(0.5, 0.55, 0.6)], [(0.45, 0.5, 0.55)]])
    said = NormalDist().cdf(0.05 / (sigma * 2**0.5))
    assert found.ranks[0][0] == pytest.approx(said, abs=CLOSE)


def test_the_thrombolytics_of_the_r_package_smaa():
    """smaa/tests/Examples/smaa-Ex.Rout.save: 0.3504, central weights and confidence factors."""
    found = drawn(THROMBOLYTICS, worst=-1, best=2)
    assert found.ranks[0][0] == pytest.approx(0.3504, abs=CLOSE)
    assert found.central[0] == pytest.approx((0.1865, 0.2772, 0.5363), abs=CLOSE)
    assert found.central[1] == pytest.approx((0.4073, 0.3641, 0.2285), abs=CLOSE)
    assert found.confidence == (pytest.approx(0.6682, abs=CLOSE), pytest.approx(0.8956, abs=CLOSE))


def test_the_thrombolytics_with_fixed_weights():
    """smaa(meas, c(0.5, 0.2, 0.3)): 0.1279."""
    found = drawn(THROMBOLYTICS, Weights("fixed", (0.5, 0.2, 0.3)), worst=-1, best=2)
    assert found.ranks[0][0] == pytest.approx(0.1279, abs=CLOSE)


def test_equal_options_share_their_ranks_and_wins():
    found = drawn([[0.5, 0.5], [0.5, 0.5], [0, 0]])
    assert found.ranks == ((0.5, 0.5, 0), (0.5, 0.5, 0), (0, 0, 1))
    assert found.pairwise == ((0, 0.5, 1), (0.5, 0, 1), (0, 0, 0))
    assert found.confidence[0] == 0.5


def test_what_is_not_scored_is_anywhere_on_the_scale():
    assert drawn([[None], [0.25]]).ranks[0][0] == pytest.approx(0.75, abs=CLOSE)


def test_a_group_s_cell_draws_a_scorer_first():
    criteria = [Criterion("A", 0, 1, 1)]
    two = (Range(0.2, 0.2, 0.2), Range(0.8, 0.8, 0.8), Range(0.8, 0.8, 0.8))
    found = acceptability(criteria, [[two], [Range(0.5, 0.5, 0.5)]], UNIFORM, seed=1)
    assert found.ranks[0][0] == pytest.approx(2 / 3, abs=CLOSE)


def test_a_triangle_is_read_by_its_name():
    """Least 0, most likely 0, most 1: above 0.5 in a quarter of the draws; above P50 in half."""
    assert drawn([[(0, 0, 1)], [0.5]], spread="triangular").ranks[0][0] == pytest.approx(
        0.25, abs=CLOSE
    )


def test_what_a_win_needs_is_named():
    found = drawn([[0.6, 0.5], [(0.2, 0.5, 0.8), 0.5]], shifts=1)
    option, criterion, everywhere, there = found.shifts[1][0]
    assert (option, criterion) == (1, 0)
    assert everywhere == pytest.approx(0.5, abs=CLOSE)
    assert there > 0.65


def test_tables_are_those_of_the_forecast():
    triple, flat = Triple(2, 5, 30), Criterion("A", 0, 100, 1)
    score, amount = Range(*triple), Criterion("A", 0, 100, 1, is_quantity=True)
    tables = value_tables(
        [(flat, score), (amount, score), (amount, Range(0, 5, 30))], "p10_p50_p90"
    )
    held = lambda table: [min(1, max(0, x / 100)) for x in table]  # noqa: E731 - two uses, one line
    assert tables[0] == pytest.approx(held(bounded_table(triple, -1e9, 1e9)))
    assert tables[1] == pytest.approx(held(quantity_table(triple)))
    assert tables[2] == pytest.approx(held(bounded_table(Triple(0, 5, 30), -1e9, 1e9)))


def test_a_value_function_bends_what_is_drawn():
    bent = Criterion("A", 0, 1, 1, points=((0, 0), (0.5, 1), (1, 0)))
    table = value_tables([(bent, Range(0.25, 0.5, 0.75))], "p10_p50_p90")[0]
    assert table.max() == pytest.approx(1)
    assert table[0] < 0.1 > table[-1]
    assert len(table) == len(LEVELS)


def test_the_same_seed_gives_the_same_numbers_in_another_process():
    code = (
        "from tests.tradeoffs.test_acceptability import THROMBOLYTICS, drawn;"
        "print(drawn(THROMBOLYTICS, seed=42, draws=3000, shifts=2))"
    )
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert other.stdout.strip() == str(drawn(THROMBOLYTICS, seed=42, draws=3000, shifts=2))


def test_another_seed_gives_others():
    assert drawn(THROMBOLYTICS, seed=1).ranks != drawn(THROMBOLYTICS, seed=2).ranks


MIXED = [
    [Range(0.1, 0.4, 0.9), None, Range(0.5, 0.5, 0.5)],
    [Range(0.1, 0.4, 0.9), [Range(0.2, 0.3, 0.4), Range(0.6, 0.7, 0.8)], Range(0.5, 0.5, 0.5)],
    [Range(0.3, 0.5, 0.6), Range(0.0, 0.2, 0.4), None],
]


@pytest.mark.parametrize("cells", [MIXED, [[Range(0.5, 0.5, 0.5)] * 2] * 3])
@pytest.mark.parametrize("name", ["REMEMBERED", "AT_ONCE"])
def test_what_is_remembered_or_compared_at_once_changes_no_number(cells, name, monkeypatch):
    criteria = [Criterion(f"C{j}", 0, 1, 1 / len(cells[0])) for j in range(len(cells[0]))]

    def made(weights=UNIFORM):
        return acceptability(criteria, cells, weights, seed=7, shifts=3)

    again = Weights(stated=(0.2,) * len(criteria), kappa=20)
    first = made(), made(again), made()
    assert first[0] == first[2]  # other weights in between move none of the kept draws
    monkeypatch.setattr(f"tradeoffs.maths.acceptability.{name}", 0)
    assert (made(), made(again)) == first[:2]


def test_large_matrices_are_drawn_again_and_not_kept(monkeypatch):
    before = drawn(THROMBOLYTICS)
    monkeypatch.setattr("tradeoffs.maths.acceptability.REMEMBERED", 0)
    monkeypatch.setattr("tradeoffs.maths.acceptability.KEPT", 0)
    assert drawn(THROMBOLYTICS) == before


def test_two_hundred_options_on_fifty_criteria_are_answered():
    rng = np.random.default_rng(1)
    cells = [[tuple(sorted(row)) for row in option] for option in rng.random((200, 50, 3))]
    found = drawn(cells, draws=500)
    assert sum(row[0] for row in found.ranks) == pytest.approx(1)


@pytest.mark.parametrize(
    ("weights", "says"),
    [
        (Weights("around", (1,)), "each criterion"),
        (Weights("fixed", (0, 0)), "weigh something"),
        (Weights("around", (1, 1), kappa=0), "kappa"),
        (Weights("ordinal", order=(1,)), "each criterion"),
        (Weights("intervals", intervals=((0, 0.2), (0, 0.2))), "add to 100"),
        (Weights("intervals", intervals=((0.5, 0.2), (0, 1))), "in order"),
        (Weights("other"), "uniform, ordinal"),
    ],
)
def test_weights_that_say_nothing_are_refused(weights, says):
    with pytest.raises(ValueError, match=says):
        drawn([[1, 0], [0, 1]], weights)


def test_nothing_to_compare_and_no_draws_are_refused():
    with pytest.raises(ValueError, match="options, criteria"):
        acceptability([], [], UNIFORM, seed=1)
    with pytest.raises(ValueError, match="at least once"):
        drawn([[1]], draws=0)
    with pytest.raises(ValueError, match="read as"):
        drawn([[(0, 0.5, 1)]], spread="pert")


def test_the_error_of_ten_thousand_draws_is_under_a_hundredth():
    assert error(0.5, DRAWS) == pytest.approx(0.0098)
    assert error(0, DRAWS) == 0


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(st.integers(0, 4), min_size=3, max_size=3), min_size=1, max_size=5))
def test_ranks_and_options_both_sum_to_1(rows):
    found = drawn([[x / 4 for x in row] for row in rows], draws=200)
    assert [sum(row) for row in found.ranks] == pytest.approx([1] * len(rows))
    assert [sum(column) for column in zip(*found.ranks, strict=True)] == pytest.approx(
        [1] * len(rows)
    )
    for i in range(len(rows)):
        for j in range(i):
            assert found.pairwise[i][j] + found.pairwise[j][i] == pytest.approx(1)
