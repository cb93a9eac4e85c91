"""The drawing of a trend: a total with its band, and below it what came and went each month."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from debt.maths.flows import Cause, Period
from tpm import formats
from tpm.svg import drawing, el, num, pct, text

TOP, TOTAL, GAP, FLOW, FOOT = 16, 120, 24, 88, 20
RIGHT = 0.94
"""Share of the width that the plot takes; the rest is for the number at its end."""
FILLS = {
    Cause.INCURRED: "fdebt",
    Cause.EVIDENCE: "f85",
    Cause.RE_ESTIMATED: "fd2",
    Cause.SHARED: "fgrid",
    Cause.RE_BASED: "fdone",
    Cause.PAID: "fok",
    Cause.WRITTEN_OFF: "f95",
    Cause.NOT_DEBT: "f95",
}


def trend(
    found: Sequence[Period],
    spread: Sequence[float],
    labels: Mapping[Cause, Any],
    *,
    title: str,
    unit: str,
    digits: int,
) -> SafeString:
    """Months from left to right.

    spread: half of P10 to P90 at the end of each month
    """
    count = len(found)
    most = max([each.after + half for each, half in zip(found, spread, strict=True)] + [0.1])
    shapes = [total_html(found, spread, most, unit, digits)]
    zero = TOP + TOTAL + GAP + FLOW / 2
    reach = max([max(each.came, -each.left) for each in found] + [0.1])
    width = RIGHT / count
    for place, each in enumerate(found):
        shapes.append(column(each, place * width, width, zero, FLOW / 2 / reach, labels, digits))
        if count <= 6 or place % 2 == (count - 1) % 2:
            at = pct((place + 0.5) * width)
            label = formats.month(each.start)
            y = TOP + TOTAL + GAP + FLOW + 16
            shapes.append(text(label, class_="t-3", x=at, y=y, text_anchor="middle"))
    shapes.append(el("line", class_="s-axis", x1=0, x2=pct(RIGHT), y1=zero, y2=zero))
    said = _("%(before)s at the beginning, %(after)s at the end") % {
        "before": formats.number(found[0].before, digits),
        "after": formats.number(found[-1].after, digits),
    }
    height = TOP + TOTAL + GAP + FLOW + FOOT
    return drawing("".join(shapes), height=height, title=f"{title}, {unit}", desc=said)


def total_html(
    found: Sequence[Period], spread: Sequence[float], most: float, unit: str, digits: int
) -> str:
    """The line at the ends of the months, in its band."""
    count = len(found)

    def point(place: int, amount: float) -> str:
        return f"{num(1000 * (place + 0.5) / count)},{num(TOTAL * (1 - max(0.0, amount) / most))}"

    ends = list(enumerate(each.after for each in found))
    above = [point(place, amount + spread[place]) for place, amount in ends]
    below = [point(place, amount - spread[place]) for place, amount in ends]
    plot = el("polygon", class_="fd1", points=" ".join(above + below[::-1])) + el(
        "polyline",
        class_="none round thick s-debt",
        vector_effect="non-scaling-stroke",
        points=" ".join(point(place, amount) for place, amount in ends),
    )
    last = found[-1].after
    y = TOP + TOTAL * (1 - last / most)
    at = pct(RIGHT * (count - 0.5) / count)
    return (
        el("line", class_="s-grid", x1=0, x2=pct(RIGHT), y1=TOP, y2=TOP)
        + text(f"{formats.number(most, digits)} {unit}", class_="t-3", x=0, y=TOP - 4)
        + el("svg", plot, x=0, y=TOP, width=pct(RIGHT), height=TOTAL,
             viewBox=f"0 0 1000 {TOTAL}", preserveAspectRatio="none")
        + el("line", class_="s-axis", x1=0, x2=pct(RIGHT), y1=TOP + TOTAL, y2=TOP + TOTAL)
        + el("circle", class_="fdebt", cx=at, cy=y, r=4)
        + text(formats.number(last, digits), class_="t-b over", x=at, dx=8, y=y + 4)
    )  # fmt: skip


def column(
    each: Period,
    x: float,
    width: float,
    zero: float,
    scale: float,
    labels: Mapping[Cause, Any],
    digits: int,
) -> str:
    """What came above the line, what went below it, one piece a cause."""
    up = down = 0.0
    shapes = []
    for cause, amount in each.causes.items():
        height = abs(amount) * scale
        if height < 0.25:
            continue
        y = zero - up - height if amount > 0 else zero + down
        if amount > 0:
            up += height
        else:
            down += height
        said = f"{labels[cause]} {formats.signed(amount, digits)}"
        shapes.append(
            el("rect", el("title", said), class_=FILLS[cause], x=pct(x + width * 0.2), y=y,
               width=pct(width * 0.6), height=height)
        )  # fmt: skip
    if Cause.RE_BASED in each.causes:
        at = pct(x + width / 2)
        shapes.append(el("line", class_="s-3 dash", x1=at, x2=at, y1=TOP, y2=zero))
    return "".join(shapes)
