"""Finished work that touched some components, with what was typed for it and what it took."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from roadmaps.models import Item
from roadmaps.queries.finished import actuals_of, estimates_at_start
from roadmaps.queries.items import work_of
from tpm.models import Product

NEWEST = 200
"""Finished items that are looked at, the newest ones: older work says less of today."""


@dataclass(frozen=True)
class Took:
    """A finished item. typed: P50 typed before its work began, person-days; took: person-days."""

    item: Item
    typed: float
    took: float
    components: frozenset[int]

    @property
    def ratio(self) -> float:
        return self.took / self.typed


def finished_touching(product: Product, components: Collection[int]) -> list[Took]:
    """The newest finished items that touched any of these components, newest first."""
    rows = done(product).filter(components__in=components).distinct()
    return took(list(rows[:NEWEST]))


def finished_of(product: Product) -> list[Took]:
    """The newest finished items of a product, newest first."""
    return took(list(done(product)[:NEWEST]))


def done(product: Product):
    rows = Item.objects.filter(product=product, state=Item.State.DONE, actuals__isnull=False)
    few = ("key", "title", "product_id", "state", "started_on", "finished_on")
    return work_of(rows.distinct()).only(*few).order_by("-finished_on", "-pk")


def took(items: list[Item]) -> list[Took]:
    """Those of the items that were estimated and took time."""
    estimates, actuals = estimates_at_start(items), actuals_of(items)
    touched: dict[int, set[int]] = defaultdict(set)
    through = Item.components.through.objects.filter(item__in=[item.pk for item in items])
    for item_id, component_id in through.values_list("item_id", "component_id"):
        touched[item_id].add(component_id)
    return [
        Took(item, estimate.p50_days, actual.person_days, frozenset(touched[item.pk]))
        for item in items
        if (estimate := estimates.get(item.pk)) is not None
        and (actual := actuals.get(item.pk)) is not None
        and actual.person_days
    ]
