"""What a team's predictions add up to, and what has become of a decision: on plain values."""

import datetime

import pytest

from tradeoffs import reality, track_record

TODAY = datetime.date(2026, 11, 30)


def test_brier_of_one_chance_splits_into_what_came_true_and_what_did_not():
    """0.8 said 20 times, 15 came true: (15 x 0.04 + 5 x 0.64) / 20 = 0.19; base 0.75 x 0.25."""
    found = track_record.chances([(0.8, 1)] * 15 + [(0.8, 0)] * 5)
    assert found.brier == pytest.approx(0.19)
    assert found.base == pytest.approx(0.1875)
    ((only, (low, high)),) = found.curve
    assert (only.n, only.came_true) == (20, 0.75)
    assert low < 0.75 < high


@pytest.mark.parametrize("n", [0, 1, 19])
def test_nothing_is_said_below_the_guard(n):
    assert track_record.chances([(0.5, 1)] * n) is None
    assert track_record.numbers([(1, 2, 3, 2)] * n) is None
    assert track_record.share(min(n, 1), n) is None
    assert track_record.leanings([("Cost", 2, 3)] * n) == []


def test_numbers_inside_their_range_and_above_their_middle():
    rows = [(1, 2, 4, 3)] * 16 + [(1, 2, 4, 5)] * 4
    found = track_record.numbers(rows)
    assert (found.n, found.held, found.high) == (20, 0.8, 1.0)
    assert found.mape == pytest.approx((16 * 1 / 3 + 4 * 3 / 5) / 20)


def test_a_leaning_is_the_median_of_actual_over_predicted():
    rows = [("Development time", 10, 16)] * 20 + [("Cost", 10, 20)] * 3 + [("Cost", 0, 20)] * 20
    (found,) = track_record.leanings(rows)
    assert (found.quality, found.factor, found.n) == ("Development time", 1.6, 20)


def test_a_share_comes_with_its_interval_and_n():
    """Wilson of 4 in 20 at 95 %: 0.081 to 0.416 (Newcombe 1998)."""
    found = track_record.share(4, 20)
    assert found.value == 0.2
    assert found.interval == pytest.approx((0.0807, 0.4160), abs=5e-4)


@pytest.mark.parametrize(
    ("chance", "outcome", "kept"),
    [(0.9, 1, True), (0.9, 0, False), (0.2, 0, True), (0.2, 1, False)],
)
def test_a_chance_is_kept_on_its_likelier_side(chance, outcome, kept):
    assert reality.kept(chance=chance, low=None, high=None, outcome=outcome) is kept


@pytest.mark.parametrize(("outcome", "kept"), [(1, True), (4, True), (4.1, False), (0.9, False)])
def test_a_number_is_kept_inside_its_range_ends_included(outcome, kept):
    assert reality.kept(chance=None, low=1, high=4, outcome=outcome) is kept


def judge(**fields):
    start = {
        "items": [], "checked": [], "again": "", "check_on": None, "asked": False, "today": TODAY
    }  # fmt: skip
    return reality.judge(**(start | fields))


def test_built_is_the_share_of_items_that_are_done_without_the_dropped():
    assert judge(items=["done", "done", "planned", "idea", "in_progress", "dropped"]).built == 0.4
    assert judge(items=["dropped"]).built is None
    assert judge().built is None


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({}, reality.UNKNOWN),
        ({"again": "unclear"}, reality.UNKNOWN),
        ({"again": "yes"}, reality.PASSING),
        ({"checked": [True, True, False]}, reality.PASSING),
        ({"checked": [True, False]}, reality.FAILING),
        ({"checked": [True, True], "again": "no"}, reality.FAILING),
    ],
)
def test_confirmation(fields, word):
    assert judge(**fields).confirmation == word


def test_a_review_is_overdue_the_day_after_or_once_a_trigger_asks():
    assert not judge(check_on=TODAY).overdue
    assert judge(check_on=TODAY - datetime.timedelta(days=1)).overdue
    assert judge(asked=True).overdue
