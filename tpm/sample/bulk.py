"""Storing what happened to many items at once, each fact with its own moment."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.db.models import Model

from roadmaps.models import Actual, Estimate, Item, ItemMove
from tpm.models import Change, User

FACTS: tuple[type[Model], ...] = (ItemMove, Estimate, Actual, Change)
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
        rows: list[Any] = [fact for fact in ordered if isinstance(fact, model)]
        model._default_manager.bulk_create(rows, batch_size=500)
