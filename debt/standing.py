"""Where each item stands: its newest score's numbers beside it, and what it cost a quarter ago."""

import datetime
from collections.abc import Iterable

from django.db.models import OuterRef, QuerySet, Subquery

from debt import queries
from debt.models import DebtItem, DebtScore
from tpm.models import Team

WORSE_DAYS = 90
"""How far back an item's interest is looked at to say that it gets worse."""


def keep_standing(team: Team, news: Iterable[DebtScore], now: datetime.datetime) -> None:
    """Copy new scores to their items, and look back from now on all that drag the team.

    A day passes for those without a new score, too: what stood 90 days ago is another score then.
    """
    copy_scores(DebtItem.objects.filter(pk__in=[score.item_id for score in news]))
    looked_at = with_past(queries.dragging(team.pk), now - datetime.timedelta(days=WORSE_DAYS))
    pairs = looked_at.values_list("pk", "interest_was_days", "was")
    moved = [pk for pk, known, was in pairs if known != was]
    if moved:
        since = now - datetime.timedelta(days=WORSE_DAYS)
        DebtItem.objects.filter(pk__in=moved).update(interest_was_days=interest_at(since))


def copy_scores(items: QuerySet[DebtItem]) -> None:
    """Beside each item its newest score's numbers, in one statement."""
    newest = DebtScore.objects.filter(pk=OuterRef("latest_score"))
    items.update(**{f"now_{name}": Subquery(newest.values(name)[:1]) for name in DebtItem.COPIED})


def with_past(items: QuerySet[DebtItem], since: datetime.datetime) -> QuerySet:
    return items.order_by().annotate(was=interest_at(since))


def interest_at(since: datetime.datetime) -> Subquery:
    """What a month of the item in the outer row cost at an instant, as its score said then."""
    past = DebtScore.objects.filter(item=OuterRef("pk"), at__lte=since, interest_days__gt=0)
    return Subquery(past.order_by("-at", "-pk").values("interest_days")[:1])
