"""Orders that are proposed: compared by a worker, and taken by a person, or not."""

import datetime
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from roadmaps import forecasting as engine
from roadmaps import queries
from roadmaps.models import (
    ForecastRun,
    Item,
    ItemPriority,
    PriorityFormula,
    Scenario,
)
from roadmaps.queries.priorities import worths_of
from roadmaps.services.forecasts import keep_order
from roadmaps.services.ordering import order_items
from roadmaps.services.ranking import refresh_priorities
from roadmaps.services.recompute import is_current
from roadmaps.services.scenarios import add_change, create_scenario
from tpm import jobs, revisions
from tpm.models import Job, Product

if TYPE_CHECKING:
    from roadmaps.forecasting.worth import Delay

KIND = "proposals"
MOVED_KEPT = 60
"""Items of a proposal that are told: those that move farthest."""
NAMES = ("value", "score", "shortest")


def request_proposals(product: Product, *, by) -> Job:
    """Start looking for orders; their page compares them, and nothing is kept yet."""
    title = _("Proposed orders for %(product)s") % {"product": product.name}
    job = jobs.create(KIND, title, product=product, by=by, total=4, unit="steps")
    revisions.enqueue("roadmaps.run_proposals_job", job.pk)
    return job


def run_proposals_job(job_id: int) -> None:
    """The work behind `request_proposals`: each order against the present one, same draws."""
    with jobs.running(job_id) as job:
        if job is None:
            return
        product = job.job.product
        if product is None:
            raise jobs.JobRefused("This product is gone.")
        run = ForecastRun.objects.filter(product=product).first()
        if run is None:
            raise jobs.JobRefused(_("There is no forecast yet, so no order can be compared."))
        refresh_priorities(product.pk)
        job.progress(0, note=_("Simulating the present order"))
        plan = queries.plan_of(product, as_of=timezone.localdate())
        plan = keep_order(plan, run, ForecastRun.Reason.CHANGE)
        # Before the values are read: what is typed while orders are searched was not compared.
        formula = PriorityFormula.objects.filter(product=product).first()
        proposals = engine.Proposals(
            plan, worths_of(product), seed=product.plan_seed, trials=run.trials
        )
        found = []
        job.progress(1, note=_("Searching by value"))

        def searched(orders: int) -> None:
            if orders % 5 == 0:  # also where it may be cancelled
                note = _("Searching by value, %(n)s orders simulated") % {"n": orders}
                job.progress(1, note=note)

        found.append(proposals.by_value(progress=searched))
        job.progress(2, note=_("Ordering by score"))
        rows = ItemPriority.objects.filter(ranking__product=product, place__isnull=False)
        found.append(proposals.by_score(dict(rows.values_list("item_id", "place"))))
        job.progress(3, note=_("Searching the shortest plan"))
        found.append(proposals.by_length())
        job.report = {
            "page": reverse("roadmaps:proposals", args=[product.key, job_id]),
            "run": run.pk,
            "revision": product.revision,
            "formula": formula.revision if formula else 0,
            "lost": proposals.delays.lost,
            "curves": len(proposals.delays.items) + len(proposals.delays.objectives),
            "trials": run.trials,
            "proposals": [told(each, plan.today) for each in found if each is not None],
        }
        job.progress(4)


def told(found: "engine.Proposal", today: datetime.date) -> dict[str, Any]:
    """A proposal as JSON keeps it."""
    before, after = found.what_if.before, found.what_if.after
    return {
        "name": found.name,
        "order": list(found.order),
        "displaced": list(found.displaced),
        "gained": found.gained,
        "lost": found.after.lost,
        "end": compared(before.project, after.project),
        "objectives": both(
            before.objectives, after.objectives,
            found.before.objectives, found.after.objectives,
        ),
        "items": farthest(
            both(before.items, after.items, found.before.items, found.after.items)
        ),
        "moved": sum(
            bool(move.p85_days or move.p50_days) for move in found.what_if.items.values()
        ),
        "bound": bound(found.bound, today),
    }  # fmt: skip


