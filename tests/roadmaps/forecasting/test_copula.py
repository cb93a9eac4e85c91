"""Shared bias: what is drawn together, how alike it is, and that nobody else's draws change."""

import json
import math
from dataclasses import replace
from statistics import NormalDist

import numpy as np
import pytest

from roadmaps.forecasting import Plan, PlanBias, PlanPart, State, Triple, inputs_hash, simulate
from roadmaps.forecasting.bias import quarter_number
from roadmaps.forecasting.copula import SharedScores
from roadmaps.forecasting.draws import Draws, Purpose, level_pool
from roadmaps.forecasting.scores import inverse_normal
from roadmaps.forecasting.simulation import Forecast
from roadmaps.forecasting.trials import Simulator
from tests.roadmaps.forecasting.plans import day, item, plan, sure, team

TRIALS = 10_000
WIDE = Triple(2, 5, 12)


def scores(made: Plan) -> np.ndarray:
    simulator = Simulator(made, Draws(5, TRIALS))
    drawn = SharedScores(simulator.bias, simulator.order, simulator.draws)
    return np.array([drawn.of(simulator.order.index(id)) for id in sorted(simulator.order)])


def many(**bias) -> Plan:
    """Twelve items of two teams; each team's six are two epics of three."""
    parents = [item(100 + k, None) for k in range(4)]
    items = [
        item(id, WIDE, team=1 + (id - 1) // 6, parent=100 + (id - 1) // 3) for id in range(1, 13)
    ]
    teams = (team(1, 6), team(2, 6))
    return plan(*items, *parents, teams=teams, bias=PlanBias(**bias))


def alike(rows: np.ndarray, pairs) -> float:
    return float(np.mean([np.corrcoef(rows[a], rows[b])[0, 1] for a, b in pairs]))


def test_correlations_are_those_of_the_plan():
    rows = scores(many(rho_team=0.15, rho_epic=0.4))
    assert alike(rows, [(0, 1), (1, 2), (3, 4), (9, 10)]) == pytest.approx(0.40, abs=0.02)
    assert alike(rows, [(0, 3), (1, 4), (6, 9), (8, 11)]) == pytest.approx(0.15, abs=0.02)
    assert alike(rows, [(0, 6), (1, 8), (5, 11)]) == pytest.approx(0.0, abs=0.02)


def test_each_item_keeps_its_own_distribution():
    rows = scores(many(rho_team=0.15, rho_epic=0.4))
    assert rows.mean(axis=1) == pytest.approx(0, abs=0.03)
    assert rows.std(axis=1) == pytest.approx(1, abs=0.03)


def test_without_correlation_items_are_independent():
    rows = scores(many(rho_team=0.0, rho_epic=0.0))
    assert alike(rows, [(0, 1), (0, 3), (0, 6)]) == pytest.approx(0.0, abs=0.02)


def test_the_sum_of_a_teams_items_is_as_wide_as_the_correlation_says():
    rows = scores(
        plan(*(item(id, WIDE) for id in range(1, 41)), teams=(team(1, 40),), bias=PlanBias(0.1, 0))
    )
    assert rows.sum(axis=0).var() == pytest.approx(40 + 40 * 39 * 0.1, rel=0.05)


def test_totals_are_wider_with_shared_bias_and_their_middle_stays():
    items = [item(id, WIDE) for id in range(1, 31)]
    ends = [
        simulate(plan(*items, bias=PlanBias(rho, rho)), trials=2000, seed=3).project.finish
        for rho in (0.0, 0.3)
    ]
    widths = [(each.p95 - each.p10).days for each in ends]
    assert widths[1] > 1.8 * widths[0]
    assert abs((ends[1].p50 - ends[0].p50).days) < 0.2 * widths[1]


def test_quarters_have_factors_of_their_own():
    apart = plan(
        item(1, WIDE, not_before=day(0)),
        item(2, WIDE, not_before=day(120)),
        bias=PlanBias(0.5, 0.0),
    )
    assert alike(scores(apart), [(0, 1)]) == pytest.approx(0.0, abs=0.03)


def test_quarters_are_those_of_the_order_that_is_kept():
    items = [item(id, 10, rank=1) for id in range(1, 13)]
    found = simulate(plan(*items, order=tuple(range(12, 0, -1))), trials=20, seed=1)
    starts = {each.id: quarter_number(each.start.p50) for each in found.items}
    assert found.quarters == starts
    assert starts[12] < starts[1]


def test_started_work_draws_the_factor_of_the_quarter_in_which_it_began():
    begun = {"state": State.IN_PROGRESS, "started_on": day(-110)}
    made = plan(item(1, WIDE, **begun), item(2, WIDE), quarters={1: 4 * 2027}, teams=(team(1, 2),))
    assert simulate(made, trials=10, seed=5).quarters == {1: 4 * 2026 + 2, 2: 4 * 2027}


def test_parts_of_one_epic_in_other_quarters_or_teams_share_what_is_beyond_the_team():
    parts = [item(id, WIDE, parent=9, team=on) for id, on in ((1, 1), (2, 1), (3, 1), (4, 2))]
    rows = scores(
        plan(
            *parts, item(9, None), teams=(team(1), team(2)), bias=PlanBias(0.1, 0.4),
            quarters={1: 8108, 2: 8108, 3: 8109, 4: 8108},
        )
    )  # fmt: skip
    assert alike(rows, [(0, 1)]) == pytest.approx(0.4, abs=0.03)
    assert alike(rows, [(0, 2), (0, 3)]) == pytest.approx(0.3, abs=0.03)


def test_a_kept_quarter_keeps_the_draws_of_an_item_that_moves():
    made = plan(item(1, WIDE), item(2, WIDE, not_before=day(120)), bias=PlanBias(0.5, 0.0))
    quarters = simulate(made, trials=10, seed=5).quarters
    moved = replace(made, items=(made.items[0], replace(made.items[1], not_before=None)))
    assert (scores(replace(moved, quarters=quarters)) == scores(made)).all()
    assert (scores(moved)[1] != scores(made)[1]).any()


def test_an_added_item_of_the_same_team_and_epic_changes_nobodys_draws():
    made = many()
    more = replace(made, items=(*made.items, item(50, WIDE, team=1, parent=100)))
    quarters = simulate(made, trials=10, seed=5).quarters
    before, after = scores(made), scores(replace(more, quarters=quarters))
    assert (after[:12] == before).all()


def test_an_item_of_several_teams_shares_the_bias_of_its_largest_part():
    both = item(2, WIDE, parts=(PlanPart(1, 1.0), PlanPart(2, 3.0)))
    made = plan(
        item(1, WIDE), both, item(3, WIDE, team=2), teams=(team(1, 3), team(2, 3)),
        bias=PlanBias(0.5, 0.0),
    )  # fmt: skip
    rows = scores(made)
    assert alike(rows, [(1, 2)]) == pytest.approx(0.5, abs=0.03)
    assert alike(rows, [(0, 1)]) == pytest.approx(0.0, abs=0.03)


def test_items_without_a_team_share_only_their_epic():
    made = plan(
        item(9, None),
        item(1, WIDE, team=None, parent=9),
        item(2, WIDE, team=None, parent=9),
        item(3, WIDE, team=None),
        bias=PlanBias(0.1, 0.3),
    )
    rows = scores(made)
    assert alike(rows, [(0, 1)]) == pytest.approx(0.3, abs=0.03)
    assert alike(rows, [(0, 2)]) == pytest.approx(0.0, abs=0.03)


def test_an_atom_keeps_its_share_under_shared_bias():
    table = tuple([1.0] * 64 + [5.0] * 96 + [9.0] * 97)
    made = plan(
        *(item(id, None, table="atoms", team=None, parent=9) for id in (1, 2)),
        item(9, None),
        tables={"atoms": table},
        bias=PlanBias(0.0, 0.5),
    )
    ends = Forecast(made, Draws(5, TRIALS)).last_days[1]
    assert np.mean(ends == 4) == pytest.approx(96 / 256, abs=0.03)


def test_what_is_left_of_work_in_progress_shares_the_bias_too():
    begun = {"state": State.IN_PROGRESS, "started_on": day(-5), "spent": 3.0}
    items = [item(id, WIDE, **begun) for id in (1, 2)]
    made = plan(*items, teams=(team(1, 2),), bias=PlanBias(0.5, 0.0))
    last = Forecast(made, Draws(5, TRIALS)).last_days
    assert np.corrcoef(last[1], last[2])[0, 1] > 0.3
    assert last[1].min() >= 0


@pytest.mark.parametrize("bias", [PlanBias(-0.1), PlanBias(1.0), PlanBias(0.1, 1.5)])
def test_correlations_out_of_bounds_are_refused(bias):
    with pytest.raises(ValueError, match=r"from 0 to 0\.95"):
        simulate(plan(item(1), bias=bias), trials=10, seed=1)


def test_a_plan_stored_before_there_was_shared_bias_still_reads():
    old = plan(item(1)).to_dict()
    del old["bias"], old["quarters"]
    assert Plan.from_dict(json.loads(json.dumps(old))) == plan(item(1))


def test_kept_quarters_survive_json_and_count_as_inputs():
    made = plan(item(1, sure(2)), quarters={1: 8108})
    assert Plan.from_dict(json.loads(json.dumps(made.to_dict()))) == made
    assert inputs_hash(made) != inputs_hash(plan(item(1, sure(2))))


def test_normal_scores_are_those_of_the_library():
    levels = np.array([1e-7, 0.001, 0.02, 0.0243, 0.3, 0.5, 0.9, 0.98, 0.999999])
    exact = [NormalDist().inv_cdf(float(u)) for u in levels]
    assert inverse_normal(levels) == pytest.approx(exact, abs=1e-7)


def test_the_pool_holds_each_stratum_once_in_every_row():
    strata = np.sort((level_pool()[:, :500] * 500).astype(int), axis=1)
    assert (strata == np.arange(500)).all()


def test_a_mirrored_reading_is_still_a_level():
    draws = Draws(3, 2000)
    for id in range(20):
        levels, found = draws.levels(Purpose.EFFORT, id), draws.scores(Purpose.EFFORT, id)
        assert ((levels > 0) & (levels < 1)).all()
        assert found == pytest.approx(inverse_normal(levels), abs=1e-5)


def test_many_items_add_up_without_hidden_correlation():
    draws, total = Draws(11, TRIALS), np.zeros(TRIALS)
    for id in range(1500):
        total += draws.scores(Purpose.EFFORT, id)
    assert total.var() / 1500 == pytest.approx(1.0, abs=5 * math.sqrt(2 / TRIALS))
