"""The rows of the list as plain values, for the page, for files and for shared links."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q, QuerySet, Subquery, Window
from django.db.models.functions import RowNumber

from roadmaps import queries
from roadmaps.filters import Choices, ItemFilter
from roadmaps.models import ForecastRun, Item, ItemTeam
from roadmaps.queries.dates import matching_chance, with_dates
from tpm.models import Product

HEAD = (
    "key", "title", "state", "kind", "team", "objective", "horizon", "owner", "rank",
    "p10_days", "p50_days", "p90_days", "took_days", "finish_p50", "finish_p85", "finish_p95",
    "target_date", "chance_by_target", "started_on", "finished_on", "source_key", "score",
    "cost_of_week", "further_teams",
)  # fmt: skip
READ_AT_ONCE = 2000


def places(product: Product, of: list[int] | None = None) -> dict[int, int]:
    """The place of open items in the order of the plan, the first is 1.

    of: only these items
    """
    ranked = Item.objects.filter(product=product, state__in=Item.OPEN)
    if of is None:
        keys = ranked.order_by("rank", "pk").values_list("pk", flat=True)
        return {pk: place for place, pk in enumerate(keys, start=1)}
    if not of:
        return {}
    # What comes after the last of them need not be numbered.
    last = Item.objects.filter(pk__in=of).order_by("-rank").values("rank")[:1]
    numbered = ranked.filter(rank__lte=Subquery(last)).annotate(
        place=Window(RowNumber(), order_by=["rank", "pk"])
    )
    # Said in one condition with the window, so that it is asked after the numbering.
    chosen = numbered.filter(Q(pk__in=of) | Q(place__lt=0))
    return dict(chosen.order_by().values_list("pk", "place"))


def matching(product: Product, asked: ItemFilter, user, run: ForecastRun | None) -> QuerySet[Any]:
    """The items that the address asks for, with everything a row shows."""
    found = asked.apply(Item.objects.filter(product=product), user, Choices.of(product))
    found = with_dates(queries.with_effort(found), run)
    found = found.select_related("team", "objective", "owner", "priority").defer(
        "description", "extra"
    )
    found = found.prefetch_related("further_teams__team")
    return asked.order(found)


def ranked(item) -> tuple[float | None, float | None]:
    """Score and cost of a week, of what is open and ranked."""
    row = getattr(item, "priority", None) if item.is_open else None
    return (row.score_p50, row.week) if row else (None, None)


def beside(item: Item) -> list[ItemTeam]:
    """The further teams of a matching item."""
    return [row for row in item.further_teams.all() if row.team_id != item.team_id]


def lines(
    product: Product, asked: ItemFilter, user, run: ForecastRun | None
) -> Iterator[tuple[object, ...]]:
    """Every row that matches, under HEAD, in the order of the list."""
    place = places(product)
    for item in matching(product, asked, user, run).iterator(READ_AT_ONCE):
        yield (
            item.key, item.title, item.state, item.kind,
            item.team.name if item.team else None,
            item.objective.title if item.objective else None,
            item.horizon, item.owner.name if item.owner else None, place.get(item.pk),
            item.p10_days, item.p50_days, item.p90_days, item.took_days,
            item.date_p50, item.date_p85, item.date_p95, item.target_date,
            matching_chance(item), item.started_on, item.finished_on,
            item.source_key, *ranked(item),
            ", ".join(row.team.name for row in beside(item)) or None,
        )  # fmt: skip
