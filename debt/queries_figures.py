"""Reads of kept figures of histories: what a page shows without reading a single change."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from debt import queries_history
from debt.mining.analyses import Pair
from debt.mining.hotspots import Hotspot
from debt.mining.scopes import KeptStory
from debt.models import DebtItem, HistoryFigures, HistoryRun
from debt.queries_history import Told, Touches
from tpm.models import Component, Product, Team

NOT_TODAY = -1
"""In place of its lines: a file of some change that is not there any more."""


def figures_of(product: Product) -> list[HistoryFigures]:
    """What is kept of each repository of a product."""
    return list(HistoryFigures.objects.filter(product=product).defer("story"))


def stories_of(product_id: int, model: Mapping[str, Any]) -> list[Told]:
    """What `told_of` says, from what is kept of its files; made anew where that is of before.

    Without the commits and trailers, which no page needs.
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
    kept = dict(rows.values_list("repository", "story"))
    if any(kept.get(name, {}).get("runs") != [run.pk for run in of] for name, of in runs.items()):
        days = int(model["window_days"])
        return queries_history.stories([product_id], days=days).get(product_id, [])
    return [told_from(kept[name], of) for name, of in runs.items()]


def told_from(kept: Mapping[str, Any], runs: Sequence[HistoryRun]) -> Told:
    newest, looked = runs[-1], max(run.looked_at for run in runs)
    nameless = [""] * len(kept["at"])
    sizes = zip(kept["names"], kept["lines"], strict=True)
    files = [row for row in sizes if row[1] != NOT_TODAY]
    return Told(
        newest.product_id, newest.repository, newest.component, looked, KeptStory(kept), nameless,
        files, [], kept["runs"],
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
