"""Which stored runs of a forecast go: 480 sweeps in a working day make as many."""

import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from roadmaps import queries
from roadmaps.models import ForecastMoves, ForecastRun, PlanStatus
from tpm import append_only

NEAR_PAST = datetime.timedelta(days=90)
NAMED = Q(baselines__isnull=False) | Q(pk__in=PlanStatus.objects.values("run").exclude(run=None))
"""Runs that a baseline or the plan's status names."""
READ_FOR = datetime.timedelta(minutes=10)
"""How long a page, an export or a worker may go on reading the run that it found the newest."""


def first_read(product_id: int) -> int:
    """The run that was the newest READ_FOR ago, by its id: from it on each may be being read."""
    rows = ForecastRun.objects.filter(product_id=product_id, at__lte=timezone.now() - READ_FOR)
    return rows.values_list("pk", flat=True).first() or 0


@transaction.atomic
def drop_overtaken(run: ForecastRun) -> int:
    """Drop the runs after changes of the same day that later ones took the place of.

    Kept are the run and the one before it, and every run that something names or a page may be
    reading: 480 sweeps in a working day would else keep as many plans until the night.

    returns: number of runs dropped
    """
    before = queries.run_before(run)
    if before is None:
        return 0
    rows = ForecastRun.objects.filter(
        product_id=run.product_id, as_of=run.as_of, reason=ForecastRun.Reason.CHANGE
    )
    told = ForecastMoves.objects.filter(run=run).values("since")
    overtaken = rows.filter(pk__lt=min(before.pk, first_read(run.product_id)))
    surplus = overtaken.exclude(NAMED).exclude(pk__in=told)
    dropped = surplus.count()
    if dropped:
        with append_only.removal_allowed("thinning of forecast runs"):
            surplus.delete()
    return dropped


@transaction.atomic
def thin_runs(product_id: int, *, today: datetime.date) -> int:
    """Drop old runs: kept are the newest, one a day for 90 days, then one a week, and every
    run that a baseline or the plan's status names or a page may be reading.

    returns: number of runs dropped
    """
    rows = ForecastRun.objects.filter(product_id=product_id)
    kept, days = set(rows.filter(NAMED).values_list("pk", flat=True)), set()
    for pk, as_of in rows.values_list("pk", "as_of"):
        slot = as_of if today - as_of <= NEAR_PAST else as_of.isocalendar()[:2]
        if slot not in days:
            kept.add(pk)
        days.add(slot)
    surplus = rows.filter(pk__lt=first_read(product_id)).exclude(pk__in=kept)
    dropped = surplus.count()
    if dropped:
        with append_only.removal_allowed("thinning of forecast runs"):
            surplus.delete()
    return dropped
