"""What changed between two moments: each cause alone, and the sum of them all."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roadmaps.forecasting import (
    CAUSES,
    EffectKind,
    Plan,
    PlanEffect,
    PlanLink,
    PlanObjective,
    PlanSpan,
    State,
    scope_path,
)
from tests.roadmaps.forecasting.plans import day, item, plan, sure, team
from tests.roadmaps.forecasting.test_properties import plans

TRIALS = 200


def before() -> Plan:
    return plan(
        item(1, 2, objective=1),
        item(2, 3, objective=1, target=day(6)),
        item(3, 4, rank=9),
        objectives=(PlanObjective(1, "All", day(6)),),
    )


def changed(**fields) -> Plan:
    return replace(before(), **fields)


def with_item(id: int, **fields) -> Plan:
    items = tuple(replace(i, **fields) if i.id == id else i for i in before().items)
    return changed(items=items)


def path(after: Plan):
    return scope_path(before(), after, trials=TRIALS, seed=7)


def cause(after: Plan, name: str):
    return path(after).causes[CAUSES.index(name)]


@pytest.mark.parametrize(
    ("after", "name"),
    [
        (lambda: changed(items=before().items[:2]), "removed"),
        (lambda: changed(items=(*before().items, item(4, 1, rank=99))), "added"),
        (lambda: with_item(2, typed=sure(4.0), range=sure(4.0)), "grown"),
        (lambda: with_item(2, typed=sure(2.0), range=sure(2.0)), "shrunk"),
        (lambda: with_item(2, kind="milestone"), "shrunk"),
        (lambda: with_item(2, crew=2), "moved"),
        (lambda: with_item(2, team=None), "moved"),
        (lambda: with_item(3, rank=0.5), "moved"),
        (lambda: with_item(2, target=day(9)), "moved"),
        (lambda: with_item(2, not_before=day(9)), "moved"),
        (lambda: changed(links=(PlanLink(1, 2),)), "moved"),
        (lambda: changed(teams=(team(count=2),)), "capacity"),
        (lambda: changed(teams=(team(closures=(PlanSpan(day(1), day(2)),)),)), "capacity"),
        (lambda: changed(teams=(team(drag=sure(0.2)),)), "capacity"),
        (
            lambda: changed(effects=(PlanEffect(1, 1, 1, EffectKind.PEOPLE, sure(1.0)),)),
            "capacity",
        ),
        (lambda: with_item(2, range=sure(4.0)), "learning"),
        (lambda: changed(today=day(1)), "time"),
        (lambda: with_item(1, state=State.DONE, finished_on=day(-1)), "worked off"),
    ],
)
def test_each_kind_of_change_has_its_cause(after, name):
    assert [each.name for each in path(after()).causes if each.changed] == [name]


def test_grown_work_is_counted_in_person_days_and_in_days():
    grown = cause(with_item(2, typed=sure(4.0), range=sure(4.0)), "grown")
    assert (grown.items, grown.tenths, grown.plan.p50_days) == ({2: 10}, 10, 1)


def test_what_grows_and_what_shrinks_are_told_apart():
    rows = before().items
    after = changed(
        items=(
            replace(rows[0], typed=sure(5.0), range=sure(5.0)),
            replace(rows[1], typed=sure(1.0), range=sure(1.0)),
            rows[2],
        )
    )
    assert [(c.name, c.tenths) for c in path(after).causes if c.changed] == [
        ("grown", 30), ("shrunk", -20),
    ]  # fmt: skip


def test_learning_counts_apart_from_what_somebody_typed():
    assert cause(with_item(2, range=sure(4.5)), "learning").items == {2: 15}


def test_a_chosen_objective_has_days_of_its_own():
    longer = with_item(2, typed=sure(4.0), range=sure(4.0))
    assert cause(longer, "grown").objectives[1].p85_days == 3  # over the weekend


def test_a_week_without_work_is_told_as_time_and_the_work_done_as_worked_off():
    rows = before().items
    done = replace(rows[0], state=State.DONE, started_on=day(0), finished_on=day(1))
    found = {c.name: c for c in path(changed(today=day(2), items=(done, *rows[1:]))).causes}
    assert (found["time"].tenths, found["time"].plan.p50_days) == (0, 4)
    assert (found["worked off"].tenths, found["worked off"].plan.p50_days) == (-20, -4)


def test_work_in_progress_is_worked_off_day_by_day():
    def at(today):
        begun = item(1, 10, state=State.IN_PROGRESS, started_on=day(0))
        return plan(begun, today=today)

    found = scope_path(at(day(1)), at(day(3)), trials=TRIALS, seed=7)
    assert found.causes[CAUSES.index("worked off")].tenths < 0


def test_a_plan_beyond_the_horizon_has_no_number_of_days():
    assert path(changed(teams=(team(count=0),))).plan.p50_days is None


def estimated(made: Plan) -> Plan:
    return replace(made, items=tuple(replace(each, typed=each.range) for each in made.items))


@pytest.mark.thorough
@settings(max_examples=25, deadline=None)
@given(plans(effects=True), plans(effects=True), st.integers(0, 9), st.booleans())
def test_causes_sum_to_the_whole_exactly(old, new, later, done):
    old, new = estimated(old), replace(estimated(new), today=day(later))
    if done:
        ended = replace(new.items[0], state=State.DONE, finished_on=day(later - 1))
        new = replace(new, items=(ended, *new.items[1:]))
    found = scope_path(old, new, trials=TRIALS, seed=3)
    assert tuple(each.name for each in found.causes) == CAUSES
    assert found.before.tenths + sum(c.tenths for c in found.causes) == found.after.tenths
    for whole, parts in (
        (found.plan, [c.plan for c in found.causes]),
        (found.objectives.get(1), [c.objectives.get(1) for c in found.causes]),
    ):
        for name in ("p50_days", "p85_days"):
            days = [getattr(part, name) if part else None for part in parts]
            if None not in days:
                assert sum(days) == getattr(whole, name)


@pytest.mark.thorough
@settings(max_examples=10, deadline=None)
@given(plans(effects=True))
def test_nothing_changed_moves_nothing(made):
    found = scope_path(made, made, trials=TRIALS, seed=3)
    assert not any(c.changed or c.items for c in found.causes)
