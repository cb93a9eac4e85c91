"""A plan as one drawing with everything on it: a file, a page of paper, or part of a shared page.

`places` are the lines to draw; the page of the app sends the same lines as rows of a grid.
"""

import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from roadmaps.facts import ALL, Facts
from roadmaps.filters import chips
from roadmaps.timeline import backdrop, bars, words
from roadmaps.timeline import rows as row_builder
from roadmaps.timeline.address import Address
from roadmaps.timeline.bars import Detail, Drawing
from roadmaps.timeline.capacity import HEIGHT as STRIP
from roadmaps.timeline.lanes import LANE, ROW, Place, Row, Window
from roadmaps.timeline.page import Timeline, by_item
from roadmaps.timeline.rows import Head, Sheet
from roadmaps.timeline.scale import scale_over, zoom_of
from tpm import formats
from tpm.svg import esc, num

FROZEN = 408
"""Pixels: width of the words before the bars."""
LEAST_CHART = 600
TITLED, FOOT = 54, 26
"""Heights of the words above the scale and below the last row."""
KEY, DATE, EDGE, INDENT = 56, 64, 12, 14
LETTER, WIDE = 6.7, 13.0
HATCH = (
    '<pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse">'
    '<rect class="hatch-bg" width="5" height="5"/>'
    '<path class="hatch-line" d="M-1 6 6-1M-1 1 1-1M4 6 6 4"/></pattern>'
)
RING = '<circle class="ghost" cx="7" cy="7" r="5.5"/>'
MARKS = {
    "idea": '<circle class="noest" cx="7" cy="7" r="5.5"/>',
    "planned": RING,
    "pinned": RING + '<circle class="f50" cx="7" cy="7" r="2"/>',
    "in_progress": RING + '<path class="f50" d="M7 3.5a3.5 3.5 0 0 1 0 7z"/>',
    "done": (
        '<circle class="fok" cx="7" cy="7" r="6"/><path class="pinmark" d="m4.2 7.2 2 2 3.6-4"/>'
    ),
    "dropped": RING + '<path class="ghost" d="m5 5 4 4M9 5 5 9"/>',
    "milestone": '<path class="ghost" d="m7 1.5 5.5 5.5L7 12.5 1.5 7z"/>',
}
LEGEND = (
    ('<rect class="f50" width="10" height="10" rx="2"/>', "P50"),
    ('<rect class="f85" width="10" height="10" rx="2"/>', "P85"),
    ('<rect class="f95" width="10" height="10" rx="2"/>', "P95"),
)


@dataclass(frozen=True)
class Frame:
    """What surrounds the rows of one drawing.

    width, height: attributes of the outer element; empty: as many pixels as it has
    titled: whether it says by itself which plan, which filter and when
    foot:   words at the end of the last line
    """

    titled: bool = True
    width: str = ""
    height: str = ""
    foot: str = ""
    least_body: int = 0


def cut_to_use(line: Timeline) -> Timeline:
    """The same plan without the days after the last one, which only a screen has room for."""
    line.at_once = True
    zoom = zoom_of(line.address.zoom, line.days, line.today)
    line.scale = scale_over(line.days, today=line.today, zoom=zoom, least_width=LEAST_CHART)
    return line


def whole_address(address: Address) -> Address:
    """The same view without what only a screen has: a selected row, an edge, a first row."""
    return replace(address, item="", row=1, at=None)


def drawing(
    line: Timeline,
    places: Sequence[Place],
    frame: Frame,
    facts: Facts = ALL,
    *,
    strips: bool = False,
) -> str:
    """The lines of a plan as one `<svg>`, with classes for its looks."""
    scale = line.scale
    shown = line.strips if strips else []
    top = (TITLED if frame.titled else 0) + backdrop.HEAD
    body = max(places[-1].y + (ROW if places[-1].row else LANE) if places else 0, frame.least_body)
    width = FROZEN + scale.width
    height = top + body + len(shown) * (STRIP + 1) + FOOT
    details = line.details([Window(places)]) if places else {}
    promised = any(each.baseline for each in details.values())
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="whole" width="{frame.width or width}" '
        f'height="{frame.height or height}" viewBox="0 0 {width} {height}" font-size="12" '
        f'font-family="system-ui, Segoe UI, Roboto, Noto Sans, sans-serif">',
        f"<title>{esc(title(line))}</title><desc>{esc(described(line, facts))}</desc>",
        f'<defs>{HATCH}<clipPath id="names"><rect width="{FROZEN}" height="{height}"/></clipPath>'
        f'</defs><rect class="fsurface" width="{width}" height="{height}"/>',
        titles(line, width, facts) if frame.titled else "",
        corner(top, facts, promised=promised),
        f'<g class="w-chart"><g transform="translate({FROZEN} {top - backdrop.HEAD})">'
        f"{backdrop.head_shapes(scale, line.today, line.closures)}</g>",
        f'<svg x="{FROZEN}" y="{top}" width="{scale.width}" height="{body}">'
        f"{backdrop.back_shapes(scale, line.today, line.closures)}</svg></g>",
        rows(line, places, details, top, width, facts),
        strips_of(shown, top + body, width),
        foot(width, height, frame.foot),
        f'<path class="s-line" d="M0 {top}.5H{width}M0 {height - FOOT}.5H{width}"/>'
        f'<path class="s-line w-chart" d="M{FROZEN}.5 {top}V{height - FOOT}"/></svg>',
    ]
    return "".join(parts)


