"""A change of very many items as a job of the worker: in steps, and still one operation."""

from django.db.models import QuerySet
from django.urls import reverse

from roadmaps.forms.bulk import BulkForm
from roadmaps.models import Item
from roadmaps.services.bulk import WAY
from tpm.bulk_jobs import BulkJobs
from tpm.models import Product


def rows_of(product: Product) -> QuerySet[Item]:
    """Items in the order of the plan, with what a change reads of them."""
    items = Item.objects.filter(product=product).order_by("rank", "pk")
    return items.select_related("product", "team", "objective", "owner")


KIND = "bulk edit"
JOBS = BulkJobs(
    WAY, KIND, "roadmaps.bulk_edit", BulkForm, rows_of,
    page=lambda product: reverse("roadmaps:item-list", args=[product.key]),
    gone="What it was to become is gone: the team, person or objective.",
)  # fmt: skip
start, run = JOBS.start, JOBS.run
