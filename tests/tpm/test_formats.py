"""How numbers, dates and ranges read."""

import datetime as dt

import pytest
from django.utils import timezone

from tpm import formats

TODAY = dt.date(2026, 11, 23)


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "–"), (0, "0"), (0.04, "0"), (2.1, "2.1"), (3.0, "3"), (-1.5, "−1.5"), (12.4, "12")],
)
def test_an_amount_has_one_decimal_below_ten(value, text):
    assert formats.amount(value).removesuffix(".0") == text


def test_thousands_are_marked():
    assert formats.number(1240) == "1,240"


@pytest.mark.parametrize(("value", "text"), [(3, "+3"), (0, "0"), (-2, "−2"), (None, "–")])
def test_a_difference_carries_its_sign(value, text):
    assert formats.signed(value) == text


@pytest.mark.parametrize(
    ("share", "text"), [(0.71, "71 %"), (0, "0 %"), (1, "100 %"), (0.004, "<1 %"), (0.999, ">99 %")]
)
def test_what_is_not_certain_never_reads_0_or_100(share, text):
    assert formats.percent(share) == text


def test_a_range_of_effort():
    assert formats.day_range(18, 34, 64) == "18–34–64 d"
    assert formats.day_range(None, 3, None) == "3 d"
    assert formats.day_range(None, None, None) == "no estimate"


@pytest.mark.parametrize(
    ("value", "text"),
    [(dt.date(2027, 3, 19), "19 Mar"), (dt.date(2027, 11, 20), "20 Nov 2027"), (None, "–")],
)
def test_a_far_date_shows_its_year(value, text):
    assert formats.day(value, today=TODAY) == text


@pytest.mark.parametrize(
    ("hours_ago", "text"), [(1, "11:00 today"), (20, "16:00 yesterday"), (80, "20 Nov")]
)
def test_an_instant_reads_as_people_say_it(hours_ago, text):
    now = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
    with timezone.override("UTC"):
        assert formats.when(now - dt.timedelta(hours=hours_ago), now=now) == text


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Mira Kovač", "MK"), ("ada", "AD"), ("m.kovac@example.org", "MO"), ("", "?")],
)
def test_initials(name, letters):
    assert formats.initials(name) == letters


def test_elapsed_time():
    assert formats.clock(42) == "0:42"
    assert formats.clock(3800) == "1:03:20"
