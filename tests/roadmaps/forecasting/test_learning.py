"""The learner as a whole: what holds for every history, and what bad histories give."""

import json
import math
import random
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roadmaps.forecasting import About, Finished, Ratios, Triple
from roadmaps.forecasting.bias import SharedBias
from roadmaps.forecasting.ranges import POINTS, read
from roadmaps.forecasting.ratios import PRIOR_RATIOS, PriorSize
from roadmaps.forecasting.ratios.pooling import (
    FIRST_SHARE,
    Backtest,
    backtest,
    even_shares,
    groups_of,
    learned_share,
    lessons,
    quarter_start,
)
from roadmaps.forecasting.ratios.sample import sample_of
from roadmaps.forecasting.ratios.stretch import FIRST_STRETCH, distance, stretch_of

TODAY = date(2027, 1, 4)

rows = st.builds(
    Finished,
    finished_on=st.dates(date(2025, 6, 1), date(2027, 6, 1)),
    actual=st.floats(0.01, 500),
    typed=st.floats(0.05, 60)
    | st.builds(lambda p50: Triple(p50 / 2, p50, p50 * 3), st.floats(0.1, 40)),
    kind=st.sampled_from(["feature", "bet"]),
    team=st.integers(1, 2) | st.none(),
    weight=st.sampled_from([0.5, 1.0]),
    open=st.booleans(),
    id=st.integers(1, 99),
    started_on=st.dates(date(2025, 1, 1), date(2025, 6, 1)) | st.none(),
    person=st.integers(1, 3) | st.none(),
    component=st.integers(1, 2) | st.none(),
    project=st.integers(1, 2) | st.none(),
    epic=st.integers(1, 4) | st.none(),
)
histories = st.lists(rows, max_size=30)
abouts = st.builds(
    About,
    person=st.integers(1, 9) | st.none(),
    category=st.sampled_from(["feature", "bet", "new"]),
    component=st.integers(1, 9) | st.none(),
    project=st.integers(1, 9) | st.none(),
    epic=st.integers(1, 9) | st.none(),
)
FEW = settings(max_examples=40, deadline=None)


def person_history(count: int = 60) -> list[Finished]:
    """Two people, of whom one takes three times as long as estimated."""
    rng = random.Random(8)
    return [
        Finished(
            TODAY - timedelta(count - k),
            5 * (3.0 if k % 2 else 1.0) * math.exp(0.2 * rng.gauss(0, 1)),
            5.0,
            id=f"PAY-{k}",
            person=k % 2,
        )
        for k in range(count)
    ]


@pytest.mark.thorough
@FEW
@given(histories, histories, abouts)
def test_no_look_ahead(past, future, about):
    late = [
        replace(row, finished_on=max(TODAY, row.finished_on), started_on=None) for row in future
    ]
    alone, beside = Ratios.learn(past, on=TODAY), Ratios.learn([*late, *past], on=TODAY)
    assert alone == beside
    assert alone.table(3.0, about) == beside.table(3.0, about)


@pytest.mark.thorough
@FEW
@given(histories, st.randoms(use_true_random=False), abouts)
def test_the_order_of_the_rows_does_not_matter(history, rng, about):
    shuffled = rng.sample(history, len(history))
    one, other = Ratios.learn(history, on=TODAY), Ratios.learn(shuffled, on=TODAY)
    assert one.table(3.0, about) == other.table(3.0, about)
    assert (one.stretch, one.share, one.bias) == pytest.approx(
        (other.stretch, other.share, other.bias)
    )


@pytest.mark.thorough
@FEW
@given(histories, st.floats(0.01, 500), abouts)
def test_whatever_was_finished_gives_an_ordered_range_above_0(history, p50, about):
    ratios = Ratios.learn(history, on=TODAY)
    for typed in (p50, Triple(p50 / 2, p50, p50 * 4), Triple(p50, p50, p50)):
        learned = ratios.learn_range(typed, about)
        assert 0 < learned.range.p10 <= learned.range.p50 <= learned.range.p90 < math.inf
        assert len(learned.table) == POINTS
        assert all(a <= b for a, b in pairwise(learned.table))


@pytest.mark.thorough
@FEW
@given(histories, abouts)
def test_what_was_learned_survives_json(history, about):
    ratios = Ratios.learn(history, on=TODAY)
    again = Ratios.from_dict(json.loads(json.dumps(ratios.to_dict())))
    assert again == ratios
    assert again.table(2.0, about) == ratios.table(2.0, about)


def test_another_version_is_refused():
    assert not Ratios.can_read({"on": "2027-01-04"})
    with pytest.raises(ValueError, match="version"):
        Ratios.from_dict({"version": 1})


