import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadmaps.forecasting.throughput import (
    FAR_WEEKS,
    FIRST_SPREAD,
    SPREAD_CAP,
    forecast,
    level_spread,
    second_opinion,
)

RNG = np.random.default_rng(4)
SCORES = RNG.standard_normal(400)
DRAWS = RNG.random((400, 40))


def weeks(counts, remaining, **fields):
    return forecast(counts, remaining, scores=SCORES, draws=DRAWS, **fields)


def test_a_steady_team_takes_what_division_says():
    found = weeks([5] * 20, 50, spread=0.0)
    assert found.range == (10, 10, 10)
    assert found.window == 20


def test_a_level_that_moves_widens_the_forecast():
    steady, moving = weeks([5] * 20, 50, spread=0.0), weeks([5] * 20, 50)
    assert moving.range.p90 > steady.range.p90
    assert moving.range.p10 < steady.range.p10
    assert 0 < moving.spread < FIRST_SPREAD


def test_more_weeks_than_drawn_repeat_the_draws():
    assert weeks([1] * 10, 100, spread=0.0).range.p50 == 100
    assert weeks([1] * 10, 40, spread=0.0).range.p50 == 40


def test_growth_and_splitting_take_longer():
    plain = weeks([5] * 10, 50, spread=0.0).range.p50
    assert weeks([5] * 10, 50, spread=0.0, growth=0.5).range.p50 == 2 * plain
    assert weeks([5] * 10, 50, spread=0.0, split=1.0).range.p50 == 2 * plain


def test_only_the_newest_half_year_is_drawn_from():
    assert weeks([100] * 30 + [5] * 26, 50, spread=0.0).range.p50 == 10


def test_nothing_remaining_takes_no_time():
    assert weeks([5] * 10, 0).range == (0, 0, 0)


def test_what_takes_longer_than_ten_years_is_said_to():
    assert weeks([1] * 10, 100_000).range.p50 == FAR_WEEKS


def test_weeks_that_all_draw_nothing_end_nowhere():
    found = forecast([0] * 9 + [1], 1, scores=np.zeros(2), draws=np.zeros((2, 3)))
    assert found.range.p50 == FAR_WEEKS


def test_before_any_past_the_level_moves_by_the_default():
    assert level_spread([]) == FIRST_SPREAD
    assert level_spread([3] * 15) == FIRST_SPREAD


def test_the_level_of_a_wild_team_is_capped():
    assert level_spread(([1] * 10 + [200] * 10) * 10) == SPREAD_CAP


def test_windows_without_anything_finished_are_left_out():
    assert level_spread([0] * 10 + [5] * 10) == FIRST_SPREAD


@pytest.mark.parametrize(
    ("counts", "remaining", "fields"),
    [
        ([5] * 10, -1, {}),
        ([5] * 10, 1, {"growth": 1.0}),
        ([5] * 10, 1, {"growth": -0.1}),
        ([5] * 10, 1, {"split": -0.1}),
        ([5, -1], 1, {}),
        ([9] + [0] * 26, 1, {}),
        ([], 1, {}),
    ],
)
def test_what_cannot_be_forecast_is_refused(counts, remaining, fields):
    with pytest.raises(ValueError, match=r"bounds|negative|at least one"):
        weeks(counts, remaining, **fields)


@given(st.lists(st.integers(0, 20), min_size=1, max_size=30), st.integers(0, 99))
def test_one_more_item_never_takes_less_time(counts, remaining):
    if not any(counts[-26:]):
        return
    less, more = weeks(counts, remaining), weeks(counts, remaining + 1)
    assert all(a <= b for a, b in zip(less.weeks, more.weeks, strict=True))
    assert list(more.weeks) == sorted(more.weeks)


def test_forecasts_are_flagged_when_they_differ_by_more_than_a_quarter():
    assert second_opinion(10, 12.5).flagged is False
    assert second_opinion(10, 13).flagged is True
    assert second_opinion(10, 7).flagged is True
    assert second_opinion(10, 7).differ == pytest.approx(-0.3)


def test_a_plan_without_remaining_work_differs_from_any():
    assert second_opinion(0, 0).flagged is False
    assert second_opinion(0, 2).flagged is True


def test_one_week_more_or_less_is_never_flagged():
    assert second_opinion(1, 2).flagged is False
    assert second_opinion(2, 1).flagged is False
    assert second_opinion(1, 3).flagged is True


def test_a_negative_duration_is_refused():
    with pytest.raises(ValueError, match="not negative"):
        second_opinion(-1, 1)
