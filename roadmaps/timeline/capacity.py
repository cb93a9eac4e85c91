"""The load of each team under the rows: share of its capacity, week by week, on the same scale."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from roadmaps.timeline.scale import Scale
from tpm import formats
from tpm.svg import esc, num

HEIGHT, FOOT, FULL = 35, 34, 22
"""Pixels: of the strip, of its ground line, of a bar at 100 %."""
MOST = 30
TEAMS = 4
WEEK = datetime.timedelta(days=7)
OVER = 1.0005
"""Above it a load is over: shares are sums of floats."""


@dataclass(frozen=True)
class Strip:
    """One team. over: weeks in which the planned work is above its capacity.

    drag: its drag where that is above its debt budget, with the budget
    """

    name: str
    places: str
    peak: str
    when: str
    over: int
    svg: str
    drag: str = ""


@dataclass(frozen=True, slots=True)
class Week:
    """One week of a team, shares of its capacity; None where it has none."""

    starts_on: datetime.date
    ends_on: datetime.date
    planned: float | None
    p85: float | None


def weeks_of(team: Mapping) -> list[Week]:
    found = []
    for week in team.get("weeks") or ():
        start = datetime.date.fromisoformat(week["starts_on"])
        end = start - datetime.timedelta(days=start.weekday()) + WEEK
        capacity = week.get("capacity")
        shares = (week["planned"] / capacity, week["p85"] / capacity) if capacity else (None, None)
        found.append(Week(start, end, *shares))
    return found


def strip(team: Mapping, scale: Scale) -> Strip:
    """A team of a run, as drawn."""
    weeks = weeks_of(team)
    known = [week for week in weeks if week.planned is not None]
    top = max(known, key=lambda week: week.planned or 0.0, default=None)
    peak = formats.UNKNOWN
    if top is not None and top.planned is not None:
        # A share of capacity, not a chance: it may be a whole.
        peak = f"{top.planned * 100:.0f} %"
    when = formats.day(top.starts_on) if top and top.planned else ""
    places = team.get("places")
    room = _("%(n)s places") % {"n": places} if places is not None else _("people unknown")
    over = sum((week.planned or 0.0) > OVER for week in known)
    drag = over_drag(team)
    said = ". ".join(filter(None, (says(team["name"], peak, when, over), drag)))
    return Strip(team["name"], room, peak, when, over, drawing(weeks, scale, said), drag)


def over_drag(team: Mapping) -> str:
    """Words where a team loses more to debt than its policy allows; else nothing."""
    drag, limit = team.get("drag"), team.get("drag_limit")
    if drag is None or limit is None or drag <= limit:
        return ""
    return _("drag %(drag)s, budget %(limit)s") % {
        "drag": formats.percent(drag), "limit": formats.percent(limit)
    }  # fmt: skip


def strips(teams: Iterable[Mapping], scale: Scale) -> list[Strip]:
    return [strip(team, scale) for team in teams]


def says(name: str, peak: str, when: str, over: int) -> str:
    words = {"team": name, "peak": peak, "day": when, "n": over}
    if not when:
        return _("%(team)s: nothing planned") % words
    if over:
        return ngettext(
            "%(team)s: over its capacity in one week, %(peak)s from %(day)s",
            "%(team)s: over its capacity in %(n)s weeks, %(peak)s from %(day)s",
            over,
        ) % words  # fmt: skip
    return _("%(team)s: at most %(peak)s of its capacity, in the week of %(day)s") % words


def drawing(weeks: list[Week], scale: Scale, said: str) -> str:
    """Planned work before its P85; what is above the capacity in red; the capacity as a line."""
    layers: dict[str, list[str]] = {"f95": [], "f50": [], "fbad": []}
    for week in weeks:
        if week.planned is None or week.starts_on >= scale.end:
            continue
        left, right = scale.x(week.starts_on) + 0.75, scale.x(week.ends_on) - 0.75
        if right - left < 0.5:
            left, right = left - 0.75, right + 0.75
        planned = min(week.planned * FULL, MOST)
        layers["f95"].append(box(left, right, 0, min((week.p85 or 0.0) * FULL, MOST)))
        layers["f50"].append(box(left, right, 0, min(planned, FULL)))
        if week.planned > OVER:
            layers["fbad"].append(box(left, right, FULL, max(planned, FULL + 2)))
    paths = "".join(
        f'<path class="{fill}" d="{"".join(boxes)}"/>'
        for fill, boxes in layers.items()
        if any(boxes)
    )
    line = ""
    if weeks:
        a, b = num(scale.x(weeks[0].starts_on)), num(scale.x(weeks[-1].ends_on))
        line = f'<path class="s-axis capacity" d="M{a} {FOOT - FULL}H{b}"/>'
    return (
        f'<svg class="tl-bars" width="{scale.width}" height="{HEIGHT}" role="img" '
        f'aria-label="{esc(said)}">{paths}{line}</svg>'
    )


def box(left: float, right: float, low: float, high: float) -> str:
    if high - low < 0.3:
        return ""
    return f"M{num(left)} {num(FOOT - low)}V{num(FOOT - high)}H{num(right)}V{num(FOOT - low)}Z"
