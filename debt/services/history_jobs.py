"""Readings of histories as jobs of the worker, and which repositories the operator named."""

from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from debt.mining.git import Refused
from debt.mining.logs import Unreadable
from debt.models import HistoryRun
from debt.services import histories
from tpm import formats, jobs, revisions, uploads
from tpm.imports import Undoing, product_of
from tpm.models import Component, Job, Product
from tpm.roles import components_of

READ = "history"
UNDO = "history undo"
PREVIEW = "history preview"


undoing = Undoing(READ, UNDO, "debt.undo_history", unit="changes")


class Named(NamedTuple):
    """A repository that the operator named for a product."""

    name: str
    component: Component | None
    path: Path


def named_for(product: Product) -> list[Named]:
    """Repositories that may be read for a product; nothing else on the disk is."""
    found = []
    for key, component, path in settings.HISTORY_REPOSITORIES:
        if key == product.key:
            part = product.components.filter(key=component).first() if component else None
            found.append(Named(histories.name_of(path), part, path))
    return found


def read_named(product: Product, name: str, *, by, progress=histories.nothing) -> HistoryRun | None:
    """Read a repository that the operator named. returns: None where none has this name"""
    named = next((row for row in named_for(product) if row.name == name), None)
    if named is None:
        return None
    return histories.read_repository(
        product, named.path, by=by, component=named.component, name=name, progress=progress
    )


def start_named(product: Product, name: str, *, by) -> Job:
    """Hand the reading of a repository that the operator named to the worker."""
    return start(product, f"Read {name}", by=by, arguments={"named": name})


@transaction.atomic
def start_log(
    product: Product, upload: uploads.Upload, *, by, repository: str, component: Component | None
) -> Job:
    """Hand an uploaded log to the worker; asked twice, it is read once."""
    Product.objects.select_for_update().get(pk=product.pk)
    if found := undoing.bringing(product, upload.token):
        return found
    arguments = {
        "upload": str(upload.token),
        "repository": repository,
        "component": component.key if component else "",
    }
    return start(product, f"Read {upload.name}", by=by, arguments=arguments)


def start_preview(
    product: Product, upload: uploads.Upload, *, by, repository: str, component: Component | None
) -> Job:
    """Let the worker say what reading an uploaded log would find."""
    arguments = {
        "upload": str(upload.token),
        "repository": repository,
        "component": component.key if component else "",
    }
    title = f"Preview of {upload.name}"[:200]
    job = jobs.create(PREVIEW, title, product=product, by=by, unit="commits", arguments=arguments)
    revisions.enqueue("debt.preview_history", job.pk)
    return job


def preview_of(product: Product, upload: uploads.Upload) -> Job | None:
    """The job that looks, or has looked, into an upload."""
    rows = Job.objects.filter(product=product, kind=PREVIEW, arguments__upload=str(upload.token))
    return rows.order_by("-pk").first()


def run_preview(job_id: int) -> None:
    """Look into a log, to a terminal state; the upload waits to be read in or let go."""
    with jobs.running(job_id) as running:
        if running is None:
            return
        job = running.job
        product = product_of(job)
        upload = uploads.of_job(job)
        running.report = {"page": reverse("debt:history-preview", args=[product.key, upload.token])}
        try:
            with upload.path.open("rb") as file:
                found = histories.preview_log(
                    product,
                    file,
                    repository=job.arguments["repository"],
                    component=component_of(job, product),
                    progress=telling(running),
                )
        except Unreadable as refusal:
            raise jobs.JobRefused(str(refusal)) from refusal
        running.report |= found


def component_of(job: Job, product: Product) -> Component | None:
    """The component that a job says a whole repository is."""
    key = job.arguments["component"]
    return components_of(product).filter(key=key).first() if key else None


def telling(running: jobs.Running) -> histories.Progress:
    """Tells a job how many commits were read."""

    def tell(done: int) -> None:
        running.progress(done, note=f"{formats.number(done)} commits")

    return tell


def start(product: Product, title: str, *, by, arguments: dict) -> Job:
    job = jobs.create(READ, title, product=product, by=by, unit="commits", arguments=arguments)
    revisions.enqueue("debt.read_history", job.pk)
    return job


def run_reading(job_id: int) -> None:
    """Read what a job names, to a terminal state; one that was cut off begins anew."""
    with jobs.running(job_id) as running:
        if running is None:
            return
        job = running.job
        assert job.product is not None
        running.report = {"page": page_of(job.product)}
        try:
            run = read_for(job, job.product, running)
        except (Refused, Unreadable, histories.Overtaken) as refusal:
            raise jobs.JobRefused(str(refusal)) from refusal
        except ValidationError as refusal:
            raise jobs.JobRefused(" ".join(refusal.messages)) from refusal
        running.report |= report_of(run)


def read_for(job: Job, product: Product, running: jobs.Running) -> HistoryRun | None:
    tell = telling(running)
    if name := job.arguments.get("named"):
        run = read_named(product, name, by=job.by, progress=tell)
        if run is None:
            raise jobs.JobRefused("The operator no longer names this repository.")
        return run
    upload = uploads.of_job(job)
    try:
        with upload.path.open("rb") as file:
            run = histories.read_log(
                product,
                file,
                by=job.by,
                repository=job.arguments["repository"],
                component=component_of(job, product),
                progress=tell,
            )
    except jobs.JobTaken:  # whoever took it up reads the same file
        raise
    except Exception:
        uploads.forget(upload)
        raise
    uploads.forget(upload)
    return run


def report_of(run: HistoryRun | None) -> dict:
    if run is None:
        return {"outcome": "Nothing new: every commit of it was known."}
    return {"outcome": f"{found_words(run)}.", "left out": run.left_out, "notes": run.notes}


def found_words(run: HistoryRun) -> str:
    """`1,204 changes of 1,310 commits`."""
    changes = ngettext("%(n)s change", "%(n)s changes", run.counted)
    commits = ngettext("%(n)s commit", "%(n)s commits", run.read)
    return _("%(changes)s of %(commits)s") % {
        "changes": changes % {"n": formats.number(run.counted)},
        "commits": commits % {"n": formats.number(run.read)},
    }


def page_of(product: Product) -> str:
    return reverse("debt:history", args=[product.key])


def start_undo(run: HistoryRun, *, by) -> Job:
    """Hand the taking back of a reading to the worker."""
    job = jobs.create(
        UNDO, f"Undo: {run}", product=run.product, by=by, unit="changes", arguments={"run": run.pk}
    )
    revisions.enqueue("debt.undo_history", job.pk)
    return job


def run_undo(job_id: int) -> None:
    """Take a reading back, to a terminal state."""
    with jobs.running(job_id) as running:
        if running is None:
            return
        job = running.job
        run = HistoryRun.objects.filter(pk=job.arguments["run"], product=job.product).first()
        if run is None or job.product is None:
            raise jobs.JobRefused("What was to be taken back is gone.")
        running.report = {"page": page_of(job.product)}
        if run.undone_at is not None:  # an undo that was cut off: only its rows are left
            histories.remove_changes(run, running.progress)
            return
        try:
            histories.undo_run(run, by=job.by, progress=running.progress)
        except ValidationError as refusal:
            raise jobs.JobRefused(" ".join(refusal.messages)) from refusal
