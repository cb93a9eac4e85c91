"""Writes an import: many short transactions under one batch, safe to run twice."""

import uuid
from collections.abc import Callable, Iterator, Sequence
from itertools import batched

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from roadmaps.import_services.fields import NAMED_ONLY, source_number
from roadmaps.import_services.leading import NOTHING_MORE, change_leads
from roadmaps.import_services.matching import CHUNK, Action, Matcher
from roadmaps.import_services.wiring import SecondPass, Stub, Wirer
from roadmaps.importing import ImportRow
from roadmaps.models import Actual, Estimate, Item, ItemLink, ItemMove
from roadmaps.services.ranks import next_rank
from tpm import history, revisions
from tpm.keys import next_keys
from tpm.models import Change, Product

CREATED = "imported"
NAMED = "imported by name"
UPDATED = "imported again"
LINKED = "linked"
Progress = Callable[[int, str], None]


class Importer:
    """Applies one parsed file to its product.

    batch:    written on every line of history, so that all of it can be undone as one
    progress: told (rows done, words) between transactions; may raise to stop there
    kept:     (key, field, here, file) of hand edits that stayed
    problems: (row, field, sentence) of values that were left out
    """

    def __init__(self, matcher: Matcher, *, by, batch: uuid.UUID, progress: Progress):
        self.matcher = matcher
        self.product = matcher.product
        self.by = by
        self.batch = batch
        self.progress = progress
        self.kept: list[tuple[str, str, str, str]] = []
        self.problems: list[tuple[int, str, str]] = []
        self.unchanged = 0
        self.loops: list[str] = []

    def run(self) -> None:
        """First the items, then what joins them; the plan's forecast becomes due at the end."""
        with history.through(Change.Door.IMPORT, batch=self.batch):
            done = 0
            for rows in batched(in_order(self.matcher.parsed.rows), CHUNK):
                self._rows(rows)
                done += len(rows)
                self.progress(done, "items")
            self._second_pass(done)
        revisions.bump(self.product.pk)

    @transaction.atomic
    def _rows(self, rows: Sequence[ImportRow]) -> None:
        self._hold()
        actions = self.matcher.compare(rows, lock=True)
        lines = [
            *self._make([action for action in actions if action.verb == "create"]),
            *self._change([action for action in actions if action.verb == "update"]),
        ]
        Change.objects.bulk_create(lines)
        self._efforts([action for action in actions if action.range or action.spent_days])
        if lines:
            revisions.mark(self.product.pk)
        for action in actions:
            self.unchanged += action.verb == "unchanged"
            self.problems += [(action.row.number, *problem) for problem in action.problems]
            if action.item:
                key = action.item.key
                self.kept += [
                    (key, name, words(here), words(new))
                    for name, (here, new) in action.kept.items()
                ]

    def _hold(self) -> None:
        """One writer of the plan at a time, as for every service that orders or numbers items."""
        Product.objects.select_for_update().get(pk=self.product.pk)

    def _make(self, actions: Sequence[Action]) -> Iterator[Change]:
        if not actions:
            return
        rank = next_rank(self.product)
        numbers = next_keys(self.product, "item", len(actions))
        for offset, (action, (number, key)) in enumerate(zip(actions, numbers, strict=True)):
            action.item = Item(
                product=self.product, number=number, key=key, rank=rank + offset, **action.values
            )
        Item.objects.bulk_create([action.written for action in actions])
        self._moves(actions)
        for action in actions:
            yield self._line(action.written, CREATED, action.changes)

    def _change(self, actions: Sequence[Action]) -> Iterator[Change]:
        now = timezone.now()
        leads = change_leads(
            (action.written, action.values["team"]) for action in actions if "team" in action.values
        )
        for action in actions:
            lead = leads.get(action.written.pk, NOTHING_MORE)
            if action.values:
                Item.objects.filter(pk=action.written.pk).update(
                    **action.values, **lead.fields, version=F("version") + 1, updated_at=now
                )
            if action.changes:
                changes = action.changes | lead.changes
                yield history.line(action.written, by=self.by, action=UPDATED, changes=changes)
        self._moves([action for action in actions if "state" in action.changes])

    def _moves(self, actions: Sequence[Action]) -> None:
        ItemMove.objects.bulk_create(
            ItemMove(
                item=action.written,
                state=action.values["state"],
                on=action.state_on,
                by=self.by,
            )
            for action in actions
        )

    def _efforts(self, actions: Sequence[Action]) -> None:
        Estimate.objects.bulk_create(
            Estimate(
                item=action.written,
                by=self.by,
                source=Estimate.Source.IMPORTED,
                one_number=True,
                p10_days=action.range.p10,
                p50_days=action.range.p50,
                p90_days=action.range.p90,
            )
            for action in actions
            if action.range
        )
        Actual.objects.bulk_create(
            Actual(
                item=action.written,
                by=self.by,
                source=action.spent_source,
                person_days=action.spent_days,
            )
            for action in actions
            if action.spent_days
        )

    def _second_pass(self, done: int) -> None:
        plan = Wirer(self.matcher).run()
        for stubs in batched(plan.stubs, CHUNK):
            self._stubs(plan, stubs)
            self.progress(done, "named items")
        for parents in batched(plan.wiring.parents, CHUNK):
            self._parents(parents, plan)
            self.progress(done, "parents")
        for links in batched(plan.wiring.links, CHUNK):
            self._links(links, plan)
            self.progress(done, "links")
        self.kept += plan.kept
        self.loops = plan.wiring.loops

    @transaction.atomic
    def _stubs(self, plan: SecondPass, stubs: Sequence[Stub]) -> None:
        """Items that the file names without holding them: ideas, until a file brings them."""
        self._hold()
        rank = next_rank(self.product)
        numbers = next_keys(self.product, "item", len(stubs))
        items = []
        for offset, (stub, (number, key)) in enumerate(zip(stubs, numbers, strict=True)):
            items.append(
                Item(
                    product=self.product,
                    number=number,
                    key=key,
                    rank=rank + offset,
                    title=stub.title[:300],
                    state=Item.State.IDEA,
                    source=self.matcher.parsed.source,
                    source_instance=stub.instance,
                    source_key=stub.key,
                    source_number=source_number(stub.key),
                    extra={NAMED_ONLY: f"by {stub.named_by}; not in the file itself"},
                )
            )
        Item.objects.bulk_create(items)
        ItemMove.objects.bulk_create(
            ItemMove(item=item, state=item.state, on=self.matcher.today, by=self.by)
            for item in items
        )
        Change.objects.bulk_create(
            self._line(item, NAMED, {"title": (None, item.title)}) for item in items
        )
        revisions.mark(self.product.pk)
        for stub, item in zip(stubs, items, strict=True):
            plan.real[plan.node[stub.instance, stub.key]] = item.pk

    @transaction.atomic
    def _parents(self, pairs: Sequence[tuple[int, int]], plan: SecondPass) -> None:
        self._hold()
        pairs = [(plan.real.get(child, child), plan.real.get(up, up)) for child, up in pairs]
        items = self._named({pk for pair in pairs for pk in pair})
        lines = []
        for child, parent in pairs:
            old = items[child].parent
            items[child].parent = items[parent]
            lines.append(self._line(items[child], LINKED, {"parent": (old, items[parent])}))
        children = [items[child] for child, _ in pairs]
        Item.objects.bulk_update(children, ["parent"])
        Item.objects.filter(pk__in=[child for child, _ in pairs]).update(
            version=F("version") + 1, updated_at=timezone.now()
        )
        Change.objects.bulk_create(lines)
        revisions.mark(self.product.pk)

    @transaction.atomic
    def _links(self, pairs: Sequence[tuple[int, int]], plan: SecondPass) -> None:
        self._hold()
        pairs = [(plan.real.get(pred, pred), plan.real.get(succ, succ)) for pred, succ in pairs]
        items = self._named({pk for pair in pairs for pk in pair})
        ItemLink.objects.bulk_create(
            ItemLink(predecessor_id=pred, successor_id=succ) for pred, succ in pairs
        )
        Change.objects.bulk_create(
            self._line(
                items[succ],
                LINKED,
                {"waits for": (None, f"{items[pred].key} {ItemLink.Kind.FS}")},
            )
            for pred, succ in pairs
        )
        revisions.mark(self.product.pk)

    def _named(self, pks: set[int]) -> dict[int, Item]:
        """Items with no more than what history writes of them."""
        found = Item.objects.select_related("parent")
        return found.only("key", "title", "parent__key", "parent__title").in_bulk(pks)

    def _line(self, item: Item, action: str, changes: dict) -> Change:
        return history.line(item, by=self.by, action=action, changes=changes, product=self.product)


def in_order(rows: Sequence[ImportRow]) -> list[ImportRow]:
    """The backlog's own order where the source gives one (bytewise), else that of the file."""
    if any(row.rank for row in rows):
        return sorted(rows, key=lambda row: (not row.rank, row.rank.encode(), row.number))
    return list(rows)


def words(value) -> str:
    """A value as the report says it."""
    if value is None or value == "":
        return "none"
    if isinstance(value, list | tuple):
        return "–".join(words(part) for part in value)
    return f"{value:g}" if isinstance(value, float) else str(value)[:200]
