"""Taking back what has very many steps, or doing it again: a job of the worker, bit by bit.

In one request it is all or nothing. Here what somebody changed since stays and is listed, as with
a change of many items; what is done before the end stays done, and the next undo goes on from it.
"""

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from tpm import formats, history, jobs, operations, revisions
from tpm.models import Change, Job, Operation

KIND = "undo"
AT_ONCE = 200
"""Steps that a request takes back itself; more are a job."""
STEP = 100
SHOWN = 200


def is_long(operation: Operation) -> bool:
    return len(operation.steps) > AT_ONCE


@transaction.atomic
def start(operation: Operation, *, by, back: bool = True) -> Job:
    """Hand an operation to the worker, to be taken back or done again.

    raises: operations.Refused where it is so already, or a job is at it
    """
    operation = operations.locked(operation)
    (operations.refuse_undo if back else operations.refuse_redo)(operation)
    left = len(operation.steps) - operation.taken_back
    title = _("Undo: %s") if back else _("Again: %s")
    job = jobs.create(
        KIND, (title % operation.words)[:200], product=operation.product, by=by, unit="steps",
        total=left if back else operations.to_do_again(operation),
        arguments={"operation": operation.pk, "back": back},
    )  # fmt: skip
    operation.job = job
    operation.save(update_fields=["job"])
    revisions.enqueue("tpm.run_undo_job", job.pk)
    return job


def run(job_id: int) -> None:
    """Do what a job says, some steps at a time; a lost job goes on where it stopped."""
    with jobs.running(job_id) as running, history.through(Change.Door.PAGE), history.as_one():
        if running is None:
            return
        job = running.job
        found = Operation.objects.filter(pk=job.arguments["operation"], job=job).first()
        if found is None or job.product is None:
            raise jobs.JobRefused(_("What was to be undone is gone."))
        left_alone: list[dict[str, str]] = []
        begun = remaining(found, job)
        done = 0
        try:
            while done < begun:
                running.progress(done, begun)
                done += some(found, job, left_alone)
            running.progress(done, begun)
        finally:
            running.report = report_of(job, done, left_alone)
            if done:
                revisions.bump(job.product.pk)


def remaining(operation: Operation, job: Job) -> int:
    if job.arguments["back"]:
        return len(operation.steps) - operation.taken_back
    return operations.to_do_again(operation)


@transaction.atomic
def some(operation: Operation, job: Job, left_alone: list[dict[str, str]]) -> int:
    """The next few steps in one transaction, each refused alone. returns: how many they were"""
    operation = operations.locked(operation)
    back, whole = job.arguments["back"], len(operation.steps)
    at = whole - (operation.taken_back if back else operations.to_do_again(operation))
    chunk = operation.steps[max(at - STEP, 0) : at][::-1] if back else operation.steps[at:][:STEP]
    refused = []
    with revisions.without_messages():
        for step in chunk:
            try:
                (operations.step_back if back else operations.step_again)(step, by=job.by)
            except operations.Refused as reason:
                refused.append({"why": str(reason)})
    count = len(chunk)
    operation.taken_back = whole - at + count if back else whole - at - count
    if back and operation.taken_back == whole:
        operation.undone_at = timezone.now()
    elif not back and operation.taken_back == 0:
        operation.undone_at = None
    operation.save(update_fields=["taken_back", "undone_at"])
    left_alone += refused
    return count


def report_of(job: Job, done: int, left_alone: list[dict[str, str]]) -> dict:
    words = _("taken back") if job.arguments["back"] else _("done again")
    found: dict = {words: done - len(left_alone), "left as they were": len(left_alone)}
    if left_alone:
        found["why they were left"] = left_alone[:SHOWN]
    if job.product is not None:
        found["page"] = reverse("tpm:history-list", args=[job.product.key])
    said = {"n": formats.number(done - len(left_alone)), "left": formats.number(len(left_alone))}
    found["outcome"] = (
        _("%(n)s steps; %(left)s stay, somebody changed them since.") % said
        if left_alone
        else _("%(n)s steps.") % said
    )
    return found
