"""Have we decided this before? While a title is typed, and on a page of its own."""

from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from tpm import navigation
from tpm.views import product_for
from tpm.words import word_of
from tradeoffs import earlier


@require_GET
@vary_on_headers("HX-Request")
def decision_similar(request, key):
    """Decisions like the title, closed and rejected ones too, with what became of each."""
    product = product_for(request, key)
    title = word_of(request.GET, "title")
    context = {
        "product": product,
        "title": title,
        "found": earlier.like(request.user, product, title),
        "crumbs": navigation.crumbs(
            product,
            (_("Trade-offs"), f"/p/{product.key}/decisions/"),
            (_("Decided before?"), ""),
        ),
    }
    part = "#found" if request.htmx else ""
    return render(request, f"tradeoffs/similar.html{part}", context)
