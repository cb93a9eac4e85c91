import pytest

from tradeoffs import ranges


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("7", (None, 7, None)),
        (" 3..5..10 ", (3, 5, 10)),
        ("3–5–10", (3, 5, 10)),
        ("-2", (None, -2, None)),
        ("1,200..1,500..2,000", (1200, 1500, 2000)),
    ],
)
def test_quick_text_is_read(text, typed):
    assert ranges.read(text) == typed


@pytest.mark.parametrize("text", ["", "x", "1..2", "1..2..3..4", "nan", "inf", "1e999"])
def test_anything_else_is_refused_with_an_example(text):
    with pytest.raises(ValueError, match=r"low\.\.likely\.\.high"):
        ranges.read(text)


def test_a_range_out_of_order_is_refused():
    with pytest.raises(ValueError, match="Order the range"):
        ranges.read("5..3..10")


@pytest.mark.parametrize("typed", [(None, 7, None), (3, 5.5, 10)])
def test_what_is_shown_is_read_back(typed):
    assert ranges.read(ranges.show(*typed)) == typed


@pytest.mark.parametrize(
    ("value", "shown"), [(1200, "1,200"), (0.05, "0.05"), (-3, "−3"), (12345.678, "12,345.7")]
)
def test_numbers_carry_no_needless_zeros(value, shown):
    assert ranges.number(value) == shown