def test_a_prior_of_ones_own_survives_json():
    prior = (PriorSize(0.0, None, 36, (0.5, 1.0, 2.0)),)
    ratios = Ratios.learn([], on=TODAY, prior=prior)
    again = Ratios.from_dict(json.loads(json.dumps(ratios.to_dict())))
    assert again == ratios
    assert again.table(5.0) != Ratios.learn([], on=TODAY).table(5.0)


def test_each_persons_own_work_counts_most():
    ratios = Ratios.learn(person_history(), on=TODAY)
    slow = ratios.learn_range(5.0, About(person=1, category="feature"))
    quick = ratios.learn_range(5.0, About(person=0, category="feature"))
    assert slow.ratio > 2 > quick.ratio
    assert all(int(str(id).split("-")[1]) % 2 == 1 for id in slow.most_like)
    assert len(slow.most_like) == 3


def test_an_absent_estimator_gets_what_all_took():
    ratios = Ratios.learn(person_history(), on=TODAY)
    medians = [
        read(ratios.table(5.0, About(person, "feature")), 0.5) for person in (None, 99, 0, 1)
    ]
    assert medians[0] == pytest.approx(medians[1])
    assert medians[2] < medians[0] < medians[3]


def test_open_work_is_no_example_of_finished_work():
    history = [*person_history(), Finished(TODAY - timedelta(1), 50.0, 5.0, open=True, id="open")]
    assert "open" not in Ratios.learn(history, on=TODAY).learn_range(5.0).most_like


def test_an_empty_history_knows_the_prior_and_the_defaults():
    ratios = Ratios.learn([], on=TODAY)
    assert (ratios.n, ratios.rows, ratios.share) == (0, (), FIRST_SHARE)
    assert (ratios.bias, ratios.levels, ratios.stretch) == (SharedBias(), (), FIRST_STRETCH)
    assert ratios.learn_ranges([]) == []
    with pytest.raises(ValueError, match="at least one"):
        ratios.plain_table()


def test_one_finished_item_moves_the_prior_a_little():
    one = Ratios.learn([Finished(TODAY - timedelta(1), 50.0, 5.0)], on=TODAY)
    none = Ratios.learn([], on=TODAY)
    assert read(none.table(5.0), 0.5) < read(one.table(5.0), 0.5) < 2


def test_a_history_of_one_ratio_is_nearly_certain_of_it():
    history = [Finished(TODAY - timedelta(k + 1), 10.0, 5.0) for k in range(400)]
    table = Ratios.learn(history, on=TODAY).table(5.0)
    assert [read(table, level) for level in (0.3, 0.7)] == pytest.approx([2, 2], rel=0.01)


def test_a_typed_range_has_width_even_where_all_ratios_are_equal():
    prior = (PriorSize(0.0, None, 1, (1.0,)),)
    history = [Finished(TODAY - timedelta(k + 1), 5.0, 5.0) for k in range(50)]
    ratios = Ratios.learn(history, on=TODAY, prior=prior)
    learned = ratios.learn_range(Triple(4, 5, 8))
    assert learned.range.p10 < learned.range.p50 < learned.range.p90
    assert learned.range.p50 == pytest.approx(5)
    assert list(learned.table) == sorted(learned.table)


def test_the_stretch_of_an_estimator_is_drawn_to_that_of_all():
    narrow, wide = Triple(4.9, 5, 5.1), Triple(1, 5, 25)
    rng = random.Random(2)
    history = [
        Finished(
            TODAY - timedelta(k + 1),
            5 * math.exp(0.6 * rng.gauss(0, 1)),
            narrow if k % 2 else wide,
            person=k % 2,
        )
        for k in range(80)
    ]
    ratios = Ratios.learn(history, on=TODAY)
    by_person = {person: stretch for person, stretch, _ in ratios.stretches}
    assert [n for *_, n in ratios.stretches] == [40, 40]
    assert by_person[0] < ratios.stretch < by_person[1]
    assert ratios.learn_range(narrow, About(person=1)).stretch == by_person[1]
    assert ratios.learn_range(narrow, About(person=7)).stretch == ratios.stretch


def test_a_range_without_width_and_a_lone_number_tell_no_stretch():
    assert distance(Finished(TODAY, 5.0, 5.0), 1.0) is None
    assert distance(Finished(TODAY, 5.0, Triple(5, 5, 5)), 1.0) is None
    assert distance(Finished(TODAY, 5.0, Triple(2, 5, 9), open=True), 1.0) is None
    assert stretch_of([]) == FIRST_STRETCH


