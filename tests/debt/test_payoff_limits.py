"""The pay-off view names the budget that brings a team below its debt budget."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from debt import payoff_limits, payoff_register, refresh
from debt.maths.ranges import Range
from debt.models import TeamLedger
from tpm import policies

API = "/api/v1/debt-payoff/PAY/"


@pytest.fixture
def chores(make_debt, team):
    """Three that gain, at 3, 6 and 9 days for the same cost a month: paid in that order."""
    found = [
        make_debt(
            title=f"Chore {days}", interest=Range(2, 2, 2), principal_p10_days=days,
            principal_p50_days=days, principal_p90_days=days, scored=False,
        )
        for days in (9, 3, 6)
    ]  # fmt: skip
    refresh.refresh_scores(team.pk)
    return found


@pytest.fixture
def limit_to(team, lena):
    """Allow a share of the drag that the team has."""

    def set_(share):
        policies.set_policy(
            team, by=lena, debt_share=0.2, unplanned_share=0.1, starts_on=timezone.localdate(),
            drag_limit=TeamLedger.objects.get(team=team).drag_mean * share,
        )  # fmt: skip

    return set_


def page(visitor, product, budget):
    answer = visitor.get(reverse("debt:payoff", args=[product.key]), {"budget": budget})
    return re.sub(r"<[^>]+>", "", answer.content.decode()), answer.content.decode()


def test_it_says_from_which_budget_on_a_team_comes_below(client_of, ada, product, chores, limit_to):
    limit_to(0.5)  # paying takes 0.8 of each: two of the three leave 0.47
    text, html = page(client_of(ada), product, "3")
    assert "From a budget of 9.0 d on Rails comes below" in text
    link = re.search(r'href="([^"]*budget=9)"', html)[1].replace("&amp;", "&")
    there = client_of(ada).get(link).content.decode()
    assert "c-bad" in html
    assert "Create 2 plan items" in there
    assert 'sub-line c-bad">budget' not in there


def test_the_budget_it_names_is_enough_and_less_is_not(product, chores, limit_to):
    limit_to(0.5)
    found = payoff_register.register_of(product)
    for budget, over in ((9, False), (8.9, True), (18, False)):
        (drag,) = payoff_limits.team_drags(found, found.ranking.spend(budget).chosen)
        assert (drag.enough, drag.stays_over) == (9.0, over)


def test_it_says_that_no_budget_does(client_of, ada, product, chores, limit_to):
    limit_to(0.1)
    text, _html = page(client_of(ada), product, "3")
    assert "No budget brings Rails below" in text
    assert "below &lt;1 %: paying all that gains leaves" in text


def test_a_team_inside_its_limit_is_told_nothing(client_of, ada, product, chores, limit_to):
    limit_to(1)
    text, _html = page(client_of(ada), product, "3")
    assert "comes below" not in text
    assert "No budget brings" not in text


def test_rest_tells_it_before_and_with_planning(api, ada, chores, limit_to, team):
    limit_to(0.5)
    (told,) = api(ada).get(f"{API}?budget=3").json()["teams"]
    assert (told["team"], told["over"], told["enough"]) == (team.slug, True, 9.0)
    assert told["after"] > told["limit"]
    body = {"budget": "9", "items": [chores[1].key, chores[2].key]}
    answer = api(ada).post(f"{API}plan/", body, format="json")
    assert answer.status_code == 201
    (planned,) = answer.json()["teams"]
    assert planned["after"] <= planned["limit"] < planned["before"]
    assert planned["enough"] == 9.0
