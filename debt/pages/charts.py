"""Drawings of the debt pages."""

import math
from collections.abc import Sequence

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tpm import formats
from tpm.svg import drawing, el, num, pct, text

PLOT_TOP, PLOT_HEIGHT, PLOT_WIDTH = 16, 174, 0.78
LETTER_LIMITS = (20, 40, 60, 80)
PART_FILLS = {
    "burden": "fdebt",
    "payback": "fd2",
    "severity": "f50",
    "contagion": "f85",
    "exposure": "f95",
}


def pay_or_wait(
    never: Sequence[float],
    now: Sequence[float],
    later: Sequence[float],
    *,
    even: float | None,
    until_done: int,
    months: Sequence[str],
) -> SafeString:
    """Days spent in total when it is left, paid now, or paid in a quarter.

    months: a label for each month on the axis, empty where there is none
    """
    top = max(never[-1], now[-1], later[-1], 1.0) * 1.08
    last = len(never) - 1

    def y_of(days: float) -> float:
        return PLOT_HEIGHT * (1 - days / top)

    def line(values: Sequence[float], class_: str) -> str:
        points = " ".join(f"{num(1000 * i / last)},{num(y_of(v))}" for i, v in enumerate(values))
        return el(
            "polyline",
            class_=f"none round {class_}",
            vector_effect="non-scaling-stroke",
            points=points,
        )

    plot = line(later, "thick s-3 dash") + line(never, "thick s-debt") + line(now, "thick s-c1")
    lines, labels = grid(top)
    shapes = [lines]
    shapes.append(
        el("svg", plot, x=0, y=PLOT_TOP, width=pct(PLOT_WIDTH), height=PLOT_HEIGHT,
           viewBox=f"0 0 1000 {PLOT_HEIGHT}", preserveAspectRatio="none")
    )  # fmt: skip
    shapes.append(labels)
    base = PLOT_TOP + PLOT_HEIGHT
    shapes.append(el("line", class_="s-axis", x1=0, x2=pct(PLOT_WIDTH), y1=base, y2=base))
    for month, label in enumerate(months):
        if label:
            at = pct(PLOT_WIDTH * month / last)
            shapes.append(el("line", class_="s-axis", x1=at, x2=at, y1=base, y2=base + 4))
            shapes.append(text(label, class_="t-3", x=at, dx=3, y=base + 17))
    if even is not None:
        shapes.append(even_mark(even, last, y_of(now[math.ceil(even)]), until_done))
    shapes.append(end_labels(never[-1], now[-1], later[-1], y_of))
    said = _(
        "In %(n)s months leaving it costs %(never)s days, paying now %(now)s, "
        "paying in a quarter %(later)s."
    ) % {
        "n": last,
        "never": formats.number(never[-1]),
        "now": formats.number(now[-1]),
        "later": formats.number(later[-1]),
    }
    title = _("Days spent in total: leave it, pay now, pay in a quarter")
    return drawing("".join(shapes), height=216, title=title, desc=said)


def grid(top: float) -> tuple[str, str]:
    """Three lines at round numbers of days, and the labels that stand in front of everything."""
    step = next(
        (s * 10**e for e in range(7) for s in (1, 2, 5) if s * 10**e * 4 >= top),
        max(1, round(top / 4)),
    )
    lines, labels = [], []
    for k in (1, 2, 3):
        if k * step >= top:
            break
        y = PLOT_TOP + PLOT_HEIGHT * (1 - k * step / top)
        said = formats.number(k * step) if k * step < 1000 else formats.short(k * step)
        label = _("%(n)s days") % {"n": said} if (k + 1) * step >= top or k == 3 else said
        lines.append(el("line", class_="s-grid", x1=0, x2=pct(PLOT_WIDTH), y1=y, y2=y))
        labels.append(text(label, class_="t-3 over", x=0, y=y - 4))
    return "".join(lines), "".join(labels)


