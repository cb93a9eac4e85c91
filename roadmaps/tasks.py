"""When forecasts and lessons are recomputed."""

from celery import shared_task
from django.utils import timezone

from roadmaps import bulk_jobs, bulk_preview, queries, services
from roadmaps import import_tasks as import_tasks
from roadmaps.models import ForecastRun
from tpm import history
from tpm.models import Change, Product


@shared_task(name="roadmaps.sweep_forecasts", ignore_result=True)
def sweep_forecasts() -> None:
    """Find every plan that is due; whatever a lost message missed is found here."""
    due = queries.products_with_a_due_forecast(timezone.localdate())
    for product_id in due.values_list("pk", flat=True):
        refresh_forecast.delay(product_id)


@shared_task(
    name="roadmaps.refresh_forecast", ignore_result=True, acks_late=True, soft_time_limit=300
)
def refresh_forecast(product_id: int) -> None:
    """One plan, where it is due: of many messages after many edits only the first works."""
    day = timezone.localdate()
    due = queries.products_with_a_due_forecast(day).filter(pk=product_id)
    revision = due.values_list("revision", flat=True).first()
    if revision is None:
        return
    try:
        services.refresh_forecast(product_id)
    except Exception as error:
        services.note_failure(product_id, error, revision=revision, day=day)
        raise
    services.refresh_priorities(product_id)


@shared_task(name="roadmaps.explain_forecast", ignore_result=True, soft_time_limit=300)
def explain_forecast(run_id: int) -> None:
    services.explain_forecast(run_id)


@shared_task(name="roadmaps.study_forecast", ignore_result=True, soft_time_limit=600)
def study_forecast(run_id: int) -> None:
    services.study_forecast(run_id)


@shared_task(name="roadmaps.run_forecast_job", ignore_result=True, acks_late=True)
def run_forecast_job(job_id: int) -> None:
    services.run_forecast_job(job_id)


@shared_task(name="roadmaps.bulk_edit", ignore_result=True, acks_late=True)
def bulk_edit(job_id: int) -> None:
    bulk_jobs.run(job_id)


@shared_task(name="roadmaps.bulk_preview", ignore_result=True, acks_late=True)
def preview_bulk_edit(job_id: int) -> None:
    bulk_preview.run(job_id)


@shared_task(name="roadmaps.run_comparison_job", ignore_result=True, acks_late=True)
def run_comparison_job(job_id: int) -> None:
    services.run_comparison_job(job_id)


@shared_task(name="roadmaps.run_order_job", ignore_result=True, acks_late=True)
def run_order_job(job_id: int) -> None:
    services.run_order_job(job_id)


@shared_task(name="roadmaps.nightly_learning", ignore_result=True)
def nightly_learning() -> None:
    for product_id in Product.objects.values_list("pk", flat=True):
        refresh_learning.delay(product_id)


@shared_task(name="roadmaps.refresh_learning", ignore_result=True, acks_late=True)
def refresh_learning(product_id: int) -> None:
    with history.through(Change.Door.TASK):
        services.refresh_learning(product_id)


@shared_task(name="roadmaps.nightly_forecasts", ignore_result=True)
def nightly_forecasts() -> None:
    for product_id in Product.objects.values_list("pk", flat=True):
        nightly_forecast.delay(product_id)


@shared_task(
    name="roadmaps.nightly_forecast", ignore_result=True, acks_late=True, soft_time_limit=900
)
def nightly_forecast(product_id: int) -> None:
    """A full re-plan, and the thinning of old runs and lessons.

    Where the re-plan fails, the plan stays due: the sweep takes it in the order that it has, and
    notes why if that fails too.
    """
    try:
        services.refresh_forecast(product_id, reason=ForecastRun.Reason.NIGHTLY)
    finally:
        services.thin_runs(product_id, today=timezone.localdate())
        services.thin_learnings(product_id, today=timezone.localdate())


@shared_task(name="roadmaps.sweep_scenarios", ignore_result=True)
def sweep_scenarios() -> None:
    """Find scenarios that another plan, other changes or another day made old."""
    due = queries.due_scenarios(timezone.localdate())
    for scenario_id in due.values_list("pk", flat=True)[: queries.AT_ONCE]:
        refresh_scenario.delay(scenario_id)


@shared_task(
    name="roadmaps.refresh_scenario", ignore_result=True, acks_late=True, soft_time_limit=300
)
def refresh_scenario(scenario_id: int) -> None:
    services.refresh_scenario(scenario_id)


@shared_task(name="roadmaps.sweep_priorities", ignore_result=True)
def sweep_priorities() -> None:
    """Find rankings that another formula, input, value or forecast made old."""
    for product_id in queries.products_with_a_due_ranking().values_list("pk", flat=True):
        refresh_priorities.delay(product_id)


@shared_task(
    name="roadmaps.refresh_priorities", ignore_result=True, acks_late=True, soft_time_limit=300
)
def refresh_priorities(product_id: int) -> None:
    services.refresh_priorities(product_id)


@shared_task(name="roadmaps.run_proposals_job", ignore_result=True, acks_late=True)
def run_proposals_job(job_id: int) -> None:
    services.run_proposals_job(job_id)


@shared_task(name="roadmaps.sweep_files", ignore_result=True)
def sweep_files() -> None:
    services.sweep_files()
