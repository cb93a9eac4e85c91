"""When work on decisions is done: draws of changed matrices at once, bound cells each night."""

from celery import shared_task

from tpm.history import through
from tpm.models import Change
from tradeoffs import import_tasks as import_tasks
from tradeoffs import services


@shared_task(name="tradeoffs.sweep_robustness", ignore_result=True)
def sweep_robustness():
    """Find every decision whose draws are due; whatever a lost message missed is found here."""
    for pk in services.due().values_list("pk", flat=True)[:500]:
        refresh_robustness.delay(pk)


@shared_task(
    name="tradeoffs.refresh_robustness", ignore_result=True, acks_late=True, soft_time_limit=120
)
def refresh_robustness(decision_id: int):
    services.refresh_robustness(decision_id)


@shared_task(name="tradeoffs.nightly_rescore", ignore_result=True)
def nightly_rescore():
    for pk in services.with_bound_cells().values_list("pk", flat=True):
        rescore.delay(pk)


@shared_task(name="tradeoffs.rescore", ignore_result=True, acks_late=True, soft_time_limit=120)
def rescore(decision_id: int):
    with through(Change.Door.TASK):
        services.rescore(decision_id)
