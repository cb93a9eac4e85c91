"""Logging once what a client sends twice under one key."""

from collections.abc import Callable

from django.db import transaction
from django.utils.translation import gettext as _

from debt.models import DebtItem, LogRequest
from tpm import history
from tpm.models import Product


class OtherRequest(Exception):
    """A key came with something else before."""


def logged_by_key(product: Product, *, by, key: str, digest: str) -> DebtItem | None:
    """What a person's request of this key logged before, with where its team came from.

    digest: of what came with it
    raises: OtherRequest where the key came with something else
    """
    mine = LogRequest.objects.filter(product=product, by=by, key=key)
    found = mine.select_related("item__product").first() if key else None
    if found is None:
        return None
    if found.digest != digest:
        raise OtherRequest(
            _("This idempotency key came with something else before: choose a new one.")
        )
    item = found.item
    logged = history.changes_of(item).filter(action="logged").first()
    item.taken_from = logged.why if logged else ""
    return item


@transaction.atomic
def log_by_key(
    product: Product, *, by, key: str, digest: str, log: Callable[[], DebtItem]
) -> tuple[DebtItem, bool]:
    """Log an item, unless the same request did before. Without a key each logs its own.

    Two at once wait for each other at the product's row: the second finds what the first logged.
    returns: the item, and whether it was there
    raises:  OtherRequest
    """
    if not key:
        return log(), False
    Product.objects.select_for_update().get(pk=product.pk)
    if there := logged_by_key(product, by=by, key=key, digest=digest):
        return there, True
    item = log()
    LogRequest.objects.create(product=product, by=by, key=key, digest=digest, item=item)
    return item, False
