"""One line of the grid as ready markup: what is frozen at its start, and its bar."""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from django.utils import timezone
from django.utils.translation import gettext as _

from roadmaps.timeline import bars, words
from roadmaps.timeline.address import Address
from roadmaps.timeline.bars import Detail, Drawing
from roadmaps.timeline.lanes import LANE, LATER, ROW, Gap, Lane, Place, Row
from tpm import formats
from tpm.marks import icon_html, mark_html
from tpm.svg import esc

SWAP = (
    'hx-target="#timeline" hx-select="#timeline" hx-select-oob="#filter-found" '
    'hx-swap="outerHTML" hx-push-url="true"'
)
"""What a link that changes the view says to htmx."""
PLAIN = Detail()
SIGNS = {"ok": "✓", "warn": "!", "bad": "✗"}


@dataclass(frozen=True)
class Sheet:
    """What all rows of one page share."""

    draw: Drawing
    address: Address
    path: str
    computed: bool
    """Whether there is a forecast."""
    lanes: Mapping[str, "Head"] = field(default_factory=dict)
    details: Mapping[int, Detail] = field(default_factory=dict)
    blocked: Mapping[int, int] = field(default_factory=dict)
    """Id of an item -> how many open items it waits for."""
    by_hand: bool = False
    """Whether whoever looks may change the plan."""
    tells_effort: bool = True

    @cached_property
    def day(self) -> Callable[[datetime.date | None], str]:
        return formats.day_writer(timezone.localdate())


@dataclass(frozen=True)
class Head:
    """What stands at the head of a lane. span: first start, P50 and P85."""

    span: tuple
    target: datetime.date | None = None
    said: words.Saying = field(default_factory=words.Saying)
    date: str = ""
    url: str = ""


def place_html(place: Place, sheet: Sheet) -> str:
    row = place.row
    if row is None:
        return lane_html(place, sheet)
    if detail := sheet.details.get(row.id):
        row = row._replace(title=detail.title, version=detail.version)
    return row_html(place, row, sheet)


def lane_html(place: Place, sheet: Sheet) -> str:
    """The head of a lane: fold, title, sums, the date, and how it stands."""
    lane = place.lane
    head = sheet.lanes.get(lane.name) or Head((None, None, None))
    short, whole = words.counts(lane)
    fold = esc(sheet.path + sheet.address.folding(lane.name))
    does = _("Fold %(lane)s") if lane.is_open else _("Open %(lane)s")
    does = esc(does % {"lane": lane.title})
    drawn = bars.lane(head.span, head.target, head.said, sheet.draw.scale)
    read = ", ".join(filter(None, (f"{lane.title}: {whole}", head.said.words)))
    name = f'<span class="name">{esc(lane.title)}</span>'
    if head.url:
        name = f'<a class="name" href="{esc(head.url)}">{esc(lane.title)}</a>'
    sign = verdict_html(head.said)
    return (
        f'<div role="row" aria-level="1" aria-expanded="{"true" if lane.is_open else "false"}" '
        f'aria-rowindex="{place.index}" class="tl-row tl-lane"{lane_data(lane)}>'
        f'<div role="rowheader" class="tl-cell"><a class="btn quiet small icon-only fold" '
        f'href="{fold}" hx-get="{fold}" {SWAP} aria-label="{does}">'
        f"{icon_html('down')}</a>{name}"
        f'<span class="num nowrap tl-wide" title="{esc(whole)}">{esc(short)}</span>{sign}'
        f'<span class="date">{esc(head.date)}</span></div>'
        f'<div role="gridcell" tabindex="-1" aria-label="{esc(read)}">'
        f'<svg class="tl-bars" width="{sheet.draw.scale.width}" height="{LANE - 1}" '
        f'aria-hidden="true">{drawn}</svg></div></div>'
    )


def row_html(place: Place, row: Row, sheet: Sheet) -> str:
    """One item; every text of a person is escaped here."""
    said = says(row, sheet)
    blocked = sheet.blocked.get(row.id, 0)
    read = words.read_out(
        row, said, blocked_by=blocked, computed=sheet.computed,
        range=sheet.details.get(row.id, PLAIN).range, day=sheet.day,
    )  # fmt: skip
    chosen = row.key == sheet.address.item
    selected = ' aria-selected="true"' if chosen else ""
    deep = f" d{min(place.depth, 3)}" if place.depth else ""
    url = f"/i/{row.key}/"
    return (
        f'<div role="row" aria-level="{place.depth + 2}" aria-rowindex="{place.index}" '
        f'class="tl-row{deep}" data-key="{esc(row.key)}"{selected}{handles(row, sheet)}>'
        f'<div role="rowheader" class="tl-cell">{mark(row)}<span class="key">{esc(row.key)}</span>'
        f'<a class="name" href="{esc(url)}" title="{esc(row.title)}">{esc(row.title)}</a>'
        f"{beside_html(row)}{verdict_html(said)}"
        f'<span class="date">{esc(words.date_words(row, sheet.day))}</span>'
        "</div>"
        f'<div role="gridcell" tabindex="-1" aria-label="{esc(read)}">'
        f'<svg class="tl-bars" width="{sheet.draw.scale.width}" height="{ROW}" '
        'aria-hidden="true">'
        f"{drawn(place, row, said, sheet)}</svg></div></div>"
    )


