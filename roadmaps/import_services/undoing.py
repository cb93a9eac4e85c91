"""Takes an import back: a new change forward, where nobody changed the rows since."""

import datetime
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import batched
from typing import Any

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from roadmaps.import_services.applying import CREATED, NAMED
from roadmaps.import_services.hands import ITEM
from roadmaps.import_services.leading import NOTHING_MORE, change_leads
from roadmaps.import_services.linking import wire
from roadmaps.import_services.matching import CHUNK, EXTRA
from roadmaps.models import Actual, Estimate, Item, ItemLink, ItemMove
from tpm import history, revisions
from tpm.models import Change, Person, Product
from tpm.roles import teams_of

UNDONE = "undone import"
DAYS = ("not_before", "target_date", "started_on", "finished_on")
PLAIN = ("title", "description", "kind", "state")
ROWS = ("owner", "team", "parent")


@dataclass(slots=True)
class Chunk:
    """What one transaction writes.

    changes: item id -> field -> (now, before the import)
    took:    item id -> what it took, the newest first
    """

    items: dict[int, Item]
    changes: dict[int, dict[str, tuple[Any, Any]]] = field(default_factory=dict)
    links: list[int] = field(default_factory=list)
    took: dict[int, list[Actual]] = field(default_factory=dict)
    estimates: list[Estimate] = field(default_factory=list)
    actuals: list[Actual] = field(default_factory=list)
    lines: list[Change] = field(default_factory=list)


