"""Takes a table in as a job of the worker, and takes it back as one."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import batched
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from debt import services
from debt.csv_import.planning import CHANGED, KINDS, NEW, REFUSED, SAME, WORDS, Planned, Planner
from debt.csv_import.reading import Sheet, read
from debt.ranges import Range
from roadmaps.importing import Unreadable
from tpm import formats, history, imports, jobs, operations, revisions, uploads
from tpm.bulk_jobs import join
from tpm.imports import product_of
from tpm.models import Change, Job, Operation, Product

IMPORT = "debt import"
UNDO = "debt import undo"
CHUNK = 100
SHOWN = 500


@dataclass(frozen=True)
class OperationUndoing(imports.Undoing):
    """An import is one operation; once that is taken back or gone, nothing is left to undo."""

    def is_open_for(self, job: Job) -> bool:
        standing = Operation.objects.filter(job=job, undone_at=None)
        return super().is_open_for(job) and standing.exists()


undoing = OperationUndoing(IMPORT, UNDO, "debt.undo_csv", unit="steps")


def start_import(product: Product, upload: uploads.Upload, *, by, take_file: bool) -> Job:
    """Hand an upload to the worker. take_file: whether it wins over what was edited here"""
    arguments = {
        "upload": str(upload.token), "name": upload.name, "take_file": take_file,
        "batch": str(uuid.uuid4()),
    }  # fmt: skip
    title = f"Import debt: {upload.name}"[:200]
    job = jobs.create(IMPORT, title, product=product, by=by, arguments=arguments)
    revisions.enqueue("debt.import_csv", job.pk)
    return job


def preview(product: Product, sheet: Sheet, *, take_file: bool) -> dict[str, Any]:
    """What taking it in would do; writes nothing."""
    return report_of(sheet, Planner(product, take_file=take_file).plan(sheet.rows))


def run_import(job_id: int) -> None:
    """Take in what a job names; a run that was cut off is taken up again, row by row the same."""
    with jobs.running(job_id) as running:
        if running is None:
            return
        job, product = running.job, product_of(running.job)
        upload = uploads.of_job(job)
        try:
            sheet = read(upload.path.read_bytes())
        except Unreadable as refusal:
            uploads.forget(upload)
            raise jobs.JobRefused(str(refusal)) from refusal
        planner = Planner(product, take_file=job.arguments["take_file"])
        whole = Operation.objects.filter(job=job).first()
        done: list[Planned] = []
        teams: set[int | None] = set()
        try:
            with history.through(Change.Door.IMPORT, batch=uuid.UUID(job.arguments["batch"])):
                for rows in batched(sheet.rows, CHUNK):
                    running.progress(len(done), len(sheet.rows))
                    whole = take_in(job, product, planner.plan(rows), done, whole, teams)
            running.progress(len(done), len(sheet.rows))
        finally:
            running.report = report_of(sheet, done) | {"page": report_url(job)}
            for team_id in teams - {None}:
                revisions.enqueue("debt.refresh_scores", team_id)
        uploads.forget(upload)


def take_in(
    job: Job, product: Product, planned: Sequence[Planned], done: list[Planned],
    whole: Operation | None, teams: set[int | None],
) -> Operation | None:  # fmt: skip
    """Some rows in one transaction, each by its services; its steps join the one operation."""
    with transaction.atomic(), operations.recorded(product, by=job.by, ability="import") as part:
        Product.objects.select_for_update().get(pk=product.pk)
        with revisions.without_messages():
            for row in planned:
                steps = len(part.steps)
                try:
                    with transaction.atomic():
                        teams |= write(product, row, by=job.by)
                except (ValidationError, ValueError) as problem:
                    del part.steps[steps:]
                    row.what = REFUSED
                    said = problem.messages if isinstance(problem, ValidationError) else [problem]
                    row.notes += [str(each) for each in said]
        done += planned
        count = sum(row.what in (NEW, CHANGED) for row in done)
        words = _("%(n)s debt items from %(name)s") % {
            "n": formats.number(count), "name": job.arguments["name"]
        }  # fmt: skip
        part.words = words
    if part.operation is not None:
        Operation.objects.filter(pk=part.operation.pk).update(job=job)
    return join(whole, part.operation, words)


def write(product: Product, row: Planned, *, by) -> set[int | None]:
    """Log or change one item. returns: the teams whose scores are due"""
    values = dict(row.values)
    said = {name: values.pop(name) for name in KINDS if name in values}
    if "principal" in values:
        values |= points(values.pop("principal"))
    if row.what == NEW:
        title = values.pop("title")
        row.item = services.log_debt_item(product, by=by, title=title, **values)
    elif row.what != CHANGED or row.item is None:
        return set()
    elif values:
        services.change_item(row.item, by=by, version=row.item.version, **values)
    for name, days in said.items():
        services.declare_interest(row.item, by=by, days=days, kind=KINDS[name])
    return {row.item.team_id}


def points(days: Range) -> dict[str, float]:
    return dict(
        zip(("principal_p10_days", "principal_p50_days", "principal_p90_days"), days, strict=True)
    )


def report_of(sheet: Sheet, planned: Sequence[Planned]) -> dict[str, Any]:
    """What became of rows and columns, as plain values."""
    counts = {what: sum(row.what == what for row in planned) for what in (NEW, CHANGED, SAME)}
    refused = [row for row in planned if row.what == REFUSED]
    # What is new, changed, refused or odd comes before the many that stay as they are.
    shown = sorted(planned, key=lambda row: row.what == SAME and not row.notes and not row.kept)
    return {
        "counts": counts | {REFUSED: len(refused)},
        "columns": [[c.name, c.use, WORDS.get(c.as_field, ""), c.filled] for c in sheet.columns],
        "notes": sheet.notes,
        "rows": [described(row) for row in shown[:SHOWN]],
        "rows_in_all": len(planned),
    }


def described(row: Planned) -> dict[str, Any]:
    return {
        "number": row.row.number,
        "what": row.what,
        "key": row.item.key if row.item and row.item.pk else "",
        "title": row.title,
        "changes": [[WORDS[name], old[:200], new[:200]] for name, old, new in row.changes],
        "kept": [[WORDS[name], here[:200], there[:200]] for name, here, there in row.kept],
        "notes": row.notes,
    }


def report_url(job: Job) -> str:
    return reverse("debt:csv-report", args=[product_of(job).key, job.pk])


def run_undo(job_id: int) -> None:
    """Take an import back, step by step; what somebody changed since stays and is listed."""
    with jobs.running(job_id) as running, history.through(Change.Door.IMPORT, batch=uuid.uuid4()):
        if running is None:
            return
        job, product = running.job, product_of(running.job)
        found = Operation.objects.filter(job=job.arguments["job"]).first()
        if found is None:
            raise jobs.JobRefused("It can no longer be taken back: it is older than 30 days.")
        stayed: list[str] = []
        left = len(found.steps) - found.taken_back
        done = 0
        try:
            while done < left:
                running.progress(done, left)
                done += some(found, stayed, by=job.by)
        finally:
            running.report = {
                "page": reverse("debt:csv-report", args=[product.key, job.arguments["job"]]),
                "taken back": done - len(stayed),
                "left as they are": len(stayed),
                "why they were left": stayed[:SHOWN],
            }
            for team in product.team_shares.values_list("team", flat=True).distinct():
                revisions.enqueue("debt.refresh_scores", team)


@transaction.atomic
def some(operation: Operation, stayed: list[str], *, by) -> int:
    """The newest steps that stand, in one transaction. returns: how many they were"""
    found = operations.locked(operation)
    at = len(found.steps) - found.taken_back
    chunk = found.steps[max(at - CHUNK, 0) : at][::-1]
    with revisions.without_messages():
        for step in chunk:
            try:
                operations.step_back(step, by=by)
            except operations.Refused as reason:
                stayed.append(str(reason))
    found.taken_back += len(chunk)
    if found.taken_back == len(found.steps):
        found.undone_at = timezone.now()
    found.save(update_fields=["taken_back", "undone_at"])
    return max(len(chunk), 1)
