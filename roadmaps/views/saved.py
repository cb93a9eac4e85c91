"""Saved views of the list, the timeline and the board."""

from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from roadmaps.queries.views import SHELF
from tpm import saved_view_pages
from tpm.models import Product


def opening(request, product: Product, page: str):
    """Where a page leads that was asked for without a word: to the view it opens with."""
    return saved_view_pages.opening(request, SHELF, product, page)


def bar(request, product: Product, page: str, query: str) -> dict:
    """What the bar above the rows needs to save a view, and to say which one this is."""
    return saved_view_pages.bar(request, SHELF, product, page, query)


@require_http_methods(["GET", "POST"])
def view_list(request, key):
    said = _("“%s” is saved, and stands in the sidebar.")
    return saved_view_pages.view_list(request, SHELF, key, place=_("Roadmap"), said=said)


@require_http_methods(["GET", "POST"])
def view_edit(request, key, pk):
    return saved_view_pages.view_edit(request, SHELF, key, pk)


@require_POST
def view_drop(request, key, pk):
    return saved_view_pages.view_drop(request, SHELF, key, pk)


@require_POST
def view_default(request, key, pk):
    return saved_view_pages.view_default(request, SHELF, key, pk)
