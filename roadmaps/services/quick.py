"""Planning an item with its first estimate, as one thing that a person does."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from roadmaps.forecasting import ranges
from roadmaps.models import Item
from roadmaps.services.estimates import estimate_from_text
from roadmaps.services.items import create_item
from roadmaps.services.teams import Part
from tpm.models import Product, Team


@transaction.atomic
def plan_item(
    product: Product, *, by, title: str, estimate: str = "", teams: Sequence[Team] = (),
    days: Sequence[float | None] = (), **fields: Any,
) -> Item:  # fmt: skip
    """A new item, and its range where quick text such as `3..5..10` was given.

    teams:  those that work on it, its own first
    days:   person-days of each; where any of several says none, they share it evenly
    raises: ValueError with a sentence when the text is no range; ValidationError as create_item
    """
    if len(teams) == 1:
        fields["team"] = teams[0]
    elif teams:
        fields["parts"] = said_parts(teams, days, estimate)
    item = create_item(product, by=by, title=title, **fields)
    if estimate:
        estimate_from_text(item, by=by, text=estimate)
    return item


def said_parts(teams: Sequence[Team], days: Sequence[float | None], estimate: str) -> list[Part]:
    """What each of several teams does. raises: ValueError when the estimate is no range"""
    if len(days) == len(teams) and all(days):
        return [Part(team, said or 1.0) for team, said in zip(teams, days, strict=True)]
    typed = ranges.parse(estimate) if estimate else float(len(teams))
    likely = typed if isinstance(typed, float) else typed.p50
    return [Part(team, likely / len(teams)) for team in teams]
