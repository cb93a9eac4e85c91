"""The graph of decisions."""

from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tpm import navigation
from tpm.views import product_for
from tradeoffs.pages import graph as graph_page


@require_GET
def decision_graph(request, key):
    """What replaced what, and what leans on what."""
    product = product_for(request, key)
    context = {
        "product": product,
        "graph": graph_page.graph(request.user, product),
        "crumbs": navigation.crumbs(
            product, (_("Trade-offs"), f"/p/{product.key}/decisions/"), (_("Graph"), "")
        ),
    }
    return render(request, "tradeoffs/graph.html", context)
