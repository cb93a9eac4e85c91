import datetime

import pytest

from roadmaps import queries, services
from roadmaps.models import PlanStatus
from roadmaps.queries.dates import freshness
from roadmaps.services.estimates import estimate_from_text
from tpm.models import Job

PAGE = "/p/PAY/forecast/"


@pytest.fixture
def planned(product, ada, make_item, team):
    """One estimated item, its forecast made."""
    item = make_item(team=team)
    estimate_from_text(item, by=ada, text="3..5..10")
    services.refresh_forecast(product.pk, trials=200)
    return item


def text_of(response) -> str:
    return response.content.decode()


def test_without_a_plan_nothing_is_being_computed(client_of, ada, product):
    page = text_of(client_of(ada).get(PAGE))
    assert "No forecast yet: nothing is planned" in page
    assert "being computed" not in page
    assert "Recompute<" not in page


def test_without_a_plan_no_run_can_be_asked_for(client_of, ada, product):
    client_of(ada).post(f"{PAGE}recompute/")
    assert not Job.objects.exists()


def test_a_run_that_is_not_kept_says_so(client_of, vic, planned):
    response = client_of(vic).get(f"{PAGE}runs/99999/")
    assert response.status_code == 404
    assert "Run 99999 is not kept" in text_of(response)


def test_an_unknown_earlier_run_is_not_passed_over(client_of, vic, planned):
    assert "There is no comparison with the run" in text_of(client_of(vic).get(f"{PAGE}?since=x"))


def test_the_page_begins_with_the_end_of_all_work(client_of, vic, planned):
    page = text_of(client_of(vic).get(PAGE))
    assert page.index("All open work: 50 % by ") < page.index("85 % likely by")


def test_groups_and_ideas_are_counted_beside_what_is_simulated(
    client_of, vic, product, planned, make_item
):
    make_item(title="Part", parent=make_item(title="Whole"))
    make_item(title="Idea", state="idea")
    services.refresh_forecast(product.pk, trials=100)
    page = text_of(client_of(vic).get(PAGE))
    said = "2 open items are simulated, + 1 group, whose parts count, + 1 idea, without dates."
    assert said in page


def test_a_pinned_item_without_a_place_is_named_under_the_load(
    client_of, vic, product, make_item, team, ada
):
    today = datetime.date.today()
    for _ in range(9):
        item = make_item(team=team, pinned=True, not_before=today)
        estimate_from_text(item, by=ada, text="3..5..10")
    services.refresh_forecast(product.pk, trials=100)
    said = f"{item.key} is pinned and starts without a free place in"
    assert said in text_of(client_of(vic).get(PAGE))


def test_the_newest_run_is_shown_with_all_it_was_made_from(client_of, vic, planned, product):
    run = product.forecast_runs.get()
    page = text_of(client_of(vic).get(f"{PAGE}runs/{run.pk}/"))
    for part in (run.inputs_hash, str(run.seed), "200"):
        assert part in page


def test_the_headline_names_the_date_in_words(client_of, vic, planned):
    assert "85 % likely by" in text_of(client_of(vic).get(PAGE))


def test_the_load_of_each_team_is_a_strip_and_a_table(client_of, vic, planned, team):
    page = text_of(client_of(vic).get(PAGE))
    assert f"Load of {team.name} in" in page
    assert "Capacity, person-days" in page


def test_what_moved_since_the_last_run_names_the_item(client_of, vic, ada, planned, product):
    estimate_from_text(planned, by=ada, text="30..50..100")
    services.refresh_forecast(product.pk, trials=200)
    services.explain_forecast(product.forecast_runs.first().pk)
    page = text_of(client_of(vic).get(PAGE))
    assert "estimates changed (+" in page


def test_a_planner_asks_for_a_run_and_gets_a_job(client_of, ada, planned):
    response = client_of(ada).post(f"{PAGE}recompute/")
    assert response["Location"] == PAGE
    assert Job.objects.get().kind == "forecast"
    assert "Forecast of Payments" in text_of(client_of(ada).get(PAGE))


def test_with_htmx_the_job_card_comes_back(client_of, ada, planned):
    response = client_of(ada).post(f"{PAGE}recompute/", headers={"HX-Request": "true"})
    assert 'data-job="queued"' in text_of(response)


def test_a_member_may_not_ask_for_a_run(client_of, mel, planned):
    assert client_of(mel).post(f"{PAGE}recompute/").status_code == 403


def test_an_outsider_finds_nothing(client_of, grace, planned, product):
    client = client_of(grace)
    run = product.forecast_runs.get()
    for path in (PAGE, f"{PAGE}fresh/", f"{PAGE}runs/{run.pk}/"):
        assert client.get(path).status_code == 404


def test_a_run_is_not_found_under_another_product(client_of, root, planned, product, other_product):
    run = product.forecast_runs.get()
    assert client_of(root).get(f"/p/OPS/forecast/runs/{run.pk}/").status_code == 404


def test_a_failure_is_told_beside_the_old_dates(client_of, vic, ada, planned, product):
    estimate_from_text(planned, by=ada, text="1")
    product.refresh_from_db()
    services.note_failure(
        product.pk,
        ValueError("the plan has a loop"),
        revision=product.revision,
        day=datetime.date.today(),
    )
    page = text_of(client_of(vic).get(PAGE))
    assert "could not be computed: the plan has a loop" in page


def test_the_page_costs_few_queries(client_of, vic, planned, django_assert_max_num_queries):
    client = client_of(vic)
    client.get(PAGE)
    with django_assert_max_num_queries(21):
        client.get(PAGE)


@pytest.mark.parametrize("page", ["forecast/", "items/", "roadmap/"])
def test_dates_of_yesterday_are_said_to_be_recomputed(client_of, vic, product, planned, page):
    services.refresh_forecast(product.pk, trials=100)
    here = f"/p/PAY/{page}"
    today = text_of(client_of(vic).get(here))
    PlanStatus.objects.update(as_of=datetime.date.today() - datetime.timedelta(days=1))
    assert "recomputing" in text_of(client_of(vic).get(here))
    assert "recomputing" not in today


def test_what_is_stale_is_what_the_sweep_finds(product, planned):
    today = datetime.date.today()
    services.refresh_forecast(product.pk, trials=100)
    for days in (0, 1):
        PlanStatus.objects.update(as_of=today - datetime.timedelta(days=days))
        due = queries.products_with_a_due_forecast(today).filter(pk=product.pk).exists()
        assert freshness(product).stale is due is bool(days)
