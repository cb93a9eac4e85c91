"""When something is finished: the share of trials by week above, the running share below."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tpm import formats
from tpm.svg import drawing, el, num, pct, text

TOP, FLOOR = 34, 138
ROOF, GROUND = 172, 292
LABEL_GAP_SHARE = 0.12
MAX_MONTH_LABELS = 5
SHARES = (0.5, 0.85, 0.95)


@dataclass(frozen=True)
class Scale:
    start: dt.date
    days: int

    def share(self, value: dt.date) -> float:
        return (value - self.start).days / self.days

    def at(self, value: dt.date) -> str:
        return pct(self.share(value))


def finish_chart(
    bins: Sequence[tuple[dt.date, float]],
    *,
    p50: dt.date,
    p85: dt.date,
    p95: dt.date,
    target: dt.date | None = None,
    target_share: float | None = None,
    title: str,
    cumulative: bool = True,
) -> SafeString:
    """Histogram of finish dates, split in colour at P50 and P85, with the running share below.

    bins:         (first day, share of trials) of equally wide neighbours, in order; shares sum to 1
    target_share: share of trials that meet the target, as computed elsewhere; read off when None
    raises:       ValueError when there are no bins
    """
    if not bins:
        raise ValueError("a chart of finish dates needs at least one bin")
    width = (bins[1][0] - bins[0][0]).days if len(bins) > 1 else 7
    last = max(bins[-1][0] + dt.timedelta(days=width), p95 + dt.timedelta(days=1))
    scale = Scale(min(bins[0][0], p50), max((last - min(bins[0][0], p50)).days, 1))
    base = GROUND if cumulative else FLOOR
    parts = [_bars(bins, width, scale, p50, p85)]
    parts.append(_axis(scale, base))
    if cumulative:
        parts.append(_running(bins, width, scale, (p50, p85, p95)))
    if target is not None and 0 <= scale.share(target) <= 1:
        if target_share is None:
            target_share = running_share(bins, width, target)
        parts.append(_target(scale, target, target_share, cumulative))
    parts.append(_flags(scale, (p50, p85, p95)))
    said = _("P50 %(p50)s, P85 %(p85)s, P95 %(p95)s.") % {
        "p50": formats.day(p50, year=True),
        "p85": formats.day(p85, year=True),
        "p95": formats.day(p95, year=True),
    }
    if target is not None and target_share is not None:
        said += " " + _("Target %(day)s: %(share)s.") % {
            "day": formats.day(target, year=True),
            "share": formats.chance(target_share),
        }
    return drawing("".join(parts), height=base + 22, title=title, desc=said)


def running_share(bins: Sequence[tuple[dt.date, float]], width: int, day: dt.date) -> float:
    """Share of trials finished by the end of a day, even inside a bin."""
    total = 0.0
    for first, share in bins:
        days = (day - first).days + 1
        if days <= 0:
            break
        total += share * min(days / width, 1.0)
    return min(total, 1.0)


def _bars(bins, width: int, scale: Scale, p50: dt.date, p85: dt.date) -> str:
    tallest = max(share for _, share in bins) or 1.0
    gap = 0.0025
    shapes = []
    for first, share in bins:
        if share <= 0:
            continue
        tall = share / tallest * (FLOOR - TOP)
        left, right = scale.share(first), scale.share(first + dt.timedelta(days=width))
        for begin, end, fill in (
            (left, min(right, scale.share(p50)), "f50"),
            (max(left, scale.share(p50)), min(right, scale.share(p85)), "f85"),
            (max(left, scale.share(p85)), right, "f95"),
        ):
            if end - begin > gap:
                shapes.append(
                    el(
                        "rect",
                        class_=fill,
                        x=pct(begin),
                        y=FLOOR - tall,
                        width=pct(end - begin - gap),
                        height=tall,
                    )
                )
    shapes.append(el("line", class_="s-axis", x1="0", x2="100%", y1=FLOOR + 0.5, y2=FLOOR + 0.5))
    return "".join(shapes)


def _axis(scale: Scale, base: int) -> str:
    shapes = []
    if base != FLOOR:
        shapes.append(el("line", class_="s-axis", x1="0", x2="100%", y1=base, y2=base))
    month = (scale.start.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
    months = []
    while scale.share(month) < 1:
        months.append(month)
        month = (month + dt.timedelta(days=32)).replace(day=1)
    if not months:
        # All within one month: the day on which the axis begins says which.
        label = formats.day(scale.start, year=True)
        shapes.append(text(label, class_="t-3", x=0, y=base + 16))
    every = -(-len(months) // MAX_MONTH_LABELS)
    said = None
    for index, month in enumerate(months):
        at = scale.at(month)
        shapes.append(el("line", class_="s-axis", x1=at, x2=at, y1=base, y2=base + 4))
        if index % every == 0 and scale.share(month) < 0.93:
            label = formats.month(month, year=month.year != said)
            said = month.year
            shapes.append(text(label, class_="t-3", x=at, dx=3, y=base + 16))
    return "".join(shapes)


def _curve(bins, width: int, known: dict[dt.date, float]) -> list[tuple[dt.date, float]]:
    """The running share at the end of each bin, led through the known quantiles."""
    total, ends = 0.0, {bins[0][0]: 0.0}
    for first, share in bins:
        total = min(total + share, 1.0)
        ends[first + dt.timedelta(days=width)] = total
    curve, reached = [], 0.0
    for day, share in sorted((ends | known).items()):
        reached = max(reached, share)
        curve.append((day, reached))
    return curve


def _y(share: float) -> float:
    return GROUND - share * (GROUND - ROOF)


def _running(bins, width: int, scale: Scale, marks: tuple[dt.date, ...]) -> str:
    shapes = []
    for share in (0.5, 0.85, 1.0):
        y = _y(share)
        shapes.append(el("line", class_="s-line", x1=44, x2="100%", y1=y, y2=y))
    known = dict(zip(marks, SHARES, strict=True))
    points = [
        f"{num(scale.share(day) * 1000)},{num(120 - share * 120)}"
        for day, share in _curve(bins, width, known)
    ]
    line = el(
        "polyline",
        class_="s-50 thick none",
        vector_effect="non-scaling-stroke",
        points=" ".join(points),
    )
    shapes.append(
        el(
            "svg",
            line,
            x=0,
            y=ROOF,
            width="100%",
            height=GROUND - ROOF,
            viewBox="0 0 1000 120",
            preserveAspectRatio="none",
        )
    )
    # Above the curve, which may be steep from the first day on.
    for share in (0.5, 0.85, 1.0):
        words = {"x": 38, "y": _y(share) + 4, "text_anchor": "end"}
        shapes.append(text(formats.percent(share), class_="t-3 over", **words))
    for day, share in known.items():
        at, y = scale.at(day), _y(share)
        shapes.append(
            el("line", class_="s-ink thin", x1=at, x2=at, y1=FLOOR, y2=y, stroke_dasharray="1 3")
        )
        shapes.append(el("circle", class_="fink", cx=at, cy=y, r=3))
    return "".join(shapes)


def tone_of(share: float) -> str:
    """ok from 85 %, warn from 50 %, bad below."""
    return "ok" if share >= 0.85 else "warn" if share >= 0.5 else "bad"


def _target(scale: Scale, target: dt.date, share: float, cumulative: bool) -> str:
    at, tone = scale.at(target), tone_of(share)
    shapes = el("line", class_=f"s-{tone} dash mid", x1=at, x2=at, y1=40, y2=FLOOR)
    flag = el("path", class_=f"f{tone}", d="M-5 0H5L0 7Z")
    shapes += el("svg", flag, x=at, y=TOP, width=12, height=8, overflow="visible")
    if cumulative:
        y = _y(share)
        left = scale.share(target) > 0.75
        label = _("%(share)s by %(day)s") % {
            "share": formats.chance(share),
            "day": formats.day(target),
        }
        shapes += el("line", class_=f"s-{tone} dash mid", x1=at, x2=at, y1=FLOOR, y2=y)
        shapes += el("circle", class_=f"f{tone}", cx=at, cy=y, r=4)
        shapes += text(
            label,
            class_="t-b over",
            x=at,
            dx=-8 if left else 8,
            y=min(y + 16, GROUND - 6),
            text_anchor="end" if left else "start",
        )
    return shapes


def _flags(scale: Scale, days: tuple[dt.date, ...]) -> str:
    """P50, P85 and P95 above the bars; a label that would touch that of P85 gives way to it."""
    shapes = []
    names = ("P50", "P85", "P95")
    shares = [scale.share(day) for day in days]
    said = [abs(share - shares[1]) >= LABEL_GAP_SHARE for share in shares]
    said[1] = True
    for index, (name, day, share) in enumerate(zip(names, days, shares, strict=True)):
        at = pct(share)
        shapes.append(
            el(
                "line",
                class_="s-ink thin" if index == 2 else "s-ink mid",
                x1=at,
                x2=at,
                y1=30,
                y2=FLOOR,
            )
        )
        if not said[index]:
            continue
        anchor = "start" if share < 0.05 else "end" if share > 0.95 else "middle"
        strong = "t-ink" if index == 2 else "t-b"
        shapes.append(text(name, class_="t-3", x=at, y=12, text_anchor=anchor))
        shapes.append(text(formats.day(day), class_=strong, x=at, y=26, text_anchor=anchor))
    return "".join(shapes)
