"""One reading of dates for a whole file."""

from datetime import UTC, date, datetime

import pytest

from roadmaps.importing import Unreadable
from roadmaps.importing.dates import DateReader, Undecided


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("22/Sep/25 9:26 AM", datetime(2025, 9, 22, 9, 26)),
        ("22/Sep/25 12:26 AM", datetime(2025, 9, 22, 0, 26)),
        ("22/Sep/25 12:26 PM", datetime(2025, 9, 22, 12, 26)),
        ("25/Jun/20 12:44", datetime(2020, 6, 25, 12, 44)),
        ("10/nov/25 4:51 PM", datetime(2025, 11, 10, 16, 51)),
        ("10/ago/25 4:51 p. m.", datetime(2025, 8, 10, 16, 51)),
        ("1/févr./25 08:00", datetime(2025, 2, 1, 8)),
        ("03/März/25 08:00", datetime(2025, 3, 3, 8)),
        ("Mon Feb 06 2023 05:00:00 GMT+0000 (GMT)", datetime(2023, 2, 6, 5)),
        ("Mon Feb 06 2023 05:00:00 GMT-0500 (EST)", datetime(2023, 2, 6, 10)),
        ("2025-02-06T05:00:00.000Z", datetime(2025, 2, 6, 5)),
        ("2025-02-06 05:00:00+02:00", datetime(2025, 2, 6, 3)),
        ("2025-02-06", datetime(2025, 2, 6)),
        ("2025/02/06", datetime(2025, 2, 6)),
        ("06.02.2025 14:30", datetime(2025, 2, 6, 14, 30)),
        ("6/21/2025 16:14", datetime(2025, 6, 21, 16, 14)),
        ("Jun 21, 2025", datetime(2025, 6, 21)),
        ("5/5/2025", datetime(2025, 5, 5)),
        ("5/Jan/71 10:00", datetime(1971, 1, 5, 10)),
    ],
)
def test_dates_as_trackers_write_them(text, moment):
    assert DateReader([text]).moment(text) == moment.replace(tzinfo=UTC)


def test_one_date_decides_for_the_whole_file():
    reader = DateReader(["3/4/2025", "6/21/2025 16:14"])
    assert reader.question is None
    assert reader.day("3/4/2025") == date(2025, 3, 4)
    assert DateReader(["3/4/2025", "21/6/2025"]).day("3/4/2025") == date(2025, 4, 3)


def test_dates_that_no_other_date_decides_are_asked_for():
    reader = DateReader(["3/4/2025", "5/5/2025"])
    assert "3/4/2025" in reader.question.sentence
    with pytest.raises(Undecided):
        reader.day("3/4/2025")
    assert reader.day("5/5/2025") == date(2025, 5, 5)


def test_an_answer_settles_the_question():
    assert DateReader(["3/4/2025"], day_first=True).question is None


@pytest.mark.parametrize(
    "text",
    ["soon", "31/Feb/25", "13/13/2025", "99/Foo/25", "25:00", "22/Sep/25 13:00 PM", "²/Sep/25"],
)
def test_what_is_no_date_is_said_in_words(text):
    with pytest.raises(ValueError, match="cannot be read as a date"):
        DateReader([text]).moment(text)


def test_years_out_of_reach_are_refused():
    with pytest.raises(ValueError, match="outside the years"):
        DateReader([]).moment("0001-01-01T00:00:00+14:00")


def test_a_zone_that_does_not_exist_is_refused():
    for zone in ("Mars/Base", "../etc/passwd", "", "a\x00b"):
        with pytest.raises(Unreadable, match="no time zone"):
            DateReader([], zone=zone)