def says(row: Row, sheet: Sheet) -> words.Saying:
    """How a row stands; before the first forecast only what is done says anything."""
    known = sheet.computed or row.state == "done"
    return words.saying(row, sheet.day) if known else words.Saying()


def handles(row: Row, sheet: Sheet) -> str:
    """What a script needs to let a hand change the row; nothing for those who may only read."""
    if not (sheet.by_hand and row.moves):
        return ""
    days = {"start": row.start, "not-before": row.not_before, "target": row.target}
    said = "".join(f' data-{name}="{day.isoformat()}"' for name, day in days.items() if day)
    said += f' data-team="{row.team}"' if row.team else ""
    pinned = " data-pinned" if row.pinned else ""
    return f' data-hand="{row.moves}" data-version="{row.version}"{said}{pinned}'


def drawn(place: Place, row: Row, said: words.Saying, sheet: Sheet) -> str:
    """The bar, or in words why there is none."""
    scale = sheet.draw.scale
    quiet = words.beside(row, with_team=sheet.address.lanes != "team")
    if row.span is None:
        x = scale.x(sheet.draw.today) + 4
        untold = place.lane.name != LATER and row.basis is None
        why = "" if untold else words.reason(row, computed=sheet.computed)
        rest = ", ".join(filter(None, (why, quiet)))
        found = sheet.details.get(row.id, PLAIN).range
        effort = words.effort(found) if sheet.tells_effort and not row.is_milestone else ""
        return bars.words_alone(words.Saying(words=effort), rest, x, scale.width)
    detail = sheet.details.get(row.id, PLAIN)
    return f'<g class="bar">{bars.bar(row, detail, sheet.draw, said, quiet)}</g>'


def mark(row: Row) -> str:
    if row.is_milestone and row.state in ("idea", "planned", "in_progress"):
        return mark_html("milestone")
    if row.state == "planned" and row.pinned:
        return mark_html("pinned")
    return mark_html(row.state)


def verdict_html(said: words.Saying) -> str:
    """The verdict in the cell, where the words beside the bar have no room."""
    if not said.short:
        return ""
    sign = f' data-sign="{SIGNS[said.tone]}"' if said.tone else ""
    return f'<span class="vd tl-only-narrow"{sign}>{esc(said.short)}</span>'


def beside_html(row: Row) -> str:
    """The teams that work along, where the words beside the bar have no room."""
    teams = words.beside_words(row)
    return f'<span class="vd tl-only-narrow">{esc(teams)}</span>' if teams else ""


def lane_data(lane: Lane) -> str:
    """What a script needs to put a row into a lane, whose head may be out of sight."""
    return f' data-lane="{esc(lane.name)}" data-title="{esc(lane.title)}"'


def block_html(block: Gap, rows: Mapping[int, str], sheet: Sheet) -> str:
    """Windows one after the other, those whose rows are given drawn; and the gap that they become.

    rows: first line of a window -> its markup
    """
    parts = (rows.get(each.first) or gap_html(Gap([each]), sheet) for each in block.windows)
    whole = gap_html(block, sheet)
    return f'<div class="tl-block">{"".join(parts)}<template>{whole}</template></div>'


def gap_html(gap: Gap, sheet: Sheet, *, half: bool = False) -> str:
    """Rows that are not sent yet: as high as they are, asked for when they come near.

    half: whether it is half of a window, let go of while the other one is near
    """
    first, height, stacked = gap.first, gap.height, gap.stacked_height
    url = esc(sheet.path + sheet.address.query(row=first))
    # A gap of many windows asks for theirs, of which those in sight ask for their rows.
    more = "half=1" if half else f"last={gap.last}" if len(gap.windows) > 1 else ""
    asked = f"{url}{'&amp;' if more and not url.endswith('?') else ''}{more}"
    part = f"#rows-{first}" if half else ".tl-block"
    label = esc(_("Show rows %(first)s to %(last)s") % {"first": first, "last": gap.last})
    # The probe reaches above and below the gap, so that rows are there before they are seen.
    return (
        f'<div role="rowgroup" class="tl-group tl-gap" id="rows-{first}"><span class="tl-probe" '
        f'hx-get="{asked}" hx-trigger="intersect once, near once" hx-target="#rows-{first}" '
        f'hx-select="{part}" hx-swap="outerHTML"></span>'
        f'<div role="row" aria-level="2" aria-rowindex="{first}" class="tl-row">'
        f'<div role="gridcell" class="tl-cell"><a href="{url}#rows-{first}">{label}</a></div></div>'
        f'<svg class="tl-wide" width="1" height="{max(height - ROW, 0)}" aria-hidden="true"></svg>'
        f'<svg class="tl-only-narrow" width="1" height="{max(stacked - ROW, 0)}" '
        f'aria-hidden="true"></svg></div>'
    )