@pytest.mark.thorough
def test_only_the_newest_4000_are_kept():
    history = [Finished(TODAY - timedelta(1 + k // 20), 5.0, 5.0, id=k) for k in range(4100)]
    ratios = Ratios.learn(history, on=TODAY)
    assert len(ratios.rows) == 4000
    assert min(row.finished_on for row in ratios.rows) == TODAY - timedelta(200)


def test_the_past_is_forecast_from_what_was_known_before_each_quarter():
    history = [
        Finished(date(2026, 1, 1) + timedelta(k), 5.0, 5.0, team=1, epic=k % 3) for k in range(300)
    ]
    past = backtest(sample_of(history, PRIOR_RATIOS))
    assert set(past.quarter) == {"2026Q2", "2026Q3", "2026Q4"}
    assert past.first.shape == past.second.shape == (len(past), POINTS)


def test_a_short_past_teaches_no_weight():
    past = backtest(sample_of(person_history(19), PRIOR_RATIOS))
    assert len(past) == 0
    assert lessons(past).share == FIRST_SHARE


def test_the_expert_that_was_right_gets_the_weight():
    right, wrong = np.zeros((3000, POINTS)), np.full((3000, POINTS), 2.0)
    none = np.full(3000, -1)
    found = [
        learned_share(Backtest(*pair, np.zeros(3000), ["2026Q1"] * 3000, *[none] * 6))
        for pair in ((right, wrong), (wrong, right))
    ]
    assert found[0] > FIRST_SHARE > found[1]


def test_shares_for_ties_are_even_in_any_run():
    shares = even_shares(1000)
    assert np.histogram(shares[300:400], 10, (0, 1))[0].tolist() == pytest.approx([10] * 10, abs=2)


def test_a_quarter_starts_on_its_first_day():
    day = date(2026, 8, 9).toordinal()
    assert date.fromordinal(quarter_start(day)) == date(2026, 7, 1)


def test_a_typed_range_and_history_agree_on_a_width_between_them():
    ratios = Ratios.learn(person_history(200), on=TODAY)
    alone = ratios.learn_range(5.0).range
    for typed in (Triple(4.9, 5, 5.1), Triple(0.5, 5, 50)):
        learned = ratios.learn_range(typed).range
        said = ratios.stretch * math.log(typed.p90 / typed.p50)
        own = math.log(alone.p90 / alone.p50)
        width = math.log(learned.p90 / learned.p50)
        assert min(said, own) * 0.99 <= width <= max(said, own) * 1.01
        assert learned.p50 == pytest.approx(alone.p50)


def rising_history(n: int = 700) -> list[Finished]:
    """A person whose estimates hold, and one whose work takes three times as long."""
    rng = random.Random(5)
    return [
        Finished(
            date(2025, 1, 1) + timedelta(k),
            5 * (1 + 2 * (k % 2)) * math.exp(0.3 * rng.gauss(0, 1)),
            5.0,
            id=k,
            person=k % 2,
            team=1,
            started_on=date(2025, 1, 1) + timedelta(k - 4),
        )
        for k in range(n)
    ]


def test_a_past_forecast_is_the_one_that_would_have_been_given_that_day():
    history = rising_history()
    past = backtest(sample_of(history, PRIOR_RATIOS))
    day = int(past.day[-1])
    ratios = Ratios.learn(
        [row for row in history if row.finished_on.toordinal() < day], on=date.fromordinal(day)
    )
    k = int(np.flatnonzero(past.day == day)[0])
    row = history[int(past.rows[k])]
    share = learned_share(past.before(day))
    given, _ = replace(ratios, levels=(), share=share).log_tables([(5.0, row.about)])
    assert past.tables()[k] == pytest.approx(given[0], abs=1e-6)
    assert share == pytest.approx(ratios.share, abs=0.05)


def test_the_weight_of_a_past_quarter_comes_from_the_ones_before():
    past = backtest(sample_of(rising_history(), PRIOR_RATIOS))
    first = int(past.day.min())
    assert len(past.before(first)) == 0
    later = past.before(int(past.day.max()))
    assert 0 < len(later) < len(past)
    assert later.finished.max() < past.day.max()


def test_bias_is_shared_within_one_team_and_quarter_only():
    assert groups_of(-1, "2026Q1", 3) == (None, None)
    assert groups_of(1, "2026Q1", -1) == ((1, "2026Q1"), None)
    assert groups_of(1, "2026Q1", 3)[1] != groups_of(1, "2026Q2", 3)[1]
    assert groups_of(1, "2026Q1", 3)[1] != groups_of(2, "2026Q1", 3)[1]
