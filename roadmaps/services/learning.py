"""Recomputing estimates from finished work."""

import datetime
import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, replace

from django.db import transaction
from django.utils import timezone

from roadmaps import forecasting as engine
from roadmaps.forecasting.ratios import Replayed, actuals_tables, replay
from roadmaps.models import Estimate, ForecastScore, Item, LearnedEstimate, Learning
from roadmaps.queries.finished import abouts_of, history_of, typed_of
from roadmaps.queries.plan import newest_estimates
from tpm import append_only, revisions
from tpm.history import plain
from tpm.models import Product

RECENT = datetime.timedelta(days=14)


def refresh_learning(
    product_id: int, *, as_of: datetime.date | None = None, score_past: bool = True
) -> bool:
    """Learn anew from what was finished before a day; twice on the same work is once.

    Where nothing is finished any more, an empty lesson takes the place of the one before.

    score_past: whether past forecasts are scored as well, for the page on calibration
    returns: whether what is known from finished work changed
    """
    product = Product.objects.filter(pk=product_id).first()
    if product is None:
        return False
    day = as_of or timezone.localdate()
    history, spans = history_of(product, before=day)
    digest = digest_of(history)
    newest = Learning.objects.filter(product=product).first()
    if (newest.inputs_hash == digest) if newest else not history:
        return False
    ratios = engine.Ratios.learn(history, on=day)
    details = {
        "ratios": ratios.to_dict(),
        "tables": actuals_tables(history, on=day),
        "spans": plain(spans),
    }
    replayed = replay(history, ratios) if score_past else None
    with transaction.atomic():
        learning = Learning.objects.create(
            product=product,
            as_of=day,
            inputs_hash=digest,
            finished_items=ratios.n,
            details=details,
        )
        learn_estimates(learning, open_estimates(product) if history else [])
        if replayed is not None:
            keep_scores(product, replayed)
        revisions.bump(product.pk)
    return True


@transaction.atomic
def thin_learnings(product_id: int, *, today: datetime.date) -> int:
    """Drop old lessons: kept are those of two weeks, then the newest of each month.

    returns: number of lessons dropped
    """
    rows = Learning.objects.filter(product_id=product_id)
    kept, months = set(), set()
    for pk, as_of in rows.values_list("pk", "as_of"):
        month = (as_of.year, as_of.month)
        if today - as_of <= RECENT or month not in months:
            kept.add(pk)
        months.add(month)
    surplus = rows.exclude(pk__in=kept)
    dropped = surplus.count()
    if dropped:
        with append_only.removal_allowed("thinning of lessons"):
            surplus.delete()
    return dropped


def kept_table(table: Sequence[float]) -> list[float]:
    """A quantile table with four digits of each value: its ends say how long the tail is."""
    return [float(f"{days:.4g}") for days in table]


def keep_scores(product: Product, replayed: list[Replayed]) -> None:
    """Replace what is said of past forecasts by what the newest lesson makes of them."""
    ForecastScore.objects.filter(item__product=product).delete()
    items = dict(Item.objects.filter(product=product).values_list("key", "pk"))
    ForecastScore.objects.bulk_create(
        ForecastScore(
            item_id=items[str(each.id)],
            as_of=each.on,
            based_on=each.n,
            p50_days=each.p50,
            p85_days=each.p85,
            p95_days=each.p95,
            actual_days=each.actual,
            **asdict(each.score),
        )
        for each in replayed
    )


def digest_of(history: list[engine.Finished]) -> str:
    """Tells what was learned from, and by which learner."""
    text = json.dumps([engine.Ratios.VERSION, *(str(row) for row in history)])
    return hashlib.sha256(text.encode()).hexdigest()


def open_estimates(product: Product) -> list[Estimate]:
    """The newest estimate of every item that is still to be done."""
    items = Item.objects.filter(product=product, state__in=Item.OPEN).values_list("pk", flat=True)
    return list(newest_estimates(list(items)).values())


def newest_lesson(product: Product, *, as_of: datetime.date) -> Learning | None:
    """What was learned last, where it says anything and this version can read it."""
    learning = Learning.objects.filter(product=product, as_of__lte=as_of).first()
    if learning is None or not engine.Ratios.can_read(learning.details["ratios"]):
        return None
    return None if learning.inputs_hash == digest_of([]) else learning


def lessons_of(
    product: Product, typed: list[tuple[int, engine.Triple | float]], *, by
) -> list[engine.Learned]:
    """What history makes of estimates that nobody has saved, as the next forecast would have it.

    typed:   item ids, each with what was typed
    by:      who asks, as whoever estimates would
    returns: in their order; empty where nothing was learned
    """
    learning = newest_lesson(product, as_of=timezone.localdate())
    if learning is None or not typed:
        return []
    unsaved = [Estimate(item_id=item, by=by) for item, _ in typed]
    said = zip([value for _, value in typed], abouts_of(unsaved), strict=True)
    lessons = engine.Ratios.from_dict(learning.details["ratios"]).learn_ranges(list(said))
    return [replace(lesson, table=tuple(kept_table(lesson.table))) for lesson in lessons]


def learn_new_estimates(product: Product, *, as_of: datetime.date) -> None:
    """Say what history makes of estimates typed since the newest learning."""
    learning = newest_lesson(product, as_of=as_of)
    if learning is None:
        return
    known = set(learning.estimates.values_list("estimate_id", flat=True))
    fresh = [row for row in open_estimates(product) if row.pk not in known]
    learn_estimates(learning, fresh)


def learn_estimates(learning: Learning, estimates: list[Estimate]) -> None:
    """Store, beside each typed range, what finished work makes of it."""
    ratios = engine.Ratios.from_dict(learning.details["ratios"])
    lessons = ratios.learn_ranges(
        [
            (typed_of(estimate) or estimate.p50_days, about)
            for estimate, about in zip(estimates, abouts_of(estimates), strict=True)
        ]
    )
    rows = [
        LearnedEstimate(
            learning=learning,
            estimate=estimate,
            p10_days=learned.range.p10,
            p50_days=learned.range.p50,
            p90_days=learned.range.p90,
            based_on=learned.n,
            table=kept_table(learned.table),
            most_like=list(learned.most_like),
        )
        for estimate, learned in zip(estimates, lessons, strict=True)
    ]
    LearnedEstimate.objects.bulk_create(rows, ignore_conflicts=True)
