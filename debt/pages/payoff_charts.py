"""Drawings of the pay-off view."""

from collections.abc import Sequence

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tpm import formats
from tpm.svg import drawing, el, num, pct, text

TOP, HEIGHT = 28, 104


def curve(
    points: Sequence[tuple[float, float]], *, at: tuple[float, float], most: float
) -> SafeString:
    """Days a month given back by each budget, with a mark at the one that is asked for.

    points: (budget in pd, pd a month), budgets rising from 0 to `most`
    """
    highest = max([back for _budget, back in points] + [at[1], 0.1])
    budget, back = min(at[0], most), at[1]

    def x_of(days: float) -> float:
        return 1000 * days / most

    def y_of(days: float) -> float:
        return HEIGHT * (1 - days / highest / 1.05)

    line = " ".join(f"{num(x_of(days))},{num(y_of(month))}" for days, month in points)
    before = [(days, month) for days, month in points if days < budget] + [(budget, back)]
    area = " ".join(f"L{num(x_of(days))} {num(y_of(month))}" for days, month in before)
    plot = el("path", class_="fsel", d=f"M0 {HEIGHT} {area} L{num(x_of(budget))} {HEIGHT}Z") + el(
        "polyline",
        class_="none round thick s-50",
        vector_effect="non-scaling-stroke",
        points=line,
    )
    shapes = [*scale(highest, y_of)]
    shapes.append(
        el("svg", plot, x=0, y=TOP, width="100%", height=HEIGHT,
           viewBox=f"0 0 1000 {HEIGHT}", preserveAspectRatio="none")
    )  # fmt: skip
    x, y = pct(budget / most), TOP + y_of(back)
    left = budget > 0.6 * most  # no room beside it: at its foot, below the line
    shapes += [
        el("line", class_="s-accent thick", x1=x, x2=x, y1=y, y2=TOP + HEIGHT),
        el("circle", class_="faccent", cx=x, cy=y, r=4),
        text(
            _("%(n)s d a month back") % {"n": formats.number(back, 1)},
            class_="t-b over",
            x=x,
            dx=-10 if left else 10,
            y=TOP + HEIGHT - 8 if left else min(y + 22, TOP + HEIGHT - 4),
            text_anchor="end" if left else None,
        ),
    ]
    title = _("Days a month given back by each budget: %(budget)s d give back %(back)s") % {
        "budget": formats.number(budget), "back": formats.number(back, 1)
    }  # fmt: skip
    return drawing("".join(shapes), height=TOP + HEIGHT + 4, title=title)


def scale(highest: float, y_of) -> list[str]:
    """Up to three lines at round numbers, the uppermost with its unit."""
    step = next((s for s in (0.5, 1, 2, 5, 10, 20, 50, 100) if s * 4 > highest), highest / 3)
    levels = [k * step for k in (1, 2, 3) if k * step <= highest]
    shapes = []
    for level in levels:
        y = TOP + y_of(level)
        label = formats.number(level, 1 if step < 1 else 0)
        if level == levels[-1]:
            label = _("%(n)s d a month back") % {"n": label}
        shapes.append(el("line", class_="s-grid", x1=0, x2="100%", y1=y, y2=y))
        shapes.append(text(label, class_="t-3", x=0, y=y - 4))
    return shapes


def budget_axis(most: float) -> SafeString:
    """Marks at round budgets under the slider, the last one with its unit."""
    step = next((s for s in (1, 2, 5, 10, 20, 50, 100, 200, 500) if most <= 7 * s), most)
    marks = [k * step for k in range(int(most // step) + 1) if most - k * step >= 0.6 * step]
    shapes = [
        text(formats.number(mark), class_="t-3", x=pct(mark / most), y=14, text_anchor="middle")
        for mark in marks
    ]
    end = f"{formats.number(most)} d"
    shapes.append(text(end, class_="t-3", x="100%", y=14, text_anchor="middle"))
    return drawing("".join(shapes), height=18)


def drag_move(
    before: float, after: float, *, most: float, limit: float | None = None
) -> SafeString:
    """Drag before as an open circle, after as a full one, a line at the debt budget."""
    a, b = pct(after / most), pct(before / most)
    mark = ""
    if limit is not None:
        at = pct(limit / most)
        mark = el("line", class_="s-ink thick", x1=at, x2=at, y1=2, y2=18)
    return drawing(
        el("line", class_="s-line thin", x1="0", x2="100%", y1=10, y2=10)
        + mark
        + el("line", class_="s-debt thick", x1=a, x2=b, y1=10, y2=10)
        + el("circle", class_="fsurface s-debt thick", cx=b, cy=10, r=4)
        + el("circle", class_="fdebt", cx=a, cy=10, r=5),
        height=20,
        class_=None,
    )
