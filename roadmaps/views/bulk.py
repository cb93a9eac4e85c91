"""Many items at once: choose what they become, see what would happen, then do it as one."""

from django.http import QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from roadmaps.bulk_jobs import JOBS, rows_of
from roadmaps.bulk_preview import FOLLOWS, KIND
from roadmaps.filters import Choices
from roadmaps.forms.bulk import ACTIONS
from roadmaps.pages.list import ListAddress
from tpm.bulk import Picked, picked_words
from tpm.bulk_pages import MOST, BulkPage
from tpm.jobs import jobs_visible_to
from tpm.models import Job, Product
from tpm.roles import require
from tpm.views import product_for

PAGE = BulkPage(JOBS, ACTIONS, plain=("drop",), place=gettext_lazy("Roadmap"), follows=FOLLOWS)


@require_http_methods(["GET", "POST"])
def item_bulk(request, key):
    """A preview writes nothing; only `step=apply` does.

    Read, the address leads to the list; or to the preview of which a job has worked out more.
    """
    product = product_for(request, key)
    job = None
    if request.method == "GET":
        job = job_of(request, product)
        if job is None:
            return redirect("roadmaps:item-list", product.key)
    require(request.user, "plan", product)
    if job is not None:
        versions = dict(job.arguments["picked"])
        items = rows_of(product).filter(key__in=versions)
        return PAGE.answer(request, product, [(row, versions[row.key]) for row in items], job)
    return PAGE.answer(request, product, picked_items(request, product))


def job_of(request, product: Product) -> Job | None:
    """The long preview that `job` names."""
    pk = request.GET.get("job", "")
    if not pk.isdecimal() or len(pk) > 18:
        return None
    return jobs_visible_to(request.user).filter(product=product, kind=KIND, pk=pk).first()


def picked_items(request, product: Product) -> list[Picked]:
    """The chosen items in the order of the plan, each with the version that was shown."""
    items = rows_of(product)
    if request.POST.get("every"):
        asked = ListAddress.read(QueryDict(request.POST.get("back", ""))).asked
        found = asked.apply(items, request.user, Choices.of(product))
        return [(item, item.version) for item in found[: MOST + 1]]
    words = [*request.POST.getlist("item"), *request.POST.get("items", "").split()]
    versions = picked_words(words, MOST)
    return [(item, versions[item.key]) for item in items.filter(key__in=versions)]
