"""Drawings of the map of debt: cells in a treemap, and items by touches and slow-down."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from debt.maths.treemap import Box, squarified
from tpm import formats
from tpm.svg import el, esc, num, pct, text

WIDTH, HEIGHT = 900, 380
"""The shape that cells are laid out for; the width is drawn in percent."""
SHADES = 4
ROOM_FOR_NAME = (44, 22)
ROOM_FOR_NAME_DOWN = (20, 64)
ROOM_FOR_WORDS = (44, 40)
LETTER = 6.8
"""Pixels that a letter of a label takes, on average."""
PLOT_TOP, PLOT, PLOT_LEFT = 12, 240, 0.06


@dataclass(frozen=True)
class Cell:
    """One part of the map. shade: 0 to 4; marks: squares at its foot, one a debt item."""

    name: str
    amount: float
    words: str
    shade: int
    url: str
    marks: int
    said: str


def shade(amount: float, top: float) -> int:
    """Of four even steps up to the top; 0 for nothing."""
    if amount <= 0 or top <= 0:
        return 0
    return min(SHADES, math.ceil(SHADES * amount / top - 1e-9))


MOST_MORE_DIGITS = 4
"""Of the bounds of shades, where fewer would make two of them look the same."""


def steps(top: float, *, words: Callable[[float, int], str]) -> list[tuple[str, str]]:
    """(class, words) of each shade. words: of an amount, with so many more digits than usual"""
    if top <= 0:
        return []
    for more in range(MOST_MORE_DIGITS + 1):
        bounds = [words(top * step / SHADES, more) for step in range(SHADES + 1)]
        if len(set(bounds)) == len(bounds):
            break
    return [
        (f"h{step}", f"{bounds[step - 1]}–{bounds[step]}" if step > 1 else f"≤ {bounds[1]}")
        for step in range(1, SHADES + 1)
    ]


def tree(cells: Sequence[Cell], *, title: str) -> SafeString:
    """A treemap, the largest first; `matrix.js` moves between its cells by keyboard."""
    boxes = squarified([cell.amount for cell in cells], Box(0, 0, WIDTH, HEIGHT))
    shapes = [drawn(cell, box) for cell, box in zip(cells, boxes, strict=True)]
    return mark_safe(  # noqa: S308 - every part came through el() or esc()
        el("svg", "".join(shapes), class_="chart tree", width="100%", height=HEIGHT,
           role="group", aria_label=title)
    )  # fmt: skip


def drawn(cell: Cell, box: Box) -> str:
    parts = [el("rect", class_=f"cell h{cell.shade}", width="100%", height="100%")]
    if box.width >= ROOM_FOR_NAME[0] and box.height >= ROOM_FOR_NAME[1]:
        parts.append(text(shortened(cell.name, box.width), class_="t-w", x=7, y=17))
        if box.height >= ROOM_FOR_WORDS[1]:
            parts.append(text(cell.words, x=7, y=33))
    elif box.width >= ROOM_FOR_NAME_DOWN[0] and box.height >= ROOM_FOR_NAME_DOWN[1]:
        name = shortened(cell.name, box.height)
        parts.append(text(name, class_="t-w", x=7, y=-6, transform="rotate(90)"))
    room = int((box.width - 12) / 12)
    if box.height >= 60:
        parts += [
            el("rect", class_="mk-out", x=8 + 12 * place, y=num(box.height - 16), width=8,
               height=8, rx=1)
            for place in range(min(cell.marks, room))
        ]  # fmt: skip
    inner = el(
        "svg",
        el("title", esc(cell.said)) + "".join(parts),
        x=pct(box.x / WIDTH),
        y=box.y,
        width=pct(box.width / WIDTH),
        height=box.height,
    )
    if not cell.url:
        return el("g", inner, role="img", aria_label=cell.said)
    return el("a", inner, href=cell.url, aria_label=cell.said)


def shortened(name: str, room: float) -> str:
    """As much of a name as there is room for, in pixels."""
    most = int((room - 14) / LETTER)
    return name if len(name) <= most else f"{name[: max(1, most - 1)]}…"


NARROW = 340
"""Pixels of the narrowest plot: what finds room there finds it everywhere."""


@dataclass(frozen=True)
class Label:
    """Where a name stands: shares of the width, and pixels down."""

    left: float
    right: float
    y: float

    @classmethod
    def at(cls, x: float, y: float, radius: float, name: str, *, end: bool) -> "Label":
        width = (radius + 3 + LETTER * len(name)) / NARROW
        return cls(x - width, x, y) if end else cls(x, x + width, y)

    def meets(self, other: "Label") -> bool:
        return abs(self.y - other.y) < 13 and self.left < other.right and other.left < self.right


def scatter(points: Sequence[tuple[str, str, str, float, float, float]]) -> SafeString:
    """Items right and up are touched often and lose much of each change: Tornhill's hot corner.

    A name that another one leaves no room for is left out, the cheaper item's; its point says it.

    points: (key, title, address, changes a month, lost share of a change, pd a month)
    """
    if not points:
        return SafeString("")
    right = max(1.0, *(rate for *_words, rate, _lost, _days in points)) * 1.1
    top = min(1.0, max(0.2, *(lost for *_words, lost, _days in points)) * 1.15)
    most = max(0.1, *(days for *_words, days in points))
    span = 1 - PLOT_LEFT

    def x_of(rate: float) -> float:
        return PLOT_LEFT + span * rate / right

    def y_of(lost: float) -> float:
        return PLOT_TOP + PLOT * (1 - lost / top)

    base = PLOT_TOP + PLOT
    shapes = [
        el("rect", class_="h1", x=pct(x_of(right / 2)), y=PLOT_TOP, width=pct(span / 2),
           height=PLOT / 2),
        text(_("hot"), class_="t-3", x="100%", dx=-6, y=PLOT_TOP + 14, text_anchor="end"),
        el("line", class_="s-axis", x1=pct(PLOT_LEFT), x2="100%", y1=base, y2=base),
    ]  # fmt: skip
    for share in (0.25, 0.5, 0.75, 1.0):
        y = y_of(top * share)
        shapes.append(el("line", class_="s-grid", x1=pct(PLOT_LEFT), x2="100%", y1=y, y2=y))
        shapes.append(text(formats.percent(top * share), class_="t-3", x=0, y=y + 4))
        at = pct(x_of(right * share))
        label = formats.number(right * share, 1)
        shapes.append(text(label, class_="t-3", x=at, y=base + 16, text_anchor="end"))
    named: list[Label] = []
    for key, title, url, rate, lost, days in sorted(points, key=lambda row: -row[5]):
        said = _("%(key)s %(title)s: %(rate)s changes a month, %(lost)s of each lost") % {
            "key": key, "title": title, "rate": formats.number(rate, 1),
            "lost": formats.percent(lost),
        }  # fmt: skip
        radius = 4 + 10 * math.sqrt(days / most)
        x, y = x_of(rate), y_of(lost)
        dot = el("circle", el("title", esc(said)), class_="fd2", cx=pct(x), cy=y, r=radius)
        end = x > 0.85
        room = Label.at(x, y, radius, key, end=end)
        name = ""
        if not any(room.meets(other) for other in named):
            named.append(room)
            name = text(
                key, class_="t-3 over", x=pct(x), dx=-radius - 3 if end else radius + 3, y=y + 4,
                text_anchor="end" if end else None,
            )  # fmt: skip
        shapes.append(el("a", dot + name, href=url, aria_label=said))
    return mark_safe(  # noqa: S308 - every part came through el() or esc()
        el("svg", "".join(shapes), class_="chart tree", width="100%", height=base + 22,
           role="group", aria_label=_("Debt items by changes a month and lost share of a change"))
    )  # fmt: skip
