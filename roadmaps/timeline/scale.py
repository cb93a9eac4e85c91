"""Days as pixels: the zoom, the scale and the units that it names."""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

Day = datetime.date

LEAST_WIDTH = 1400
"""Pixels: the scale goes on to the right of a short plan."""
BEFORE = datetime.timedelta(days=21)
LONGEST_BEFORE = datetime.timedelta(days=3 * 366)
LONGEST_AFTER = datetime.timedelta(days=11 * 366)
ROOM_AFTER = 180
"""Pixels right of the last day, for the words beside its bar."""


@dataclass(frozen=True)
class Zoom:
    """pixels: of one day. upper, lower, ticks: the units of the head, from the top.

    step: days that a key moves a bar
    """

    name: str
    pixels: float
    upper: str
    lower: str
    ticks: str
    step: int = 7


ZOOMS = {
    zoom.name: zoom
    for zoom in (
        Zoom("day", 24.0, "month", "day", "", 1),
        Zoom("week", 8.0, "month", "week", "", 1),
        Zoom("month", 2.0, "quarter", "month", "week", 7),
        Zoom("quarter", 0.8, "year", "quarter", "month", 30),
        Zoom("year", 0.3, "year", "quarter", "", 91),
    )
}
FIT = "fit"
"""The zoom at which all of the plan is seen at once."""
FIT_WIDTH = 840
"""Pixels that a plan is fitted into: what most windows have beside the names."""


def zoom_of(name: str, days: Iterable[Day | None], today: Day) -> Zoom:
    """A zoom by its name; for FIT, the units of the next nearer one with a day as wide as fits."""
    if name != FIT:
        return ZOOMS[name]
    known = [day for day in days if day is not None]
    low = max(min([today, *known]), today - LONGEST_BEFORE).replace(day=1)
    high = min(max([today, *known]), today + LONGEST_AFTER)
    pixels = min(max((FIT_WIDTH - ROOM_AFTER) / max((high - low).days, 1), 0.1), 24.0)
    near = next((zoom for zoom in reversed(ZOOMS.values()) if zoom.pixels >= pixels), None)
    coarse = min(ZOOMS.values(), key=lambda zoom: abs(zoom.pixels - pixels))
    like = coarse if near is None or coarse.pixels <= pixels else near
    return replace(like, name=FIT, pixels=round(pixels, 3))


@dataclass(frozen=True)
class Scale:
    """Where a day lies, in pixels from the start."""

    start: Day
    end: Day
    zoom: Zoom

    @property
    def width(self) -> int:
        return round((self.end - self.start).days * self.zoom.pixels)

    @cached_property
    def days(self) -> tuple[int, int]:
        """Its first and last day, counted: sums of whole numbers are the fastest."""
        return self.start.toordinal(), self.end.toordinal()

    @cached_property
    def mornings(self) -> list[float]:
        """Where each day begins, and where the last one ends: bars ask for the same few hundred."""
        first, last = self.days
        return [round(at * self.zoom.pixels, 1) for at in range(last - first + 1)]

    def x(self, day: Day, count: int = 0) -> float:
        """The morning of a day; days off the scale lie on its edge.

        count: of the day that comes so many days later
        """
        at = day.toordinal() - self.days[0] + count
        if at <= 0:
            return 0.0
        mornings = self.mornings
        return mornings[at] if at < len(mornings) else mornings[-1]

    def after(self, day: Day) -> float:
        """The evening of a day: where work that is finished on it ends."""
        return self.x(day, 1)

    def firsts(self, unit: str) -> Iterator[Day]:
        """The first days of a unit on the scale, from the one that holds its start."""
        day = first_of(self.start, unit)
        while day < self.end:
            yield day
            day = next_first(day, unit)


def scale_over(
    days: Iterable[Day | None], *, today: Day, zoom: Zoom, least_width: int = LEAST_WIDTH
) -> Scale:
    """A scale on which these days lie, from the first of a month, within reason."""
    known = [day for day in days if day is not None]
    low = max(min([today - BEFORE, *known]), today - LONGEST_BEFORE)
    high = min(max([today, *known]), today + LONGEST_AFTER)
    start = low.replace(day=1)
    room = datetime.timedelta(days=round(ROOM_AFTER / zoom.pixels))
    least = start + datetime.timedelta(days=round(least_width / zoom.pixels))
    return Scale(start, max(high + room, least), zoom)


def first_of(day: Day, unit: str) -> Day:
    """The first day of the week (a Monday), month, quarter or year that holds a day."""
    if unit == "day":
        return day
    if unit == "week":
        return day - datetime.timedelta(days=day.weekday())
    if unit == "month":
        return day.replace(day=1)
    if unit == "quarter":
        return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    return day.replace(month=1, day=1)


def next_first(first: Day, unit: str) -> Day:
    if unit == "day":
        return first + datetime.timedelta(days=1)
    if unit == "week":
        return first + datetime.timedelta(days=7)
    months = {"month": 1, "quarter": 3, "year": 12}[unit]
    index = first.year * 12 + first.month - 1 + months
    return Day(index // 12, index % 12 + 1, 1)
