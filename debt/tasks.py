"""When debt is scored: what is due each minute, everything once a night."""

from celery import shared_task

from debt import queries, refresh, services
from tpm.history import through
from tpm.models import Change


@shared_task(name="debt.sweep_scores", ignore_result=True)
def sweep_scores():
    """Find teams whose scores are behind, and debt whose planned work has ended."""
    with through(Change.Door.TASK):
        for item in queries.planned_whose_work_ended():
            services.follow_planned_work(item)
    for team_id in queries.due_ledgers().values_list("team_id", flat=True):
        refresh_scores.delay(team_id)


@shared_task(name="debt.refresh_scores", ignore_result=True, acks_late=True, soft_time_limit=60)
def refresh_scores(team_id: int, reason: str = "inputs changed"):
    refresh.refresh_scores(team_id, reason=reason)


@shared_task(name="debt.nightly_scores", ignore_result=True)
def nightly_scores():
    """Open again what was accepted until yesterday, and score every team anew: time passes."""
    with through(Change.Door.TASK):
        for item in queries.acceptances_run_out():
            services.end_acceptance(item)
    for team_id in queries.all_ledgers():
        refresh_scores.delay(team_id, "nightly")
