"""The second opinion on a plan: how long so many items take at the pace of finished ones."""

import datetime

from django.db.models import QuerySet

from roadmaps import forecasting as engine
from roadmaps.models import Item
from roadmaps.queries.items import work_of
from tpm.models import Product

WEEKS = 104
"""Past weeks that are looked at."""

TRIALS = 2000


def second_opinion(product: Product, plan: engine.Plan, result: engine.Result) -> dict | None:
    """Weeks until all open items are done by counting alone, beside what their efforts say.

    None where nothing is open, the plan has no end, or nothing was finished of late.
    """
    from roadmaps.forecasting import throughput  # numpy, which a web process has no use for

    end = result.project.finish if result.project else None
    remaining = counted(product).filter(state__in=Item.SIMULATED).count()
    past = weekly_counts(product, plan.today)
    if end is None or end.p50 is None or not remaining or not any(past[-throughput.WINDOW :]):
        return None
    scores, draws = throughput.drawn(result.seed, TRIALS)
    weeks = throughput.forecast(past, remaining, scores=scores, draws=draws)
    effort = max(0.0, ((end.p50 - plan.today).days + 1) / 7)
    opinion = throughput.second_opinion(effort, weeks.range.p50)
    return {
        "items": remaining,
        "window": weeks.window,
        "p10": weeks.range.p10,
        "p50": weeks.range.p50,
        "p85": weeks.p85,
        "effort": opinion.effort,
        "differ": opinion.differ,
        "flagged": opinion.flagged,
    }


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
