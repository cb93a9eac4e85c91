"""Takes a report in: short transactions under one batch, one report of a scope at a time."""

import datetime
import time
import uuid
from collections.abc import Callable, Iterable, Sequence
from itertools import batched
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from debt.models import Finding, Scan, ScanScope, Sighting
from debt.refresh import make_due
from debt.scan_services.comparing import Compared, by_scope, compare, report_of
from debt.scan_services.targets import (
    ScopeKey,
    Target,
    component_by_path,
    renames_for,
    scope_key,
)
from debt.scans import Report, Result, Run, Unreadable
from debt.scans.planning import LISTS, Step
from tpm import history, jobs, many_rows
from tpm.models import Change, Component, Product

CHUNK = 500
SHOWN = 200
LOST_AFTER = datetime.timedelta(minutes=3)
UNDO_SCANS = 20
"""Scans of a scope whose undo says again which scan saw a finding before."""
PATIENCE = 20.0  # seconds until a report of the same scope is told to come again
FOUND, UPDATED, MOVED, REOPENED, CLOSED, HELD, SEEN = (
    "found", "updated", "moved", "reopened", "closed", "held", "seen",
)  # fmt: skip
DATA = (
    "rule_name", "level", "message", "path", "place", "line", "column", "fingerprints", "context",
    "effort_minutes", "proposal", "component",
)  # fmt: skip
SEEN_BY = ("last_scan", "missing", "held_by")
TOLD = ("level", "message", "path", "place", "line", "effort_minutes", "proposal", "component")
"""What of it history tells of a finding that stays where it is."""


class Busy(Unreadable):
    """The report is fine, another one of its scope is being written: send it again later."""


class LetGo(jobs.JobCancelled):
    """The scan was ended from outside while it was being taken in."""


Progress = Callable[[int, int, str], None]


def quiet(done: int, total: int, note: str) -> None:
    """Progress that nobody looks at."""


def import_report(
    target: Target,
    report: Report,
    *,
    by,
    batch: uuid.UUID | None = None,
    progress: Progress = quiet,
    patience: float = PATIENCE,
) -> dict[str, Any]:
    """Take a report in, and say what it did. The same file again creates and closes nothing.

    batch:    of an upload that is taken up again
    patience: seconds to wait for another report of a scope to end
    progress: told (rows done, rows in all, words) between transactions; may raise to stop
    raises:   Busy when another report of the scope is being taken in, Unreadable when the key came
              with another file before
    """
    batch = batch or uuid.uuid4()
    renames = renames_for(target)
    runs = by_scope(target, report)
    earlier = told_before(target, report, batch)
    if earlier:
        batch = next(iter(earlier.values())).batch
    told: list[dict[str, Any]] = []
    missing: list[Run] = []
    for run in runs:
        scan = earlier.get(target.scope_of(run))
        if scan is None:
            missing.append(run)
        else:
            told.append(scan.report)
    if told and not missing:
        return together(told) | {"again": True} | where(target.product, batch)
    total = sum(len(run.results) for run in missing)
    compared: list[Compared] = []
    done = 0
    with history.through(Change.Door.IMPORT, batch=batch):
        for run in missing:
            scope, _ = ScanScope.objects.get_or_create(**target.scope_fields(run))
            scan = begin(scope, target, report, by=by, batch=batch, patience=patience)
            importer = Importer(target, scan, by=by)
            try:
                one = compare(target, run, report.digest, renames, batch=batch)
                compared.append(one)
                for part, rows in importer.parts(one):
                    part(rows)
                    done = min(total, done + len(rows))
                    progress(done, total, run.tool)
            except BaseException:
                Scan.objects.filter(pk=scan.pk, state=Scan.State.APPLYING).update(
                    state=Scan.State.STOPPED, counts=one.plan.counts if compared else {}
                )
                make_due(*importer.teams)
                raise
            finish(scan, one, report, importer)
    said = together([*told, report_of(report, compared, dry_run=False)])
    return said | where(target.product, batch)


def where(product: Product, batch: uuid.UUID) -> dict[str, Any]:
    """What an upload is called later: by its scan it is taken back, whole."""
    scans = Scan.objects.filter(product=product, batch=batch)
    return {"batch": str(batch), "scan": scans.order_by("pk").values_list("pk", flat=True).first()}


