"""The roadmap as a board: columns with their sums, and cards written as ready text."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from roadmaps import language, queries
from roadmaps.filters import NO_FILTER, Choices, ItemFilter
from roadmaps.finding import Part
from roadmaps.models import Item
from roadmaps.pages import rows
from roadmaps.pages.list import sums, title_of, words_of_sums
from roadmaps.queries.dates import Freshness, freshness, with_dates
from tpm import formats
from tpm.marks import badge_html, mark_html
from tpm.models import Product
from tpm.roles import can
from tpm.svg import esc
from tpm.words import word_of

CARDS = 30
"""Cards of one column; the rest are one link away."""
COLUMN = {"state": "state", "horizon": "horizon", "objective": "objective"}


@dataclass(frozen=True)
class BoardAddress:
    """One view of the board, as it can be copied and sent."""

    asked: ItemFilter = NO_FILTER
    by: str = "state"
    view: str = ""

    @classmethod
    def read(cls, asked: Mapping[str, str]) -> "BoardAddress":
        by = word_of(asked, "by")
        return cls(
            asked=ItemFilter.read(asked),
            by=by if by in COLUMN else "state",
            view=word_of(asked, "view", 20),
        )

    def words(self) -> dict[str, str]:
        every = (("by", "" if self.by == "state" else self.by), ("view", self.view))
        return {name: value for name, value in every if value}

    def query(self, **changes: Any) -> str:
        now = replace(self, **changes)
        return "?" + urlencode(now.asked.words() | now.words(), safe=":,")


@dataclass(frozen=True)
class Column:
    """value: what a card has that stands here; empty for none"""

    value: str
    title: str
    words: str
    cards: list[SafeString]
    more: int = 0
    more_url: str = ""


class Board:
    """One view of the board of one plan. Each fact is read once, when it is first asked for."""

    def __init__(self, product: Product, address: BoardAddress, user) -> None:
        self.product, self.address, self.user = product, address, user
        self.asked = address.asked
        self.path = reverse("roadmaps:board", args=[product.key])

    @cached_property
    def fresh(self) -> Freshness:
        return freshness(self.product)

    @cached_property
    def choices(self) -> Choices:
        return Choices.of_page(self.product)

    @cached_property
    def base(self) -> QuerySet[Item]:
        return Item.objects.filter(product=self.product)

    @cached_property
    def parts(self) -> list[Part]:
        return self.asked.parts(self.base, self.user, self.choices)

    @cached_property
    def found(self) -> QuerySet[Item]:
        """By state also what is done is seen, as long as no state is asked for."""
        done_too = self.address.by == "state" and not self.asked.asks_state
        items = self.base.exclude(state=Item.State.DROPPED) if done_too else self.base
        return self.asked.apply(items, self.user, self.choices, self.parts, closed=done_too)

    @cached_property
    def sums(self) -> dict[str, tuple[str, int, float | None, Any]]:
        found = sums(self.found, self.address.by, self.fresh)
        return {str(value or ""): told for value, told in found.items()}

    @cached_property
    def count(self) -> int:
        return sum(n for _title, n, _effort, _last in self.sums.values())

    @cached_property
    def names(self) -> list[tuple[str, str]]:
        """(value, title) of every column, in its order; empty ones stand too, to move into."""
        by = self.address.by
        if by == "objective":
            named = [(str(o.pk), o.title) for o in self.choices.objectives]
            shown = [(v, t) for v, t in named if v in self.sums or self.is_open(v)]
            return [*shown, ("", title_of(by, ""))]
        if by == "horizon":
            return [*Item.Horizon.choices, ("", title_of(by, ""))]
        states = [s for s in Item.State if s != Item.State.DROPPED or s in self.sums]
        return [(s.value, str(s.label)) for s in states]

    def is_open(self, objective: str) -> bool:
        return any(str(o.pk) == objective and o.closed_on is None for o in self.choices.objectives)

    @cached_property
    def items(self) -> dict[str, list[Any]]:
        """The first cards of every column."""
        column = COLUMN[self.address.by]
        ends = [F("finished_on").desc(nulls_last=True)] if self.address.by == "state" else []
        numbered = self.found.order_by().annotate(
            at=Window(RowNumber(), partition_by=F(column), order_by=[*ends, "rank", "pk"])
        )
        found = with_dates(queries.with_effort(numbered.filter(at__lte=CARDS)), self.fresh.run)
        cards: dict[str, list[Any]] = {}
        for item in found.select_related("owner").defer("description", "extra").order_by("at"):
            value = getattr(item, f"{column}_id" if column == "objective" else column)
            cards.setdefault(str(value or ""), []).append(item)
        return cards

    @cached_property
    def columns(self) -> list[Column]:
        return [self.column(value, title) for value, title in self.names]

    def column(self, value: str, title: str) -> Column:
        _title, n, effort, last = self.sums.get(value, (title, 0, None, None))
        items = self.items.get(value, [])
        term = language.written("status" if self.address.by == "state" else self.address.by,
                                self.word(value, title))  # fmt: skip
        rest = reverse("roadmaps:item-list", args=[self.product.key])
        return Column(
            value=value,
            title=title,
            words=words_of_sums(n, effort, None if value == Item.State.DONE else last),
            cards=[self.card(item, value) for item in items],
            more=n - len(items),
            more_url=rest + self.asked.adding(term).query(),
        )

    def word(self, value: str, title: str) -> str:
        if not value:
            return "none"
        return title if self.address.by == "objective" else value

    @cached_property
    def may_plan(self) -> bool:
        return can(self.user, "plan", self.product)

    @cached_property
    def words(self) -> rows.Words:
        return rows.Words()

    def card(self, item, value: str) -> SafeString:
        """One card; every text of a person is escaped here."""
        milestone = item.kind == Item.Kind.MILESTONE and item.is_open
        menu = self.menu(item, value) if self.may_plan else ""
        found = rows.verdict_of(item) if item.is_open else None
        said = found.html() if found else ""
        badge = "" if self.address.by == "state" else badge_html(item.state)
        return mark_safe(  # noqa: S308 - escaped here
            f'<li class="card" data-row data-card="{item.key}:{item.version}">'
            f'<span class="top">{mark_html("milestone" if milestone else item.state)}'
            f'<span class="key">{item.key}</span>{badge}<span class="push"></span>{menu}</span>'
            f'<a class="title" href="/i/{item.key}/">{esc(item.title)}</a>'
            f'<span class="bot">{said}<span class="small faint">{esc(self.when(item))}</span>'
            f'<span class="push small faint">{esc(rows.effort_words(item, self.words))}</span>'
            f"{rows.face(item.owner.name) if item.owner else ''}</span></li>"
        )

    def when(self, item) -> str:
        if item.state == Item.State.DONE:
            return _("done %(day)s") % {"day": formats.day(item.finished_on)}
        return f"P85 {formats.day(item.date_p85)}" if item.date_p85 and item.is_open else ""

    def menu(self, item, value: str) -> str:
        """`Move to…`: a button for every other column, in a form of the whole board."""
        said = esc(_("Move %(key)s to…") % {"key": item.key})
        others = "".join(
            f'<button form="move" name="to" value="{item.key}:{item.version}:{esc(v)}">'
            f"{esc(t)}</button>"
            for v, t in self.names
            if v != value
        )
        return (
            f'<details class="drop"><summary class="btn quiet small icon-only" data-move '
            f'aria-label="{said}">{MORE}</summary>'
            f'<div class="pop menu at-end"><p class="small faint">{esc(_("Move to"))}</p>{others}'
            f"</div></details>"
        )


MORE = '<svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><use href="#i-more"/></svg>'
