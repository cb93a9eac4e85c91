"""What was committed and slipped, and why, as far as somebody said.

A reason is asked of what was promised: items with a target, objectives, and the whole plan. An
item that was only planned shows its slip; one late item else asks about all that wait for it.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Subquery

from roadmaps.forecasting.workdays import workdays
from roadmaps.models import (
    Baseline,
    BaselineItem,
    ForecastRun,
    Item,
    ItemForecast,
    Objective,
    ObjectiveForecast,
    SlipPolicy,
    SlipReason,
)
from tpm.models import Product

BEYOND = 2_600
"""Working days of a slip beyond the horizon of ten years."""


@dataclass(frozen=True)
class Slip:
    """Something committed whose P85 is later than it was by more than the threshold."""

    baseline: Baseline
    item: Item | None
    objective: Objective | None
    was: datetime.date
    now: datetime.date | None
    """None: beyond ten years."""
    days: int
    """Working days, Monday to Friday."""
    threshold: int
    """Working days up to which nobody is asked."""
    reason: SlipReason | None
    """The newest that somebody gave."""
    promised: bool
    """Whether it was to land by a date: who merely planned it is not asked."""

    @property
    def asks(self) -> bool:
        """Whether a reason is missing, or it slipped by as much again since."""
        if not self.promised:
            return False
        return self.reason is None or self.days - self.reason.days > self.threshold

    @property
    def of(self) -> str:
        """Its word in an address."""
        if self.item is not None:
            return self.item.key
        return f"o{self.objective.pk}" if self.objective is not None else "plan"


def slip_days(product: Product) -> int:
    """Working days of slip up to which nobody is asked why."""
    found = SlipPolicy.objects.filter(product=product).values_list("working_days", flat=True)
    return found.first() or SlipPolicy.USUAL


def late_by(was: datetime.date, now: datetime.date | None) -> int:
    if now is None:
        return BEYOND
    return workdays(was + datetime.timedelta(days=1), now)


def newest_baseline(product: Product) -> Baseline | None:
    return Baseline.objects.filter(product=product).first()


def slips_of(
    product: Product, run: ForecastRun | None, *, threshold: int | None = None
) -> list[Slip]:
    """Slips since the newest baseline: the plan first, then objectives and items, the most first.

    run:       the newest forecast
    threshold: `slip_days`, where it was read already
    """
    baseline = newest_baseline(product)
    if baseline is None or run is None or baseline.run_id == run.pk:
        return []
    judge = Judge(product, baseline, threshold)
    return [
        *judge.plan(run),
        *sorted(judge.objectives(run), key=lambda slip: -slip.days),
        *sorted(judge.items(run), key=lambda slip: -slip.days),
    ]


def slip_of_item(item: Item, run: ForecastRun | None) -> Slip | None:
    """The slip of one item since the newest baseline, where it has one."""
    baseline = newest_baseline(item.product)
    if baseline is None or run is None or baseline.run_id == run.pk:
        return None
    return next(iter(Judge(item.product, baseline).items(run, item)), None)


class Judge:
    """Holds what was committed against the newest forecast."""

    def __init__(self, product: Product, baseline: Baseline, threshold: int | None = None) -> None:
        self.baseline = baseline
        self.threshold = slip_days(product) if threshold is None else threshold
        self.given: dict[tuple[int | None, int | None], SlipReason] = {}
        for reason in SlipReason.objects.filter(baseline=baseline).order_by("at", "pk"):
            self.given[reason.item_id, reason.objective_id] = reason

    def slip(
        self,
        was: datetime.date | None,
        now: datetime.date | None,
        *,
        promised: bool = True,
        item: Item | None = None,
        objective: Objective | None = None,
    ) -> list[Slip]:
        days = late_by(was, now) if was is not None else 0
        if was is None or days <= self.threshold:
            return []
        reason = self.given.get((item.pk if item else None, objective.pk if objective else None))
        return [
            Slip(
                self.baseline, item, objective, was, now, days, self.threshold, reason, promised
            )
        ]  # fmt: skip

    def items(self, run: ForecastRun, only: Item | None = None) -> Iterable[Slip]:
        rows = BaselineItem.objects.filter(
            baseline=self.baseline,
            stretch=False,
            p85__isnull=False,
            item__state__in=Item.SIMULATED,
        ).select_related("item__owner")
        if only is not None:
            rows = rows.filter(item=only)
        newest = ItemForecast.objects.filter(run=run, item=OuterRef("item"))
        for row in rows.filter(Exists(newest)).annotate(now=Subquery(newest.values("p85")[:1])):
            promised = row.target_date is not None
            yield from self.slip(row.p85, row.now, promised=promised, item=row.item)

    def objectives(self, run: ForecastRun) -> Iterable[Slip]:
        then = ObjectiveForecast.objects.filter(
            run=self.baseline.run_id, p85__isnull=False, objective__closed_on=None
        ).select_related("objective__owner")
        newest = ObjectiveForecast.objects.filter(
            run=run, objective=OuterRef("objective"), open_items__gt=0
        )
        rows = then.filter(Exists(newest)).annotate(now=Subquery(newest.values("p85")[:1]))
        for row in rows.defer("histogram", "errors", "last", "critical"):
            yield from self.slip(row.p85, row.now, objective=row.objective)

    def plan(self, run: ForecastRun) -> Iterable[Slip]:
        ends = dict(
            ForecastRun.objects.filter(pk__in=[self.baseline.run_id, run.pk]).values_list(
                "pk", "end"
            )
        )
        then, now = ends.get(self.baseline.run_id), ends.get(run.pk)
        if then and now and then.get("p85"):
            day = datetime.date.fromisoformat
            yield from self.slip(day(then["p85"]), day(now["p85"]) if now.get("p85") else None)
