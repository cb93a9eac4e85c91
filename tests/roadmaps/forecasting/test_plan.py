import json
import subprocess
import sys
from dataclasses import replace
from datetime import date

import pytest

from roadmaps.forecasting import (
    EffectKind,
    LoopError,
    Plan,
    PlanEffect,
    PlanExternal,
    PlanLink,
    PlanObjective,
    PlanPart,
    PlanSpan,
    Triple,
    check,
    find_loop,
    inputs_hash,
)
from tests.roadmaps.forecasting.plans import MONDAY, item, people, plan, team


def full_plan() -> Plan:
    return plan(
        item(1, Triple(1, 2, 4), objective=1, parent=3),
        item(2, None, parts=(PlanPart(1, 2.0), PlanPart(2, 1.0, crew=2)), table="all"),
        item(3, None),
        links=(PlanLink(1, 2, "SS", -1),),
        teams=(
            team(1, closures=(PlanSpan(MONDAY, MONDAY),)),
            team(
                2, members=people(2, absences=(PlanSpan(MONDAY, MONDAY),)), drag=Triple(0, 0.1, 0.2)
            ),
        ),
        effects=(PlanEffect(1, 2, 1, EffectKind.DRAG, Triple(0.01, 0.02, 0.03), date(2028, 1, 1)),),
        objectives=(PlanObjective(1, "Faster", date(2027, 6, 1)),),
        externals=(PlanExternal(1, 1, "Licence", *[date(2027, 2, k) for k in (1, 2, 3)]),),
        tables={"all": (1.0, 2.0, 3.0)},
        order=(2, 1),
    )


def test_a_plan_survives_json():
    assert Plan.from_dict(json.loads(json.dumps(full_plan().to_dict()))) == full_plan()


def test_the_hash_of_a_plan_does_not_depend_on_the_order_of_its_rows():
    other = replace(full_plan(), items=full_plan().items[::-1], teams=full_plan().teams[::-1])
    assert inputs_hash(other) == inputs_hash(full_plan())


def test_the_hash_of_a_plan_changes_with_any_value():
    other = replace(full_plan(), today=date(2027, 1, 5))
    assert inputs_hash(other) != inputs_hash(full_plan())


def test_reading_a_range_loads_no_numpy():
    code = (
        "import sys; from roadmaps.forecasting import parse, Plan, inputs_hash, Ratios, find_loop;"
        "sys.exit('numpy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_an_unknown_name_is_an_attribute_error():
    import roadmaps.forecasting as engine

    with pytest.raises(AttributeError, match="nonsense"):
        _ = engine.nonsense


def test_a_loop_of_links_is_named_in_order():
    loop = (PlanLink(1, 2), PlanLink(2, 3), PlanLink(3, 1))
    with pytest.raises(LoopError, match="PAY-1 → PAY-2 → PAY-3 → PAY-1") as caught:
        check(plan(item(1), item(2), item(3), links=loop))
    assert caught.value.loop == ("PAY-1", "PAY-2", "PAY-3")


def test_an_item_cannot_wait_for_what_it_is_part_of():
    assert find_loop({1: None, 2: 1}, [(1, 2)]) == (2, 1)


def test_parents_that_wait_for_each_others_children_are_a_loop():
    assert find_loop({1: None, 2: 1, 3: None, 4: 3}, [(1, 3), (4, 2)]) is not None


def test_an_item_cannot_be_part_of_itself():
    assert find_loop({1: 2, 2: 1}, []) == (1, 2)


def test_siblings_may_wait_for_each_other_in_one_direction():
    assert find_loop({1: None, 2: 1, 3: 1}, [(2, 3)]) is None


@pytest.mark.parametrize(
    ("bad", "sentence"),
    [
        (lambda: plan(item(1), item(1)), "same id"),
        (lambda: plan(item(1, parent=9)), "PAY-1 is part of"),
        (lambda: plan(item(1, objective=9)), "objective"),
        (lambda: plan(item(1, team=9)), "team that is not"),
        (lambda: plan(item(1, parts=(PlanPart(1, 0.0),))), "no days"),
        (lambda: plan(item(1, crew=0)), "crew"),
        (lambda: plan(item(1, Triple(3, 2, 1))), "PAY-1: Order"),
        (lambda: plan(item(1, table="gone")), "table"),
        (lambda: plan(item(1, state="done")), "no last day"),
        (lambda: plan(item(1, pinned=True)), "pinned to no day"),
        (lambda: plan(item(1), links=(PlanLink(1, 9),)), "A link names"),
        (lambda: plan(teams=(team(focus=0.0),)), "focus"),
        (lambda: plan(teams=(team(members=people(1, share=1.5)),)), "share outside"),
        (lambda: plan(teams=(team(drag_ref=0.95),)), "reference drag"),
        (lambda: plan(teams=(team(drag=Triple(0.3, 0.2, 0.4)),)), "order the range"),
        (lambda: plan(teams=(team(drag=Triple(-0.1, 0.2, 0.4)),)), "drag outside"),
        (
            lambda: plan(effects=(PlanEffect(1, 9, 1, EffectKind.DRAG, Triple(0, 0, 0)),)),
            "Effect 1",
        ),
        (lambda: plan(externals=(PlanExternal(1, 9, "Part", *[MONDAY] * 3),)), "Part"),
        (
            lambda: plan(
                item(1),
                externals=(PlanExternal(1, 1, "Part", date(2027, 2, 1), MONDAY, MONDAY),),
            ),
            "days out of order",
        ),
    ],
)
def test_a_plan_that_cannot_be_simulated_is_refused_with_a_sentence(bad, sentence):
    with pytest.raises(ValueError, match=sentence):
        check(bad())
