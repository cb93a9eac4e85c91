"""Reads of what a person is told: decisions made, and decisions whose winner has changed since."""

from django.db.models import Q, QuerySet

from tpm.models import Product
from tpm.roles import can
from tradeoffs.models import Decision, Drift, Involved

State = Decision.State


def news(user) -> QuerySet[Involved]:
    """Decisions that were made, and that this person was to be told of and has not seen."""
    made = Involved.objects.filter(
        person__user=user, seen_at=None, decision__decided_at__isnull=False
    )
    return made.exclude(decision__state__in=Decision.OPEN)


def told(user, product: Product) -> QuerySet[Involved]:
    """The same of one product, the oldest first."""
    found = news(user).filter(decision__product=product)
    return found.select_related("decision__chosen", "decision__decided_by").order_by(
        "decision__decided_at"
    )


def drifts_of(user, product: Product) -> QuerySet[Drift]:
    """Open drifts that are this person's to answer: as driver, or as author without one.

    A lead also answers for a driver who has no account.
    """
    mine = Q(decision__driver__user=user) | Q(decision__driver=None, decision__author=user)
    if can(user, "decide", product):
        mine |= Q(decision__driver__isnull=False, decision__driver__user=None)
    found = Drift.objects.filter(
        mine, ended_at=None, decision__product=product, decision__state=State.ACCEPTED
    )
    return found.select_related("decision").order_by("found_at")
