"""Scenarios: changes over the plan, forecast beside it, applied as one change."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from roadmaps import forecasting as engine
from roadmaps import queries, services
from roadmaps.asked import changes_of
from roadmaps.models import Item, ItemLink, Scenario, ScenarioForecast
from roadmaps.pages import scenarios as scenario_page
from roadmaps.services.scenarios import conflicts_of
from roadmaps.services.teams import Part
from tpm import operations
from tpm.models import Team

DAY = datetime.date(2027, 3, 9)


@pytest.fixture
def scenario(product, ada) -> Scenario:
    return services.create_scenario(product, by=ada, name="What if")


@pytest.fixture
def planned(make_item, team, ada):
    def make(text: str = "5..8..13", **fields) -> Item:
        item = make_item(team=team, **fields)
        services.estimate_from_text(item, by=ada, text=text)
        return item

    return make


@pytest.fixture
def ask(scenario, ada):
    """Add a change to the scenario as Ada."""
    return lambda **asked: services.add_change(scenario, by=ada, asked=asked)


def computed(scenario: Scenario) -> dict:
    services.refresh_scenario(scenario.pk, trials=200)
    found = ScenarioForecast.objects.get(scenario=scenario)
    assert found.failure == ""
    return found.result


def days(row: dict) -> int:
    """How many days P85 moves."""
    found = scenario_page.days_between(row["before"]["p85"], row["after"]["p85"])
    assert found is not None
    return found


@pytest.mark.thorough
def test_less_work_brings_the_end_forward_and_leaves_the_plan_alone(
    scenario, ask, planned, product
):
    for _ in range(6):
        item = planned("20..30..45")
    ask(do="estimate", item=item.key, text="1..2..3")
    ask(do="drop", item=planned("20..30..45").key)
    before = product.revision
    found = computed(scenario)
    assert days(found["end"]) < 0
    product.refresh_from_db()
    assert product.revision >= before
    assert item.estimates.count() == 1


@pytest.mark.thorough
def test_more_people_help_and_fewer_hurt(product, ada, planned, team):
    for _ in range(8):
        planned("10..20..30")
    ends = {}
    for more in (2, -2):
        scenario = services.create_scenario(product, by=ada, name=f"{more} people")
        asked = {"do": "people", "team": team.slug, "people": more}
        services.add_change(scenario, by=ada, asked=asked)
        ends[more] = days(computed(scenario)["end"])
    assert ends[2] < 0 < ends[-2]


def test_a_team_whose_people_are_gone_leaves_a_scenario_of_more_people_a_sentence(
    scenario, ask, planned, team
):
    planned()
    ask(do="people", team=team.slug, people=1)
    team.memberships.all().delete()
    services.refresh_scenario(scenario.pk, trials=100)
    assert "Rails has nobody on record" in ScenarioForecast.objects.get().failure
    with pytest.raises(ValidationError, match="nobody on record"):
        ask(do="people", team=team.slug, people=2)


def test_a_new_item_has_dates_only_after(scenario, ask, planned, team):
    first = planned()
    ask(do="add", title="Fraud check", text="3..5..8", team=team.slug, before=first.key)
    (new,) = [row for id, row in computed(scenario)["items"].items() if int(id) < 0]
    assert new["before"] is None
    assert new["after"]["key"] == "Fraud check"


def test_the_same_plan_and_changes_are_computed_once(scenario, ask, planned):
    ask(do="drop", item=planned().key)
    assert services.refresh_scenario(scenario.pk, trials=100)
    assert not services.refresh_scenario(scenario.pk, trials=100)


def test_a_scenario_is_due_when_the_plan_or_its_changes_move_on(scenario, ask, planned, ada):
    item = planned()
    ask(do="drop", item=item.key)
    today = timezone.localdate()
    assert scenario in queries.due_scenarios(today)
    services.refresh_scenario(scenario.pk, trials=100)
    assert scenario not in queries.due_scenarios(today)
    services.estimate_from_text(item, by=ada, text="8")
    assert scenario in queries.due_scenarios(today)


def test_a_scenario_without_changes_is_never_due(scenario):
    assert scenario not in queries.due_scenarios(timezone.localdate())


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"do": "drop", "item": "PAY-999"}, "no item PAY-999"),
        ({"do": "estimate", "item": "PAY-1", "text": "soon"}, "soon"),
        ({"do": "team", "item": "PAY-1", "team": "nobody"}, "no team nobody"),
        ({"do": "unlink", "predecessor": "PAY-1", "successor": "PAY-2"}, "does not wait"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(ask, planned, asked, sentence):
    planned(), planned()
    with pytest.raises(ValidationError, match=sentence):
        ask(**asked)


def test_a_loop_is_told_on_the_page_and_loses_nothing(scenario, ask, planned, ada):
    first, second = planned(), planned()
    ask(do="link", predecessor=first.key, successor=second.key)
    services.link_items(second, first, by=ada)
    services.refresh_scenario(scenario.pk, trials=100)
    found = ScenarioForecast.objects.get(scenario=scenario)
    assert first.key in found.failure
    assert scenario.changes.count() == 1


@pytest.mark.thorough
def test_applied_it_is_one_change_that_can_be_undone(scenario, ask, planned, product, ada, team):
    first, second, third = planned(), planned(), planned()
    ask(do="start", item=first.key, not_before=DAY)
    ask(do="target", item=second.key, target=DAY)
    ask(do="link", predecessor=first.key, successor=second.key, lag_days=2)
    ask(do="drop", item=third.key)
    ask(do="estimate", item=first.key, text="1..2..3")
    ask(do="rank", item=second.key, before=first.key)
    ask(do="add", title="Fraud check", text="3..5..8", team=team.slug)
    with operations.recorded(product, by=ada, words="Applied") as done:
        made, wishes = services.apply_scenario(scenario, by=ada)
    assert (made, wishes) == (7, [])
    stored = Item.objects.in_bulk([first.pk, second.pk, third.pk])
    assert stored[first.pk].not_before == DAY
    assert stored[second.pk].target_date == DAY
    assert stored[second.pk].rank < stored[first.pk].rank
    assert stored[third.pk].state == "dropped"
    assert ItemLink.objects.get().lag_days == 2
    assert Item.objects.get(title="Fraud check").estimates.get().p50_days == 5
    operations.undo(done.operation, by=ada)
    stored = Item.objects.in_bulk([first.pk, second.pk, third.pk])
    assert (stored[first.pk].not_before, stored[second.pk].target_date) == (None, None)
    assert stored[third.pk].state == "planned"
    assert not ItemLink.objects.exists()
    assert Item.objects.get(title="Fraud check").state == "dropped"
    assert first.estimates.first().p50_days == 8


def test_people_and_debt_are_wishes_that_no_click_makes_real(scenario, ask, planned, team, ada):
    item = planned()
    ask(do="people", team=team.slug, people=1)
    ask(do="drag", team=team.slug, share=0.0)
    ask(do="target", item=item.key, target=DAY)
    made, wishes = services.apply_scenario(scenario, by=ada)
    assert (made, [wish.asked["do"] for wish in wishes]) == (1, ["people", "drag"])


def test_a_change_whose_ground_moved_blocks_the_whole(scenario, ask, planned, ada, lena):
    first, second = planned(), planned()
    conflicting = ask(do="start", item=first.key, not_before=DAY)
    ask(do="target", item=second.key, target=DAY)
    services.edit_item(first, by=lena, version=None, not_before=DAY + datetime.timedelta(days=3))
    assert conflicts_of(scenario) == {conflicting.pk}
    with pytest.raises(ValidationError, match="moved on under 1"):
        services.apply_scenario(scenario, by=ada)
    assert Item.objects.get(pk=second.pk).target_date is None


def test_what_somebody_keeps_to_himself_is_not_there_for_others(
    client_of, scenario, lena, ada, product
):
    assert client_of(lena).get(scenario.get_absolute_url()).status_code == 404
    services.edit_scenario(scenario, by=ada, version=None, shared=True)
    assert client_of(lena).get(scenario.get_absolute_url()).status_code == 200
    edit = reverse("roadmaps:scenario-edit", args=[product.key, scenario.pk])
    assert client_of(lena).get(edit).status_code == 403


def test_two_scenarios_stand_side_by_side(client_of, scenario, ask, planned, product, ada, team):
    item = planned("20..30..45", target_date=timezone.localdate() + datetime.timedelta(days=60))
    ask(do="estimate", item=item.key, text="1..2..3")
    other = services.create_scenario(product, by=ada, name="Twice the people")
    services.add_change(other, by=ada, asked={"do": "people", "team": team.slug, "people": 3})
    for each in (scenario, other):
        services.refresh_scenario(each.pk, trials=100)
    page = client_of(ada).get(f"{scenario.get_absolute_url()}?with={other.pk}").content.decode()
    assert "What if, P85" in page
    assert "Twice the people, P85" in page
    assert "takes 1..2..3 person-days" in page


@pytest.mark.thorough
def test_every_kind_of_change_has_a_form_that_adds_it(
    client_of, scenario, planned, product, ada, team
):
    first, second, third = planned(), planned(), planned()
    services.link_items(second, third, by=ada)
    asked = {
        "estimate": {"item": first.key, "text": "2..3..5"},
        "start": {"item": first.key, "not_before": "2027-03-09"},
        "target": {"item": first.key, "target": "2027-03-09"},
        "rank": {"item": second.key, "before": first.key},
        "team": {"item": second.key, "team": "", "crew": "2"},
        "add": {"title": "New", "text": "5"},
        "link": {"predecessor": first.key, "successor": third.key, "kind": "FS"},
        "unlink": {"predecessor": second.key, "successor": third.key},
        "people": {"team": team.slug, "people": "1.5"},
        "share": {"team": team.slug, "percent": "50"},
        "drag": {"team": team.slug, "percent": "0"},
        "drop": {"item": second.key},
    }
    browser = client_of(ada)
    for do, values in asked.items():
        url = reverse("roadmaps:scenario-change", args=[product.key, scenario.pk, do])
        assert browser.get(url).status_code == 200
        answer = browser.post(url, values)
        assert answer.status_code == 302, (do, answer.content.decode()[-2000:])
    assert [change.asked["do"] for change in scenario.changes.all()] == list(asked)
    computed(scenario)
    page = browser.get(scenario.get_absolute_url()).content.decode()
    assert "+1.5 full-time people in Rails" in page


def test_a_refused_change_keeps_what_was_typed(client_of, scenario, planned, product, ada):
    planned()
    url = reverse("roadmaps:scenario-change", args=[product.key, scenario.pk, "estimate"])
    answer = client_of(ada).post(url, {"item": "PAY-1", "text": "a lot"})
    assert answer.status_code == 422
    assert 'value="a lot"' in answer.content.decode()


def test_the_page_applies_and_undoes(client_of, scenario, ask, planned, product, ada):
    item = planned()
    ask(do="target", item=item.key, target=DAY)
    url = reverse("roadmaps:scenario-apply", args=[product.key, scenario.pk])
    page = client_of(ada).post(url, follow=True).content.decode()
    assert "1 changes of “What if” are in the plan" in page
    assert "/undo/" in page
    assert Item.objects.get(pk=item.pk).target_date == DAY


@pytest.fixture
def timeline(product):
    return reverse("roadmaps:timeline", args=[product.key])


def test_the_timeline_outlines_where_a_scenario_would_put_bars(
    client_of, scenario, ask, planned, product, ada, timeline
):
    item = planned("20..30..45")
    services.refresh_forecast(product.pk, trials=100)
    ask(do="start", item=item.key, not_before=timezone.localdate() + datetime.timedelta(days=300))
    services.refresh_scenario(scenario.pk, trials=100)
    page = client_of(ada).get(f"{timeline}?scenario={scenario.pk}").content.decode()
    assert page.count("drag50") == 1
    assert "Outlines: where “What if” would put the bars" in page
    assert "drag50" not in client_of(ada).get(f"{timeline}?zoom=year").content.decode()


@pytest.mark.thorough
def test_hands_in_a_scenario_change_nothing_live(client_of, scenario, planned, product, ada, team):
    first, second = planned(), planned()
    url = reverse("roadmaps:timeline-change", args=[product.key])
    browser = client_of(ada)
    gestures = [
        {"do": "start", "item": first.key, "day": "2027-03-09"},
        {"do": "target", "item": first.key, "day": "2027-04-09"},
        {"do": "rank", "item": second.key, "before": first.key},
        {"do": "link", "item": first.key, "other": second.key},
        {"do": "lane", "item": second.key, "lane": f"t{team.pk}"},
        {"do": "lane", "item": second.key, "lane": "sdropped"},
    ]
    for values in gestures:
        answer = browser.post(url, values | {"scenario": scenario.pk})
        assert answer.status_code == 200, answer.json()
        assert answer.json()["words"].startswith("In “What if”: ")
        assert answer.json()["undo"] == ""
    kinds = [change.asked["do"] for change in scenario.changes.all()]
    assert kinds == ["start", "target", "rank", "link", "team", "drop"]
    assert Item.objects.get(pk=first.pk).not_before is None
    assert not ItemLink.objects.exists()
    computed(scenario)


def test_what_moves_no_date_is_nothing_to_try(client_of, scenario, planned, product, ada):
    url = reverse("roadmaps:timeline-change", args=[product.key])
    values = {"do": "lane", "item": planned().key, "lane": "kbet", "scenario": scenario.pk}
    answer = client_of(ada).post(url, values)
    assert (answer.status_code, "nothing to try" in answer.json()["words"]) == (422, True)


def test_a_member_has_handles_in_a_scenario_of_one_s_own_only(
    client_of, mel, ada, scenario, planned, product, timeline
):
    planned()
    services.refresh_forecast(product.pk, trials=100)
    services.edit_scenario(scenario, by=ada, version=None, shared=True)
    own = services.create_scenario(product, by=mel, name="Mine")
    browser = client_of(mel)
    assert "data-hand" in browser.get(f"{timeline}?scenario={own.pk}").content.decode()
    assert "data-hand" not in browser.get(f"{timeline}?scenario={scenario.pk}").content.decode()
    url = reverse("roadmaps:timeline-change", args=[product.key])
    assert browser.post(url, {"do": "drop", "scenario": scenario.pk}).status_code == 404


def test_it_is_applied_once_and_an_undo_opens_it_again(scenario, ask, planned, product, ada):
    ask(do="add", title="Fraud check", text="3..5..8")
    with operations.recorded(product, by=ada, words="Applied") as done:
        services.apply_scenario(scenario, by=ada)
    with pytest.raises(ValidationError, match="applied already"):
        services.apply_scenario(Scenario.objects.get(), by=ada)
    with pytest.raises(ValidationError, match="applied already"):
        ask(do="add", title="Another", text="3")
    operations.undo(done.operation, by=ada)
    assert Scenario.objects.get().applied_at is None
    operations.redo(done.operation, by=ada)
    assert Scenario.objects.get().applied_at is not None
    assert Item.objects.filter(title="Fraud check").count() == 1


def test_each_change_is_said_of_the_plan_after_those_before_it(product, planned, team, ada):
    first, second, third = planned(), planned(), planned()
    plan = queries.plan_of(product, as_of=timezone.localdate())
    given = [
        {"do": "rank", "item": third.key, "before": first.key},
        {"do": "rank", "item": second.key, "before": third.key},
        {"do": "people", "team": team.slug, "people": 1},
        {"do": "people", "team": team.slug, "people": 2},
    ]
    after = engine.changed(plan, changes_of(product, plan, given, by=ada))
    order = sorted(after.items, key=lambda item: item.rank)
    assert [item.id for item in order] == [second.pk, third.pk, first.pk]
    assert len(after.teams[0].members) == len(plan.teams[0].members) + 3


def test_a_team_that_left_is_named_and_takes_nothing_away(scenario, ask, planned, team, ada):
    item = planned()
    ask(do="estimate", item=item.key, text="3")
    ask(do="add", title="Fraud check", text="3..5..8", team=team.slug)
    Team.objects.filter(pk=team.pk).update(slug="renamed")
    with pytest.raises(ValidationError, match="No team rails serves"):
        services.apply_scenario(scenario, by=ada)
    assert item.estimates.count() == 1


def test_new_items_of_two_scenarios_have_a_row_each(scenario, ask, planned, product, ada, team):
    planned()
    other = services.create_scenario(product, by=ada, name="Other")
    ask(do="add", title="Wallets", text="3", team=team.slug)
    services.add_change(
        other, by=ada, asked={"do": "add", "title": "Refunds", "text": "9", "team": team.slug}
    )
    for each in (scenario, other):
        computed(each)
        each.refresh_from_db()
    lines = scenario_page.item_lines(product, [scenario, other])
    rows = {line.label: [side.p85 for side in line.sides] for line in lines}
    assert set(rows) == {"Wallets", "Refunds"}
    assert (rows["Wallets"][1], rows["Refunds"][0]) == ("–", "–")


def test_menus_and_lists_of_scenarios_do_not_read_what_they_do_to_every_item(
    client_of, scenario, ask, planned, ada, product, django_assert_num_queries
):
    ask(do="drop", item=planned().key)
    planned()
    computed(scenario)
    for found in (
        queries.scenarios_visible_to(ada),
        queries.with_ends(queries.scenarios_visible_to(ada)),
    ):
        with django_assert_num_queries(1):
            (row,) = found
            assert "result" in row.forecast.get_deferred_fields()
    with django_assert_num_queries(0):
        assert "85 % likely done by" in scenario_page.headline(row)
    page = client_of(ada).get(reverse("roadmaps:scenario-list", args=[product.key]))
    assert "85 % likely done by" in page.content.decode()


def test_a_scenario_that_failed_or_was_never_computed_says_nothing_in_the_list(ada, scenario):
    (row,) = queries.with_ends(queries.scenarios_visible_to(ada))
    assert scenario_page.headline(row) == ""
    ScenarioForecast.objects.create(
        scenario=scenario, plan_revision=1, scenario_revision=1, failure="No."
    )
    (row,) = queries.with_ends(queries.scenarios_visible_to(ada))
    assert scenario_page.headline(row) == ""


def test_a_change_of_the_team_notices_further_teams(
    scenario, ask, planned, make_team, product, ada
):
    first, second = planned(), planned()
    risk, data = (make_team(product, name=name) for name in ("Risk", "Data"))
    services.share_item(second, by=ada, parts=[Part(second.team, 3), Part(risk, 2)])
    changes = [ask(do="team", item=item.key, team=data.slug) for item in (first, second)]
    assert conflicts_of(scenario) == set()
    services.share_item(first, by=ada, parts=[Part(first.team, 3), Part(risk, 2)])
    assert conflicts_of(scenario) == {changes[0].pk}
    services.share_item(second, by=ada, parts=[Part(second.team, 3), Part(risk, 9)])
    assert conflicts_of(scenario) == {change.pk for change in changes}


@pytest.mark.thorough
def test_conflicts_take_the_same_queries_for_more_changes(
    scenario, ask, planned, team, make_team, product, ada, django_assert_max_num_queries
):
    items = [planned() for _ in range(8)]
    risk = make_team(product, name="Risk")
    for item in items[:3]:
        services.share_item(item, by=ada, parts=[Part(team, 3), Part(risk, 2)])
    for item in items[:4]:
        ask(do="estimate", item=item.key, text="2..3..5")
        ask(do="start", item=item.key, not_before=DAY)
        ask(do="team", item=item.key, team=team.slug)
    ask(do="link", predecessor=items[6].key, successor=items[7].key)
    with django_assert_max_num_queries(6):
        assert conflicts_of(scenario) == set()


def test_a_preview_in_a_scenario_is_of_the_scenario(
    client_of, scenario, ask, planned, product, ada, team
):
    first, second = planned("20..20..20"), planned("5..5..5")
    ask(do="link", predecessor=first.key, successor=second.key)
    url = reverse("roadmaps:timeline-preview", args=[product.key])
    browser = client_of(ada)
    values = {"do": "start", "item": first.key, "day": "2027-12-01"}
    live = browser.get(url, values).json()["rows"]
    tried = browser.get(url, values | {"scenario": scenario.pk}).json()["rows"]
    assert {row["key"] for row in live} == {first.key}
    assert {row["key"] for row in tried} == {first.key, second.key}


def test_a_preview_in_a_scenario_follows_its_next_change(
    client_of, scenario, ask, planned, product, ada
):
    first, second = planned("20..20..20"), planned("5..5..5")
    url = reverse("roadmaps:timeline-preview", args=[product.key])
    browser = client_of(ada)
    values = {"do": "start", "item": first.key, "day": "2027-12-01", "scenario": scenario.pk}
    assert len(browser.get(url, values).json()["rows"]) == 1
    ask(do="link", predecessor=first.key, successor=second.key)
    assert len(browser.get(url, values).json()["rows"]) == 2
    assert browser.get(url, {"scenario": scenario.pk}).status_code == 204


def test_on_a_phone_each_number_says_whose_it_is(
    client_of, scenario, ask, planned, product, ada, team
):
    ask(do="drop", item=planned().key)
    planned()
    other = services.create_scenario(product, by=ada, name="Other")
    services.add_change(other, by=ada, asked={"do": "people", "team": team.slug, "people": 2})
    for each in (scenario, other):
        computed(each)
    page = client_of(ada).get(scenario.get_absolute_url() + f"?with={other.pk}").content.decode()
    for label in ("P85 now", "What if, P85", "Other, P85", "Other, chance"):
        assert f'data-label="{label}"' in page
