"""Takes an import back: a new change forward, where nobody changed the rows since."""

import datetime
import uuid
from collections.abc import Callable
from itertools import batched

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from roadmaps.forecasting import Triple
from roadmaps.import_services.applying import CREATED, NAMED
from roadmaps.import_services.hands import ITEM
from roadmaps.import_services.matching import CHUNK, EXTRA
from roadmaps.models import Estimate, Item, ItemLink, ItemMove
from tpm import history, revisions
from tpm.models import Change, Person, Product, Team

UNDONE = "undone import"
DAYS = ("not_before", "target_date", "started_on", "finished_on")
PLAIN = ("title", "description", "kind", "state")


class Undo:
    """Reverts every row of a batch that nobody changed since, and lists the others.

    Items that the import made become dropped: what happened stays in history, and importing the
    same file again brings them back.

    stayed: (key, why) of rows that were left as they are
    """

    def __init__(self, product: Product, batch: uuid.UUID, *, by, progress: Callable[[int], None]):
        self.product = product
        self.batch = batch
        self.by = by
        self.progress = progress
        self.stayed: list[tuple[str, str]] = []
        self.dropped = self.restored = self.unlinked = 0
        self.undo_batch = uuid.uuid4()

    def ids(self) -> list[int]:
        """Items that the batch touched, the newest first."""
        touched = Change.objects.filter(
            product=self.product, batch=self.batch, subject_type=ITEM
        ).values_list("subject_id", flat=True)
        return sorted(set(touched), reverse=True)

    def run(self) -> None:
        done = 0
        with history.through(Change.Door.IMPORT, batch=self.undo_batch):
            for ids in batched(self.ids(), CHUNK):
                self._chunk(ids)
                done += len(ids)
                self.progress(done)
        revisions.bump(self.product.pk)

    @transaction.atomic
    def _chunk(self, ids: tuple[int, ...]) -> None:
        Product.objects.select_for_update().get(pk=self.product.pk)
        items = (
            Item.objects.filter(pk__in=ids, product=self.product)
            .select_for_update(of=("self",))
            .in_bulk()
        )
        mine: dict[int, list[Change]] = {}
        changes = Change.objects.filter(subject_type=ITEM, subject_id__in=ids)
        for change in changes.filter(batch=self.batch).order_by("pk"):
            mine.setdefault(change.subject_id, []).append(change)
        last = dict(changes.values_list("subject_id").annotate(last=Max("pk")))
        for pk, written in mine.items():
            item = items.get(pk)
            if item is None:
                continue
            if last[pk] > written[-1].pk:
                later = changes.get(pk=last[pk])
                if later.action != UNDONE:
                    self.stayed.append((item.key, f"{later.action} since"))
                continue
            self._revert(item, written)
        revisions.mark(self.product.pk)

    def _revert(self, item: Item, written: list[Change]) -> None:
        first: dict[str, tuple] = {}
        for change in written:
            for name, (old, new) in change.fields.items():
                if name == "waits for":
                    self._unlink(item, new)
                else:
                    first.setdefault(name, (old, new))
        if written[0].action in (CREATED, NAMED):
            self._drop(item)
        else:
            self._restore(item, first)

    def _unlink(self, item: Item, word: str) -> None:
        key, _, kind = word.partition(" ")
        found = ItemLink.objects.filter(successor=item, predecessor__key=key, kind=kind)
        if found.delete()[0]:
            self.unlinked += 1
            changes = {"waits for": (word, None)}
            history.record(item, by=self.by, action=UNDONE, changes=changes)

    def _drop(self, item: Item) -> None:
        fields = {"state": Item.State.DROPPED, "finished_on": None, "parent": None}
        if self._write(item, fields):
            self.dropped += 1

    def _restore(self, item: Item, first: dict[str, tuple]) -> None:
        fields: dict = {}
        extra = dict(item.extra)
        for name, (old, _) in first.items():
            if name.startswith(EXTRA):
                extra.pop(name.removeprefix(EXTRA), None)
                if old is not None:
                    extra[name.removeprefix(EXTRA)] = old
            elif name == "estimate":
                self._estimate(item, old)
            elif name in (*PLAIN, *DAYS, "owner", "team", "parent"):
                try:
                    fields[name] = self._value(name, old)
                except LookupError as error:
                    self.stayed.append((item.key, f"{name} stays: {error}"))
        if extra != item.extra:
            fields["extra"] = extra
        if self._write(item, fields):
            self.restored += 1

    def _value(self, name: str, old):
        """The value that history wrote. raises: LookupError when it names no one row any more"""
        if name in DAYS:
            return datetime.date.fromisoformat(old) if old else None
        if name in PLAIN:
            return old if old is not None else ""
        if old is None:
            return None
        rows = {
            "owner": Person.objects.filter(name=old),
            "team": Team.objects.filter(name=old),
            "parent": Item.objects.filter(key=old),
        }
        found = list(rows[name][:2])
        if len(found) != 1:
            raise LookupError(f"{len(found)} rows are called {old}")
        return found[0]

    def _estimate(self, item: Item, old) -> None:
        """Estimates are append-only: the range of before is added anew."""
        if not old:
            self.stayed.append((item.key, "its estimate stays: estimates are never removed"))
            return
        range_ = Triple(*old)
        Estimate.objects.create(
            item=item,
            by=self.by,
            source=Estimate.Source.IMPORTED,
            p10_days=range_.p10,
            p50_days=range_.p50,
            p90_days=range_.p90,
        )

    def _write(self, item: Item, fields: dict) -> bool:
        changes = {
            name: (getattr(item, name), value)
            for name, value in fields.items()
            if getattr(item, name) != value
        }
        if not changes:
            return False
        for name, (_, value) in changes.items():
            setattr(item, name, value)
        try:
            item.full_clean()
        except ValidationError as error:
            self.stayed.append((item.key, " ".join(error.messages)))
            return False
        Item.objects.filter(pk=item.pk).update(
            **{name: value for name, (_, value) in changes.items()},
            version=F("version") + 1,
            updated_at=timezone.now(),
        )
        if "state" in changes:
            today = timezone.localdate()
            ItemMove.objects.create(item=item, state=item.state, on=today, by=self.by)
        history.record(item, by=self.by, action=UNDONE, changes=changes)
        return True
