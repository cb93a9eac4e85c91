"""Where debt sits: components and files by changes and cost, and items by touches and slow-down."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from debt import map_charts, queries, queries_figures, queries_history, ratings, scoring
from debt.map_charts import Cell
from debt.models import DebtItem
from tpm import formats
from tpm.models import Component, Product

FILES, PAIRS = 60, 12
AREAS = {
    "changes": gettext_lazy("Changes"),
    "lines": gettext_lazy("Lines"),
    "interest": gettext_lazy("Interest"),
}
COLOURS = {"interest": gettext_lazy("Interest"), "changes": gettext_lazy("Changes")}


@dataclass
class Part:
    """One component with all that is known of it."""

    component: Component
    items: list[DebtItem] = field(default_factory=list)
    interest: float = 0.0
    """pd a month, shared hours counted once."""
    principal: float = 0.0
    changes: int | None = None
    """In the window; None where no history covers it."""
    lines: int | None = None

    def amount(self, name: str) -> float:
        return float(getattr(self, name) or 0.0)


@dataclass(frozen=True)
class Line:
    """One component of the table, as text."""

    name: str
    url: str
    changes: str
    lines: str
    items: str
    interest: str
    drag: str
    drag_letter: str
    principal: str
    ratio: str
    ratio_letter: str


@dataclass(frozen=True)
class Whole:
    """A product's parts, and what lies in none of them."""

    parts: list[Part]
    apart: list[DebtItem]
    """Items without a component of the product."""
    days: dict[int, float]
    """Item -> pd a month, shared hours counted once."""
    capacity: dict[int, float]
    """Team -> pd a month."""
    serving: list[int]
    """Teams that serve the product today."""


def whole_of(product: Product, model: Mapping[str, Any]) -> Whole:
    """Everything the map shows, in a fixed number of queries."""
    components = product.components.select_related("owner_team").order_by("name")
    found = {row.pk: Part(row) for row in components}
    rows = DebtItem.objects.filter(product=product, state__in=DebtItem.DRAGS)
    items = list(rows.select_related("latest_score", "team").order_by("number"))
    ledgers = queries.ledgers_of(product)
    known = {
        pk: after * (ledger.capacity_days or 0.0)
        for ledger in ledgers
        for pk, (after, *_others) in ledger.shares.items()
    }
    days, apart = {}, []
    for item in items:
        score = item.latest_score
        days[item.pk] = known.get(str(item.pk), (score and score.interest_days) or 0.0)
        part = found.get(item.component_id or 0)
        if part is None:
            apart.append(item)
            continue
        part.items.append(item)
        part.interest += days[item.pk]
        part.principal += principal_of(item)
    teams = {item.team.pk: item.team for item in items if item.team is not None}
    teams |= {ledger.team.pk: ledger.team for ledger in ledgers}
    owners = [part.component.owner_team for part in found.values()]
    teams |= {team.pk: team for team in owners if team is not None}
    read_history(product, found, model)
    capacity = queries.capacities(teams.values(), model)
    serving = [ledger.team_id for ledger in ledgers]
    return Whole(list(found.values()), apart, days, capacity, serving)


def principal_of(item: DebtItem) -> float:
    return (item.latest_score and item.latest_score.principal_days) or 0.0


def paying(part: Part) -> set[int]:
    """The teams that lose time to a component's debt; its owner where it has none."""
    found = {item.team_id for item in part.items if item.team_id is not None}
    return found or ({part.component.owner_team_id} - {None})  # type: ignore[return-value]


def read_history(product: Product, found: Mapping[int, Part], model: Mapping[str, Any]) -> None:
    """Changes and lines of each component, where a repository knows them."""
    window = int(model["window_days"])
    for told in queries_history.told_of(product, model):
        whose = queries_history.owners_of(product, told.repository, told.component)
        begins = told.looked_at.timestamp() - window * 86_400
        counts: dict[int, int] = defaultdict(int)
        for at, paths in told.story.changes:
            if at >= begins:
                for pk in {row.pk for path in paths if (row := whose.of(path))}:
                    counts[pk] += 1
        lines: dict[int, int] = defaultdict(int)
        sized: set[int] = set()
        for path, size, *_rest in told.files:
            row = whose.of(path)
            if row is not None:
                counts.setdefault(row.pk, 0)
                if size is not None:
                    lines[row.pk] += size
                    sized.add(row.pk)
        for pk, count in counts.items():
            if pk in found:
                found[pk].changes = (found[pk].changes or 0) + count
        for pk in sized & found.keys():
            found[pk].lines = (found[pk].lines or 0) + lines[pk]


def areas_known(parts: Iterable[Part]) -> list[str]:
    """What the areas may show: only what is known of some component."""
    return [name for name in AREAS if any(part.amount(name) > 0 for part in parts)]


