import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadmaps.forecasting.bias import (
    CAP,
    EPIC_RHO,
    FLOOR,
    TEAM_RHO,
    Scored,
    SharedBias,
    intraclass,
    learn_rho,
    normal_scores,
    quarter_of,
)


def shared(rho: float, groups: int = 200, size: int = 10) -> tuple[list[float], list[int]]:
    rng = random.Random(3)
    scores, names = [], []
    for group in range(groups):
        z = rng.gauss(0, 1)
        for _ in range(size):
            scores.append(math.sqrt(rho) * z + math.sqrt(1 - rho) * rng.gauss(0, 1))
            names.append(group)
    return scores, names


@pytest.mark.parametrize("rho", [0.1, 0.3])
def test_a_correlation_that_was_put_in_is_found(rho):
    assert learn_rho(*shared(rho)) == pytest.approx(rho, abs=0.05)


def test_a_correlation_by_hand_of_unequal_groups():
    # two groups (1, 3) and (6, 6, 6): among 19.2 / 1, within 2 / 3, typical size 2.4
    rho, freedom = intraclass([1, 3, 6, 6, 6], ["a", "a", "b", "b", "b"])
    between = (19.2 - 2 / 3) / 2.4
    assert rho == pytest.approx(between / (between + 2 / 3))
    assert freedom == 1


def test_it_stays_between_floor_and_cap():
    assert learn_rho(*shared(0.0)) == FLOOR
    assert learn_rho(*shared(0.95)) == CAP


def test_before_any_group_of_two_the_default_holds():
    assert learn_rho([], []) == TEAM_RHO
    assert learn_rho([0.1, 0.2], ["a", "b"]) == TEAM_RHO
    assert learn_rho([0.1, 0.2], ["a", "a"], default=0.2) == 0.2
    assert learn_rho([0.1, 0.2, 0.3], [None, None, None]) == TEAM_RHO


def test_equal_scores_tell_nothing():
    assert learn_rho([0.0] * 6, ["a", "a", "b", "b", "c", "c"]) == TEAM_RHO


def test_few_groups_change_little():
    scores, groups = shared(0.5, groups=2)
    assert learn_rho(scores, groups) < 0.2


def test_items_of_one_epic_share_at_least_what_a_team_shares():
    scored = [Scored(0.1 if k % 2 else 0.9, k % 2) for k in range(40)]
    found = SharedBias.learn(scored)
    assert found.epic >= found.team > TEAM_RHO
    assert found.n == 40


def test_before_data_both_defaults_hold():
    assert SharedBias.learn([]) == SharedBias(TEAM_RHO, EPIC_RHO, 0)


def test_shared_bias_survives_json():
    bias = SharedBias(0.07, 0.31, 12)
    assert SharedBias.from_dict(bias.to_dict()) == bias


@given(
    st.lists(
        st.tuples(st.floats(0, 1), st.integers(0, 3) | st.none(), st.integers(0, 9) | st.none()),
        max_size=40,
    )
)
def test_whatever_was_scored_gives_correlations_in_bounds(rows):
    found = SharedBias.learn(Scored(*row) for row in rows)
    assert FLOOR <= found.team <= found.epic <= CAP


def test_a_pit_beyond_0_to_1_is_refused():
    with pytest.raises(ValueError, match="0 to 1"):
        normal_scores([1.1])


def test_a_score_without_a_group_is_refused():
    with pytest.raises(ValueError, match="its group"):
        learn_rho([0.1], [])


def test_a_score_that_is_no_number_is_refused():
    with pytest.raises(ValueError, match="finite"):
        learn_rho([math.nan, 0.0], ["a", "a"])


def test_a_quarter_has_three_months():
    assert [quarter_of(2027, month) for month in (1, 3, 4, 12)] == [
        "2027Q1",
        "2027Q1",
        "2027Q2",
        "2027Q4",
    ]
