"""Takes a scan back where nobody touched its findings since, and lists the rest."""

import datetime
import uuid
from collections.abc import Callable, Sequence
from itertools import batched

from django.db import transaction
from django.db.models import Max

from debt.models import Finding, Scan
from debt.refresh import make_due
from debt.scan_services.applying import (
    CHUNK,
    CLOSED,
    DATA,
    FOUND,
    rewrite,
    teams_of_findings,
)
from tpm import history
from tpm.models import Change, Product

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
        touched = Change.objects.filter(
            product=self.product, batch=self.batch, subject_type=FINDING
        ).values_list("subject_id", flat=True)
        return sorted(set(touched), reverse=True)

    def run(self) -> None:
        done = 0
        with history.through(Change.Door.IMPORT, batch=uuid.uuid4()):
            for pks in batched(self.ids(), CHUNK):
                self._chunk(pks)
                done += len(pks)
                self.progress(done)
            Scan.objects.filter(product=self.product, batch=self.batch).update(
                state=Scan.State.UNDONE
            )

    @transaction.atomic
    def _chunk(self, pks: Sequence[int]) -> None:
        rows = Finding.objects.filter(product=self.product).select_related("last_scan")
        found = rows.select_for_update(of=("self",)).in_bulk(list(pks))
        teams = teams_of_findings(found)
        written: dict[int, list[Change]] = {}
        mine = Change.objects.filter(subject_type=FINDING, subject_id__in=found, batch=self.batch)
        for change in mine.order_by("pk"):
            written.setdefault(change.subject_id, []).append(change)
        last = dict(
            Change.objects.filter(subject_type=FINDING, subject_id__in=found)
            .order_by()
            .values_list("subject_id")
            .annotate(last=Max("pk"))
        )
        gone, lines, back = [], [], []
        for pk, finding in found.items():
            changes = written[pk]
            seen_later = finding.last_scan is not None and finding.last_scan.batch != self.batch
            if last[pk] > changes[-1].pk:
                self.stayed.append((str(finding), "somebody touched it since"))
            elif seen_later and changes[-1].action != CLOSED:
                self.stayed.append((str(finding), "a later scan has it too"))
            elif changes[0].action == FOUND:
                gone.append(pk)
                lines.append(self._line(finding, {"rule": (finding.rule, None)}))
            else:
                lines.append(self._line(finding, self._put_back(finding, changes)))
                back.append(finding)
        self.removed += len(gone)
        self.restored += len(lines) - len(gone)
        rewrite(back, [*DATA, "state", "closed_at", "held_by"])
        Finding.objects.filter(pk__in=gone).delete()
        Change.objects.bulk_create(lines)
        make_due(*teams)

    def _put_back(self, finding: Finding, changes: Sequence[Change]) -> dict:
        """Give a finding its old values."""
        old: dict = {}
        for change in reversed(changes):
            old |= {name: pair[0] for name, pair in change.fields.items()}
        old.pop("held", None)
        put = {}
        for name, value in old.items():
            if name == "closed_at" and value:
                value = datetime.datetime.fromisoformat(value)
            if name in (*DATA, "state", "closed_at"):
                attribute = "component_id" if name == "component" else name
                put[name] = (getattr(finding, attribute), value)
                setattr(finding, attribute, value)
        finding.held_by = None
        return put

    def _line(self, finding: Finding, changes: dict) -> Change:
        return history.line(
            finding, by=self.by, action=UNDONE, changes=changes, product=self.product
        )


def undo_scan(scan: Scan, *, by) -> Undo:
    """Take the whole upload of a scan back at once."""
    undo = Undo(scan.product, scan.batch, by=by, progress=lambda done: None)
    undo.run()
    return undo
