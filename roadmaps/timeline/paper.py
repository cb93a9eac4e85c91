"""The timeline on paper: as many landscape pages as its rows need, cut to the days in use."""

import datetime
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from roadmaps.timeline import backdrop
from roadmaps.timeline.lanes import LANE, ROW, Place
from roadmaps.timeline.page import Timeline
from roadmaps.timeline.paint import colours, painted
from roadmaps.timeline.scale import Scale, Zoom, first_of, next_first
from roadmaps.timeline.whole import FOOT, FROZEN, TITLED, Frame, drawing

PIXELS_A_MM = 4.9
"""Of the drawing: letters of 12 pixels are then 7 points high."""
ROOM_AFTER = 150
"""Pixels right of the last day, for the words beside its bar."""
PATTERN = re.compile("<pattern .*?</pattern>")


@dataclass(frozen=True)
class Sheet:
    """width, height: millimetres between the margins of a landscape page."""

    name: str
    width: int
    height: int

    @property
    def chart(self) -> int:
        """Pixels from the first day to the last."""
        return round(self.width * PIXELS_A_MM) - FROZEN

    @property
    def rows(self) -> int:
        """Pixels between the scale and the last line."""
        return round(self.height * PIXELS_A_MM) - TITLED - backdrop.HEAD - FOOT


SHEETS = {"a4": Sheet("a4", 277, 188), "a3": Sheet("a3", 400, 275)}


def pages(line: Timeline, sheet: Sheet) -> list[str]:
    """Every page as a drawing that stands alone."""
    line.at_once = True
    line.scale = fitted(line, sheet.chart)
    cut = list(paginated(line.places, sheet.rows))
    found = []
    for number, places in enumerate(cut, start=1):
        foot = _("Page %(page)s of %(pages)s") % {"page": number, "pages": len(cut)}
        frame = Frame(
            width=f"{sheet.width}mm", height=f"{sheet.height}mm", foot=foot, least_body=sheet.rows
        )
        drawn = without_pattern(painted(drawing(line, places, frame)))
        # Each page cuts its words by its own clip: a name stands once in a document.
        drawn = drawn.replace('id="names"', f'id="names{number}"')
        found.append(drawn.replace("url(#names)", f"url(#names{number})"))
    return found


def without_pattern(drawn: str) -> str:
    """Framed instead of hatched: printing makes megabytes of pixels from a pattern."""
    framed = f'fill="{colours()["debt-bg"]}" stroke="{colours()["debt"]}"'
    return PATTERN.sub("", drawn).replace('fill="url(#hatch)"', framed)


def fitted(line: Timeline, width: int) -> Scale:
    """The days that are used, from edge to edge: month by month where they are few."""
    start = first_of(min([line.today, *line.days]), "month")
    last = max([line.today, *line.days])
    count = max((next_first(first_of(last, "month"), "month") - start).days, 28)
    pixels = (width - ROOM_AFTER) / count
    upper, lower, ticks = units_for(pixels)
    # Whole days, and not a pixel more than the page has.
    end = start + datetime.timedelta(days=int(width / pixels))
    return Scale(start, end, Zoom("paper", pixels, upper, lower, ticks))


def units_for(pixels: float) -> tuple[str, str, str]:
    """What the scale names, by the width of a day."""
    if pixels >= 6:
        return "month", "week", ""
    if pixels >= 1.1:
        return "quarter", "month", "week" if pixels >= 1.8 else ""
    return "year", "quarter", "month" if pixels >= 0.5 else ""


def paginated(places: Sequence[Place], room: int) -> Iterator[list[Place]]:
    """The lines of each page, counted from its own top; a lane that goes on has its head again."""
    page: list[Place] = []
    y = 0
    for at, place in enumerate(places):
        height = ROW if place.row else LANE
        # A head does not stand alone at the foot of a page.
        needs = height + (ROW if place.row is None and is_headed(places, at) else 0)
        if page and y + needs > room:
            yield page
            page, y = [], 0
            if place.row:
                lane = replace(
                    place.lane, title=_("%(lane)s, continued") % {"lane": place.lane.title}
                )
                page.append(Place(1, 0, lane))
                y = LANE
        page.append(replace(place, index=len(page) + 1, y=y))
        y += height
    if page:
        yield page


def is_headed(places: Sequence[Place], at: int) -> bool:
    """Whether a row stands right below the head."""
    return at + 1 < len(places) and places[at + 1].row is not None
