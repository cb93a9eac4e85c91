"""What taps teach about a slow-down: worked by hand, and what always holds."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from debt.maths import tapping
from debt.maths.ranges import Range
from debt.maths.tapping import Taps

TODAY = datetime.date(2026, 11, 30)
MODEL = {"credibility_changes": 5, "default_time_per_change_days": 0.5}
shares = st.floats(0.01, 5)


def learn(given: Taps | None = None, **values):
    known = {
        "declared": Range(0.3, 0.3, 0.3), "ages_days": (1, 5, 40, 90), "hours_per_day": 8,
        "time_per_change": 0.5, "as_of": TODAY,
    } | values  # fmt: skip
    declared, ages = known.pop("declared"), known.pop("ages_days")
    return tapping.learn(declared, given or taps(), ages, MODEL, **known)


def taps(**values) -> Taps:
    return Taps(
        **({"count": 4, "minutes": 96.0, "first_on": TODAY - datetime.timedelta(days=50)} | values)
    )


def test_tapped_time_over_the_changes_since_is_held_against_the_rest_of_a_change():
    # 96 min = 0.2 pd over 3 changes: 0.0667 of 0.5 pd is lost, 0.0667 / 0.4333 = 0.1538
    assert tapping.observed_slow_down(0.2, 3, 0.5) == pytest.approx(0.153846, abs=1e-6)


def test_taps_are_weighed_one_each_against_five_of_what_was_declared():
    # (4 · 0.1538 + 5 · 0.3) / 9 = 0.2350
    found = tapping.learned_slow_down(Range(0.3, 0.3, 0.3), 0.153846, 4, prior=5)
    assert found.p50 == pytest.approx(0.235043, abs=1e-6)


def test_both_steps_together_count_the_changes_since_the_first_tap():
    found = learn()
    assert found is not None
    assert found.changes == 3
    assert found.slow_down.p50 == pytest.approx(0.235043, abs=1e-6)


def test_a_longer_day_makes_a_minute_a_smaller_part_of_it():
    short, long = learn(hours_per_day=6), learn(hours_per_day=10)
    assert short is not None
    assert long is not None
    assert short.observed > long.observed


@given(declared=shares, observed=shares)
def test_without_a_tap_the_declared_slow_down_stands(declared, observed):
    said = Range(declared, declared, declared)
    assert tapping.learned_slow_down(said, observed, 0, prior=5) == pytest.approx(said)


@given(declared=shares, observed=shares, count=st.integers(1, 500))
def test_what_is_learned_lies_between_the_two_and_nears_what_was_observed(
    declared, observed, count
):
    said = Range(declared, declared, declared)
    now = tapping.learned_slow_down(said, observed, count, prior=5).p50
    later = tapping.learned_slow_down(said, observed, count + 1, prior=5).p50
    low, high = sorted((declared, observed))
    assert low - 1e-9 <= now <= high + 1e-9
    assert abs(later - observed) <= abs(now - observed) + 1e-9


@given(tapped=st.floats(0, 100), changes=st.integers(0, 200), time=st.floats(0.05, 5))
def test_a_slow_down_is_told_only_while_less_than_a_change_is_lost(tapped, changes, time):
    found = tapping.observed_slow_down(tapped, changes, time)
    fits = changes > 0 and tapped / changes < time
    assert (found is not None) == fits
    assert found is None or found / (1 + found) < 1


@given(low=st.floats(0.01, 1), high=st.floats(0, 1), observed=shares, count=st.integers(0, 50))
def test_a_range_stays_in_order(low, high, observed, count):
    said = Range(low, low + high / 2, low + high)
    found = tapping.learned_slow_down(said, observed, count, prior=5)
    assert found.p10 <= found.p50 <= found.p90


def test_where_nothing_is_declared_the_taps_alone_speak():
    assert tapping.learned_slow_down(None, 0.4, 2, prior=5) == Range(0.4, 0.4, 0.4)


def test_taps_wait_while_no_history_is_known():
    assert learn(ages_days=None) is None


def test_taps_teach_nothing_before_a_change_since_the_first_of_them():
    assert learn(ages_days=(60,)) is None


def test_a_change_on_the_day_of_the_first_tap_counts():
    assert learn(ages_days=(50,)).changes == 1


def test_no_taps_teach_nothing():
    assert (
        tapping.learn(Range(0.3, 0.3, 0.3), None, (1,), MODEL, as_of=TODAY, hours_per_day=8) is None
    )


def test_without_a_known_time_a_change_takes_what_the_model_says():
    assert learn(time_per_change=None) == learn(time_per_change=0.5)


@pytest.mark.parametrize("numbers", [(-1.0, 3, 0.5), (1.0, -3, 0.5), (1.0, 3, 0.0), (1.0, 3, -0.5)])
def test_numbers_that_cannot_be_are_refused(numbers):
    with pytest.raises(ValueError, match="not negative"):
        tapping.observed_slow_down(*numbers)


def test_a_weight_of_nothing_is_refused():
    with pytest.raises(ValueError, match="weighs something"):
        tapping.learned_slow_down(Range(1, 1, 1), 0.5, 3, prior=0)


def test_nothing_at_all_is_no_slow_down():
    with pytest.raises(ValueError, match="there is no slow-down"):
        tapping.learned_slow_down(None, 0.5, 0, prior=5)
