"""The debt budget of a team: the highest drag that its policy allows."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from debt.models import TeamLedger
from roadmaps.timeline.capacity import over_drag
from tpm import policies
from tpm.models import CapacityPolicy


@pytest.fixture
def set_limit(team, lena):
    def set_(limit, *, days_ago=0):
        return policies.set_policy(
            team, by=lena, debt_share=0.2, unplanned_share=0.1, drag_limit=limit,
            starts_on=timezone.localdate() - datetime.timedelta(days_ago),
        )  # fmt: skip

    return set_


def test_the_newest_policy_that_has_begun_holds_its_limit(team, set_limit):
    set_limit(0.3, days_ago=30)
    set_limit(0.1, days_ago=3)
    set_limit(0.05, days_ago=-5)
    assert policies.limits_of_drag([team.pk], timezone.localdate()) == {team.pk: 0.1}


def test_a_newer_policy_without_a_limit_lifts_the_rule(team, set_limit):
    set_limit(0.3, days_ago=30)
    set_limit(None)
    assert policies.limits_of_drag([team.pk], timezone.localdate()) == {}


def test_a_limit_lies_below_the_cap_in_form_and_database(team, set_limit):
    with pytest.raises(ValidationError, match="from 0 to below 90 %"):
        set_limit(0.9)
    with pytest.raises(IntegrityError), transaction.atomic():
        CapacityPolicy.objects.create(
            team=team, starts_on=timezone.localdate(), drag_limit=0.95, debt_share=0
        )


def test_the_register_shows_the_budget_and_says_when_it_is_passed(
    client_of, vic, product, make_debt, set_limit
):
    make_debt(interest=None, principal_p50_days=None, principal_p10_days=None,
              principal_p90_days=None, title="No price")  # fmt: skip
    make_debt()
    drag = TeamLedger.objects.get().drag_mean
    path = reverse("debt:item-list", args=[product.key])
    set_limit(drag + 0.05)
    assert "<small>budget" in client_of(vic).get(path).content.decode()
    set_limit(drag / 2)
    assert '<small class="c-bad">budget' in client_of(vic).get(path).content.decode()


def test_those_who_accept_debt_are_told_at_home(
    client_of, lena, vic, product, make_debt, set_limit
):
    make_debt()
    set_limit(0.001)
    path = reverse("tpm:home", args=[product.key])
    assert "Rails is above its debt budget" in client_of(lena).get(path).content.decode()
    assert "debt budget" not in client_of(vic).get(path).content.decode()


def test_the_plan_says_it_beside_the_load_of_the_team():
    assert over_drag({"drag": 0.2, "drag_limit": 0.15}) == "drag 20 %, budget 15 %"
    assert over_drag({"drag": 0.1, "drag_limit": 0.15}) == ""
    assert over_drag({}) == ""


def test_the_forecast_carries_drag_and_limit_of_each_team(
    make_debt, product, make_item, team, set_limit, ada
):
    from roadmaps.services import estimate_item, refresh_forecast

    make_debt()
    set_limit(0.01)
    estimate_item(make_item(team=team), by=ada, p10_days=1, p50_days=2, p90_days=3)
    refresh_forecast(product.pk)
    (row,) = product.forecast_runs.latest("pk").teams
    assert row["drag_limit"] == 0.01
    assert row["drag"] > 0.01


def test_the_budget_is_set_and_read_over_rest(client_of, lena, team):
    visitor = client_of(lena)
    answer = visitor.post(
        "/api/v1/capacity-policies/",
        {"team": team.slug, "starts_on": str(timezone.localdate()), "drag_limit": 0.15},
        content_type="application/json",
    )
    assert answer.status_code == 201
    assert visitor.get("/api/v1/capacity-policies/").json()["results"][0]["drag_limit"] == 0.15
