"""What if: each change alone, what it moves, and the sentence where it cannot be made."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadmaps.forecasting import (
    AddEffect,
    AddItem,
    AddLink,
    Assign,
    Before,
    EffectKind,
    LoopError,
    MoveStart,
    PlanEffect,
    PlanLink,
    PlanObjective,
    PlanPart,
    Rank,
    RemoveEffect,
    RemoveItem,
    RemoveLink,
    SetDrag,
    SetMembers,
    SetRange,
    SetShare,
    SetState,
    SetTarget,
    State,
    Triple,
    changed,
    compare,
    kept_order,
    outlook,
    simulate,
    what_if,
)
from roadmaps.forecasting.landings import Ends
from roadmaps.forecasting.simulation import PREVIEW_TRIALS
from tests.roadmaps.forecasting.plans import day, item, people, plan, sure, team
from tests.roadmaps.forecasting.test_engines import busy
from tests.roadmaps.forecasting.test_properties import plans, quick, ranges


def before():
    return plan(
        item(1, 2, objective=1, target=day(1)),
        item(2, 3, objective=1, target=day(4)),
        item(3, 1, team=2, target=day(0)),
        item(4, 1, state=State.DONE, finished_on=day(-1)),
        links=(PlanLink(1, 2),),
        teams=(team(), team(2)),
        objectives=(PlanObjective(1, "A", day(4)),),
    )


def moved(*changes) -> dict[int, int]:
    found = what_if(before(), changes, trials=100, seed=5)
    return {id: move.p50_days for id, move in found.items.items() if move.p50_days}


@pytest.mark.parametrize(
    ("change", "moves"),
    [
        (SetRange(1, sure(3)), {1: 1, 2: 3}),
        (MoveStart(1, day(1)), {1: 1, 2: 3}),
        (MoveStart(3, day(3), pinned=True), {3: 3}),
        (Assign(2, 2), {}),
        (Assign(3, 1), {3: 7}),
        (AddItem(item(9, 2, rank=0)), {1: 2, 2: 4}),
        (AddLink(2, 3), {3: 7}),
        (SetMembers(1, people(1, share=0.5)), {1: 2, 2: 7}),
        (SetShare(1, 0.5), {1: 2, 2: 7}),
        (SetDrag(1, sure(0.5)), {1: 2, 2: 7}),
        (SetTarget(1, None), {}),
        (RemoveItem(1), {2: -2}),
        (SetState(1, State.DONE, day(0), day(0)), {2: -1}),  # what waits goes on the day after
        (SetState(1, State.DONE, day(-3), day(-3)), {2: -2}),
        (AddEffect(PlanEffect(1, 1, 1, EffectKind.DRAG, sure(-0.5))), {2: 5}),
    ],
)
def test_each_change_moves_what_it_should(change, moves):
    assert moved(change) == moves


def test_changes_are_made_one_after_the_other():
    assert moved(AddItem(item(9, 1)), AddLink(9, 1)) == {1: 1, 2: 3}
    assert moved(SetRange(1, sure(9)), SetRange(1, sure(2))) == {}


def test_a_link_that_goes_lets_its_item_start():
    made = plan(item(1, 2), item(2, 1, team=2), links=(PlanLink(1, 2),), teams=(team(), team(2)))
    found = what_if(made, [RemoveLink(1, 2)], trials=50, seed=5)
    assert found.items[2].p50_days == -2


def test_a_rank_places_its_item_anew():
    found = what_if(plan(item(1, 2), item(2, 3)), [Rank(2, 0)], trials=50, seed=5)
    assert {id: move.p50_days for id, move in found.items.items()} == {1: 3, 2: -2}


@pytest.mark.parametrize("engine", ["numpy", "reference"])
def test_an_epic_that_loses_its_last_part_has_nothing_to_do(engine):
    made = plan(item(1, None), item(2, 1, parent=1), item(3, 2))
    found = what_if(made, [RemoveItem(2)], trials=50, seed=5, engine=engine)
    assert (found.project.p50_days, found.after.items[0].finish.p50) == (-1, day(0))
    alone = changed(made, [RemoveItem(2)])
    assert simulate(alone, trials=50, seed=5).without_estimate == 0
    estimated = replace(alone, items=(replace(alone.items[0], range=sure(4)), alone.items[1]))
    assert simulate(estimated, trials=50, seed=5).project.finish.p50 == day(7)
    again = what_if(alone, [SetRange(1, sure(4))], trials=50, seed=5, engine=engine)
    assert again.after.project.finish.p50 == day(7)


def test_an_effect_can_be_taken_away_again():
    effect = PlanEffect(1, 1, 1, EffectKind.DRAG, sure(-0.5))
    made = replace(before(), effects=(effect,))
    found = what_if(made, [RemoveEffect(1)], trials=50, seed=5)
    assert found.items[2].p50_days == -5


def test_chances_and_the_end_of_the_plan_move_too():
    found = what_if(before(), [SetRange(1, sure(3))], trials=100, seed=5)
    assert (found.objectives[1].chance, found.objectives[1].later) == (-1.0, 1.0)
    assert (found.project.p50_days, found.items[1].chance) == (3, -1.0)
    assert found.after.project.finish.p50 == day(7)


def test_nothing_changed_moves_nothing():
    found = what_if(before(), [], trials=100, seed=5)
    assert found.before.items == found.after.items
    assert all(move.later == move.earlier == 0 for move in found.items.values())


def test_a_drag_after_another_starts_from_the_same_plan():
    drag = Before(before(), trials=100, seed=5)
    first = drag.with_([MoveStart(1, day(1))])
    again = drag.with_([MoveStart(1, day(2))])
    assert (first.items[1].p50_days, again.items[1].p50_days) == (1, 2)
    assert again == Before(before(), trials=100, seed=5).with_([MoveStart(1, day(2))])


CHANGES = (
    MoveStart(17, day(30)),
    MoveStart(40, day(3)),
    SetRange(22, Triple(5, 9, 30)),
    Rank(9, 70),
)
"""A drag exchanges one item of a plan that is laid out already."""


def test_a_drag_with_capacity_effects_gives_what_two_whole_forecasts_give():
    effects = (
        PlanEffect(1, 12, 2, EffectKind.DRAG, Triple(0.02, 0.05, 0.09)),
        PlanEffect(2, 30, 1, EffectKind.PEOPLE, Triple(0.4, 0.8, 1.0)),
    )
    before = Before(replace(busy(), effects=effects), seed=5)
    for change in CHANGES:
        fast = before.with_([change]).after
        made = changed(before.plan, [change])
        made = replace(made, order=kept_order(before.plan, before.plan.order, made))
        assert fast == outlook(made, trials=PREVIEW_TRIALS, seed=5)


def test_a_drag_gives_what_two_whole_forecasts_give():
    wide = Triple(2, 5, 12)
    made = plan(*(item(id, wide, target=day(3 * id)) for id in range(1, 9)))
    changes = [SetRange(4, Triple(4, 9, 20)), MoveStart(2, day(6))]
    quick = what_if(made, changes, trials=500, seed=5)
    order = tuple(quick.before.order)
    whole = compare(replace(made, order=order), changed(replace(made, order=order), changes),
                    trials=500, seed=5)  # fmt: skip
    for id, move in whole.items.items():
        assert abs(quick.items[id].p85_days - move.p85_days) <= 1
        assert quick.items[id].later == pytest.approx(move.later, abs=0.02)


ORDERED = plan(
    *(item(id, 5, rank=1 + id // 4, target=day(30)) for id in range(1, 6)),
    item(6, 3, team=2, rank=9),
    links=(PlanLink(6, 2),),
    teams=(team(), team(2)),
    order=(5, 6, 4, 2, 3, 1),
)


@pytest.mark.parametrize(
    "changes",
    [
        [MoveStart(5, day(90))],
        [MoveStart(1, day(1)), SetRange(3, sure(9))],
        [Rank(3, 99.0)],
        [Rank(1, 0.0), AddLink(3, 1)],
        [AddLink(1, 5)],
        [RemoveLink(6, 2)],
        [Assign(4, 2)],
        [Assign(6, 1)],
        [AddItem(item(9, 5, rank=0))],
        [RemoveItem(4)],
        [SetState(4, State.IN_PROGRESS, day(-1))],
        [SetShare(1, 0.5), SetMembers(2, people(3))],
    ],
)
def test_a_what_if_says_what_the_stored_run_after_the_same_change_says(changes):
    before = simulate(ORDERED, trials=50, seed=5)
    after = changed(ORDERED, changes)
    kept = replace(after, order=kept_order(ORDERED, before.order, after), quarters=before.quarters)
    stored = simulate(kept, trials=50, seed=5)
    found = what_if(ORDERED, changes, trials=50, seed=5).after
    assert found.order == stored.order
    assert {row.id: row.finish for row in found.items} == {
        row.id: row.finish for row in stored.items
    }


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (SetRange(9, sure(1)), "There is no item 9 in this plan."),
        (SetRange(1, Triple(3, 2, 1)), "PAY-1: Order the range: low, likely, high."),
        (SetRange(1, Triple(0, 2, 3)), "PAY-1: The low end must be more than 0 days."),
        (SetRange(4, sure(1)), "PAY-4 is done: its range cannot change any more."),
        (MoveStart(1, None, pinned=True), "PAY-1 is pinned to no day."),
        (Assign(1, 7), "There is no team 7 in this plan."),
        (Assign(1, 1, crew=0), "PAY-1 needs a crew of at least 1."),
        (AddItem(item(1)), "There is an item 1 in this plan already."),
        (AddItem(item(9, team=7)), "PAY-9 has a team that is not in the plan."),
        (AddLink(1, 2), "PAY-2 waits for PAY-1 already."),
        (RemoveLink(2, 1), "PAY-1 does not wait for PAY-2."),
        (SetMembers(7, ()), "There is no team 7 in this plan."),
        (SetShare(1, 1.5), "A share of a team is a number from 0 to 1."),
        (SetDrag(1, Triple(0.1, 0.2, 1.4)), "Team 1 has a drag outside 0 to 1."),
        (RemoveEffect(3), "There is no effect 3 in this plan."),
    ],
)
def test_a_change_that_cannot_be_made_says_why(change, sentence):
    with pytest.raises(ValueError, match=sentence.replace(".", r"\.")):
        what_if(before(), [change], trials=10, seed=5)


def test_started_work_cannot_be_moved():
    begun = plan(item(1, 2, state=State.IN_PROGRESS, started_on=day(-1)))
    with pytest.raises(ValueError, match="PAY-1 has started"):
        what_if(begun, [MoveStart(1, day(3))], trials=10, seed=5)


def test_a_link_back_is_a_loop_that_is_named():
    with pytest.raises(LoopError, match="PAY-1 → PAY-2 → PAY-1"):
        what_if(before(), [AddLink(2, 1)], trials=10, seed=5)


def test_a_drag_is_the_plan_laid_out_anew():
    before = Before(busy(), seed=5, engine="numpy")
    for change in CHANGES:
        fast = before.with_([change]).after
        made = changed(before.plan, [change])
        made = replace(made, order=kept_order(before.plan, before.plan.order, made))
        assert fast == outlook(made, trials=PREVIEW_TRIALS, seed=5, engine="numpy")


def shared_out(made):
    """The same, every third item done by both teams where nothing keeps it from that."""
    parts = (PlanPart(1, 2, 1), PlanPart(2, 1, 1))
    rows = [
        replace(row, parts=parts) if row.id % 3 == 0 and row.kind == "feature" else row
        for row in made.items
    ]
    return replace(made, items=tuple(rows))


@quick
@given(
    st.booleans().flatmap(lambda effects: plans(effects=effects, pinned=True)),
    st.booleans(),
    st.integers(0, 7),
    ranges,
    st.sampled_from([None, day(3), day(33)]),
    st.sampled_from([None, 0.5, 7.5]),
)
def test_moves_of_a_bar_one_after_the_other_are_whole_runs_to_the_last_bit(
    made, several, at, other, start, rank
):
    made = shared_out(made) if several else made
    before = Before(made, trials=200, seed=5)
    row = made.items[at % len(made.items)]
    changes = [SetRange(row.id, other)]
    if row.state == State.PLANNED:
        changes.append(MoveStart(row.id, start))
    if rank is not None:
        changes.append(Rank(row.id, rank))
    for some in ([change] for change in changes):
        told, ends = before.compared(some)
        after = changed(before.plan, some)
        after = replace(after, order=kept_order(before.plan, before.plan.order, after))
        anew = Ends(after, before.draws)
        assert ends.ids == anew.ids
        assert ends.days.tobytes() == anew.days.tobytes()
        assert ends.last.tobytes() == anew.last.tobytes()
        assert told.after == anew.result()


def test_what_is_done_leaves_the_rest_as_the_stored_run_has_it():
    """The stored run keeps the day of what is done, a what-if has open items alone."""
    before = simulate(ORDERED, trials=50, seed=5)
    after = changed(ORDERED, [SetState(4, State.DONE, day(-4), day(0))])
    kept = replace(after, order=kept_order(ORDERED, before.order, after), quarters=before.quarters)
    stored = {row.id: row.finish for row in simulate(kept, trials=50, seed=5).items}
    found = what_if(ORDERED, [SetState(4, State.DONE, day(-4), day(0))], trials=50, seed=5).after
    assert 4 not in {row.id for row in found.items}
    del stored[4]
    assert {row.id: row.finish for row in found.items} == stored


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (SetState(1, State.DONE), "PAY-1 has a last day when it is done, and else none."),
        (SetState(1, State.PLANNED, None, day(0)), "PAY-1 has a last day when it is done"),
        (SetState(1, State.IN_PROGRESS), "PAY-1 is in progress since no day."),
    ],
)
def test_a_state_has_its_days(change, sentence):
    with pytest.raises(ValueError, match=sentence.replace(".", r"\.")):
        changed(before(), [change])