def even_mark(even: float, last: int, height: float, until_done: int) -> str:
    """Where paying now has cost no more than leaving it: a point, and words where no line runs.

    even:   months from today
    height: of the point below the top of the plot
    """
    at, y = pct(PLOT_WIDTH * even / last), PLOT_TOP + height
    flip = even > 0.5 * last
    place = {"x": at, "dx": -8 if flip else 8, "text_anchor": "end" if flip else None}
    months = round(even)
    words = ngettext("even after %(n)s month", "even after %(n)s months", months) % {"n": months}
    detail = _("%(a)s to do, %(b)s to earn") % {"a": until_done, "b": max(0, months - until_done)}
    # A low point has the lines beside and below it, a high one has them above.
    low = height > PLOT_HEIGHT / 2
    end = PLOT_TOP if low else PLOT_TOP + PLOT_HEIGHT
    top = PLOT_TOP + 10 if low else end - 26
    return (
        el("line", class_="s-ink mid dash", x1=at, x2=at, y1=y, y2=end)
        + el("circle", class_="fink", cx=at, cy=y, r=4)
        + text(words, class_="t-b over", y=top, **place)
        + text(detail, class_="t-3 over", y=top + 16, **place)
    )


def end_labels(never: float, now: float, later: float, y_of) -> str:
    """A name at the end of each line, never one over another."""
    wanted = sorted(
        [
            (y_of(never) + PLOT_TOP + 4, _("Never"), never, "t-b over"),
            (y_of(later) + PLOT_TOP + 4, _("Later"), later, "over"),
            (y_of(now) + PLOT_TOP + 4, _("Now"), now, "t-b over"),
        ]
    )
    shapes, lowest = [], 0.0
    for y, name, days, class_ in wanted:
        place = max(y, lowest)
        lowest = place + 16
        said = formats.number(days) if days < 1000 else formats.short(days)
        words = f"{name} {said} d"
        shapes.append(text(words, class_=class_, x=pct(PLOT_WIDTH), dx=4, y=place))
    return "".join(shapes)


def score_bar(parts: dict[str, float], letter: str) -> SafeString:
    """The parts of a score side by side on the scale of letters."""
    shapes, at = [], 0.0
    for name in PART_FILLS:  # no order is kept in what is stored
        points = parts[name]
        if points > 0:
            width = max(points - 0.3, 0.2)
            shapes.append(
                el(
                    "rect",
                    class_=PART_FILLS[name],
                    x=pct(at / 100),
                    width=pct(width / 100),
                    height=16,
                )
            )
        at += points
    shapes.append(
        el("rect", class_="finset", x=pct(at / 100), width=pct((100 - at) / 100), height=16)
    )
    for limit in LETTER_LIMITS:
        x = f"{limit}%"
        shapes.append(el("line", class_="s-axis", x1=x, x2=x, y1=16, y2=22))
        shapes.append(text(limit, class_="t-3", x=x, y=36, text_anchor="middle"))
    for name, middle in zip("ABCDE", (10, 30, 50, 70, 90), strict=True):
        class_ = "t-b" if name == letter else "t-3"
        shapes.append(text(name, class_=class_, x=f"{middle}%", y=36, text_anchor="middle"))
    return drawing("".join(shapes), height=44, class_=None)


def share_bars(after: float, alone: float, most: float) -> SafeString:
    """What an item costs a team: after overlap in front of alone."""
    most = max(most, alone, 1e-9)
    return drawing(
        el("rect", class_="fd1", y=4, width=pct(alone / most), height=12, rx=1.5)
        + el("rect", class_="fdebt", y=4, width=pct(after / most), height=12, rx=1.5),
        height=20,
        class_=None,
    )


def ledger_bar(amounts: Sequence[tuple[str, float]], most: float) -> SafeString:
    """Amounts after one another on a shared scale: (fill class, amount)."""
    shapes, at = [], 0.0
    for fill, amount in amounts:
        if amount > 0 and most > 0:
            width = amount / most
            shapes.append(
                el("rect", class_=fill, x=pct(at), y=2, width=pct(width - 0.004), height=12, rx=1)
            )
            at += width
    return drawing("".join(shapes), height=16, class_=None)
