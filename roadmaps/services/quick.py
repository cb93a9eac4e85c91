"""Planning an item with its first estimate, as one thing that a person does."""

from typing import Any

from django.db import transaction

from roadmaps.models import Item
from roadmaps.services.estimates import estimate_from_text
from roadmaps.services.items import create_item
from tpm.models import Product


@transaction.atomic
def plan_item(product: Product, *, by, title: str, estimate: str = "", **fields: Any) -> Item:
    """A new item, and its range where quick text such as `3..5..10` was given.

    raises: ValueError with a sentence when the text is no range; ValidationError as create_item
    """
    item = create_item(product, by=by, title=title, **fields)
    if estimate:
        estimate_from_text(item, by=by, text=estimate)
    return item
