"""Imports and their undoing as jobs of the worker."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from roadmaps import importing
from roadmaps.import_services import reports, uploads
from roadmaps.import_services.undoing import Undo
from roadmaps.import_services.whole import Stopped, apply, options_from
from roadmaps.importing import ParsedFile, Unreadable
from tpm import jobs, revisions
from tpm.models import Change, Job, Product

IMPORT = "import"
UNDO = "import-undo"
ALIVE = (Job.State.QUEUED, Job.State.RUNNING, Job.State.DONE)


def start_import(
    product: Product, upload: uploads.Upload, *, by, options: Mapping[str, Any]
) -> Job:
    """Hand an upload to the worker. options: as `options_from` reads them, and take_file"""
    arguments = {"upload": str(upload.token), "name": upload.name, "options": dict(options)}
    arguments["batch"] = str(uuid.uuid4())
    job = jobs.create(IMPORT, f"Import {upload.name}", product=product, by=by, arguments=arguments)
    revisions.enqueue("roadmaps.import_items", job.pk)
    return job


def run_import(job_id: int) -> None:
    """Import what a job names, to a terminal state; a run that was cut off is taken up again."""
    with jobs.running(job_id) as running:
        if running is None:
            return
        job, product = running.job, product_of(running.job)
        upload = uploads.find(product.key, uuid.UUID(job.arguments["upload"]))
        if upload is None:
            raise jobs.JobRefused("The uploaded file is gone. Upload it again.")
        options = options_from(job.arguments["options"], product)
        try:
            parsed = importing.read_path(upload.path, options)
            report = apply(
                product,
                parsed,
                by=job.by,
                options=options,
                take_file=bool(job.arguments["options"].get("take_file")),
                batch=uuid.UUID(job.arguments["batch"]),
                progress=running.progress,
            )
        except Unreadable as refusal:
            uploads.forget(upload)
            raise jobs.JobRefused(str(refusal)) from refusal
        except Stopped as stopped:
            running.report = shorten(job, parsed, stopped.report)
            uploads.forget(upload)
            raise
        running.report = shorten(job, parsed, report)
        uploads.forget(upload)


def product_of(job: Job) -> Product:
    """The product of an import; it was made with one."""
    assert job.product is not None
    return job.product


def shorten(job: Job, parsed: ParsedFile, report: dict[str, Any]) -> dict[str, Any]:
    """Keep long lists in files beside the job, and their beginnings in its report."""
    names = reports.keep_files(job.pk, parsed, report["problems"])
    short = dict(report)
    for name in ("problems", "hand edits kept", "left out because they would close a loop"):
        short[name] = report[name][: reports.SHOWN]
        if len(report[name]) > reports.SHOWN:
            short[f"{name} in all"] = len(report[name])
    return short | {"files": names, "page": report_url(job)}


def report_url(job: Job) -> str:
    """Where an import shows its own report."""
    return reverse("roadmaps:import-report", args=[product_of(job).key, job.pk])


def undo_of(job: Job) -> Job | None:
    """The newest job that takes this import back, or did."""
    undos = Job.objects.filter(kind=UNDO, product=job.product, arguments__job=job.pk)
    return undos.filter(state__in=ALIVE).first()


def may_undo(job: Job) -> bool:
    """Whether an import left something that was not taken back yet."""
    return (
        job.kind == IMPORT
        and job.ended_at is not None
        and Change.objects.filter(batch=job.arguments.get("batch")).exists()
        and undo_of(job) is None
    )


def start_undo(job: Job, *, by) -> Job:
    """Hand the taking back of an import to the worker."""
    undo = jobs.create(
        UNDO,
        f"Undo: {job.title}",
        product=job.product,
        by=by,
        arguments={"batch": job.arguments["batch"], "job": job.pk},
    )
    revisions.enqueue("roadmaps.undo_import", undo.pk)
    return undo


def run_undo(job_id: int) -> None:
    """Take an import back, to a terminal state."""
    with jobs.running(job_id) as running:
        if running is None:
            return
        job = running.job
        undo = Undo(
            product_of(job),
            uuid.UUID(job.arguments["batch"]),
            by=job.by,
            progress=lambda done: running.progress(done, total),
        )
        total = len(undo.ids())
        undo.run()
        running.report = {
            "page": reverse(
                "roadmaps:import-report", args=[product_of(job).key, job.arguments["job"]]
            ),
            "items dropped": undo.dropped,
            "items restored": undo.restored,
            "links taken away": undo.unlinked,
            "left as they are": [
                {"item": key, "why": why} for key, why in undo.stayed[: reports.SHOWN]
            ],
        }
        if len(undo.stayed) > reports.SHOWN:
            running.report["left as they are in all"] = len(undo.stayed)
