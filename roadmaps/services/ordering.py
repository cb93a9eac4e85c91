"""Giving several items another order among the ranks, as one change."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from roadmaps.forecasting.reorder import new_ranks, rearranged
from roadmaps.models import Item
from tpm import history, operations, revisions
from tpm.models import Change, Product


@transaction.atomic
def order_items(product: Product, *, by, keys: Sequence[str]) -> int:
    """Let open items take each other's places in the order of the plan.

    Items that are closed by now are passed over. Only what has to move gets another rank.

    keys:    of the items in the order that they shall have
    returns: how many ranks changed
    raises:  ValidationError for a key that the product does not have, or that is named twice
    """
    Product.objects.select_for_update().get(pk=product.pk)
    known = {item.key: item for item in Item.objects.filter(product=product, key__in=keys)}
    if unknown := next((key for key in keys if key not in known), None):
        raise ValidationError(_("There is no item %(key)s in this product.") % {"key": unknown})
    found = Item.objects.filter(product=product, state__in=Item.OPEN).order_by("rank", "pk")
    items = {item.pk: item for item in found}
    wanted = [known[key].pk for key in keys if known[key].pk in items]
    try:
        order = rearranged(list(items), wanted)
    except ValueError as problem:
        raise ValidationError(str(problem)) from problem
    ranks = new_ranks({pk: item.rank for pk, item in items.items()}, order)
    moved = []
    for pk, rank in ranks.items():
        item = items[pk]
        changed = {"rank": (item.rank, rank)}
        item.rank = rank
        moved.append(history.line(item, by=by, action="ranked", changes=changed, product=product))
        operations.note_edit(item, changed)
    if moved:
        Item.objects.bulk_update([items[pk] for pk in ranks], ["rank"], batch_size=500)
        Change.objects.bulk_create(moved, batch_size=500)
        revisions.bump(product.pk)
    return len(moved)
