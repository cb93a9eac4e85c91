"""When work on decisions is done: draws at once, bound cells each night, reminders each morning."""

from celery import shared_task
from django.utils import timezone

from tpm.history import through
from tpm.models import Change
from tradeoffs import follow_tasks as follow_tasks
from tradeoffs import import_tasks as import_tasks
from tradeoffs import services
from tradeoffs.models import Decision, ScoringRound


@shared_task(name="tradeoffs.sweep_robustness", ignore_result=True)
def sweep_robustness():
    """Find every decision whose draws are due; whatever a lost message missed is found here.

    Also the scoring rounds whose last day is over: what they show changes what was approved. And
    the decisions in review that changed since they were judged: who has to look again depends on
    what they say now.
    """
    over = ScoringRound.objects.filter(revealed_at=None, due_on__lt=timezone.localdate())
    for pk in over.values_list("pk", flat=True):
        reveal_round.delay(pk)
    for pk in services.due().values_list("pk", flat=True)[:500]:
        refresh_robustness.delay(pk)
    for pk in services.unmarked().values_list("pk", flat=True)[:500]:
        keep_mark.delay(pk)


@shared_task(
    name="tradeoffs.refresh_robustness", ignore_result=True, acks_late=True, soft_time_limit=120
)
def refresh_robustness(decision_id: int):
    services.refresh_robustness(decision_id)


@shared_task(name="tradeoffs.keep_mark", ignore_result=True, acks_late=True)
def keep_mark(decision_id: int):
    services.keep_mark(decision_id)


@shared_task(name="tradeoffs.nightly_rescore", ignore_result=True)
def nightly_rescore():
    for pk in services.with_bound_cells().values_list("pk", flat=True):
        rescore.delay(pk)


@shared_task(name="tradeoffs.rescore", ignore_result=True, acks_late=True, soft_time_limit=120)
def rescore(decision_id: int):
    with through(Change.Door.TASK):
        services.rescore(decision_id)


@shared_task(name="tradeoffs.morning", ignore_result=True)
def morning():
    """Find the reviews that run."""
    running = Decision.objects.filter(
        state=Decision.State.IN_REVIEW, review_plan__due_on__isnull=False
    )
    for pk in running.values_list("pk", flat=True):
        remind_reviewers.delay(pk)


@shared_task(name="tradeoffs.remind_reviewers", ignore_result=True, acks_late=True)
def remind_reviewers(decision_id: int):
    decision = Decision.objects.filter(pk=decision_id).first()
    if decision is not None:
        services.remind(decision, today=timezone.localdate())


@shared_task(name="tradeoffs.reveal_round", ignore_result=True, acks_late=True)
def reveal_round(round_id: int):
    with through(Change.Door.TASK):
        services.reveal_if_over(round_id, today=timezone.localdate())
