"""Where debt sits: the components of a product as areas, in shades of what is known of them."""

import calendar
import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from debt import map_charts, map_files, queries, ratings
from debt.map_charts import Cell
from debt.map_parts import Part, Whole, capacity_of, paying, whole_of
from tpm import formats
from tpm.models import Product

MONTHS_BACK = 6
"""A window of 180 days that ended so many months ago still lies in the year that is kept."""
AREAS = {
    "changes": gettext_lazy("Changes"),
    "lines": gettext_lazy("Lines"),
    "interest": gettext_lazy("Interest"),
}
COLOURS = {
    "interest": gettext_lazy("Interest"),
    "drag": gettext_lazy("Drag"),
    "score": gettext_lazy("Highest score"),
    "rate": gettext_lazy("Touch rate"),
    "findings": gettext_lazy("Findings"),
}


@dataclass(frozen=True)
class Line:
    """One component of the table, as text."""

    name: str
    url: str
    changes: str
    lines: str
    items: str
    score: str
    findings: str
    interest: str
    drag: str
    drag_letter: str
    principal: str
    ratio: str
    ratio_letter: str


def areas_known(parts: Iterable[Part]) -> list[str]:
    """What the areas may show: only what is known of some component."""
    return [name for name in AREAS if any(part.amount(name) > 0 for part in parts)]


@dataclass(frozen=True)
class Moment:
    """A place of the slider. day: the last that counts; None: now"""

    place: int
    day: datetime.date | None
    name: str


def moments(today: datetime.date) -> list[Moment]:
    """The ends of the last months, the oldest first, and now."""
    found = []
    year, month = today.year, today.month
    for place in range(MONTHS_BACK - 1, -1, -1):
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
        end = datetime.date(year, month, calendar.monthrange(year, month)[1])
        found.append(Moment(place, end, date_format(end, "F Y")))
    return [*found[::-1], Moment(MONTHS_BACK, None, _("now"))]


def moment_of(text: str, today: datetime.date) -> Moment:
    """What the slider says; now for what it cannot say."""
    found = moments(today)
    return found[int(text)] if text.isdecimal() and int(text) <= MONTHS_BACK else found[-1]


def components_page(product: Product, asked: Mapping[str, str]) -> dict[str, Any]:
    model = queries.current_model().parameters
    moment = moment_of(asked.get("month", ""), timezone.localdate())
    whole = whole_of(product, model, moment.day)
    parts = whole.parts
    known = areas_known(parts)
    area = asked.get("area", "") if asked.get("area") in known else (known or [""])[0]
    colours = [name for name in COLOURS if any(part.amount(name) > 0 for part in parts)]
    colour = asked.get("colour", "") if asked.get("colour") in colours else (colours or [""])[0]
    drawn = sorted(
        (part for part in parts if part.amount(area) > 0),
        key=lambda part: (-part.amount(area), part.component.pk),
    ) if area else []  # fmt: skip
    top = top_of(drawn, colour)
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
        "steps": map_charts.steps(top, words=lambda amount: shade_words(amount, colour)),
        "areas": [(name, AREAS[name], name == area) for name in known],
        "colours": [(name, COLOURS[name], name == colour) for name in colours],
        "area": area,
        "colour": colour,
        "moment": moment,
        "first_moment": moments(timezone.localdate())[0].name,
        "last_place": MONTHS_BACK,
        "lines": [line(part, whole, model, product.hours_per_day) for part in parts],
        "left": [part.component.name for part in parts if part not in drawn],
        "window": model["window_days"],
        "minutes_a_line": formats.number(ratings.minutes_a_line(model)),
        "has_history": any(part.changes is not None for part in parts),
        "whole": line_of_product(product, whole, model),
        "scatter": "" if moment.day else map_files.scatter(product, model),
    }


def top_of(drawn: Iterable[Part], colour: str) -> float:
    """Where the darkest shade begins to end: a score is shaded on its whole scale."""
    if not colour:
        return 0.0
    most = max((part.amount(colour) for part in drawn), default=0.0)
    return 100.0 if colour == "score" and most > 0 else most


