"""Drawings written by Python: one escaping helper, and the charts that every page shares.

Widths are percent and heights pixels, so a chart is fluid and never scales its letters.
Nothing here carries `style`: positions are attributes, looks are classes of `static/css`.
"""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from html import escape

from django.utils.safestring import SafeString, mark_safe

from tpm import formats

# No document of XML may hold these, escaped or not.
_SHORT = 80
"""Letters of words that rows say again and again, such as dates and names of teams."""
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def esc(text: object) -> str:
    """Text that is safe between tags and inside a quoted attribute, in HTML and in XML."""
    words = str(text)
    return _escaped(words) if len(words) <= _SHORT else _escaped.__wrapped__(words)


@lru_cache(maxsize=4096)
def _escaped(words: str) -> str:
    return escape(words if words.isprintable() else NOT_XML.sub("", words), quote=True)


@lru_cache(maxsize=32_768)
def num(value: float) -> str:
    """A coordinate with two decimals at most."""
    return f"{value:.2f}".rstrip("0").rstrip(".") if value == value else "0"


def pct(share: float) -> str:
    """A share of the width, held between 0 and 1, as percent."""
    return f"{num(min(max(share, 0.0), 1.0) * 100)}%"


def el(name: str, content: str | None = None, /, **attrs: object) -> str:
    """One element. `content` is markup made here; use `esc` for text. `class_` writes class.

    An attribute that is None is left out; `_` in a name becomes `-`.
    """
    parts = [name]
    for key, value in attrs.items():
        if value is None:
            continue
        shown = num(value) if isinstance(value, float) else esc(value)
        parts.append(f'{key.rstrip("_").replace("_", "-")}="{shown}"')
    head = " ".join(parts)
    return f"<{head}/>" if content is None else f"<{head}>{content}</{name}>"


def text(content: object, **attrs: object) -> str:
    """A text element whose content is escaped."""
    return el("text", esc(content), **attrs)


def drawing(
    content: str,
    *,
    height: int,
    width: str | int = "100%",
    title: str = "",
    desc: str = "",
    class_: str | None = "chart",
) -> SafeString:
    """An outer `<svg>`: an image with title and description, or hidden where it has no title."""
    if not title:
        return mark_safe(  # noqa: S308 - every part came through el() or esc()
            el(
                "svg",
                content,
                class_=class_,
                width=width,
                height=height,
                aria_hidden="true",
                focusable="false",
            )
        )
    words = el("title", esc(title)) + (el("desc", esc(desc)) if desc else "")
    return mark_safe(  # noqa: S308 - every part came through el() or esc()
        el("svg", words + content, class_=class_, width=width, height=height, role="img")
    )


def _share(value: float, low: float, high: float) -> float:
    return (value - low) / (high - low) if high > low else 0.0


def _ordinal(value: dt.date | float) -> float:
    return float(value.toordinal()) if isinstance(value, dt.date) else float(value)


def range_bar(
    p50: dt.date | float,
    p85: dt.date | float,
    p95: dt.date | float | None = None,
    *,
    start: dt.date | float,
    end: dt.date | float,
) -> SafeString:
    """The thin bar under a range: P50, P85 and P95 on a scale from start to end."""
    low, high = _ordinal(start), _ordinal(end)
    a, b = (_share(_ordinal(value), low, high) for value in (p50, p85))
    c = _share(_ordinal(p95), low, high) if p95 is not None else b
    # One of these stands in every row of a list: written at once, not element by element.
    return SafeString(
        '<svg width="100%" height="6" aria-hidden="true" focusable="false">'
        f'<rect class="f95" y="2" width="{pct(c)}" height="2"/>'
        f'<rect class="f85" y="1" width="{pct(b)}" height="4"/>'
        f'<rect class="f50" y="1" width="{pct(a)}" height="4"/>'
        f'<rect class="fink" x="{pct(a)}" width="1.5" height="6"/>'
        f'<rect class="fink" x="{pct(b)}" width="1.5" height="6"/></svg>'
    )


def why_bar(parts: Iterable[tuple[str, float, str]], *, title: str = "") -> SafeString:
    """Parts that sum to a whole, side by side: (label, value >= 0, fill class)."""
    kept = [(label, max(float(value), 0.0), fill) for label, value, fill in parts]
    whole = sum(value for _, value, _ in kept)
    shapes, at = [], 0.0
    for _label, value, fill in kept:
        if whole and value:
            width = value / whole
            gap = 0.004 if at + width < 0.999 and width > 0.008 else 0.0
            shapes.append(el("rect", class_=fill, x=pct(at), width=pct(width - gap), height=16))
            at += width
    said = ", ".join(f"{label} {formats.amount(value)}" for label, value, _ in kept)
    return drawing("".join(shapes), height=16, title=title, desc=said, class_=None)


