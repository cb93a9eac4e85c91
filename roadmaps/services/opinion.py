"""The second opinion on a plan: how long so many items take at the pace of finished ones."""

import datetime
import math

from django.db.models import Q, QuerySet

from roadmaps import forecasting as engine
from roadmaps.models import Item
from roadmaps.queries.items import work_of
from tpm.models import Product

WEEKS = 104
"""Past weeks that are looked at."""

TRIALS = 2000


def second_opinion(product: Product, plan: engine.Plan, result: engine.Result) -> dict | None:
    """Weeks until open items are done by counting alone, beside what their efforts say.

    Left out on both sides is what no pace of finishing tells of: milestones, roll-ups, and items
    that start on a typed day or after it. None where nothing else is open, it has no end, or
    nothing was finished of late.
    """
    from roadmaps.forecasting import throughput  # numpy, which a web process has no use for

    remaining = set(open_ids(product, plan.today))
    end = last_end(result, remaining)
    past = weekly_counts(product, plan.today)
    if end is None or not any(past[-throughput.DRAWN :]):
        return None
    scores, draws = throughput.drawn(result.seed, TRIALS)
    weeks = throughput.forecast(past, len(remaining), scores=scores, draws=draws)
    effort = math.ceil(max(0, (end - plan.today).days + 1) / 7)
    opinion = throughput.second_opinion(effort, weeks.range.p50)
    return {
        "items": len(remaining),
        "window": weeks.window,
        "p10": weeks.range.p10,
        "p50": weeks.range.p50,
        "p85": weeks.p85,
        "effort": opinion.effort,
        "differ": opinion.differ,
        "flagged": opinion.flagged,
    }


def open_ids(product: Product, today: datetime.date) -> QuerySet[Item, int]:
    """Counted items that are still to be done and may be worked on from today."""
    free = Q(not_before__isnull=True) | Q(not_before__lte=today) | Q(state=Item.State.IN_PROGRESS)
    rows = counted(product).filter(free, state__in=Item.SIMULATED)
    return rows.values_list("pk", flat=True)


def last_end(result: engine.Result, ids: set[int]) -> datetime.date | None:
    """P50 of the day on which the last of some items is done; None where one never is.

    Where more than these is open, that of the one that ends last stands for it.
    """
    if result.project and ids == set(result.order):
        return result.project.finish.p50
    ends = [item.finish.p50 for item in result.items if item.id in ids]
    known = [end for end in ends if end is not None]
    return max(known) if known and len(known) == len(ends) else None


def counted(product: Product) -> QuerySet[Item]:
    """Items that are counted, on both sides alike."""
    return work_of(Item.objects.filter(product=product))


def weekly_counts(product: Product, today: datetime.date) -> list[int]:
    """Items finished in each of the past weeks that end yesterday, oldest first.

    From the week of the first finish on, at most two years.
    """
    first = today - datetime.timedelta(weeks=WEEKS)
    rows = counted(product).filter(
        state=Item.State.DONE, finished_on__gte=first, finished_on__lt=today
    )
    counts = [0] * WEEKS
    for day in rows.values_list("finished_on", flat=True):
        if day is not None:
            counts[WEEKS - 1 - ((today - day).days - 1) // 7] += 1
    begin = next((k for k, count in enumerate(counts) if count), WEEKS)
    return counts[begin:]
