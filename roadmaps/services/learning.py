"""Recomputing estimates from finished work."""

import datetime
import hashlib
import json
from dataclasses import asdict

from django.db import transaction
from django.utils import timezone

from roadmaps import forecasting as engine
from roadmaps.forecasting.ratios import Replayed, actuals_tables, replay
from roadmaps.models import Estimate, ForecastScore, Item, LearnedEstimate, Learning
from roadmaps.queries.finished import abouts_of, history_of, typed_of
from roadmaps.queries.plan import newest_estimates
from tpm import revisions
from tpm.history import plain
from tpm.models import Product


def refresh_learning(product_id: int, *, as_of: datetime.date | None = None) -> bool:
    """Learn anew from what was finished before a day; twice on the same work is once.

    Where nothing is finished any more, an empty lesson takes the place of the one before.

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
    replayed = replay(history, ratios)
    with transaction.atomic():
        learning = Learning.objects.create(
            product=product,
            as_of=day,
            inputs_hash=digest,
            finished_items=ratios.n,
            details=details,
        )
        learn_estimates(learning, open_estimates(product) if history else [])
        keep_scores(product, replayed)
        revisions.bump(product.pk)
    return True


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


def learn_new_estimates(product: Product, *, as_of: datetime.date) -> None:
    """Say what history makes of estimates typed since the newest learning."""
    learning = Learning.objects.filter(product=product, as_of__lte=as_of).first()
    if learning is None or not engine.Ratios.can_read(learning.details["ratios"]):
        return
    if learning.inputs_hash == digest_of([]):
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
            most_like=list(learned.most_like),
        )
        for estimate, learned in zip(estimates, lessons, strict=True)
    ]
    LearnedEstimate.objects.bulk_create(rows, ignore_conflicts=True)
