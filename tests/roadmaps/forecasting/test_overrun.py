"""How far finished work ran over, and how far several ranges of the same work lie apart."""

import math

import pytest

from roadmaps.forecasting.agreement import agreement
from roadmaps.forecasting.overrun import LEAST, Overrun, differs, overrun, quantile, reach
from roadmaps.forecasting.ranges import Triple


def test_the_typical_ratio_is_the_median_with_its_interval():
    found = overrun([0.8, 1.0, 1.2, 1.4, 1.6, 2.0, 3.0])
    assert (found.n, found.typical) == (7, 1.4)
    assert (found.low, found.high) == (1.0, 2.0)


@pytest.mark.parametrize("n", range(LEAST, 60))
def test_the_interval_is_the_narrowest_that_holds_the_median_at_80_percent(n):
    def coverage(out: int) -> float:
        return 1 - 2 * sum(math.comb(n, k) for k in range(out + 1)) / 2**n

    assert coverage(reach(n)) >= 0.8
    assert coverage(reach(n) + 1) < 0.8


def test_too_few_items_tell_only_how_many_they_are():
    assert overrun([2.0] * (LEAST - 1)) == Overrun(LEAST - 1)
    assert not overrun([]).known


def test_items_all_alike_are_known_exactly():
    found = overrun([1.5] * 8)
    assert (found.low, found.typical, found.high, found.p10, found.p90) == (1.5,) * 5


@pytest.mark.parametrize("bad", [0, -1, math.inf, math.nan])
def test_a_ratio_that_is_none_is_refused(bad):
    with pytest.raises(ValueError, match="above 0"):
        overrun([1.0, bad])


def test_a_level_lies_straight_between_two_values():
    assert quantile([0.0, 10.0], 0.25) == 2.5


def test_work_differs_only_where_the_usual_lies_outside_the_interval():
    usual = overrun([1.0] * 20)
    assert differs(overrun([2.0] * 9), usual) == 1
    assert differs(overrun([0.5] * 9), usual) == -1
    assert differs(overrun([0.5, 0.9, 1.0, 1.1, 3.0]), usual) == 0
    assert differs(overrun([2.0]), usual) == 0


def test_ranges_that_meet_share_days_and_are_so_many_times_apart():
    found = agreement([Triple(4, 8, 16), Triple(6, 12, 20), Triple(5, 10, 12)])
    assert (found.n, found.apart, found.shared) == (3, 1.5, (6, 12))
    assert (found.widest, found.narrowest) == (4, pytest.approx(2.4))
    assert not found.far


def test_ranges_that_do_not_meet_are_far_apart():
    found = agreement([Triple(4, 5, 6), Triple(7, 9, 11)])
    assert found.shared is None
    assert found.far


def test_likely_values_twice_apart_are_far_although_the_ranges_meet():
    assert agreement([Triple(4, 8, 30), Triple(10, 16, 20)]).far


def test_one_range_alone_agrees_with_nobody():
    assert agreement([Triple(1, 2, 3)]) is None


def test_a_range_out_of_order_is_refused():
    with pytest.raises(ValueError, match="in order"):
        agreement([Triple(1, 2, 3), Triple(3, 2, 4)])
