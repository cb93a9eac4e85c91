"""Previews of reports that are too large for a request: a job of the worker reads them."""

from collections.abc import Callable, Mapping
from typing import Any, BinaryIO, cast

from django.db import transaction
from django.urls import reverse
from django.utils.http import urlencode

from debt import scans
from debt.scan_services.background import shorten, target_from
from debt.scan_services.comparing import preview
from debt.scans.streaming import check_size
from tpm import jobs, revisions, uploads
from tpm.imports import product_of
from tpm.models import Job, Product
from tpm.uploads import Upload

PREVIEW = "scan preview"
PREVIEW_BYTES = 1024 * 1024
"""Bytes that are read and compared within a request."""
STEP = 1024 * 1024


def is_large(upload: Upload) -> bool:
    return upload.path.stat().st_size > PREVIEW_BYTES


def start_preview(
    product: Product, upload: Upload, *, by, said: Mapping[str, Any], keep: bool = True
) -> Job:
    """Hand the reading of an upload to the worker; asked twice in the same way, it is read once.

    said: as `target_from` reads it
    keep: whether the upload stays, to be taken in afterwards
    """
    with transaction.atomic():
        Product.objects.select_for_update().get(pk=product.pk)
        found = preview_of(product, upload, said)
        if found is not None and found.state in (*UNDER_WAY, Job.State.DONE):
            return found
        job = jobs.create(
            PREVIEW,
            f"Preview of {upload.name}"[:200],
            product=product,
            by=by,
            unit="MB",
            total=-(-upload.path.stat().st_size // STEP),
            arguments={"upload": str(upload.token), "said": plain(said), "keep": keep},
        )
        revisions.enqueue("debt.preview_scan", job.pk)
        return job


UNDER_WAY = (Job.State.QUEUED, Job.State.RUNNING)


def preview_of(product: Product, upload: Upload, said: Mapping[str, Any]) -> Job | None:
    """The newest job that reads, or has read, an upload in this way."""
    rows = Job.objects.filter(
        product=product, kind=PREVIEW, arguments__upload=str(upload.token)
    ).order_by("-pk")
    wanted = plain(said)
    return next((job for job in rows if job.arguments["said"] == wanted), None)


def plain(said: Mapping[str, Any]) -> dict[str, Any]:
    """What was said without what was left open: a form and an address say the same then."""
    return {name: value for name, value in said.items() if value}


def run_preview(job_id: int) -> None:
    """Say what taking an upload in would do, to a terminal state. Nothing is written."""
    with jobs.running(job_id) as running:
        if running is None:
            return
        job, product = running.job, product_of(running.job)
        upload = uploads.of_job(job)
        keep = job.arguments["keep"]
        if keep:
            running.report = {"page": preview_url(product, upload, job.arguments["said"])}
        try:
            target = target_from(product, job.arguments["said"], name=upload.name)
            check_size(upload.path.stat().st_size)
            with upload.path.open("rb") as file:
                watched = cast(BinaryIO, Watched(file, running.progress))
                report = scans.read(watched, target.options)
            running.report |= shorten(preview(target, report))
        except scans.Unreadable as refusal:
            raise jobs.JobRefused(str(refusal)) from refusal
        finally:
            if not keep:
                uploads.forget(upload)


def in_words(field: tuple[str, Any]) -> tuple[bool, str]:
    """The component first: what a job keeps has no order."""
    return field[0] != "component", field[0]


def preview_url(product: Product, upload: Upload, said: Mapping[str, Any]) -> str:
    """Where the preview of an upload stands that is read in this way."""
    names = {"prefix": "checkout"}
    words = {
        names.get(name, name): "on" if value is True else value
        for name, value in sorted(plain(said).items(), key=in_words)
    }
    return f"{reverse('debt:scan-preview', args=[product.key, upload.token])}?{urlencode(words)}"


class Watched:
    """A file that tells how many MB of it were read; what is told may raise to stop.

    A reader goes through it more than once: it is told each time, and never fewer.
    """

    def __init__(self, file: BinaryIO, tell: Callable[[int], None]) -> None:
        self._file = file
        self._tell = tell
        self._furthest = self._untold = 0

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self._furthest = max(self._furthest, self._file.tell())
        self._untold += len(data)
        if self._untold >= STEP:
            self._untold = 0
            self._tell(self._furthest // STEP)
        return data

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)
