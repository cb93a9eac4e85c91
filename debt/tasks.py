"""When debt is scored: what is due each minute, everything once a night."""

import logging

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from debt import bulk_jobs, payoff_jobs, queries, refresh, scan_services, services
from debt.csv_import import applying
from debt.mining.git import Refused
from debt.queries import contract as contract_queries
from debt.services import history_jobs
from tpm.history import through
from tpm.models import Change, Product

log = logging.getLogger(__name__)


@shared_task(name="debt.sweep_scores", ignore_result=True)
def sweep_scores():
    """Find teams and figures of histories that are behind, and debt whose planned work ended."""
    for item_id in queries.planned_whose_work_ended().values_list("pk", flat=True):
        follow_item.delay(item_id)
    for product_id in services.products_behind():
        refresh_figures.delay(product_id)
    for team_id in queries.due_ledgers().values_list("team_id", flat=True):
        refresh_scores.delay(team_id)


@shared_task(name="debt.refresh_figures", ignore_result=True, acks_late=True)
def refresh_figures(product_id: int):
    """What the readings of a product say together, where that is not what is kept."""
    product = Product.objects.filter(pk=product_id).first()
    if product is not None:
        services.refresh_figures(product)


@shared_task(name="debt.follow_item", ignore_result=True, acks_late=True, soft_time_limit=60)
def follow_item(item_id: int):
    """What the end of planned work, or of an acceptance, makes of one debt item."""
    with through(Change.Door.TASK):
        services.follow_item(item_id)


@shared_task(name="debt.refresh_scores", ignore_result=True, acks_late=True, soft_time_limit=60)
def refresh_scores(team_id: int, reason: str = "inputs changed"):
    refresh.refresh_scores(team_id, reason=reason)


@shared_task(name="debt.nightly_scores", ignore_result=True)
def nightly_scores():
    """Open again what was accepted until yesterday, and score every team anew: time passes."""
    for item_id in queries.acceptances_run_out().values_list("pk", flat=True):
        follow_item.delay(item_id)
    for team_id in queries.all_ledgers():
        refresh_scores.delay(team_id, "nightly")
        note_sizes.delay(team_id)


@shared_task(name="debt.note_sizes", ignore_result=True, acks_late=True)
def note_sizes(team_id: int):
    """The size of a team's debt, once a month; what it teaches of growth is scored next."""
    services.note_sizes(team_id)


@shared_task(name="debt.import_scan", ignore_result=True, acks_late=True)
def import_scan(job_id: int) -> None:
    """Take in an uploaded report."""
    scan_services.run_import(job_id)


@shared_task(name="debt.preview_scan", ignore_result=True, acks_late=True)
def preview_scan(job_id: int) -> None:
    """Say what taking a large report in would do."""
    scan_services.run_preview(job_id)


@shared_task(name="debt.undo_scan", ignore_result=True, acks_late=True)
def undo_scan(job_id: int) -> None:
    """Take a report back."""
    scan_services.run_undo(job_id)


@shared_task(name="debt.read_history", ignore_result=True, acks_late=True)
def read_history(job_id: int):
    with through(Change.Door.IMPORT):
        history_jobs.run_reading(job_id)


@shared_task(name="debt.preview_history", ignore_result=True, acks_late=True)
def preview_history(job_id: int):
    """Say what reading an uploaded log would find."""
    history_jobs.run_preview(job_id)


@shared_task(name="debt.undo_history", ignore_result=True, acks_late=True)
def undo_history(job_id: int):
    with through(Change.Door.IMPORT):
        history_jobs.run_undo(job_id)


@shared_task(name="debt.nightly_histories", ignore_result=True)
def nightly_histories():
    """Read what is new of every repository that the operator named."""
    keys = {key for key, _, _ in settings.HISTORY_REPOSITORIES}
    for product in Product.objects.filter(key__in=keys):
        for named in history_jobs.named_for(product):
            read_named.delay(product.pk, named.name)


@shared_task(name="debt.read_named", ignore_result=True, acks_late=True)
def read_named(product_id: int, name: str):
    """One repository; what cannot be read is logged, and tried again the next night."""
    product = Product.objects.filter(pk=product_id).first()
    if product is None:
        return
    try:
        with through(Change.Door.TASK):
            history_jobs.read_named(product, name, by=None)
    except (Refused, services.Overtaken) as refusal:
        log.warning("could not read the history of %s: %s", name, refusal)


@shared_task(name="debt.compare_payoffs", ignore_result=True, acks_late=True)
def compare_payoffs(job_id: int) -> None:
    """What paying does to the dates of a large plan."""
    payoff_jobs.run(job_id)


@shared_task(name="debt.morning", ignore_result=True)
def morning():
    """Find acceptances that are over and pay-offs to look back on; each is a task of its own."""
    for item_id in contract_queries.acceptances_over().values_list("pk", flat=True):
        follow_item.delay(item_id)
    today = timezone.localdate()
    for item_id in contract_queries.to_look_back_on(today).values_list("pk", flat=True):
        look_back.delay(item_id)


@shared_task(name="debt.look_back", ignore_result=True, acks_late=True, soft_time_limit=60)
def look_back(item_id: int):
    """What a pay-off promised against what was measured since."""
    with through(Change.Door.TASK):
        services.look_back(item_id)


@shared_task(name="debt.bulk_edit", ignore_result=True, acks_late=True)
def bulk_edit(job_id: int):
    """A change of very many debt items."""
    bulk_jobs.run(job_id)


@shared_task(name="debt.import_csv", ignore_result=True, acks_late=True)
def import_csv(job_id: int):
    """Take a table in as debt."""
    applying.run_import(job_id)


@shared_task(name="debt.undo_csv", ignore_result=True, acks_late=True)
def undo_csv(job_id: int):
    """Take such an import back."""
    applying.run_undo(job_id)
