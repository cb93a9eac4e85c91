"""The order of a plan: an item between two others, and room made where there is none left."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from django.db import transaction
from django.db.models import Max

from roadmaps.models import Item, ScenarioChange
from tpm import history, operations, revisions
from tpm.models import Operation, Product

SMALLEST = 1e-6
"""Two neighbours closer than this are set apart anew: halving a gap ends where numbers end."""
LARGEST = 1e9
"""Ranks beyond this are counted from 1 again: the larger a number, the coarser its parts."""


@transaction.atomic
def rank_item(item: Item, *, by, before: Item | None) -> None:
    """Put an item right before another one in the order of the plan, or at its end."""
    Product.objects.select_for_update().get(pk=item.product_id)
    if before is None:
        rank = last_rank(item.product, by=by)
    else:
        make_room(item, before, by=by)
        before.refresh_from_db(fields=["rank"])
        rank = rank_before(item, before)
    item.refresh_from_db(fields=["rank"])
    old, item.rank = item.rank, rank
    Item.objects.filter(pk=item.pk).update(rank=rank)
    history.record(item, by=by, action="ranked", changes={"rank": (old, rank)})
    operations.note_edit(item, {"rank": (old, rank)})
    revisions.bump(item.product_id)


def next_rank(product: Product) -> float:
    return (Item.objects.filter(product=product).aggregate(last=Max("rank"))["last"] or 0) + 1


def last_rank(product: Product, *, by) -> float:
    """The rank of a new end of the plan, counted from 1 again where ranks have grown too large."""
    rank = next_rank(product)
    if rank <= LARGEST:
        return rank
    Product.objects.select_for_update().get(pk=product.pk)
    renumber(product, by=by)
    return next_rank(product)


def rank_before(item: Item, before: Item | None) -> float:
    """The rank that puts an item right before another one, or at the end."""
    if before is None:
        return next_rank(item.product)
    ahead = rank_ahead(item, before)
    return (before.rank + (before.rank - 2 if ahead is None else ahead)) / 2


def rank_ahead(item: Item, before: Item) -> float | None:
    others = Item.objects.filter(product_id=item.product_id).exclude(pk=item.pk)
    return others.filter(rank__lt=before.rank).aggregate(last=Max("rank"))["last"]


def make_room(item: Item, before: Item, *, by) -> None:
    """Count the ranks of a plan anew where nothing fits between one item and the one ahead."""
    before.refresh_from_db(fields=["rank"])
    ahead = rank_ahead(item, before)
    twins = Item.objects.filter(product_id=item.product_id, rank=before.rank)
    narrow = ahead is not None and before.rank - ahead < SMALLEST
    if narrow or abs(before.rank) > LARGEST or twins.exclude(pk__in=(item.pk, before.pk)).exists():
        renumber(item.product, by=by)


def renumber(product: Product, *, by) -> None:
    """Give every item its place as its rank; the plan is held, and its order stays.

    What can be undone, and what scenarios started from, is told in the new numbers, so that it
    does not look like something that somebody changed since.
    """
    rows = list(
        Item.objects.filter(product=product).order_by("rank", "pk").values_list("pk", "rank")
    )
    anew = {pk: float(place) for place, (pk, _rank) in enumerate(rows, start=1)}
    scale = Scale([rank for _pk, rank in rows], list(anew.values()))
    moved = [Item(pk=pk, rank=anew[pk]) for pk, rank in rows if rank != anew[pk]]
    Item.objects.bulk_update(moved, ["rank"], batch_size=500)
    now = dict(rows)

    def told(pk: int | None, rank: float) -> float:
        return anew[pk] if pk is not None and now.get(pk) == rank else scale.of(rank)

    retold(operations.noted(), told)
    for operation in Operation.objects.filter(product=product).select_for_update():
        if retold(operation.steps, told):
            operation.save(update_fields=["steps"])
    changes = ScenarioChange.objects.filter(scenario__product=product, was__has_key="rank")
    keys = dict(Item.objects.filter(product=product).values_list("key", "pk"))
    for change in changes:
        rank = told(keys.get(change.asked.get("item", "")), change.was["rank"])
        ScenarioChange.objects.filter(pk=change.pk).update(was={**change.was, "rank": rank})
    history.record(
        product, by=by, action="renumbered the order", changes={"items": (None, len(rows))}
    )


def retold(steps: Sequence[Mapping[str, Any]], told) -> bool:
    """Put ranks in steps into new numbers. returns: whether there were any"""
    found = False
    for step in steps:
        fields = step.get("fields") or {}
        if step.get("kind") == "roadmaps.item" and "rank" in fields:
            fields["rank"] = [
                None if rank is None else told(step["id"], rank) for rank in fields["rank"]
            ]
            found = True
    return found


class Scale:
    """Old numbers to new ones that keep the order, straight between two that are known."""

    def __init__(self, old: Sequence[float], new: Sequence[float]) -> None:
        pairs = list(zip(old, new, strict=True))
        # Of twins the last one stands: what came behind them stays behind all of them.
        kept = [a for a, b in pairwise(pairs) if a[0] != b[0]] + pairs[-1:]
        self.old = [rank for rank, _place in kept]
        self.new = [place for _rank, place in kept]

    def of(self, rank: float) -> float:
        at = bisect_left(self.old, rank)
        if at < len(self.old) and self.old[at] == rank:
            return self.new[at]
        if at == 0:
            return self.new[0] - 1 if self.new else rank
        if at == len(self.old):
            return self.new[-1] + 1
        share = (rank - self.old[at - 1]) / (self.old[at] - self.old[at - 1])
        return self.new[at - 1] + share * (self.new[at] - self.new[at - 1])
