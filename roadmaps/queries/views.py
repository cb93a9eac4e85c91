"""Which saved views a person sees, and with which one a page opens."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from roadmaps.models import DefaultView, SavedView
from tpm.models import Product


def views_visible_to(user, product: Product) -> QuerySet[Any]:
    """One's own views of a product, and those shared with everybody who sees it."""
    mine = DefaultView.objects.filter(view=OuterRef("pk"), person=user)
    found = SavedView.objects.filter(Q(owner=user) | Q(shared=True), product=product)
    return found.annotate(opens_first=Exists(mine)).select_related("owner").order_by("name", "pk")


def views_of_page(user, product: Product) -> list[Any]:
    """The same, read once for one request: the sidebar and the page both show them."""
    known = product.__dict__.setdefault("_saved_views", {})
    if user.pk not in known:
        known[user.pk] = list(views_visible_to(user, product))
        for view in known[user.pk]:
            view.product = product
    return known[user.pk]


def default_view(user, product: Product, page: str) -> SavedView | None:
    found = views_of_page(user, product)
    return next((view for view in found if view.page == page and view.opens_first), None)
