"""Takes a table in as a job of the worker, and takes it back as one."""

import uuid
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from itertools import batched
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from debt import services
from debt.csv_import.planning import (
    ASKED,
    CHANGED,
    KINDS,
    NEW,
    REFUSED,
    SAME,
    WORDS,
    Planned,
    Planner,
    Taken,
    files_and_links,
)  # fmt: skip
from debt.csv_import.reading import Row, Sheet, read
from debt.maths.ranges import Range
from roadmaps.importing import Unreadable
from tpm import formats, history, imports, jobs, operations, revisions, uploads
from tpm.bulk_jobs import join
from tpm.editing import EditConflict
from tpm.imports import product_of
from tpm.models import Change, Job, Operation, Product

IMPORT = "debt import"
UNDO = "debt import undo"
CHUNK = 100
AT_ONCE = 1000
SHOWN = 500


@dataclass(frozen=True)
class OperationUndoing(imports.Undoing):
    """An import is one operation; once that is taken back or gone, nothing is left to undo."""

    def is_open_for(self, job: Job) -> bool:
        standing = Operation.objects.filter(job=job, undone_at=None)
        return super().is_open_for(job) and standing.exists()


undoing = OperationUndoing(IMPORT, UNDO, "debt.undo_csv", unit="steps")


class Every:
    """All rows."""

    def __contains__(self, _number: object) -> bool:
        return True


ALL = "all"


def rows_of(sure: str | Iterable[int]) -> Container[int]:
    """Rows that are meant as they are, as a job keeps them: their numbers, or `ALL`."""
    return Every() if sure == ALL else frozenset(sure)  # type: ignore[arg-type]


@transaction.atomic
def start_import(
    product: Product, upload: uploads.Upload, *, by, take_file: bool,
    sure: str | Sequence[int] = (), **more: str,
) -> Job:  # fmt: skip
    """Hand an upload to the worker; asked twice, it is taken in once.

    take_file: whether it wins over what was edited here
    sure:      rows that are taken in though what they cost is asked about, or `ALL`
    more:      what the job keeps beside, such as the key of a request
    """
    Product.objects.select_for_update().get(pk=product.pk)
    if found := import_of(product, upload.token):
        return found
    arguments = {
        "upload": str(upload.token), "name": upload.name, "take_file": take_file,
        "batch": str(uuid.uuid4()), "sure": sure if sure == ALL else list(sure),
    }  # fmt: skip
    title = f"Import debt: {upload.name}"[:200]
    job = jobs.create(IMPORT, title, product=product, by=by, arguments=arguments | more)
    revisions.enqueue("debt.import_csv", job.pk)
    return job


class OtherFile(Exception):
    """A key of a request came with something else before."""


@transaction.atomic
def start_once(
    product: Product, upload: uploads.Upload, *, by, key: str, digest: str, take_file: bool,
    sure: str | Sequence[int],
) -> tuple[Job, bool]:  # fmt: skip
    """Hand an upload to the worker, unless the same came with the same key before.

    key:     of the request, or empty; digest: of what came with it
    returns: the job, and whether it was there
    raises:  OtherFile where the key came with something else
    """
    Product.objects.select_for_update().get(pk=product.pk)
    earlier = Job.objects.filter(
        product=product, kind=IMPORT, state__in=imports.ALIVE, arguments__key=key
    )
    for job in earlier if key else ():
        if taken_back(job):  # is no answer: the same key may try again
            continue
        if job.arguments["digest"] != digest:
            raise OtherFile(
                _("This idempotency key came with another file or other answers before: choose a "
                  "new one.")
            )  # fmt: skip
        return job, True
    more = {"key": key, "digest": digest} if key else {}
    return start_import(product, upload, by=by, take_file=take_file, sure=sure, **more), False


def taken_back(job: Job) -> bool:
    """Whether an import is undone, or about to be."""
    undone = Operation.objects.filter(job=job).exclude(undone_at=None)
    return undoing.of(job) is not None or undone.exists()


