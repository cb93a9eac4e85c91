"""A team's capacity policy: who sets it, what it does to dates, and what is said of it."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from roadmaps import queries, services
from roadmaps.forecasting import PlanPolicy, inputs_hash
from roadmaps.forecasting.spending import Account, quarter_of
from roadmaps.models import ForecastRun, Item
from roadmaps.pages.policy import compared, section
from roadmaps.queries.policy import planned_works, spending_of
from roadmaps.services.teams import Part
from roadmaps.views import capacity
from tpm import policies
from tpm.models import CapacityPolicy, Change, Product

TODAY = timezone.localdate()
LONG_AGO = datetime.date(2021, 1, 1)


def set_policy(team, by, *, debt=0.2, unplanned=0.15, starts_on=LONG_AGO):
    return policies.set_policy(
        team, by=by, starts_on=starts_on, debt_share=debt, unplanned_share=unplanned
    )


def revision(product):
    return Product.objects.values_list("revision", flat=True).get(pk=product.pk)


# -- writing it ----------------------------------------------------------------------------------


def test_a_policy_makes_the_plans_of_its_team_due_and_is_told(team, product, lena):
    before = revision(product)
    set_policy(team, lena)
    assert revision(product) == before + 1
    change = Change.objects.get(action="capacity policy")
    assert change.fields == {
        "from 2021-01-01": [None, "20 % debt, 15 % unplanned, 65 % other items"]
    }


def test_one_from_the_same_day_is_replaced_and_the_same_is_no_news(team, product, lena):
    set_policy(team, lena)
    set_policy(team, lena, debt=0.3)
    assert team.policies.get().debt_share == 0.3
    before = revision(product)
    set_policy(team, lena, debt=0.3)
    assert revision(product) == before


def test_the_newest_that_has_begun_holds(team, lena):
    set_policy(team, lena)
    later = set_policy(team, lena, debt=0.5, starts_on=TODAY + datetime.timedelta(days=9))
    assert policies.policy_on(team, TODAY).debt_share == 0.2
    assert policies.policy_on(team, later.starts_on) == later
    assert policies.policy_on(team, LONG_AGO - datetime.timedelta(days=1)) is None


def test_taken_back_it_is_as_if_it_had_not_been(team, product, lena):
    row = set_policy(team, lena)
    before = revision(product)
    policies.remove_policy(row, by=lena)
    assert not team.policies.exists()
    assert revision(product) == before + 1


@pytest.mark.parametrize(
    ("shares", "sentence"),
    [
        ((0.7, 0.4), "100 % at most"),
        ((-0.1, 0.1), "0 % or more"),
        ((0.0, 1.0), "Leave some time"),
    ],
)
def test_shares_that_cannot_be_are_refused_by_the_service_and_the_database(
    team, lena, shares, sentence
):
    with pytest.raises(ValidationError, match=sentence):
        set_policy(team, lena, debt=shares[0], unplanned=shares[1])
    with pytest.raises(IntegrityError), transaction.atomic():
        CapacityPolicy.objects.create(
            team=team, starts_on=TODAY, debt_share=shares[0], unplanned_share=shares[1]
        )


def test_a_hundred_percent_in_all_is_allowed(team, lena):
    assert set_policy(team, lena, debt=0.9, unplanned=0.1).other_share == pytest.approx(0)


# -- the plan ------------------------------------------------------------------------------------


def test_the_plan_reads_it_and_its_hash_changes(team, product, make_item, lena):
    make_item(team=team)
    before = queries.plan_of(product, as_of=TODAY)
    set_policy(team, lena)
    after = queries.plan_of(product, as_of=TODAY)
    assert before.teams[0].policies == ()
    assert after.teams[0].policies == (PlanPolicy(LONG_AGO, 0.2, 0.15),)
    assert inputs_hash(before) != inputs_hash(after)


def forecast(product):
    services.refresh_forecast(product.pk, trials=200)
    return ForecastRun.objects.filter(product=product).first()


def finishes(run):
    return {row.item.key: row.p50 for row in run.items.select_related("item")}


def test_a_policy_of_nothing_leaves_every_date_as_it_was(team, product, make_item, lena):
    for kind in ("feature", "debt", "feature"):
        item = make_item(team=team, kind=kind)
        services.estimate_item(item, by=lena, p10_days=5, p50_days=10, p90_days=20)
    before = forecast(product)
    set_policy(team, lena, debt=0.0, unplanned=0.0)
    after = forecast(product)
    assert before.pk != after.pk
    assert (finishes(before), before.teams) == (finishes(after), after.teams)


def test_unplanned_time_makes_work_later_and_the_story_says_capacity(
    team, product, make_item, lena
):
    item = make_item(team=team)
    services.estimate_item(item, by=lena, p10_days=30, p50_days=40, p90_days=50)
    before = forecast(product)
    set_policy(team, lena, debt=0.0, unplanned=0.5)
    after = forecast(product)
    key = item.key
    slower = (finishes(after)[key] - TODAY).days / (finishes(before)[key] - TODAY).days
    assert slower == pytest.approx(2, abs=0.15)
    assert after.teams[0]["weeks"][1]["capacity"] == before.teams[0]["weeks"][1]["capacity"] / 2
    told = services.explain_move(after, before)
    told.refresh_from_db()
    moved = {step["name"] for step in told.steps if step["items"]}
    assert moved == {"capacity"}


def test_debt_comes_forward_by_its_share(make_team, product, make_item, lena):
    one = make_team(product, people=1)
    for _ in range(4):
        services.estimate_item(make_item(team=one), by=lena, p10_days=7, p50_days=8, p90_days=9)
    debt = make_item(team=one, kind="debt")
    services.estimate_item(debt, by=lena, p10_days=7, p50_days=8, p90_days=9)
    before = forecast(product)
    assert before.order[-1] == debt.pk
    set_policy(one, lena, debt=0.25, unplanned=0.0)
    after = forecast(product)
    assert after.order.index(debt.pk) == 1
    told = services.explain_move(after, before)
    told.refresh_from_db()
    assert {step["name"] for step in told.steps if step["items"]} == {"capacity"}


def test_derived_days_leave_out_what_the_policy_set_aside(team, make_item, lena):
    start = TODAY - datetime.timedelta(days=TODAY.weekday() + 14)
    set_policy(team, lena, debt=0.2, unplanned=0.2)
    item = make_item(team=team)
    services.move_item(item, by=lena, state="in_progress", on=start)
    services.move_item(item, by=lena, state="done", on=start + datetime.timedelta(days=4))
    assert item.actuals.get().person_days == pytest.approx(4)


def test_a_scenario_tries_a_policy_and_leaves_setting_it_to_the_leads(
    team, product, make_item, lena, client_of
):
    services.estimate_item(make_item(team=team), by=lena, p10_days=30, p50_days=40, p90_days=50)
    scenario = services.create_scenario(product, by=lena, name="More unplanned")
    url = f"/p/{product.key}/scenarios/{scenario.pk}/change/policy/"
    asked = {"team": team.slug, "debt": "10", "unplanned": "50"}
    assert client_of(lena).post(url, asked).status_code == 302
    services.refresh_scenario(scenario.pk, trials=200)
    scenario.refresh_from_db()
    end = scenario.forecast.result["end"]
    assert end["after"]["p50"] > end["before"]["p50"]
    shown = client_of(lena).get(f"/p/{product.key}/scenarios/{scenario.pk}/").content.decode()
    assert "Rails keeps 10 % for debt, 50 % for unplanned work" in shown
    made, wishes = services.apply_scenario(scenario, by=lena)
    assert (made, len(wishes)) == (0, 1)
    assert not team.policies.exists()


# -- what was planned and spent ------------------------------------------------------------------


@pytest.fixture
def spent(team, make_item, lena):
    """A finished feature of 9 days and debt of 3, in this quarter or the one before."""
    day = TODAY - datetime.timedelta(days=3)
    for kind, days in (("feature", 9), ("debt", 3)):
        item = make_item(team=team, kind=kind)
        services.move_item(item, by=lena, state="in_progress", on=day)
        services.move_item(item, by=lena, state="done", on=day, person_days=days)
    return quarter_of(day)


def rows_of(product):
    run = ForecastRun.objects.filter(product=product).first()
    (found,) = spending_of(product, run, today=TODAY)
    return found, {row.quarter: row for row in found.rows}


def test_finished_work_is_told_by_kind(spent, team, product, lena):
    set_policy(team, lena)
    _found, rows = rows_of(product)
    row = rows[spent]
    assert row.spent == Account(3, 9)
    assert row.policy is not None
    assert row.policy.debt_of_items == pytest.approx(0.2 / 0.85)
    assert row.capacity is not None
    assert row.capacity > 0


def test_planned_work_is_what_is_left_at_p50(team, product, make_item, lena):
    item = make_item(team=team, kind="debt")
    services.estimate_item(item, by=lena, p10_days=3, p50_days=4, p90_days=5)
    forecast(product)
    _found, rows = rows_of(product)
    assert sum(row.planned.debt for row in rows.values()) == pytest.approx(4, rel=0.15)
    assert sum(row.planned.other for row in rows.values()) == 0


def test_of_several_teams_each_has_its_part(team, make_team, product, make_item, lena):
    risk = make_team(product, name="Risk")
    day = TODAY - datetime.timedelta(days=3)
    item = make_item(team=team)
    services.share_item(item, by=lena, parts=[Part(team, 1), Part(risk, 3)])
    services.move_item(item, by=lena, state="in_progress", on=day)
    services.move_item(item, by=lena, state="done", on=day, person_days=8)
    found = spending_of(product, None, today=TODAY)
    whole = {each.team.name: sum(row.spent.whole for row in each.rows) for each in found}
    assert whole == {"Rails": pytest.approx(2), "Risk": pytest.approx(6)}


def test_planned_work_of_several_teams_is_what_is_left_of_it(
    team, make_team, product, make_item, lena
):
    """Begun work has less left than its estimate, however many teams do it."""
    risk = make_team(product, name="Risk")
    ahead, begun = make_item(team=team), make_item(team=team)
    for item in (ahead, begun):
        services.estimate_item(item, by=lena, p10_days=30, p50_days=40, p90_days=50)
        services.share_item(item, by=lena, parts=[Part(team, 1), Part(risk, 3)])
    run = forecast(product)
    works = planned_works(product, run)
    assert sum(work.days for work in works[team.pk]) == pytest.approx(20, rel=0.15)
    assert sum(work.days for work in works[risk.pk]) == pytest.approx(60, rel=0.15)
    day = TODAY - datetime.timedelta(days=28)
    services.move_item(begun, by=lena, state="in_progress", on=day)
    services.move_item(ahead, by=lena, state="dropped")
    works = planned_works(product, forecast(product))
    left = sum(work.days for rows in works.values() for work in rows)
    assert 0 < left < 30
    assert sum(work.days for work in works[team.pk]) == pytest.approx(left / 4)


def test_twice_the_items_cost_the_same_queries(
    spent, team, product, make_item, lena, django_assert_max_num_queries
):
    for _ in range(3):
        services.estimate_item(make_item(team=team), by=lena, p10_days=1, p50_days=2, p90_days=3)
    run = forecast(product)
    with django_assert_max_num_queries(13):
        spending_of(product, run, today=TODAY)


@pytest.mark.parametrize(
    ("share", "words"),
    [(0.20, "kept"), (0.22, "kept"), (0.10, "10 points too little"), (0.5, "30 points more")],
)
def test_a_share_is_compared_in_words(share, words):
    assert compared(share, PlanPolicy(TODAY, 0.2))[0] == words


def test_it_says_why_the_plan_falls_short_of_the_policy(team, product, make_item, lena):
    set_policy(team, lena, debt=0.5, unplanned=0)

    def says():
        forecast(product)
        found, _rows = rows_of(product)
        return section(found, quarter_of(TODAY)).says

    for kind, days in (("feature", 30), ("debt", 10)):
        assert "turn" not in says()
        item = make_item(team=team, kind=kind)
        services.estimate_item(item, by=lena, p10_days=days - 1, p50_days=days, p90_days=days + 1)
        if kind == "feature":
            assert "No item of the kind debt is planned" in says()
    assert "Debt comes in its turn, but too little of it is planned: 10 of the 20" in says()


def test_without_a_policy_it_says_so(spent, team, product):
    found, _rows = rows_of(product)
    told = section(found, quarter_of(TODAY))
    assert told.says.startswith("No policy: all focused time goes to items by their rank")
    assert {line.spent.words for line in told.lines if line.spent} == {"no policy"}


def test_a_policy_to_come_is_announced(team, product, lena):
    set_policy(team, lena, starts_on=quarter_of(TODAY).later(1).first)
    found, _rows = rows_of(product)
    assert "No policy holds yet. From" in section(found, quarter_of(TODAY)).says


# -- pages and the API ---------------------------------------------------------------------------


def test_a_lead_sets_and_takes_back_a_policy(client_of, lena, team):
    client = client_of(lena)
    url = f"/settings/teams/{team.slug}/policy/"
    data = {"starts_on": "2026-01-01", "debt_share": "20", "unplanned_share": "15"}
    assert client.post(url, data).status_code == 302
    row = team.policies.get()
    assert (row.debt_share, row.unplanned_share) == (0.2, 0.15)
    shown = client.get(f"/settings/teams/{team.slug}/").content.decode()
    assert "20 % for debt, 15 % for what nobody planned, 65 % for all other items" in shown
    assert "nothing is taken off twice" in shown
    assert client.post(f"/settings/policies/{row.pk}/remove/").status_code == 302
    assert not team.policies.exists()


def test_a_new_policy_begins_as_the_one_that_holds(client_of, lena, team):
    client, url = client_of(lena), f"/settings/teams/{team.slug}/policy/"
    fresh = client.get(url).content.decode()
    assert "It begins as what holds today" not in fresh
    policies.set_policy(
        team, by=lena, starts_on=LONG_AGO, debt_share=0.15, unplanned_share=0.05, drag_limit=0.15
    )
    page = client.get(url)
    form = page.context["form"]
    assert [form[name].value() for name in ("debt_share", "unplanned_share", "drag_limit")] == [
        15, 5, 15,
    ]  # fmt: skip
    shown = page.content.decode()
    assert "It begins as what holds today: 15 % debt, 5 % unplanned" in shown
    assert f'href="/settings/teams/{team.slug}/#policy">Cancel</a>' in shown
    data = {"starts_on": str(TODAY), "debt_share": "15", "unplanned_share": "5", "drag_limit": ""}
    said = client.post(url, data, follow=True).content.decode()
    assert "the debt budget ends with it" in said


@pytest.mark.parametrize(
    ("debt", "unplanned", "words"),
    [("70", "40", "Together they are 110 %"), ("x", "10", "Enter a number"), ("-1", "10", "0")],
)
def test_what_is_wrong_with_a_policy_stands_at_its_field(
    client_of, lena, team, debt, unplanned, words
):
    data = {"starts_on": "2026-01-01", "debt_share": debt, "unplanned_share": unplanned}
    answer = client_of(lena).post(f"/settings/teams/{team.slug}/policy/", data)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert f'value="{debt}"' in answer.content.decode()


def test_a_planner_reads_it_and_may_not_set_it(client_of, ada, lena, team):
    set_policy(team, lena)
    assert client_of(ada).get(f"/settings/teams/{team.slug}/policy/").status_code == 403
    shown = client_of(ada).get(f"/settings/teams/{team.slug}/").content.decode()
    assert "holds today" in shown
    assert "Set a policy" not in shown


def test_a_team_that_comes_while_the_page_is_made_is_on_it(
    team, make_team, product, client_of, vic, monkeypatch
):
    def spending_a_moment_later(*args, **options):
        make_team(product, name="Latecomers", slug="latecomers")
        return spending_of(*args, **options)

    monkeypatch.setattr(capacity, "spending_of", spending_a_moment_later)
    answer = client_of(vic).get(f"/p/{product.key}/forecast/capacity/")
    assert "/settings/teams/latecomers/" in answer.content.decode()


def test_the_page_compares_the_policy_with_what_was_spent(
    client_of, vic, lena, spent, team, product
):
    set_policy(team, lena)
    shown = client_of(vic).get(f"/p/{product.key}/forecast/capacity/").content.decode()
    assert "3 of 12 d" in shown
    assert "kept" in shown
    assert spent.words in shown


def test_the_load_says_what_is_set_aside(client_of, vic, lena, team, product, make_item):
    services.estimate_item(make_item(team=team), by=lena, p10_days=3, p50_days=4, p90_days=5)
    set_policy(team, lena)
    forecast(product)
    shown = client_of(vic).get(f"/p/{product.key}/forecast/").content.decode()
    assert "Policy: 20 % debt, 15 % unplanned, 65 % other items." in shown


def test_why_names_what_is_set_aside_and_its_formula_adds_up(
    client_of, vic, lena, team, product, make_item
):
    item = make_item(team=team)
    services.estimate_item(item, by=lena, p10_days=3, p50_days=4, p90_days=5)
    set_policy(team, lena, debt=0, unplanned=0.2)
    forecast(product)
    shown = client_of(vic).get(f"/i/{item.key}/why/").content.decode()
    assert "Set aside for unplanned work" in shown
    assert "crew × focus × planned × share × pace" in shown
    assert "1.00 × 0.80 × 1.00" in shown


def test_the_api_sets_lists_and_takes_back(client_of, lena, ada, grace, team, product, spent):
    client = client_of(lena)
    data = {"team": team.slug, "starts_on": "2026-01-01", "debt_share": 0.2}
    answer = client.post("/api/v1/capacity-policies/", data, content_type="application/json")
    assert answer.status_code == 201, answer.content
    assert answer.json()["other_share"] == 0.8
    assert client.get("/api/v1/capacity-policies/").json()["count"] == 1
    assert client_of(grace).get("/api/v1/capacity-policies/").json()["count"] == 0
    refused = client_of(ada).post(
        "/api/v1/capacity-policies/", data, content_type="application/json"
    )
    assert refused.status_code == 403
    wrong = client.post(
        "/api/v1/capacity-policies/", data | {"unplanned_share": 0.9},
        content_type="application/json",
    )  # fmt: skip
    assert wrong.status_code == 400
    assert "100 % at most" in wrong.content.decode()
    rows = client.get(f"/api/v1/capacity/?product={product.key}").json()
    row = next(row for row in rows if row["quarter"] == spent.words)
    assert (row["spent_debt_days"], row["spent_days"], row["spent_debt_share"]) == (3, 12, 0.25)
    assert row["policy_debt_share"] == 0.2
    assert client_of(grace).get(f"/api/v1/capacity/?product={product.key}").status_code == 404
    pk = answer.json()["id"]
    assert client_of(ada).delete(f"/api/v1/capacity-policies/{pk}/").status_code == 403
    assert client.delete(f"/api/v1/capacity-policies/{pk}/").status_code == 204
    assert Item.objects.filter(product=product).exists()


@pytest.mark.parametrize(
    ("share", "words"),
    [(0.234, "kept"), (0.166, "kept"), (0.164, "4 points too little"), (0.24, "4 points more")],
)
def test_within_three_whole_points_a_policy_is_kept(share, words):
    assert compared(share, PlanPolicy(TODAY, 0.2, 0.0))[0] == words
