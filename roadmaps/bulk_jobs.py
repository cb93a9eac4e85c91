"""A change of very many items as a job of the worker: in steps, and still one operation."""

from collections.abc import Iterable
from itertools import batched

from django.db import transaction
from django.urls import reverse

from roadmaps.bulk_forms import BulkForm
from roadmaps.models import Item
from roadmaps.services import bulk
from tpm import formats, history, jobs, operations, revisions
from tpm.models import Change, Job, Operation, Product

KIND = "bulk edit"
AT_ONCE = 200
"""Items that a request changes itself; more are a job."""
STEP = 100
SHOWN = 200


def start(product: Product, picked: Iterable[tuple[str, int]], data: dict, *, by) -> Job:
    """Hand a change to the worker. data: what the form was given; picked: (key, version)"""
    picked = list(picked)
    job = jobs.create(
        KIND, f"Change of {formats.number(len(picked))} items", product=product, by=by,
        total=len(picked), unit="items", arguments={"picked": picked, "data": data},
    )  # fmt: skip
    revisions.enqueue("roadmaps.bulk_edit", job.pk)
    return job


def run(job_id: int) -> None:
    """Change what a job names, step by step; what is done before its end stays, undo has it."""
    with jobs.running(job_id) as running, history.through(Change.Door.PAGE):
        if running is None:
            return
        job = running.job
        if job.product is None:
            raise jobs.JobRefused("The product is gone.")
        form = BulkForm(job.arguments["data"], product=job.product)
        if not form.is_valid():
            raise jobs.JobRefused("What it was to become is gone: the team, person or objective.")
        # A job whose worker was lost goes on: what it changed then stands in its operation.
        whole = Operation.objects.filter(job=job).first()
        changed = {step["id"] for step in whole.steps if "id" in step} if whole else set()
        report, before = bulk.Report(), 0
        try:
            for step in batched(job.arguments["picked"], STEP):
                running.progress(before + len(report.changed) + len(report.refused))
                before += done_before(job, step, changed)
                whole = change_step(job, form, step, report, whole, changed)
        finally:
            running.report = words_of(job, report, before)


def done_before(job: Job, step: Iterable, changed: set[int]) -> int:
    """How many items of a step were changed before a worker of this job was lost."""
    if not changed:
        return 0
    keys = [key for key, _version in step]
    return Item.objects.filter(product=job.product, key__in=keys, pk__in=changed).count()


def change_step(
    job: Job, form: BulkForm, step: Iterable, report: bulk.Report, whole: Operation | None,
    changed: set[int],
) -> Operation | None:  # fmt: skip
    """One transaction of the job, whose steps are added to its one operation."""
    product = job.product
    assert product is not None
    versions = dict(step)
    items = Item.objects.filter(product=product, key__in=versions).exclude(pk__in=changed)
    items = items.order_by("rank", "pk").select_related("product", "team", "objective", "owner")
    picked = [(item, versions[item.key]) for item in items]
    with transaction.atomic():
        found, done = bulk.change_items(product, picked, form.change(), by=job.by)
        report.add(found)
        if done.operation is not None:
            Operation.objects.filter(pk=done.operation.pk).update(job=job)
        return join(whole, done.operation, bulk.told(report, form.change()))


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


def words_of(job: Job, report: bulk.Report, before: int = 0) -> dict:
    """before: how many an earlier worker of the job had changed"""
    refused = [{"item": item.key, "why": reason} for item, reason in report.refused]
    changed = len(report.changed) + before
    found: dict = {"changed": changed, "left as they were": len(refused)}
    if refused:
        found["why they were left"] = refused[:SHOWN]
    if changed:
        found["undo"] = "On the page History, as one."
    if job.product is not None:
        found["page"] = reverse("roadmaps:item-list", args=[job.product.key])
    return found
