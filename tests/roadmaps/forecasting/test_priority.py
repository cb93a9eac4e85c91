"""Scores as their sources define them, and rankings that say how sure they are."""

import math
import re
from dataclasses import replace
from statistics import NormalDist

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roadmaps.forecasting import Triple
from roadmaps.forecasting.formula import (
    RICE,
    WSJF,
    Formula,
    Input,
    checked,
    formula_of,
    missing,
    read_input,
)
from roadmaps.forecasting.priority import TIE, Candidate, chance_error, outranks, rank
from roadmaps.forecasting.ranges import quantity_table


def exactly(value: float) -> Triple:
    return Triple(value, value, value)


def sized(days: float | Triple) -> dict:
    triple = days if isinstance(days, Triple) else exactly(days)
    return {0: quantity_table(triple)}


def rice(id: int, reach, impact, confidence, days=20.0) -> Candidate:
    values = {"reach": reach, "impact": impact, "confidence": confidence}
    values = {
        name: exactly(value) if isinstance(value, int | float) else value
        for name, value in values.items()
    }
    return Candidate(id, values, {id: next(iter(sized(days).values()))})


SUMMED = Formula("own", "sum", False, (Input("a", "A"), Input("b", "B", weight=2.0)))


def score(formula: Formula, days: float, **values: float) -> tuple[float, ...]:
    typed = {name: exactly(value) for name, value in values.items()}
    (row,) = rank(formula, [Candidate(1, typed, sized(days))], seed=1).rows
    return tuple(row.score)


def test_rice_is_reach_times_impact_times_confidence_by_person_months():
    # 500 people a quarter, high impact, 80 % sure, half a person-month.
    found = score(RICE, 10, reach=500, impact=2, confidence=80)
    assert found == pytest.approx((500 * 2 * 0.8 / 0.5,) * 3)


def test_wsjf_is_the_sum_of_three_by_the_size_of_the_job():
    assert score(WSJF, 3, value=8, urgency=5, risk=2) == pytest.approx((15 / 3,) * 3)


def test_weights_multiply_in_a_sum_and_raise_in_a_product():
    wsjf = formula_of("wsjf", weights={"urgency": 2})
    assert score(wsjf, 1, value=1, urgency=3, risk=1) == pytest.approx((8,) * 3)
    assert not wsjf.as_published
    assert formula_of("wsjf").as_published
    flat = formula_of("rice", weights={"reach": 0.5, "confidence": 0})
    assert score(flat, 20, reach=16, impact=3) == pytest.approx((12,) * 3)
    assert flat.words() == "(Reach^0.5 × Impact) ÷ effort in person-months"


@pytest.mark.parametrize(
    ("inputs", "words"),
    [
        ((), "at least one input"),
        ((Input("a", "A", weight=0),), "at least one input"),
        ((Input("a", "A"), Input("b", "a")), "same name"),
        ((Input("a", "A", weight=101),), "weight of A"),
        ((Input("a", "A", low=5, high=5),), "scale of A"),
    ],
)
def test_a_formula_that_cannot_score_is_refused_in_words(inputs, words):
    with pytest.raises(ValueError, match=words):
        checked(Formula("own", "sum", True, inputs))


@pytest.mark.parametrize(
    ("text", "asked", "found"),
    [
        ("", RICE.inputs[0], None),
        (" 5 ", RICE.inputs[0], exactly(5)),
        ("3..5..10", RICE.inputs[0], Triple(3, 5, 10)),
        ("80 %", RICE.inputs[2], exactly(80)),
        ("50%..80%..90%", RICE.inputs[2], Triple(50, 80, 90)),
        ("0,5", RICE.inputs[1], exactly(0.5)),
    ],
)
def test_inputs_are_typed_as_estimates_are(text, asked, found):
    assert read_input(text, asked) == found


