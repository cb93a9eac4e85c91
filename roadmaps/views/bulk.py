"""Many items at once: choose what they become, see what would happen, then do it as one."""

from django.http import QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from roadmaps.bulk_forms import ACTIONS
from roadmaps.bulk_jobs import JOBS, rows_of
from roadmaps.bulk_preview import FOLLOWS
from roadmaps.filters import Choices
from roadmaps.list_page import ListAddress
from tpm.bulk import Picked, picked_words
from tpm.bulk_pages import MOST, BulkPage
from tpm.models import Product
from tpm.roles import require
from tpm.views import product_for

PAGE = BulkPage(JOBS, ACTIONS, plain=("drop",), place=gettext_lazy("Roadmap"), follows=FOLLOWS)


@require_http_methods(["GET", "POST"])
def item_bulk(request, key):
    """A preview writes nothing; only `step=apply` does. Read, the address leads to the list."""
    product = product_for(request, key)
    if request.method == "GET":
        return redirect("roadmaps:item-list", product.key)
    require(request.user, "plan", product)
    return PAGE.answer(request, product, picked_items(request, product))


def picked_items(request, product: Product) -> list[Picked]:
    """The chosen items in the order of the plan, each with the version that was shown."""
    items = rows_of(product)
    if request.POST.get("every"):
        asked = ListAddress.read(QueryDict(request.POST.get("back", ""))).asked
        found = asked.apply(items, request.user, Choices.of(product))
        return [(item, item.version) for item in found[:MOST]]
    words = [*request.POST.getlist("item"), *request.POST.get("items", "").split()]
    versions = picked_words(words, MOST)
    return [(item, versions[item.key]) for item in items.filter(key__in=versions)]
