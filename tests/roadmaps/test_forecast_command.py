"""`manage.py forecast`: the plan's dates on the console."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from roadmaps import services
from roadmaps.models import ForecastRun


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("forecast", "--product", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def item(make_item, ada):
    item = make_item(title="Adapter")
    services.estimate_item(item, by=ada, p10_days=3, p50_days=5, p90_days=10)
    return item


def test_it_prints_each_open_item_with_its_dates(product, item):
    said = run("pay")
    assert "1 open item, 10,000 trials" in said
    assert "All open work: 50 % by " in said
    assert "PAY-1 Adapter" in said


def test_the_order_in_json_is_of_keys(product, item):
    assert json.loads(run("PAY", "--json"))["order"] == [item.key]


def test_a_team_without_people_is_named(product, ada, make_item, team):
    team.memberships.all().delete()
    make_item(team=team)
    assert f"Nobody is recorded in {team.name}" in run("PAY")


def test_it_stores_nothing(product, item):
    run("PAY")
    assert not ForecastRun.objects.exists()


def test_it_says_the_same_as_the_stored_forecast(product, item):
    services.refresh_forecast(product.pk)
    stored = ForecastRun.objects.get().items.get()
    finish = json.loads(run("PAY", "--json"))["items"][0]["finish"]
    assert [finish["p50"], finish["p85"]] == [str(stored.p50), str(stored.p85)]


def test_another_seed_gives_other_draws(product, item):
    first, second = (json.loads(run("PAY", "--json", "--seed", seed)) for seed in "12")
    assert first["items"][0]["histogram"] != second["items"][0]["histogram"]


def test_trials_can_be_said(product, item):
    assert json.loads(run("PAY", "--json", "--trials", "50"))["trials"] == 50


def test_an_empty_plan_prints_its_head_only(product):
    assert "0 open items" in run("PAY")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("NOPE",), "There is no product NOPE. There are: PAY."),
        (("PAY", "--trials", "0"), "--trials is between"),
        (("PAY", "--seed", "-1"), "--seed is between"),
    ],
)
def test_a_wrong_argument_is_answered_in_a_sentence(product, arguments, sentence):
    with pytest.raises(CommandError, match=sentence):
        run(*arguments)
