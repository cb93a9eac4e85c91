"""The dates of items and objectives, as lists and pages show them."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, QuerySet

from roadmaps.models import Estimate, ForecastRun, Item, PlanStatus
from tpm.models import Product

LARGE = ("inputs", "order", "teams")


@dataclass(frozen=True)
class Freshness:
    """The newest run of a plan, and whether the plan moved on since."""

    run: ForecastRun | None
    stale: bool
    failure: str = ""


def freshness(product: Product) -> Freshness:
    """The newest run without its large values, in one query."""
    status = (
        PlanStatus.objects.filter(product=product)
        .select_related("run")
        .defer(*(f"run__{name}" for name in LARGE))
        .first()
    )
    if status is None:
        return Freshness(run=None, stale=True)
    stale = status.run is None or status.revision < product.revision
    return Freshness(run=status.run, stale=stale, failure=status.failure)


def with_dates(items: QuerySet[Item], run: ForecastRun | None) -> QuerySet[Any]:
    """Items with what a run says: date_p50, date_p85, date_p95, date_target, chance, basis."""
    found = FilteredRelation("forecasts", condition=Q(forecasts__run=run.pk if run else 0))
    return items.annotate(dated=found).annotate(
        date_p50=F("dated__p50"),
        date_p85=F("dated__p85"),
        date_p95=F("dated__p95"),
        date_target=F("dated__target_date"),
        chance=F("dated__chance"),
        basis=F("dated__basis"),
    )


def without_estimate(items: QuerySet[Item]) -> QuerySet[Item]:
    """Items that nobody has estimated; milestones need none."""
    return items.filter(~Exists(Estimate.objects.filter(item=OuterRef("pk")))).exclude(
        kind=Item.Kind.MILESTONE
    )


def matching_chance(row) -> float | None:
    """The chance of a row with dates, unless its target was changed after the run."""
    return row.chance if row.date_target == row.target_date else None
