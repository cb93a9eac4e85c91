"""A change of very many debt items: how one is changed, and as a job of the worker."""

from django.db.models import QuerySet
from django.urls import reverse

from debt import moving
from debt.forms.bulk import BulkForm
from debt.models import DebtItem
from debt.services import bulk
from tpm.bulk import BulkChange, Unchanged, Way
from tpm.bulk_jobs import BulkJobs
from tpm.models import Product

State = DebtItem.State


def change_one(item: DebtItem, version: int | None, change: BulkChange, *, by) -> None:
    """A state by whoever may bring it about, any other value as its service does it."""
    if change.do != "state":
        bulk.change_one(item, version, change, by=by)
        return
    if item.state == change.value:
        raise Unchanged("it is so already")
    moving.become(item, State(change.value), by=by, version=version, why=change.why)


def ability(change: BulkChange) -> str:
    """What taking it back takes."""
    return moving.NEEDS[State(change.value)] if change.do == "state" else "log_debt"


def rows_of(product: Product) -> QuerySet[DebtItem]:
    items = DebtItem.objects.filter(product=product).order_by("number")
    return items.select_related("product", "team", "component", "owner", "decision")


WAY = Way(change_one, bulk.shown, bulk.told, after=bulk.score_anew, ability=ability)
KIND = "debt bulk edit"
JOBS = BulkJobs(
    WAY, KIND, "debt.bulk_edit", BulkForm, rows_of,
    page=lambda product: reverse("debt:item-list", args=[product.key]),
    gone="What it was to become is gone: the team, person or component.",
)  # fmt: skip
start, run = JOBS.start, JOBS.run
