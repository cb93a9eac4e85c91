"""Finished work, as learning reads it."""

import datetime

from roadmaps import forecasting as engine
from roadmaps.forecasting.ratios import DERIVED_WEIGHT
from roadmaps.models import Actual, Estimate, Item
from tpm.models import Product

Span = tuple[datetime.date, datetime.date, float]


def finished_work(product: Product, *, before: datetime.date) -> list[Item]:
    """Items finished before a day, that took time."""
    rows = Item.objects.filter(
        product=product, state=Item.State.DONE, finished_on__lt=before, actuals__isnull=False
    ).exclude(kind=Item.Kind.MILESTONE)
    return list(rows.distinct().order_by("pk").prefetch_related("components"))


def about_of(item: Item, estimate: Estimate | None) -> engine.About:
    """What an item shares with others: who estimated it, its kind, component, team and parent."""
    components = sorted(component.pk for component in item.components.all())
    return engine.About(
        person=estimate.by_id if estimate else None,
        category=item.kind,
        component=components[0] if components else None,
        project=item.team_id,
        epic=item.parent_id,
    )


def abouts_of(estimates: list[Estimate]) -> list[engine.About]:
    """The same for the items of estimates, in their order."""
    ids = [estimate.item_id for estimate in estimates]
    items = Item.objects.filter(pk__in=ids).prefetch_related("components").in_bulk()
    return [about_of(items[estimate.item_id], estimate) for estimate in estimates]


def estimates_at_start(items: list[Item]) -> dict[int, Estimate]:
    """Per item the newest estimate from before its work began, else its first one."""
    starts = {item.pk: item.started_on for item in items}
    found: dict[int, Estimate] = {}
    for row in Estimate.objects.filter(item__in=starts).order_by("at", "pk"):
        start = starts[row.item_id]
        if row.item_id not in found or (start is not None and row.at.date() <= start):
            found[row.item_id] = row
    return found


def actuals_of(items: list[Item]) -> dict[int, Actual]:
    rows = Actual.objects.filter(item__in=[item.pk for item in items]).order_by("at", "pk")
    return {row.item_id: row for row in rows}


def history_of(product: Product, *, before: datetime.date) -> tuple[list, dict[str, list[Span]]]:
    """What a product's finished work teaches.

    returns: (list of engine.Finished, team id -> spans in progress with their weight)
    """
    items = finished_work(product, before=before)
    estimates, actuals = estimates_at_start(items), actuals_of(items)
    history: list = []
    spans: dict[str, list[Span]] = {}
    for item in items:
        actual, estimate = actuals[item.pk], estimates.get(item.pk)
        weight = DERIVED_WEIGHT if actual.source == Actual.Source.DERIVED else 1.0
        about = about_of(item, estimate)
        history.append(
            engine.Finished(
                finished_on=item.finished_on,
                actual=actual.person_days,
                typed=typed_of(estimate),
                kind=item.kind,
                team=item.team_id,
                weight=weight,
                id=item.key,
                started_on=item.started_on,
                person=about.person,
                component=about.component,
                project=about.project,
                epic=about.epic,
            )
        )
        if estimate and item.team_id and item.started_on and item.finished_on:
            span = (item.started_on, item.finished_on, weight)
            spans.setdefault(str(item.team_id), []).append(span)
    return history, spans


def typed_of(estimate: Estimate | None) -> engine.Triple | float | None:
    """A range as typed; a number alone is a P50."""
    if estimate is None:
        return None
    if estimate.one_number:
        return estimate.p50_days
    return engine.Triple(estimate.p10_days, estimate.p50_days, estimate.p90_days)