def import_of(product: Product, token: uuid.UUID) -> Job | None:
    """The job that takes an upload in, or did; one that failed or was cancelled is none."""
    return undoing.bringing(product, token)


def taken_before(product: Product, token: uuid.UUID, *, by: Job | None = None) -> dict[int, Taken]:
    """Row number to what was made of it, of an upload that was taken in up to there before.

    Read from the steps of what still stands of it. by: the job that is taken up again; what
    another one made of a row is there already for it
    """
    found: dict[int, Taken] = {}
    earlier = Job.objects.filter(product=product, kind=IMPORT, arguments__upload=str(token))
    for operation in Operation.objects.filter(job__in=earlier, undone_at=None).order_by("pk"):
        own = by is not None and operation.job_id == by.pk
        for step in operation.steps[: len(operation.steps) - operation.taken_back]:
            if "row" in step:
                made = NEW if step["kind"] == "debt.logged" else CHANGED
                found.setdefault(step["row"], Taken(made if own else SAME, step["id"]))
    return found


def preview(
    product: Product, sheet: Sheet, *, take_file: bool, token: uuid.UUID | None = None,
    sure: str | Sequence[int] = (),
) -> dict[str, Any]:  # fmt: skip
    """What taking it in would do; writes nothing. token: of its upload"""
    before = taken_before(product, token) if token else {}
    planner = Planner(product, take_file=take_file, taken=before, sure=rows_of(sure))
    planned = [row for rows in batched(sheet.rows, AT_ONCE) for row in planner.plan(rows)]
    return report_of(sheet, planned)


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
        planner = Planner(
            product, take_file=job.arguments["take_file"],
            taken=taken_before(product, upload.token, by=job),
            sure=rows_of(job.arguments.get("sure", ())),
        )  # fmt: skip
        whole = Operation.objects.filter(job=job).first()
        done: list[Planned] = []
        teams: set[int | None] = set()
        try:
            with history.through(Change.Door.IMPORT, batch=uuid.UUID(job.arguments["batch"])):
                for rows in batched(sheet.rows, CHUNK):
                    running.progress(len(done), len(sheet.rows))
                    whole = take_in(job, planner, rows, done, whole, teams)
            running.progress(len(done), len(sheet.rows))
        finally:
            running.report = report_of(sheet, done) | {"page": report_url(job)}
            for team_id in teams - {None}:
                revisions.enqueue("debt.refresh_scores", team_id)
        uploads.forget(upload)


def take_in(
    job: Job, planner: Planner, rows: Iterable[Row], done: list[Planned],
    whole: Operation | None, teams: set[int | None],
) -> Operation | None:  # fmt: skip
    """Some rows in one transaction, each by its services; its steps join the one operation.

    They are planned in it, on what stands now. Each step keeps its row: a run that is taken up
    again knows by that what it has made, of rows without any key of their own as well.
    """
    with transaction.atomic():
        whole, planned = take_in_all(job, planner, rows, done, whole, teams)
    done += planned
    return whole


def take_in_all(
    job: Job, planner: Planner, rows: Iterable[Row], done: Sequence[Planned],
    whole: Operation | None, teams: set[int | None],
) -> tuple[Operation | None, list[Planned]]:  # fmt: skip
    with operations.recorded(planner.product, by=job.by, ability="import") as part:
        Product.objects.select_for_update().get(pk=planner.product.pk)
        jobs.hold(job)
        planned = planner.plan(rows)
        with revisions.without_messages():
            for row in planned:
                steps = len(part.steps)
                try:
                    with transaction.atomic():
                        teams |= write(planner, row, by=job.by)
                except (ValidationError, ValueError, EditConflict) as problem:
                    del part.steps[steps:]
                    refuse(row, problem)
                for step in part.steps[steps:]:
                    step["row"] = row.row.number
        count = sum(row.what in (NEW, CHANGED) for row in [*done, *planned])
        words = _("%(n)s debt items from %(name)s") % {
            "n": formats.number(count), "name": job.arguments["name"]
        }  # fmt: skip
        part.words = words
    if part.operation is not None:
        Operation.objects.filter(pk=part.operation.pk).update(job=job)
    return join(whole, part.operation, words), planned


