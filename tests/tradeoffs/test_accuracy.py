import pytest

from tradeoffs.maths.accuracy import brier, calibration, coverage, mape, wilson


@pytest.mark.parametrize(
    ("chance", "outcome", "score"),
    [(1, 1, 0), (1, 0, 1), (0.7, 1, 0.09), (0.3, 1, 0.49), (0.5, 0, 0.25)],
)
def test_one_forecast_of_rain(chance, outcome, score):
    """The five one-day cases of the Wikipedia article on the Brier score."""
    assert brier([(chance, outcome)]) == pytest.approx(score)


def test_the_score_is_the_mean():
    assert brier([(0.8, 1), (0.4, 0), (0.5, 1)]) == pytest.approx((0.04 + 0.16 + 0.25) / 3)


@pytest.mark.parametrize("pairs", [[], [(1.1, 1)], [(0.5, 0.5)], [(float("nan"), 1)]])
def test_what_is_no_chance_or_outcome_is_refused(pairs):
    with pytest.raises(ValueError):
        brier(pairs)


def test_the_curve_groups_like_chances_and_leaves_out_empty_bins():
    found = calibration([(0.1, 0), (0.15, 1), (0.9, 1), (1.0, 1)])
    assert [(b.chance, b.came_true, b.n) for b in found] == [(0.125, 0.5, 2), (0.95, 1, 2)]


def test_coverage_counts_the_ends_as_inside():
    assert coverage([(1, 5, 5), (1, 5, 1), (1, 5, 6), (2, 2, 2)]) == 0.75


@pytest.mark.parametrize("ranges", [[], [(5, 1, 2)], [(1, float("inf"), 2)]])
def test_ranges_that_are_none_are_refused(ranges):
    with pytest.raises(ValueError):
        coverage(ranges)


def test_actuals_of_0_take_no_part_in_mape():
    assert mape([(110, 100), (50, 100), (3, 0)]) == pytest.approx(0.3)
    assert mape([(3, 0)]) is None


def test_the_wilson_interval_of_few_cases():
    """Newcombe, Statistics in Medicine 17, 1998, table I: 15 of 148, and 0 of 20."""
    assert wilson(15, 148) == (pytest.approx(0.0624, abs=5e-5), pytest.approx(0.1605, abs=5e-5))
    assert wilson(0, 20) == (0, pytest.approx(0.1611, abs=5e-5))


@pytest.mark.parametrize(("hits", "n"), [(0, 0), (3, 2), (-1, 2)])
def test_more_hits_than_cases_are_refused(hits, n):
    with pytest.raises(ValueError):
        wilson(hits, n)
