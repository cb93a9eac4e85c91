"""What one page of the roadmap list shows: columns, groups with sums, and the rows between."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, Max, Model, QuerySet, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from roadmaps import language, queries
from roadmaps.filters import NO_FILTER, Choices, ItemFilter
from roadmaps.finding import Part
from roadmaps.models import Item, Objective
from roadmaps.pages import rows
from roadmaps.pages.item_table import places
from roadmaps.queries.dates import Freshness, freshness, with_dates, without_estimate
from roadmaps.queries.items import with_range
from tpm import formats
from tpm.models import Person, Product, Team
from tpm.roles import can
from tpm.words import word_of

PAGE_ROWS = 100
# The word of a column, its label and its class.
COLUMNS: dict[str, tuple[Any, str]] = {
    "key": (gettext_lazy("Key"), "k"),
    "title": (gettext_lazy("Title"), ""),
    "state": (gettext_lazy("State"), "s"),
    "kind": (gettext_lazy("Kind"), "kd"),
    "team": (gettext_lazy("Team"), "tm"),
    "objective": (gettext_lazy("Objective"), "ob"),
    "horizon": (gettext_lazy("Horizon"), "hz"),
    "owner": (gettext_lazy("Owner"), "ow"),
    "effort": (gettext_lazy("Effort"), "n ef"),
    "finish": (gettext_lazy("Finish"), "fi"),
    "target": (gettext_lazy("Target"), "tg"),
    "chance": (gettext_lazy("Chance"), "n ch"),
    "rank": (gettext_lazy("Rank"), "n rk"),
    "score": (gettext_lazy("Score"), "n scr"),
    "cost": (gettext_lazy("Cost of a week"), "n cst"),
}
GROUPS: dict[str, tuple[str, str]] = {
    "team": ("team", "team__name"),
    "objective": ("objective", "objective__title"),
    "state": ("state", "state"),
    "horizon": ("horizon", "horizon"),
    "kind": ("kind", "kind"),
    "owner": ("owner", "owner__name"),
}
"""What rows are grouped by: the column, and the one of its name."""


@dataclass(frozen=True)
class ListAddress:
    """One view of the list, as it can be copied and sent."""

    asked: ItemFilter = NO_FILTER
    cols: tuple[str, ...] = ()
    """Columns behind the title; the usual ones where none are named."""
    group: str = ""
    view: str = ""
    """The saved view that this began as; `none` keeps a default view away."""

    @classmethod
    def read(cls, asked: Any) -> "ListAddress":
        """What a query string says; words that mean nothing here are left out."""
        named = asked.getlist("cols") if hasattr(asked, "getlist") else [asked.get("cols", "")]
        wanted = {word for part in named for word in part.split(",")}
        cols = tuple(name for name in rows.CELLS if name in wanted)
        group = word_of(asked, "group")
        return cls(
            asked=ItemFilter.read(asked),
            cols=() if cols == rows.DEFAULT_COLUMNS else cols,
            group=group if group in GROUPS else "",
            view=word_of(asked, "view", 20),
        )

    def words(self) -> dict[str, str]:
        """The words beside the filter, those that say nothing left out."""
        every = (("cols", ",".join(self.cols)), ("group", self.group), ("view", self.view))
        return {name: value for name, value in every if value}

    def query(self, **changes: Any) -> str:
        """The query string with some words changed: `?group=team`, or `?` where all is plain."""
        now = replace(self, **changes)
        return "?" + urlencode(now.asked.words() | now.words(), safe=":,")

    def sorted_by(self, sort: str) -> str:
        return self.query(asked=replace(self.asked, sort=sort))


class ListPage:
    """One view of the list of one plan. Each fact is read once, when it is first asked for."""

    def __init__(self, request, product: Product, address: ListAddress) -> None:
        self.request, self.product, self.address = request, product, address
        self.user = request.user
        self.asked = address.asked
        self.path = reverse("roadmaps:item-list", args=[product.key])

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
    def bare(self) -> QuerySet[Item]:
        """The matching items without the dates and ranges that only the rows need."""
        return self.asked.apply(self.base, self.user, self.choices, self.parts)

    @cached_property
    def facts(self) -> dict[str, int]:
        """How many items the plan has, how many of them are open, and ideas."""
        # By state, which an index holds: no row is looked at.
        states = dict(self.base.order_by().values_list("state").annotate(n=Count("*")))
        return {
            "every": sum(states.values()),
            "open": sum(states.get(state, 0) for state in Item.OPEN),
            "ideas": states.get(Item.State.IDEA, 0),
        }

    @property
    def every(self) -> int:
        return self.facts["every"]

    @cached_property
    def guesses(self) -> int:
        """Planned items without an estimate; the forecast has counted them where it is fresh."""
        if self.fresh.run is not None and not self.fresh.stale:
            return self.fresh.run.without_estimate
        return without_estimate(self.base.filter(state__in=Item.SIMULATED)).count()

    @property
    def count(self) -> int:
        return self.page.paginator.count

    @property
    def plain(self) -> bool:
        """Every open item by rank: an index has them in order, and the plan knows how many."""
        narrowed = self.asked.narrows or self.address.group
        return not narrowed and self.asked.sort in ("", "rank")

    def full(self, items: QuerySet[Any]) -> QuerySet[Any]:
        """Items with everything that a row shows."""
        return with_dates(queries.with_effort(queries.with_further_names(items)), self.fresh.run)

    @cached_property
    def page(self) -> Page:
        if self.plain:
            pages: Paginator = Paginator(self.bare.order_by("rank", "pk"), PAGE_ROWS)
            pages.count = self.facts["open"]
        else:
            # Found and ordered once: the keys alone say how many there are and which to show.
            computed = self.asked.sort.removeprefix("-") in COMPUTED
            found = self.full(self.bare) if computed else self.bare
            ordered = self.asked.order(found, first=self.address.group)
            pages = Paginator(list(ordered.values_list("pk", flat=True)), PAGE_ROWS)
        return pages.get_page(self.request.GET.get("page"))

    @cached_property
    def items(self) -> list[Any]:
        shown: Any = self.page.object_list
        read: tuple[str, ...] = READ
        full = self.full(shown if self.plain else self.base.filter(pk__in=shown))
        if set(rows.RANKED) & set(self.columns):
            full, read = full.select_related("priority"), (*READ, *READ_RANKED)
        found = list(full.only(*read))
        if not self.plain:
            known = {item.pk: item for item in found}
            found = [known[pk] for pk in shown if pk in known]
        self.relate(found)
        open_checks = queries.blocking_counts([item.pk for item in found], timezone.localdate())
        for item in found:
            item.open_checks = open_checks.get(item.pk, 0)
            item.beside = queries.further_names(item.further)
        if "rank" in self.columns:
            self.number(found)
        return found

    def relate(self, items: list[Any]) -> None:
        """Give rows the team, objective and owner that they name.

        The menus of the filter have read nearly all of them; a row may also name somebody who has
        left the product.
        """
        for name, model in RELATED.items():
            known = {each.pk: each for each in getattr(self.choices, f"{name}s")}
            named = {getattr(item, f"{name}_id") for item in items} - {None}
            if gone := named - known.keys():
                known |= model._default_manager.in_bulk(gone)
            for item in items:
                pk = getattr(item, f"{name}_id")
                if pk is not None:
                    setattr(item, name, known[pk])

    def number(self, items: list[Any]) -> None:
        """Give rows their place in the order of the plan, where they have one."""
        if self.plain:
            for place, item in enumerate(items, start=self.page.start_index()):
                item.place = place
            return
        found = places(self.product, [item.pk for item in items if item.is_open])
        for item in items:
            item.place = found.get(item.pk)

    @property
    def columns(self) -> tuple[str, ...]:
        return self.address.cols or rows.DEFAULT_COLUMNS

    @cached_property
    def sheet(self) -> rows.Sheet:
        fresh = self.fresh
        return rows.Sheet.over(
            self.items,
            start=fresh.run.as_of if fresh.run else timezone.localdate(),
            may_estimate=can(self.user, "estimate", self.product),
            may_plan=can(self.user, "plan", self.product),
            back=self.request.get_full_path(),
            waiting=_("could not be computed") if fresh.stale and fresh.failure else "",
            columns=self.columns,
        )

    @cached_property
    def heads(self) -> list[dict]:
        """Each column with the address that sorts by it, the other way when it does already."""
        now = self.asked.sort or "rank"
        found = []
        for name in ("key", "title", *self.columns):
            label, class_ = COLUMNS[name]
            to = f"-{name}" if now == name else name
            # The order without a word in the address is by rank.
            url = self.path + self.address.sorted_by("" if to == "rank" else to)
            way = "ascending" if now == name else "descending" if now == f"-{name}" else ""
            found.append({"label": label, "url": url, "sorted": way, "class_": class_})
        return found

    @cached_property
    def bodies(self) -> list[list[SafeString]]:
        """The rows of the page, in one list for each group."""
        if not self.address.group:
            return [[rows.row_html(item, self.sheet) for item in self.items]] if self.items else []
        column = GROUPS[self.address.group][0]
        width = len(self.columns) + 2 + self.sheet.may_plan
        found: list[list[SafeString]] = []
        last: Any = object()
        for item in self.items:
            value = (
                getattr(item, f"{column}_id", None) if column in RELATED else getattr(item, column)
            )
            if value != last:
                last = value
                group = self.groups[value]
                found.append([rows.group_html(group.title, group.words, width, group.url)])
            found[-1].append(rows.row_html(item, self.sheet))
        return found

    @cached_property
    def groups(self) -> dict[Any, "Group"]:
        found = sums(self.bare, self.address.group, self.fresh)
        return {
            value: Group(title, words_of_sums(n, effort, last), self.group_url(value, title))
            for value, (title, n, effort, last) in found.items()
        }

    def group_url(self, value: Any, title: str) -> str:
        """The list of one group alone."""
        name = self.address.group
        word = title if name in language.NAMED else str(value)
        term = language.written("status" if name == "state" else name, word if value else "none")
        return self.path + self.address.query(asked=self.asked.adding(term), group="")


COMPUTED = ("effort", "finish", "chance")
"""Columns that only the joined ranges and dates can order by."""
RELATED: dict[str, type[Model]] = {"team": Team, "objective": Objective, "owner": Person}
READ = (
    "key", "title", "version", "state", "kind", "horizon", "target_date", "started_on",
    "finished_on", "team_days", "team", "objective", "owner",
)  # fmt: skip
"""What a row shows of an item, and what it names."""
READ_RANKED = ("priority__score_p50", "priority__week")


@dataclass(frozen=True)
class Group:
    title: str
    words: str
    url: str


def sums(
    items: QuerySet[Item], by: str, fresh: Freshness
) -> dict[Any, tuple[str, int, float | None, Any]]:
    """Value of the column -> (its name, items, person-days at P50, latest P85)."""
    column, name = GROUPS[by]
    found = with_dates(with_range(items), fresh.run).order_by()
    told = found.values(column, name).annotate(
        n=Count("pk"), effort=Sum("p50_days"), last=Max(F("dated__p85"))
    )
    return {
        value: (title_of(by, named), n, effort, last)
        for value, named, n, effort, last in told.values_list(column, name, "n", "effort", "last")
    }


def title_of(by: str, named: str | None) -> str:
    """The name of a group as a person reads it."""
    if not named:
        words = {
            "team": _("No team"), "objective": _("No objective"), "owner": _("Nobody"),
            "horizon": _("No horizon"),
        }  # fmt: skip
        return words[by]
    labels = {"state": Item.State, "horizon": Item.Horizon, "kind": Item.Kind}
    return str(labels[by](named).label) if by in labels else named


def words_of_sums(n: int, effort: float | None, last) -> str:
    """`14 items, 231 d, P85 9 Apr`."""
    parts = [ngettext("%(n)s item", "%(n)s items", n) % {"n": formats.number(n)}]
    if effort:
        parts.append(formats.days(effort))
    if last:
        parts.append(f"P85 {formats.day(last)}")
    return ", ".join(parts)


def count_words(shown: int, asked: ItemFilter, facts: dict[str, int]) -> str:
    """How many rows of how many; of all open ones also how many are ideas, without dates."""
    ideas = facts["ideas"]
    numbers = {"shown": formats.number(shown), "every": formats.number(facts["every"])}
    if asked.narrows:
        return _("%(shown)s of %(every)s items") % numbers
    words = _("%(shown)s open of %(every)s items") % numbers
    if not ideas:
        return words
    of_them = ngettext("%(n)s of them an idea", "%(n)s of them ideas", ideas) % {"n": ideas}
    return f"{words}, {of_them}"
