"""Where each item stands: its newest score's numbers beside it, and what it cost a quarter ago."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from debt.models import DebtItem, DebtScore
from tpm import figures

WORSE_DAYS = 90
"""How far back an item's interest is looked at to say that it gets worse."""


def keep_standing(
    items: Iterable[Any], news: Iterable[DebtScore], since: datetime.datetime
) -> None:
    """Point to new scores with their numbers copied, and look back on all that drag the team.

    A day passes for those without a new score, too: what stood 90 days ago is another score then.

    items: every item that drags the team, with what it cost at `since` (`with_past`)
    """
    newest = DebtScore.objects.filter(item=OuterRef("pk")).order_by("-at", "-pk")
    copied = {f"now_{name}": Subquery(newest.values(name)[:1]) for name in DebtItem.COPIED}
    scored = DebtItem.objects.filter(pk__in=[score.item_id for score in news])
    scored.update(latest_score=Subquery(newest.values("pk")[:1]), **copied)
    moved = [item.pk for item in items if item.interest_was_days != item.was]
    if moved:
        DebtItem.objects.filter(pk__in=moved).update(interest_was_days=interest_at(since))


def without_team(item: DebtItem) -> None:
    """Take the score of open debt off it where no team loses the time any more.

    Nobody scores it anew then, so it would stay in sums and orders at what it once was. Its scores
    stay kept; the next team gives it a new one. What is closed keeps what it was closed at.
    """
    if item.team_id is not None or item.state not in DebtItem.DRAGS:
        return
    for name, empty in UNSCORED.items():
        setattr(item, name, empty)
    DebtItem.objects.filter(pk=item.pk).update(**UNSCORED)
    figures.withdraw(item, "score", "interest")


UNSCORED: dict[str, Any] = {
    **{f"now_{name}": None for name in DebtItem.COPIED},
    "now_verdict": "", "latest_score": None, "interest_was_days": None,
}  # fmt: skip
"""What stands beside an item that was never scored."""


def with_past(items: QuerySet[DebtItem], since: datetime.datetime) -> QuerySet[Any]:
    return items.annotate(was=interest_at(since))


def interest_at(since: datetime.datetime) -> Subquery:
    """What a month of the item in the outer row cost at an instant, as its score said then."""
    past = DebtScore.objects.filter(item=OuterRef("pk"), at__lte=since, interest_days__gt=0)
    return Subquery(past.order_by("-at", "-pk").values("interest_days")[:1])
