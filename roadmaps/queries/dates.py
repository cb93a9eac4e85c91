"""The dates of items and objectives, as lists and pages show them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, QuerySet
from django.utils import timezone

from roadmaps.models import Estimate, ForecastRun, Item, PlanStatus
from roadmaps.queries.items import work_of
from tpm.models import Product

LARGE = ("inputs", "order", "quarters", "teams")


@dataclass(frozen=True)
class Freshness:
    """The newest run of a plan, and whether the plan or the day moved on since."""

    run: ForecastRun | None
    stale: bool
    failure: str = ""
    nothing: bool = False
    """Whether there is neither a run nor any planned work that one could be made of."""


def freshness(product: Product, *, leave_out: Iterable[str] = LARGE) -> Freshness:
    """The newest run in one query. It is stale once the plan or the day has moved on.

    So it is where they have, and the plan could not be computed.

    leave_out: the run's large values that are read only where they are asked for
    """
    status = (
        PlanStatus.objects.filter(product=product)
        .select_related("run")
        .defer(*(f"run__{name}" for name in leave_out))
        .first()
    )
    run, failure = (status.run, status.failure) if status else (None, "")
    stale = status is None or bool(failure) or is_due(status, product)
    nothing = run is None and not has_plan(product)
    return Freshness(run=run, stale=stale, failure=failure, nothing=nothing)


def has_plan(product: Product) -> bool:
    """Whether any work is planned, so that there is something to forecast."""
    return Item.objects.filter(product=product, state__in=Item.SIMULATED).exists()


def is_due(status: PlanStatus, product: Product) -> bool:
    """Of one plan what `products_with_a_due_forecast` finds: a worker is on it."""
    return (
        status.run_id is None
        or status.revision < product.revision
        or status.as_of is None
        or status.as_of < timezone.localdate()
    )


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
    """Items that nobody has estimated; milestones need none, nor does what is made of parts."""
    unsaid = ~Exists(Estimate.objects.filter(item=OuterRef("pk")))
    return work_of(items.filter(unsaid))


def matching_chance(row) -> float | None:
    """The chance of a row with dates, unless its target was changed after the run."""
    return row.chance if row.date_target == row.target_date else None
