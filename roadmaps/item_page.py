"""What the page of one item shows, in the order in which it says it."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from roadmaps import moves, queries, verdict
from roadmaps.models import (
    Actual,
    BaselineItem,
    Estimate,
    Item,
    ItemForecast,
    ItemLink,
    LearnedEstimate,
)
from roadmaps.queries.dates import Freshness, freshness
from roadmaps.queries.slips import Slip, slip_of_item
from tpm import charts, formats, svg

WHY_PARTS = (
    ("effort", "f50", gettext_lazy("Effort")),
    ("predecessor", "fc1", gettext_lazy("Waiting for a predecessor")),
    ("place", "fc2", gettext_lazy("Waiting for a place")),
    ("calendar", "f85", gettext_lazy("Calendar")),
    ("drag", "fhatch", gettext_lazy("Debt drag")),
)


@dataclass(frozen=True)
class EstimateRow:
    """One range of the item. used: whether the forecast simulates it."""

    source: str
    detail: str
    triple: tuple[float, float, float]
    state: str
    used: bool
    when: datetime.datetime | None = None
    bar: str = ""

    @property
    def text(self) -> str:
        return formats.day_range(*self.triple)


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
        return queries.moves_of(self.fresh.run) if self.dates else []

    @cached_property
    def story(self) -> moves.Story | None:
        return moves.chosen(self.stories, self.since, "items", self.item.pk)

    @cached_property
    def was(self) -> ItemForecast | None:
        """Its dates in the earlier run of the story."""
        if self.story is None:
            return None
        return ItemForecast.objects.filter(run=self.story.moves.since_id, item=self.item).first()

    @cached_property
    def actual(self) -> Actual | None:
        return self.item.actuals.select_related("by").first()

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
        if self.fresh.run is not None and known:
            rows = ItemForecast.objects.filter(run=self.fresh.run, item__in=list(known))
            known |= dict(rows.values_list("item_id", "p85"))
        return known

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
    """What the date was in the earlier run, and what moved it most."""
    story = page.story
    run, was = page.fresh.run, page.was
    if story is None or run is None or was is None or was.p85 is None or not story.total.days:
        return ""
    days = (run.as_of - story.moves.since.as_of).days
    ago = ago_words(days)
    because = _(" because %(causes)s") % {"causes": _(" and ").join(story.causes)}
    return _(" It was %(day)s %(ago)s%(because)s.") % {
        "day": formats.day(was.p85),
        "ago": ago,
        "because": ("," + because) if story.causes else "",
    }


def ago_words(days: int) -> str:
    if days <= 0:
        return _("in the run before")
    return ngettext("a day ago", "%(n)s days ago", days) % {"n": days}


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


def why_section(page: ItemPage) -> dict | None:
    """The parts that sum to the working days from the day of the run to its P50."""
    dates = page.dates
    if dates is None or not dates.why or page.fresh.run is None:
        return None
    values = [float(dates.why.get(name) or 0.0) for name, _fill, _label in WHY_PARTS]
    shown, whole = whole_parts(values, 0 if abs(sum(values)) >= 10 else 1)
    details = why_details(page)
    parts = [
        (
            fill,
            label,
            details.get(name, ""),
            f"{formats.number(value, 0 if value == int(value) else 1)} d",
        )
        for (name, fill, label), value in zip(WHY_PARTS, shown, strict=True)
    ]
    bar = svg.why_bar(
        (str(label), value, fill)
        for (_n, fill, label), value in zip(WHY_PARTS, values, strict=True)
    )
    total = _("%(start)s to %(day)s") % {
        "start": formats.day(page.fresh.run.as_of), "day": formats.day(dates.p50)
    }  # fmt: skip
    digits = 0 if whole == int(whole) else 1
    return {
        "bar": bar,
        "parts": parts,
        "total_label": total,
        "total": f"{formats.number(whole, digits)} d",
        "trials": dates.why.get("trials"),
        "drives": drives_words(dates),
    }


def drives_words(dates: ItemForecast) -> str:
    """How often the item is behind the end of the whole plan."""
    if dates.critical is None:
        return ""
    if dates.critical < 0.005:
        return _("The end of the plan does not hang on it in any trial to speak of.")
    return _("In %(share)s of the trials the end of the whole plan hangs on it.") % {
        "share": formats.percent(dates.critical)
    }


def why_details(page: ItemPage) -> dict[str, str]:
    """A few words behind each part: what is worked on by whom, what is waited for."""
    item, dates = page.item, page.dates
    found = {"effort": basis_words(page)}
    if item.team is not None:
        people = ngettext("%(n)s person", "%(n)s people", item.crew) % {"n": item.crew}
        found["effort"] += _(", by %(people)s at a focus of %(focus)s") % {
            "people": people, "focus": formats.percent(item.team.focus_share)
        }  # fmt: skip
        found["place"] = item.team.name
    if item.not_before and dates and item.not_before > dates.run.as_of:
        start = {"day": formats.day(item.not_before)}
        pinned = _("until it starts on %(day)s") if item.pinned else _("not before %(day)s")
        found["calendar"] = pinned % start
    waits_for = dates.why.get("waits_for") if dates and dates.why else None
    if waits_for:
        key = Item.objects.filter(pk=waits_for).values_list("key", flat=True).first()
        found["predecessor"] = key or ""
    if dates and dates.why and (dates.why.get("drag") or 0) < 0:
        found["drag"] = _("faster than when its pace was learned")
    return found


def basis_words(page: ItemPage) -> str:
    """What the forecast simulates, in words with its numbers."""
    basis = ItemForecast.Basis(page.dates.basis) if page.dates else None
    if basis is None:
        return ""
    if basis == ItemForecast.Basis.LEARNED and page.learned:
        return _("%(n)s person-days, as history says") % {
            "n": formats.amount(page.learned.p50_days)
        }
    if basis == ItemForecast.Basis.TYPED and page.typed:
        return _("%(n)s person-days, as typed") % {"n": formats.amount(page.typed[0].p50_days)}
    words: dict[str, str] = {
        ItemForecast.Basis.LEARNED: _("as history says"),
        ItemForecast.Basis.TYPED: _("as typed"),
        ItemForecast.Basis.TABLE: _("no estimate: like finished work of its kind"),
        ItemForecast.Basis.DEFAULT: _("no estimate and nothing learned: a wide guess"),
        ItemForecast.Basis.MILESTONE: _("a milestone takes no time"),
        ItemForecast.Basis.CHILDREN: _("its parts"),
    }
    return words.get(basis, "")


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


def chart_of(dates, *, title: str, target: datetime.date | None, chance: float | None) -> str:
    """The figure of a finish, or nothing where one of its dates lies beyond the horizon."""
    bins = bins_of(dates)
    if not bins or not (dates.p50 and dates.p85 and dates.p95):
        return ""
    return charts.finish_chart(
        bins, p50=dates.p50, p85=dates.p85, p95=dates.p95,
        target=target, target_share=chance, title=title,
    )  # fmt: skip


def lesson_words(lesson: LearnedEstimate) -> str:
    """What a learned range was learned from."""
    words = ngettext(
        "from %(n)s finished item", "from %(n)s finished items", lesson.based_on
    ) % {"n": lesson.based_on}  # fmt: skip
    if lesson.most_like:
        words += _(", most like %(keys)s") % {"keys": ", ".join(lesson.most_like)}
    return words


def estimate_rows(page: ItemPage) -> tuple[list[EstimateRow], float]:
    """Ranges of the item, the one that the forecast uses first; and the end of their scale."""
    basis = page.dates.basis if page.dates else ""
    found = []
    if page.learned:
        lesson = page.learned
        found.append(
            EstimateRow(
                source=_("History says"),
                detail=lesson_words(lesson),
                triple=(lesson.p10_days, lesson.p50_days, lesson.p90_days),
                state=_("used by the forecast") if basis == "learned" else _("as learned"),
                used=basis == "learned",
            )
        )  # fmt: skip
    for index, row in enumerate(page.typed):
        used = index == 0 and basis == "typed"
        state = _("superseded")
        if index == 0:
            state = _("current, used by the forecast") if used else _("current")
        found.append(
            EstimateRow(
                source=str(row.by.get_full_name() or row.by.get_username()),
                detail=estimate_detail(row),
                triple=(row.p10_days, row.p50_days, row.p90_days),
                state=state,
                used=used,
                when=row.at,
            )
        )
    highest = max((row.triple[2] for row in found), default=1.0)
    most = nice_end(max(highest, page.actual.person_days if page.actual else 0.0))
    return [with_bar(row, most) for row in found], most


def estimate_detail(row: Estimate) -> str:
    words = [] if row.source == Estimate.Source.TYPED else [row.get_source_display()]
    if row.one_number:
        words.append(_("one number, its spread assumed"))
    return ", ".join(str(word) for word in words)


def with_bar(row: EstimateRow, most: float) -> EstimateRow:
    bar = svg.estimate_bar(*row.triple, most=most, used=row.used)
    return EstimateRow(**{**row.__dict__, "bar": bar})


def actual_bar(page: ItemPage, most: float) -> str:
    """What it took, as a mark on the scale of its ranges."""
    if page.actual is None:
        return ""
    return svg.estimate_bar(*[page.actual.person_days] * 3, most=most)


def nice_end(value: float) -> float:
    """A round end of a scale in four even steps."""
    for unit in (0.5, 1, 2, 3, 5, 10, 15, 20, 25, 50, 100, 200, 500, 1000):
        if value <= unit * 4:
            return unit * 4
    return -(-value // 4000) * 4000


def scale_head(most: float) -> str:
    """The numbers above the bars: quarters of the scale, in person-days."""
    marks = []
    for index in range(4):
        label = formats.amount(most * index / 4)
        marks.append(
            svg.text(label, class_="t-3", x=f"{index * 25}%", y=12, dx=0 if not index else -4)
        )
    marks.append(
        svg.text(f"{formats.amount(most)} d", class_="t-3", x="100%", y=12, text_anchor="end")
    )
    return svg.drawing("".join(marks), height=16)


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
