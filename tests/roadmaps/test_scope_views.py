"""What changed between two moments, worked out by a worker and read from a page."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from roadmaps import queries, services
from roadmaps.models import ForecastRun, ScopeComparison
from roadmaps.services.estimates import estimate_from_text
from roadmaps.services.scope import KIND
from tpm.models import Job

COMPARE = "/p/PAY/baselines/compare/"


@pytest.fixture
def objective(product, ada):
    far = datetime.date.today() + datetime.timedelta(days=900)
    return services.create_objective(product, by=ada, title="Fast", target_date=far)


@pytest.fixture
def planned(product, ada, make_item, team, objective):
    items = [make_item(team=team, objective=objective) for _ in range(3)]
    for item in items:
        estimate_from_text(item, by=ada, text="3..5..10")
    services.refresh_forecast(product.pk, trials=100)
    return items


@pytest.fixture
def moved(product, ada, planned, make_item, team):
    """A baseline, and a later run: one item grown, one dropped, one added."""
    baseline = services.commit_baseline(product, by=ada, name="Q1 plan")
    estimate_from_text(planned[0], by=ada, text="6..9..20")
    services.move_item(planned[1], by=ada, state="dropped")
    estimate_from_text(make_item(team=team), by=ada, text="1..2..4")
    services.refresh_forecast(product.pk, trials=100)
    return baseline


def text_of(response) -> str:
    return response.content.decode()


def newest() -> ForecastRun:
    return ForecastRun.objects.order_by("-pk")[0]


def worked_out(baseline) -> ScopeComparison:
    return services.compare_moments(baseline.run, newest())


def test_asking_starts_a_job_and_leads_back(client_of, vic, moved):
    response = client_of(vic).post(COMPARE, {"from": f"b{moved.pk}", "to": "now"})
    assert response["Location"] == f"{COMPARE}?from=b{moved.pk}&to=now"
    assert Job.objects.get(kind=KIND).arguments == {"since": moved.run_id, "run": newest().pk}


def test_asking_twice_starts_one_job(client_of, vic, moved):
    for _ in range(2):
        client_of(vic).post(COMPARE, {"from": f"b{moved.pk}", "to": "now"})
    assert Job.objects.filter(kind=KIND).count() == 1


def test_reading_writes_nothing(client_of, vic, moved):
    page = text_of(client_of(vic).get(COMPARE))
    assert "have not been compared yet" in page
    assert not Job.objects.filter(kind=KIND).exists()
    assert not ScopeComparison.objects.exists()


def test_the_job_works_it_out(product, ada, moved):
    job = services.request_comparison(product, by=ada, since=moved.run, run=newest())
    services.run_comparison_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.done) == (Job.State.DONE, job.total)
    assert queries.comparison_of(moved.run, newest()) is not None


def test_a_job_whose_forecast_is_gone_says_so(product, ada, moved):
    job = services.request_comparison(product, by=ada, since=moved.run, run=newest())
    Job.objects.filter(pk=job.pk).update(arguments={"since": moved.run_id, "run": 999_999})
    services.run_comparison_job(job.pk)
    job.refresh_from_db()
    assert "is gone" in job.report["error"]


def test_two_moments_are_compared_once(moved):
    assert worked_out(moved) == worked_out(moved)


def test_what_is_stored_sums_exactly(moved):
    stored = worked_out(moved)
    tenths = sum(sum(cause["items"].values()) for cause in stored.causes)
    assert tenths == stored.totals["after"]["tenths"] - stored.totals["before"]["tenths"]
    for name in ("p50_days", "p85_days"):
        days = [cause["plan"][name] for cause in stored.causes]
        assert sum(days) == stored.totals["plan"][name]


def test_the_ends_are_the_stored_forecasts(moved):
    stored = worked_out(moved)
    assert stored.totals["before"]["p85"] == moved.run.end["p85"]
    assert stored.totals["after"]["p85"] == newest().end["p85"]


def test_the_page_shows_each_cause_with_its_items(client_of, vic, moved, planned):
    worked_out(moved)
    page = text_of(client_of(vic).get(COMPARE))
    assert "From Q1 plan to now" in page
    assert "+4.0 d" in page  # grown from 5 to 9
    assert "−5.0 d" in page  # removed
    assert "+2.0 d" in page  # added
    assert "+1.0 d" in page  # all of it


def test_an_objective_can_be_chosen(client_of, vic, moved, objective):
    worked_out(moved)
    page = text_of(client_of(vic).get(f"{COMPARE}?objective={objective.pk}"))
    assert "Fast, P85" in page


def test_two_moments_the_wrong_way_round_are_turned(client_of, vic, moved):
    worked_out(moved)
    page = text_of(client_of(vic).get(f"{COMPARE}?from=now&to=b{moved.pk}"))
    assert "From Q1 plan to now" in page


def test_a_day_means_its_last_forecast(client_of, vic, moved):
    worked_out(moved)
    today = datetime.date.today().isoformat()
    page = text_of(client_of(vic).get(f"{COMPARE}?from=b{moved.pk}&to={today}"))
    assert "From Q1 plan to the forecast of" in page


@pytest.mark.parametrize("word", ["b999999", "1999-01-01", "nonsense", "b", "\x00"])
def test_a_moment_that_is_none_is_said(client_of, vic, moved, word):
    page = text_of(client_of(vic).get(COMPARE, {"from": word, "to": "now"}))
    assert "There is no forecast of that moment" in page or "not been compared yet" in page


def test_a_baseline_of_another_product_is_no_moment(client_of, root, moved, other_product):
    page = text_of(client_of(root).get(f"/p/OPS/baselines/compare/?from=b{moved.pk}"))
    assert "There is no forecast of that moment" in page


def test_the_same_moment_twice_is_nothing_to_compare(client_of, vic, moved):
    page = text_of(client_of(vic).get(f"{COMPARE}?from=now&to=now"))
    assert "Both are the same forecast" in page


def test_titles_are_shown_as_typed(client_of, vic, ada, moved, make_item, product, team):
    item = make_item(team=team, title="<b>&\"'")
    estimate_from_text(item, by=ada, text="3..5..10")
    services.refresh_forecast(product.pk, trials=100)
    worked_out(moved)
    assert "<b>&" not in text_of(client_of(vic).get(COMPARE))


def test_twice_the_items_need_no_more_queries(client_of, vic, ada, moved, make_item, product, team):
    def queries_of() -> int:
        services.refresh_forecast(product.pk, trials=100)
        worked_out(moved)
        client = client_of(vic)
        client.get(COMPARE)
        with CaptureQueriesContext(
            connection,
        ) as found:
            client.get(COMPARE)
        return len(found)

    first = queries_of()
    for _ in range(4):
        estimate_from_text(make_item(team=team), by=ada, text="1..2..4")
    assert queries_of() <= max(first, 15)


def test_a_worker_compares_with_the_newest_baseline_by_itself(moved):
    services.study_forecast(newest().pk)
    assert queries.comparison_of(moved.run, newest()) is not None


def test_finished_work_is_worked_off_and_not_removed(product, ada, planned, make_item):
    baseline = services.commit_baseline(product, by=ada, name="Q1 plan")
    for item in planned[:2]:
        services.move_item(item, by=ada, state="done", person_days=4)
    services.refresh_forecast(product.pk, trials=100)
    found = {cause["name"]: cause for cause in worked_out(baseline).causes}
    assert sum(found["worked off"]["items"].values()) == -100
    assert not found["removed"]["changed"]


def test_a_large_plan_is_compared_once_somebody_asks(moved, monkeypatch):
    monkeypatch.setattr("roadmaps.services.forecasts.COMPARED_AT_ONCE", 1)
    services.study_forecast(newest().pk)
    assert queries.comparison_of(moved.run, newest()) is None