def told_before(target: Target, report: Report, batch: uuid.UUID) -> dict[ScopeKey, Scan]:
    """What was taken in for the same key, or by this upload before it was cut off, by scope.

    A report of several tools may have been refused halfway: what it lacks is then still to come.
    raises: Unreadable for another file, Busy while it is being taken in
    """
    mine = Scan.objects.filter(product=target.product, batch=batch, digest=report.digest)
    found = list(mine.filter(state=Scan.State.DONE).select_related("scope"))
    if target.key:
        sent = Scan.objects.filter(product=target.product, key=target.key[:100])
        sent = sent.exclude(batch=batch)
        let_go_of_lost(sent)
        # What was cut off or taken back is no answer: the same key may try again.
        sent.filter(state__in=(Scan.State.STOPPED, Scan.State.UNDONE)).update(key="")
        others = list(sent.select_related("scope"))
        if any(scan.digest != report.digest for scan in others):
            raise Unreadable(
                "This idempotency key came with another file before: choose a new one."
            )
        if any(scan.state == Scan.State.APPLYING for scan in others):
            raise Busy("The report with this idempotency key is being taken in.")
        found += others
    return {scope_key(scan.scope): scan for scan in found}


def together(reports: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The reports of several scopes as one; each is that of the same file."""
    said = dict(reports[0]) | {"counts": dict(reports[0]["counts"])}
    for more in reports[1:]:
        for name in LISTS:
            said[name] = said[name] + more[name]
        for name, count in more["counts"].items():
            said["counts"][name] = said["counts"].get(name, 0) + count
        said["tools"] = said["tools"] + more["tools"]
        for name in ("notes", "warnings"):
            said[name] = list(dict.fromkeys([*said[name], *more[name]]))
    return said


def begin(
    scope: ScanScope, target: Target, report: Report, *, by, batch: uuid.UUID, patience: float
) -> Scan:
    """Hold the scope for this upload; waits a while for another one to end.

    A scan that shows no sign of life for three minutes was cut off, and lets go.
    raises: Busy where the other one takes longer, or came with the same key meanwhile
    """
    until = time.monotonic() + patience
    while True:
        let_go_of_lost(scope.scans.all())
        mine = scope.scans.filter(batch=batch).first()
        try:
            with transaction.atomic():
                # An undo of the scope holds this row while it writes.
                ScanScope.objects.select_for_update().get(pk=scope.pk)
                if (
                    target.key
                    and scope.scans.filter(key=target.key[:100], state=Scan.State.DONE)
                    .exclude(batch=batch)
                    .exists()
                ):
                    # Sent twice at once: the other one ended after this one had looked for it.
                    raise Busy("The report with this idempotency key was just taken in.")
                if mine is not None:
                    mine.state, mine.beat_at = Scan.State.APPLYING, timezone.now()
                    mine.key = target.key[:100]
                    mine.save(update_fields=["state", "beat_at", "key"])
                    return mine
                return Scan.objects.create(
                    scope=scope,
                    product=target.product,
                    by=by,
                    batch=batch,
                    name=target.name[:120],
                    format=report.format,
                    digest=report.digest,
                    key=target.key[:100],
                    complete=target.complete,
                )
        except IntegrityError as busy:
            if time.monotonic() >= until:
                raise Busy(
                    "Another report of the same scope is being taken in. Send this one again later."
                ) from busy
            time.sleep(0.2)


def let_go_of_lost(scans: QuerySet[Scan]) -> None:
    """End those of these scans that show no sign of life any more."""
    applying = scans.filter(state=Scan.State.APPLYING)
    applying.filter(beat_at__lt=timezone.now() - LOST_AFTER).update(state=Scan.State.STOPPED)


def finish(scan: Scan, one: Compared, report: Report, importer: "Importer") -> None:
    """End a scan with its counts, and remember where its checkout began."""
    said = report_of(report, [one], dry_run=False)
    short = {name: said[name][:SHOWN] for name in LISTS}
    with transaction.atomic():
        Scan.objects.filter(pk=scan.pk).update(
            state=Scan.State.DONE, counts=said["counts"], report=said | short, beat_at=Now()
        )
        if one.run.root:
            ScanScope.objects.filter(pk=scan.scope_id).update(root=one.run.root)
        make_due(*importer.teams)
        forget_sightings(scan)


def forget_sightings(scan: Scan) -> None:
    """Let go of what the undo of very old scans of this scope would need."""
    newest = Scan.objects.filter(scope=scan.scope_id).order_by("-pk").values_list("pk", flat=True)
    oldest = newest[UNDO_SCANS - 1 : UNDO_SCANS].first()
    if oldest is not None:
        Sighting.objects.filter(scan__scope=scan.scope_id, scan__lt=oldest).delete()


class Importer:
    """Writes the plan of one run into the database, at most 500 rows in a transaction.

    teams: whose debt items have findings that changed
    """

    def __init__(self, target: Target, scan: Scan, *, by) -> None:
        self.target = target
        self.scan = scan
        self.by = by
        self.component_of = component_by_path(target)
        self.teams: set[int] = set()

    def parts(self, one: Compared) -> Iterable[tuple[Callable[[Sequence[Step]], None], tuple]]:
        """(what to do, rows of one transaction) in turn."""
        plan = one.plan
        for part, steps in (
            (self.add, plan.new),
            (self.renew, [*plan.reopened, *plan.moved, *plan.kept]),
            (self.close, plan.closed),
            (self.hold, plan.held),
        ):
            for rows in batched(steps, CHUNK):
                yield part, rows

    def beat(self) -> None:
        """Hold the scan for this transaction. raises: LetGo when it was ended meanwhile"""
        mine = Scan.objects.filter(pk=self.scan.pk, state=Scan.State.APPLYING)
        if not mine.update(beat_at=timezone.now()):
            raise LetGo("It was ended while it was being taken in. Send it again.")

    @transaction.atomic
    def add(self, steps: Sequence[Step]) -> None:
        self.beat()
        made = []
        for step in steps:
            assert step.result is not None
            finding = Finding(
                product=self.target.product,
                scope=self.scan.scope,
                rule=step.result.rule,
                opened_at=timezone.now(),
                first_scan=self.scan,
                last_scan=self.scan,
            )
            for name, value in data_of(step.result, self.component_of(step.result.path)).items():
                setattr(finding, name, value)
            made.append(finding)
        Finding.objects.bulk_create(made)
        history.write(
            [self.line(finding, FOUND, {"rule": (None, finding.rule)}) for finding in made]
        )

    @transaction.atomic
    def renew(self, steps: Sequence[Step]) -> None:
        """Findings that are in the report: what changed of them, and that they were seen."""
        self.beat()
        found = self.held(steps)
        lines, changed = [], []
        columns: set[str] = set()
        self.note_seen(found.values())
        for step in steps:
            assert step.known is not None
            assert step.result is not None
            finding = found.get(step.known.id)
            if finding is None:  # taken back meanwhile
                continue
            changes = self.take(finding, step.result) | hold_of(finding, 0, None)
            if finding.state == Finding.State.CLOSED:
                changes["state"] = (finding.state, Finding.State.OPEN)
                changes["closed_at"] = (str(finding.closed_at), None)
                finding.state, finding.closed_at = Finding.State.OPEN, None
                lines.append(self.line(finding, REOPENED, changes))
            elif changes.keys() & {"path", "place", "line"}:
                lines.append(self.line(finding, MOVED, changes))
            elif changes.keys() & set(TOLD):
                lines.append(self.line(finding, UPDATED, changes))
            elif changes:  # nothing a reader looks for, but an undo puts it back
                lines.append(self.line(finding, SEEN, changes))
            if changes:
                changed.append(found.pop(finding.pk))
                columns |= changes.keys()
                self.touch(finding, changes)
            finding.last_scan, finding.missing, finding.held_by = self.scan, 0, None
        rewrite(changed, sorted(columns | {*SEEN_BY}))
        Finding.objects.filter(pk__in=found).update(last_scan=self.scan, missing=0, held_by=None)
        history.write(lines)

    def note_seen(self, findings: Iterable[Finding]) -> None:
        """Keep which scan saw these last until now, so that an undo can say so again."""
        before: dict[int | None, list[int]] = {}
        for finding in findings:
            before.setdefault(finding.last_scan_id, []).append(finding.pk)
        before.pop(self.scan.pk, None)  # by this one, before it was cut off
        Sighting.objects.bulk_create(
            Sighting(scan=self.scan, before_id=pk, findings=ids) for pk, ids in before.items()
        )

    def take(self, finding: Finding, result: Result) -> dict[str, tuple[Any, Any]]:
        """Give a finding what the report says of it. returns: what that changed"""
        changes = {}
        for name, value in data_of(result, self.component_of(result.path)).items():
            attribute = f"{name}_id" if name == "component" else name
            new = value.pk if isinstance(value, Component) else value
            old = getattr(finding, attribute)
            if old != new:
                changes[name] = (old, new)
                setattr(finding, name, value)
        return changes

    @transaction.atomic
    def close(self, steps: Sequence[Step]) -> None:
        self.beat()
        close_all(
            list(self.held(steps).values()),
            product=self.target.product,
            by=self.by,
            why="no longer in a complete report",
        )
        self.teams |= teams_of_findings(step.known.id for step in steps if step.known)

    @transaction.atomic
    def hold(self, steps: Sequence[Step]) -> None:
        self.beat()
        found = self.held(steps)
        lines = []
        for step in steps:
            assert step.known is not None
            finding = found.get(step.known.id)
            if finding is None:
                continue
            missing = min(finding.missing + ("twice" in step.reason), 100)
            changes = hold_of(finding, missing, self.scan.pk)
            if finding.held_by_id is None:
                changes["held"] = (None, step.reason)
            if changes:
                lines.append(self.line(finding, HELD, changes))
            finding.missing, finding.held_by = missing, self.scan
        rewrite(list(found.values()), ["missing", "held_by"])
        history.write(lines)

    def held(self, steps: Sequence[Step]) -> dict[int, Finding]:
        ids = [step.known.id for step in steps if step.known]
        rows = Finding.objects.filter(scope=self.scan.scope).select_for_update(of=("self",))
        return rows.in_bulk(ids)

    def touch(self, finding: Finding, changes: dict) -> None:
        if finding.item_id and changes.keys() & {"effort_minutes", "state"}:
            self.teams |= teams_of_findings([finding.pk])

    def line(self, finding: Finding, action: str, changes: dict) -> Change:
        return history.line(
            finding, by=self.by, action=action, changes=changes, product=self.target.product
        )


def data_of(result: Result, component: Component) -> dict[str, Any]:
    """What a result says, as a finding keeps it."""
    return {
        "rule_name": result.rule_name,
        "level": result.level,
        "message": result.message,
        "path": result.path,
        "place": result.place,
        "line": result.line,
        "column": result.column,
        "fingerprints": [list(mark) for mark in result.fingerprints],
        "context": result.context,
        "effort_minutes": result.effort,
        "proposal": result.suppressed[:400],
        "component": component,
    }


def close_all(findings: Sequence[Finding], *, product: Product, by, why: str) -> None:
    """Close findings with a line of history each."""
    now = timezone.now()
    lines = []
    for finding in findings:
        changes: dict[str, tuple[Any, Any]] = hold_of(finding, 0, None)
        changes |= {"state": (finding.state, "closed"), "closed_at": (None, str(now))}
        finding.state, finding.closed_at = Finding.State.CLOSED, now
        finding.missing, finding.held_by = 0, None
        lines.append(
            history.line(finding, by=by, action=CLOSED, changes=changes, why=why, product=product)
        )
    rewrite(findings, ["state", "closed_at", "missing", "held_by"])
    history.write(lines)


def hold_of(finding: Finding, missing: int, held_by: int | None) -> dict[str, tuple[Any, Any]]:
    """What changes of how often a finding was missing and which scan holds it: (old, new)."""
    pairs = {"missing": (finding.missing, missing), "held_by": (finding.held_by_id, held_by)}
    return {name: (old, new) for name, (old, new) in pairs.items() if old != new}


def rewrite(findings: Sequence[Finding], fields: Sequence[str]) -> None:
    """Write these fields of findings that are there, and held by this transaction."""
    for rows in batched(findings, CHUNK):
        many_rows.update_rows(rows, fields)


def teams_of_findings(ids: Iterable[int]) -> set[int]:
    """Teams whose debt items have these findings as evidence."""
    rows = Finding.objects.filter(pk__in=list(ids), item__team__isnull=False)
    return set(rows.values_list("item__team_id", flat=True))
