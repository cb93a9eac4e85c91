"""What the rows of a timeline need besides what lays them out, each in one query."""

from collections.abc import Mapping, Sequence
from datetime import date as Day
from typing import Any

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
from django.db.models.functions import Cast, JSONObject

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
    newest = Baseline.objects.filter(product=product).order_by("-at", "-pk").values("pk")[:1]
    kept = BaselineItem.objects.filter(item=OuterRef("pk"), baseline=Subquery(newest))
    dated = FilteredRelation("forecasts", condition=Q(forecasts__run=run.pk if run else 0))
    items = Item.objects.filter(of_these, product=product).order_by()
    # Two words of the whole: the rest of it is longer than all that a row draws. What comes from
    # one row is read as one value: each further subquery takes longer to write than to run.
    whys = items.alias(dated=dated).values_list(
        "pk",
        "title",
        "version",
        Cast(KeyTextTransform("drag", "dated__why"), FloatField()),
        Cast(KeyTextTransform("effort", "dated__why"), FloatField()),
        Subquery(kept.values(said=JSONObject(start="start_p50", end="p50"))),
        *([without_a_bar()] if any(row.p50 is None for row in rows) else ()),
    )
    return {
        pk: Detail(
            drag=drag or 0.0,
            effort=effort or 0.0,
            baseline=span_of(committed),
            moved=tried.get(pk, 0),
            range=range_of(*said),
            title=title,
            version=version,
        )
        for pk, title, version, drag, effort, committed, *said in whys
    }


def details_at_once(
    product: Product, rows: Sequence[Row], tried: Mapping[int, int]
) -> dict[int, Detail]:
    """The same of all rows of a plan, which were read with their drag and effort."""
    newest = Baseline.objects.filter(product=product).order_by("-at", "-pk").values("pk")[:1]
    kept = BaselineItem.objects.filter(baseline=Subquery(newest), start_p50__isnull=False)
    committed = {
        pk: (start, end)
        for pk, start, end in kept.order_by().values_list("item_id", "start_p50", "p50")
        if start and end
    }
    bare = [row.id for row in rows if row.p50 is None]
    newest_last = Estimate.objects.filter(item__in=bare).order_by("at", "pk")
    ranges = {
        pk: (low, likely, high, one_number)
        for pk, low, likely, high, one_number in newest_last.values_list(
            "item_id", "p10_days", "p50_days", "p90_days", "one_number"
        )
    }
    return {
        row.id: Detail(
            row.drag or 0.0, row.effort or 0.0, committed.get(row.id), tried.get(row.id, 0),
            ranges.get(row.id), row.title, row.version,
        )
        for row in rows
    }  # fmt: skip


def span_of(committed: dict[str, str | None] | None) -> tuple[Day, Day] | None:
    """First and last day of what was committed."""
    start, end = (committed["start"], committed["end"]) if committed else (None, None)
    return (Day.fromisoformat(start), Day.fromisoformat(end)) if start and end else None


def range_of(said: dict[str, Any] | None = None) -> tuple[float, float, float, bool] | None:
    """P10, P50 and P90 person-days, and whether one number was said."""
    if not said:
        return None
    return said["p10"], said["p50"], said["p90"], bool(said["one"])


def without_a_bar() -> Case:
    """The newest range of an item, for those whose words need it: without a P50."""
    newest = Estimate.objects.filter(item=OuterRef("pk")).order_by("-at", "-pk")
    said = JSONObject(p10="p10_days", p50="p50_days", p90="p90_days", one="one_number")
    return Case(When(dated__p50=None, then=Subquery(newest.values(said=said)[:1])))
