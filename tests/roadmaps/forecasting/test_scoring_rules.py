import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from roadmaps.forecasting.ranges import LEVELS, POINTS, SCORES
from roadmaps.forecasting.scoring_rules import (
    crps,
    deciles,
    held,
    log_crps,
    pinball,
    pit,
    pit_bounds,
    quantiles,
    skill,
    within,
)

NORMAL = np.array(SCORES)
CERTAIN = np.full(POINTS, 2.0)


def test_pinball_weighs_a_shortfall_by_the_level_and_an_excess_by_the_rest():
    assert pinball(3.0, 1.0, 0.9) == pytest.approx(1.8)
    assert pinball(1.0, 3.0, 0.9) == pytest.approx(0.2)


@pytest.mark.parametrize("level", [0, 1, -0.1])
def test_pinball_needs_a_level_within_0_and_1(level):
    with pytest.raises(ValueError, match="between 0 and 1"):
        pinball(1.0, 1.0, level)


def test_the_crps_of_a_certain_forecast_is_its_distance():
    assert crps(CERTAIN, [5.0]) == pytest.approx([3.0], rel=0.01)
    assert crps(CERTAIN, [2.0]) == [0.0]


def test_the_crps_of_a_normal_at_its_mean_is_known():
    assert crps(NORMAL, [0.0])[0] == pytest.approx(0.2337, abs=0.003)


def test_the_log_crps_has_no_unit():
    table = np.exp(NORMAL)
    assert log_crps(table, [2.0]) == pytest.approx(log_crps(table * 7, [14.0]))


def test_a_logarithm_of_nothing_is_refused():
    with pytest.raises(ValueError, match="above 0"):
        log_crps(np.exp(NORMAL), [0.0])


@given(st.floats(-3, 3), st.floats(-2, 2))
def test_the_true_distribution_scores_best_on_average(shift, stretch):
    actuals = np.array(SCORES)[8:-8:8]
    other = NORMAL * np.exp(stretch) + shift
    true = crps(np.tile(NORMAL, (len(actuals), 1)), actuals).mean()
    assert true <= crps(np.tile(other, (len(actuals), 1)), actuals).mean() + 0.01


def test_quantiles_are_read_between_the_points():
    assert quantiles(np.array(LEVELS), 0.3) == pytest.approx([0.3])
    with pytest.raises(ValueError, match="between 0 and 1"):
        quantiles(NORMAL, 1.5)


def test_a_quantile_that_equals_the_actual_has_held():
    assert held(CERTAIN, [2.0], 0.85).all()
    assert within(CERTAIN, [2.0]).all()
    assert not within(CERTAIN, [2.1]).any()


def test_the_pit_of_an_atom_covers_its_whole_mass():
    table = np.concatenate([np.full(128, 1.0), np.linspace(1.01, 2, 129)])
    low, high = pit_bounds(table, [1.0])
    assert (low[0], high[0]) == (pytest.approx(0.0, abs=0.003), pytest.approx(0.5, abs=0.003))
    assert pit(table, [1.0], [0.5])[0] == pytest.approx(0.25, abs=0.003)


def test_the_pit_beyond_an_end_lies_in_the_tail_that_is_cut_off():
    pits = pit(np.tile(NORMAL, (2, 1)), [-99.0, 99.0], [0.5, 0.5])
    assert pits[0] < LEVELS[0]
    assert pits[1] > LEVELS[-1]


def test_pits_of_calibrated_forecasts_with_ties_are_even():
    rng = np.random.default_rng(1)
    actuals = rng.integers(1, 4, 4000).astype(float)
    table = np.array([1.0] * 86 + [2.0] * 85 + [3.0] * 86)
    found = deciles(pit(np.tile(table, (4000, 1)), actuals, rng.random(4000)))
    assert all(0.08 < share < 0.12 for share in found)


@example(-4.0, -3.28125)
@given(st.floats(-4, 4), st.floats(-4, 4))
def test_a_larger_actual_has_no_smaller_pit(a, b):
    low, high = pit(np.tile(NORMAL, (2, 1)), sorted([a, b]), [0.5, 0.5])
    assert low <= high + 1e-12


@pytest.mark.parametrize("shares", [[], [0.5, 0.5], [1.5], [-0.1]])
def test_each_pit_needs_one_share(shares):
    with pytest.raises(ValueError, match="one share"):
        pit(NORMAL, [0.0], shares)


@pytest.mark.parametrize(
    ("table", "actual", "message"),
    [
        (NORMAL[:-1], [0.0], "257"),
        (NORMAL, [0.0, 1.0], "257"),
        (NORMAL, [np.inf], "finite"),
        (NORMAL * np.nan, [0.0], "finite"),
    ],
)
def test_scores_of_other_shapes_or_of_no_numbers_are_refused(table, actual, message):
    with pytest.raises(ValueError, match=message):
        crps(table, actual)


def test_no_pits_have_no_deciles():
    assert deciles([]) == []
    assert deciles([1.0]) == [0.0] * 9 + [1.0]


def test_skill_is_the_share_of_the_error_that_is_gone():
    assert skill(0.9, 1.0) == pytest.approx(0.1)
    assert skill(0.0, 0.0) is None