def both(before, after, lost: "dict[int, Delay]", anew: "dict[int, Delay]") -> list[dict[str, Any]]:
    """What both sides say of each thing, with the loss on its value curve."""
    old = {row.id: row for row in before}
    return [
        compared(old[row.id], row)
        | {
            "lost now": lost[row.id].lost if row.id in lost else None,
            "lost anew": anew[row.id].lost if row.id in anew else None,
        }
        for row in after
        if row.id in old
    ]


def compared(before: engine.Landing | None, after: engine.Landing | None) -> dict[str, Any]:
    if before is None or after is None:
        return {}
    return {
        "id": after.id, "key": after.key,
        "p50 now": iso(before.finish.p50), "p50 anew": iso(after.finish.p50),
        "p85 now": iso(before.finish.p85), "p85 anew": iso(after.finish.p85),
        "days50": days(before.finish.p50, after.finish.p50),
        "days": days(before.finish.p85, after.finish.p85),
        "chance now": before.chance, "chance anew": after.chance,
        "lost now": None, "lost anew": None,
    }  # fmt: skip


def farthest(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    moved = [row for row in rows if row["days"] or row["days50"]]
    moved.sort(key=lambda row: (-abs(row["days"] or 0), row["key"]))
    return moved[:MOVED_KEPT]


def iso(day: datetime.date | None) -> str | None:
    return day.isoformat() if day else None


def days(before: datetime.date | None, after: datetime.date | None) -> int | None:
    return (after - before).days if before and after else None


def bound(found: "engine.Shortest | None", today: datetime.date) -> dict[str, Any] | None:
    """The end of the shortest plan at P50, and the day before which no order ends."""
    if found is None:
        return None
    return {
        "finish": iso(last_day(found.finish, today)),
        "bound": iso(last_day(found.lower_bound, today)),
        "now": iso(last_day(found.by_rank, today)),
        "engine": found.engine,
    }


def last_day(moment: float, today: datetime.date) -> datetime.date | None:
    """The day that a moment, in days from the morning of the forecast, ends."""
    if not math.isfinite(moment):
        return None
    return today + datetime.timedelta(days=max(0, math.ceil(moment - 1e-6) - 1))


def still_holds(product: Product, job: Job) -> bool:
    """Whether the plan, its formula and its values are those that a job compared."""
    formula = PriorityFormula.objects.filter(product=product).first()
    same = job.report.get("formula") == (formula.revision if formula else 0)
    return job.state == Job.State.DONE and same and is_current(product, job)


def proposal_of(job: Job, name: str) -> dict[str, Any] | None:
    return next((row for row in job.report.get("proposals", []) if row["name"] == name), None)


def keys_of(product: Product, job: Job, name: str) -> Sequence[str]:
    """Keys of a proposed order. raises: ValidationError when it is old, or not there"""
    found = proposal_of(job, name)
    if found is None or not still_holds(product, job):
        words = _("The plan has moved on since this comparison. Have the orders compared again.")
        raise ValidationError(words)
    items = dict(Item.objects.filter(product=product).values_list("pk", "key"))
    return [items[pk] for pk in found["order"] if pk in items]


@transaction.atomic
def take_order(product: Product, job: Job, *, by, name: str) -> int:
    """Make a proposed order the plan's own. returns: how many ranks changed

    raises: ValidationError when the plan has moved on since it was compared
    """
    Product.objects.select_for_update().get(pk=product.pk)
    return order_items(product, by=by, keys=keys_of(product, job, name))


@transaction.atomic
def keep_as_scenario(product: Product, job: Job, *, by, name: str, title: str) -> Scenario:
    """A scenario of one change: the proposed order.

    raises: ValidationError when the plan has moved on, or the person has one of that name
    """
    keys = list(keys_of(product, job, name))
    scenario = create_scenario(product, by=by, name=title)
    add_change(scenario, by=by, asked={"do": "order", "items": keys})
    return scenario


def newest(product: Product) -> Job | None:
    """The last comparison of orders that was asked for."""
    return Job.objects.filter(product=product, kind=KIND).order_by("-pk").first()