def rows(
    line: Timeline,
    places: Sequence[Place],
    details: dict[int, Detail],
    top: int,
    width: int,
    facts: Facts,
) -> str:
    """The arrows, then every line: words that are cut where the bars begin, and its bar."""
    sheet = Sheet(
        draw=Drawing(line.scale, line.today),
        address=line.address,
        path="",
        computed=line.fresh.run is not None,
        lanes=line.heads(places),
        details=details,
        blocked=Counter(),
        tells_effort=facts.effort,
    )
    web = replace(line.web(by_item(places), line.links), told=False)
    arrows = web.body(places[0].index, places[-1].index) if places else ""
    names, drawn = [], []
    for place in places:
        y = top + place.y
        if place.row is None:
            head = sheet.lanes.get(place.lane.name) or Head((None, None, None))
            names.append(lane_words(place, head, y, width))
            shape = bars.lane(head.span, head.target, head.said, sheet.draw.scale)
        else:
            row = place.row
            names.append(row_words(place, row, words.date_words(row, sheet.day), y))
            shape = row_builder.drawn(place, row, row_builder.says(row, sheet), sheet)
        if shape:
            drawn.append(f'<g transform="translate({FROZEN} {y})">{shape}</g>')
    return (
        f'<g class="w-chart"><g transform="translate({FROZEN} {top})">{arrows}</g>'
        f"{''.join(drawn)}</g>"
        f'<g clip-path="url(#names)">{"".join(names)}</g>'
    )


def lane_words(place: Place, head: Head, y: int, width: int) -> str:
    """The head of a lane: its title, what it sums, and its date."""
    short = words.counts(place.lane)[0]
    end = FROZEN - EDGE - DATE
    title = place.lane.title if place.lane.is_open else f"▸ {place.lane.title}"
    # Strong letters are wider.
    name = fitted(title, (end - EDGE - len(short) * LETTER - 8) / 1.1)
    return (
        f'<path class="s-line" d="M0 {y}.5H{width}"/>'
        f'<text class="t-b" x="{EDGE}" y="{y + 22}">{esc(name)}</text>'
        f'<text class="t-3" x="{end}" y="{y + 22}" text-anchor="end" font-size="11">'
        f"{esc(short)}</text>"
        f'<text class="t-b" x="{FROZEN - EDGE}" y="{y + 22}" text-anchor="end">'
        f"{esc(head.date)}</text>"
    )


def row_words(place: Place, row: Row, date: str, y: int) -> str:
    """Mark, key, title and date; a title that is cut carries the whole of it."""
    left = EDGE + INDENT * min(place.depth, 3)
    at = left + 20 + max(KEY, len(row.key) * 7 + 8)
    name = fitted(row.title, FROZEN - EDGE - DATE - at)
    # What the row itself does not show whole, a reader of the file still finds.
    cut = f"<title>{esc(row.title)}</title>" if name != row.title else ""
    return (
        f'<g transform="translate({left} {y + 9})">{MARKS[mark(row)]}</g>'
        f'<text class="t-3 w-key" x="{left + 20}" y="{y + 20}">{esc(row.key)}</text>'
        f'<text class="t-ink w-name" x="{at}" y="{y + 20}">{cut}{esc(name)}</text>'
        f'<text x="{FROZEN - EDGE}" y="{y + 20}" text-anchor="end">'
        f"{esc(date)}</text>"
    )


def mark(row: Row) -> str:
    if row.is_milestone and row.state in ("idea", "planned", "in_progress"):
        return "milestone"
    return "pinned" if row.state == "planned" and row.pinned else row.state


def strips_of(shown, y: int, width: int) -> str:
    """The load of each team, as below the rows of the page."""
    return "".join(
        f'<path class="s-line" d="M0 {at}.5H{width}"/>'
        f'<text class="t-b" x="{EDGE}" y="{at + 21}">{esc(fitted(strip.name, 150))}</text>'
        f'<text class="t-3" x="{EDGE + 160}" y="{at + 21}" font-size="11">'
        f"{esc(strip.places)}</text>"
        f'<text x="{FROZEN - EDGE}" y="{at + 21}" text-anchor="end">'
        f"{esc(', '.join(filter(None, (strip.peak, strip.when))))}</text>"
        f'<g transform="translate({FROZEN} {at + 1})">{strip.svg}</g>'
        for at, strip in ((y + n * (STRIP + 1), strip) for n, strip in enumerate(shown))
    )


