"""Many debt items at once: choose what they become, see what would happen, then do it as one."""

from django.http import QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from debt import register
from debt.bulk_jobs import JOBS, rows_of
from debt.forms.bulk import ACTIONS
from tpm.bulk import Picked, picked_words
from tpm.bulk_pages import MOST, BulkPage
from tpm.models import Product
from tpm.roles import require
from tpm.views import product_for

PAGE = BulkPage(JOBS, ACTIONS, plain=(), place=gettext_lazy("Debt"))


@require_http_methods(["GET", "POST"])
def item_bulk(request, key):
    """A preview writes nothing; only `step=apply` does. Read, the address leads to the list."""
    product = product_for(request, key)
    if request.method == "GET":
        return redirect("debt:item-list", product.key)
    require(request.user, "log_debt", product)
    return PAGE.answer(request, product, picked_items(request, product))


def picked_items(request, product: Product) -> list[Picked]:
    """The chosen items by number, each with the version that was shown."""
    items = rows_of(product)
    if request.POST.get("every"):
        choice = register.Choice.read(QueryDict(request.POST.get("back", "")))
        found = register.matching(product, choice, request.user, timezone.localdate())
        items = items.filter(pk__in=list(found.values_list("pk", flat=True)[: MOST + 1]))
        return [(item, item.version) for item in items]
    words = [*request.POST.getlist("item"), *request.POST.get("items", "").split()]
    versions = picked_words(words, MOST)
    return [(item, versions[item.key]) for item in items.filter(key__in=versions)]
