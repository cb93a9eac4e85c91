"""Why a total of debt moved."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from debt.maths.flows import Cause, Known, Life, periods, total_on

JAN, FEB, MAR, APR = (datetime.date(2026, month, 1) for month in (1, 2, 3, 4))


def day(month, number):
    return datetime.date(2026, month, number)


def test_an_item_comes_with_its_first_price_and_goes_with_its_last():
    life = Life([Known(day(1, 5), 10), Known(day(1, 20), 12)], went=day(2, 10))
    january, february = periods([life], [JAN, FEB, MAR])
    assert january.causes == {Cause.INCURRED: 10, Cause.RE_ESTIMATED: 2}
    assert (january.before, january.after) == (0, 12)
    assert february.causes == {Cause.PAID: -12}
    assert february.after == 0


def test_what_was_there_before_the_first_day_is_no_move():
    (only,) = periods([Life([Known(day(1, 5), 10)])], [FEB, MAR])
    assert (only.before, only.after, only.causes) == (10, 10, {})


def test_each_difference_has_its_cause():
    life = Life([
        Known(day(1, 2), 10),
        Known(day(1, 3), 11, Cause.EVIDENCE),
        Known(day(1, 4), 8, Cause.RE_BASED),
        Known(day(1, 5), 8, Cause.RE_ESTIMATED),
    ], went=day(1, 9), end=Cause.WRITTEN_OFF)  # fmt: skip
    (only,) = periods([life], [JAN, FEB])
    assert only.causes == {
        Cause.INCURRED: 10, Cause.EVIDENCE: 1, Cause.RE_BASED: -3, Cause.WRITTEN_OFF: -8,
    }  # fmt: skip
    assert (only.came, only.left) == (11, -11)


def test_what_is_known_after_the_end_counts_for_nothing():
    life = Life([Known(day(1, 5), 10), Known(day(2, 20), 50)], went=day(2, 10))
    assert [each.after for each in periods([life], [JAN, FEB, MAR])] == [10, 0]


def test_an_item_that_ends_on_the_day_it_is_priced_comes_and_goes():
    (only,) = periods([Life([Known(day(1, 5), 10)], went=day(1, 5))], [JAN, FEB])
    assert only.causes == {Cause.INCURRED: 10, Cause.PAID: -10}


def test_days_that_do_not_rise_are_refused():
    for bounds in ([JAN], [FEB, JAN], [JAN, JAN]):
        with pytest.raises(ValueError, match="rise"):
            periods([], bounds)


days = st.integers(0, 150).map(lambda offset: JAN + datetime.timedelta(offset))
lives = st.lists(
    st.builds(
        lambda known, went, end: Life(
            [Known(*each) for each in sorted(known, key=lambda row: row[0])], went, end
        ),
        st.lists(
            st.tuples(days, st.floats(0, 1e4), st.sampled_from(Cause)),
            max_size=6,
        ),
        st.none() | days,
        st.sampled_from([Cause.PAID, Cause.WRITTEN_OFF, Cause.NOT_DEBT]),
    ),
    max_size=8,
)


@given(lives)
def test_opened_less_closed_is_the_change_and_the_total_is_that_of_the_items(some):
    found = periods(some, [JAN, FEB, MAR, APR])
    for each in found:
        assert each.after - each.before == pytest.approx(sum(each.causes.values()), abs=1e-6)
        assert each.after == pytest.approx(
            total_on(some, each.end - datetime.timedelta(1)), abs=1e-6
        )
        assert each.came + each.left == pytest.approx(each.after - each.before, abs=1e-6)
    assert [each.before for each in found[1:]] == [each.after for each in found[:-1]]
