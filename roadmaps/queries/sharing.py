"""Who may share a plan, and what a link opens."""

import datetime

from django.db.models import QuerySet
from django.utils import timezone

from roadmaps.models import ShareLink, Sharing
from tpm.models import Product
from tpm.roles import RANK, can, level_of
from tpm.tokens import digest


def who_shares(product: Product) -> str:
    """The value of Sharing.Who that counts for a product."""
    found = Sharing.objects.filter(product=product).values_list("who", flat=True).first()
    return found or Sharing.Who.OFF


def may_share(user, product: Product, who: str | None = None) -> bool:
    """who: what `who_shares` said, where it was asked before"""
    who = who_shares(product) if who is None else who
    level = level_of(user, product)
    if who == Sharing.Who.OFF or level is None or not can(user, "share", product):
        return False
    return RANK[level] >= RANK[who]


def open_links(on: datetime.date) -> QuerySet[ShareLink]:
    """Links that open something on a day: not revoked, not expired, in a product that shares."""
    return ShareLink.objects.filter(
        revoked_at=None,
        expires_on__gte=on,
        product__sharing__who__in=[Sharing.Who.LEAD, Sharing.Who.PLANNER],
    )


def link_of(token: str) -> ShareLink | None:
    """The link that a token opens today; found by its digest, so time tells nothing of others."""
    found = open_links(timezone.localdate()).filter(digest=digest(token))
    return found.select_related("product").first()
