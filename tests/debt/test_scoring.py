"""Score model version 1 against its worked examples, and what must hold for any input."""

import json
import math
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from debt.maths import payback, scoring
from debt.maths.drag import (
    Spell,
    TouchingChange,
    given_back,
    lost_share,
    per_change,
    steps,
    team_drag,
)
from debt.maths.ranges import Range, read
from debt.mining.touches import touch_rate

ROOT = Path(__file__).parents[2]
MODEL = json.loads((ROOT / "debt/score_model_1.json").read_text())
EXAMPLES = json.loads((ROOT / "tests/data/debt_examples.json").read_text())


def point(value):
    return Range(value, value, value)


def inputs_of(example):
    given_ = example["inputs"]
    return scoring.Inputs(
        capacity=given_["team_capacity_days_per_month"],
        principal=Range(*given_["principal_p10_p50_p90_days"]),
        declared=point(given_["declared_interest_days_per_month"]),
        events=point(given_["event_interest_days_per_month"]),
        change_ages_days=tuple(given_["change_ages_days"]),
        time_per_change=given_["time_per_change_days"],
        slow_down=point(given_["slow_down_phi"]),
        share_in_scope=given_["share_of_change_in_scope"],
        probability=given_["interest_probability"],
        contagion=given_["contagion_per_month"],
        risks=((given_["severity"], given_["severity_probability"]),),
        exposure_share=given_["exposure_share"],
        horizon_months=given_["horizon_months"],
        share_removed=given_["share_of_interest_removed"],
        months_until_done=given_["months_until_done"],
    )


def outputs_of(inputs):
    found = scoring.score(inputs, MODEL, seed=1)
    return {
        "effective_window_months": scoring.effective_window_months(MODEL),
        "touch_rate_per_month": found.interest.touch_rate,
        "changes_in_window": found.interest.changes,
        "credibility_z": found.interest.credibility,
        "slow_down_share_u": found.interest.slow_down_share,
        "interest_measured_days_per_month": found.interest.measured,
        "interest_days_per_month": found.interest.total,
        "principal_mean_days": found.principal_mean,
        "principal_sd_days": found.principal_sd,
        "payback_months": found.payback_months,
        "discounted_payback_months": found.discounted_payback_months,
        "npv_now_days": found.npv_now,
        "npv_in_3_months_days": found.npv_in_a_quarter,
        "parts": found.parts,
        "score": found.score,
        "rating": found.letter,
    }


CASES = [
    pytest.param(example, name, id=f"{example['name']}: {name}")
    for example in EXAMPLES["items"]
    for name in example["expected"]
]


@pytest.mark.parametrize(("example", "name"), CASES)
def test_the_worked_example_gives(example, name):
    found, expected = outputs_of(inputs_of(example))[name], example["expected"][name]
    if isinstance(expected, float | int | dict):
        expected = pytest.approx(expected, abs=2e-6)
    assert found == expected


@pytest.mark.parametrize(
    ("name", "verdict"),
    [
        ("hot billing module", "no_gain"),
        ("ugly but frozen", "frozen"),
        ("manual chore, no code", "gain"),
        ("library past support", "risk"),
    ],
)
def test_the_verdict_on_the_worked_examples(name, verdict):
    inputs = next(inputs_of(example) for example in EXAMPLES["items"] if example["name"] == name)
    assert scoring.verdict_of(scoring.score(inputs, MODEL, seed=1), inputs, MODEL) == verdict


def test_three_items_on_one_change_lose_less_than_their_sum():
    example = EXAMPLES["overlap"]
    assert lost_share(example["lost_shares"]) == pytest.approx(example["combined"], abs=1e-4)


def declared_only(**overrides):
    values = {
        "capacity": 60.0,
        "principal": Range(5, 10, 20),
        "declared": Range(1, 2, 4),
        "horizon_months": 12,
        "share_removed": 0.8,
        "months_until_done": 1,
    }
    return scoring.Inputs(**{**values, **overrides})


def test_without_any_change_the_declared_value_counts_alone():
    assert scoring.interest_of(declared_only(), MODEL).total == pytest.approx(2.3)


def test_measured_interest_counts_alone_where_nobody_declared_any():
    found = scoring.interest_of(
        declared_only(declared=None, change_ages_days=(1.0,) * 9, slow_down=point(0.3)), MODEL
    )
    assert found.total == pytest.approx(found.measured)
    assert not found.thin


def test_few_changes_and_no_declared_value_are_thin_evidence():
    found = scoring.interest_of(
        declared_only(declared=None, change_ages_days=(1.0, 2.0), slow_down=point(0.3)), MODEL
    )
    assert found.thin


def test_an_old_declared_value_weighs_less():
    fresh = scoring.credibility(5, 0, MODEL)
    assert scoring.credibility(5, 180, MODEL) > fresh == pytest.approx(0.5)


