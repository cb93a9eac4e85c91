"""What debt has cost so far, by hand: 30.4375 days are a month."""

import datetime

import pytest

from debt.so_far import interest_so_far

DAYS_A_MONTH = 30.4375
DAY = datetime.date(2026, 1, 1)


def at(days: float) -> datetime.date:
    return DAY + datetime.timedelta(days=days)


def test_one_rate_counts_for_all_of_the_time():
    assert interest_so_far(
        [(at(10), 2.0)], since=DAY, until=at(60), month_days=DAYS_A_MONTH
    ) == pytest.approx(2.0 * 60 / DAYS_A_MONTH)


def test_each_snapshot_counts_until_the_next():
    rates = [(at(0), 1.0), (at(30), 3.0)]
    assert interest_so_far(
        rates, since=DAY, until=at(40), month_days=DAYS_A_MONTH
    ) == pytest.approx((1.0 * 30 + 3.0 * 10) / DAYS_A_MONTH)


def test_what_lies_before_the_first_day_or_after_the_last_is_left_out():
    rates = [(at(0), 1.0), (at(30), 3.0), (at(50), 100.0)]
    assert interest_so_far(
        rates, since=at(20), until=at(40), month_days=DAYS_A_MONTH
    ) == pytest.approx((1.0 * 10 + 3.0 * 10) / DAYS_A_MONTH)


def test_unknown_is_not_zero():
    assert interest_so_far([], since=DAY, until=at(40), month_days=DAYS_A_MONTH) is None


def test_a_month_is_as_long_as_the_model_says():
    assert interest_so_far([(DAY, 2.0)], since=DAY, until=at(60), month_days=30) == 4
