"""What the rows of a timeline need besides what lays them out, each in one query."""

from collections.abc import Mapping, Sequence

from django.db.models import (
    Case,
    FilteredRelation,
    FloatField,
    OuterRef,
    Q,
    Subquery,
    When,
)
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from roadmaps.models import Baseline, BaselineItem, Estimate, ForecastRun, Item, ItemLink
from roadmaps.timeline.arrows import Link
from roadmaps.timeline.bars import Detail
from roadmaps.timeline.lanes import Row
from tpm.models import Product

MOST_NAMED = 300
ALL = Q()


def links_of(product: Product, ends: Q = ALL) -> list[Link]:
    """Links between open items of a plan, in the order in which they were made."""
    found = ItemLink.objects.filter(
        ends,
        successor__product=product,
        successor__state__in=Item.OPEN,
        predecessor__state__in=Item.OPEN,
    ).order_by("pk")
    rows = found.values_list(
        "predecessor_id", "successor_id", "predecessor__key", "successor__key", "kind"
    )
    return [Link._make(values) for values in rows]


def details_of(
    product: Product, run: ForecastRun | None, rows: Sequence[Row], tried: Mapping[int, int]
) -> dict[int, Detail]:
    """Of some rows, by id: drag, what is left, what was committed, and ranges without a bar.

    tried: calendar days by which a scenario moves the P50 of an item
    """
    # A thousand numbers in a query take longer than reading the rows of the whole plan.
    of_these = (
        Q(pk__in=[row.id for row in rows])
        if len(rows) <= MOST_NAMED
        else Q(state__in={row.state for row in rows})
    )
    newest = Baseline.objects.filter(product=product).order_by("-at", "-pk")
    kept = BaselineItem.objects.filter(
        item=OuterRef("pk"), baseline=Subquery(newest.values("pk")[:1])
    )
    dated = FilteredRelation("forecasts", condition=Q(forecasts__run=run.pk if run else 0))
    items = Item.objects.filter(of_these, product=product).order_by()
    # Two words of the whole: the rest of it is longer than all that a row draws.
    whys = items.alias(dated=dated).values_list(
        "pk",
        "title",
        "version",
        Cast(KeyTextTransform("drag", "dated__why"), FloatField()),
        Cast(KeyTextTransform("effort", "dated__why"), FloatField()),
        Subquery(kept.values("start_p50")),
        Subquery(kept.values("p50")),
        *without_a_bar("p10_days", "p50_days", "p90_days", "one_number"),
    )
    return {
        pk: Detail(
            drag=drag or 0.0,
            effort=effort or 0.0,
            baseline=(start, end) if start and end else None,
            moved=tried.get(pk, 0),
            range=said if said[1] is not None else None,
            title=title,
            version=version,
        )
        for pk, title, version, drag, effort, start, end, *said in whys
    }


def without_a_bar(*columns: str) -> list[Case]:
    """Columns of the newest range of an item, for those whose words need it: without a P50."""
    newest = Estimate.objects.filter(item=OuterRef("pk")).order_by("-at", "-pk")
    return [
        Case(When(dated__p50=None, then=Subquery(newest.values(column)[:1]))) for column in columns
    ]
