"""When debt is scored: what is due each minute, everything once a night."""

from celery import shared_task

from debt import queries, refresh, scan_services, services
from tpm.history import through
from tpm.models import Change


@shared_task(name="debt.sweep_scores", ignore_result=True)
def sweep_scores():
    """Find teams whose scores are behind, and debt whose planned work has ended."""
    for item_id in queries.planned_whose_work_ended().values_list("pk", flat=True):
        follow_item.delay(item_id)
    for team_id in queries.due_ledgers().values_list("team_id", flat=True):
        refresh_scores.delay(team_id)


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


@shared_task(name="debt.import_scan", ignore_result=True, acks_late=True)
def import_scan(job_id: int) -> None:
    """Take in an uploaded report."""
    scan_services.run_import(job_id)


@shared_task(name="debt.undo_scan", ignore_result=True, acks_late=True)
def undo_scan(job_id: int) -> None:
    """Take a report back."""
    scan_services.run_undo(job_id)
