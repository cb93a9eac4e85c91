import itertools
import math
import random
import subprocess
import sys
from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadmaps.forecasting.calibration import (
    LAST_FORECASTS,
    LEAST,
    Board,
    ScoredForecast,
    board,
    drift,
    guard_levels,
    guarded,
    ks_chance,
    score,
    share_of,
)
from roadmaps.forecasting.ranges import LEVELS, Triple, quantity_table, read

TABLE = quantity_table(Triple(3, 5, 9))


def scored(count: int, spread: float = 1.0, seed: int = 2) -> list[ScoredForecast]:
    rng = random.Random(seed)
    rows = []
    for _ in range(count):
        level = NormalDist().cdf(spread * rng.gauss(0, 1))
        rows.append(score(TABLE, read(TABLE, level), rng.random(), raw=5.0, plain=TABLE))
    return rows


def test_a_forecast_that_came_true_scores_as_it_should():
    row = score(TABLE, 5.0, 0.5, raw=5.0)
    assert row.held == (True, True, True)
    assert row.within
    assert row.pit == pytest.approx(0.5, abs=0.01)
    assert row.raw_log_crps == 0
    assert row.plain_log_crps is None


def test_an_overrun_beyond_the_p95_is_one():
    row = score(TABLE, 50.0, 0.5, raw=5.0)
    assert row.held == (False, False, False)
    assert not row.within
    assert row.pit > 0.99
    assert row.raw_log_crps == pytest.approx(math.log(10))
    assert row.pinball[2] > row.pinball[0]


@pytest.mark.parametrize("table", [TABLE[:-1], (0.0, *TABLE[1:])])
def test_a_table_of_another_length_or_of_nothing_is_refused(table):
    with pytest.raises(ValueError, match=r"257|finite"):
        score(table, 5.0, 0.5)


def test_an_actual_of_nothing_is_refused():
    with pytest.raises(ValueError, match="finite"):
        score(TABLE, 0.0, 0.5)


def test_a_board_says_nothing_under_20_forecasts_but_their_number():
    assert board(scored(LEAST - 1)) == Board(LEAST - 1)
    assert board([]) == Board(0)


def test_the_board_of_calibrated_forecasts():
    found = board(scored(600))
    assert found.p85.low < 0.85 < found.p85.high
    assert found.p95.low < 0.95 < found.p95.high
    assert found.p10_p90.low < 0.8 < found.p10_p90.high
    assert found.p50.value == pytest.approx(0.5, abs=0.06)
    assert sum(found.pit_deciles) == pytest.approx(1)
    assert found.skill_vs_raw > 0.2
    assert found.skill_vs_plain == pytest.approx(0)
    assert found.drift is None
    assert found.log_crps > 0
    assert len(found.pinball) == 3


def test_forecasts_that_are_too_narrow_raise_the_alarm():
    found = board(scored(200, spread=3.0))
    assert found.drift is not None
    assert found.drift.ks_chance < 0.01
    assert found.drift.p85_held < 0.75


def test_drift_looks_at_the_last_hundred_only():
    wrong, right = [0.99] * 300, [(k + 0.5) / 100 for k in range(100)]
    assert drift(wrong + right) is None
    assert drift(right + wrong) is not None


def test_a_handful_of_forecasts_raises_no_alarm():
    assert drift([0.99] * (LEAST - 1)) is None


def test_skill_beside_a_reference_that_few_forecasts_had_is_not_told():
    rows = scored(40)
    few = [ScoredForecast(r.log_crps, r.pinball, r.held, r.within, r.pit) for r in rows[5:]]
    assert board(few + rows[:5]).skill_vs_raw is None


def test_the_kolmogorov_smirnov_chance_is_that_of_the_tables():
    # D = 1.358 / sqrt(n) is the 5 % point for large n
    n = 2500
    moved = [min(1.0, (k + 0.5) / n + 1.358 / math.sqrt(n)) for k in range(n)]
    assert ks_chance(moved) == pytest.approx(0.05, abs=0.005)
    assert ks_chance([(k + 0.5) / 50 for k in range(50)]) == 1.0


def test_a_distance_and_a_share_of_none_are_refused():
    with pytest.raises(ValueError, match="at least one"):
        ks_chance([])
    with pytest.raises(ValueError, match="at least one"):
        share_of([])


def test_the_interval_of_a_share_is_wilsons():
    found = share_of([True] * 17 + [False] * 3)
    assert found == pytest.approx((0.85, 0.640, 0.948), abs=0.001)
    assert share_of([True] * 5).high == 1.0


def test_the_guard_sleeps_while_forecasts_are_calibrated():
    assert guard_levels([(k + 0.5) / 100 for k in range(100)]) == ()
    assert guarded(TABLE, ()) == TABLE


def test_the_guard_widens_what_was_too_narrow():
    pits = [row.pit for row in scored(LAST_FORECASTS, spread=3.0)]
    wider = guarded(TABLE, guard_levels(pits))
    assert read(wider, 0.9) > read(TABLE, 0.9)
    assert read(wider, 0.1) < read(TABLE, 0.1)


@given(st.lists(st.floats(0, 1), max_size=150))
def test_levels_of_the_guard_ascend_within_0_and_1(pits):
    levels = guard_levels(pits)
    assert len(levels) in (0, len(LEVELS))
    assert all(a <= b + 1e-12 for a, b in itertools.pairwise(levels))
    assert all(0 <= level <= 1 for level in levels)


def test_a_board_is_read_without_numpy():
    code = "import sys; import roadmaps.forecasting.calibration; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