def amount_words(part: Part, colour: str) -> str:
    if colour == "score" and part.score is None:
        return _("no score")
    if colour in ("interest", "drag") and not part.interest_known:
        return _("cost unknown")
    return shade_words(part.amount(colour), colour, unit=True)


def shade_words(amount: float, colour: str, *, unit: bool = False) -> str:
    """An amount of what the shades mean."""
    if colour == "drag":
        return formats.percent(amount)
    if colour == "interest":
        text = formats.number(amount, 1)
        return _("%(n)s d") % {"n": text} if unit else text
    if colour == "rate":
        text = formats.number(amount, 1)
        return _("%(n)s a month") % {"n": text} if unit else text
    return formats.number(amount)


def said(part: Part) -> str:
    """A component for those who do not see the map."""
    items = ngettext("%(n)s item", "%(n)s items", len(part.items)) % {"n": len(part.items)}
    words = [f"{part.component.name}: {items}"]
    if part.interest_known:
        words.append(_("%(n)s d a month") % {"n": formats.number(part.interest, 1)})
    else:
        words.append(_("cost unknown"))
    if part.score is not None:
        words.append(_("highest score %(n)s") % {"n": formats.number(part.score)})
    if part.changes is not None:
        words.append(_("%(n)s changes") % {"n": part.changes})
    if part.findings:
        words.append(_("%(n)s findings") % {"n": part.findings})
    return ", ".join(words)


def line(part: Part, whole: Whole, model: Mapping[str, Any], hours: float) -> Line:
    row = part.component
    return _line(
        row.name, f"?component={row.key}", part.changes, part.lines, len(part.items), part.score,
        part.findings, Sum(part.interest, part.priced), Sum(part.principal, part.sized),
        capacity_of(whole, paying(part)), model, hours,
    )  # fmt: skip


def line_of_product(product: Product, whole: Whole, model: Mapping[str, Any]) -> Line:
    """All dragging items, those without a component too; lines only where all are known."""
    sizes = [part.lines for part in whole.parts]
    known = [size for size in sizes if size is not None]
    return _line(
        product.name, "", None, sum(known) if known and len(known) == len(sizes) else None,
        len(whole.items), None, whole.findings, Sum(sum(whole.days.values()), len(whole.days)),
        Sum(sum(whole.fix.values()), len(whole.fix)),
        capacity_of(whole, whole.serving), model, product.hours_per_day,
    )  # fmt: skip


@dataclass(frozen=True)
class Sum:
    """What is known of some items added up. known: of how many"""

    days: float
    known: int

    def of(self, items: int) -> float | None:
        """None where of some items nothing is known: unknown is not zero."""
        return self.days if self.known or not items else None

    def words(self, items: int) -> str:
        """The sum, and how many it leaves out."""
        left, days = items - self.known, self.of(items)
        if not left:
            return formats.number(days, 1)
        unknown = ngettext("%(n)s unknown", "%(n)s unknown", left)
        return f"{formats.number(days, 1)}, {unknown % {'n': formats.number(left)}}"


def _line(
    name: str,
    url: str,
    changes: int | None,
    lines: int | None,
    items: int,
    score: float | None,
    findings: int,
    interest: Sum,
    principal: Sum,
    capacity: float,
    model: Mapping[str, Any],
    hours: float,
) -> Line:
    days, fix = interest.of(items), principal.of(items)
    share = days / capacity if capacity and days is not None else None
    ratio = None
    if lines and fix is not None:
        ratio = ratings.debt_ratio(fix, lines, model, hours_per_day=hours)
    return Line(
        name=name,
        url=url,
        changes=formats.number(changes) if changes is not None else formats.UNKNOWN,
        lines=formats.number(lines) if lines is not None else formats.UNKNOWN,
        items=formats.number(items),
        score=formats.number(score) if score is not None else formats.UNKNOWN,
        findings=formats.number(findings),
        interest=interest.words(items),
        drag=formats.percent(share) if share is not None else formats.UNKNOWN,
        drag_letter="" if share is None else ratings.drag_letter(share, model),
        principal=principal.words(items),
        ratio=formats.percent(ratio) if ratio is not None else formats.UNKNOWN,
        ratio_letter="" if ratio is None else ratings.ratio_letter(ratio, model),
    )
