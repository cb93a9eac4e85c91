"""What lies behind the bars and stands above them: units of time, closed days, today."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from django.utils.translation import gettext as _

from roadmaps.timeline.scale import Scale
from tpm import formats
from tpm.svg import esc, num

HEAD = 56
LONGEST_NAME = 26
PADDING = 6
DEEP = 10**7
"""Pixels: deeper than any plan has rows."""
FINE = ("day", "week")
"""Units that begin inside a month, too many for a line each behind the bars."""
LETTER = 6.6
"""Pixels of a letter, on average: words that would not fit are left out."""


@dataclass(frozen=True)
class Closure:
    """Days on which nobody works, or nothing is released. name: empty where it is not shown."""

    starts_on: datetime.date
    ends_on: datetime.date
    name: str = ""


def head_svg(scale: Scale, today: datetime.date, closures: Iterable[Closure]) -> str:
    """The units of time, the names of freezes, and the mark of today."""
    return (
        f'<svg class="tl-scale" width="{scale.width}" height="{HEAD}" aria-hidden="true">'
        f"{head_shapes(scale, today, closures)}</svg>"
    )


def head_shapes(scale: Scale, today: datetime.date, closures: Iterable[Closure]) -> str:
    zoom = scale.zoom
    parts = [
        units(scale, zoom.upper, 15, "t-b", whole=True),
        units(scale, zoom.lower, 33, ""),
        # Weeks begin inside months: the line of a month would cross the word of a week.
        lines(scale, zoom.upper, 0, 20 if zoom.lower in FINE else HEAD),
        lines(scale, zoom.lower, 20, HEAD),
        lines(scale, zoom.ticks, 52, HEAD) if zoom.ticks else "",
        closure_words(scale, closures, today),
        today_pill(scale, today),
    ]
    return "".join(parts)


def units(scale: Scale, unit: str, y: int, class_: str, *, whole: bool = False) -> str:
    """The words of a unit, each at its first day; one that is cut and too narrow stays empty.

    whole: with the year
    """
    firsts = [*scale.firsts(unit), scale.end]
    words = []
    for first, after in pairwise(firsts):
        x, text = scale.x(first), unit_words(first, unit, whole=whole)
        if scale.x(after) - x < len(text) * LETTER + PADDING:
            continue
        named = f' class="{class_}"' if class_ else ""
        words.append(f'<text{named} x="{num(x + 5)}" y="{y}">{esc(text)}</text>')
    return "".join(words)


def unit_words(first: datetime.date, unit: str, *, whole: bool) -> str:
    if unit == "day":
        return str(first.day)
    if unit == "week":
        return formats.day(first, year=False)
    if unit == "month":
        return formats.month(first, year=whole)
    if unit == "quarter":
        quarter = (first.month + 2) // 3
        return _("Q%(n)s %(year)s") % {"n": quarter, "year": first.year} if whole else f"Q{quarter}"
    return str(first.year)


def lines(scale: Scale, unit: str, top: int, foot: int) -> str:
    """A short line at the first day of every unit, all in one path."""
    found = (num(scale.x(day) + 0.5) for day in scale.firsts(unit) if day > scale.start)
    path = "".join(f"M{x} {top}V{foot}" for x in found)
    return f'<path class="s-line" d="{path}"/>' if path else ""


def closure_words(scale: Scale, closures: Iterable[Closure], today: datetime.date) -> str:
    """Names of freezes where they fit, away from the mark of today and from each other."""
    found, taken = [], scale.x(today) + 24
    for each in sorted(closures, key=lambda one: one.starts_on):
        left, right = scale.x(each.starts_on), scale.after(each.ends_on)
        if right - left < 2:
            continue
        found.append(
            f'<rect class="shade" x="{num(left)}" y="37" width="{num(right - left)}" height="19"/>'
        )
        name = shortened(each.name)
        width = len(name) * LETTER
        clear = left > taken or left + width < scale.x(today) - 24
        if name and clear:
            found.append(f'<text class="t-3" x="{num(left + 3)}" y="49">{esc(name)}</text>')
            taken = max(taken, left + width)
    return "".join(found)


def shortened(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1].rstrip(" ,") + "…"


def today_pill(scale: Scale, today: datetime.date) -> str:
    x = min(max(scale.x(today), 24), scale.width - 24)
    return (
        f'<rect class="pill-today" id="today" x="{num(x - 22)}" y="38" width="44" height="16" '
        f'rx="8"/><text class="on-solid" x="{num(x)}" y="50" text-anchor="middle">'
        f"{esc(_('Today'))}</text>"
    )


def back_svg(scale: Scale, today: datetime.date, closures: Iterable[Closure]) -> str:
    """Closed days, lines of the units and today, as high as the rows in front of them."""
    return (
        f'<svg class="tl-back" width="{scale.width}" height="100%" aria-hidden="true">'
        f"{back_shapes(scale, today, closures)}</svg>"
    )


def back_shapes(scale: Scale, today: datetime.date, closures: Iterable[Closure]) -> str:
    shades = "".join(
        f'<rect class="shade" x="{num(left)}" width="{num(right - left)}" height="100%"/>'
        for left, right in (
            (scale.x(each.starts_on), scale.after(each.ends_on)) for each in closures
        )
        if right - left >= 1
    )
    strong = set(scale.firsts(scale.zoom.upper))
    fine = scale.firsts(scale.zoom.lower) if scale.zoom.lower not in FINE else ()
    grid = uprights("s-grid", scale, set(fine) - strong) + uprights("s-line", scale, strong)
    return shades + grid + upright("today", scale.x(today))


def uprights(class_: str, scale: Scale, days: Iterable[datetime.date]) -> str:
    """Lines at the first of days from top to bottom, in one path; cut where the drawing ends."""
    found = (num(scale.x(day) + 0.5) for day in sorted(days) if day > scale.start)
    path = "".join(f"M{x} 0V{DEEP}" for x in found)
    return f'<path class="{class_}" d="{path}"/>' if path else ""


def upright(class_: str, x: float) -> str:
    return f'<line class="{class_}" x1="{num(x)}" x2="{num(x)}" y1="0" y2="100%"/>'