def test_a_change_outside_the_window_does_not_count():
    assert scoring.weights_of((181.0, 10.0), MODEL) == [pytest.approx(2 ** (-10 / 90))]


@pytest.mark.parametrize(
    ("gap", "overrides"),
    [
        ("interest", {"declared": None}),
        ("principal", {"principal": None}),
        ("capacity", {"capacity": 0.0}),
    ],
)
def test_what_is_missing_is_named_and_there_is_no_score(gap, overrides):
    inputs = declared_only(**overrides)
    assert scoring.missing(inputs) == gap
    with pytest.raises(ValueError, match=gap):
        scoring.score(inputs, MODEL, seed=1)


def test_touches_without_a_slow_down_are_not_interest():
    assert scoring.missing(declared_only(declared=None, change_ages_days=(1.0,))) == "interest"


def test_interest_of_nothing_known_is_refused():
    with pytest.raises(ValueError, match="no score"):
        scoring.interest_of(declared_only(declared=None), MODEL)
    with pytest.raises(ValueError, match="no score"):
        scoring.interest_draws(declared_only(declared=None), MODEL, 1)


def test_the_input_with_the_widest_swing_comes_first():
    wide = declared_only(declared=Range(0.2, 2, 20), principal=Range(9, 10, 11))
    assert scoring.swings(wide, MODEL)[0].name == "declared"


def test_a_model_that_lacks_a_parameter_is_refused_by_name():
    broken = {**MODEL, "burden": {"points": 40, "scale_share": 0.0025}}
    with pytest.raises(ValueError, match=r"burden\.full_share"):
        scoring.check_model(broken, MODEL)


@pytest.mark.parametrize(
    ("overrides", "sentence"),
    [
        ({"burden": 40}, "group"),
        ({"one_number_spread": [1, 2]}, "3 numbers"),
        ({"draws": "many"}, "a number"),
    ],
)
def test_a_model_with_a_wrong_value_is_refused(overrides, sentence):
    with pytest.raises(ValueError, match=sentence):
        scoring.check_model({**MODEL, **overrides}, MODEL)


@pytest.mark.parametrize(
    ("value", "letter"), [(0, "A"), (19.99, "A"), (20, "B"), (40, "C"), (60, "D"), (80, "E")]
)
def test_letters_of_a_score(value, letter):
    assert scoring.letter_of(value, MODEL["letters"]) == letter


@pytest.mark.parametrize(("share", "letter"), [(0.05, "A"), (0.051, "B"), (0.35, "D"), (0.4, "E")])
def test_letters_of_a_drag_include_their_limit(share, letter):
    assert scoring.letter_of(share, MODEL["drag_letters"], inclusive=True) == letter


amounts = st.floats(0.05, 200)
ranges_ = st.tuples(amounts, amounts, amounts).map(lambda t: Range(*sorted(t)))
items = st.builds(
    declared_only,
    capacity=st.floats(1, 500),
    principal=ranges_,
    declared=ranges_,
    events=st.none() | ranges_,
    change_ages_days=st.none() | st.lists(st.floats(0, 200), max_size=40).map(tuple),
    slow_down=st.none() | st.floats(0.01, 3).map(point),
    contagion=st.floats(-0.05, 0.1),
    risks=st.lists(st.tuples(st.integers(0, 4), st.floats(0, 1)), max_size=5).map(tuple),
    exposure_share=st.none() | st.floats(0, 1),
    months_until_done=st.integers(0, 12),
)


@given(items)
@settings(max_examples=60, deadline=None)
def test_the_parts_always_sum_to_the_score(inputs):
    found = scoring.score(inputs, MODEL, seed=7)
    assert sum(found.parts.values()) == found.score
    assert tuple(found.parts) == scoring.PARTS
    assert 0 <= found.score <= 100


@given(items)
@settings(max_examples=20, deadline=None)
def test_the_same_seed_gives_the_same_score(inputs):
    assert scoring.score(inputs, MODEL, seed=7) == scoring.score(inputs, MODEL, seed=7)


@given(items)
@settings(max_examples=40, deadline=None)
def test_ranges_of_a_score_are_in_order_and_the_chance_is_one(inputs):
    found = scoring.score(inputs, MODEL, seed=7)
    assert found.low <= found.high
    assert list(found.payback_range) == sorted(found.payback_range)
    assert list(found.interest_range) == sorted(found.interest_range)
    assert 0 <= found.chance <= 1


@given(st.lists(st.floats(0, 180), max_size=30), st.floats(0, 180), st.floats(0.01, 3))
@settings(deadline=None)
def test_more_touches_never_lower_measured_interest(ages, another, phi):
    def measured(found):
        inputs = declared_only(change_ages_days=tuple(found), slow_down=point(phi))
        return scoring.interest_of(inputs, MODEL).measured

    assert measured([*ages, another]) >= measured(ages)


