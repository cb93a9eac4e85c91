"""The rows that an address asks for, read in one query."""

from django.db.models import BigIntegerField, F, FloatField, OuterRef, Subquery, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from roadmaps.filters import Choices
from roadmaps.finding import Part
from roadmaps.models import Item
from roadmaps.queries.dates import with_dates
from roadmaps.queries.items import further_names, with_further_names, with_likely
from roadmaps.timeline.address import Address
from roadmaps.timeline.lanes import Row
from tpm.models import Product

COLUMNS = (
    "id", "key", "title", "state", "kind", "pinned", "team_id", "team__name", "objective_id",
    "parent_id", "started_on", "finished_on", "target_date", "p50_days", "basis", "start_p50",
    "date_p50", "date_p85", "date_p95", "date_target", "chance",
    "violated", "overload", "version", "not_before",
    "owner_id", "horizon", "component", "further",
)  # fmt: skip
WORKED = ("drag", "effort")


def found_rows(
    product: Product, address: Address, user, run, choices: Choices, parts: list[Part],
    *, at_once: bool = False,
) -> list[Row]:  # fmt: skip
    """The items that the address asks for, in its order, as plain values.

    at_once: with what is else read of those rows alone that are sent: drag and effort
    """
    found = address.asked.apply(Item.objects.filter(product=product), user, choices, parts)
    found = with_dates(with_likely(found), run).annotate(
        start_p50=F("dated__start_p50"),
        violated=F("dated__violated"),
        overload=F("dated__overload"),
        component=first_component()
        if address.lanes == "component"
        else Value(None, BigIntegerField()),
    )
    also = [Cast(KeyTextTransform(name, "dated__why"), FloatField()) for name in WORKED]
    told = address.asked.order(with_further_names(found)).values_list(
        *COLUMNS, *(also if at_once else ())
    )
    end = len(COLUMNS) - 1
    return [
        Row._make((*values[:end], further_names(values[end]), *(values[end + 1 :] or (None, None))))
        for values in told
    ]


def first_component() -> Subquery:
    """The first component of an item, by its key."""
    touched = Item.components.through.objects.filter(item=OuterRef("pk"))
    return Subquery(touched.order_by("component__key").values("component")[:1])
