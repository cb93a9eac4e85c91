"""The rows that menus name, read in one query."""

import datetime

import pytest

from roadmaps import services
from roadmaps.filters import Choices
from roadmaps.models import PlanStatus
from roadmaps.queries.scenarios import scenarios_visible_to
from tpm.models import Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(product, make_team, make_item, ada):
    """A plan with something in every menu, forecast."""
    make_team(product, name="Zebra"), make_team(product, name="ant")
    aim = services.create_objective(
        product, by=ada, title="Fast", target_date=datetime.date(2030, 1, 1)
    )
    services.create_objective(product, by=ada, title="Early")
    item = make_item(objective=aim)
    services.estimate_item(item, by=ada, p10_days=1, p50_days=2, p90_days=4)
    services.refresh_forecast(product.pk, trials=100)
    run = PlanStatus.objects.get(product=product).run

    def make(**also) -> Choices:
        return Choices.of_page(product, run=run, **also)

    return make


def test_all_menus_and_dates_cost_one_query(page, ada, product, django_assert_num_queries):
    choices = page(scenarios=scenarios_visible_to(ada).filter(product=product))
    with django_assert_num_queries(1):
        teams = [(team.slug, team.name) for team in choices.teams]
        aims = [(each.title, each.target_date, each.closed_on) for each in choices.objectives]
        owners = [person.name for person in choices.owners]
        dates = [(each.p50, each.p85, each.chance) for each in choices.named.dates.values()]
    assert len(teams) == 2
    assert aims == [("Fast", datetime.date(2030, 1, 1), None), ("Early", None, None)]
    assert "Ada" in " ".join(owners)
    assert len(dates) == 1
    assert all(dates[0])


def test_rows_come_in_the_order_of_lists_that_are_read_one_by_one(page, product):
    whole, apart = page(), Choices.of(product)
    for name in ("teams", "objectives", "owners"):
        assert getattr(whole, name) == getattr(apart, name)


def test_what_was_not_read_is_read_when_it_is_asked_for(page):
    assert page().teams[0].focus_share > 0
    assert page().objectives[0].product.key == "PAY"


def test_nobody_of_another_product_is_named(page, grace, other_product, make_team):
    make_team(other_product, name="Elsewhere")
    choices = page()
    assert grace.person.name not in [person.name for person in choices.owners]
    assert "Elsewhere" not in [team.name for team in choices.teams]


def test_a_scenario_of_somebody_else_is_named_once_it_is_shared(page, ada, vic, product):
    made = services.create_scenario(product, by=ada, name="Twice the team")

    def names() -> list[str]:
        seen = scenarios_visible_to(vic).filter(product=product)
        return [each.name for each in page(scenarios=seen).named.scenarios]

    assert names() == []
    type(made).objects.filter(pk=made.pk).update(shared=True)
    assert names() == ["Twice the team"]


def test_somebody_who_left_the_product_is_still_named_by_a_row(client_of, ada, make_item):
    make_item(title="Left behind", owner=Person.objects.create(name="Gone Gus"))
    page = client_of(ada).get("/p/PAY/items/").content.decode()
    assert 'aria-label="Gone Gus"' in page
