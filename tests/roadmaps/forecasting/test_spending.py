"""Work by quarters, and a quarter's policy."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from roadmaps.forecasting import PlanPolicy
from roadmaps.forecasting.spending import (
    Account,
    Quarter,
    Work,
    accounts,
    policy_of,
    quarter_of,
    spread,
)

quick = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))


@quick
@given(DAYS)
def test_a_day_lies_in_its_quarter(day):
    quarter = quarter_of(day)
    assert quarter.first <= day <= quarter.last
    assert quarter.later(1).first == quarter.last + timedelta(1)
    assert quarter.later(-5).later(5) == quarter


@quick
@given(st.floats(0.01, 500), DAYS, st.integers(0, 400))
def test_what_is_spread_sums_to_the_whole(amount, first, length):
    found = spread(amount, first, first + timedelta(length))
    assert sum(found.values()) == pytest.approx(amount)
    assert all(days > 0 for days in found.values())


def test_work_over_the_end_of_a_quarter_lies_in_both():
    """Thursday 31 December 2026 and Friday 1 January: a day in each."""
    found = spread(4.0, date(2026, 12, 31), date(2027, 1, 1))
    assert found == {Quarter(2026, 4): 2.0, Quarter(2027, 1): 2.0}


def test_work_of_a_weekend_lies_in_the_quarter_of_its_end():
    assert spread(3.0, date(2027, 1, 2), date(2027, 1, 3)) == {Quarter(2027, 1): 3.0}


def test_accounts_keep_debt_apart():
    works = [
        Work(4.0, date(2027, 1, 4), date(2027, 1, 8), True),
        Work(12.0, date(2027, 1, 4), date(2027, 1, 8), False),
    ]
    found = accounts(works)
    assert found == {Quarter(2027, 1): Account(4.0, 12.0)}
    assert found[Quarter(2027, 1)].debt_share == 0.25
    assert Account().debt_share is None


def test_the_policy_of_a_quarter_is_the_mean_over_its_days():
    """From Monday 15 February 2027: 33 of the quarter's 64 weekdays have the second policy."""
    first, second = PlanPolicy(date(2026, 1, 1), 0.2), PlanPolicy(date(2027, 2, 15), 0.4, 0.1)
    found = policy_of([first, second], Quarter(2027, 1))
    assert found is not None
    assert found.debt == pytest.approx((31 * 0.2 + 33 * 0.4) / 64)
    assert found.unplanned == pytest.approx(33 * 0.1 / 64)


def test_days_before_any_policy_count_for_none():
    found = policy_of([PlanPolicy(date(2027, 3, 30), 0.3)], Quarter(2027, 1))
    assert found is not None
    assert found.debt == pytest.approx(0.3)
    assert policy_of([PlanPolicy(date(2027, 4, 1), 0.3)], Quarter(2027, 1)) is None
