"""Imports of records and their undoing as jobs of the worker."""

import uuid

from django.urls import reverse

from roadmaps.import_services import uploads
from tpm import jobs, revisions
from tpm.models import Change, Job, Product
from tradeoffs.import_services.sources import Refused, Source, from_text, from_zip
from tradeoffs.import_services.undoing import Undo
from tradeoffs.import_services.whole import import_records

IMPORT = "decision import"
UNDO = "decision import undo"
ALIVE = (Job.State.QUEUED, Job.State.RUNNING, Job.State.DONE)
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
        upload = uploads.find(product.key, uuid.UUID(job.arguments["upload"]))
        if upload is None:
            raise jobs.JobRefused("The uploaded file is gone. Upload it again.")
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


def product_of(job: Job) -> Product:
    """The product of an import; it was made with one."""
    assert job.product is not None
    return job.product


def report_url(job: Job) -> str:
    return reverse("tradeoffs:import-report", args=[product_of(job).key, job.pk])


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
    arguments = {"batch": job.arguments["batch"], "job": job.pk}
    undo = jobs.create(
        UNDO, f"Undo: {job.title}"[:200], product=job.product, by=by, arguments=arguments,
        unit="decisions",
    )  # fmt: skip
    revisions.enqueue("tradeoffs.undo_import", undo.pk)
    return undo


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