def spark(
    values: Sequence[float | None],
    *,
    width: str | int = "100%",
    height: int = 20,
    line: str = "s-50",
    dot: str = "f50",
    title: str = "",
    target: float | None = None,
) -> SafeString:
    """A small line of values at even steps; a gap where one is unknown; a dot on the last."""
    known = [value for value in values if value is not None]
    if not known:
        return drawing("", height=height, width=width, title=title)
    marks = [*known, target] if target is not None else known
    low, high = min(marks), max(marks)
    pad = 3

    def y_of(value: float) -> float:
        return height - pad - _share(value, low, high) * (height - 2 * pad)

    step = max(len(values) - 1, 1)
    shapes = []
    if target is not None:
        y = y_of(target)
        shapes.append(el("line", class_="s-ok dash mid", x1="0", x2="100%", y1=y, y2=y))
    for index in range(1, len(values)):
        a, b = values[index - 1], values[index]
        if a is not None and b is not None:
            shapes.append(
                el(
                    "line",
                    class_=f"{line} mid round",
                    x1=pct((index - 1) / step),
                    x2=pct(index / step),
                    y1=y_of(a),
                    y2=y_of(b),
                )
            )
    last = max(i for i, value in enumerate(values) if value is not None)
    shapes.append(el("circle", class_=dot, cx=pct(last / step), cy=y_of(known[-1]), r=2))
    return drawing("".join(shapes), height=height, width=width, title=title)


def interval_bar(
    low: float,
    mid: float,
    high: float,
    *,
    most: float,
    least: float = 0.0,
    fill: str = "f85",
    limit: float | None = None,
    title: str = "",
    height: int = 16,
) -> SafeString:
    """A bar from zero to the median, a whisker from P10 to P90, and a mark at a limit."""
    centre = height / 2
    a, b, c = (pct(_share(value, least, most)) for value in (low, mid, high))
    shapes = [
        el("rect", class_=fill, y=centre - 4, width=b, height=8, rx=1.5),
        el("line", class_="s-2 mid", x1=a, x2=c, y1=centre, y2=centre),
        el("line", class_="s-2 mid", x1=a, x2=a, y1=centre - 3, y2=centre + 3),
        el("line", class_="s-2 mid", x1=c, x2=c, y1=centre - 3, y2=centre + 3),
    ]
    if limit is not None:
        at = pct(_share(limit, least, most))
        shapes.append(el("line", class_="s-ink thick", x1=at, x2=at, y1=0, y2=height))
    return drawing("".join(shapes), height=height, title=title)


def estimate_bar(
    low: float, mid: float, high: float, *, most: float, used: bool = False, title: str = ""
) -> SafeString:
    """A range of effort as a line from P10 to P90 with its median, on a grid of quarters."""
    grid = "".join(
        el("line", class_="s-grid", x1=f"{x}%", x2=f"{x}%", y1=0, y2=20) for x in (0, 25, 50, 75)
    )
    a, b, c = (_share(value, 0, most) for value in (low, mid, high))
    fill = "f50" if used else "f85"
    return drawing(
        grid
        + el("rect", class_=fill, x=pct(a), y=8, width=pct(c - a), height=4, rx=2)
        + el("line", class_="s-ink mid", x1=pct(b), x2=pct(b), y1=4, y2=16),
        height=20,
        title=title,
    )


def share_bar(share: float, *, fill: str = "f50", height: int = 12, title: str = "") -> SafeString:
    """A share of a whole, as a filled length of its track."""
    return drawing(
        el("rect", class_="finset", width="100%", height=height, rx=1.5)
        + el("rect", class_=fill, width=pct(share), height=height, rx=1.5),
        height=height,
        title=title,
    )


def moved(
    was: dt.date,
    now: dt.date,
    *,
    start: dt.date,
    end: dt.date,
    target: dt.date | None = None,
    tone: str = "warn",
    title: str = "",
) -> SafeString:
    """A date that moved: an open circle where it was, a full one where it is, the target above."""
    low, high = _ordinal(start), _ordinal(end)
    a, b = (pct(_share(_ordinal(value), low, high)) for value in (was, now))
    shapes = [el("line", class_="s-line", x1="0", x2="100%", y1=14, y2=14)]
    if target is not None:
        mark = el("path", class_=f"f{tone}", d="M-4 0H4L0 6Z")
        at = pct(_share(_ordinal(target), low, high))
        shapes.append(el("svg", mark, x=at, y=2, width=10, height=8, overflow="visible"))
    shapes += [
        el("line", class_=f"s-{tone} thick", x1=a, x2=b, y1=14, y2=14),
        el("circle", class_="fsurface s-50 thick", cx=a, cy=14, r=4),
        el("circle", class_=f"f{tone}", cx=b, cy=14, r=5),
    ]
    return drawing("".join(shapes), height=24, title=title)


def step_bar(
    begin: float, finish: float, *, least: float, most: float, anchor: bool = False, title: str = ""
) -> SafeString:
    """One step of a waterfall: from a running total to the next; later is red, earlier green."""
    a, b = _share(begin, least, most), _share(finish, least, most)
    zero = pct(_share(0, least, most))
    shapes = el("line", class_="s-line", x1=zero, x2=zero, y1=0, y2=24)
    if anchor:
        shapes += el("circle", class_="fink", cx=pct(b), cy=12, r=3.5)
    elif begin == finish:
        shapes += el("line", class_="s-ink", x1=pct(b), x2=pct(b), y1=7, y2=17)
    else:
        fill = "fbad" if finish > begin else "fok"
        shapes += el(
            "rect", class_=fill, x=pct(min(a, b)), y=8, width=pct(abs(b - a)), height=8, rx=1
        )
    return drawing(shapes, height=24, title=title)
