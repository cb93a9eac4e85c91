"""What the pages of objectives show: chance, dates, measure, and the items that end last."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from roadmaps import queries, verdict
from roadmaps.models import ForecastMoves, Item, Objective, ObjectiveForecast
from roadmaps.pages import hurts as hurts_page
from roadmaps.pages import moves
from roadmaps.queries.dates import Freshness
from tpm import formats, svg
from tpm.svg import el, pct, text

BAR_HEIGHT, LINE = 80, 62
LONGEST_SHARED = datetime.timedelta(days=3 * 366)
"""Up to there the bars of all objectives are drawn on one scale."""


@dataclass(frozen=True)
class Line:
    """One objective of the list."""

    objective: Objective
    items: int
    open_items: int
    helping: int
    """Of the items, those that only help."""
    dates: ObjectiveForecast | None
    verdict: verdict.Verdict | None
    chance: float | None
    drift: str
    """Change of the chance since the earlier run, in points, with its sign; empty: none."""
    drift_tone: str
    since: datetime.datetime | None
    when: str
    last: list[tuple[Item, str, SafeString]]
    measure: dict | None
    hurts: hurts_page.Hurts | None = None
    """None where the worker has not looked yet."""

    @property
    def on_track(self) -> bool:
        return self.verdict is not None and self.verdict.state == "on_track"

    @property
    def headline(self) -> str:
        """The chance, or the date that is 85 % likely, or in words that there is neither."""
        if self.chance is not None:
            return verdict.chance_text(self.chance)
        if self.dates and self.dates.p85:
            return formats.day(self.dates.p85)
        return formats.UNKNOWN


def matching(objective: Objective, dates: ObjectiveForecast | None) -> float | None:
    """The chance, unless the target was changed after the run."""
    if dates is None or dates.target_date != objective.target_date:
        return None
    return dates.chance


def verdict_of(objective: Objective, dates: ObjectiveForecast | None) -> verdict.Verdict | None:
    if dates is None:
        return None
    return verdict.verdict(
        objective.target_date, p50=dates.p50, p85=dates.p85, chance=matching(objective, dates)
    )


def last_day(dates: ObjectiveForecast) -> datetime.date | None:
    """The last day that its bar shows."""
    return max(filter(None, (dates.p85, dates.p95, dates.target_date)), default=None)


def lines(objectives: Iterable[Objective], fresh: Freshness) -> list[Line]:
    """Objectives with their newest dates, in a fixed number of queries."""
    objectives = list(objectives)
    dates = queries.objective_forecasts(fresh.run)
    found = queries.moves_of(fresh.run)
    look_back = found[0] if found else None
    named = {pk for row in dates.values() for pk, _share in row.last}
    items = Item.objects.in_bulk(named)
    ends = {pk: last_day(row) for pk, row in dates.items()}
    start = fresh.run.as_of if fresh.run else None
    # One scale for all compares them; over many years it would make those to come a hair wide.
    last = max(filter(None, ends.values()), default=start)
    shared = start is None or last is None or last - start <= LONGEST_SHARED
    hurts = queries.hurts_of(fresh.run)
    names = hurts_page.Names(objectives[0].product, hurts.values()) if objectives else None
    return [
        replace(
            line(
                each,
                dates.get(each.pk),
                look_back,
                items,
                (start, (last if shared else ends.get(each.pk)) or start) if start else None,
            ),
            hurts=names.hurts(hurts.get(each.pk)) if names else None,
        )
        for each in objectives
    ]


def line(
    objective: Objective,
    dates: ObjectiveForecast | None,
    look_back: ForecastMoves | None,
    items: dict[int, Item],
    span: tuple[datetime.date, datetime.date] | None,
) -> Line:
    """span: first and last day of the scale that its bar is drawn on"""
    drift = 0
    if look_back is not None:
        move = moves.move_of(look_back.totals, "objectives", objective.pk) or {}
        drift = moves.points(move.get("chance") or 0.0)
    found = verdict_of(objective, dates)
    return Line(
        objective=objective,
        items=getattr(objective, "item_count", 0),
        open_items=getattr(objective, "open_count", 0),
        helping=getattr(objective, "help_count", 0),
        dates=dates,
        verdict=found,
        chance=matching(objective, dates),
        drift=formats.signed(drift) if drift else "",
        drift_tone="ok" if drift > 0 else "warn",
        since=look_back.since.at if look_back else None,
        when=when_bar(dates, objective.target_date, *span, found) if dates and span else "",
        last=last_items(dates, items),
        measure=measure(objective),
    )


def last_items(
    dates: ObjectiveForecast | None, items: dict[int, Item], count: int = 3
) -> list[tuple[Item, str, SafeString]]:
    """The items that end last in most trials: the item, its share in words, and as a bar."""
    if dates is None:
        return []
    return [
        (items[pk], formats.percent(share), svg.share_bar(share, height=6))
        for pk, share in dates.last[:count]
        if pk in items
    ]


def measure(objective: Objective) -> dict | None:
    """What the objective is measured by: now, before, to be, and how far it came."""
    if not objective.measure:
        return None
    unit = f" {objective.unit}" if objective.unit else ""

    def shown(value: float | None) -> str:
        if value is None:
            return ""
        return formats.number(value, 2).rstrip("0").rstrip(".") + unit

    base, goal, now = objective.baseline_value, objective.target_value, objective.current_value
    share = None
    if base is not None and goal is not None and now is not None and goal != base:
        share = (now - base) / (goal - base)
    return {
        "name": objective.measure,
        "now": shown(now),
        "was": shown(base),
        "goal": shown(goal),
        "share": None if share is None else formats.percent(min(max(share, 0.0), 1.0)),
        "bar": "" if share is None else svg.share_bar(share, height=8),
    }


def when_bar(
    dates: ObjectiveForecast,
    target: datetime.date | None,
    start: datetime.date,
    end: datetime.date,
    found: verdict.Verdict | None,
) -> str:
    """P50, P85 and P95 as one bar that gets thinner, with the target above it."""
    if not (dates.p50 and dates.p85):
        return ""
    span = max((end - start).days, 28)

    def at(day: datetime.date) -> float:
        return (day - start).days / span

    shapes = [el("line", class_="s-axis", x1="0", x2="100%", y1=LINE + 0.5, y2=LINE + 0.5)]
    shapes += months(start, span)
    p95 = dates.p95 or dates.p85
    for begin, finish, y, height, fill in (
        (at(dates.p85), at(p95), 46, 4, "f95"),
        (at(dates.p50), at(dates.p85), 43, 10, "f85"),
        (0, at(dates.p50), 41, 14, "f50"),
    ):
        width = pct(min(finish, 1) - max(begin, 0))
        shapes.append(el("rect", class_=fill, x=pct(begin), y=y, width=width, height=height))
    cap = pct(at(dates.p85))
    shapes.append(el("line", class_="cap85", x1=cap, x2=cap, y1=41, y2=55))
    if target is not None and found is not None:
        shapes.append(flag(at(target), target, found.tone))
    title = _("P50 %(p50)s, P85 %(p85)s, target %(target)s") % {
        "p50": formats.day(dates.p50), "p85": formats.day(dates.p85), "target": formats.day(target)
    }  # fmt: skip
    return svg.drawing("".join(shapes), height=BAR_HEIGHT, title=title)


def flag(share: float, target: datetime.date, tone: str) -> str:
    """The target: a line with a mark and its day, its words kept inside the drawing."""
    x = pct(share)
    anchor = "start" if share < 0.1 else "end" if share > 0.9 else "middle"
    mark = el("path", class_=f"f{tone}", d="M-5 0H5L0 7Z")
    return (
        el("line", class_=f"s-{tone} mid", x1=x, x2=x, y1=26, y2=LINE)
        + el("svg", mark, x=x, y=20, width=10, height=8, overflow="visible")
        + text(formats.day(target), class_="t-b", x=x, y=14, text_anchor=anchor)
    )


def months(start: datetime.date, span: int, most: int = 5) -> list[str]:
    """Month marks, at most a few; one that is in another year than the one before says so."""
    firsts, day = [], (start.replace(day=1) + datetime.timedelta(days=32)).replace(day=1)
    while (day - start).days < span:
        firsts.append(day)
        day = (day + datetime.timedelta(days=32)).replace(day=1)
    step = max(1, -(-len(firsts) // most))
    shapes = []
    said = start.year
    for first in firsts[::step]:
        share = (first - start).days / span
        shapes.append(el("line", class_="s-line", x1=pct(share), x2=pct(share), y1=20, y2=LINE))
        if share < 0.92:
            words = formats.month(first, year=first.year != said)
            said = first.year
            shapes.append(text(words, class_="t-3", x=pct(share), dx=3, y=LINE + 14))
    return shapes


def summary(found: list[Line]) -> str:
    """How the objectives stand, in one or two sentences."""
    judged = [each for each in found if each.chance is not None]
    if not judged:
        return ""
    kept = sum(each.on_track for each in judged)
    least = min(judged, key=lambda each: each.chance or 0.0)
    words = _("%(kept)s of %(all)s with a date are on track.") % {"kept": kept, "all": len(judged)}
    if least.on_track:
        return words
    return (
        words
        + " "
        + _("Least likely: %(title)s, %(chance)s by %(day)s.")
        % {
            "title": least.objective.title,
            "chance": verdict.chance_text(least.chance),
            "day": formats.day(least.objective.target_date),
        }
    )
