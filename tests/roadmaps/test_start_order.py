"""Planning the start order anew: compared first, kept only when somebody says so."""

import datetime

import pytest

from roadmaps import forecasting as engine
from roadmaps import services
from roadmaps.models import ForecastRun, PlanStatus
from roadmaps.services.estimates import estimate_from_text
from roadmaps.services.forecasts import note_status
from tpm import operations
from tpm.models import Job

PAGE = "/p/PAY/forecast/order/"


@pytest.fixture
def crossed(product, ada, make_item, team, monkeypatch):
    """Two items in an order that has the long, last-ranked one first, and a short one behind."""
    monkeypatch.setattr("roadmaps.forecasting.TRIALS", 200)
    first, last = (make_item(team=team, title=title, crew=9) for title in ("Short", "Long"))
    for item, text in ((first, "6..8..10"), (last, "30..40..50")):
        estimate_from_text(item, by=ada, text=text)
    services.refresh_forecast(product.pk)
    run = ForecastRun.objects.get()
    assert run.order == [first.pk, last.pk]

    row = {field.attname: getattr(run, field.attname) for field in run._meta.concrete_fields}
    row.pop("id")
    ForecastRun.objects.create(**{**row, "order": [last.pk, first.pk]})
    return first, last


def text_of(response) -> str:
    return response.content.decode()


def compared(product, ada) -> Job:
    job = services.request_new_order(product, by=ada)
    services.run_order_job(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.DONE, job.report
    return job


def test_an_undo_brings_the_order_of_before_back_and_so_its_dates(crossed, product, ada):
    first, last = crossed
    with operations.recorded(product, by=ada) as done:
        services.rank_item(first, by=ada, before=None)
    services.refresh_forecast(product.pk)
    operations.undo(done.operation, by=ada)
    services.refresh_forecast(product.pk)
    runs = ForecastRun.objects.order_by("pk")
    assert len(runs) == 4
    assert runs[3].inputs_hash == runs[1].inputs_hash
    assert runs[3].order == runs[1].order == [last.pk, first.pk]


def test_a_comparison_keeps_nothing(crossed, product, ada):
    runs = ForecastRun.objects.count()
    compared(product, ada)
    assert ForecastRun.objects.count() == runs


def test_a_comparison_tells_which_items_move_and_how_far(crossed, product, ada):
    first, last = crossed
    report = compared(product, ada).report
    days = {row["key"]: row["days"] for row in report["items"]}
    assert report["displaced"] == 1
    assert days[first.key] < 0 < days[last.key]
    assert report["end"]["days"] == 0


def test_the_page_shows_both_orders_and_the_choice(crossed, product, ada, client_of):
    job = compared(product, ada)
    page = text_of(client_of(ada).get(f"{PAGE}{job.pk}/"))
    for words in ("Keep the new order", "Leave the order as it is", "P85 now", crossed[0].key):
        assert words in page


def test_a_kept_order_is_that_of_the_next_run(crossed, product, ada, client_of):
    first, last = crossed
    job = compared(product, ada)
    response = client_of(ada).post(f"{PAGE}{job.pk}/keep/")
    assert response.status_code == 302
    services.run_forecast_job(Job.objects.get(kind="forecast").pk)
    run = ForecastRun.objects.first()
    assert (run.reason, run.order) == ("replanned", [first.pk, last.pk])
    assert "The new order was kept" in text_of(client_of(ada).get(f"{PAGE}{job.pk}/"))
    assert job.report["items"][0]["p85 anew"] in {row.p85.isoformat() for row in run.items.all()}


def test_a_comparison_of_an_older_plan_is_not_kept(crossed, product, ada, client_of):
    job = compared(product, ada)
    estimate_from_text(crossed[0], by=ada, text="9")
    response = client_of(ada).post(f"{PAGE}{job.pk}/keep/", follow=True)
    assert "moved on since this comparison" in text_of(response)
    assert not Job.objects.filter(kind="forecast").exists()


def test_a_plan_that_moved_on_while_the_job_waited_is_not_re_planned(crossed, product, ada):
    kept = services.keep_new_order(product, compared(product, ada), by=ada)
    estimate_from_text(crossed[0], by=ada, text="9")
    services.run_forecast_job(kept.pk)
    kept.refresh_from_db()
    assert kept.state == Job.State.FAILED
    assert "moved on" in kept.report["error"]


def test_an_order_that_is_good_enough_stays(product, ada, make_item, team, client_of):
    estimate_from_text(make_item(team=team), by=ada, text="2..3..4")
    services.refresh_forecast(product.pk, trials=100)
    job = compared(product, ada)
    assert job.report["displaced"] == 0
    assert "The order stays as it is" in text_of(client_of(ada).get(f"{PAGE}{job.pk}/"))


def test_asking_again_says_that_nothing_moved(crossed, product, ada):
    job = services.request_forecast(product, by=ada)
    services.run_forecast_job(job.pk)
    services.run_forecast_job((again := services.request_forecast(product, by=ada)).pk)
    again.refresh_from_db()
    assert "the same inputs in the same order give the same dates" in again.report["outcome"]
    assert ForecastRun.objects.first().as_of == datetime.date.today()


def keep(product, ada, compared_job: Job, monkeypatch, meanwhile) -> Job:
    """Keep the new order, with something happening while it is simulated."""
    job = services.keep_new_order(product, compared_job, by=ada)
    simulate = engine.simulate_jointly
    calls = []

    def simulated(plan, **options):
        if not calls:
            calls.append(1)
            meanwhile()
        return simulate(plan, **options)

    monkeypatch.setattr(engine, "simulate_jointly", simulated)
    services.run_forecast_job(job.pk)
    job.refresh_from_db()
    return job


def test_an_order_that_a_quicker_worker_overtook_is_not_said_to_be_kept(
    crossed, product, ada, monkeypatch
):
    def quicker():
        estimate_from_text(crossed[0], by=ada, text="9")
        services.refresh_forecast(product.pk)

    job = keep(product, ada, compared(product, ada), monkeypatch, quicker)
    assert job.state == Job.State.FAILED
    assert "the old one stands" in job.report["error"]
    assert not ForecastRun.objects.filter(reason="replanned").exists()


def test_a_slower_worker_does_not_bring_the_old_order_back(crossed, product, ada, monkeypatch):
    first, last = crossed
    asked = compared(product, ada)
    simulate = engine.simulate_jointly
    calls = []

    def simulated(plan, **options):
        if not calls:  # the slow worker has read the old order; now the new one is kept
            calls.append(1)
            job = services.keep_new_order(product, asked, by=ada)
            services.run_forecast_job(job.pk)
            job.refresh_from_db()
            assert job.state == Job.State.DONE, job.report
        return simulate(plan, **options)

    monkeypatch.setattr(engine, "simulate_jointly", simulated)
    assert services.refresh_forecast(product.pk, reason=ForecastRun.Reason.ASKED) is False
    newest = ForecastRun.objects.first()
    assert (newest.reason, newest.order) == ("replanned", [first.pk, last.pk])
    assert PlanStatus.objects.get().run_id == newest.pk


def test_a_worker_that_finds_nothing_new_does_not_point_back(crossed, product, ada):
    old = ForecastRun.objects.first()
    job = services.keep_new_order(product, compared(product, ada), by=ada)
    services.run_forecast_job(job.pk)
    newest = ForecastRun.objects.first()
    product.refresh_from_db()
    note_status(old, product.revision, old.as_of)
    assert PlanStatus.objects.get().run_id == newest.pk
