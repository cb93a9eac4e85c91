"""Committing to a plan, so that scope and dates can be compared with it later."""

from collections.abc import Collection
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from roadmaps import forecasting as engine
from roadmaps import queries
from roadmaps.models import Baseline, BaselineItem, ForecastRun, Item, ItemForecast
from roadmaps.queries.dates import freshness
from tpm import formats, history
from tpm.models import Product


@dataclass(frozen=True)
class Promise:
    """What committing a run would promise."""

    run: int
    chance: float | None
    items: int
    objectives: int
    stretch: int

    @property
    def sentence(self) -> str:
        """As it is stated before, and kept with the baseline."""
        if self.chance is None:
            return _("Nothing that is promised has a date to land by, so there is no chance.")
        dates = self.items + self.objectives
        said = ngettext(
            "%(share)s likely that the one date in it is kept.",
            "%(share)s likely that all %(dates)s dates are kept, of %(items)s and %(objectives)s.",
            dates,
        ) % {
            "share": formats.chance(self.chance),
            "dates": dates,
            "items": ngettext("%(n)s item", "%(n)s items", self.items) % {"n": self.items},
            "objectives": ngettext("%(n)s objective", "%(n)s objectives", self.objectives)
            % {"n": self.objectives},
        }
        if self.stretch:
            said += " " + ngettext(
                "One stretch item does not count.",
                "%(n)s stretch items do not count.",
                self.stretch,
            ) % {"n": self.stretch}
        return said


def promise_of(run: ForecastRun, stretch: Collection[int] = ()) -> Promise:
    """What committing a run would promise: a preview, computed on the trials of the run.

    stretch: ids of the items that are hoped for, not promised
    """
    plan = queries.plan_of_run(run)
    counted = engine.promises(plan, stretch)
    chance = run.chance
    if stretch:
        chance = engine.chance_without(plan, stretch, trials=run.trials, seed=run.seed)
    objectives = sum(each.of_objective for each in counted)
    return Promise(run.pk, chance, len(counted) - objectives, objectives, len(stretch))


def committable(product: Product) -> ForecastRun:
    """The forecast of the plan as it is now.

    raises: ValidationError when there is none
    """
    fresh = freshness(product, leave_out=())
    if fresh.run is None or fresh.stale:
        raise ValidationError(_("The forecast is being recomputed. Commit when it is up to date."))
    return fresh.run


@transaction.atomic
def commit_baseline(
    product: Product, *, by, name: str, stretch: Collection[int] = (), said: Promise | None = None
) -> Baseline:
    """Freeze the items, ranges, order, dates and the chance of the newest forecast.

    stretch: ids of the items that are hoped for, not promised
    said:    what was stated before, where the page worked it out already
    raises:  ValidationError when there is no forecast of the plan as it is now
    """
    Product.objects.select_for_update().get(pk=product.pk)
    product.refresh_from_db()
    run = committable(product)
    promise = said or promise_of(run, stretch)
    if promise.run != run.pk:
        raise ValidationError(_("There is a newer forecast: read its chance, then commit."))
    baseline = Baseline(
        product=product, name=name, by=by, run=run, chance=promise.chance, said=promise.sentence
    )
    baseline.full_clean()
    baseline.save()
    BaselineItem.objects.bulk_create(baseline_rows(baseline, run, set(stretch)))
    history.record(product, by=by, action="committed", changes={"baseline": (None, name)})
    return baseline


def baseline_rows(baseline: Baseline, run: ForecastRun, stretch: set[int]) -> list[BaselineItem]:
    plan = engine.Plan.from_dict(run.inputs)
    stretch = with_parts(plan, stretch)
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
                stretch=item.id in stretch,
            )
        )
    return rows


def with_parts(plan: engine.Plan, ids: set[int]) -> set[int]:
    """Items and all that they are made of."""
    found, size = set(ids), -1
    while len(found) != size:
        size = len(found)
        found |= {item.id for item in plan.items if item.parent in found}
    return found
