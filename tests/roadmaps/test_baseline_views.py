import datetime

import pytest
from django.core.exceptions import ValidationError

from roadmaps import services
from roadmaps.forms.scope import told_of
from roadmaps.models import Baseline, ForecastRun
from roadmaps.services.estimates import estimate_from_text

LIST = "/p/PAY/baselines/"
NEW = f"{LIST}new/"


@pytest.fixture
def planned(product, ada, make_item, team):
    items = [make_item(team=team) for _ in range(3)]
    for item in items:
        estimate_from_text(item, by=ada, text="3..5..10")
    services.refresh_forecast(product.pk, trials=100)
    return items


@pytest.fixture
def baseline(product, ada, planned):
    return services.commit_baseline(product, by=ada, name="Q1 plan")


def text_of(response) -> str:
    return response.content.decode()


def commit(client, *stretch, name="Q1 plan", told=None):
    """Commit as the page does, for what it stated the chance of."""
    run = ForecastRun.objects.order_by("-pk")[0]
    told = told_of(run.pk, [item.pk for item in stretch]) if told is None else told
    return client.post(NEW, {"name": name, "told": told, "stretch": [i.pk for i in stretch]})


def test_a_planner_commits_the_plan(client_of, ada, planned):
    response = commit(client_of(ada))
    assert response["Location"] == f"{LIST}{Baseline.objects.get().pk}/"


def test_a_stale_forecast_cannot_be_committed(client_of, ada, planned):
    estimate_from_text(planned[0], by=ada, text="9")
    response = commit(client_of(ada))
    assert response.status_code == 422
    assert "Commit when it is up to date" in text_of(response)


def test_a_name_twice_is_refused(client_of, ada, baseline):
    response = commit(client_of(ada))
    assert response.status_code == 422
    assert "There is a baseline with this name." in text_of(response)


def test_a_member_reads_but_does_not_commit(client_of, mel, baseline):
    client = client_of(mel)
    assert "Q1 plan" in text_of(client.get(LIST))
    assert client.post(NEW, {"name": "Mine"}).status_code == 403


def test_an_outsider_finds_nothing(client_of, grace, baseline):
    client = client_of(grace)
    assert client.get(LIST).status_code == 404
    assert client.get(f"{LIST}{baseline.pk}/").status_code == 404


def test_a_baseline_is_not_found_under_another_product(client_of, root, baseline, other_product):
    assert client_of(root).get(f"/p/OPS/baselines/{baseline.pk}/").status_code == 404


def test_nothing_changed_right_after_committing(client_of, vic, baseline):
    page = text_of(client_of(vic).get(f"{LIST}{baseline.pk}/"))
    assert page.count("Nothing.") == 4


def test_what_was_added_removed_and_re_estimated_sums_to_the_change(
    client_of, vic, ada, baseline, planned, make_item, product, team
):
    estimate_from_text(planned[0], by=ada, text="4..7..12")
    services.move_item(planned[1], by=ada, state="dropped")
    estimate_from_text(make_item(team=team), by=ada, text="1..4..9")
    page = text_of(client_of(vic).get(f"{LIST}{baseline.pk}/"))
    for part in ("15.0 d", "+4.0 d", "−5.0 d", "+2.0 d", "16.0 d", "+1.0 d"):
        assert part in page


def test_work_that_was_committed_and_is_done_stays_in_the_scope(
    client_of, vic, ada, baseline, planned
):
    services.move_item(planned[0], by=ada, state="done", person_days=9)
    page = text_of(client_of(vic).get(f"{LIST}{baseline.pk}/"))
    assert page.count("15.0 d") == 2


def test_an_item_shows_how_it_was_committed(client_of, vic, baseline):
    page = text_of(client_of(vic).get("/i/PAY-1/"))
    assert "Q1 plan" in page
    assert f"{LIST}{baseline.pk}/" in page


def test_a_milestone_is_no_missing_estimate(client_of, vic, ada, product, make_item, team):
    estimate_from_text(make_item(team=team), by=ada, text="3..5..10")
    make_item(kind="milestone")
    services.refresh_forecast(product.pk, trials=100)
    baseline = services.commit_baseline(product, by=ada, name="Q1 plan")
    page = text_of(client_of(vic).get(f"{LIST}{baseline.pk}/"))
    assert "no estimate" not in page


@pytest.fixture
def promised(product, ada, make_item, team):
    """Two items with targets: one that is kept in every trial, one that never is."""
    today = datetime.date.today()
    far, near = today + datetime.timedelta(days=900), today
    items = [make_item(team=team, target_date=far), make_item(team=team, target_date=near)]
    for item in items:
        estimate_from_text(item, by=ada, text="9..15..30")
    services.refresh_forecast(product.pk, trials=100)
    return items


def test_the_chance_is_stated_before_one_commits(client_of, ada, promised):
    page = text_of(client_of(ada).get(NEW))
    assert "0 % likely that all 2 dates are kept, of 2 items and 0 objectives." in page


def test_ticking_a_stretch_item_states_another_chance_and_stores_nothing(client_of, ada, promised):
    page = client_of(ada).post(NEW, {"preview": "1", "stretch": [promised[1].pk]})
    assert page.status_code == 200
    assert "100 % likely that the one date in it is kept." in text_of(page)
    assert "One stretch item does not count." in text_of(page)
    assert not Baseline.objects.exists()


def test_what_was_stated_is_kept_with_the_baseline(client_of, ada, promised):
    commit(client_of(ada), promised[1])
    kept = Baseline.objects.get()
    assert kept.chance == 1
    assert kept.said.startswith("100 % likely that the one date in it is kept.")
    assert [row.item for row in kept.items.filter(stretch=True)] == [promised[1]]


def test_nobody_commits_to_a_chance_that_was_not_stated(client_of, ada, promised):
    run = ForecastRun.objects.get()
    response = commit(client_of(ada), promised[1], told=told_of(run.pk, []))
    assert response.status_code == 422
    assert "read it above, then commit" in text_of(response)
    assert 'value="Q1 plan"' in text_of(response)
    assert not Baseline.objects.exists()


def test_a_title_is_shown_as_it_was_typed(client_of, ada, make_item, product, team):
    make_item(team=team, title="<b>&\"'")
    services.refresh_forecast(product.pk, trials=100)
    assert "<b>&" not in text_of(client_of(ada).get(NEW))


def test_a_plan_without_dates_has_no_chance_to_state(client_of, ada, planned):
    assert "there is no chance" in text_of(client_of(ada).get(NEW))


def test_without_a_forecast_there_is_nothing_to_commit(client_of, ada, product):
    client = client_of(ada)
    assert "There is no forecast yet to commit." in text_of(client.get(NEW))
    assert client.post(NEW, {"name": "Q1 plan"}).status_code == 422


def test_a_chance_of_another_forecast_is_not_committed_to(product, ada, planned, make_item):
    said = services.promise_of(ForecastRun.objects.get())
    make_item()
    services.refresh_forecast(product.pk, trials=100)
    with pytest.raises(ValidationError, match="There is a newer forecast"):
        services.commit_baseline(product, by=ada, name="Q1 plan", said=said)


def test_parts_of_a_stretch_item_are_stretch_items(product, ada, make_item, team):
    whole = make_item(target_date=datetime.date.today())
    part = make_item(team=team, parent=whole)
    services.refresh_forecast(product.pk, trials=100)
    kept = services.commit_baseline(product, by=ada, name="Q1 plan", stretch=[whole.pk])
    assert {row.item for row in kept.items.filter(stretch=True)} == {whole, part}
