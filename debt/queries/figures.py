"""Reads of kept figures of histories: what a page shows without reading a single change."""

import datetime
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from debt.mining.analyses import Pair
from debt.mining.hotspots import Hotspot
from debt.mining.scopes import KeptStory
from debt.models import DebtItem, HistoryFigures, HistoryRun
from debt.queries import histories as queries_history
from debt.queries.histories import Told, Touches
from debt.queries.items import current_model
from debt.touched_parts import days_back_to
from tpm.models import Component, Product, Team

VERSION = 5
"""Of what is computed of a history: another one makes everything that is kept be computed anew."""
NOT_TODAY = -1
"""In place of its lines: a file of some change that is not there any more."""


def figures_of(product: Product) -> list[HistoryFigures]:
    """What is kept of each repository of a product."""
    return list(HistoryFigures.objects.filter(product=product).defer("story", "year"))


def stories_of(
    product_id: int, model: Mapping[str, Any], day: datetime.date | None = None
) -> list[Told]:
    """What `told_of` says, from what is kept of its files; made anew where that is of before.

    Without the commits and trailers, which no page needs.
    day: the last of a window that ended earlier; None: of the one that ends now
    """
    runs: dict[str, list[HistoryRun]] = defaultdict(list)
    live = HistoryRun.objects.filter(
        product=product_id, ready=True, undone_at=None, replaced_by=None
    ).select_related("component")
    for run in live.defer("files", "months", "moved").order_by("pk"):
        runs[run.repository].append(run)
    if not runs:
        return []
    rows = HistoryFigures.objects.filter(product=product_id, repository__in=runs)
    kept = dict(rows.values_list("repository", "story" if day is None else "year"))
    every = sorted(run.pk for of in runs.values() for run in of)
    if any(
        [kept.get(name, {}).get(what) for what in ("version", "all")] != [VERSION, every]
        or (day is not None and kept[name]["from"] > str(day))
        for name in runs
    ):
        days = int(model["window_days"]) if day is None else days_back_to(day, model)
        return queries_history.stories([product_id], days=days).get(product_id, [])
    return [told_from(kept[name], of) for name, of in runs.items()]


def told_from(kept: Mapping[str, Any], runs: Sequence[HistoryRun]) -> Told:
    newest, looked = runs[-1], max(run.looked_at for run in runs)
    sizes = zip(kept["names"], kept["lines"], strict=True)
    files = [row for row in sizes if row[1] != NOT_TODAY]
    return Told(
        newest.product_id, newest.repository, newest.component, looked, KeptStory(kept),
        kept["ids"], files, [], kept["runs"],
    )  # fmt: skip


def touches_of_one(item: DebtItem, model: Mapping[str, Any]) -> Touches | None:
    """What history says of one item; None where it does not know its files."""
    told = stories_of(item.product_id, model)
    if not told:
        return None
    found = queries_history.touches_of([item], model, told={item.product_id: told})
    return found.get(item.pk)


def hotspots_in(rows: Sequence[HistoryFigures], most: int) -> list[tuple[str, Hotspot]]:
    """(repository, hotspot), the hottest first; files whose lines nobody knows after the others.

    What is said of a file is its share of the hottest whose lines are known.
    """
    found = []
    for row in rows:
        spots = [Hotspot(*spot) for spot in row.hotspots]
        top = max((spot.heat for spot in spots if spot.size is not None), default=0.0)
        for spot in spots:
            heat = spot.heat / top if top > 0 and spot.size is not None else spot.heat
            found.append((row.repository, replace(spot, heat=heat)))
    return sorted(
        found,
        key=lambda row: (
            row[1].size is None, -row[1].heat, -row[1].touches, row[0], row[1].path,
        ),
    )[:most]  # fmt: skip


def pairs_in(
    product: Product, rows: Sequence[HistoryFigures], *, component: Component | None = None
) -> list[tuple[str, Pair]]:
    """(repository, pair), the closest first. component: at least one file of a pair lies in it"""
    found = []
    whole = {}
    if component is not None and rows:
        runs = reversed(queries_history.live_runs(product))
        whole = {run.repository: run.component for run in runs}  # of the newest reading
    for row in rows:
        pairs = [Pair(*pair) for pair in row.pairs]
        if component is not None:
            whose = queries_history.owners_of(product, row.repository, whole.get(row.repository))
            pairs = [
                pair
                for pair in pairs
                if component in (whose.of(pair.entity), whose.of(pair.coupled))
            ]
        found += [(row.repository, pair) for pair in pairs]
    return sorted(found, key=lambda row: (-row[1].degree, -row[1].average, row))


def shares_in(rows: Sequence[HistoryFigures]) -> dict[str, float]:
    """What share of the touches falls to each team by its name; "" to none that is known."""
    sums: dict[str, float] = defaultdict(float)
    for row in rows:
        for pk, touches in row.teams.items():
            sums[pk] += touches
    total = sum(sums.values())
    named = dict(Team.objects.filter(pk__in=[pk for pk in sums if pk]).values_list("pk", "name"))
    found: dict[str, float] = defaultdict(float)
    for pk, touches in sums.items():
        found[named.get(int(pk), "") if pk else ""] += touches / total
    return dict(sorted(found.items()))


def inputs_of(products: QuerySet[Product]) -> dict[tuple[int, str], str]:
    """(product, repository) -> hash of all that the figures are made of.

    Ages count from the day on which a repository was last looked at: not from its hour. What one
    repository tells hangs on the others, which may hold the same commits, and what is kept of
    months on which these are.
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
    model, month = current_model().number, f"{timezone.localdate():%Y-%m}"
    beside: dict[int, list[Any]] = defaultdict(list)
    for (product_id, repository), rows in sorted(groups.items()):
        beside[product_id].append([repository, [row[0] for row in rows]])
    return {
        (product_id, repository): digest(
            [VERSION, model, month, rows, beside[product_id], parts.get(product_id, [])]
        )
        for (product_id, repository), rows in groups.items()
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
