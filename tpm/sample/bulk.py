"""Storing what happened to many items at once, each fact with its own moment."""

import datetime
from collections.abc import Iterable
from typing import Any

from roadmaps.models import Actual, Estimate, Item, ItemMove
from tpm.models import Change, User

FACTS = (ItemMove, Estimate, Actual, Change)
type Fact = ItemMove | Estimate | Actual | Change


def change_of(
    item: Item, moment: datetime.datetime, by: User, action: str, fields: dict[str, Any]
) -> Change:
    """A line of an item's history."""
    return Change(
        product=item.product,
        subject_type="roadmaps.item",
        subject_id=item.pk,
        subject_label=item.key,
        at=moment,
        by=by,
        door=Change.Door.PAGE,
        action=action,
        fields=fields,
    )


def store(facts: Iterable[Fact]) -> None:
    """Keep facts in the order in which they happened."""
    ordered = sorted(facts, key=lambda fact: fact.at)
    for model in FACTS:
        model.objects.bulk_create(
            (fact for fact in ordered if isinstance(fact, model)), batch_size=500
        )