def components_page(product: Product, asked: Mapping[str, str]) -> dict[str, Any]:
    model = queries.current_model().parameters
    whole = whole_of(product, model)
    parts = whole.parts
    known = areas_known(parts)
    area = asked.get("area", "") if asked.get("area") in known else (known or [""])[0]
    colours = [name for name in COLOURS if any(part.amount(name) > 0 for part in parts)]
    colour = asked.get("colour", "") if asked.get("colour") in colours else (colours or [""])[0]
    drawn = sorted(
        (part for part in parts if part.amount(area) > 0),
        key=lambda part: (-part.amount(area), part.component.pk),
    ) if area else []  # fmt: skip
    top = max((part.amount(colour) for part in drawn), default=0.0) if colour else 0.0
    cells = [
        Cell(
            name=part.component.name,
            amount=part.amount(area),
            words=amount_words(part, colour) if colour else "",
            shade=map_charts.shade(part.amount(colour), top) if colour else 0,
            url=f"?component={part.component.key}",
            marks=len(part.items),
            said=said(part),
        )
        for part in drawn
    ]
    return {
        "product": product,
        "tree": map_charts.tree(cells, title=_("Components")) if cells else "",
        "steps": map_charts.steps(top, digits=0 if colour == "changes" else 1),
        "areas": [(name, AREAS[name], name == area) for name in known],
        "colours": [(name, COLOURS[name], name == colour) for name in colours],
        "area": area,
        "colour": colour,
        "lines": [line(part, whole, model, product.hours_per_day) for part in parts],
        "left": [part.component.name for part in parts if part not in drawn],
        "window": model["window_days"],
        "has_history": any(part.changes is not None for part in parts),
        "whole": line_of_product(product, whole, model),
        "scatter": scatter(product, model),
    }


def capacity_of(whole: Whole, teams: Iterable[int]) -> float:
    return sum(whole.capacity.get(team, 0.0) for team in teams)


def amount_words(part: Part, colour: str) -> str:
    if colour == "interest":
        return _("%(n)s d") % {"n": formats.number(part.interest, 1)}
    return formats.number(part.changes)


def said(part: Part) -> str:
    """A component for those who do not see the map."""
    items = ngettext("%(n)s item", "%(n)s items", len(part.items)) % {"n": len(part.items)}
    words = [f"{part.component.name}: {items}"]
    words.append(_("%(n)s d a month") % {"n": formats.number(part.interest, 1)})
    if part.changes is not None:
        words.append(_("%(n)s changes") % {"n": part.changes})
    return ", ".join(words)


def line(part: Part, whole: Whole, model: Mapping[str, Any], hours: float) -> Line:
    row = part.component
    return _line(
        row.name, f"?component={row.key}", part.changes, part.lines, len(part.items),
        part.interest, part.principal, capacity_of(whole, paying(part)), model, hours,
    )  # fmt: skip


def line_of_product(product: Product, whole: Whole, model: Mapping[str, Any]) -> Line:
    """All dragging items, those without a component too; lines only where all are known."""
    sizes = [part.lines for part in whole.parts]
    known = [size for size in sizes if size is not None]
    return _line(
        product.name, "", None, sum(known) if known and len(known) == len(sizes) else None,
        len(whole.days), sum(whole.days.values()),
        sum(part.principal for part in whole.parts) + sum(map(principal_of, whole.apart)),
        capacity_of(whole, whole.serving), model, product.hours_per_day,
    )  # fmt: skip


def _line(
    name: str,
    url: str,
    changes: int | None,
    lines: int | None,
    items: int,
    interest: float,
    principal: float,
    capacity: float,
    model: Mapping[str, Any],
    hours: float,
) -> Line:
    share = interest / capacity if capacity else None
    ratio = ratings.debt_ratio(principal, lines, hours_per_day=hours) if lines else None
    return Line(
        name=name,
        url=url,
        changes=formats.number(changes) if changes is not None else formats.UNKNOWN,
        lines=formats.number(lines) if lines is not None else formats.UNKNOWN,
        items=formats.number(items),
        interest=formats.number(interest, 1),
        drag=formats.percent(share) if share is not None else formats.UNKNOWN,
        drag_letter="" if share is None else ratings.drag_letter(share, model["drag_letters"]),
        principal=formats.number(principal, 1),
        ratio=formats.percent(ratio) if ratio is not None else formats.UNKNOWN,
        ratio_letter="" if ratio is None else ratings.ratio_letter(ratio),
    )


def files_page(product: Product, component: Component, asked: Mapping[str, str]) -> dict[str, Any]:
    """One component from near: its files, and what changes together."""
    model = queries.current_model().parameters
    told = queries_history.told_of(product, model)
    spots = queries_history.hotspots_of(product, model, component=component, told=told, most=FILES)
    sized = any(spot.size for _repository, spot in spots)
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
            words=formats.number(spot.touches, 1),
            shade=map_charts.shade(spot.heat, 1.0),
            url="",
            marks=0,
            said=_("%(path)s: %(touches)s weighted changes, %(lines)s lines") % {
                "path": spot.path,
                "touches": formats.number(spot.touches, 1),
                "lines": formats.number(spot.size) if spot.size is not None else formats.UNKNOWN,
            },
        )
        for spot, amount in drawn
    ]  # fmt: skip
    kept = queries_figures.figures_of(product)
    pairs = queries_figures.pairs_in(product, kept, component=component)
    items = DebtItem.objects.filter(
        product=product, component=component, state__in=DebtItem.DRAGS
    ).select_related("latest_score")
    return {
        "product": product,
        "component": component,
        "tree": map_charts.tree(cells, title=component.name) if cells else "",
        "areas": [(name, AREAS[name], name == area) for name in ("lines", "changes")]
        if sized
        else [],
        "files": [
            (
                spot.path,
                formats.number(spot.touches, 1),
                formats.number(spot.size) if spot.size is not None else formats.UNKNOWN,
                formats.percent(spot.heat),
            )
            for _repository, spot in spots
        ],
        "pairs": [
            (pair.entity, pair.coupled, f"{pair.degree} %", formats.number(pair.average))
            for _repository, pair in pairs[:PAIRS]
        ],
        "items": items.order_by("number"),
        "window": model["window_days"],
    }


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
