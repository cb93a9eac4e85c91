"""What drives the end of a plan, and the second opinion on it, as ready texts and drawings."""

import datetime
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from roadmaps.models import ForecastRun, Item, ItemForecast
from tpm import formats, svg

SHOWN = 8
LEAST = 0.05
"""Share of trials below which an item does not count as a driver."""


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
    """The forecast by counting beside the one by efforts."""

    counted: str
    effort: str
    items: int
    window: int
    differ: str
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
            sensitivity=formats.percent(row.sensitivity) if row.sensitivity else "–",
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
    """When all that is open is done, in a sentence."""
    if run is None or not run.end:
        return ""
    days = {name: datetime.date.fromisoformat(day) for name, day in run.end.items() if day}
    if "p50" not in days:
        return _("Not all that is open ends within ten years.")
    late = formats.day(days["p85"], year=True) if "p85" in days else _("beyond ten years")
    return _("All that is open is done as likely as not by %(p50)s, 85 %% likely by %(p85)s.") % {
        "p50": formats.day(days["p50"], year=True), "p85": late
    }  # fmt: skip


def opinion(run: ForecastRun | None) -> Opinion | None:
    """The second opinion of a run, where there was one."""
    found = run.second_opinion if run else None
    if not found:
        return None
    low, high = (formats.number(found[name], 0) for name in ("p50", "p85"))
    return Opinion(
        counted=_("%(low)s to %(high)s weeks") % {"low": low, "high": high}
        if low != high
        else _("%(low)s weeks") % {"low": low},
        effort=_("%(n)s weeks") % {"n": formats.number(found["effort"], 0)},
        items=found["items"],
        window=found["window"],
        differ=formats.percent(abs(found["differ"])),
        flagged=found["flagged"],
    )
