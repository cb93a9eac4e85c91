"""Imports and their undoing as jobs of the worker."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from roadmaps import importing
from roadmaps.import_services import reports
from roadmaps.import_services.undoing import Undo
from roadmaps.import_services.whole import Stopped, apply, options_from
from roadmaps.importing import ParsedFile, Unreadable
from tpm import imports, jobs, revisions, uploads
from tpm.imports import product_of
from tpm.models import Job, Product

IMPORT = "import"
UNDO = "import-undo"
undoing = imports.Undoing(IMPORT, UNDO, "roadmaps.undo_import")
undo_of, may_undo, start_undo = undoing.of, undoing.is_open_for, undoing.start


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
        upload = uploads.of_job(job)
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
