"""What a ranking reads, and which rankings are due.

The engine is imported where it is used: a page that only shows a ranking never loads numpy.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from roadmaps import forecasting as engine
from roadmaps.forecasting.formula import Formula, checked_value
from roadmaps.forecasting.ranges import quantity_table, swanson_mean
from roadmaps.models import (
    Item,
    Learning,
    PlanStatus,
    PriorityFormula,
    PriorityInput,
    PriorityRanking,
    ValueCurve,
)
from roadmaps.queries.items import newest_estimates
from roadmaps.queries.plan import learned_estimates, triple
from tpm.models import Product


def values_of(items: Iterable[int]) -> dict[int, dict[str, PriorityInput]]:
    """Item -> name of an input -> what is typed; what was taken away is left out."""
    found: dict[int, dict[str, PriorityInput]] = defaultdict(dict)
    for row in PriorityInput.objects.filter(item__in=list(items)):
        found[row.item_id][row.name] = row
    return found


def typed_values(
    rows: Mapping[str, PriorityInput], formula: Formula | None
) -> dict[str, engine.Triple]:
    """Name -> what is typed, where it fits the formula's input of that name.

    What was typed on another scale, or for another formula, counts as missing.
    """
    found: dict[str, engine.Triple] = {}
    for asked in formula.inputs if formula else ():
        row = rows.get(asked.name)
        if row is None or row.p10 is None or row.p50 is None or row.p90 is None:
            continue
        try:
            found[asked.name] = checked_value(engine.Triple(row.p10, row.p50, row.p90), asked)
        except ValueError:
            continue
    return found


def rankable(product: Product) -> QuerySet[Item]:
    """Open items that a score can be of: milestones are no work."""
    return Item.objects.filter(product=product, state__in=Item.OPEN).exclude(
        kind=Item.Kind.MILESTONE
    )


def candidates_of(
    product: Product, formula: Formula | None, only: Iterable[int] | None = None
) -> "list[engine.Candidate]":
    """Every rankable item with its inputs and the efforts that the forecast simulates.

    An item made of parts takes what its open parts take together, where all are estimated.

    formula: whose inputs are read
    only:    these items
    """
    rows = rankable(product)
    open_items = dict(rows.values_list("pk", "parent_id"))
    wanted = set(open_items) if only is None else set(only) & set(open_items)
    parts = defaultdict(list)
    for pk, parent in open_items.items():
        if parent in open_items:
            parts[parent].append(pk)
    leaves = {pk: leaves_under(pk, parts) for pk in wanted}
    tables = effort_tables(product, {leaf for found in leaves.values() for leaf in found})
    values = values_of(wanted)
    return [
        engine.Candidate(
            id=pk,
            values=typed_values(values.get(pk, {}), formula),
            efforts={leaf: tables[leaf] for leaf in leaves[pk]}
            if all(leaf in tables for leaf in leaves[pk])
            else None,
        )
        for pk in sorted(wanted)
    ]


def leaves_under(pk: int, parts: Mapping[int, list[int]]) -> list[int]:
    found, ahead, seen = [], [pk], set()
    while ahead:
        one = ahead.pop()
        if one in seen:
            continue
        seen.add(one)
        below = parts.get(one, [])
        ahead += below
        if not below:
            found.append(one)
    return sorted(found)


def effort_tables(product: Product, items: Iterable[int]) -> dict[int, Sequence[float]]:
    """Quantiles of person-days of each item with an estimate: what history makes of it."""
    typed = newest_estimates(items)
    newest = Learning.objects.filter(product=product, as_of__lte=timezone.localdate()).first()
    learned = learned_estimates(newest, typed)
    found: dict[int, Sequence[float]] = {}
    for pk, estimate in typed.items():
        lesson = learned.get(estimate.pk)
        if lesson is not None and lesson.table:
            found[pk] = lesson.table
        else:
            found[pk] = quantity_table(triple(lesson or estimate))
    return found


def worths_of(product: Product) -> "engine.Worths":
    """The value curves of what is open, each with the mean of its amount (Swanson's rule)."""
    rows = ValueCurve.objects.filter(product=product).exclude(kind="")
    rows = rows.exclude(objective__closed_on__isnull=False)
    items, objectives = {}, {}
    for row in rows:
        if row.item_id is not None:
            items[row.item_id] = curve_of(row)
        elif row.objective_id is not None:
            objectives[row.objective_id] = curve_of(row)
    return engine.Worths(items, objectives)


def curve_of(row: ValueCurve) -> "engine.Curve":
    amount = engine.Triple(row.p10 or 0.0, row.p50 or 0.0, row.p90 or 0.0)
    return engine.Curve(row.kind, swanson_mean(amount), row.day, row.half_life_weeks)


def products_with_a_due_ranking() -> QuerySet[Product]:
    """Products whose formula, inputs, curves or forecast moved on since they were ranked."""
    status = PlanStatus.objects.filter(product=OuterRef("pk"))
    found = Product.objects.filter(priority_formula__isnull=False).annotate(
        seen_revision=Subquery(status.values("revision")[:1]),
        newest_run=Subquery(status.values("run")[:1]),
    )
    return found.filter(
        Q(priority_ranking__isnull=True)
        | Q(priority_ranking__revision__lt=F("priority_formula__revision"))
        | Q(priority_ranking__plan_revision__lt=F("seen_revision"))
        | Q(newest_run__isnull=False, priority_ranking__run__isnull=True)
        | Q(newest_run__gt=F("priority_ranking__run"))
    )


@dataclass(frozen=True)
class Ranked:
    """A product's formula and newest ranking, and whether a worker is on a newer one."""

    formula: PriorityFormula | None
    ranking: PriorityRanking | None
    stale: bool


def ranked(product: Product) -> Ranked:
    found = PriorityFormula.objects.filter(product=product)
    formula = found.select_related("product__priority_ranking").first()
    if formula is None:
        return Ranked(None, None, stale=False)  # without its row nothing was ever typed
    ranking = getattr(formula.product, "priority_ranking", None)
    due = products_with_a_due_ranking().filter(pk=product.pk).exists()
    return Ranked(formula, ranking, due)
