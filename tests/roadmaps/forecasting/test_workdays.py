"""Working days of the past."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from roadmaps.forecasting import PlanSpan, PlanTeam
from roadmaps.forecasting.calendar import working_days
from roadmaps.forecasting.workdays import workdays

MONDAY = date(2026, 3, 2)
DAYS = st.integers(0, 60).map(lambda n: MONDAY + timedelta(n))


def test_a_week_has_five_days():
    assert workdays(MONDAY, MONDAY + timedelta(6)) == 5


def test_days_in_the_wrong_order_are_none():
    assert workdays(MONDAY, MONDAY - timedelta(1)) == 0


def test_a_holiday_is_no_working_day_and_two_that_overlap_count_once():
    span = (MONDAY + timedelta(1), MONDAY + timedelta(2))
    assert workdays(MONDAY, MONDAY + timedelta(6), [span, span]) == 3


@given(DAYS, DAYS, st.lists(st.tuples(DAYS, DAYS), max_size=4), st.sets(st.integers(0, 6)))
def test_every_day_is_counted_once(first, last, spans, weekdays):
    days = [first + timedelta(n) for n in range((last - first).days + 1)]
    worked = [
        day
        for day in days
        if day.weekday() in weekdays and not any(begin <= day <= end for begin, end in spans)
    ]
    assert workdays(first, last, spans, weekdays) == len(worked)


def test_what_is_spent_counts_the_days_of_the_team():
    holiday = PlanSpan(MONDAY, MONDAY)
    team = PlanTeam(1, "Rails", closures=(holiday,), weekdays=(0, 1))
    assert working_days(team, MONDAY, MONDAY + timedelta(8)) == 3
