"""Where debt sits: the components of a product as areas, in shades of what is known of them."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from debt import map_measures, queries
from debt.map_measures import Measures
from debt.map_parts import Part, Whole, whole_of
from debt.maths import ratings
from debt.pages import map_charts, map_files
from debt.pages.map_charts import Cell
from debt.touched_parts import MONTHS_BACK, month_ends
from tpm import formats
from tpm.models import Component, Product

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
    left_out: str
    """Whose cost or size nobody said, so that the sums of its row lack them."""
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
    found = [
        Moment(place, end, date_format(end, "F Y")) for place, end in enumerate(month_ends(today))
    ]
    return [*found, Moment(MONTHS_BACK, None, _("now"))]


def moment_of(text: str, today: datetime.date) -> Moment:
    """What the slider says; now for what it cannot say."""
    found = moments(today)
    return found[int(text)] if text.isdecimal() and int(text) <= MONTHS_BACK else found[-1]


def file_page(product: Product, component: Component, asked: Mapping[str, str]) -> dict[str, Any]:
    """One component from near, at the moment that the slider says."""
    moment = moment_of(asked.get("month", ""), timezone.localdate())
    found = map_files.files_page(product, component, asked, moment.day)
    return found | {"moment": moment, "last_place": MONTHS_BACK}


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
            url=address(part.component, moment),
            marks=len(part.items),
            said=said(part),
        )
        for part in drawn
    ]
    return {
        "product": product,
        "tree": map_charts.tree(cells, title=_("Components")) if cells else "",
        "steps": map_charts.steps(
            top, words=lambda amount, more: shade_words(amount, colour, more=more)
        ),
        "areas": [(name, AREAS[name], name == area) for name in known],
        "colours": [(name, COLOURS[name], name == colour) for name in colours],
        "area": area,
        "colour": colour,
        "moment": moment,
        "first_moment": moments(timezone.localdate())[0].name,
        "last_place": MONTHS_BACK,
        "lines": [line(part, whole, model, product.hours_per_day, moment) for part in parts],
        "apart": line_apart(whole, model, product.hours_per_day),
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


def shade_words(amount: float, colour: str, *, unit: bool = False, more: int = 0) -> str:
    """An amount of what the shades mean. more: digits than are usual of it"""
    if colour == "drag":
        if more:
            return _("%(n)s %%") % {"n": formats.number(amount * 100, more)}
        return formats.percent(amount)
    if colour == "interest":
        text = formats.number(amount, 1 + more)
        return _("%(n)s d") % {"n": text} if unit else text
    if colour == "rate":
        text = formats.number(amount, 1 + more)
        return _("%(n)s a month") % {"n": text} if unit else text
    return formats.number(amount, more)


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


def address(component: Component, moment: Moment | None) -> str:
    """Its files at the same moment."""
    at = "" if moment is None or moment.day is None else f"&month={moment.place}"
    return f"?component={component.key}{at}"


def line(
    part: Part,
    whole: Whole,
    model: Mapping[str, Any],
    hours: float,
    moment: Moment | None = None,
) -> Line:
    row = part.component
    measures = map_measures.of_part(part, whole, model, hours)
    return words_of(row.name, address(row, moment), measures)


def line_apart(whole: Whole, model: Mapping[str, Any], hours: float) -> Line | None:
    """What lies in no component, where anything does: with it the rows add up to the total."""
    measures = map_measures.of_apart(whole, model, hours)
    return None if measures is None else words_of(_("No component"), "", measures)


def line_of_product(product: Product, whole: Whole, model: Mapping[str, Any]) -> Line:
    return words_of(product.name, "", map_measures.of_product(product, whole, model))


def left_out(measures: Measures) -> str:
    """How many items its sums leave out, as words below the name: a column of numbers has none."""
    found = [
        words % {"items": ngettext("%(n)s item", "%(n)s items", left) % {"n": formats.number(left)}}
        for words, part in (
            (_("interest of %(items)s"), measures.interest),
            (_("principal of %(items)s"), measures.principal),
        )
        if (left := part.unknown(measures.items))
    ]
    return _("not known: %(what)s") % {"what": ", ".join(found)} if found else ""


def words_of(name: str, url: str, measures: Measures) -> Line:
    """A row of the table."""
    return Line(
        name=name,
        left_out=left_out(measures),
        url=url,
        changes=number_words(measures.changes),
        lines=number_words(measures.lines),
        items=formats.number(measures.items),
        score=number_words(measures.score),
        findings=formats.number(measures.findings),
        interest=formats.number(measures.interest.of(measures.items), 1),
        drag=map_measures.share_words(measures.drag),
        drag_letter=measures.drag_letter,
        principal=formats.number(measures.principal.of(measures.items), 1),
        ratio=map_measures.share_words(measures.ratio),
        ratio_letter=measures.ratio_letter,
    )


def number_words(value: float | None) -> str:
    return formats.UNKNOWN if value is None else formats.number(value)
