import pytest

from tradeoffs import differences
from tradeoffs.forms.decisions import PointsField
from tradeoffs.maths import ranges, tables


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("7", (None, 7, None)),
        (" 3..5..10 ", (3, 5, 10)),
        ("3–5–10", (3, 5, 10)),
        ("-2", (None, -2, None)),
        ("1.5", (None, 1.5, None)),
        ("1,500", (None, 1500, None)),
        ("12,345,678.5", (None, 12345678.5, None)),
        ("1,200..1,500..2,000", (1200, 1500, 2000)),
    ],
)
def test_quick_text_is_read(text, typed):
    assert ranges.read(text) == typed


@pytest.mark.parametrize("text", ["", "x", "1..2", "1..2..3..4", "nan", "inf", "1e999", "1_5"])
def test_anything_else_is_refused_with_an_example(text):
    with pytest.raises(ValueError, match=r"low\.\.likely\.\.high"):
        ranges.read(text)


def test_a_range_out_of_order_is_refused():
    with pytest.raises(ValueError, match="Order the range"):
        ranges.read("5..3..10")


@pytest.mark.parametrize("text", ["1,5", "1,50..2..3", "12,34", "1,500,5", ",5", "1.234,5"])
def test_a_decimal_comma_is_refused_and_names_the_point(text):
    with pytest.raises(ValueError, match="after a point"):
        ranges.read(text)


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("1,5", (None, 1.5, None)),
        ("1,500", (None, 1.5, None)),
        ("1.234,5", (None, 1234.5, None)),
        ("1,5..2..3,25", (1.5, 2, 3.25)),
        ("1.5", (None, 1.5, None)),
        ("0.125", (None, 0.125, None)),
    ],
)
def test_a_decimal_comma_is_read_where_it_is_right(text, typed):
    assert ranges.read(text, decimal=",") == typed


def test_what_may_be_thousands_or_decimals_is_asked():
    with pytest.raises(ValueError, match="Write 1,500 or 1500"):
        ranges.read("1.500", decimal=",")


@pytest.mark.parametrize(
    "typed",
    [
        (None, 7, None),
        (3, 5.5, 10),
        (None, 1234567, None),
        (1 / 3, 2 / 3, 1e22),
        (None, -1e-7, None),
    ],
)
def test_what_is_shown_is_read_back(typed):
    assert ranges.read(ranges.show(*typed)) == typed


@pytest.mark.parametrize(
    ("value", "shown"), [(1200, "1,200"), (0.05, "0.05"), (-3, "−3"), (12345.678, "12,345.7")]
)
def test_numbers_carry_no_needless_zeros(value, shown):
    assert ranges.number(value) == shown


def test_a_file_parted_by_semicolons_has_decimal_commas():
    found = tables.titled("Criterion;Worst;Outbox;Kafka\nCost;9,5;1,5;1.500")
    assert found.cells == [tables.Filled("Outbox", "Cost", (None, 1.5, None))]
    assert found.scales["Cost"]["worst"] == 9.5
    assert "Write 1,500 or 1500" in found.problems[0]


def test_two_numbers_that_differ_never_look_the_same():
    assert differences.number(1234567.0) == "1234567"
    assert PointsField().prepare_value([[1234567.0, 0.125], [2e6, 1.0]]) == (
        "1234567 0.125, 2000000 1"
    )
