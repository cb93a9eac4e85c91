"""Whether forecasts came true."""

from django.db.models import OuterRef, QuerySet, Subquery

from roadmaps.forecasting.ratios import Ratios
from roadmaps.models import ForecastScore, Item, ItemForecast, Learning
from roadmaps.queries.items import work_of
from tpm.models import Product

NEWEST = 500
"""Started items whose said dates are looked up."""


def scores_of(product: Product) -> QuerySet[ForecastScore]:
    """Scored forecasts of effort, in the order of the finish."""
    rows = ForecastScore.objects.filter(item__product=product).select_related("item", "item__team")
    return rows.order_by("item__finished_on", "item_id")


def said_dates(product: Product) -> list[tuple[Item, ItemForecast]]:
    """Started items with the dates that the newest forecast said when their work began.

    Finished ones and those still open, for a date may pass over an item that is not done. In the
    order of the start; items that no stored forecast had seen by then are left out.
    """
    said = ItemForecast.objects.filter(
        item=OuterRef("pk"), run__as_of__lte=OuterRef("started_on"), p50__isnull=False
    ).exclude(basis__in=(ItemForecast.Basis.DONE, ItemForecast.Basis.CHILDREN))
    rows = (
        work_of(Item.objects.filter(product=product, started_on__isnull=False))
        .filter(state__in=(Item.State.DONE, Item.State.IN_PROGRESS))
        .annotate(said=Subquery(said.order_by("-run_id").values("pk")[:1]))
        .filter(said__isnull=False)
        .order_by("-started_on", "-pk")[:NEWEST]
    )
    items = list(rows)[::-1]
    dates = ItemForecast.objects.defer("histogram", "why").in_bulk([item.said for item in items])
    # What the night has dropped since the first query is left out.
    return [(item, dates[item.said]) for item in items if item.said in dates]


def is_corrected(product: Product) -> bool:
    """Whether the newest lesson reads new forecasts of effort at other levels, after a drift."""
    newest = Learning.objects.filter(product=product).values_list("details__ratios__levels")
    return bool((newest.first() or [None])[0])


def own_stretch(product: Product, user_id: int) -> tuple[float, int] | None:
    """How much wider than typed one's own ranges prove to be, and from how many finished ones.

    Shown to that person alone. None before anything was learned.
    """
    newest = Learning.objects.filter(product=product).values_list("details__ratios", flat=True)
    ratios = newest.first()
    if not ratios or not Ratios.can_read(ratios):
        return None
    own = (row for row in ratios["stretches"] if row[0] == user_id)
    return next(((stretch, n) for _, stretch, n in own), None)
