"""The Celery application, its schedule, and the worker's sign of life."""

import os
from pathlib import Path

from celery import Celery
from celery.signals import worker_init, worker_ready

from tpm import spool

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tpm.settings")

app = Celery("tpm")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# Times are UTC. A message that waited until the next of its kind is due is dropped.
app.conf.beat_schedule = {
    "sign that messages arrive": {
        "task": "tpm.heartbeat",
        "schedule": 60.0,
        "options": {"expires": 55},
    },
}


@worker_init.connect
def restore_claimed_messages(**_) -> None:
    """On the filesystem broker, take up what a killed worker had in hand."""
    options = app.conf.broker_transport_options
    if app.conf.broker_url.startswith("filesystem:"):
        spool.take_over(Path(options["processed_folder"]).parent)


@worker_ready.connect
def start_pulse(**_) -> None:
    from tpm.heartbeat import WORKER, Pulse  # models are ready only now

    Pulse(WORKER).start()