def titles(line: Timeline, width: int, facts: Facts) -> str:
    """Which plan, as of when, and what of it."""
    stamp = as_of(line)
    room = width - 3 * EDGE - length(stamp)
    return (
        f'<text class="t-ink" x="{EDGE}" y="24" font-size="16" font-weight="600">'
        f"{esc(fitted(title(line), room * 0.72))}</text>"
        f'<text x="{width - EDGE}" y="24" text-anchor="end">{esc(stamp)}</text>'
        f'<text x="{EDGE}" y="43">{esc(fitted(filter_words(line, facts), width - 2 * EDGE))}</text>'
    )


def corner(top: int, facts: Facts, *, promised: bool) -> str:
    """The legend of what is drawn, and what the two columns before the bars are."""
    entries = [*LEGEND]
    if facts.debt:
        shape = '<rect class="fhatch" width="10" height="10" rx="2"/>'
        entries.append((shape, _("debt")))
    if promised:
        shape = '<path class="ghost" d="M.5 2.5V8M.5 5.5H11.5M11.5 2.5V8"/>'
        entries.append((shape, _("baseline")))
    if facts.targets:
        entries.append(('<path class="fink" d="M0 1H10L5 8Z"/>', _("target")))
    found, x = [], float(EDGE)
    for shape, word in entries:
        found.append(
            f'<g transform="translate({num(x)} {top - 42})">{shape}'
            f'<text x="15" y="9" font-size="11">{esc(word)}</text></g>'
        )
        x += 25 + len(word) * 6
    return (
        f'<g class="w-legend">{"".join(found)}</g>'
        f'<text class="t-3" x="{EDGE}" y="{top - 8}" font-size="11">{esc(_("Item"))}</text>'
        f'<text class="t-3 w-legend" x="{FROZEN - EDGE}" y="{top - 8}" font-size="11" '
        'text-anchor="end">P85</text>'
    )


def foot(width: int, height: int, end: str) -> str:
    y = height - 9
    how = _("Solid to P50, lighter to P85 and P95: 85 of 100 simulated plans end by P85.")
    ending = f'<text x="{width - EDGE}" y="{y}" text-anchor="end">{esc(end)}</text>' if end else ""
    return f'<text class="t-3" x="{EDGE}" y="{y}" font-size="11">{esc(how)}</text>{ending}'


def title(line: Timeline) -> str:
    return _("%(product)s, roadmap") % {"product": line.product.name}


def as_of(line: Timeline) -> str:
    """When its dates were computed."""
    run = line.fresh.run
    if run is None:
        return _("%(day)s, no forecast yet") % {"day": formats.day(line.today, year=True)}
    stamp = _("As of %(when)s") % {"when": formats.instant(run.at)}
    return _("%(stamp)s, being recomputed") % {"stamp": stamp} if line.fresh.stale else stamp


def filter_words(line: Timeline, facts: Facts = ALL) -> str:
    """What is shown, in the words of the filter; words about facts that are not told are not."""
    asked = line.address.asked
    for told, names in (
        (facts.owners, ("owner",)),
        (facts.teams, ("team", "component")),
        (facts.effort, ("estimate", "effort")),
        (facts.dates, ("p50", "p85", "p95", "start")),
        (facts.targets, ("target", "chance", "is")),
    ):
        if not told:
            asked = asked.untold(*names)
    found = [f"{name}: {word}" for name, word, _url in chips(asked, line.choices, "")]
    count = len(line.rows)
    if asked.asks_state:
        many = ngettext("%(n)s item", "%(n)s items", count)
    else:
        many = ngettext("%(n)s open item", "%(n)s open items", count)
    return ", ".join([many % {"n": formats.number(count)}, *found])


def described(line: Timeline, facts: Facts) -> str:
    return f"{as_of(line)}. {filter_words(line, facts)}."


def length(text: str) -> float:
    """Pixels that a text takes, about."""
    if text.isascii():
        return len(text) * LETTER
    return sum(WIDE if letter_is_wide(letter) else LETTER for letter in text)


@lru_cache(maxsize=4096)
def letter_is_wide(letter: str) -> bool:
    return unicodedata.east_asian_width(letter) in "WF"


def fitted(text: str, room: float) -> str:
    """A text that fits, with a mark where it was cut."""
    if len(text) * WIDE <= room or length(text) <= room:
        return text
    if text.isascii():
        return text[: max(int((room - LETTER) / LETTER), 0)].rstrip(" ,") + "…"
    kept, left = [], room - LETTER
    for letter in text:
        left -= WIDE if letter_is_wide(letter) else LETTER
        if left < 0:
            break
        kept.append(letter)
    return "".join(kept).rstrip(" ,") + "…"
