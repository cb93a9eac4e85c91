"""One component of the map from near: its files, and items by touches and slow-down."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from debt import ceilings, map_parts, queries, touched_parts
from debt.maths import scoring
from debt.mining.analyses import Pair
from debt.mining.hotspots import Hotspot
from debt.models import DebtItem
from debt.pages import map_charts
from debt.pages.map_charts import Cell
from debt.queries import figures as queries_figures
from debt.queries import histories as queries_history
from tpm import formats
from tpm.models import Component, Product

FILES, PAIRS = 60, 12
AREAS = {"lines": gettext_lazy("Lines"), "changes": gettext_lazy("Changes")}
COLOURS = {"heat": gettext_lazy("Heat"), "findings": gettext_lazy("Findings")}


@dataclass(frozen=True)
class Near:
    """One component from near: (repository, file) the hottest first, findings of each file,
    (repository, pair) of files that change together, and its debt that drags.
    """

    spots: list[tuple[str, Hotspot]]
    findings: dict[str, int]
    pairs: list[tuple[str, Pair]]
    items: QuerySet[DebtItem]


def near_of(
    product: Product,
    component: Component,
    model: Mapping[str, Any],
    day: datetime.date | None = None,
) -> Near:
    """day: the last that counts; None: now. Lines and what changes together are today's."""
    told = queries_figures.stories_of(product.pk, model, day)
    spots = queries_history.hotspots_of(
        product, model, component=component, told=told, most=FILES,
        ends=None if day is None else touched_parts.end_of(day),
    )  # fmt: skip
    kept = queries_figures.figures_of(product)
    pairs = queries_figures.pairs_in(product, kept, component=component)
    items = map_parts.items_on(product, day).filter(component=component)
    complaints = findings_of(product, component, day)
    rows = items.select_related("latest_score").order_by("number")
    return Near(spots, complaints, pairs[:PAIRS], rows)


def files_page(
    product: Product, component: Component, asked: Mapping[str, str], day: datetime.date | None
) -> dict[str, Any]:
    """One component from near: its files, and what changes together. day: as of `near_of`"""
    model = queries.current_model().parameters
    near = near_of(product, component, model, day)
    spots, complaints = near.spots, near.findings
    sized = any(spot.size for _repository, spot in spots)
    shaded = [name for name in COLOURS if name == "heat" or complaints]
    colour = asked.get("colour", "") if asked.get("colour") in shaded else "heat"
    most = max((complaints.get(spot.path, 0) for _repository, spot in spots), default=0)
    area = "lines" if sized and asked.get("area") != "changes" else "changes"
    drawn = [
        (spot, float(spot.size or 0) if area == "lines" else spot.touches)
        for _repository, spot in spots
    ]
    drawn = sorted((pair for pair in drawn if pair[1] > 0), key=lambda pair: -pair[1])
    cells = [
        Cell(
            name=spot.path.rpartition("/")[2],
            amount=amount,
            words=formats.number(complaints.get(spot.path, 0))
            if colour == "findings"
            else formats.number(spot.touches, 1),
            shade=map_charts.shade(complaints.get(spot.path, 0), most)
            if colour == "findings"
            else map_charts.shade(spot.heat, 1.0),
            url="",
            marks=0,
            said=_("%(path)s: %(touches)s weighted changes, %(lines)s lines, %(n)s findings") % {
                "n": complaints.get(spot.path, 0),
                "path": spot.path,
                "touches": formats.number(spot.touches, 1),
                "lines": formats.number(spot.size) if spot.size is not None else formats.UNKNOWN,
            },
        )
        for spot, amount in drawn
    ]  # fmt: skip
    items = list(near.items)
    then = map_parts.prices_on(product, items, day).days if day else {}
    costs = {item.pk: then.get(item.pk) if day else ceilings.interest_now(item) for item in items}
    items.sort(key=lambda item: -(costs[item.pk] or 0.0))
    return {
        "product": product,
        "component": component,
        "tree": map_charts.tree(cells, title=component.name) if cells else "",
        "areas": [(name, AREAS[name], name == area) for name in ("lines", "changes")]
        if sized
        else [],
        "colours": [(name, COLOURS[name], name == colour) for name in shaded]
        if len(shaded) > 1
        else [],
        "colour": colour,
        "files": [
            (
                spot.path,
                formats.number(spot.touches, 1),
                formats.number(spot.size) if spot.size is not None else formats.UNKNOWN,
                formats.percent(spot.heat),
                formats.number(complaints.get(spot.path, 0)),
            )
            for _repository, spot in spots
        ],
        "pairs": [
            (pair.entity, pair.coupled, f"{pair.degree} %", formats.number(pair.average))
            for _repository, pair in near.pairs
        ],
        "items": [(item, costs[item.pk]) for item in items],
        "window": model["window_days"],
    }


def findings_of(
    product: Product, component: Component, day: datetime.date | None
) -> dict[str, int]:
    """Open findings of each file that nobody accepted or called false."""
    rows = map_parts.findings_open(product, day).filter(component=component)
    counted = rows.exclude(path="").order_by().values_list("path").annotate(Count("pk"))
    return dict(counted)


def scatter(product: Product, model: Mapping[str, Any]) -> SafeString:
    """Items by how often their scope is touched and how much a change there loses."""
    points = []
    items = DebtItem.objects.filter(product=product, state__in=DebtItem.DRAGS)
    for item in items.select_related("latest_score"):
        score = item.latest_score
        ages = score.inputs.get("change_ages_days") if score else None
        slow = score.inputs.get("slow_down") if score else None
        if score is None or ages is None or slow is None:
            continue
        rate = sum(scoring.weights_of(ages, model)) / scoring.effective_window_months(model)
        phi = float(slow[1])
        points.append((item.key, item.title, item.get_absolute_url(), rate, phi / (1 + phi),
                       score.interest_days or 0.0))  # fmt: skip
    return map_charts.scatter(points)
