"""The chain of closings: each names the digest before it, so that a row changed later shows."""

import datetime
import hashlib
import json
from dataclasses import dataclass
from itertools import batched
from typing import Any

from tpm.models import Product
from tradeoffs import content
from tradeoffs.models import Closing, Decision

AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Broken:
    """The first place at which a chain does not hold."""

    number: int
    key: str
    says: str


def digest(row: Closing) -> str:
    """SHA-256 over all that a closing says, with the digest before it."""
    at = row.at.astimezone(datetime.UTC).isoformat(timespec="microseconds")
    parts = [row.product_id, row.decision_id, row.number, row.kind, row.by_id, at, row.body]
    text = json.dumps([*parts, row.previous], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def check(product: Product) -> Broken | None:
    """The first closing or closed decision that was edited, removed or put in between.

    returns: None where all hold
    """
    previous = ""
    newest: dict[int, Closing] = {}
    rows = Closing.objects.filter(product=product).select_related("decision").order_by("number")
    for number, row in enumerate(rows.iterator(chunk_size=200), start=1):
        key = row.decision.key
        if row.number != number:
            return Broken(number, key, f"Entry {number} is missing before {key}.")
        if row.previous != previous:
            return Broken(number, key, f"Entry {number} ({key}) does not follow the one before it.")
        if digest(row) != row.digest:
            return Broken(number, key, f"Entry {number} ({key}) was changed after it was written.")
        previous = row.digest
        newest[row.decision_id] = row
    return edited_since(product, newest)


def edited_since(product: Product, newest: dict[int, Closing]) -> Broken | None:
    """The first closed decision that does not say what its newest closing says."""
    closed = Decision.objects.filter(product=product).exclude(state__in=Decision.OPEN)
    # Whatever has no closing was closed before there was a chain, or in another tool.
    rows = closed.filter(pk__in=newest).order_by("number").iterator(chunk_size=AT_ONCE)
    for some in batched(rows, AT_ONCE):
        now = content.of_several(some)
        for decision in some:
            row = newest[decision.pk]
            kept = json.loads(row.body)["content"]
            kept.pop("asked", None)  # people and teams may leave: nobody rewrote anything
            if not holds(kept, now[decision.pk].value):
                says = f"{decision.key} no longer says what entry {row.number} kept of it."
                return Broken(row.number, decision.key, says)
    return None


def holds(kept: Any, now: Any) -> bool:
    """Whether all that was kept is still so; columns that came later are new, not changed."""
    if isinstance(kept, dict) and isinstance(now, dict):
        return all(name in now and holds(value, now[name]) for name, value in kept.items())
    if isinstance(kept, list) and isinstance(now, list):
        pairs = zip(kept, now, strict=True) if len(kept) == len(now) else [(0, 1)]
        return all(holds(a, b) for a, b in pairs)
    return kept == now
