"""A change of very many rows as a job of the worker: in steps, and still one operation."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import batched
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from tpm import formats, history, jobs, operations, revisions
from tpm.bulk import Report, Way
from tpm.models import Change, Job, Operation, Product

AT_ONCE = 200
"""Rows that a request changes itself; more are a job."""
STEP = 100
SHOWN = 200


@dataclass(frozen=True)
class BulkJobs:
    """What one app's long changes need.

    kind, task: of the job, and of the worker's task that does it
    form:       (data, product) a form with `change()`
    rows:       (product) its rows with what `way` reads, in the order in which they are changed
    page:       (product) the address of the list
    gone:       why a job is refused whose form is no longer valid
    """

    way: Way
    kind: str
    task: str
    form: Callable[..., Any]
    rows: Callable[[Product], QuerySet[Any]]
    page: Callable[[Product], str]
    gone: str

    def start(self, product: Product, picked: Iterable[tuple[str, int]], data: dict, *, by) -> Job:
        """Hand a change to the worker. data: what the form was given; picked: (key, version)"""
        picked = list(picked)
        job = jobs.create(
            self.kind, f"Change of {formats.number(len(picked))} items", product=product, by=by,
            total=len(picked), unit="items",
            arguments={"picked": picked, "data": data, "door": history.door()},
        )  # fmt: skip
        revisions.enqueue(self.task, job.pk)
        return job

    def run(self, job_id: int) -> None:
        """Change what a job names, step by step; what is done before its end stays, undo has it."""
        with jobs.running(job_id) as running:
            if running is None:
                return
            door = running.job.arguments.get("door", Change.Door.PAGE)
            with history.through(door), history.as_one():
                self.change_steps(running)

    def change_steps(self, running: jobs.Running) -> None:
        job = running.job
        if job.product is None:
            raise jobs.JobRefused("The product is gone.")
        form = self.form(job.arguments["data"], product=job.product)
        if not form.is_valid():
            raise jobs.JobRefused(self.gone)
        # A job whose worker was lost goes on: what it changed then stands in its operation.
        whole = Operation.objects.filter(job=job).first()
        changed = {step["id"] for step in whole.steps if "id" in step} if whole else set()
        report, before = Report(), 0
        try:
            for step in batched(job.arguments["picked"], STEP):
                running.progress(before + len(report.changed) + len(report.refused))
                before += self.done_before(job.product, step, changed)
                whole = self.change_step(job, form, step, report, whole, changed)
        finally:
            running.report = self.words_of(job, report, before)

    def done_before(self, product: Product, step: Iterable, changed: set[int]) -> int:
        """How many rows of a step were changed before a worker of this job was lost."""
        if not changed:
            return 0
        keys = [key for key, _version in step]
        return self.rows(product).filter(key__in=keys, pk__in=changed).count()

    def change_step(
        self, job: Job, form, step: Iterable, report: Report, whole: Operation | None,
        changed: set[int],
    ) -> Operation | None:  # fmt: skip
        """One transaction of the job, whose steps are added to its one operation."""
        product = job.product
        assert product is not None
        versions = dict(step)
        rows = self.rows(product).filter(key__in=versions).exclude(pk__in=changed)
        picked = [(row, versions[row.key]) for row in rows]
        with transaction.atomic():
            found, done = self.way.change_rows(product, picked, form.change(), by=job.by)
            report.add(found)
            if done.operation is not None:
                Operation.objects.filter(pk=done.operation.pk).update(job=job)
            return join(whole, done.operation, self.way.told(report, form.change()))

    def words_of(self, job: Job, report: Report, before: int = 0) -> dict:
        """before: how many an earlier worker of the job had changed"""
        refused = [{"item": row.key, "why": reason} for row, reason in report.refused]
        changed = len(report.changed) + before
        found: dict = {"changed": changed, "left as they were": len(refused)}
        if refused:
            found["why they were left"] = refused[:SHOWN]
        if changed:
            found["undo"] = "On the page History, as one."
        if job.product is not None:
            found["page"] = self.page(job.product)
        return found


def join(whole: Operation | None, part: Operation | None, words: str) -> Operation | None:
    """Two operations as one, with the newer words."""
    if whole is None or part is None:
        return whole or part
    whole = operations.locked(whole)
    whole.steps = [*whole.steps, *part.steps]
    whole.words = words[:300]
    whole.save(update_fields=["steps", "words"])
    part.delete()
    return whole
