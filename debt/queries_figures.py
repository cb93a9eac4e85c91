"""Reads of kept figures of histories: what a page shows without reading a single change."""

from collections import defaultdict
from collections.abc import Sequence

from debt import queries_history
from debt.mining.analyses import Pair
from debt.mining.hotspots import Hotspot
from debt.models import HistoryFigures
from tpm.models import Component, Product, Team


def figures_of(product: Product) -> list[HistoryFigures]:
    """What is kept of each repository of a product."""
    return list(HistoryFigures.objects.filter(product=product))


def hotspots_in(rows: Sequence[HistoryFigures], most: int) -> list[tuple[str, Hotspot]]:
    """(repository, hotspot), the hottest first."""
    found = [(row.repository, Hotspot(*spot)) for row in rows for spot in row.hotspots]
    return sorted(found, key=lambda row: (-row[1].heat, -row[1].touches, row[0], row[1].path))[
        :most
    ]


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
