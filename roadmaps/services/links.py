"""What waits for what; never in a circle."""

from django.core.exceptions import ValidationError
from django.db import transaction

from roadmaps.forecasting import find_loop
from roadmaps.models import Item, ItemLink
from tpm import history, operations, revisions
from tpm.models import Product


@transaction.atomic
def link_items(
    predecessor: Item, successor: Item, *, by, kind: str = ItemLink.Kind.FS, lag_days: int = 0
) -> ItemLink:
    """Let one item wait for another. raises: ValidationError with the loop named."""
    Product.objects.select_for_update().get(pk=successor.product_id)
    if predecessor.product_id != successor.product_id:
        raise ValidationError("Links stay within a product.")
    link = ItemLink(predecessor=predecessor, successor=successor, kind=kind, lag_days=lag_days)
    link.full_clean()
    refuse_loop(successor.product_id, (predecessor.pk, successor.pk))
    link.save()
    words = f"{predecessor.key} {kind}" + (f" {lag_days:+d} d" if lag_days else "")
    note_link("linked", link)
    history.record(successor, by=by, action="linked", changes={"waits for": (None, words)})
    revisions.bump(successor.product_id)
    return link


def refuse_loop(product_id: int, *added: tuple[int, int]) -> None:
    """Check links and parents together; dropped items count, for they may come back.

    added:  links (predecessor, successor) that are not written yet
    raises: ValidationError that names the loop which they close
    """
    items = Item.objects.filter(product_id=product_id)
    rows = {pk: (key, parent) for pk, key, parent in items.values_list("pk", "key", "parent_id")}
    links = ItemLink.objects.filter(successor__product_id=product_id).values_list(
        "predecessor_id", "successor_id"
    )
    parents = {pk: parent for pk, (_, parent) in rows.items()}
    loop = find_loop(parents, [*links, *added])
    if loop:
        keys = [rows[pk][0] for pk in (*loop, loop[0])]
        raise ValidationError(f"That would be a circle: {' → '.join(keys)}.")


@transaction.atomic
def unlink_items(link: ItemLink, *, by) -> None:
    words = f"{link.predecessor.key} {link.kind}"
    note_link("unlinked", link)
    history.record(link.successor, by=by, action="unlinked", changes={"waits for": (words, None)})
    revisions.bump(link.successor.product_id)
    link.delete()


def note_link(kind: str, link: ItemLink) -> None:
    operations.note(
        kind,
        predecessor=link.predecessor_id,
        successor=link.successor_id,
        link=link.kind,
        lag_days=link.lag_days,
    )
