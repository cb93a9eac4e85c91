"""Where debt sits."""

from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from debt.pages import map as map_page
from tpm.roles import components_of
from tpm.views import product_for
from tpm.words import word_of


@require_GET
def debt_map(request, key):
    """Components by changes and cost; one component by its files."""
    product = product_for(request, key)
    name = word_of(request.GET, "component", 60)
    if name:
        component = get_object_or_404(components_of(product), key=name)
        context = map_page.file_page(product, component, request.GET)
    else:
        context = map_page.components_page(product, request.GET)
    return render(request, "debt/map.html", context)