@pytest.mark.parametrize(
    ("text", "asked", "words"),
    [
        ("many", RICE.inputs[0], "no value"),
        ("5..3..10", RICE.inputs[0], "Order the range"),
        ("0", RICE.inputs[0], "above 0"),
        ("4", RICE.inputs[1], "from 0 to 3"),
        ("0", WSJF.inputs[0], "from 1 to 20"),
        ("1..2..9999999", RICE.inputs[0], "at most"),
    ],
)
def test_what_is_no_input_is_told_in_words(text, asked, words):
    with pytest.raises(ValueError, match=words):
        read_input(text, asked)


def test_what_is_missing_is_named_and_never_taken_as_nothing():
    whole, part = rice(1, 100, 1, 100), replace(rice(2, 100, 1, 100), efforts=None)
    assert missing(RICE, {"reach": exactly(1)}, estimated=False) == (
        "impact", "confidence", "effort",
    )  # fmt: skip
    found = rank(RICE, [whole, part], seed=1)
    assert [row.id for row in found.rows] == [1]
    assert [(row.id, row.missing) for row in found.unranked] == [(2, ("effort",))]


def test_exact_inputs_give_the_score_of_the_formula_and_a_sure_order():
    found = rank(RICE, [rice(1, 100, 1, 50), rice(2, 100, 2, 50), rice(3, 100, 3, 50)], seed=1)
    assert [row.id for row in found.rows] == [3, 2, 1]
    assert [row.score.p50 for row in found.rows] == pytest.approx([150, 100, 50])
    assert [(row.low, row.high) for row in found.rows] == [(1, 1), (2, 2), (3, 3)]
    assert found.rows[0].first == 1
    assert found.rows[0].beats_next == 1
    assert found.bands == ((3,), (2,), (1,))


def test_equal_scores_are_one_tie_and_each_may_have_every_place():
    found = rank(RICE, [rice(k, 100, 1, 50) for k in (5, 2, 9)], seed=1)
    assert [row.id for row in found.rows] == [2, 5, 9]
    assert found.bands == ((2, 5, 9),)
    assert {(row.low, row.high) for row in found.rows} == {(1, 3)}
    assert found.rows[0].beats_next == 0.5


def test_the_chance_to_outrank_is_that_of_two_lognormals():
    """ln of each is normal: the chance is a normal tail of the difference."""
    first, second = Triple(50, 100, 200), Triple(40, 80, 160)
    sd = math.log(2) / NormalDist().inv_cdf(0.9)
    exact = NormalDist().cdf(math.log(100 / 80) / (sd * math.sqrt(2)))
    found, error = outranks(
        RICE, rice(1, first, 1, 100), rice(2, second, 1, 100), seed=3, draws=10_000
    )
    assert error == pytest.approx(chance_error(found, 10_000))
    assert found == pytest.approx(exact, abs=4 * error)


@pytest.mark.parametrize(
    ("asked", "typed"),
    [
        (Input("a", "A"), Triple(50, 100, 200)),
        (Input("a", "A"), Triple(90, 100, 900)),  # skewed: two halves joined at the median
        (Input("a", "A", low=0, high=10), Triple(3, 5, 6)),
        (Input("a", "A", low=0, high=100, unit="%"), Triple(50, 70, 80)),
    ],
)
def test_a_range_is_drawn_as_it_was_typed(asked, typed):
    formula = Formula("own", "sum", False, (asked,))
    (row,) = rank(formula, [Candidate(1, {"a": typed})], seed=1, draws=10_000).rows
    wanted = typed.scaled(0.01) if asked.is_share else typed
    assert tuple(row.score) == pytest.approx(tuple(wanted), rel=0.02)


def test_a_bounded_score_stays_on_its_scale():
    formula = Formula("own", "sum", False, (Input("a", "A", low=0, high=10),))
    (row,) = rank(formula, [Candidate(1, {"a": Triple(8, 9.9, 10)})], seed=1).rows
    assert row.score.p90 <= 10


