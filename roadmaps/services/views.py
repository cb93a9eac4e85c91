"""Keeping views under a name."""

from urllib.parse import parse_qsl, urlencode

from django.db import transaction

from roadmaps.models import DefaultView, SavedView
from tpm.models import Product

PASSING = ("view", "page", "item", "row", "at")
"""Words of an address that say where somebody was, not what the view shows."""


def lasting(query: str) -> str:
    """A query string without what passes."""
    words = parse_qsl(query.removeprefix("?"))
    return urlencode([(name, value) for name, value in words if name not in PASSING], safe=":,")


@transaction.atomic
def save_view(
    product: Product, *, by, name: str, page: str, query: str, shared: bool = False
) -> SavedView:
    """raises: ValidationError where the name is taken or empty"""
    view = SavedView(
        product=product, owner=by, name=name.strip(), page=page, query=lasting(query), shared=shared
    )
    view.full_clean()
    view.save()
    return view


@transaction.atomic
def change_view(view: SavedView, **fields) -> None:
    """Rename, share or point a view elsewhere. raises: ValidationError as save_view"""
    if "query" in fields:
        fields["query"] = lasting(fields["query"])
    for name, value in fields.items():
        setattr(view, name, value)
    view.full_clean()
    view.save(update_fields=list(fields))
    if not view.shared:
        view.defaults.exclude(person=view.owner).delete()


def open_with(view: SavedView, *, by, yes: bool = True) -> None:
    """Let the page of a view open with it for one person, or no longer."""
    if yes:
        DefaultView.objects.update_or_create(
            product=view.product, person=by, page=view.page, defaults={"view": view}
        )
    else:
        DefaultView.objects.filter(view=view, person=by).delete()
