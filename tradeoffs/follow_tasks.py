"""When what follows from decisions is looked at: each morning, after the night's numbers."""

import datetime

from celery import shared_task
from django.utils import timezone

from tpm.history import through
from tpm.models import Change
from tradeoffs import services


@shared_task(name="tradeoffs.morning_follow_up", ignore_result=True)
def morning_follow_up():
    """Find what may fire or fill itself in; each is a task of its own, twice harmless."""
    today = timezone.localdate().isoformat()
    for pk in services.to_fill().values_list("pk", flat=True):
        fill_prediction.delay(pk, today)
    for pk in services.to_watch().values_list("pk", flat=True):
        watch_trigger.delay(pk, today)


@shared_task(name="tradeoffs.fill_prediction", ignore_result=True, acks_late=True)
def fill_prediction(prediction_id: int, today: str):
    with through(Change.Door.TASK):
        services.fill_prediction(prediction_id, today=datetime.date.fromisoformat(today))


@shared_task(name="tradeoffs.watch_trigger", ignore_result=True, acks_late=True)
def watch_trigger(trigger_id: int, today: str):
    with through(Change.Door.TASK):
        services.fire_if_due(trigger_id, today=datetime.date.fromisoformat(today))
