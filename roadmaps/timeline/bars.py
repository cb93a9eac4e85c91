"""The bar of one row, one function for each of its layers, from the back to the front.

From the top of a row of 32 pixels: the target, the bar around its middle at 14, the baseline.
All text comes ready; coordinates are pixels of the scale.
"""

import datetime
from dataclasses import dataclass
from typing import NamedTuple

from roadmaps.forecasting.workdays import workdays
from roadmaps.timeline.lanes import Row
from roadmaps.timeline.scale import Scale
from roadmaps.timeline.words import Saying
from tpm.svg import esc, num

LETTER = 6.4
GLYPH = 15
GAP = 8
PATHS = {
    "ok": "M.5 5.5 3.5 8.5 9.5 2",
    "warn": "M5 .5V6M5 9V9.2",
    "bad": "M1 1 9 9M9 1 1 9",
}
DAYS_A_WEEK = 7 / 5


class Detail(NamedTuple):
    """What only the rows that are sent need. drag, effort: working days near P50."""

    drag: float = 0.0
    effort: float = 0.0
    baseline: tuple[datetime.date, datetime.date] | None = None
    moved: int = 0
    """Calendar days that a scenario moves its P50."""
    range: tuple[float, float, float, bool] | None = None
    """Of what has no bar: P10, P50 and P90 person-days, and whether one number was said."""
    title: str = ""
    version: int = 0
    """As they are now: lines may have been laid out some moments ago."""


@dataclass(frozen=True)
class Drawing:
    """What all bars of one page share."""

    scale: Scale
    today: datetime.date


def bar(row: Row, detail: Detail, draw: Drawing, said: Saying, quiet: str) -> str:
    """Everything that a row with dates draws."""
    span = row.span
    if span is None:
        return ""
    left, right = draw.scale.x(span[0]), draw.scale.after(span[1])
    if row.state == "done":
        body, end = done(left, right), max(right, left + 3)
    elif row.is_milestone:
        right = draw.scale.x(span[1])
        left, end = right - 7, right + 7
        body = whisker(row, draw.scale, right) + diamond(right)
    else:
        right = max(right, left + 3)
        body, end = solid(row, detail, draw, left, right), right
    if row.state != "done":
        end = max(end, *(draw.scale.after(day) for day in (row.p50, row.p85, row.p95) if day))
    mark = target(row, draw.scale, said.tone)
    if mark and row.target:
        end = max(end, draw.scale.after(row.target) + 5)
    words = label(said, quiet, left=left, right=end, width=draw.scale.width)
    tried = elsewhere(detail.moved * draw.scale.zoom.pixels, left, right) if detail.moved else ""
    return f"{baseline(detail, draw.scale)}{body}{tried}{mark}{words}"


def solid(row: Row, detail: Detail, draw: Drawing, left: float, right: float) -> str:
    """The bar of work: tails behind, the solid part, what debt adds, how far it came."""
    tails = tail(row, draw.scale, right)
    if row.basis == "children":
        return tails + summary(left, right)
    if row.is_guess:
        return tails + unestimated(left, right)
    front = pin(left, right) if row.pinned else progress(row, detail, draw, left, right)
    return f"{tails}{block(left, right)}{drag(row, detail, draw, left, right)}{front}"


def elsewhere(by: float, left: float, right: float) -> str:
    """Where a scenario puts the solid part: its outline, moved."""
    width = num(max(right - left, 3))
    return f'<rect class="drag50" x="{num(left + by)}" y="7" width="{width}" height="14" rx="3"/>'


def done(left: float, right: float) -> str:
    width = num(max(right - left, 3))
    return f'<rect class="fdone" x="{num(left)}" y="7" width="{width}" height="14" rx="3"/>'


