"""A whole file: what it would do, and doing it."""

import uuid
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from django.utils import timezone

from roadmaps import importing, queries
from roadmaps.import_services.applying import CREATED, NAMED, UPDATED, Importer
from roadmaps.import_services.hands import ITEM
from roadmaps.import_services.matching import Matcher
from roadmaps.import_services.people import Who
from roadmaps.import_services.previewing import COUNTS, Preview, finish, preview
from roadmaps.importing import Options, ParsedFile, Unreadable
from roadmaps.models import Check, Item
from tpm import jobs
from tpm.models import Change, Product

COUNTED = {CREATED: "created", UPDATED: "updated", NAMED: "items named only"}
NAMED_ITEMS = 12
Progress = Callable[[int, int, str], None]


class Stopped(jobs.JobCancelled):
    """An import that was cancelled between two transactions, with the report so far."""

    def __init__(self, report: dict[str, Any]) -> None:
        self.report = report
        super().__init__("Stopped halfway: what was imported stays, and can be undone.")


def options_from(data: Mapping[str, Any], product: Product) -> Options:
    """Options as a page or a job keeps them; the product says how long a person-day is."""
    return Options(
        source=data.get("source") or "",
        instance=data.get("instance") or "",
        zone=data.get("zone") or "UTC",
        day_first=data.get("day_first"),
        days_per_point=data.get("days_per_point"),
        hours_per_day=product.hours_per_day,
        states=data.get("states") or {},
    )


def preview_file(
    product: Product, path: Path, *, by, options: Options, take_file: bool = False
) -> tuple[ParsedFile, Preview]:
    """What importing this file would do now; nothing is written.

    raises: Unreadable with a sentence
    """
    parsed = importing.read_path(path, options)
    matcher = matcher_of(product, parsed, options, by=by, may_make=False, take_file=take_file)
    return parsed, preview(matcher)


def import_file(
    product: Product,
    path: Path,
    *,
    by,
    options: Options,
    take_file: bool = False,
    progress: Progress = lambda done, total, note: None,
) -> dict[str, Any]:
    """Import a file at once and return its report; run again, it changes nothing.

    raises: Unreadable when the file cannot be imported, or asks something that is not answered
    """
    parsed = importing.read_path(path, options)
    return apply(
        product,
        parsed,
        by=by,
        options=options,
        take_file=take_file,
        batch=uuid.uuid4(),
        progress=progress,
    )


def apply(
    product: Product,
    parsed: ParsedFile,
    *,
    by,
    options: Options,
    take_file: bool,
    batch: uuid.UUID,
    progress: Progress,
) -> dict[str, Any]:
    """Write a parsed file into the plan and report it.

    progress: told (rows done, rows in all, words) between transactions; may raise to stop
    raises:   Unreadable when the file asks something that is not answered; Stopped
    """
    if parsed.questions:
        raise Unreadable(parsed.questions[0].sentence)
    matcher = matcher_of(product, parsed, options, by=by, may_make=True, take_file=take_file)
    total = len(parsed.rows)
    importer = Importer(
        matcher, by=by, batch=batch, progress=lambda done, note: progress(done, total, note)
    )
    try:
        importer.run()
    except jobs.JobCancelled as cancelled:
        stopped = Stopped({})
        stopped.report = {"stopped": str(stopped)} | _report(importer, batch)
        raise stopped from cancelled
    return {"batch": str(batch)} | _report(importer, batch)


def matcher_of(
    product: Product,
    parsed: ParsedFile,
    options: Options,
    *,
    by,
    may_make: bool,
    take_file: bool,
) -> Matcher:
    """Compare a file with the plan; may_make lets people who are new be made."""
    who = Who(product, by=by, may_make=may_make)
    today = timezone.localdate()
    return Matcher(product, parsed, options, who=who, today=today, take_file=take_file)


def _report(importer: Importer, batch: uuid.UUID) -> dict[str, Any]:
    """Counts come from history, so that a run that was taken up again counts all of it."""
    lines = Change.objects.filter(batch=batch).values_list("action", "subject_type", "fields")
    found: Counter[str] = Counter()
    for action, subject, fields in lines:
        linked = "links" if "waits for" in fields else "parents"
        name = COUNTED.get(action, linked) if subject == ITEM else "people made"
        found[name] += 1
    found["unchanged"] = importer.unchanged
    counts = {name: found[name] for name in COUNTS}
    report = finish(importer.matcher, counts, importer.kept, importer.loops, importer.problems)
    report["notes"] += done_with_open_checks(batch)
    return report


def done_with_open_checks(batch: uuid.UUID) -> list[str]:
    """A tracker's word that work is done is taken; what it leaves open is said, not refused."""
    touched = Change.objects.filter(batch=batch, subject_type=ITEM).values("subject_id")
    done = Check.objects.filter(item__in=touched, item__state=Item.State.DONE)
    keys = queries.blocking(done, timezone.localdate()).order_by("item__number")
    named = list(dict.fromkeys(keys.values_list("item__key", flat=True)))
    if not named:
        return []
    more = f" and {len(named) - NAMED_ITEMS} more" if len(named) > NAMED_ITEMS else ""
    return [f"Done with open checks: {', '.join(named[:NAMED_ITEMS])}{more}."]