def refuse(row: Planned, problem: Exception) -> None:
    """Leave a row out, with the reason; the others go on."""
    if row.what == NEW:
        row.item = None
    row.what = REFUSED
    if isinstance(problem, EditConflict):
        said = [_("Somebody changed it while this was taken in. Import the row again.")]
    elif isinstance(problem, ValidationError):
        said = problem.messages
    else:
        said = [str(problem)]
    row.notes += said


def write(planner: Planner, row: Planned, *, by) -> set[int | None]:
    """Log or change one item. returns: the teams whose scores are due"""
    values = dict(row.values)
    said = {name: values.pop(name) for name in KINDS if name in values}
    if "principal" in values:
        values |= points(values.pop("principal"))
    if row.taken:
        return {row.item.team_id} if row.item else set()
    if row.what == NEW:
        files, links = files_and_links(values)
        values.pop("files", None)
        row.item = services.log_debt_item(
            planner.product, by=by, title=values.pop("title"), paths=links, files=files,
            suggester=planner.suggester, **values,
        )  # fmt: skip
        planner.row_of[row.item.pk] = row.row.number
    elif row.what != CHANGED or row.item is None:
        return set()
    elif values:
        services.change_item(row.item, by=by, version=row.item.version, **values)
    for name, days in said.items():
        services.declare_interest(
            row.item, by=by, days=days, kind=KINDS[name], seen=row.seen.get(name)
        )
    return {row.item.team_id}


def points(days: Range) -> dict[str, float]:
    return dict(
        zip(("principal_p10_days", "principal_p50_days", "principal_p90_days"), days, strict=True)
    )


def report_of(sheet: Sheet, planned: Sequence[Planned]) -> dict[str, Any]:
    """What became of rows and columns, as plain values."""
    counts = {what: sum(row.what == what for row in planned) for what in (NEW, CHANGED, SAME)}
    asked, refused = ([row for row in planned if row.what == what] for what in (ASKED, REFUSED))
    # What is new, changed, refused or odd comes before the many that stay as they are.
    # Above all stand those that wait for an answer.
    shown = sorted(
        planned,
        key=lambda row: 2 if row.what == SAME and not row.notes and not row.kept
        else row.what != ASKED,
    )  # fmt: skip
    return {
        "counts": counts | {ASKED: len(asked), REFUSED: len(refused)},
        "columns": [[c.name, c.use, WORDS.get(c.as_field, ""), c.filled] for c in sheet.columns],
        "notes": sheet.notes + likely_twice(planned),
        "rows": [described(row) for row in shown[:SHOWN]],
        "rows_in_all": len(planned),
    }


def likely_twice(planned: Sequence[Planned]) -> list[str]:
    """How many new rows look the same as debt that is here; empty where none does."""
    count = sum(row.what == NEW and bool(row.like) and not row.taken for row in planned)
    if not count:
        return []
    words = ngettext(
        "%(n)s new row looks the same as debt that is here: its note names it.",
        "%(n)s new rows look the same as debt that is here: their notes name it.",
        count,
    )
    return [words % {"n": formats.number(count)}]


def described(row: Planned) -> dict[str, Any]:
    return {
        "number": row.row.number,
        "what": row.what,
        "key": row.item.key if row.item and row.item.pk else "",
        "title": row.title,
        "changes": [[WORDS[name], old[:200], new[:200]] for name, old, new in row.changes],
        "kept": [[WORDS[name], here[:200], there[:200]] for name, here, there in row.kept],
        "notes": row.notes,
        "asked": row.asked if row.what == ASKED else [],
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
