"""Which items and objectives a person may see."""

from collections.abc import Iterable

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, StringAgg, Subquery, Value, When

from roadmaps.models import Actual, Estimate, Item, ItemLink, ItemTeam, Objective
from tpm.models import Product
from tpm.roles import products_visible_to


def items_visible_to(user) -> QuerySet[Item]:
    return Item.objects.filter(product__in=products_visible_to(user))


def objectives_visible_to(user) -> QuerySet[Objective]:
    return Objective.objects.filter(product__in=products_visible_to(user))


def objectives_of(product: Product, items: QuerySet[Item]) -> set[int]:
    """The objectives that some items of a product work for, by id.

    One without an objective of its own works for that of the item that it is part of.
    """
    whole = Item.objects.filter(product=product)
    tree = dict(whole.values_list("pk", "parent_id"))
    aims = dict(whole.exclude(objective=None).values_list("pk", "objective_id"))
    found = set()
    for pk in items.order_by().values_list("pk", flat=True):
        at: int | None = pk
        seen: set[int] = set()
        while at is not None and at not in aims and at not in seen:
            seen.add(at)
            at = tree.get(at)
        if at in aims:
            found.add(aims[at])
    return found


def work_of(items: QuerySet[Item]) -> QuerySet[Item]:
    """Items that are worked on themselves: neither made of parts nor milestones."""
    parts = Item.objects.filter(parent=OuterRef("pk"))
    return items.filter(~Exists(parts)).exclude(kind=Item.Kind.MILESTONE)


WITHOUT_OBJECTIVE = Q(objective=None, parent=None, state__in=Item.SIMULATED) & ~Q(
    kind__in=[Item.Kind.DEBT, Item.Kind.COMPLIANCE, Item.Kind.MILESTONE]
)
"""Planned work that says of no objective what it is for, though it should.

Debt, compliance and milestones have reasons of their own; parts have that of the whole.
"""


def without_objective(items: QuerySet[Item]) -> QuerySet[Item]:
    return items.filter(WITHOUT_OBJECTIVE)


def with_range(items: QuerySet[Item]) -> QuerySet[Item]:
    """Items with their newest range: p10_days, p50_days, p90_days, and one_number."""
    newest = Estimate.objects.filter(item=OuterRef("pk")).order_by("-at", "-pk")
    return items.annotate(
        p10_days=Subquery(newest.values("p10_days")[:1]),
        p50_days=Subquery(newest.values("p50_days")[:1]),
        p90_days=Subquery(newest.values("p90_days")[:1]),
        one_number=Subquery(newest.values("one_number")[:1]),
    )


def with_likely(items: QuerySet[Item]) -> QuerySet[Item]:
    """Items with the P50 of their newest range, p50_days: what a sum over a whole plan needs."""
    newest = Estimate.objects.filter(item=OuterRef("pk")).order_by("-at", "-pk")
    return items.annotate(p50_days=Subquery(newest.values("p50_days")[:1]))


def with_effort(items: QuerySet[Item]) -> QuerySet[Item]:
    """Items with their newest range, what they took (took_days), and whether they have parts."""
    took = Actual.objects.filter(item=OuterRef("pk")).order_by("-at", "-pk")
    parts = Item.objects.filter(parent=OuterRef("pk")).exclude(state=Item.State.DROPPED)
    return with_range(items).annotate(
        took_days=Subquery(took.values("person_days")[:1]), has_parts=Exists(parts)
    )


def newest_estimates(item_ids: Iterable[int]) -> dict[int, Estimate]:
    """The newest estimate of each item that has one."""
    found: dict[int, Estimate] = {}
    for estimate in Estimate.objects.filter(item__in=list(item_ids)).order_by("at", "pk"):
        found[estimate.item_id] = estimate
    return found


def with_further_names(items: QuerySet[Item]) -> QuerySet[Item]:
    """Items with the names of the teams that they need beside their own, further: one a line.

    A further team that became the item's own through an import is not told twice.
    """
    others = ItemTeam.objects.filter(item=OuterRef("pk")).exclude(team=OuterRef("team"))
    names = (
        others.order_by()
        .values("item")
        .values(names=StringAgg("team__name", delimiter=Value("\n")))
    )
    # Nearly no item needs several: the others are not looked up.
    return items.annotate(further=Case(When(team_days__isnull=False, then=Subquery(names))))


def further_names(further: str | None) -> str:
    """Those names in their order, as they are shown."""
    return ", ".join(sorted(further.splitlines())) if further else ""


def links_of(item: Item) -> tuple[list[ItemLink], list[ItemLink]]:
    """(links it waits for, links that wait for it)."""
    waits_for = item.links_in.select_related("predecessor").order_by("predecessor__rank")
    holds_up = item.links_out.select_related("successor").order_by("successor__rank")
    return list(waits_for), list(holds_up)
