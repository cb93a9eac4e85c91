"""Which plans are due, and what their newest forecast says."""

import datetime

from django.db.models import F, Q, QuerySet

from roadmaps.models import (
    Baseline,
    ForecastMoves,
    ForecastRun,
    ItemForecast,
    ObjectiveForecast,
    ObjectiveHurts,
    ScopeComparison,
)
from tpm.models import Product
from tpm.roles import products_visible_to


def products_with_a_due_forecast(today: datetime.date) -> QuerySet[Product]:
    """Plans that changed since their newest forecast, or whose forecast is of an earlier day."""
    return Product.objects.filter(
        Q(plan_status__isnull=True)
        | Q(plan_status__revision__lt=F("revision"))
        | Q(plan_status__as_of__isnull=True)
        | Q(plan_status__as_of__lt=today)
    )


def runs_visible_to(user) -> QuerySet[ForecastRun]:
    return ForecastRun.objects.filter(product__in=products_visible_to(user))


def baselines_visible_to(user) -> QuerySet[Baseline]:
    return Baseline.objects.filter(product__in=products_visible_to(user))


def item_forecasts(run: ForecastRun | None) -> dict[int, ItemForecast]:
    """Dates by item, without the histograms."""
    if run is None:
        return {}
    rows = ItemForecast.objects.filter(run=run).defer("histogram", "why", "errors")
    return {row.item_id: row for row in rows}


def objective_forecasts(run: ForecastRun | None) -> dict[int, ObjectiveForecast]:
    if run is None:
        return {}
    return {row.objective_id: row for row in ObjectiveForecast.objects.filter(run=run)}


def run_before(run: ForecastRun) -> ForecastRun | None:
    """The newest run made before this one."""
    return (
        ForecastRun.objects.filter(product_id=run.product_id, pk__lt=run.pk).order_by("-pk").first()
    )


def run_of_inputs(product_id: int, digest: str, *, seed: int) -> ForecastRun | None:
    """The newest run of a plan as it was then, on the same draws; its order and quarters alone."""
    same = ForecastRun.objects.filter(product=product_id, inputs_hash=digest, seed=seed)
    return same.order_by("-pk").only("order", "quarters").first()


def run_a_week_before(run: ForecastRun) -> ForecastRun | None:
    """The newest run of a day at least a week before; the oldest one where history is shorter."""
    earlier = ForecastRun.objects.filter(product_id=run.product_id, pk__lt=run.pk)
    week_ago = run.as_of - datetime.timedelta(days=7)
    return (
        earlier.filter(as_of__lte=week_ago).order_by("-pk").first()
        or earlier.order_by("pk").first()
    )


def last_explained(product_id: int) -> ForecastRun | None:
    """The newest run whose moves have been worked out."""
    told = ForecastMoves.objects.filter(run__product=product_id).order_by("-run")
    newest = told.values("run")[:1]
    return ForecastRun.objects.filter(pk__in=newest).defer("inputs", "order", "teams").first()


def moves_of(run: ForecastRun | None) -> list[ForecastMoves]:
    """What moved the dates up to this run, the longest look back first."""
    if run is None:
        return []
    return list(run.moves.select_related("since").defer("since__inputs").order_by("since_id"))


def comparison_of(since: ForecastRun, run: ForecastRun) -> ScopeComparison | None:
    """What changed between two runs, where it was worked out."""
    return ScopeComparison.objects.filter(run=run, since=since).first()


def hurts_of(run: ForecastRun | None) -> dict[int, ObjectiveHurts]:
    """What hurts each objective most in a run, where it was worked out."""
    if run is None:
        return {}
    return {row.objective_id: row for row in ObjectiveHurts.objects.filter(run=run)}


def moves_told(run: ForecastRun | None) -> list[ForecastMoves]:
    """The same; while the worker still replays the newest changes, what it told last stays."""
    found = moves_of(run)
    if found or run is None:
        return found
    return moves_of(last_explained(run.product_id))


def is_replaying(run: ForecastRun | None, found: list[ForecastMoves]) -> bool:
    """Whether what is told is of an earlier run than the newest."""
    return bool(run and found and found[0].run_id != run.pk)
