import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadmaps.language import NAMES, parse, written

TODAY = datetime.date(2026, 11, 29)


def one(text: str):
    (term,) = parse(text, today=TODAY)
    return term


@given(st.text(max_size=300))
def test_any_text_is_read_without_an_exception(text):
    parse(text, today=TODAY)


@given(
    st.sampled_from([*NAMES, "status", "x"]),
    st.sampled_from([":", "<", "<=", ">", ">=", "=", ":>"]),
    st.text(max_size=30) | st.from_regex(r"[+-]\d{1,5}[dwmqy]"),
)
def test_any_value_is_read_without_an_exception(name, operator, value):
    parse(f"-{name}{operator}{value}", today=TODAY)


@given(st.text(min_size=1, max_size=60))
def test_what_is_written_is_one_term_of_text_again(value):
    for term in parse(written("", value), today=TODAY):
        assert term.is_text


@given(st.text(alphabet="ab ,:<\"'-", min_size=1, max_size=20))
def test_a_written_name_is_read_back(value):
    kept = value.replace('"', "").strip()
    if kept:
        assert one(written("team", value)).values == (kept,)


def test_words_side_by_side_are_terms():
    assert [term.name for term in parse("team:pay status:open text", today=TODAY)] == [
        "team", "state", ""
    ]  # fmt: skip


def test_quotes_keep_spaces():
    assert one('objective:"two words"').values == ("two words",)


def test_a_comma_is_or():
    assert one("team:pay,rails").values == ("pay", "rails")


def test_a_minus_negates():
    assert one("-team:pay").negated


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("p85>2027-03-01", datetime.date(2027, 3, 1)),
        ("p85<=today", TODAY),
        ("p85<+2w", datetime.date(2026, 12, 13)),
        ("p85<-1m", datetime.date(2026, 10, 29)),
        ("p85<+1q", datetime.date(2027, 2, 28)),
        ("p85<+1y", datetime.date(2027, 11, 29)),
    ],
)
def test_days_are_words_or_dates(text, day):
    assert one(text).day == day


def test_a_number_may_have_its_unit():
    assert one("chance<80%").number == 80


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("foo:bar", "name"),
        ("team:", "empty"),
        ("status:nonsense", "value"),
        ("status>done", "value"),
        ("p85>soon", "day"),
        ("p85>+99999999y", "day"),
        ("effort>much", "number"),
    ],
)
def test_what_means_nothing_is_named(text, problem):
    assert one(text).problem == problem


def test_quotes_make_text_of_a_term():
    assert one('"foo:bar"').is_text
