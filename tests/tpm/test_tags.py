"""What the builtin tags and filters show."""

from types import SimpleNamespace

import pytest
from django.template import engines

from tpm.templatetags import tpm as tags

NASTY = "<b>&\"'"


def render(source: str, **context) -> str:
    return engines["django"].from_string(source).render(context)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "none"),
        ("", "none"),
        (True, "yes"),
        (False, "no"),
        (2.5, "2.5"),
        (["a", None], "a, none"),
        ("in_review", "in review"),
        ("2020-02-26", "26 Feb 2020"),
        ("as typed", "as typed"),
    ],
)
def test_a_value_of_history_reads_as_people_say_it(value, text):
    assert tags.shown(value) == text


@pytest.mark.parametrize("filter", ["days", "percent", "chance", "number", "signed"])
def test_a_number_of_a_row_that_is_not_there_is_a_dash(filter):
    assert render("{{ row.value|" + filter + " }}", row=None) == "–"


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("{{ row.value|day }}", "none"),
        ("{{ row.value|day_year }}", "none"),
        ("{{ row.value|when }}", "never"),
        ("{{ row.value|elapsed }}", ""),
        ("{{ row.value|day_range }}", "no estimate"),
        ("{% range_bar row.p50 row.p85 row.p95 row.start %}", "No estimate yet"),
    ],
)
def test_a_day_of_a_row_that_is_not_there_is_said_to_be_none(source, said):
    assert said in render(source, row=None)


def test_a_badge_has_word_icon_and_tint():
    made = render('{% badge "at_risk" %}')
    assert 'class="badge warn"' in made
    assert "#i-bang" in made
    assert "At risk" in made


def test_an_unknown_state_shows_its_own_name():
    assert "Something else" in render('{% badge "something_else" %}')


@pytest.mark.parametrize("source", ["{% badge s s %}", "{% avatar s %}", "{% icon 'x' '' s %}"])
def test_a_tag_escapes_what_people_typed(source):
    assert "<b>" not in render(source, s=NASTY)


def test_a_range_without_a_forecast_says_so():
    assert "No estimate yet" in render("{% range_bar a a %}", a=None)


def test_nobody_means_the_worker():
    assert tags.who(None) == "The worker"


def test_a_message_carries_the_address_of_its_undo():
    assert tags.undo_url(SimpleNamespace(extra_tags="undo:/x/ other")) == "/x/"
    assert tags.undo_url(SimpleNamespace(extra_tags="")) == ""


def test_a_report_is_parted_into_facts_and_tables():
    parts = tags.report_parts(
        {"created": 3, "columns": [{"name": "a"}, {"used": 1}], "by": {"x": 1}}
    )
    assert parts["facts"] == [("Created", 3), ("By, x", 1)]
    assert parts["tables"] == [("Columns", ["name", "used"], [["a", None], [None, 1]])]


def test_the_three_ends_of_a_range_are_one_value_of_history():
    values = {f"principal_{end}_days": [None, days] for end, days in
              (("p10", 3.0), ("p50", 5.0), ("p90", 8.0))}  # fmt: skip
    assert tags.pairs({"size": ["M", ""], **values}) == [
        ("size", ["M", ""]), ("principal, days", [None, [3.0, 5.0, 8.0]])
    ]  # fmt: skip
