"""Saved views: who sees which, keeping them under a name, and the one that a page opens with."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from tpm.models import Product
from tpm.roles import can, require

PASSING = ("view", "page", "item", "row", "at")
"""Words of an address that say where somebody was, not what the view shows."""


def lasting(query: str) -> str:
    """A query string without what passes."""
    words = parse_qsl(query.removeprefix("?"))
    return urlencode([(name, value) for name, value in words if name not in PASSING], safe=":,")


def refuse_sharing(user, product: Product) -> None:
    """raises: PermissionDenied for whoever may not share, change or withdraw what others open"""
    require(user, "comment", product)


def may_drop(user, view: Any) -> bool:
    """Whether somebody may know that a view is theirs to delete: own ones, and a lead shared ones.

    view: read for this person, so that it is shared or their own
    """
    return bool(view.owner_id == user.pk) or can(user, "set_sharing", view.product)


@dataclass(frozen=True)
class Shelf:
    """The saved views of one app.

    view, default: its models, a `NamedView` and an `OpeningView`
    namespace:     of its routes `view-list`, `view-edit`, `view-default` and `view-drop`
    """

    view: type[Any]
    default: type[Any]
    namespace: str

    @property
    def list_route(self) -> str:
        return f"{self.namespace}:view-list"

    @property
    def edit_route(self) -> str:
        return f"{self.namespace}:view-edit"

    @property
    def default_route(self) -> str:
        return f"{self.namespace}:view-default"

    @property
    def drop_route(self) -> str:
        return f"{self.namespace}:view-drop"

    @property
    def first_page(self) -> str:
        """The route of the page that views are saved on, where there is none yet."""
        return next(iter(self.view.ROUTES.values()))

    def visible_to(self, user, product: Product) -> QuerySet[Any]:
        """One's own views of a product, and those shared with everybody who sees it."""
        return self.visible_in(user, [product])

    def visible_in(self, user, products: Iterable[Product]) -> QuerySet[Any]:
        """The same of several products that this person sees."""
        mine = self.default.objects.filter(view=OuterRef("pk"), person=user)
        found = self.view.objects.filter(Q(owner=user) | Q(shared=True), product__in=products)
        found = found.annotate(opens_first=Exists(mine)).select_related("owner")
        return found.order_by("name", "pk")

    def of_page(self, user, product: Product) -> list[Any]:
        """The same, read once for one request: the sidebar and the page both show them."""
        known = product.__dict__.setdefault(f"_saved_views_{self.namespace}", {})
        if user.pk not in known:
            known[user.pk] = list(self.visible_to(user, product))
            for view in known[user.pk]:
                view.product = product
        return known[user.pk]

    def default_of(self, user, product: Product, page: str) -> Any | None:
        """The view with which a page opens for this person."""
        found = self.of_page(user, product)
        return next((view for view in found if view.page == page and view.opens_first), None)

    @transaction.atomic
    def save(
        self, product: Product, *, by, name: str, page: str, query: str, shared: bool = False
    ) -> Any:
        """Keep an address. raises: ValidationError where the name is taken or empty"""
        view = self.view(
            product=product, owner=by, name=name.strip(), page=page, query=lasting(query),
            shared=shared,
        )  # fmt: skip
        view.full_clean()
        view.save()
        return view

    @transaction.atomic
    def change(self, view: Any, **fields) -> None:
        """Rename, share or point a view elsewhere. raises: ValidationError as `save`"""
        if "query" in fields:
            fields["query"] = lasting(fields["query"])
        for name, value in fields.items():
            setattr(view, name, value)
        view.full_clean()
        view.save(update_fields=list(fields))
        if not view.shared:
            view.defaults.exclude(person=view.owner).delete()

    def open_with(self, view: Any, *, by, yes: bool = True) -> None:
        """Let the page of a view open with it for one person, or no longer."""
        if yes:
            self.default.objects.update_or_create(
                product=view.product, person=by, page=view.page, defaults={"view": view}
            )
        else:
            self.default.objects.filter(view=view, person=by).delete()
