"""Items of several teams in the fast engine: the days of the reference engine, and previews."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadmaps.forecasting import (
    Assign,
    MoveStart,
    PlanExternal,
    PlanLink,
    PlanPart,
    PlanPolicy,
    State,
    outlook,
    what_if,
)
from roadmaps.forecasting import blocks as numpy_engine
from roadmaps.forecasting.draws import Draws
from roadmaps.forecasting.program import NotFlat, prepare
from roadmaps.forecasting.simulation import Forecast
from tests.roadmaps.forecasting.plans import day, item, plan, team
from tests.roadmaps.forecasting.test_engines import WIDE, busy, quick, run
from tests.roadmaps.forecasting.test_properties import plans


def together(*shares):
    return tuple(PlanPart(id, days, crew) for id, days, crew in shares)


def mixed():
    """The busy plan with some of its items given to two or three teams, in every state."""
    made = busy()
    shared = {
        1: together((2, 3.0, 1), (1, 1.0, 2)),  # begun
        4: together((1, 1.0, 1), (3, 1.0, 1)),  # pinned
        9: together((1, 2.0, 1), (2, 1.0, 1), (3, 1.0, 2)),
        15: together((3, 1.0, 1), (2, 4.0, 1)),
        23: together((2, 1.0, 1), (1, 1.0, 1)),
        30: together((1, 1.0, 2), (2, 3.0, 1)),  # waits for something from outside
        31: together((2, 1.0, 1), (3, 1.0, 1)),
    }
    items = tuple(replace(each, parts=shared.get(each.id, ())) for each in made.items)
    links = tuple(link for link in made.links if not (link.succ in shared and link.lag))
    links = (*links, PlanLink(23, 40), PlanLink(31, 9, "SS"), PlanLink(9, 41, "SS", 1))
    links = tuple(link for link in links if link != PlanLink(31, 9, "SS"))
    return replace(made, items=items, links=links)


def test_every_kind_of_row_gives_the_reference_days():
    made = mixed()
    reference = Forecast(made, Draws(5, 2000)).last_days
    program = prepare(made)
    assert len(program.several) == 7
    _, days = run(numpy_engine, program, 2000)
    wrong = {id: np.mean(days[k] != reference[id]) for k, id in enumerate(program.ids)}
    assert max(wrong.values()) < 0.02, wrong


@pytest.mark.thorough
@quick
@given(plans(pinned=True), st.data())
def test_any_plan_with_shared_items_gives_the_reference_days(made, data):
    teams = [each.id for each in made.teams]
    if len(teams) < 2:
        made = replace(made, teams=(*made.teams, team(99, 2)))
        teams = [*teams, 99]
    chosen = data.draw(st.sets(st.sampled_from([each.id for each in made.items] or [0])))
    shares = together((teams[0], 2.0, 1), (teams[1], 1.0, 2))
    made = replace(
        made,
        items=tuple(
            replace(each, parts=shares if each.id in chosen else ()) for each in made.items
        ),
    )
    try:
        program = prepare(made)
    except NotFlat:
        return
    reference = Forecast(made, Draws(5, 200)).last_days
    _, days = run(numpy_engine, program)
    # As for items of one team: see test_engines.
    narrow = any(each.range and each.range.p90 < 1.05 * each.range.p10 for each in made.items)
    for k, id in enumerate(program.ids):
        apart = np.abs(days[k].astype(int) - reference[id].astype(int))
        assert np.mean(apart > (1 if narrow else 0)) < 0.04


@pytest.mark.parametrize(
    "change",
    [
        MoveStart(15, day(40)),
        MoveStart(4, day(12), True),
        Assign(24, 2, 1, together((2, 1.0, 1), (3, 2.0, 1))),
        Assign(23, 1, 1),
    ],
)
def test_a_preview_says_what_the_reference_engine_does(change):
    fast = what_if(mixed(), [change], trials=500, seed=5)
    slow = what_if(mixed(), [change], trials=500, seed=5, engine="reference")
    assert (fast.after.engine, slow.after.engine) == ("numpy", "reference")
    for ours, theirs in zip(fast.after.items, slow.after.items, strict=True):
        assert ours.id == theirs.id
        assert abs((ours.finish.p50 - theirs.finish.p50).days) <= 3
    assert fast.project is not None
    assert slow.project is not None
    assert abs((fast.project.p85_days or 0) - (slow.project.p85_days or 0)) <= 3


def test_all_begin_together_and_the_last_part_ends_it():
    """Two days for a team that is busy until Wednesday, four for one that is free till then."""
    made = plan(
        item(1, 2),
        item(2, 6, parts=together((1, 2.0, 1), (2, 4.0, 1))),
        item(3, 1, team=2),
        teams=(team(1), team(2)),
    )
    found = outlook(made, trials=100, seed=5)
    dates = {row.id: row.finish.p50 for row in found.items}
    assert (found.engine, dates) == ("numpy", {1: day(1), 2: day(7), 3: day(0)})


def test_a_policy_slows_the_part_of_its_team_alone():
    slower = replace(team(2), policies=(PlanPolicy(day(-30), unplanned=0.5),))
    made = plan(item(1, 6, parts=together((1, 3.0, 1), (2, 3.0, 1))), teams=(team(1), slower))
    (row,) = outlook(made, trials=100, seed=5).items
    assert row.finish.p50 == day(7)  # six working days of the slower team


def test_a_team_of_nobody_never_ends_it():
    made = plan(item(1, 6, parts=together((1, 3.0, 1), (2, 3.0, 1))), teams=(team(1), team(2, 0)))
    found = outlook(made, trials=100, seed=5)
    assert (found.engine, found.items[0].finish.p50) == ("numpy", None)


@pytest.mark.parametrize("link", [PlanLink(1, 2, "FS", 2), PlanLink(1, 2, "FF")])
def test_what_waits_with_a_lag_or_for_an_end_is_left_to_the_reference_engine(link):
    made = plan(
        item(1), item(2, 4, parts=together((1, 1.0, 1), (2, 1.0, 1))),
        teams=(team(), team(2)), links=(link,),
    )  # fmt: skip
    found = outlook(made, trials=100, seed=5)
    whole = Forecast(made, Draws(5, 100)).result
    assert found.engine == "reference"
    assert [row.finish for row in found.items] == [row.finish for row in whole.items]


def test_the_items_are_what_they_say():
    """The made plan holds every state that is spoken of."""
    known = {each.id: each for each in mixed().items}
    assert known[1].state == State.IN_PROGRESS
    assert known[4].pinned
    assert any(isinstance(each, PlanExternal) and each.item == 30 for each in mixed().externals)
    assert known[9].range == WIDE