class Undo:
    """Reverts every row of a batch that nobody changed since, and lists the others.

    Items that the import made become dropped: what happened stays in history, and importing the
    same file again brings them back.

    stayed: (key, why) of rows, or values of a row, that were left as they are
    """

    def __init__(self, product: Product, batch: uuid.UUID, *, by, progress: Callable[[int], None]):
        self.product = product
        self.batch = batch
        self.by = by
        self.progress = progress
        self.stayed: list[tuple[str, str]] = []
        self.dropped = self.restored = self.unlinked = 0
        self.undo_batch = uuid.uuid4()
        self.teams = {team.name: team for team in teams_of(product)}

    def ids(self) -> list[int]:
        """Items that the batch touched, the newest first."""
        touched = Change.objects.filter(
            product=self.product, batch=self.batch, subject_type=ITEM
        ).values_list("subject_id", flat=True)
        return sorted(set(touched), reverse=True)

    def run(self) -> None:
        """Undo in short transactions; progress is told between them, and may raise to stop."""
        done = 0
        with history.through(Change.Door.IMPORT, batch=self.undo_batch):
            for ids in batched(self.ids(), CHUNK):
                self._chunk(ids)
                done += len(ids)
                self.progress(done)
        revisions.bump(self.product.pk)

    @transaction.atomic
    def _chunk(self, ids: Sequence[int]) -> None:
        Product.objects.select_for_update().get(pk=self.product.pk)
        found = Item.objects.filter(product=self.product).select_related(*ROWS)
        chunk = Chunk(found.select_for_update(of=("self",)).in_bulk(ids))
        written = self._untouched(chunk.items)
        self._unlink(chunk, written)
        for actual in Actual.objects.filter(item__in=written):
            chunk.took.setdefault(actual.item_id, []).append(actual)
        for pk, changes in written.items():
            if changes[0].action in (CREATED, NAMED):
                self._drop(chunk, chunk.items[pk])
            else:
                self._restore(chunk, chunk.items[pk], spans_of(changes))
        self._keep_a_tree(chunk)
        self._write(chunk)
        revisions.mark(self.product.pk)

    def _untouched(self, items: Mapping[int, Item]) -> dict[int, list[Change]]:
        """The batch's changes of every item that nobody changed since, oldest first."""
        changes = Change.objects.filter(subject_type=ITEM, subject_id__in=items)
        mine: dict[int, list[Change]] = {}
        for change in changes.filter(batch=self.batch).order_by("pk"):
            mine.setdefault(change.subject_id, []).append(change)
        last = dict(changes.order_by().values_list("subject_id").annotate(last=Max("pk")))
        late = {pk for pk, written in mine.items() if last[pk] > written[-1].pk}
        actions = changes.filter(pk__in=[last[pk] for pk in late])
        for subject, action in actions.order_by("pk").values_list("subject_id", "action"):
            if action != UNDONE:
                self.stayed.append((items[subject].key, f"{action} since"))
        return {pk: written for pk, written in mine.items() if pk not in late}

    def _unlink(self, chunk: Chunk, written: Mapping[int, list[Change]]) -> None:
        """Take away the links that the batch made and that are still there."""
        links = ItemLink.objects.filter(successor__in=written)
        here = {
            (successor, f"{key} {kind}"): pk
            for pk, successor, key, kind in links.values_list(
                "pk", "successor_id", "predecessor__key", "kind"
            )
        }
        for pk, changes in written.items():
            for change in changes:
                word = change.fields.get("waits for", (None, None))[1]
                if word and (pk, word) in here:
                    chunk.links.append(here[pk, word])
                    chunk.lines.append(self._line(chunk.items[pk], {"waits for": (word, None)}))

    def _drop(self, chunk: Chunk, item: Item) -> None:
        fields = {"state": Item.State.DROPPED, "finished_on": None, "parent": None}
        self.dropped += note(chunk, item, fields)

    def _restore(self, chunk: Chunk, item: Item, spans: Mapping[str, tuple]) -> None:
        fields: dict[str, Any] = {}
        records: dict[str, tuple] = {}
        extra = dict(item.extra)
        for name, (old, new) in spans.items():
            if name.startswith(EXTRA):
                extra.pop(name.removeprefix(EXTRA), None)
                if old is not None:
                    extra[name.removeprefix(EXTRA)] = old
            elif name in ("estimate", "person-days"):
                if not old:
                    self.stayed.append((item.key, f"{name} stays: no record is ever removed"))
                    continue
                again = self._estimate if name == "estimate" else self._actual
                again(chunk, item, old)
                records[name] = (new, old)
            elif name in (*PLAIN, *DAYS, *ROWS):
                try:
                    fields[name] = self._value(name, old)
                except LookupError as error:
                    self.stayed.append((item.key, f"{name} stays: {error}"))
            elif name != "teams":  # they go with the first of them
                self.stayed.append((item.key, f"{name} stays: an undo cannot put it back"))
        if records:
            chunk.lines.append(self._line(item, records))
        self.restored += note(chunk, item, fields | {"extra": extra}) or bool(records)

    def _value(self, name: str, old):
        """The value that history wrote. raises: LookupError when it means no one row any more"""
        if name in DAYS:
            return datetime.date.fromisoformat(old) if old else None
        if name in PLAIN:
            return old if old is not None else ""
        if old is None:
            return None
        if name == "team":
            if old not in self.teams:
                raise LookupError(f"{old} does not serve this product now")
            return self.teams[old]
        rows: Any = Person.objects.filter(name=old)
        if name == "parent":
            rows = Item.objects.filter(product=self.product, key=old)
        found = list(rows[:2])
        if len(found) != 1:
            raise LookupError(f"{len(found)} rows are called {old}")
        return found[0]

    def _estimate(self, chunk: Chunk, item: Item, old: Sequence[float]) -> None:
        """Estimates are append-only: the range of before is added anew."""
        low, likely, high = old
        chunk.estimates.append(
            Estimate(
                item=item,
                by=self.by,
                source=Estimate.Source.IMPORTED,
                p10_days=low,
                p50_days=likely,
                p90_days=high,
            )
        )

    def _actual(self, chunk: Chunk, item: Item, old: float) -> None:
        """What it took is append-only too: the number of before is added anew, as what it was."""
        before = [row for row in chunk.took.get(item.pk, ()) if row.person_days == old]
        source = before[0].source if before else Actual.Source.IMPORTED
        chunk.actuals.append(Actual(item=item, by=self.by, source=source, person_days=old))

    def _keep_a_tree(self, chunk: Chunk) -> None:
        """A parent of before that is by now a part of its part stays away."""
        back = {
            pk: changes["parent"][1]
            for pk, changes in chunk.changes.items()
            if "parent" in changes and changes["parent"][1] is not None
        }
        if not back:
            return
        items = Item.objects.filter(product=self.product)
        tree = dict(items.values_list("pk", "parent_id"))
        links = ItemLink.objects.filter(successor__product=self.product).exclude(pk__in=chunk.links)
        pairs = [(pk, parent.pk) for pk, parent in back.items()]
        standing = list(links.values_list("predecessor_id", "successor_id"))
        kept = set(wire(tree, standing, pairs, [], str).parents)
        for pk, parent in pairs:
            if (pk, parent) not in kept:
                del chunk.changes[pk]["parent"]
                why = f"parent stays: {back[pk].key} would close a loop"
                self.stayed.append((chunk.items[pk].key, why))

    def _write(self, chunk: Chunk) -> None:
        """Values of before the import fit each other: together they once were the row."""
        now = timezone.now()
        items, changed = chunk.items, chunk.changes.items()
        leads = change_leads((items[pk], c["team"][1]) for pk, c in changed if "team" in c)
        more = {pk: {name: (None, new) for name, new in leads[pk].fields.items()} for pk in leads}
        for changes, pks in alike({pk: each | more.get(pk, {}) for pk, each in changed}):
            Item.objects.filter(pk__in=pks).update(
                **changes, version=F("version") + 1, updated_at=now
            )
        ItemMove.objects.bulk_create(
            ItemMove(
                item=chunk.items[pk],
                state=changes["state"][1],
                on=timezone.localdate(),
                by=self.by,
            )
            for pk, changes in chunk.changes.items()
            if "state" in changes
        )
        self.unlinked += ItemLink.objects.filter(pk__in=chunk.links).delete()[0]
        Estimate.objects.bulk_create(chunk.estimates)
        Actual.objects.bulk_create(chunk.actuals)
        for pk, each in changed:
            lead = leads.get(pk, NOTHING_MORE)
            chunk.lines.append(self._line(items[pk], each | lead.changes))
        Change.objects.bulk_create(chunk.lines)

    def _line(self, item: Item, changes: Mapping[str, tuple]) -> Change:
        return history.line(item, by=self.by, action=UNDONE, changes=changes, product=self.product)


