"""Scans and their undoing as jobs of the worker."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.urls import reverse

from debt import scans
from debt.models import Scan
from debt.scan_services.applying import SHOWN, Busy, import_report, let_go_of_lost, where
from debt.scan_services.targets import Target, options_for
from debt.scan_services.undoing import Undo
from debt.scans.planning import LISTS
from tpm import imports, jobs, revisions, uploads
from tpm.imports import product_of
from tpm.models import Job, Product

IMPORT = "scan"
UNDO = "scan undo"
undoing = imports.Undoing(IMPORT, UNDO, "debt.undo_scan", unit="findings")
undo_of, may_undo = undoing.of, undoing.is_open_for


def target_from(product: Product, said: Mapping[str, Any], *, name: str) -> Target:
    """What a page or a job says of a report. raises: Component.DoesNotExist"""
    component = product.components.get(key=said["component"])
    return Target(
        product,
        component,
        branch=said.get("branch", ""),
        folder=said.get("folder", ""),
        complete=bool(said.get("complete")),
        options=options_for(product, component, said),
        key=said.get("key", ""),
        name=name,
    )


def start_import(product: Product, upload: uploads.Upload, *, by, said: Mapping[str, Any]) -> Job:
    """Hand an upload to the worker. said: as `target_from` reads it"""
    arguments = {
        "upload": str(upload.token), "name": upload.name, "said": dict(said),
        "batch": str(uuid.uuid4()),
    }  # fmt: skip
    title = f"Scan {upload.name}"[:200]
    job = jobs.create(IMPORT, title, product=product, by=by, arguments=arguments, unit="findings")
    revisions.enqueue("debt.import_scan", job.pk)
    return job


def run_import(job_id: int) -> None:
    """Take in what a job names; a run that was cut off is taken up again."""
    with jobs.running(job_id) as running:
        if running is None:
            return
        job, product = running.job, product_of(running.job)
        upload = uploads.of_job(job)
        try:
            target = target_from(product, job.arguments["said"], name=upload.name)
            report = import_report(
                target,
                scans.read_path(upload.path, target.options),
                by=job.by,
                batch=uuid.UUID(job.arguments["batch"]),
                progress=running.progress,
            )
        except scans.Unreadable as refusal:
            uploads.forget(upload)
            raise jobs.JobRefused(str(refusal)) from refusal
        except jobs.JobCancelled:
            uploads.forget(upload)
            running.report = {
                "page": report_url(job),
                "stopped": "Stopped halfway: what was taken in stays, and can be taken back.",
            } | where(product, uuid.UUID(job.arguments["batch"]))
            raise
        running.report = shorten(report) | {"page": report_url(job)}
        uploads.forget(upload)


def shorten(report: dict[str, Any]) -> dict[str, Any]:
    """The beginnings of long lists: a job's report is read on one page."""
    return report | {name: report[name][:SHOWN] for name in LISTS}


def report_url(job: Job) -> str:
    return reverse("debt:scan-report", args=[product_of(job).key, job.pk])


def start_undo(job: Job, *, by) -> Job:
    """Hand the taking back of an upload of a page to the worker."""
    with transaction.atomic():
        Product.objects.select_for_update().get(pk=product_of(job).pk)
        return undo_of(job) or undoing.start(job, by=by)


def start_scan_undo(scan: Scan, *, by) -> Job:
    """Hand the taking back of the upload of a scan to the worker, wherever it came from.

    returns: the job that is at it already, where there is one
    raises:  Busy while it is being taken in or where it was taken back
    """
    let_go_of_lost(Scan.objects.filter(product=scan.product, batch=scan.batch))
    with transaction.atomic():
        # Two people press at once: the second finds the job of the first.
        Product.objects.select_for_update().get(pk=scan.product_id)
        jobs_of = Job.objects.filter(product=scan.product, arguments__batch=str(scan.batch))
        under_way = jobs_of.filter(kind=UNDO, ended_at=None).first()
        if under_way is not None:
            return under_way
        states = Scan.objects.select_for_update().filter(product=scan.product, batch=scan.batch)
        if any(state == Scan.State.APPLYING for state in states.values_list("state", flat=True)):
            raise Busy("The report is being taken in. Take it back when that has ended.")
        scan.refresh_from_db(fields=["state"])
        if scan.state == Scan.State.UNDONE:
            raise Busy("The report was taken back already.")
        made = jobs_of.filter(kind=IMPORT).first()
        if made is not None:
            return undoing.start(made, by=by)
        undo = jobs.create(
            UNDO,
            f"Undo: {scan.name or scan.scope}"[:200],
            product=scan.product,
            by=by,
            arguments={"batch": str(scan.batch), "scan": scan.pk},
            unit="findings",
        )
        revisions.enqueue("debt.undo_scan", undo.pk)
        return undo


def undo_url(job: Job) -> str:
    """The page of what an undo takes back."""
    key, arguments = product_of(job).key, job.arguments
    if "scan" in arguments:
        return reverse("debt:scan-detail", args=[key, arguments["scan"]])
    return reverse("debt:scan-report", args=[key, arguments["job"]])


def run_undo(job_id: int) -> None:
    """Take a scan back, to a terminal state."""
    with jobs.running(job_id) as running:
        if running is None:
            return
        job = running.job
        undo = Undo(
            product_of(job), uuid.UUID(job.arguments["batch"]), by=job.by,
            progress=lambda done: running.progress(done, total),
        )  # fmt: skip
        total = len(undo.ids())
        try:
            undo.run()
        except Busy as busy:
            running.report = {"page": undo_url(job)}
            raise jobs.JobRefused(str(busy)) from busy
        running.report = {
            "page": undo_url(job),
            "findings removed": undo.removed,
            "findings put back": undo.restored,
            "left as they are": [
                {"finding": name, "why": why} for name, why in undo.stayed[:SHOWN]
            ],
        }
