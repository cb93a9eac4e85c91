import json
import math
import random
from datetime import date, timedelta

import pytest

from roadmaps.forecasting import PRIOR_RATIOS, Finished, Ratios, Triple, actuals_tables
from roadmaps.forecasting.ranges import read
from roadmaps.forecasting.ratios import FIRST_STRETCH, weighted_table
from roadmaps.forecasting.ratios.sample import sample_of
from roadmaps.forecasting.ratios.similar import weights

TODAY = date(2027, 1, 4)
TYPED = Triple(3, 5, 10)


def finished(actual: float, typed=TYPED, *, days_ago: int = 10, **fields) -> Finished:
    return Finished(TODAY - timedelta(days_ago), actual, typed, **fields)


def overruns(count: int, median: float, spread: float = 0.4) -> list[Finished]:
    rng = random.Random(5)
    return [finished(5 * median * math.exp(spread * rng.gauss(0, 1))) for _ in range(count)]


def test_the_prior_holds_aggregates_by_size_and_keeps_the_atom_at_one():
    assert [size.from_days for size in PRIOR_RATIOS] == [0, 0.25, 1, 2]
    assert all(len(size.quantiles) == 36 for size in PRIOR_RATIOS)
    assert PRIOR_RATIOS[0].quantiles.count(1.0) >= 6


def test_without_history_the_prior_speaks_alone():
    learned = Ratios.learn([], on=TODAY).learn_range(5.0)
    assert learned.n == 0
    assert learned.most_like == ()
    assert min(PRIOR_RATIOS[-1].quantiles) < learned.ratio < max(PRIOR_RATIOS[-1].quantiles)
    assert learned.ratio == pytest.approx(0.9, abs=0.1)


def test_the_prior_weighs_as_much_as_36_finished_items():
    sample = sample_of([finished(10.0, days_ago=1, kind=None)] * 36, PRIOR_RATIOS)
    at = sample.estimate[:1]
    own, prior = weights(sample, at, sample.codes[:, :1], TODAY.toordinal() - 1)
    assert own.sum() == pytest.approx(prior.sum())


def test_work_that_always_overran_makes_the_next_estimate_longer():
    learned = Ratios.learn(overruns(400, 1.4), on=TODAY).learn_range(TYPED)
    assert learned.range.p50 == pytest.approx(7, rel=0.05)
    assert learned.n == 400


def test_the_learned_range_holds_four_in_five_of_such_work():
    history = overruns(400, 1.4)
    learned = Ratios.learn(history, on=TODAY).learn_range(TYPED).range
    inside = sum(learned.p10 <= row.actual <= learned.p90 for row in history) / 400
    assert inside == pytest.approx(0.8, abs=0.06)


def test_work_finished_on_the_day_of_the_forecast_or_later_teaches_nothing():
    past = overruns(40, 1.4)
    future = [finished(100.0, days_ago=0), finished(100.0, days_ago=-5)]
    assert Ratios.learn(past + future, on=TODAY) == Ratios.learn(past, on=TODAY)


def test_the_future_teaches_no_table_of_actuals_either():
    past = [finished(4.0, None)] * 9
    assert actuals_tables([*past, finished(99.0, None, days_ago=0)], on=TODAY) == actuals_tables(
        past, on=TODAY
    )


def test_derived_actuals_have_half_the_weight():
    half = Ratios.learn([finished(10.0, weight=0.5)] * 72, on=TODAY)
    whole = Ratios.learn([finished(10.0)] * 36, on=TODAY)
    assert read(half.table(5.0), 0.5) == pytest.approx(read(whole.table(5.0), 0.5), rel=0.01)
    assert (half.n, half.weight) == (72, 36)


def test_long_open_work_is_a_lower_bound_that_makes_ratios_larger():
    done = overruns(60, 1.0)
    stuck = [finished(9.0, open=True, days_ago=1)] * 30
    with_open = Ratios.learn(done + stuck, on=TODAY)
    without = Ratios.learn(done, on=TODAY)
    assert read(with_open.table(5), 0.9) > read(without.table(5), 0.9)
    assert with_open.n == 60


def test_kaplan_meier_weights_give_a_bounds_mass_to_what_is_larger():
    table = weighted_table([(1, 1, False), (2, 1, True), (3, 1, False), (4, 1, False)])
    assert [read(table, u) for u in (0.2, 0.5, 0.9)] == [1, 3, 4]


def test_a_bound_beyond_everything_finished_counts_as_that():
    assert weighted_table([(1, 1, False), (5, 1, True)])[-1] == 5


def test_a_table_of_nothing_is_refused():
    with pytest.raises(ValueError, match="at least one"):
        weighted_table([(1, 0, False)])


def test_narrow_ranges_that_never_held_are_stretched():
    ratios = Ratios.learn([finished(5 * r, Triple(4.9, 5, 5.1)) for r in (0.5, 2) * 50], on=TODAY)
    assert ratios.stretch > FIRST_STRETCH


def test_a_lone_number_takes_the_spread_of_the_ratios():
    ratios = Ratios.learn(overruns(400, 1.0, 0.8), on=TODAY)
    learned = ratios.learn_range(5.0).range
    table = ratios.table(5.0)
    assert learned.p90 == pytest.approx(5 * read(table, 0.9))


def test_a_skewed_range_stays_skewed():
    learned = Ratios.learn([], on=TODAY).learn_range(Triple(4.5, 5, 40)).range
    assert learned.p90 / learned.p50 > learned.p50 / learned.p10


def test_ratios_survive_json():
    ratios = Ratios.learn(overruns(9, 1.2), on=TODAY)
    assert Ratios.from_dict(json.loads(json.dumps(ratios.to_dict()))) == ratios


@pytest.mark.parametrize("bad", [finished(0.0), finished(1.0, 0.0), finished(1.0, Triple(0, 0, 1))])
def test_an_actual_or_estimate_of_nothing_is_refused(bad):
    with pytest.raises(ValueError, match="more than 0"):
        Ratios.learn([bad], on=TODAY)


def test_a_range_out_of_order_is_refused():
    with pytest.raises(ValueError, match="Order"):
        Ratios.learn([], on=TODAY).learn_range(Triple(3, 2, 1))


def test_items_without_an_estimate_learn_from_their_kind_and_team():
    history = [finished(8.0, None, kind="bet", team=2) for _ in range(30)]
    history += [finished(1.0, None, kind="feature", team=1) for _ in range(3)]
    tables = actuals_tables(history, on=TODAY)
    assert set(tables) == {"all", "bet", "bet of team 2"}
    assert read(tables["bet of team 2"], 0.5) == 8.0


def test_nothing_finished_gives_no_table():
    assert actuals_tables([], on=TODAY) == {}


def test_an_actual_of_nothing_gives_no_table():
    with pytest.raises(ValueError, match="more than 0"):
        actuals_tables([finished(0.0)], on=TODAY)
