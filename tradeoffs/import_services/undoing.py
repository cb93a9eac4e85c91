"""Takes an import back where nobody touched its decisions since, and lists the rest."""

import datetime
import uuid
from collections.abc import Callable, Sequence
from itertools import batched

from django.db import transaction
from django.db.models import Max, ProtectedError, RestrictedError

from tpm import append_only, history
from tpm.models import Change, Comment, Product
from tradeoffs import record_people
from tradeoffs.import_services.applying import CREATED, REPLACES, UPDATED
from tradeoffs.models import Decision, RecordFile, Supersession
from tradeoffs.record_files import TEXTS

CHUNK = 100
DECISION = Decision._meta.label_lower
UNDONE = "undone import"


class Undo:
    """Removes what the import made, and puts back what it changed.

    A decision has no state for "taken back": one that nobody touched since leaves, with its key
    never given again and its line in history. What somebody touched stays and is listed.
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
            product=self.product, batch=self.batch, subject_type=DECISION
        ).values_list("subject_id", flat=True)
        return sorted(set(touched), reverse=True)

    def run(self) -> None:
        done = 0
        with history.through(Change.Door.IMPORT, batch=uuid.uuid4()):
            for pks in batched(self.ids(), CHUNK):
                self._chunk(pks)
                done += len(pks)
                self.progress(done)

    @transaction.atomic
    def _chunk(self, pks: Sequence[int]) -> None:
        Product.objects.select_for_update().get(pk=self.product.pk)
        held = Decision.objects.select_for_update(of=("self",)).filter(product=self.product)
        found = held.in_bulk(list(pks))
        lines: dict[int, list[Change]] = {}
        mine = Change.objects.filter(batch=self.batch, subject_type=DECISION, subject_id__in=found)
        for line in mine.order_by("pk"):
            lines.setdefault(line.subject_id, []).append(line)
        late = self._touched_since(lines)
        made = []
        for pk, decision in sorted(found.items(), reverse=True):
            if why := late.get(pk):
                self.stayed.append((decision.key, why))
            elif lines[pk][0].action == CREATED:
                made.append(decision)
            else:
                self._put_back(decision, lines[pk])
        self._remove(made)

    def _touched_since(self, lines: dict[int, list[Change]]) -> dict[int, str]:
        subject = {"subject_type": DECISION, "subject_id__in": list(lines)}
        every = Change.objects.filter(**subject)
        last = dict(every.order_by().values_list("subject_id").annotate(last=Max("pk")))
        late = [pk for pk, mine in lines.items() if last[pk] > mine[-1].pk]
        actions = every.filter(pk__in=[last[pk] for pk in late])
        found = {
            pk: f"{action} since" for pk, action in actions.values_list("subject_id", "action")
        }
        talked = Comment.objects.filter(**subject, deleted_at=None).values_list(
            "subject_id", flat=True
        )
        return dict.fromkeys(talked, "somebody commented on it") | found

    def _remove(self, decisions: Sequence[Decision]) -> None:
        """All at once; where something refers to one of them, one after the other.

        Frozen parts leave under a permit, as rows of a purged product do.
        """
        if not decisions:
            return
        try:
            with transaction.atomic(), append_only.removal_allowed("undone import"):
                Change.objects.bulk_create(
                    history.line(
                        decision,
                        by=self.by,
                        action=UNDONE,
                        changes={"question": (decision.title, None)},
                    )
                    for decision in decisions
                )
                Decision.objects.filter(pk__in=[decision.pk for decision in decisions]).delete()
        except (ProtectedError, RestrictedError):
            if len(decisions) == 1:
                self.stayed.append((decisions[0].key, "something else refers to it"))
            else:
                for decision in decisions:
                    self._remove([decision])
        else:
            self.removed += len(decisions)

    def _put_back(self, decision: Decision, lines: Sequence[Change]) -> None:
        changes: dict[str, tuple] = {}
        for line in lines:
            if line.action == REPLACES:
                key = line.fields["replaces"][1]
                rows = Supersession.objects.filter(new=decision, old__key=key)
                if decision.is_open and rows.exclude(old__state="superseded").exists():
                    rows.delete()
                    changes["replaces"] = (key, None)
            elif line.action == UPDATED:
                changes |= self._fields(decision, line)
        if self._file(decision):
            changes["file"] = ("new", "before")
        if changes:
            decision.version += 1
            decision.save()
            history.record(decision, by=self.by, action=UNDONE, changes=changes)
            self.restored += 1

    def _fields(self, decision: Decision, line: Change) -> dict[str, tuple]:
        changes: dict[str, tuple] = {}
        for name, (old, new) in line.fields.items():
            if name in ("title", *TEXTS) and decision.is_open:
                setattr(decision, name, old)
                changes[name] = (new, old)
            elif name == "state":
                if old in Decision.MOVES[decision.state]:
                    decision.state = old
                    changes[name] = (new, old)
                else:
                    self.stayed.append((decision.key, "its state stays: it is closed"))
            elif name == "chosen" and decision.is_open:
                decision.chosen = decision.options.filter(name=old or "").first()
                changes[name] = (new, old)
            elif name.startswith("option ") and decision.is_open and old is not None:
                decision.options.filter(name=name.removeprefix("option ")).update(description=old)
                changes[name] = (new, old)
            elif name.startswith("option ") and old is None:
                self.stayed.append((decision.key, f"{name} stays"))
        return changes

    def _file(self, decision: Decision) -> bool:
        """The file of before, where this import brought the present one."""
        file = RecordFile.objects.filter(decision=decision).first()
        before = dict(file.before or {}) if file else {}
        if file is None or before.pop("batch", "") != str(self.batch):
            return False
        record_people.follow(decision, file.told, before.get("told", file.told), by=self.by)
        day = before.pop("day")
        day = datetime.date.fromisoformat(day) if day else None
        RecordFile.objects.filter(pk=file.pk).update(**before, day=day, before=None)
        return True