def spans_of(changes: Iterable[Change]) -> dict[str, tuple[Any, Any]]:
    """Field -> (value before the first of these changes, value after the last); links apart."""
    spans: dict[str, tuple[Any, Any]] = {}
    for change in changes:
        for name, (old, new) in change.fields.items():
            if name != "waits for":
                spans[name] = (spans.get(name, (old, None))[0], new)
    return spans


def note(chunk: Chunk, item: Item, fields: Mapping[str, Any]) -> bool:
    """Remember which fields change. returns: whether any does"""
    changes = {
        name: (getattr(item, name), value)
        for name, value in fields.items()
        if getattr(item, name) != value
    }
    if changes:
        chunk.changes[item.pk] = changes
    return bool(changes)


def alike(
    changes: Mapping[int, Mapping[str, tuple]],
) -> Iterable[tuple[dict[str, Any], list[int]]]:
    """Rows that get the same values together: whole chunks of dropped items are one statement."""
    groups: dict[str, tuple[dict[str, Any], list[int]]] = {}
    for pk, fields in changes.items():
        values = {name: new for name, (_, new) in fields.items()}
        exactly = sorted((name, repr(getattr(new, "pk", new))) for name, new in values.items())
        _, pks = groups.setdefault(repr(exactly), (values, []))
        pks.append(pk)
    return groups.values()
