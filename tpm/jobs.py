"""Long work shows how far it is, can be cancelled, and ends in a report."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce, Now
from django.http import Http404
from django.utils import timezone

from tpm.models import Job, Product
from tpm.roles import products_visible_to, require

log = logging.getLogger(__name__)

LOST_AFTER = timedelta(minutes=3)  # the longest step of a job between two signs is far shorter


class JobCancelled(Exception):
    """Somebody pressed Cancel; what was done so far stays or rolls back as the job says."""


class JobTaken(Exception):
    """Another worker took the job up, because this one showed no sign of life for too long."""


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
    """The handle of a job while it runs.

    job: as it was when it was taken up; its `takes` says which take of it this one is
    """

    def __init__(self, job: Job) -> None:
        self.job = job
        self.report: dict = {}

    def progress(self, done: int, total: int | None = None, note: str = "") -> None:
        """Note how far the work is; one that was believed lost and is not taken up yet goes on.

        raises: JobCancelled when somebody asked for it, JobTaken when another worker is at it
        """
        row = Job.objects.filter(pk=self.job.pk)
        fields = {"done": done, "note": note[:300], "beat_at": Now(), "state": Job.State.RUNNING}
        if total is not None:
            fields["total"] = total
        if not row.filter(takes=self.job.takes, ended_at=None).update(**fields):
            raise JobTaken
        if row.filter(cancel_asked=True).exists():
            raise JobCancelled


@contextmanager
def running(job_id: int) -> Iterator[Running | None]:
    """Run a job to a terminal state, whatever happens. Yields None when it has ended already.

    A second message for a job that somebody works on is ignored; a job that a killed worker left
    behind is queued again by `requeue_lost` once its sign of life is old. A worker that was only
    slow, and whose job another one took up meanwhile, ends nothing: the other one does.
    """
    taken = Job.objects.filter(pk=job_id, state=Job.State.QUEUED, cancel_asked=False).update(
        state=Job.State.RUNNING, started_at=Now(), beat_at=Now(), takes=F("takes") + 1
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
    except JobTaken:
        log.warning("job %s was taken up by another worker: this one stops", job_id)
    except JobCancelled:
        end(job_id, Job.State.CANCELLED, handle.report, take=handle.job.takes)
    except JobRefused as refusal:
        report = {**handle.report, "error": str(refusal)}
        end(job_id, Job.State.FAILED, report, take=handle.job.takes)
    except Exception as error:
        log.exception("job %s failed", job_id)
        sentence = f"It stopped on an error of ours ({type(error).__name__}). Quote job {job_id}."
        report = {**handle.report, "error": sentence}
        end(job_id, Job.State.FAILED, report, take=handle.job.takes)
    else:
        end(job_id, Job.State.DONE, handle.report, take=handle.job.takes)


def end(job_id: int, state: str, report: dict, *, take: int | None = None) -> None:
    """Give a job its last state. take: which one ends it; any, where it is not said

    What another take has begun or ended stays as that one says.
    """
    rows = Job.objects.filter(pk=job_id)
    if take is not None:
        rows = rows.filter(takes=take, ended_at=None)
    if not rows.update(state=state, report=report, ended_at=Now()):
        log.warning("job %s was ended by another worker", job_id)


def hold(job: Job) -> None:
    """Inside a transaction: let no other worker take the job up until it is committed.

    For what must not be written twice. raises: JobTaken where another one has it already
    """
    if not Job.objects.select_for_update().filter(pk=job.pk, takes=job.takes).exists():
        raise JobTaken


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


def require_cancel(user, job: Job) -> None:
    """One's own, or as a planner. raises: PermissionDenied; Http404 for another's of no product"""
    if job.by_id == user.pk or user.is_superuser:
        return
    if job.product is None:
        raise Http404
    require(user, "plan", job.product)


def jobs_visible_to(user) -> QuerySet[Job]:
    """Jobs of the products a person sees, and their own."""
    if user.is_superuser:
        return Job.objects.all()
    return (
        Job.objects.filter(product__in=products_visible_to(user)) | Job.objects.filter(by=user)
    ).distinct()
