"""Saved views of the register."""

from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from debt.models import DebtView, DebtViewDefault
from tpm import saved_view_pages
from tpm.saved_views import Shelf

SHELF = Shelf(DebtView, DebtViewDefault, "debt")
PAGE = DebtView.Page.REGISTER


@require_http_methods(["GET", "POST"])
def view_list(request, key):
    said = _("“%s” is saved, and stands above the register.")
    return saved_view_pages.view_list(request, SHELF, key, place=_("Debt"), said=said)


@require_http_methods(["GET", "POST"])
def view_edit(request, key, pk):
    return saved_view_pages.view_edit(request, SHELF, key, pk)


@require_POST
def view_drop(request, key, pk):
    return saved_view_pages.view_drop(request, SHELF, key, pk)


@require_POST
def view_default(request, key, pk):
    return saved_view_pages.view_default(request, SHELF, key, pk)
