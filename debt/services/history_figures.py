"""What the readings of a repository say together, computed once: hotspots, pairs, teams."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from debt import queries
from debt import queries_history as reads
from debt.mining.scopes import kept_of
from debt.models import HistoryFigures, HistoryRun
from debt.queries_figures import NOT_TODAY
from tpm.models import Component, Product

MOST_SPOTS, MOST_PAIRS = 200, 1000
VERSION = 2
"""Of what is computed here: another one makes everything that is kept be computed anew."""


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
    for one in reads.told_of(product, model):
        if one.repository in behind:
            HistoryFigures.objects.update_or_create(
                product=product,
                repository=one.repository,
                defaults={
                    "inputs": wanted[product.pk, one.repository],
                    "as_of": one.looked_at,
                    **figures_of(product, model, one),
                },
            )
    return len(behind)


def figures_of(product: Product, model: dict[str, Any], told: reads.Told) -> dict[str, Any]:
    """The figures of one repository as they are kept."""
    spots = reads.hotspots_of(product, model, told=[told], most=MOST_SPOTS)
    pairs = reads.coupling_of(product, model, told=[told])
    teams = reads.touches_of_teams(product, model, told=[told])
    return {
        "hotspots": [[spot.path, spot.touches, spot.size, spot.heat] for _, spot in spots],
        "pairs": [list(pair) for _, pair in pairs[:MOST_PAIRS]],
        "pairs_in_all": len(pairs),
        "teams": {str(pk or ""): touches for pk, touches in teams.items()},
        "story": kept_story(told),
    }


def kept_story(told: reads.Told) -> dict[str, Any]:
    """What it says of its files as it is kept, with the lines of each and its readings."""
    kept = kept_of(told.story)
    lines = {row[0]: row[1] for row in told.files}
    return kept | {
        "lines": [lines.get(name, NOT_TODAY) for name in kept["names"]],
        "runs": list(told.runs),
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


def inputs_of(products: QuerySet[Product]) -> dict[tuple[int, str], str]:
    """(product, repository) -> hash of all that the figures are made of.

    Ages count from the day on which a repository was last looked at: not from its hour.
    """
    runs = HistoryRun.objects.filter(
        product__in=products, ready=True, undone_at=None, replaced_by=None
    )
    columns = ("product_id", "repository", "pk", "component_id", "looked_at")
    groups: dict[tuple[int, str], list[Any]] = defaultdict(list)
    for product_id, repository, pk, component, looked_at in runs.order_by("pk").values_list(
        *columns
    ):
        groups[product_id, repository].append([pk, component, str(looked_at.date())])
    if not groups:
        return {}
    parts = parts_of({product_id for product_id, _ in groups})
    model = queries.current_model().number
    return {
        key: digest([VERSION, model, rows, parts.get(key[0], [])]) for key, rows in groups.items()
    }


def parts_of(products: Iterable[int]) -> dict[int, list[Any]]:
    """Product -> what of its components says whose a file is."""
    found: dict[int, list[Any]] = defaultdict(list)
    rows = Component.objects.filter(products__in=products).order_by("pk")
    for product_id, *part in rows.values_list(
        "products", "pk", "repository", "path_prefixes", "owner_team_id"
    ):
        found[product_id].append(part)
    return found


def digest(inputs: Any) -> str:
    return hashlib.sha256(json.dumps(inputs, sort_keys=True).encode()).hexdigest()