def tail(row: Row, scale: Scale, right: float) -> str:
    """Lighter and thinner to P85 with its dark cap, lightest and thinnest to P95."""
    if row.p85 is None:
        return f'<path class="f85" d="M{num(right)} 9H{scale.width}V19H{num(right)}Z"/>'
    middle = max(scale.after(row.p85), right)
    end = max(scale.after(row.p95), middle) if row.p95 else float(scale.width)
    parts = []
    if end > middle:
        parts.append(f'<path class="f95" d="M{num(middle)} 12H{num(end)}V16H{num(middle)}Z"/>')
    if middle > right:
        parts.append(
            f'<path class="f85" d="M{num(right - 1)} 9H{num(middle)}V19H{num(right - 1)}Z"/>'
        )
        parts.append(f'<path class="cap85" d="M{num(middle)} 7.5V20.5"/>')
    return "".join(parts)


def block(left: float, right: float) -> str:
    """The solid part: round where it starts, straight where likelihood goes on."""
    a, b = num(left), num(right)
    if right - left < 8:
        return f'<path class="f50" d="M{a} 7H{b}V21H{a}Z"/>'
    inner = num(left + 3)
    return f'<path class="f50" d="M{inner} 7H{b}V21H{inner}a3 3 0 0 1-3-3V10a3 3 0 0 1 3-3z"/>'


def drag(row: Row, detail: Detail, draw: Drawing, left: float, right: float) -> str:
    """The end of the solid part that debt adds: working days, drawn as days of the calendar."""
    if detail.drag <= 0:
        return ""
    whole = right - max(left, min(draw.scale.x(draw.today), right))
    width = min(detail.drag * DAYS_A_WEEK * draw.scale.zoom.pixels, whole)
    if width < 1:
        return ""
    return (
        f'<path class="fhatch" d="M{num(right - width)} 7H{num(right)}V21H{num(right - width)}Z"/>'
    )


def progress(row: Row, detail: Detail, draw: Drawing, left: float, right: float) -> str:
    """The share of the work that is behind, of what is behind and what is left, as a line."""
    if row.state != "in_progress" or row.started_on is None:
        return ""
    behind = workdays(row.started_on, draw.today - datetime.timedelta(days=1))
    share = behind / (behind + detail.effort) if behind + detail.effort > 0 else 0.0
    width = (right - left - 8) * share
    if width < 2:
        return ""
    x = num(left + 4)
    return f'<rect class="fsurface" x="{x}" y="13" width="{num(width)}" height="2" rx="1"/>'


def pin(left: float, right: float) -> str:
    if right - left < 16:
        return ""
    return (
        f'<svg x="{num(left + 2)}" y="8" width="12" height="12" viewBox="0 0 16 16">'
        '<path class="pinmark" d="M5.5 2.5h5l-.8 4 2.3 2.5H4l2.3-2.5zM8 9v4.5"/></svg>'
    )


def unestimated(left: float, right: float) -> str:
    """An outline with a question: simulated from finished work of its kind."""
    width = max(right - left, 14)
    x, middle = num(left + 0.5), num(left + width / 2)
    return (
        f'<rect class="noest" x="{x}" y="7.5" width="{num(width - 1)}" height="13" rx="3"/>'
        f'<text class="t-b" x="{middle}" y="18" text-anchor="middle">?</text>'
    )


def summary(left: float, right: float) -> str:
    """Work that is the sum of its parts: a line with ends, not a block."""
    return (
        f'<path class="f50" d="M{num(left)} 10H{num(right)}V14H{num(left)}Z'
        f'M{num(left)} 14h5l-5 6ZM{num(right)} 14h-5l5 6Z"/>'
    )


def diamond(x: float) -> str:
    return f'<path class="f50" d="M{num(x - 7)} 14 {num(x)} 7 {num(x + 7)} 14 {num(x)} 21Z"/>'


def whisker(row: Row, scale: Scale, x: float) -> str:
    """What is uncertain about a moment: a line to P85, a faint one to P95."""
    if row.p85 is None:
        return f'<path class="cap85" d="M{num(x)} 14H{scale.width}"/>'
    middle = max(scale.x(row.p85), x)
    parts = [f'<path class="cap85" d="M{num(x)} 14H{num(middle)}M{num(middle)} 9V19"/>']
    end = scale.x(row.p95) if row.p95 else float(scale.width)
    if end > middle:
        parts.append(f'<path class="f95" d="M{num(middle)} 12.5H{num(end)}V15.5H{num(middle)}Z"/>')
    return "".join(parts)


