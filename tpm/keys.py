"""Keys of records: PAY-12, PAY-D12, PAY-A12; one counter per kind, never reused."""

from django.db import transaction
from django.db.models import F

from tpm.models import Product

LETTERS = {"item": "", "debt": "D", "decision": "A"}
COUNTERS = {"item": "items_numbered", "debt": "debt_numbered", "decision": "decisions_numbered"}


def next_keys(product: Product, kind: str, count: int) -> list[tuple[int, str]]:
    """Reserve numbers in the creating transaction, which holds the product's row."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a key is given inside the transaction that creates its row")
    counter = COUNTERS[kind]
    Product.objects.filter(pk=product.pk).update(**{counter: F(counter) + count})
    last = Product.objects.values_list(counter, flat=True).get(pk=product.pk)
    setattr(product, counter, last)
    numbers = range(last - count + 1, last + 1)
    return [(number, f"{product.key}-{LETTERS[kind]}{number}") for number in numbers]


def next_key(product: Product, kind: str) -> tuple[int, str]:
    return next_keys(product, kind, 1)[0]
