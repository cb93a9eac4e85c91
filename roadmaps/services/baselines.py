"""Committing to a plan, so that scope and dates can be compared with it later."""

from django.core.exceptions import ValidationError
from django.db import transaction

from roadmaps import forecasting as engine
from roadmaps.models import Baseline, BaselineItem, ForecastRun, Item, ItemForecast
from roadmaps.queries.dates import freshness
from tpm import history
from tpm.models import Product


@transaction.atomic
def commit_baseline(product: Product, *, by, name: str) -> Baseline:
    """Freeze the items, ranges, order, dates and the chance of the newest forecast.

    raises: ValidationError when there is no forecast of the plan as it is now
    """
    Product.objects.select_for_update().get(pk=product.pk)
    product.refresh_from_db()
    fresh = freshness(product, leave_out=())
    if fresh.run is None or fresh.stale:
        raise ValidationError("The forecast is being recomputed. Commit when it is up to date.")
    run = fresh.run
    baseline = Baseline(product=product, name=name, by=by, run=run, chance=run.chance)
    baseline.full_clean()
    baseline.save()
    BaselineItem.objects.bulk_create(baseline_rows(baseline, run))
    history.record(product, by=by, action="committed", changes={"baseline": (None, name)})
    return baseline


def baseline_rows(baseline: Baseline, run: ForecastRun) -> list[BaselineItem]:
    plan = engine.Plan.from_dict(run.inputs)
    dates = {row.item_id: row for row in ItemForecast.objects.filter(run=run)}
    titles = dict(Item.objects.filter(product=baseline.product).values_list("pk", "title"))
    place = {pk: index for index, pk in enumerate(run.order)}
    rows: list[BaselineItem] = []
    for item in sorted(plan.items, key=lambda item: (place.get(item.id, len(place)), item.rank)):
        forecast = dates.get(item.id)
        rows.append(
            BaselineItem(
                baseline=baseline,
                item_id=item.id,
                title=titles.get(item.id, item.key),
                state=item.state,
                position=len(rows) + 1,
                p10_days=item.typed.p10 if item.typed else None,
                p50_days=item.typed.p50 if item.typed else None,
                p90_days=item.typed.p90 if item.typed else None,
                start_p50=forecast.start_p50 if forecast else item.started_on,
                p50=forecast.p50 if forecast else item.finished_on,
                p85=forecast.p85 if forecast else item.finished_on,
                target_date=item.target,
            )
        )
    return rows
