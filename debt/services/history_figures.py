"""What the readings of a repository say together, computed once: hotspots, pairs, teams."""

from collections.abc import Hashable, Sequence
from typing import Any

from django.utils import timezone

from debt import queries, touched_parts
from debt import queries_history as reads
from debt.mining.scopes import kept_of
from debt.models import HistoryFigures
from debt.queries_figures import NOT_TODAY, inputs_of
from tpm.models import Product

MOST_SPOTS, MOST_PAIRS = 200, 1000


def refresh_figures(product: Product) -> int:
    """Bring the kept figures of a product up to its readings; the same inputs write nothing.

    Safe to run twice, or in two workers at once: what was read meanwhile makes it due again.
    returns: how many repositories were computed
    """
    wanted = inputs_of(Product.objects.filter(pk=product.pk))
    rows = HistoryFigures.objects.filter(product=product)
    kept = dict(rows.values_list("repository", "inputs"))
    rows.exclude(repository__in=[repository for _, repository in wanted]).delete()
    behind = {name for (_, name), inputs in wanted.items() if kept.get(name) != inputs}
    if not behind:
        return 0
    model = queries.current_model().parameters
    stories = reads.told_of(product, model)
    together = zip(
        stories, same_commits(stories), reads.touches_of_teams(product, model, told=stories),
        months_of(product, model), strict=True,
    )  # fmt: skip
    for one, same, teams, months in together:
        if one.repository in behind:
            HistoryFigures.objects.update_or_create(
                product=product,
                repository=one.repository,
                defaults={
                    "inputs": wanted[product.pk, one.repository],
                    "as_of": one.looked_at,
                    "teams": {str(pk or ""): touches for pk, touches in teams.items()},
                    "months": months,
                    "story": kept_story(one, stories, same),
                    **figures_of(product, model, one),
                },
            )
    return len(behind)


def months_of(product: Product, model: dict[str, Any]) -> list[dict[str, Any]]:
    """Of each repository, the end of each month that the map goes back to -> component -> changes
    and changes a month. It reads a year of changes, so that no page does.
    """
    ends = touched_parts.month_ends(timezone.localdate())
    days = touched_parts.days_back_to(ends[0], model)
    stories = reads.stories([product], days=days).get(product.pk, [])
    return [
        {str(day): {str(pk): list(row) for pk, row in parts.items()} for day, parts in of.items()}
        for of in touched_parts.touched(product, stories, model, ends)
    ]


def same_commits(stories: Sequence[reads.Told]) -> list[dict[str, list[list[int]]]]:
    """Of each repository: one before it -> changes of its own, and those there of the same commits.

    A story is kept without its ids, which are large: these stand in for them.
    """
    first: dict[Hashable, tuple[str, int]] = {}
    found = []
    for told in stories if len(stories) > 1 else ():
        same: dict[str, list[list[int]]] = {}
        for place in range(len(told.story.at)):
            known = first.setdefault(told.identity(place), (told.repository, place))
            if known[0] != told.repository:
                mine, theirs = same.setdefault(known[0], [[], []])
                mine.append(place)
                theirs.append(known[1])
        found.append(same)
    return found or [{} for _ in stories]


def figures_of(product: Product, model: dict[str, Any], told: reads.Told) -> dict[str, Any]:
    """The figures of one repository as they are kept."""
    spots = reads.hotspots_of(product, model, told=[told], most=MOST_SPOTS)
    pairs = reads.coupling_of(product, model, told=[told])
    return {
        "hotspots": [[spot.path, spot.touches, spot.size, spot.heat] for _, spot in spots],
        "pairs": [list(pair) for _, pair in pairs[:MOST_PAIRS]],
        "pairs_in_all": len(pairs),
    }


def kept_story(
    told: reads.Told, stories: Sequence[reads.Told], same: dict[str, list[list[int]]]
) -> dict[str, Any]:
    """What it says of its files as it is kept, with the lines of each and its readings.

    stories: of all repositories of the product; same: commits that one before it holds
    """
    kept = kept_of(told.story)
    lines = {row[0]: row[1] for row in told.files}
    return kept | {
        "lines": [lines.get(name, NOT_TODAY) for name in kept["names"]],
        "runs": list(told.runs),
        "all": sorted(pk for one in stories for pk in one.runs),
        "same": same,
    }


def products_behind() -> list[int]:
    """Products whose kept figures are not those of their readings, in a few queries."""
    wanted = inputs_of(Product.objects.all())
    kept = {
        (product_id, repository): inputs
        for product_id, repository, inputs in HistoryFigures.objects.values_list(
            "product_id", "repository", "inputs"
        )
    }
    differing = {key for key, inputs in wanted.items() if kept.get(key) != inputs}
    return sorted({product_id for product_id, _ in differing | (kept.keys() - wanted.keys())})
