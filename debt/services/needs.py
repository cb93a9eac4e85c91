"""What must be paid before something else; never in a circle."""

from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db import transaction

from debt.models import DebtItem, DebtNeed
from roadmaps.forecasting import find_loop
from roadmaps.models import Item, ItemLink
from roadmaps.services import link_items
from tpm import history
from tpm.models import Product

NEEDS = "paid first"
MOST = 20


@transaction.atomic
def add_need(item: DebtItem, *, by, needed: DebtItem) -> DebtNeed:
    """Say that another item is to be paid first. raises: ValidationError with the loop named"""
    Product.objects.select_for_update().get(pk=item.product_id)
    if needed.product_id != item.product_id:
        raise ValidationError("What is needed first belongs to the same product.")
    if not item.drags or not needed.drags:
        closed = needed if item.drags else item
        state = closed.get_state_display().lower()
        raise ValidationError(f"{closed.key} is {state}: nothing is left to pay first.")
    row = DebtNeed(item=item, needed=needed, by=by)
    row.full_clean()
    if item.need_links.count() >= MOST:
        raise ValidationError(f"{MOST} items to pay first are enough: remove one.")
    refuse_loop(item.product_id, (needed.pk, item.pk))
    row.save()
    history.record(item, by=by, action="linked", changes={NEEDS: (None, needed.key)})
    link_work(item, by=by)
    return row


@transaction.atomic
def remove_need(row: DebtNeed, *, by) -> None:
    """It can be paid by itself after all; links between work that is planned stay as they are."""
    changes = {NEEDS: (row.needed.key, None)}
    history.record(row.item, by=by, action="unlinked", changes=changes)
    row.delete()


def refuse_loop(product_id: int, added: tuple[int, int]) -> None:
    """added: (what comes first, what needs it). raises: ValidationError that names the loop"""
    links = DebtNeed.objects.filter(item__product_id=product_id)
    pairs = [*links.values_list("needed_id", "item_id"), added]
    loop = find_loop(dict.fromkeys(pk for pair in pairs for pk in pair), pairs)
    if loop:
        keys = dict(DebtItem.objects.filter(pk__in=loop).values_list("pk", "key"))
        words = " needs ".join(keys[pk] for pk in (loop[0], *reversed(loop)))
        raise ValidationError(f"That would be a circle: {words}.")


def refuse_before_its_needs(item: DebtItem, *, besides: Collection[int] = ()) -> None:
    """raises: ValidationError where an open or accepted item is to be paid before this one

    besides: items that are planned together with it
    """
    waits = item.need_links.filter(
        needed__state__in=(DebtItem.State.OPEN, DebtItem.State.ACCEPTED)
    ).exclude(needed__in=besides)
    keys = [row.needed.key for row in waits.select_related("needed")]
    if keys:
        raise ValidationError(
            f"{item.key} needs {' and '.join(keys)} paid first: plan that too, or say that it is "
            "not needed."
        )


def link_work(item: DebtItem, *, by) -> None:
    """Let the work that pays an item wait for the work that pays what it needs, and be waited for.

    raises: ValidationError naming the loop where the plan has them the other way round
    """
    before = item.need_links.select_related("needed__item")
    after = item.needed_by_links.select_related("item__item")
    pairs = [(row.needed.item, item.item) for row in before]
    pairs += [(item.item, row.item.item) for row in after]
    for first, then in pairs:
        if first is None or then is None or first.pk == then.pk or not is_open(first, then):
            continue
        if not ItemLink.objects.filter(predecessor=first, successor=then, kind="FS").exists():
            link_items(first, then, by=by)


def is_open(*work: Item) -> bool:
    return all(row.state in Item.OPEN for row in work)
