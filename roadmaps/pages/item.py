"""What the page of one item shows, in the order in which it says it."""

import datetime
from collections.abc import Sequence
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from roadmaps import queries, verdict
from roadmaps.models import (
    Actual,
    BaselineItem,
    Estimate,
    Item,
    ItemForecast,
    ItemLink,
    LearnedEstimate,
)
from roadmaps.pages import moves
from roadmaps.queries.dates import Freshness, freshness
from roadmaps.queries.slips import Slip, slip_of_item
from roadmaps.services.teams import Part, parts_of
from tpm import charts, formats, svg


class ItemPage:
    """The facts of one item, each read once."""

    def __init__(self, item: Item, *, since: str = "") -> None:
        self.item = item
        self.since = since

    @cached_property
    def fresh(self) -> Freshness:
        return freshness(self.item.product)

    @property
    def failure(self) -> str:
        """Why the plan as it stands has no forecast; empty where it has one, or gets one."""
        return self.fresh.failure if self.fresh.stale else ""

    @cached_property
    def dates(self) -> ItemForecast | None:
        """Its dates in the newest run; what is not planned any more has none."""
        if self.fresh.run is None or self.item.state not in Item.SIMULATED:
            return None
        return ItemForecast.objects.filter(run=self.fresh.run, item=self.item).first()

    @cached_property
    def chance(self) -> float | None:
        dates = self.dates
        same = dates is not None and dates.target_date == self.item.target_date
        return dates.chance if dates is not None and same else None

    @cached_property
    def verdict(self) -> verdict.Verdict | None:
        if self.item.state == Item.State.DONE:
            return verdict.finished(self.item.target_date, self.item.finished_on)
        if self.dates is None:
            return None
        return verdict.verdict(
            self.item.target_date, p50=self.dates.p50, p85=self.dates.p85, chance=self.chance
        )

    @cached_property
    def stories(self) -> list:
        return queries.moves_told(self.fresh.run) if self.dates else []

    @property
    def replaying(self) -> bool:
        """Whether what moved it is told of an earlier run, while the newest is replayed."""
        return queries.is_replaying(self.fresh.run, self.stories)

    @cached_property
    def story(self) -> moves.Story | None:
        item = self.item
        is_open = item.state == Item.State.IN_PROGRESS
        return moves.chosen(
            self.stories, self.since, "items", item.pk, key=item.key, is_open=is_open
        )

    @cached_property
    def told(self) -> ItemForecast | None:
        """Its dates in the later run of the story."""
        if self.story is None or not self.replaying:
            return self.dates
        return ItemForecast.objects.filter(run=self.story.moves.run_id, item=self.item).first()

    @cached_property
    def was(self) -> ItemForecast | None:
        """Its dates in the earlier run of the story."""
        if self.story is None:
            return None
        return ItemForecast.objects.filter(run=self.story.moves.since_id, item=self.item).first()

    @cached_property
    def actual(self) -> Actual | None:
        """What it took; None also where that was taken back."""
        newest = self.item.actuals.select_related("by").first()
        return newest if newest and newest.person_days is not None else None

    @cached_property
    def typed(self) -> list[Estimate]:
        return list(self.item.estimates.select_related("by"))

    @cached_property
    def learned(self) -> LearnedEstimate | None:
        """What the newest lesson makes of the newest range."""
        if not self.typed:
            return None
        found = LearnedEstimate.objects.filter(estimate=self.typed[0])
        return found.select_related("learning").order_by("-learning__at", "-pk").first()

    @cached_property
    def links(self) -> tuple[list[ItemLink], list[ItemLink]]:
        return queries.links_of(self.item)

    @cached_property
    def parts(self) -> list[Part]:
        """What each team does of it, its own first; none where one team does it all."""
        return parts_of(self.item)

    @cached_property
    def children(self) -> list[Item]:
        return list(self.item.children.order_by("rank", "pk"))

    @cached_property
    def baseline(self) -> BaselineItem | None:
        """How it stood in the newest baseline that has it."""
        rows = BaselineItem.objects.filter(item=self.item).select_related("baseline")
        return rows.order_by("-baseline__at", "-pk").first()

    @cached_property
    def slip(self) -> Slip | None:
        """How much later it is than committed, where that asks for a reason."""
        return slip_of_item(self.item, self.fresh.run)

    @cached_property
    def ends(self) -> dict[int, datetime.date | None]:
        """P85 (or the last day) of the items that this one is linked with or made of."""
        waits, holds = self.links
        others = [link.predecessor for link in waits] + [link.successor for link in holds]
        others += self.children
        known = {other.pk: other.finished_on for other in others}
        return known | {pk: row.p85 for pk, row in self.other_dates.items()}

    @cached_property
    def other_dates(self) -> dict[int, ItemForecast]:
        """What the newest run says of the items that this one is linked with or made of."""
        waits, holds = self.links
        ids = {link.predecessor_id for link in waits} | {link.successor_id for link in holds}
        ids |= {child.pk for child in self.children}
        if self.fresh.run is None or not ids:
            return {}
        rows = ItemForecast.objects.filter(run=self.fresh.run, item__in=ids)
        return {row.item_id: row for row in rows.only("item_id", "p50", "p85", "run_id")}

    @cached_property
    def place(self) -> tuple[int, int]:
        """Its place in the order of the open items, and how many those are."""
        ranked = Item.objects.filter(product=self.item.product_id, state__in=Item.OPEN)
        ids = list(ranked.order_by("rank", "pk").values_list("pk", flat=True))
        return (ids.index(self.item.pk) + 1 if self.item.pk in ids else 0, len(ids))


