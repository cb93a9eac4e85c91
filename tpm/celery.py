"""The Celery application, its schedule, and the worker's sign of life."""

import logging
import os
from datetime import timedelta
from pathlib import Path

from celery import Celery
from celery.schedules import crontab
from celery.signals import worker_init, worker_ready

from tpm import environment as env
from tpm import spool

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tpm.settings")

app = Celery("tpm")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# Times are UTC. A message that waited until the next one is due is dropped.
EACH_MINUTE = {"schedule": 60.0, "options": {"expires": 55}}
SWEEP_SECONDS = env.whole("TPM_SWEEP_SECONDS", 60, least=2, most=3600)
SWEEP = {"schedule": float(SWEEP_SECONDS), "options": {"expires": SWEEP_SECONDS * 0.9}}
app.conf.beat_schedule = {
    "sign that messages arrive": {"task": "tpm.heartbeat", **EACH_MINUTE},
    "find plans that are due": {"task": "roadmaps.sweep_forecasts", **SWEEP},
    "find scenarios that are due": {"task": "roadmaps.sweep_scenarios", **SWEEP},
    "find rankings that are due": {"task": "roadmaps.sweep_priorities", **SWEEP},
    "find debt that is due": {"task": "debt.sweep_scores", **SWEEP},
    "find decisions that are due": {"task": "tradeoffs.sweep_robustness", **SWEEP},
    "find jobs that were lost": {"task": "tpm.sweep_jobs", **SWEEP},
    "learn from finished work": {
        "task": "roadmaps.nightly_learning",
        "schedule": crontab(hour=1, minute=20),
    },
    "read new history": {"task": "debt.nightly_histories", "schedule": crontab(hour=1, minute=5)},
    "score all debt": {"task": "debt.nightly_scores", "schedule": crontab(hour=1, minute=40)},
    "hold debt to its contracts": {
        "task": "debt.morning",
        "schedule": crontab(hour=4, minute=10),
    },
    "forecast every plan": {
        "task": "roadmaps.nightly_forecasts",
        "schedule": crontab(hour=2, minute=10),
    },
    "score bound matrices again": {
        "task": "tradeoffs.nightly_rescore",
        "schedule": crontab(hour=2, minute=40),
    },
    "remind those who owe a review": {
        "task": "tradeoffs.morning",
        "schedule": crontab(hour=6, minute=30),
    },
    "ask about decisions again": {
        "task": "tradeoffs.morning_follow_up",
        "schedule": crontab(hour=4, minute=30),
    },
    "delete files that nothing names": {
        "task": "roadmaps.sweep_files",
        "schedule": crontab(hour=3, minute=10),
    },
}

# Which task does the jobs of a kind, for those that have to be sent again.
app.conf.tpm_job_tasks = {
    "import": "roadmaps.import_items",
    "import-undo": "roadmaps.undo_import",
    "decision import": "tradeoffs.import_records",
    "decision import undo": "tradeoffs.undo_import",
    "scan": "debt.import_scan",
    "scan preview": "debt.preview_scan",
    "scan undo": "debt.undo_scan",
    "forecast": "roadmaps.run_forecast_job",
    "comparison": "roadmaps.run_comparison_job",
    "order": "roadmaps.run_order_job",
    "proposals": "roadmaps.run_proposals_job",
    "bulk edit": "roadmaps.bulk_edit",
    "bulk preview": "roadmaps.bulk_preview",
    "debt bulk edit": "debt.bulk_edit",
    "payoff dates": "debt.compare_payoffs",
    "debt import": "debt.import_csv",
    "debt import undo": "debt.undo_csv",
    "history": "debt.read_history",
    "history preview": "debt.preview_history",
    "history undo": "debt.undo_history",
    "undo": "tpm.run_undo_job",
}


@worker_init.connect
def restore_claimed_messages(**_) -> None:
    """On the folder queue, take up at once what a killed worker had in hand."""
    from tpm.jobs import requeue_lost  # models are ready only now

    options = app.conf.broker_transport_options
    if app.conf.broker_url.startswith("filesystem:"):
        alone = spool.take_over(Path(options["processed_folder"]).parent)
        if alone:
            requeue_lost(silent_for=timedelta())


class EndsTheDeaf(logging.Handler):
    """Ends a worker that could not acknowledge a task, so that it is started anew.

    Celery only logs that. To the lost connection the task stays unacknowledged, and keeps the place
    of the next one taken: once the broker is back, the worker would hear nothing any more.
    """

    def emit(self, record: logging.LogRecord) -> None:
        if str(record.msg).startswith("Couldn't ack"):
            from celery.worker import state  # no other process needs a worker's parts

            state.should_stop = os.EX_TEMPFAIL


@worker_init.connect
def wait_for_the_broker(**_) -> None:
    """Let a worker wait for a broker that is away, instead of giving up as a page does."""
    from django.conf import settings

    for option in settings.GIVE_UP_AT_ONCE:
        app.conf.broker_transport_options.pop(option, None)
    logging.getLogger("celery.worker.request").addHandler(EndsTheDeaf(logging.ERROR))


@worker_ready.connect
def start_pulse(**_) -> None:
    from tpm.heartbeat import WORKER, Pulse  # models are ready only now

    Pulse(WORKER).start()
