"""Takes a scan back where nobody touched its findings since, and lists the rest."""

import datetime
import uuid
from collections.abc import Callable, Sequence
from itertools import batched

from django.db import transaction
from django.db.models import Max, QuerySet

from debt.models import Finding, Scan, ScanScope, Sighting
from debt.refresh import make_due
from debt.scan_services.applying import (
    CHUNK,
    DATA,
    FOUND,
    Busy,
    let_go_of_lost,
    rewrite,
    teams_of_findings,
)
from tpm import history
from tpm.models import Change, Component, Product

FINDING = Finding._meta.label_lower
UNDONE = "undone scan"


class Undo:
    """Findings that the scan made leave; those that it changed are as they were before.

    stayed: (finding, why) of those that somebody or a later scan has touched
    """

    def __init__(self, product: Product, batch: uuid.UUID, *, by, progress: Callable[[int], None]):
        self.product = product
        self.batch = batch
        self.by = by
        self.progress = progress
        self.removed = self.restored = 0
        self.stayed: list[tuple[str, str]] = []

    def ids(self) -> list[int]:
        lines = Change.objects.filter(product=self.product, subject_type=FINDING)
        touched = lines.filter(batch=self.batch).values_list("subject_id", flat=True)
        back = lines.filter(batch=self.own_batch).values_list("subject_id", flat=True)
        return sorted(set(touched) - set(back), reverse=True)

    @property
    def own_batch(self) -> uuid.UUID:
        """The same each time, so that an undo that was cut off goes on where it was."""
        return uuid.uuid5(self.batch, "undo")

    def run(self) -> None:
        """raises: Busy while a report of a scope of these is being taken in"""
        done = 0
        with history.through(Change.Door.IMPORT, batch=self.own_batch):
            for pks in batched(self.ids(), CHUNK):
                self._chunk(pks)
                done += len(pks)
                self.progress(done)
            for sighting in Sighting.objects.filter(scan__in=self.scans()).order_by("pk"):
                self._unsee(sighting)
            with transaction.atomic():
                self._hold()
                self.scans().update(state=Scan.State.UNDONE)

    def scans(self) -> QuerySet[Scan]:
        return Scan.objects.filter(product=self.product, batch=self.batch)

    def _hold(self) -> dict[int, int]:
        """Keep imports of the same scopes out until this transaction ends.

        returns: scope -> scan that is taken back
        """
        mine = dict(self.scans().values_list("scope", "pk"))
        list(ScanScope.objects.select_for_update().filter(pk__in=mine).order_by("pk"))
        list(self.scans().select_for_update().order_by("pk"))
        applying = Scan.objects.filter(scope__in=mine)
        let_go_of_lost(applying)
        if applying.filter(state=Scan.State.APPLYING).exists():
            raise Busy("A report of the same scope is being taken in. Take this one back later.")
        return mine

    def _come_to_nothing(self) -> list[uuid.UUID]:
        """Batches of scans of these scopes that were taken back: nobody touched anything by them.

        What such an undo left, somebody has touched, and that stands in another line.
        """
        scopes = self.scans().values("scope")
        undone = Scan.objects.filter(scope__in=scopes, state=Scan.State.UNDONE)
        batches = set(undone.values_list("batch", flat=True)) - {self.batch}
        return [*batches, *(uuid.uuid5(batch, "undo") for batch in batches)]

    @transaction.atomic
    def _unsee(self, sighting: Sighting) -> None:
        """Findings that no later scan has seen were last seen by the one before."""
        self._hold()
        rows = Finding.objects.filter(pk__in=sighting.findings, last_scan=sighting.scan_id)
        rows.update(last_scan=sighting.before_id)

    @transaction.atomic
    def _chunk(self, pks: Sequence[int]) -> None:
        mine = self._hold()
        rows = Finding.objects.filter(product=self.product).select_related("last_scan")
        found = rows.select_for_update(of=("self",)).in_bulk(list(pks))
        teams = teams_of_findings(found)
        written: dict[int, list[Change]] = {}
        ours = Change.objects.filter(subject_type=FINDING, subject_id__in=found, batch=self.batch)
        for change in ours.order_by("pk"):
            written.setdefault(change.subject_id, []).append(change)
        last = dict(
            Change.objects.filter(subject_type=FINDING, subject_id__in=found)
            .exclude(batch__in=self._come_to_nothing())
            .order_by()
            .values_list("subject_id")
            .annotate(last=Max("pk"))
        )
        gone, lines, back = [], [], []
        for pk, finding in found.items():
            changes = written[pk]
            last_scan = finding.last_scan
            seen_later = (
                last_scan is not None
                and last_scan.batch != self.batch
                and last_scan.pk > mine.get(finding.scope_id, 0)
            )
            if last[pk] > changes[-1].pk:
                self.stayed.append((str(finding), "somebody touched it since"))
            elif seen_later:
                self.stayed.append((str(finding), "a later scan has it too"))
            elif changes[0].action == FOUND:
                gone.append(pk)
                lines.append(self._line(finding, {"rule": (finding.rule, None)}))
            else:
                lines.append(self._line(finding, self._put_back(finding, changes)))
                back.append(finding)
        self.removed += len(gone)
        self.restored += len(lines) - len(gone)
        drop_what_is_gone(back)
        rewrite(back, [*DATA, "state", "closed_at", "missing", "held_by"])
        Finding.objects.filter(pk__in=gone).delete()
        history.write(lines)
        make_due(*teams)

    def _put_back(self, finding: Finding, changes: Sequence[Change]) -> dict:
        """Give a finding its old values."""
        old: dict = {}
        if any("held" in change.fields for change in changes):
            old["held_by"] = None
        for change in reversed(changes):
            old |= {name: pair[0] for name, pair in change.fields.items()}
        old.pop("held", None)
        put = {}
        for name, value in old.items():
            if name == "closed_at" and value:
                value = datetime.datetime.fromisoformat(value)
            if name in (*DATA, "state", "closed_at", "missing", "held_by"):
                attribute = f"{name}_id" if name in ("component", "held_by") else name
                put[name] = (getattr(finding, attribute), value)
                setattr(finding, attribute, value)
        return put

    def _line(self, finding: Finding, changes: dict) -> Change:
        return history.line(
            finding, by=self.by, action=UNDONE, changes=changes, product=self.product
        )


def drop_what_is_gone(findings: Sequence[Finding]) -> None:
    """Leave out components and scans that were deleted since they were noted."""
    parts = {row.component_id for row in findings if row.component_id}
    there = set(Component.objects.filter(pk__in=parts).values_list("pk", flat=True))
    scans = {row.held_by_id for row in findings if row.held_by_id}
    kept = set(Scan.objects.filter(pk__in=scans).values_list("pk", flat=True))
    for row in findings:
        if row.component_id not in there:
            row.component = None
        if row.held_by_id not in kept:
            row.held_by = None
