"""Imports of records and their undoing as jobs of the worker."""

import uuid

from django.urls import reverse

from tpm import imports, jobs, revisions, uploads
from tpm.imports import product_of
from tpm.models import Job, Product
from tradeoffs.import_services.sources import Refused, Source, from_text, from_zip
from tradeoffs.import_services.undoing import Undo
from tradeoffs.import_services.whole import import_records

IMPORT = "decision import"
UNDO = "decision import undo"
undoing = imports.Undoing(IMPORT, UNDO, "tradeoffs.undo_import", unit="decisions")
undo_of, may_undo, start_undo = undoing.of, undoing.is_open_for, undoing.start
SHOWN = 500


def source_of(upload: uploads.Upload, collection: str) -> Source:
    """What an upload holds. raises: Refused where it is no archive and no text"""
    with upload.path.open("rb") as file:
        if file.read(4).startswith(b"PK"):
            file.seek(0)
            return from_zip(file, collection)
    text = upload.path.read_bytes()
    source = from_text(text.decode("utf-8", "replace"), path=upload.name, name=collection)
    source.files = [(source.files[0][0], text)]
    return source


def start_import(product: Product, upload: uploads.Upload, *, by, collection: str) -> Job:
    """Hand an upload to the worker."""
    arguments = {
        "upload": str(upload.token), "name": upload.name, "collection": collection,
        "batch": str(uuid.uuid4()),
    }  # fmt: skip
    title = f"Import records: {upload.name}"[:200]
    job = jobs.create(IMPORT, title, product=product, by=by, arguments=arguments, unit="records")
    revisions.enqueue("tradeoffs.import_records", job.pk)
    return job


def run_import(job_id: int) -> None:
    """Import what a job names; a run that was cut off is taken up again."""
    with jobs.running(job_id) as running:
        if running is None:
            return
        job, product = running.job, product_of(running.job)
        upload = uploads.of_job(job)
        try:
            source = source_of(upload, job.arguments["collection"])
        except Refused as refusal:
            uploads.forget(upload)
            raise jobs.JobRefused(str(refusal)) from refusal
        report = import_records(
            product, source, by=job.by, batch=uuid.UUID(job.arguments["batch"]),
            progress=running.progress,
        )  # fmt: skip
        running.report = shorten(report) | {"page": report_url(job)}
        uploads.forget(upload)


def shorten(report: dict) -> dict:
    """The beginnings of long lists: a job's report is read on one page."""
    short = dict(report)
    for name, value in report.items():
        if isinstance(value, list) and len(value) > SHOWN:
            short[name] = value[:SHOWN]
            short[f"{name}_in_all"] = len(value)
    return short


def report_url(job: Job) -> str:
    return reverse("tradeoffs:import-report", args=[product_of(job).key, job.pk])


def run_undo(job_id: int) -> None:
    """Take an import back, to a terminal state."""
    with jobs.running(job_id) as running:
        if running is None:
            return
        job = running.job
        undo = Undo(
            product_of(job), uuid.UUID(job.arguments["batch"]), by=job.by,
            progress=lambda done: running.progress(done, total),
        )  # fmt: skip
        total = len(undo.ids())
        undo.run()
        page = reverse("tradeoffs:import-report", args=[product_of(job).key, job.arguments["job"]])
        running.report = {
            "page": page,
            "decisions removed": undo.removed,
            "decisions put back": undo.restored,
            "left as they are": [{"decision": key, "why": why} for key, why in undo.stayed[:SHOWN]],
        }
