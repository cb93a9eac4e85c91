"""The marks of a matrix, as SVG: whiskers, weights, contributions and differences."""

from collections.abc import Sequence

from django.utils.safestring import SafeString

from tpm.svg import drawing, el, esc, pct, text
from tradeoffs.maths.weighing import Part, Total, Worth

GAP = 0.005


def _bar(shapes: str, height: int, class_: str | None = None, title: str = "") -> SafeString:
    return drawing(shapes, height=height, class_=class_, title=title)


def _whisker(low: float, middle: float | None, high: float, fill: str = "f85") -> str:
    shapes = el("line", class_="track", x1=0, x2="100%", y1=6, y2=6)
    if high > low:
        shapes += el("rect", class_=fill, x=pct(low), y=4, width=pct(high - low), height=4, rx=2)
    if middle is not None:
        shapes += el("circle", class_="med", cx=pct(middle), cy=6, r=4)
    return shapes


def whisker(cell: Worth | None) -> SafeString:
    """Where a cell lies between its anchors: P10 to P90 and the likely value; right is better."""
    if cell is None:
        unknown = el("rect", class_="unk", y=3, width="100%", height=6, rx=3)
        return _bar(unknown, 12, "whisk")
    return _bar(_whisker(cell.low, cell.middle, cell.high), 12, "whisk")


def total_whisker(total: Total) -> SafeString:
    """A total with its range; the hatched part is what is not scored yet."""
    shapes = _whisker(total.low, None, total.high)
    if total.ceiling > total.floor:
        width = pct(total.ceiling - total.floor)
        shapes += el("rect", class_="unk", x=pct(total.floor), y=2, width=width, height=8, rx=2)
    else:
        shapes += el("circle", class_="med", cx=pct(total.middle), cy=6, r=4)
    return _bar(shapes, 12, "whisk")


def weight_bar(share: float, most: float) -> SafeString:
    """A weight, against the largest weight of the decision."""
    return _bar(
        el("rect", class_="finset", y=4, width="100%", height=4, rx=2)
        + el("rect", class_="fc1", y=4, width=pct(share / most if most else 0), height=4, rx=2),
        12,
        "wbar",
    )


def contributions(parts: Sequence[Part], names: Sequence[str], *, title: str) -> SafeString:
    """The parts of a total side by side on a scale from 0 to 1; hatched where not scored."""
    shapes = el("rect", class_="finset", width="100%", height=10, rx=1)
    at = 0.0
    for place, (part, name) in enumerate(zip(parts, names, strict=True)):
        if part.ceiling <= 0:
            continue
        known = part.ceiling == part.floor
        said = f"{name}: {part.middle:.2f}" if known else f"{name}: not scored"
        width = max(part.ceiling - GAP, 0.002)
        fill = ("fc1", "fc3")[place % 2] if known else "unk"
        label = el("title", esc(said))
        shapes += el("rect", label, class_=fill, x=pct(at), width=pct(width), height=10)
        at += part.ceiling
    return _bar(shapes, 10, title=title)


def difference(step: float, most: float, *, known: bool) -> SafeString:
    """How much one criterion favours the one option (right) or the other (left)."""
    width = abs(step) / most / 2 if most else 0
    fill = "unk" if not known else "f50" if step >= 0 else "f85"
    start = 0.5 if step >= 0 else 0.5 - width
    return _bar(
        el("line", class_="s-line", x1="50%", x2="50%", y1=0, y2=16)
        + el("rect", class_=fill, x=pct(start), y=2, width=pct(width), height=12, rx=1),
        16,
    )


def lead_bar(low: float, middle: float, high: float) -> SafeString:
    """The leader's total in a list: a bar to the likely value, with its range."""
    return _bar(
        el("rect", class_="finset", width="100%", height=6, rx=1)
        + el("rect", class_="f50", width=pct(middle), height=6, rx=1)
        + el("line", class_="s-ink", x1=pct(low), x2=pct(high), y1=3, y2=3),
        6,
    )


def stability(
    lower: float, upper: float, now: float, below: str | None, above: str | None
) -> SafeString:
    """From 0 to 100 %: where the leader stays first, the weight now, and who takes over."""
    shapes = el("rect", class_="finset", x=0, y=4, width="100%", height=12, rx=2)
    held = {"x": pct(lower), "width": pct(max(upper - lower, 0.002))}
    shapes += el("rect", class_="stab-hold", y=4, height=12, **held)
    for edge, name in ((lower, below), (upper, above)):
        if name is not None:
            shapes += el("line", class_="edge", x1=pct(edge), x2=pct(edge), y1=2, y2=18)
    shapes += el("rect", class_="stab-now", x=pct(now), y=0, width=2, height=20)
    if below is not None and below != above:
        shapes += edge_name(below, lower, ends=lower > 0.3)
    if above is not None:
        shapes += edge_name(above, upper, ends=upper > 0.6)
    return _bar(shapes, 36)


def edge_name(name: str, at: float, *, ends: bool) -> str:
    """Who takes over at an edge; beyond the middle the words end there."""
    short = name if len(name) <= 24 else f"{name[:23]}…"
    return text(short, x=pct(at), y=32, dx=-2 if ends else 2, text_anchor="end" if ends else None)


def dumbbell(before: float, after: float) -> SafeString:
    """From where something is to where it would have to be, both from 0 to 1."""
    return _bar(
        el("line", class_="track", x1=0, x2="100%", y1=8, y2=8)
        + el("line", class_="d-line", x1=pct(before), x2=pct(after), y1=8, y2=8)
        + el("circle", class_="d-from", cx=pct(before), cy=8, r=4)
        + el("circle", class_="d-to", cx=pct(after), cy=8, r=4.5),
        16,
    )


def share_bar(share: float, *, first: bool) -> SafeString:
    """A share from 0 to 1; the first of its table is darker."""
    return _bar(
        el("rect", class_="finset", width="100%", height=8, rx=1)
        + el("rect", class_="f50" if first else "f85", width=pct(share), height=8, rx=1),
        8,
    )
