"""Was paying worth it? The verdict from what is known, and nothing from what is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from debt.maths import worth
from debt.maths.worth import Promise, Side, Verdict

PROMISE = Promise(principal=(5, 10, 20), interest=2.0, share_removed=0.8)


def tapped(days: float | None, taps: int = 8) -> Side:
    return Side(taps=taps, tapped_days=days)


def changed(time: float, changes: int = 12, rate: float = 4.0) -> Side:
    return Side(changes=changes, touch_rate=rate, time_per_change=time)


def test_taps_that_fell_by_as_much_as_was_promised_hold_it():
    found = worth.judge(PROMISE, 12.0, tapped(1.0), tapped(0.2))
    assert (found.verdict, found.measured_by) == (Verdict.HELD, "taps")
    assert found.share_come == pytest.approx(1.0)


def test_shorter_changes_are_counted_at_the_touches_of_before():
    # 4 changes a month, each 0.2 pd shorter: 0.8 of the promised 1.6 pd a month
    found = worth.judge(PROMISE, 12.0, changed(0.6), changed(0.4))
    assert found.share_come == pytest.approx(0.5)
    assert (found.verdict, found.measured_by) == (Verdict.PARTLY, "changes")


def test_changes_are_believed_before_taps():
    before = Side(changes=12, touch_rate=4.0, time_per_change=0.6, taps=9, tapped_days=1.0)
    after = Side(changes=12, touch_rate=4.0, time_per_change=0.6, taps=1, tapped_days=0.1)
    assert worth.judge(PROMISE, None, before, after).verdict == Verdict.NOT


def test_a_relief_that_did_not_come_did_not_hold():
    assert worth.judge(PROMISE, 8.0, tapped(1.0), tapped(0.95)).verdict == Verdict.NOT


def test_a_relief_that_cost_more_than_was_said_held_partly():
    found = worth.judge(PROMISE, 25.0, tapped(1.0), tapped(0.1))
    assert (found.price, found.gain, found.verdict) == (
        Verdict.PARTLY, Verdict.HELD, Verdict.PARTLY
    )  # fmt: skip


def test_half_a_relief_at_twice_the_price_did_not_hold():
    assert worth.judge(PROMISE, 60.0, tapped(1.0), tapped(0.6)).verdict == Verdict.NOT


def test_what_nobody_tapped_is_not_a_relief():
    found = worth.judge(PROMISE, 8.0, Side(), Side())
    assert (found.verdict, found.gain, found.price) == (
        Verdict.UNKNOWN, Verdict.UNKNOWN, Verdict.HELD
    )  # fmt: skip


def test_the_end_of_two_taps_says_nothing():
    assert worth.judge(PROMISE, 8.0, tapped(0.1, taps=2), tapped(0.0)).verdict == Verdict.UNKNOWN


def test_four_changes_are_too_few_to_compare():
    found = worth.judge(PROMISE, 8.0, changed(0.6, changes=4), changed(0.1))
    assert found.verdict == Verdict.UNKNOWN


def test_a_relief_is_judged_although_nobody_knows_what_it_took():
    found = worth.judge(PROMISE, None, tapped(1.0), tapped(0.2))
    assert (found.verdict, found.price, found.cost_ratio) == (Verdict.HELD, Verdict.UNKNOWN, None)


def test_days_are_told_against_the_middle_of_what_was_said():
    assert worth.judge(PROMISE, 15.0, Side(), Side()).cost_ratio == pytest.approx(1.5)


@given(
    before=st.floats(0.01, 10), after=st.floats(0, 10), more=st.floats(0, 5),
    took=st.none() | st.floats(0.1, 100),
)  # fmt: skip
def test_more_pain_after_it_never_makes_a_better_verdict(before, after, more, took):
    order = [Verdict.NOT, Verdict.PARTLY, Verdict.HELD]
    less = worth.judge(PROMISE, took, tapped(before), tapped(after)).verdict
    worse = worth.judge(PROMISE, took, tapped(before), tapped(after + more)).verdict
    assert order.index(worse) <= order.index(less)


def test_no_rate_is_told_from_four_pay_offs():
    found = worth.hit_rate(["held"] * 4)
    assert (found.n, found.share, found.interval) == (4, None, None)


def test_a_rate_has_its_interval():
    found = worth.hit_rate(["held", "held", "held", "partly", "not"])
    assert (found.hits, found.n, found.share) == (3, 5, 0.6)
    assert found.interval == pytest.approx((0.2307, 0.8824), abs=1e-3)


def test_unknown_pay_offs_are_counted_beside_the_rate_and_not_in_it():
    found = worth.hit_rate(["held"] * 5 + ["unknown"] * 7)
    assert (found.n, found.unknown, found.share) == (5, 7, 1.0)
