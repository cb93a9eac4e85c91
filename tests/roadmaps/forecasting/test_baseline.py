from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadmaps.forecasting import BaselineItem, scope_change

BEFORE = [
    BaselineItem(1, "PAY-1", 5.0, 1, date(2027, 3, 1), date(2027, 2, 1)),
    BaselineItem(2, "PAY-2", 8.0, 2),
    BaselineItem(3, "PAY-3", None, 3),
]
NOW = [
    BaselineItem(1, "PAY-1", 7.0, 2, date(2027, 3, 8), date(2027, 2, 11)),
    BaselineItem(3, "PAY-3", 2.0, 1),
    BaselineItem(4, "PAY-4", 3.0, 3),
    BaselineItem(5, "PAY-5", None, 4),
]


def test_causes_are_told_apart():
    change = scope_change(BEFORE, NOW)
    assert [(c.key, c.days) for c in change.added] == [("PAY-4", 3.0), ("PAY-5", 0.0)]
    assert [(c.key, c.days) for c in change.removed] == [("PAY-2", -8.0)]
    assert [(c.key, c.days) for c in change.re_estimated] == [("PAY-1", 2.0), ("PAY-3", 2.0)]
    assert (change.before_days, change.after_days, change.total_days) == (13, 12, -1)


def test_a_missing_estimate_is_counted_and_not_zero():
    change = scope_change(BEFORE, NOW)
    assert change.without_estimate == 1
    assert (change.re_estimated[1].before, change.re_estimated[1].after) == (None, 2.0)


def test_places_and_dates_that_moved_are_no_scope():
    moved = {shift.key: shift for shift in scope_change(BEFORE, NOW).moved}
    assert (moved["PAY-1"].places, moved["PAY-1"].target_days, moved["PAY-1"].p85_days) == (
        1,
        7,
        10,
    )
    assert (moved["PAY-3"].places, moved["PAY-3"].target_days) == (-1, None)


def test_an_item_named_twice_is_refused():
    with pytest.raises(ValueError, match="twice"):
        scope_change(BEFORE, [NOW[0], NOW[0]])


rows = st.dictionaries(
    st.integers(1, 20), st.one_of(st.none(), st.integers(1, 400).map(lambda q: q / 4))
).map(lambda days: [BaselineItem(id, f"PAY-{id}", p50) for id, p50 in days.items()])


@given(rows, rows)
def test_scope_change_is_the_sum_of_its_causes(before, now):
    change = scope_change(before, now)
    causes = change.added_days + change.removed_days + change.re_estimated_days
    assert causes == change.total_days == change.after_days - change.before_days
