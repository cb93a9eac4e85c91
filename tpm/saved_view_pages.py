"""Pages of saved views: keep, rename, share, open with, delete; an app brings its shelf."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tpm import navigation
from tpm.forms import absorb
from tpm.models import Product
from tpm.roles import can
from tpm.saved_views import Shelf, may_drop, refuse_sharing
from tpm.views import product_for


class ViewForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=60)
    shared = forms.BooleanField(
        label=gettext_lazy("Everybody who sees this product sees it"), required=False
    )


class NewViewForm(ViewForm):
    query = forms.CharField(required=False, max_length=2000, widget=forms.HiddenInput)

    def __init__(self, *args, shelf: Shelf, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        choices = shelf.view._meta.get_field("page").choices
        self.fields["page"] = forms.ChoiceField(choices=choices, widget=forms.HiddenInput)


def opening(request, shelf: Shelf, product: Product, page: str):
    """Where a page leads that was asked for without a word: to the view it opens with."""
    if request.GET or request.method != "GET":
        return None
    view = shelf.default_of(request.user, product, page)
    return redirect(view) if view else None


def bar(request, shelf: Shelf, product: Product, page: str, query: str) -> dict:
    """What the bar above the rows needs to save a view, and to say which one this is."""
    asked = request.GET.get("view", "")
    found = [view for view in shelf.of_page(request.user, product) if str(view.pk) == asked]
    return {
        "shelf": shelf,
        "page": page,
        "query": query.removeprefix("?"),
        "current": found[0] if found else None,
        "mine": bool(found) and found[0].owner_id == request.user.pk,
        "may_share": can(request.user, "comment", product),
    }


def view_list(request, shelf: Shelf, key: str, *, place: str, said: str):
    """All views of a product that one sees; a POST saves another.

    place: the part of the product, for the crumbs; said: with the name, once a view is saved
    """
    product = product_for(request, key)
    form = NewViewForm(request.POST or None, shelf=shelf)
    if form.is_valid():
        data = form.cleaned_data
        if data["shared"]:
            refuse_sharing(request.user, product)
        try:
            view = shelf.save(product, by=request.user, **data)
        except ValidationError as error:
            absorb(form, error)
        else:
            messages.success(request, said % view.name)
            return redirect(view)
    first = reverse(shelf.first_page, args=[product.key])
    context = {
        "product": product,
        "shelf": shelf,
        "form": form if form.is_bound else None,
        "views": shelf.visible_to(request.user, product),
        "list_url": first,
        "tidies": can(request.user, "set_sharing", product),
        "crumbs": navigation.crumbs(product, (place, first), (_("Views"), "")),
    }
    status = 422 if form.is_bound else 200
    return render(request, "tpm/views/view_list.html", context, status=status)


def own_view(request, shelf: Shelf, key: str, pk: int) -> Any:
    """A view of one's own; anybody else's is 404."""
    product = product_for(request, key)
    mine = shelf.view.objects.filter(product=product, owner=request.user)
    return get_object_or_404(mine.select_related("product"), pk=pk)


def view_edit(request, shelf: Shelf, key: str, pk: int):
    """Name and sharing; `query` points the view to what is shown now."""
    view = own_view(request, shelf, key, pk)
    product = request.product
    if view.shared and request.method == "POST":  # what others open changes under them, or goes
        refuse_sharing(request.user, product)
    if "query" in request.POST:
        shelf.change(view, query=request.POST["query"][:2000])
        messages.success(request, _("“%s” shows this now.") % view.name)
        return redirect(view)
    form = ViewForm(request.POST or None, initial={"name": view.name, "shared": view.shared})
    if form.is_valid():
        if form.cleaned_data["shared"]:
            refuse_sharing(request.user, product)
        try:
            shelf.change(view, **form.cleaned_data)
        except ValidationError as error:
            absorb(form, error)
        else:
            return redirect(shelf.list_route, product.key)
    views = reverse(shelf.list_route, args=[product.key])
    context = {
        "product": product, "shelf": shelf, "view": view, "form": form, "back": views,
        "crumbs": navigation.crumbs(product, (_("Views"), views), (view.name, "")),
    }  # fmt: skip
    status = 422 if form.errors else 200
    return render(request, "tpm/views/view_form.html", context, status=status)


def view_drop(request, shelf: Shelf, key: str, pk: int):
    """Delete one's own view; a lead also one that everybody sees, whoever shared it."""
    product = product_for(request, key)
    rows = shelf.visible_to(request.user, product).select_related("product")
    view = get_object_or_404(rows, pk=pk)
    if not may_drop(request.user, view):
        raise Http404
    if view.shared:
        refuse_sharing(request.user, product)
    view.delete()
    messages.success(request, _("“%s” is deleted.") % view.name)
    return redirect(shelf.list_route, key)


def view_default(request, shelf: Shelf, key: str, pk: int):
    """Let a page open with a view, or no longer: only for whoever asks."""
    product = product_for(request, key)
    view = get_object_or_404(shelf.visible_to(request.user, product), pk=pk)
    shelf.open_with(view, by=request.user, yes="no" not in request.POST)
    return redirect(shelf.list_route, key)