def test_a_tie_ends_where_the_first_of_it_is_clearly_ahead():
    wide = [rice(k, Triple(reach / 2, reach, reach * 2), 1, 100) for k, reach in
            ((1, 100), (2, 95), (3, 90), (4, 20))]  # fmt: skip
    found = rank(RICE, wide, seed=1)
    assert found.bands == ((1, 2, 3), (4,))
    ahead, _ = outranks(RICE, wide[0], wide[3], seed=1)
    assert ahead >= TIE > outranks(RICE, wide[0], wide[2], seed=1)[0]


def test_a_score_too_large_to_count_is_refused_in_words():
    steep = Formula("own", "product", False, (Input("a", "A", weight=5), Input("b", "B", weight=5)))
    large = Candidate(1, {"a": exactly(1e6), "b": Triple(1e4, 1e5, 1e6)})
    small = Candidate(2, {"a": exactly(1), "b": Triple(1, 2, 3)})
    with pytest.raises(ValueError, match="too large to count"):
        rank(steep, [large, small], seed=1)
    with pytest.raises(ValueError, match="too large to count"):
        outranks(steep, large, small, seed=1)


values = st.floats(1, 1000)
ranges = st.tuples(values, values, values).map(lambda three: Triple(*sorted(three)))


@st.composite
def backlogs(draw, most: int = 7):
    ids = draw(st.lists(st.integers(1, 10_000), min_size=1, max_size=most, unique=True))
    return [
        Candidate(id, {"a": draw(ranges), "b": draw(ranges)} if draw(st.booleans()) else {})
        for id in ids
    ]


@settings(max_examples=40, deadline=None)
@given(backlogs(), st.randoms(use_true_random=False))
def test_neither_the_order_of_rows_nor_another_item_changes_a_score(candidates, random):
    found = rank(SUMMED, candidates, seed=5, draws=200)
    mixed = list(candidates)
    random.shuffle(mixed)
    assert rank(SUMMED, mixed, seed=5, draws=200) == found
    alone = {row.id: row.score for row in found.rows}
    for each in candidates:
        for row in rank(SUMMED, [each], seed=5, draws=200).rows:
            assert row.score == alone[each.id]


@settings(max_examples=40, deadline=None)
@given(backlogs())
def test_places_hold_together(candidates):
    found = rank(SUMMED, candidates, seed=5, draws=200)
    assert len(found.rows) + len(found.unranked) == len(candidates)
    assert [row.place for row in found.rows] == list(range(1, len(found.rows) + 1))
    assert sum(row.first for row in found.rows) >= 1 - 1e-9 or not found.rows
    for row in found.rows:
        assert row.score.p10 <= row.score.p50 <= row.score.p90
        assert 1 <= row.low <= row.high <= len(found.rows)
        assert row.error >= 0
    assert [id for band in found.bands for id in band] == [row.id for row in found.rows]


@settings(max_examples=30, deadline=None)
@given(ranges, ranges, st.floats(1.1, 5))
def test_a_larger_input_never_lowers_a_score_and_a_larger_effort_never_raises_it(a, b, factor):
    values = {"value": Triple(2, 5, 8), "urgency": exactly(3), "risk": exactly(1)}
    small = Candidate(1, values, sized(a))
    large = Candidate(1, values, sized(a.scaled(factor)))
    (one,), (two,) = rank(WSJF, [small], seed=2).rows, rank(WSJF, [large], seed=2).rows
    assert two.score.p50 < one.score.p50
    more = Candidate(1, values | {"value": Triple(4, 9, 15)}, sized(a))
    assert rank(WSJF, [more], seed=2).rows[0].score.p50 > one.score.p50


def test_a_fraction_is_no_percentage_unless_it_says_so():
    confidence = next(each for each in RICE.inputs if each.name == "confidence")
    with pytest.raises(ValueError, match=re.escape("type 60..70..80, or 0.6..0.7..0.8 %")):
        read_input("0.6..0.7..0.8", confidence)
    assert read_input("0.6 %", confidence) == Triple(0.6, 0.6, 0.6)
    assert read_input("1", confidence) == Triple(1, 1, 1)
