"""Long work shows how far it is, can be cancelled, and ends in a report."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db.models import QuerySet
from django.db.models.functions import Coalesce, Now
from django.utils import timezone

from tpm.models import Job, Product
from tpm.roles import products_visible_to

log = logging.getLogger(__name__)

LOST_AFTER = timedelta(minutes=3)  # the longest step of a job between two signs is far shorter


class JobCancelled(Exception):
    """Somebody pressed Cancel; what was done so far stays or rolls back as the job says."""


class JobRefused(Exception):
    """The job cannot be done; the message is a sentence for the user."""


def create(
    kind: str,
    title: str,
    *,
    product: Product | None,
    by,
    total: int | None = None,
    unit: str = "rows",
    arguments: dict | None = None,
) -> Job:
    return Job.objects.create(
        kind=kind,
        title=title,
        product=product,
        by=by,
        total=total,
        unit=unit,
        arguments=arguments or {},
    )


class Running:
    """The handle of a job while it runs."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.report: dict = {}

    def progress(self, done: int, total: int | None = None, note: str = "") -> None:
        """Note how far the work is. raises: JobCancelled when somebody asked for it."""
        row = Job.objects.filter(pk=self.job.pk)
        fields = {"done": done, "note": note[:300], "beat_at": Now()}
        if total is not None:
            fields["total"] = total
        row.update(**fields)
        if row.filter(cancel_asked=True).exists():
            raise JobCancelled


@contextmanager
def running(job_id: int) -> Iterator[Running | None]:
    """Run a job to a terminal state, whatever happens. Yields None when it has ended already.

    A second message for a job that somebody works on is ignored; a job that a killed worker left
    behind is queued again by `requeue_lost` once its sign of life is old.
    """
    taken = Job.objects.filter(pk=job_id, state=Job.State.QUEUED, cancel_asked=False).update(
        state=Job.State.RUNNING, started_at=Now(), beat_at=Now()
    )
    if not taken:
        Job.objects.filter(pk=job_id, state=Job.State.QUEUED, cancel_asked=True).update(
            state=Job.State.CANCELLED, ended_at=Now()
        )
        yield None
        return
    handle = Running(Job.objects.get(pk=job_id))
    try:
        yield handle
    except JobCancelled:
        end(job_id, Job.State.CANCELLED, handle.report)
    except JobRefused as refusal:
        end(job_id, Job.State.FAILED, {**handle.report, "error": str(refusal)})
    except Exception as error:
        log.exception("job %s failed", job_id)
        sentence = f"It stopped on an error of ours ({type(error).__name__}). Quote job {job_id}."
        end(job_id, Job.State.FAILED, {**handle.report, "error": sentence})
    else:
        end(job_id, Job.State.DONE, handle.report)


def end(job_id: int, state: str, report: dict) -> None:
    Job.objects.filter(pk=job_id).update(state=state, report=report, ended_at=Now())


def requeue_lost(silent_for: timedelta = LOST_AFTER) -> list:
    """Queue again what shows no sign of life: its message or its worker was lost.

    silent_for: 0 when it is known that no worker lives
    returns: the jobs to send again; those whose end was asked for are ended instead
    """
    silent = (
        Job.objects.filter(ended_at__isnull=True)
        .annotate(sign=Coalesce("beat_at", "created_at"))
        .filter(sign__lte=timezone.now() - silent_for)
    )
    lost = []
    for job in silent:
        same = silent.filter(pk=job.pk, state=job.state)
        if job.cancel_asked:
            same.update(state=Job.State.CANCELLED, ended_at=Now())
        elif same.update(state=Job.State.QUEUED, beat_at=Now()):
            lost.append(job)
    return lost


def cancel(job: Job) -> None:
    """Ask a job to stop at its next step."""
    Job.objects.filter(pk=job.pk, ended_at__isnull=True).update(cancel_asked=True)
    Job.objects.filter(pk=job.pk, state=Job.State.QUEUED, cancel_asked=True).update(
        state=Job.State.CANCELLED, ended_at=Now()
    )


def jobs_visible_to(user) -> QuerySet[Job]:
    """Jobs of the products a person sees, and their own."""
    if user.is_superuser:
        return Job.objects.all()
    return (
        Job.objects.filter(product__in=products_visible_to(user)) | Job.objects.filter(by=user)
    ).distinct()
