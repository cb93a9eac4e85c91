"""Whatever the services accept, the plan that is read from it can be simulated."""

import datetime
import random

import pytest
from django.core.exceptions import ValidationError

from roadmaps import queries, services
from roadmaps.forecasting.graph import check
from roadmaps.models import Item
from tpm import services as workspace
from tpm.models import TeamShare

TODAY = datetime.date.today()


def plan_of(product):
    plan = queries.plan_of(product, as_of=TODAY)
    check(plan)
    return plan


def planned(plan, item):
    return next(row for row in plan.items if row.id == item.pk)


def test_open_work_of_a_closed_objective_stays_in_the_plan(product, make_item, ada):
    objective = services.create_objective(product, by=ada, title="Fast")
    item = make_item(objective=objective)
    services.close_objective(objective, by=ada, on=TODAY)
    assert planned(plan_of(product), item).objective is None


@pytest.mark.parametrize("state", ["idea", "dropped", "done"])
def test_a_part_of_what_left_the_plan_stays_part_of_what_is_above(product, make_item, ada, state):
    whole = make_item()
    middle = make_item(parent=whole)
    part = make_item(parent=middle)
    services.move_item(middle, by=ada, state=state)
    services.move_item(part, by=ada, state="in_progress")
    plan = plan_of(product)
    assert planned(plan, part).parent in (whole.pk, middle.pk)
    if state != "done":
        assert planned(plan, part).parent == whole.pk


def test_a_part_of_an_idea_stands_alone(product, make_item):
    part = make_item(parent=make_item(state="idea"))
    assert planned(plan_of(product), part).parent is None


def test_a_story_below_a_done_epic_is_imported_into_a_plan_that_can_be_forecast(product, bring):
    header = "Summary,Issue key,Issue Type,Status,Status Category,Parent key,Created"
    bring(
        "Epic,AB-1,Epic,Done,Done,,2026-01-02",
        "Story,AB-2,Story,To Do,To Do,AB-1,2026-01-02",
        "Stray,AB-3,Story,To Do,To Do,AB-9,2026-01-02",
        header=header,
        source="jira",
    )
    assert len(plan_of(product).items) >= 2


def test_work_of_a_team_without_a_share_is_simulated_alone(product, make_item, team):
    item = make_item(team=team)
    TeamShare.objects.all().delete()
    assert planned(plan_of(product), item).team is None


def test_an_effect_on_a_team_of_another_product_is_left_out(
    product, other_product, make_item, make_team, ada
):
    elsewhere = make_team(other_product)
    services.add_capacity_effect(
        make_item(), by=ada, team=elsewhere, kind="drag", p10=0.01, p50=0.02, p90=0.03
    )
    assert plan_of(product).effects == ()


@pytest.mark.thorough
@pytest.mark.parametrize("seed", range(12))
def test_whatever_the_services_accept_can_be_simulated(
    seed, product, other_product, make_item, make_team, ada
):
    dice = random.Random(seed)
    teams = [make_team(product, people=1), make_team(product, people=1), make_team(other_product)]
    objectives = [services.create_objective(product, by=ada, title=f"O{n}") for n in range(2)]
    items = [make_item() for _ in range(7)]

    def act():
        item = Item.objects.get(pk=dice.choice(items).pk)
        other = Item.objects.get(pk=dice.choice(items).pk)
        rows = list(TeamShare.objects.filter(product=product).order_by("pk"))
        match dice.randrange(8):
            case 0:
                services.move_item(item, by=ada, state=dice.choice(Item.State.values))
            case 1:
                services.edit_item(item, by=ada, version=None, parent=other)
            case 2:
                services.edit_item(item, by=ada, version=None, team=dice.choice(teams))
            case 3:
                services.edit_item(item, by=ada, version=None, objective=dice.choice(objectives))
            case 4:
                on = dice.choice([TODAY, None])
                services.close_objective(dice.choice(objectives), by=ada, on=on)
            case 5:
                services.link_items(item, other, by=ada, kind=dice.choice(["FS", "SS", "FF", "SF"]))
            case 6:
                services.add_capacity_effect(
                    item, by=ada, team=dice.choice(teams), kind="drag", p10=0, p50=0.01, p90=0.02
                )
            case 7 if rows and dice.random() < 0.3:
                workspace.end_team_share(dice.choice(rows), by=ada)

    for _ in range(60):
        try:
            act()
        except ValidationError:
            continue
        plan_of(product)


def test_a_title_can_be_changed_after_its_team_left(product, make_item, team, ada):
    item = make_item(team=team)
    TeamShare.objects.all().delete()
    assert services.edit_item(item, by=ada, version=None, title="New") == ["title"]


def test_a_team_that_left_cannot_be_named_anew(product, make_item, team, ada):
    item = make_item()
    TeamShare.objects.all().delete()
    with pytest.raises(ValidationError, match="does not serve"):
        services.edit_item(item, by=ada, version=None, team=team)


def test_an_epic_whose_parts_were_dropped_has_nothing_to_do_without_an_estimate(
    product, make_item, ada
):
    epic = make_item(state="planned")
    part = make_item(state="planned", parent=epic)
    services.move_item(part, by=ada, state=Item.State.DROPPED)
    assert planned(plan_of(product), epic).instant
    services.estimate_item(epic, by=ada, p10_days=1, p50_days=2, p90_days=3)
    assert not planned(plan_of(product), epic).instant


def test_an_item_without_parts_is_work(product, make_item):
    item = make_item(state="planned")
    assert not planned(plan_of(product), item).instant
