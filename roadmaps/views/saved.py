"""Saved views: keep, rename, share, open with, delete."""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from roadmaps.models import SavedView
from roadmaps.queries.views import default_view, views_of_page, views_visible_to
from roadmaps.services.views import change_view, open_with, save_view
from tpm import navigation
from tpm.forms import absorb
from tpm.models import Product
from tpm.roles import can, require
from tpm.views import product_for


class ViewForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=60)
    shared = forms.BooleanField(
        label=gettext_lazy("Everybody who sees this product sees it"), required=False
    )


class NewViewForm(ViewForm):
    page = forms.ChoiceField(choices=SavedView.Page.choices, widget=forms.HiddenInput)
    query = forms.CharField(required=False, max_length=2000, widget=forms.HiddenInput)


def opening(request, product: Product, page: str):
    """Where a page leads that was asked for without a word: to the view it opens with."""
    if request.GET or request.method != "GET":
        return None
    view = default_view(request.user, product, page)
    return redirect(view) if view else None


def bar(request, product: Product, page: str, query: str) -> dict:
    """What the bar above the rows needs to save a view, and to say which one this is."""
    asked = request.GET.get("view", "")
    found = [view for view in views_of_page(request.user, product) if str(view.pk) == asked]
    return {
        "page": page,
        "query": query.removeprefix("?"),
        "current": found[0] if found else None,
        "mine": bool(found) and found[0].owner_id == request.user.pk,
        "may_share": can(request.user, "comment", product),
    }


@require_http_methods(["GET", "POST"])
def view_list(request, key):
    """All views of a product that one sees; a POST saves another."""
    product = product_for(request, key)
    form = NewViewForm(request.POST or None)
    if form.is_valid():
        data = form.cleaned_data
        if data["shared"]:
            require(request.user, "comment", product)
        try:
            view = save_view(product, by=request.user, **data)
        except ValidationError as error:
            absorb(form, error)
        else:
            messages.success(request, _("“%s” is saved, and stands in the sidebar.") % view.name)
            return redirect(view)
    context = {
        "product": product,
        "form": form if form.is_bound else None,
        "views": views_visible_to(request.user, product),
        "may_share": can(request.user, "comment", product),
        "crumbs": navigation.crumbs(product, (_("Roadmap"), list_of(product)), (_("Views"), "")),
    }
    status = 422 if form.is_bound else 200
    return render(request, "roadmaps/view_list.html", context, status=status)


def list_of(product: Product) -> str:
    return reverse("roadmaps:item-list", args=[product.key])


def own_view(request, key: str, pk: int) -> SavedView:
    """A view of one's own; anybody else's is 404."""
    product = product_for(request, key)
    mine = SavedView.objects.filter(product=product, owner=request.user)
    return get_object_or_404(mine.select_related("product"), pk=pk)


@require_http_methods(["GET", "POST"])
def view_edit(request, key, pk):
    """Name and sharing; `query` points the view to what is shown now."""
    view = own_view(request, key, pk)
    product = request.product
    if "query" in request.POST:
        change_view(view, query=request.POST["query"][:2000])
        messages.success(request, _("“%s” shows this now.") % view.name)
        return redirect(view)
    form = ViewForm(request.POST or None, initial={"name": view.name, "shared": view.shared})
    if form.is_valid():
        if form.cleaned_data["shared"] and not view.shared:
            require(request.user, "comment", product)
        try:
            change_view(view, **form.cleaned_data)
        except ValidationError as error:
            absorb(form, error)
        else:
            return redirect("roadmaps:view-list", product.key)
    views = reverse("roadmaps:view-list", args=[product.key])
    context = {
        "product": product, "view": view, "form": form, "back": views,
        "crumbs": navigation.crumbs(product, (_("Views"), views), (view.name, "")),
    }  # fmt: skip
    return render(request, "roadmaps/view_form.html", context, status=422 if form.errors else 200)


@require_POST
def view_drop(request, key, pk):
    view = own_view(request, key, pk)
    view.delete()
    messages.success(request, _("“%s” is deleted.") % view.name)
    return redirect("roadmaps:view-list", key)


@require_POST
def view_default(request, key, pk):
    """Let a page open with a view, or no longer: only for whoever asks."""
    product = product_for(request, key)
    view = get_object_or_404(views_visible_to(request.user, product), pk=pk)
    open_with(view, by=request.user, yes="no" not in request.POST)
    return redirect("roadmaps:view-list", key)