def target(row: Row, scale: Scale, tone: str, y: int = 2) -> str:
    """The promise: a mark above the bar and a line across it."""
    if row.target is None or row.state == "dropped":
        return ""
    return flag(scale.after(row.target), tone, y)


def flag(x: float, tone: str, y: int = 2) -> str:
    """A triangle and the line below it, both turned one way, so that they are one shape."""
    fill = f"f{tone}" if tone else "fink"
    return (
        f'<path class="flag {fill}" d="M{num(x - 5)} {y}H{num(x + 5)}L{num(x)} {y + 6}Z'
        f'M{num(x - 0.75)} {y + 5}h1.5v18h-1.5z"/>'
    )


def baseline(detail: Detail, scale: Scale) -> str:
    """What was committed: a bracket under the bar, from its start to its P50."""
    if detail.baseline is None:
        return ""
    left, right = scale.x(detail.baseline[0]) + 0.5, scale.after(detail.baseline[1]) - 0.5
    if right <= left:
        return ""
    a, b = num(left), num(right)
    return f'<path class="ghost" d="M{a} 23V28M{a} 25.5H{b}M{b} 23V28"/>'


def label(said: Saying, quiet: str, *, left: float, right: float, width: int, y: int = 18) -> str:
    """Verdict and team right of the bar; left of it where the right edge is near, never cut."""
    if not (said.words or quiet):
        return ""
    sign = GLYPH if said.tone else 0
    both = len(said.words) + len(quiet)
    length = sign + both * LETTER + (8 if said.words and quiet else 0)
    x = right + GAP
    if x + length > width:
        x = max(min(left - GAP - length, width - length - 4), 4)
    at = f'x="{num(x + sign)}" y="{y}"'
    look = "w" if said.words else "tm"
    rest = f'<tspan class="tm" dx="8">{esc(quiet)}</tspan>' if said.words and quiet else ""
    words = f"{esc(said.words or quiet)}{rest}</text>"
    if not said.tone:
        return f'<text class="lab {look}" {at}>{words}'
    return f'<g class="lab">{glyph(said.tone, x, y - 9)}<text class="{look}" {at}>{words}</g>'


def glyph(tone: str, x: float, y: float) -> str:
    """✓, ! or ✗ as strokes, before a halo so that lines behind do not cross it."""
    return (
        f'<path class="halo" d="M{num(x - 3)} {num(y - 3)}h16v16h-16z"/><path '
        f'class="s-{tone} glyph" transform="translate({num(x)} {num(y)})" d="{PATHS[tone]}"/>'
    )


def words_alone(said: Saying, quiet: str, x: float, width: int) -> str:
    """The words of a row that has no bar."""
    return label(said, quiet, left=x, right=x, width=width)


def lane(
    span: tuple[datetime.date | None, datetime.date | None, datetime.date | None],
    target_day: datetime.date | None,
    said: Saying,
    scale: Scale,
) -> str:
    """The sum of a lane: a line to its P50, a thin one to P85 with a cap, its target, its chance.

    span: first start, P50 and P85
    """
    start, p50, p85 = span
    if start is None or p50 is None:
        return ""
    left, middle = scale.x(start), scale.after(p50)
    end = max(scale.after(p85), middle) if p85 else middle
    parts = [
        f'<path class="s-50 heavy" d="M{num(left)} 18H{num(middle)}"/>',
        f'<path class="cap85" d="M{num(middle)} 18H{num(end)}M{num(end)} 14V22'
        f'M{num(left)} 14V22"/>',
    ]
    if target_day is not None:
        x = scale.after(target_day)
        parts.append(flag(x, said.tone, 5))
        end = max(end, x + 5)
    parts.append(label(said, "", left=left, right=end, width=scale.width, y=22))
    return "".join(parts)
