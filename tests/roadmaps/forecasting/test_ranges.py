import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadmaps.forecasting import Triple, from_p50, parse, quantity, swanson_mean, triple_of
from roadmaps.forecasting.ranges import bounded, bounded_table, level, quantity_table, read

positive = st.floats(0.01, 1000)
triples = st.tuples(positive, positive, positive).map(lambda three: Triple(*sorted(three)))


@pytest.mark.parametrize(
    "text", ["3..5..10", "3-5-10", "3 5 10", "3 – 5 – 10", "3/5/10", "3...5...10 d", "3;5;10 days"]
)
def test_a_range_is_read_in_the_ways_people_type_it(text):
    assert parse(text) == Triple(3, 5, 10)


def test_a_comma_is_a_decimal_point():
    assert parse("0,5..1..2,5") == Triple(0.5, 1, 2.5)


def test_one_number_is_a_p50():
    assert parse(" 3 d") == 3.0


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Type a range"),
        ("soon", "is no range"),
        ("3..5", "is no range"),
        ("0", "more than 0"),
        ("0..1..2", "more than 0"),
        ("5..3..10", "Order the range"),
        ("1..2..1000001", "ends at 1,000,000 days"),
        ("-3", "is no range"),
    ],
)
def test_what_is_no_range_gets_a_sentence(text, sentence):
    with pytest.raises(ValueError, match=sentence):
        parse(text)


def test_swansons_mean_weighs_30_40_30():
    assert swanson_mean(Triple(2, 5, 20)) == pytest.approx(0.3 * 2 + 0.4 * 5 + 0.3 * 20)


def test_a_symmetric_log_range_is_a_lognormal():
    at = quantity(Triple(2, 4, 8))
    assert at(0.9772498680518208) == pytest.approx(4 * math.exp(2 * math.log(2) / 1.2815515655))


@given(triples)
def test_a_quantity_passes_through_its_three_points(triple):
    at = quantity(triple)
    assert [at(0.1), at(0.5), at(0.9)] == pytest.approx(list(triple), rel=1e-6)


@given(triples)
def test_a_quantity_never_falls(triple):
    table = quantity_table(triple)
    assert all(a <= b * (1 + 1e-12) for a, b in pairwise(table))


def test_a_range_too_skewed_for_the_formula_is_two_halves_joined_at_the_median():
    at = quantity(Triple(4.9, 5, 50))
    assert at(0.75) == pytest.approx(5 * 10 ** (0.6744897502 / 1.2815515655))


@pytest.mark.parametrize("triple", [(0, 1, 2), (3, 2, 4), (1, 2, math.inf), (1, 2, math.nan)])
def test_a_quantity_refuses_what_is_no_range(triple):
    with pytest.raises(ValueError):
        quantity(Triple(*triple))


def test_a_bounded_score_is_clipped_to_its_scale():
    table = bounded_table(Triple(5, 8, 9), 1, 9)
    assert (min(table), max(table)) == (1, 9)


def test_a_bounded_score_passes_through_its_points():
    at = bounded(Triple(3, 5, 6), 1, 9)
    assert [at(0.1), at(0.5), at(0.9)] == pytest.approx([3, 5, 6])


def test_a_bounded_score_out_of_order_is_refused():
    with pytest.raises(ValueError, match="Order"):
        bounded(Triple(3, 2, 6), 1, 9)


def test_a_table_gives_its_triple_back():
    assert triple_of(quantity_table(Triple(3, 5, 10))) == pytest.approx((3, 5, 10), rel=0.002)


@given(triples, st.floats(0, 1))
def test_level_undoes_read(triple, u):
    table = quantity_table(triple)
    if table[0] < table[-1]:
        assert read(table, level(table, read(table, u))) == pytest.approx(read(table, u))


def test_a_lone_number_takes_the_spread_it_is_given():
    assert from_p50(10, (0.5, 1.0, 3.0)) == Triple(5, 10, 30)


def test_a_lone_number_must_be_above_zero():
    with pytest.raises(ValueError, match="more than 0"):
        from_p50(0)
