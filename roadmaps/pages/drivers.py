"""What drives the end of a plan, and the second opinion on it, as ready texts and drawings."""

import datetime
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from roadmaps.models import ForecastRun, Item, ItemForecast
from tpm import formats, svg

SHOWN = 8
LEAST = 0.05
"""Share of trials below which an item does not count as a driver."""
WARN_ABOVE = 0.25
"""Share by which both opinions must differ to be flagged: that of `throughput.DIFFERS`."""


@dataclass(frozen=True)
class Driver:
    """An item on the chain behind the end."""

    item: Item
    share: str
    bar: SafeString
    sensitivity: str
    waits: str


@dataclass(frozen=True)
class Opinion:
    """The forecast by counting beside the one by efforts, in sentences."""

    counted: str
    effort: str
    verdict: str
    left_out: str
    items: int
    flagged: bool


def drivers(run: ForecastRun | None) -> list[Driver]:
    """Items most often on the chain of causes behind the end of all open work."""
    if run is None:
        return []
    rows = (
        ItemForecast.objects.filter(run=run, critical__gte=LEAST)
        .select_related("item")
        .only("critical", "sensitivity", "queueing", "item__key", "item__title", "run_id")
    )
    return [
        Driver(
            item=row.item,
            share=formats.percent(row.critical or 0.0),
            bar=svg.share_bar(row.critical or 0.0, height=8),
            sensitivity=formats.percent(row.sensitivity) if row.sensitivity else _("no spread"),
            waits=_("%(n)s d") % {"n": formats.number(row.queueing, 0)}
            if row.queueing is not None and row.queueing >= 0.5
            else "–",
        )
        for row in rows.order_by("-critical")[:SHOWN]
    ]


def links(run: ForecastRun | None) -> list[tuple[Item, Item, str]]:
    """Links that hold up the end: what is waited for, what waits, share of trials."""
    kept = [row for row in (run.critical_links if run else []) if row[2] >= LEAST]
    found = Item.objects.in_bulk({id for row in kept for id in row[:2]})
    return [
        (found[pred], found[succ], formats.percent(share))
        for pred, succ, share in kept[:SHOWN]
        if pred in found and succ in found
    ]


def end_words(run: ForecastRun | None) -> str:
    """When all that is open is done, and how likely all targets hold, in a sentence."""
    if run is None or not run.end:
        return ""
    p50, p85 = (end_day(run, name) for name in ("p50", "p85"))
    if p50 is None:
        return _("All open work: not even 50 % within ten years.")
    late = _("85 %% by %(day)s") % {"day": formats.day(p85, year=True)} if p85 else _(
        "less than 85 % within ten years"
    )  # fmt: skip
    said = {"p50": formats.day(p50, year=True), "late": late}
    if run.chance is None:
        return _("All open work: 50 %% by %(p50)s, %(late)s.") % said
    said["chance"] = formats.chance(run.chance)
    return (
        _("All open work: 50 %% by %(p50)s, %(late)s; %(chance)s that every target holds.") % said
    )


def end_day(run: ForecastRun, name: str) -> datetime.date | None:
    day = (run.end or {}).get(name)
    return datetime.date.fromisoformat(day) if day else None


def opinion(run: ForecastRun | None) -> Opinion | None:
    """The second opinion of a run, where there was one."""
    found = run.second_opinion if run else None
    if run is None or not found:
        return None
    items = found["items"]
    differ = {"share": formats.percent(abs(found["differ"])), "line": formats.percent(WARN_ABOVE)}
    end = end_day(run, "p50")
    return Opinion(
        counted=_(
            "Counting finished items, at the pace of the last %(window)s weeks: %(p50)s weeks as "
            "likely as not, 85 %% within %(p85)s."
        ) % {
            "window": found["window"], "p50": formats.amount(found["p50"]),
            "p85": formats.amount(found["p85"]),
        },
        effort=ngettext(
            "Adding up efforts for the same open item: %(weeks)s weeks as likely as not.",
            "Adding up efforts for the same %(n)s open items: %(weeks)s weeks as likely as not.",
            items,
        ) % {"n": formats.number(items), "weeks": formats.amount(found["effort"])},
        verdict=(
            _(
                "They are %(share)s apart, and above %(line)s we warn: are open items larger than "
                "finished ones, or split too little?"
            ) if found["flagged"]
            else _("They are %(share)s apart: close enough, we warn above %(line)s.")
        ) % differ,
        left_out=_(
            "Both leave out milestones and items that start on a typed day; with them the plan "
            "ends as likely as not by %(day)s."
        ) % {"day": formats.day(end, year=True)} if end else "",
        items=items,
        flagged=found["flagged"],
    )  # fmt: skip
