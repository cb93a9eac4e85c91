"""What the readings of a repository say together, computed once: hotspots, pairs, teams."""

import datetime
from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from debt import queries, touched_parts
from debt.mining.scopes import kept_of
from debt.models import HistoryFigures
from debt.queries import histories as reads
from debt.queries.figures import NOT_TODAY, VERSION, inputs_of
from tpm.models import Product

MOST_SPOTS, MOST_PAIRS = 200, 1000
ID = 16
"""Letters of an id that are kept: eight bytes, which two of a million commits hardly share."""


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
    first = touched_parts.month_ends(timezone.localdate())[0]
    days = touched_parts.days_back_to(first, model)
    year = reads.stories([product], days=days).get(product.pk, [])
    stories = [reads.of_the_last(one, int(model["window_days"])) for one in year]
    together = zip(
        stories, kept_stories(stories), kept_stories(year, first),
        reads.touches_of_teams(product, model, told=stories), strict=True,
    )  # fmt: skip
    for one, story, longer, teams in together:
        if one.repository in behind:
            HistoryFigures.objects.update_or_create(
                product=product,
                repository=one.repository,
                defaults={
                    "inputs": wanted[product.pk, one.repository],
                    "as_of": one.looked_at,
                    "teams": {str(pk or ""): touches for pk, touches in teams.items()},
                    "story": story,
                    "year": longer,
                    **figures_of(product, model, one),
                },
            )
    return len(behind)


def kept_stories(
    stories: Sequence[reads.Told], first: datetime.date | None = None
) -> list[dict[str, Any]]:
    """What each repository says of its files as it is kept, with lines and the readings it is from.

    first: the earliest day on which a window may end that it tells of
    """
    every = sorted(pk for one in stories for pk in one.runs)
    found = []
    for told in stories:
        kept = kept_of(told.story)
        lines = {row[0]: row[1] for row in told.files}
        found.append(
            kept
            | {
                "lines": [lines.get(name, NOT_TODAY) for name in kept["names"]],
                "version": VERSION,
                "runs": list(told.runs),
                "all": every,
                "ids": [name[:ID] for name in told.ids] if len(stories) > 1 else [],
                "from": str(first or ""),
            }
        )
    return found


def figures_of(product: Product, model: dict[str, Any], told: reads.Told) -> dict[str, Any]:
    """The figures of one repository as they are kept."""
    spots = reads.hotspots_of(product, model, told=[told], most=MOST_SPOTS)
    pairs = reads.coupling_of(product, model, told=[told])
    return {
        "hotspots": [[spot.path, spot.touches, spot.size, spot.heat] for _, spot in spots],
        "pairs": [list(pair) for _, pair in pairs[:MOST_PAIRS]],
        "pairs_in_all": len(pairs),
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