@given(st.floats(0, 1e6))
def test_the_slow_down_share_never_reaches_one(phi):
    inputs = declared_only(change_ages_days=(1.0,), slow_down=point(phi))
    assert scoring.interest_of(inputs, MODEL).slow_down_share < 1


@given(items)
@settings(max_examples=30, deadline=None)
def test_the_hash_follows_the_inputs(inputs):
    assert scoring.hash_of(inputs) == scoring.hash_of(inputs)
    other = scoring.replace(inputs, capacity=inputs.capacity + 1)
    assert scoring.hash_of(inputs) != scoring.hash_of(other)


def test_the_median_of_the_draws_is_the_middle_of_the_range():
    drawn = scoring.interest_draws(declared_only(), MODEL, seed=3)
    assert np.percentile(drawn, (10, 50, 90)) == pytest.approx((1, 2, 4), rel=0.1)


interests = st.dictionaries(st.text("abc", min_size=1, max_size=3), st.floats(0.01, 90), max_size=8)


@given(interests, st.floats(1, 200))
@settings(max_examples=60, deadline=None)
def test_shares_of_items_sum_to_the_drag_and_the_drag_stays_below_the_cap(found, capacity):
    draws = {key: np.full(50, value) for key, value in found.items()}
    drag = team_drag(found, draws, capacity=capacity, cap=MODEL["drag_cap"])
    assert sum(drag.shares.values()) == pytest.approx(drag.mean)
    assert 0 <= drag.mean <= MODEL["drag_cap"] < 0.9
    assert 0 <= drag.low <= drag.mid <= drag.high < 0.9
    assert drag.capped == (sum(found.values()) / capacity >= MODEL["drag_cap"])


def test_drag_that_is_cut_says_so_and_keeps_what_it_was():
    drag = team_drag({"a": 80, "b": 40}, {"a": np.full(9, 80.0)}, capacity=100, cap=0.89)
    assert drag.capped
    assert drag.uncapped_mean == pytest.approx(1.2)
    assert drag.alone == {"a": 0.8, "b": 0.4}


def test_a_team_without_capacity_has_no_drag():
    with pytest.raises(ValueError, match="without capacity"):
        team_drag({}, {}, capacity=0, cap=0.89)


def test_a_cap_of_nine_tenths_is_refused():
    with pytest.raises(ValueError, match=r"below 0\.9"):
        team_drag({}, {}, capacity=10, cap=0.9)


def test_paying_an_item_gives_back_the_share_it_removes():
    points = given_back(np.full(9, 10.0), capacity=100, removed=0.8, shrink=0.5)
    assert points == pytest.approx(Range(0.04, 0.04, 0.04))


JAN, MAR, JUN = date(2026, 1, 1), date(2026, 3, 1), date(2026, 6, 1)


def test_drag_over_time_rises_and_falls_with_its_items():
    spells = [Spell(JAN, MAR, 0.1), Spell(JAN, None, 0.05), Spell(JUN, None, 0.2)]
    found = [(day, pytest.approx(level)) for day, level in [(JAN, 0.15), (MAR, 0.05), (JUN, 0.25)]]
    assert steps(spells, cap=0.89) == found


def test_drag_over_time_is_capped():
    assert steps([Spell(JAN, None, 0.8), Spell(MAR, None, 0.8)], cap=0.89)[1] == (MAR, 0.89)


def test_one_item_replacing_another_makes_no_step():
    assert steps([Spell(JAN, MAR, 0.1), Spell(MAR, None, 0.1)], cap=0.89) == [(JAN, 0.1)]


def test_overlapping_changes_charge_an_hour_once():
    changes = [TouchingChange(1.0, {"a": 0.5, "b": 0.5}), TouchingChange(0.5, {"a": 0.5})]
    shares = per_change(changes, time_per_change=1.0, window_months=1.0)
    assert sum(shares.values()) == pytest.approx(0.75 + 0.25)
    assert shares["b"] == pytest.approx(0.375)


def test_a_change_that_loses_nothing_is_charged_to_nobody():
    assert per_change([TouchingChange(1, {"a": 0})], time_per_change=1, window_months=1) == {}


TERMS = payback.Terms(horizon=12, until_done=1, removed=0.8, growth=1 / 1.008)


@given(amounts, amounts, st.floats(0.95, 1.1), st.integers(0, 12))
def test_discounted_payback_is_the_first_month_that_reaches_the_principal(
    principal, interest, growth, until_done
):
    terms = payback.Terms(horizon=12, until_done=until_done, removed=0.8, growth=growth)
    month = payback.discounted(principal, interest, terms)
    if month is None:
        assert growth < 1
    else:
        reached = payback.npv(principal, interest, payback.Terms(month, until_done, 0.8, growth))
        before = payback.npv(principal, interest, payback.Terms(month - 1, until_done, 0.8, growth))
        assert reached >= -1e-6
        assert before < 1e-6


