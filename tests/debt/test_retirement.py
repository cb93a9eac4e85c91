"""What the end of life of a component does to the debt on it."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from debt import queries, refresh
from debt.maths import payback
from debt.maths.scoring import Inputs, hash_of
from debt.models import DebtScore
from tests.tradeoffs import conftest as made
from tpm.models import Component
from tradeoffs import services as decisions
from tradeoffs.models import RevisitTrigger

make_decision, decision, score = made.make_decision, made.decision, made.score
scored, in_review, accepted = made.scored, made.in_review, made.accepted


@pytest.fixture
def vault(product, team):
    component = Component.objects.create(key="vault", name="Vault", owner_team=team)
    component.products.add(product)
    return component


@pytest.fixture
def retires(accepted, vault, mel):
    def on(day):
        return decisions.add_trigger(
            accepted, by=mel, kind="end_of_life", component=vault, on_date=day
        )

    return on


def in_months(count):
    return timezone.localdate() + datetime.timedelta(days=round(30.4375 * count + 5))


def rescored(item):
    refresh.refresh_scores(item.team_id)
    item.refresh_from_db()
    return item.latest_score


def test_the_horizon_ends_where_the_component_does(make_debt, vault, retires):
    item = make_debt(component=vault)
    before = item.latest_score
    retires(in_months(4))
    after = rescored(item)
    assert (before.inputs["horizon_months"], after.inputs["horizon_months"]) == (12, 4)
    assert after.inputs["sources"]["horizon"] == "declared"
    assert after.npv_days < before.npv_days
    assert after.chance < before.chance
    assert after.discounted_payback_months is None


def test_a_day_beyond_the_horizon_only_stops_what_pays_back_later(make_debt, vault, retires):
    item = make_debt(
        component=vault, principal_p10_days=30, principal_p50_days=32, principal_p90_days=34
    )
    before = item.latest_score
    assert before.discounted_payback_months > 15
    retires(in_months(15))
    after = rescored(item)
    assert after.inputs["horizon_months"] == 12
    assert after.npv_days == before.npv_days
    assert after.discounted_payback_months is None


def test_another_day_is_another_fingerprint_and_a_new_snapshot(make_debt, vault, retires, mel):
    item = make_debt(component=vault)
    row = retires(in_months(4))
    first = rescored(item)
    assert rescored(item) == first
    decisions.remove_trigger(row, by=mel)
    retires(in_months(4) + datetime.timedelta(days=1))
    second = rescored(item)
    assert second.pk != first.pk
    assert second.inputs_hash != first.inputs_hash


def test_without_an_end_of_life_the_fingerprint_is_what_it_always_was():
    given = Inputs(capacity=80, horizon_months=12, share_removed=0.8, months_until_done=1)
    assert hash_of(given) == ("7073432d1d32dd1c03f51f240fbf3b54742784281439dda6e76965536ad99eb2")


def test_setting_the_day_makes_the_scores_due(make_debt, vault, retires):
    make_debt(component=vault)
    assert not queries.due_ledgers().exists()
    retires(in_months(4))
    assert queries.due_ledgers().exists()


def test_the_page_says_that_it_does_not_pay_back_before(client_of, vic, make_debt, vault, retires):
    item = make_debt(component=vault)
    day = in_months(3)
    retires(day)
    rescored(item)
    text = client_of(vic).get(item.get_absolute_url()).content.decode()
    assert f"The component retires in {day:%B}: it does not pay back before;" in text
    assert "The chance to pay back inside 3 months" in text


def test_the_page_says_when_it_retires_where_it_pays_back_before(
    client_of, vic, make_debt, vault, retires
):
    item = make_debt(
        component=vault, principal_p10_days=1, principal_p50_days=2, principal_p90_days=3
    )
    day = in_months(8)
    retires(day)
    rescored(item)
    text = client_of(vic).get(item.get_absolute_url()).content.decode()
    assert "it pays back in about" in text
    assert f"The component retires in {day:%B}" in text


def test_the_pay_off_view_leaves_it_and_says_why(
    client_of, ada, product, make_debt, vault, retires
):
    item = make_debt(component=vault)
    day = in_months(3)
    retires(day)
    rescored(item)
    text = client_of(ada).get(
        reverse("debt:payoff", args=[product.key]), {"budget": "60"}
    ).content.decode()  # fmt: skip
    assert f"retires in {day:%B}: does not pay back before" in text


def test_a_component_that_outlived_its_end_no_longer_cuts_the_horizon(
    make_debt, vault, retires, lena
):
    item = make_debt(component=vault)
    row = retires(timezone.localdate())
    assert rescored(item).inputs["horizon_months"] == 0
    firing = decisions.fire_if_due(row.pk, today=timezone.localdate())
    decisions.reaffirm(firing, by=lena, why="It stays for another year.")
    assert rescored(item).inputs["horizon_months"] == 12


def test_a_draft_cuts_nothing(make_debt, vault, make_decision, mel):
    draft = make_decision()
    decisions.add_trigger(draft, by=mel, kind="end_of_life", component=vault, on_date=in_months(3))
    item = make_debt(component=vault)
    assert queries.ending_of(item) is None
    assert item.latest_score.inputs["retires_on"] is None


def test_the_first_of_two_days_counts(make_debt, vault, retires):
    item = make_debt(component=vault)
    retires(in_months(9))
    first = retires(in_months(5))
    assert queries.ending_of(item) == first
    assert rescored(item).inputs["retires_on"] == first.on_date.isoformat()
    assert RevisitTrigger.objects.count() == 2


def test_after_the_end_nothing_is_lost_any_more():
    terms = payback.Terms(horizon=4, until_done=1, removed=0.8, growth=1, retires=4)
    never = payback.days_spent(10, 2, terms, months=8, starts=None)
    assert never[4] == never[8] == 8


def test_what_was_never_scored_with_it_reads_like_before(make_debt):
    score = DebtScore.objects.get(pk=make_debt().latest_score_id)
    assert score.inputs["retires_on"] is None
