"""The chance by a day, from bins whose sums are known."""

from datetime import date, timedelta

import pytest

from roadmaps.forecasting.chances import chance_by

MONDAY = date(2026, 3, 2)


def chance(day, *, step=1, counts=(2, 3, 5), later=0, start=MONDAY, quantiles=()):
    return chance_by(
        day, starts_on=start, step=step, counts=counts, later=later, quantiles=quantiles
    )


@pytest.mark.parametrize(("after", "share"), [(-1, 0.0), (0, 0.2), (1, 0.5), (2, 1.0), (9, 1.0)])
def test_a_bin_of_a_day_is_exact(after, share):
    assert chance(MONDAY + timedelta(days=after)) == share


def test_the_trials_after_the_last_bin_never_count():
    assert chance(MONDAY + timedelta(days=900), later=10) == 0.5


def test_a_week_is_exact_from_its_friday_on():
    for after in (4, 5, 6):
        assert chance(MONDAY + timedelta(days=after), step=7, counts=(4, 6)) == 0.4


def test_inside_a_week_its_trials_spread_over_its_working_days():
    assert chance(MONDAY + timedelta(days=8), step=7, counts=(4, 5), later=1) == pytest.approx(0.6)


def test_a_quantile_known_to_the_day_is_never_crossed():
    p85 = MONDAY + timedelta(days=9)
    for after in range(14):
        day = MONDAY + timedelta(days=after)
        share = chance(day, step=7, counts=(5, 5), quantiles=[(0.85, p85)])
        assert (share >= 0.85) == (day >= p85)


def test_it_never_falls_with_a_later_day():
    shares = [
        chance(MONDAY + timedelta(days=n), step=14, counts=(1, 7, 2), later=1) for n in range(60)
    ]
    assert shares == sorted(shares)


def test_where_every_trial_ends_beyond_the_horizon_there_is_no_chance():
    assert chance(MONDAY, start=None, counts=(), later=10) == 0.0


@pytest.mark.parametrize("bad", [{"counts": (), "later": 0}, {"step": 0}])
def test_nonsense_is_refused(bad):
    with pytest.raises(ValueError):
        chance(MONDAY, **bad)