def test_without_growth_or_discount_the_payback_is_plain():
    terms = payback.Terms(horizon=12, until_done=1, removed=1.0, growth=1.0)
    assert payback.discounted(10, 2, terms) == 6
    assert payback.npv(10, 2, terms) == pytest.approx(12)


def test_interest_of_zero_never_pays_back():
    assert payback.discounted(10, 0, TERMS) is None
    assert math.isinf(payback.simple(10, 0, TERMS))


def test_paying_costs_more_at_first_and_less_later():
    never = payback.days_spent(5, 2, TERMS, months=18, starts=None)
    now = payback.days_spent(5, 2, TERMS, months=18, starts=0)
    assert now[1] > never[1]
    assert now[18] < never[18]
    even = payback.even_month(never, now)
    assert even is not None
    assert 4 < even <= 5


def test_the_even_month_is_read_between_the_ends_of_two_months():
    assert payback.even_month([0, 2, 4, 6], [0, 5, 5, 5]) == pytest.approx(2.5)


def test_paying_what_never_earns_has_no_even_month():
    never = payback.days_spent(500, 0.1, TERMS, months=18, starts=None)
    now = payback.days_spent(500, 0.1, TERMS, months=18, starts=0)
    assert payback.even_month(never, now) is None


def test_paying_later_only_differs_after_the_wait():
    never = payback.days_spent(5, 2, TERMS, months=18, starts=None)
    later = payback.days_spent(5, 2, TERMS, months=18, starts=3)
    assert later[:4] == never[:4]
    assert later[4] > never[4]


SPREAD = tuple(MODEL["one_number_spread"])


@pytest.mark.parametrize("text", ["1..2..4", "1-2-4", "1 2 4", "1–2–4", "1..2..4 d"])
def test_a_range_can_be_typed_as(text):
    assert read(text, SPREAD) == Range(1, 2, 4)


def test_one_number_is_the_middle_of_a_spread():
    assert read("2", SPREAD) == pytest.approx(Range(1.2, 2, 4))


@pytest.mark.parametrize("text", ["", "x", "4..2..1", "0", "0..1..2", "-1", "1..2"])
def test_what_is_no_range_is_refused(text):
    with pytest.raises(ValueError):
        read(text, SPREAD)


@given(ranges_, st.floats(0, 1), st.floats(0, 1))
def test_draws_rise_with_their_level_and_pass_through_the_points(days, one, other):
    low, high = days.draws(np.array(sorted((one, other))))
    assert low <= high
    assert days.draws(np.array([0.1, 0.5, 0.9])) == pytest.approx(days, rel=1e-2)


def test_a_range_from_zero_upwards_has_no_draws():
    with pytest.raises(ValueError, match="more than 0"):
        Range(0, 1, 2).draws(np.zeros(3))


def test_a_range_that_is_not_finite_is_refused():
    with pytest.raises(ValueError, match="finite"):
        Range(1, 2, math.inf).draws(np.zeros(3))


def test_touches_without_a_slow_down_leave_what_was_declared_alone():
    given_ = scoring.Inputs(
        capacity=100, principal=Range(1, 2, 3), declared=Range(2, 2, 2),
        change_ages_days=(1.0,) * 50, horizon_months=12, share_removed=0.8, months_until_done=1,
    )  # fmt: skip
    assert scoring.interest_of(given_, MODEL).total == pytest.approx(2)


def test_no_change_in_the_window_is_rare_and_not_never():
    inputs = declared_only(
        declared=None, change_ages_days=(), slow_down=point(1.24), time_per_change=1.0
    )
    found = scoring.score(inputs, MODEL, seed=1)
    assert (found.interest.total, found.interest.touch_rate) == (0, 0)
    lost = 1.24 / 2.24
    rate = touch_rate([], months=scoring.effective_window_months(MODEL), prior=0.5)
    assert found.interest_range.p10 == pytest.approx(rate.low * lost, rel=0.4, abs=1e-3)
    assert found.interest_range.p90 == pytest.approx(rate.high * lost, rel=0.1)
    assert found.interest_range.p90 > 0.2
    assert found.low < found.high
    assert scoring.interest_draws(inputs, MODEL, 1).min() > 0


def test_what_was_declared_alone_weighs_where_nothing_was_touched():
    inputs = declared_only(change_ages_days=(), slow_down=point(1.24), time_per_change=1.0)
    without = declared_only()
    assert list(scoring.interest_draws(inputs, MODEL, 1)) == list(
        scoring.interest_draws(without, MODEL, 1)
    )
