"""Who said what of an item's effort, when, how far apart that lies, and what it took."""

import datetime
from dataclasses import dataclass, replace

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from roadmaps.forecasting.agreement import Agreement, agreement
from roadmaps.forecasting.ranges import Triple
from roadmaps.models import Estimate, Item, LearnedEstimate
from roadmaps.pages.item import ItemPage
from roadmaps.queries import with_effort
from tpm import formats, svg

STRETCH = 3.0
"""How many times the high end that counts the scale may reach for what others say."""


@dataclass(frozen=True)
class EstimateRow:
    """One range of the item. used: whether the forecast simulates it."""

    source: str
    detail: str | SafeString
    triple: tuple[float, float, float]
    state: str
    used: bool
    when: datetime.datetime | None = None
    bar: str = ""
    one_number: bool = False

    @property
    def text(self) -> str:
        if self.one_number:
            return formats.days(self.triple[1])
        return formats.day_range(*self.triple)


@dataclass(frozen=True)
class EstimateTable:
    """The ranges of an item. now: those that somebody stands by; earlier: what they replaced."""

    now: list[EstimateRow]
    earlier: list[EstimateRow]
    most: float
    says: list[str]
    far: bool


def lesson_words(lesson: LearnedEstimate, product_id: int) -> SafeString:
    """What a learned range was learned from, the items most like it with what they took."""
    words = ngettext("from %(n)s finished item", "from %(n)s finished items", lesson.based_on) % {
        "n": formats.number(lesson.based_on)
    }
    like = with_effort(Item.objects.filter(product=product_id, key__in=lesson.most_like))
    by_key = {item.key: item for item in like}
    rows = [by_key[key] for key in lesson.most_like if key in by_key]
    if not rows:
        return format_html("{}", words)
    links = format_html_join(
        ", ",
        '<a href="{}">{} {}</a> ({})',
        ((row.get_absolute_url(), row.key, row.title, typed_and_took(row)) for row in rows),
    )
    return format_html("{}; {} {}", words, _("closest:"), links)


def typed_and_took(item) -> str:
    """What was typed for a finished item, and what it took."""
    return _("typed %(typed)s, took %(took)s") % {
        "typed": formats.amount(item.p50_days), "took": formats.amount(item.took_days)
    }  # fmt: skip


def newest_of_each(typed: list[Estimate]) -> list[Estimate]:
    """The newest range of each person, newest first: what each stands by now.

    What a file brought counts for nobody: its author is whoever uploaded it.
    """
    found: dict[object, Estimate] = {}
    for row in sorted(typed, key=lambda row: (row.at, row.pk), reverse=True):
        found.setdefault(row.by_id if row.source == Estimate.Source.TYPED else "file", row)
    return list(found.values())


def estimate_table(page: ItemPage) -> EstimateTable:
    """Ranges of the item, the one that the forecast uses first, with how far apart they lie."""
    basis = page.dates.basis if page.dates else ""
    standing = {row.pk for row in newest_of_each(page.typed)}
    found: list[EstimateRow] = []
    earlier: list[EstimateRow] = []
    if page.learned:
        lesson = page.learned
        found.append(
            EstimateRow(
                source=_("History says"),
                detail=lesson_words(lesson, page.item.product_id),
                triple=(lesson.p10_days, lesson.p50_days, lesson.p90_days),
                state=_("used by the forecast") if basis == "learned" else _("as learned"),
                used=basis == "learned",
            )
        )  # fmt: skip
    for index, row in enumerate(page.typed):
        used = index == 0 and basis == "typed"
        state = _("what they say now") if row.pk in standing else _("superseded")
        if index == 0:
            state = _("current, used by the forecast") if used else _("current")
        (found if row.pk in standing else earlier).append(
            EstimateRow(
                source=str(row.by.get_full_name() or row.by.get_username()),
                detail=estimate_detail(row, learned=page.learned is not None and index == 0),
                triple=(row.p10_days, row.p50_days, row.p90_days),
                state=state,
                used=used,
                when=row.at,
                one_number=row.one_number,
            )
        )
    # What is superseded does not stretch the scale, and what others say does so in bounds: one
    # slip of the keys would spoil it.
    leading = max((row.triple[2] for row in found[: 1 + bool(page.learned)]), default=1.0)
    highest = min(max((row.triple[2] for row in found), default=1.0), leading * STRETCH)
    most = nice_end(max(highest, took_of(page)))
    spread = spread_of(page.typed)
    return EstimateTable(
        now=[with_bar(row, most) for row in found],
        earlier=[with_bar(row, most) for row in earlier],
        most=most,
        says=spread_words(spread) if spread else [],
        far=spread is not None and spread.far,
    )


def spread_of(typed: list[Estimate]) -> Agreement | None:
    """How far the newest ranges of several people lie apart; None where one alone typed any.

    A number alone has a likely value, and no range that could meet another.
    """
    rows = [row for row in newest_of_each(typed) if row.source == Estimate.Source.TYPED]
    return agreement([Triple(row.p10_days, row.p50_days, row.p90_days) for row in rows])


def spread_words(spread: Agreement) -> list[str]:
    """The same in sentences that name nobody: who is right is not known, and no matter."""
    said = {
        "n": spread.n, "low": formats.amount(spread.lowest), "high": formats.days(spread.highest),
    }  # fmt: skip
    if spread.apart < 1.05:
        words = [_("%(n)s people agree on what is likely: %(high)s.") % said]
    else:
        said["times"] = formats.number(spread.apart, 1)
        words = [_("%(n)s people: likely %(low)s to %(high)s, %(times)s times apart.") % said]
    if spread.shared is None:
        words.append(_("Their ranges do not all meet: they may have different work in mind."))
    else:
        low, high = (formats.amount(day) for day in spread.shared)
        meet = _("All their ranges hold %(low)s to %(high)s d.")
        words.append(
            (meet if low != high else _("All their ranges hold %(high)s d."))
            % {"low": low, "high": high}
        )
    if spread.widest / spread.narrowest >= 1.5:
        wide = _("The widest reaches %(wide)s times its low end, the narrowest %(narrow)s.")
        words.append(
            wide
            % {
                "wide": formats.number(spread.widest, 1),
                "narrow": formats.number(spread.narrowest, 1),
            }
        )
    if spread.far:
        words.append(_("Talk before one of them is relied on."))
    return words


def estimate_detail(row: Estimate, *, learned: bool) -> str:
    words = [] if row.source == Estimate.Source.TYPED else [row.get_source_display()]
    if row.one_number:
        spread = _("its spread is learned") if learned else _("its spread is assumed")
        words.append(_("no range given, %(spread)s") % {"spread": spread})
    return ", ".join(str(word) for word in words)


def with_bar(row: EstimateRow, most: float) -> EstimateRow:
    bar = svg.estimate_bar(*row.triple, most=most, used=row.used)
    return replace(row, bar=bar)


def actual_bar(page: ItemPage, most: float) -> str:
    """What it took, as a mark on the scale of its ranges."""
    if page.actual is None:
        return ""
    return svg.estimate_bar(*[took_of(page)] * 3, most=most)


def took_of(page: ItemPage) -> float:
    """Person-days that it took; 0 where that is not known."""
    return (page.actual.person_days if page.actual else None) or 0.0


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
