"""Imports as jobs, the same in every app that reads files: one that brings, one that takes back."""

import uuid
from dataclasses import dataclass

from django.db import transaction

from tpm import jobs, revisions, uploads
from tpm.models import Change, Job, Product

ALIVE = (Job.State.QUEUED, Job.State.RUNNING, Job.State.DONE)


def product_of(job: Job) -> Product:
    """The product of an import; it was made with one."""
    assert job.product is not None
    return job.product


@dataclass(frozen=True)
class Undoing:
    """How the imports of one kind are taken back.

    imports: the kind of job that brings
    undoes:  the kind of job that takes back
    task:    the task that does the latter
    unit:    what it counts
    """

    imports: str
    undoes: str
    task: str
    unit: str = "rows"

    def bringing(self, product: Product, token: uuid.UUID) -> Job | None:
        """The job that takes an upload in, or did; one that failed or was cancelled is none.

        Whoever starts one asks this in the same transaction, with the product locked.
        """
        rows = Job.objects.filter(product=product, kind=self.imports, arguments__upload=str(token))
        return rows.filter(state__in=ALIVE).first()

    @transaction.atomic
    def let_go(self, product: Product, token: uuid.UUID) -> Job | None:
        """Delete an upload that waits. returns: the job that has yet to read it, which keeps it"""
        Product.objects.select_for_update().get(pk=product.pk)
        reading = self.bringing(product, token)
        if reading is not None and reading.ended_at is None:
            return reading
        if upload := uploads.find(product.key, token):
            uploads.forget(upload)
        return None

    def of(self, job: Job) -> Job | None:
        """The newest job that takes this import back, or did."""
        undos = Job.objects.filter(kind=self.undoes, product=job.product, arguments__job=job.pk)
        return undos.filter(state__in=ALIVE).first()

    def is_open_for(self, job: Job) -> bool:
        """Whether an import left something that was not taken back yet."""
        return (
            job.kind == self.imports
            and job.ended_at is not None
            and Change.objects.filter(batch=job.arguments.get("batch")).exists()
            and self.of(job) is None
        )

    def start(self, job: Job, *, by) -> Job:
        """Hand the taking back of an import to the worker."""
        undo = jobs.create(
            self.undoes,
            f"Undo: {job.title}"[:200],
            product=job.product,
            by=by,
            arguments={"batch": job.arguments["batch"], "job": job.pk},
            unit=self.unit,
        )
        revisions.enqueue(self.task, undo.pk)
        return undo