def headline(page: ItemPage) -> dict[str, str]:
    """The answer in one sentence: a lead, a date to stress, and what it was before and why."""
    item, dates = page.item, page.dates
    if item.state == Item.State.DONE:
        took = ""
        if page.actual:
            took = _(" It took %(n)s person-days.") % {"n": formats.amount(page.actual.person_days)}
        return {
            "lead": _("Done on"),
            "date": formats.day(item.finished_on, year=True),
            "tail": took,
        }
    if item.state == Item.State.DROPPED:
        return {
            "lead": _("Dropped: it is not simulated and holds nothing up."),
            "date": "",
            "tail": "",
        }
    if item.state == Item.State.IDEA:
        words = _("An idea: it gets dates once it is planned.")
        return {"lead": words, "date": "", "tail": ""}
    if dates is None and page.failure:
        words = _("No dates: the forecast could not be computed.")
        return {"lead": words, "date": "", "tail": ""}
    if dates is None:
        words = _("No dates yet: the worker is computing them.")
        return {"lead": words, "date": "", "tail": ""}
    if dates.p85 is None:
        words = _("More than 15 in 100 trials do not end within ten years.")
        return {"lead": words, "date": "", "tail": ""}
    lead = _("85 % likely by")
    return {"lead": lead, "date": formats.day(dates.p85, year=True), "tail": was_words(page)}


def was_words(page: ItemPage) -> str:
    """What the date was in the earlier run, and all that moved it."""
    story, was = page.story, page.was
    if story is None or was is None or was.p85 is None or not story.total.days:
        return ""
    if page.replaying:
        return _(" What moved it is being replayed.")
    days = (story.moves.run.as_of - story.moves.since.as_of).days
    told = {"day": formats.day(was.p85), "ago": ago_words(days), "because": story.because}
    if not story.because:
        return _(" %(ago)s it was %(day)s.") % told
    return _(" %(ago)s it was %(day)s; since then %(because)s.") % told


def ago_words(days: int) -> str:
    """How long ago, as the beginning of a sentence."""
    if days <= 0:
        return _("In the run before")
    return ngettext("A day ago", "%(n)s days ago", days) % {"n": days}


def whole_parts(values: Sequence[float], digits: int) -> tuple[list[float], float]:
    """Values rounded so that what is shown sums to the shown whole (largest remainders)."""
    unit = 10**-digits
    scaled = [value / unit for value in values]
    floors = [int(value // 1) for value in scaled]
    whole = round(sum(scaled))
    order = sorted(range(len(values)), key=lambda i: floors[i] - scaled[i])
    for index in order[: whole - sum(floors)]:
        floors[index] += 1
    return [round(value * unit, digits) for value in floors], round(whole * unit, digits)


def bins_of(dates) -> list[tuple[datetime.date, float]]:
    """(first day, share of trials) of the stored histogram; what ends later is one last bin."""
    stored = dates.histogram or {}
    counts, later = list(stored.get("counts") or ()), int(stored.get("later") or 0)
    if not counts or not stored.get("starts_on"):
        return []
    start, step = datetime.date.fromisoformat(stored["starts_on"]), int(stored["step"])
    whole = sum(counts) + later
    return [
        (start + datetime.timedelta(days=step * index), count / whole)
        for index, count in enumerate(counts)
    ]


def horizon_words(run) -> str:
    """The month beyond which nothing is looked at: `Nov 2036`."""
    if run is None:
        return ""
    return formats.month(run.as_of.replace(day=1, year=run.as_of.year + 10), year=True)


def chart_of(dates, *, title: str, target: datetime.date | None, chance: float | None) -> str:
    """The figure of a finish, or nothing where one of its dates lies beyond the horizon."""
    bins = bins_of(dates)
    if not bins or not (dates.p50 and dates.p85 and dates.p95):
        return ""
    return charts.finish_chart(
        bins, p50=dates.p50, p85=dates.p85, p95=dates.p95,
        target=target, target_share=chance, title=title,
    )  # fmt: skip


def baseline_words(page: ItemPage) -> dict | None:
    """The committed P85 beside the one of now, with the difference in calendar days."""
    row, dates = page.baseline, page.dates
    if row is None:
        return None
    now = page.item.finished_on if page.item.state == Item.State.DONE else dates and dates.p85
    found = {"row": row, "days": None, "bar": ""}
    if row.p85 and now:
        days = (now - row.p85).days
        span = datetime.timedelta(days=14)
        found["days"] = formats.signed(days)
        found["tone"] = "bad" if days > 0 else "ok" if days else ""
        found["bar"] = svg.moved(
            row.p85, now, start=min(row.p85, now) - span, end=max(row.p85, now) + span,
            target=page.item.target_date, tone="warn" if days > 0 else "ok",
        )  # fmt: skip
    return found
