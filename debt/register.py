"""The register of one product's debt: which rows, in which groups, with which totals."""

import datetime
import json
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import (
    BooleanField,
    Case,
    Count,
    ExpressionWrapper,
    F,
    FloatField,
    IntegerField,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)  # fmt: skip
from django.utils import timezone

from debt import ceilings, listed, queries, standing
from debt.maths import drag
from debt.maths.ranges import P10_TO_P90_SDS
from debt.models import DebtItem, DebtScore, TeamLedger
from tpm.models import Component, Person, Product, Team
from tpm.words import word_of

State, Verdict = DebtItem.State, DebtScore.Verdict

PAGE_ROWS = 100
EXPIRES_WITHIN_DAYS = 60
TREND_WEEKS = 26
GROUPS = (Verdict.GAIN, Verdict.NO_GAIN, Verdict.RISK, Verdict.QUESTION, Verdict.FROZEN)
ORDERS = {
    "net": ("Net benefit per day spent", ("group_rank", "-now_npv_per_day", "-now_chance")),
    "score": ("Score", ("-now_score",)),
    "interest": ("Interest", ("-now_interest_days",)),
    "principal": ("Principal", ("-now_principal_days",)),
    "payback": ("Payback", ("now_payback_months",)),
    "age": ("Age", ("hurts_since",)),
    "title": ("Title", ("title",)),
}
UNSAID_RANK = GROUPS.index(Verdict.QUESTION)
WORSE_BY = 1.1
"""Getting worse: a month costs so many times what it did `standing.WORSE_DAYS` ago."""
VIEWS = ("first", "worse", "mine", "unscored", "expiring", "frozen", "closed")


@dataclass(frozen=True)
class Choice:
    """What the address asks for: one of the views that are always there, an order and filters."""

    view: str = "first"
    order: str = "net"
    team: str = ""
    component: str = ""
    tag: str = ""
    words: str = ""

    @classmethod
    def read(cls, asked: Mapping[str, str]) -> "Choice":
        """Take what is known from a query string; anything else is left at its default.

        `view` names a saved view of somebody; addresses kept from before have the tab there.
        """
        view, order = asked.get("tab") or asked.get("view", ""), asked.get("order", "")
        return cls(
            view=view if view in VIEWS else "first",
            order=order if order in ORDERS else "net",
            team=word_of(asked, "team", 40),
            component=word_of(asked, "component", 60),
            tag=word_of(asked, "tag", 40),
            words=word_of(asked, "q"),
        )

    def query(self) -> str:
        """The same as a query string, for an address and for a saved view."""
        words = {
            "tab": self.view, "order": self.order, "team": self.team,
            "component": self.component, "tag": self.tag, "q": self.words,
        }  # fmt: skip
        return urlencode({name: word for name, word in words.items() if word})


def items_of(product: Product) -> QuerySet[DebtItem]:
    """Every debt item of a product, with its group ready for SQL to sort by."""
    return ranked(DebtItem.objects.filter(product=product))


def ranked(items: QuerySet[DebtItem]) -> QuerySet[DebtItem]:
    return items.annotate(group_rank=group_rank())


def group_rank() -> Case:
    """The place of an item's verdict among the groups."""
    ranks = [When(now_verdict=verdict, then=Value(rank)) for rank, verdict in enumerate(GROUPS)]
    return Case(*ranks, default=Value(UNSAID_RANK), output_field=IntegerField())


def rank_of(verdict: str) -> int:
    """The same of a verdict that was read; what was never scored asks its question."""
    return GROUPS.index(Verdict(verdict)) if verdict else UNSAID_RANK


def condition_of(view: str, user, today: datetime.date) -> Q:
    """Which rows a saved view holds."""
    return Q(state__in=STATES[view]) & within(view, user, today)


STATES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(VIEWS, DebtItem.DRAGS),
    "expiring": (State.ACCEPTED,),
    "closed": DebtItem.CLOSED,
}


def within(view: str, user, today: datetime.date) -> Q:
    """What a view asks of its rows besides their state."""
    soon = today + datetime.timedelta(days=EXPIRES_WITHIN_DAYS)
    if view == "worse":
        # What was scored last before that day is its own past.
        since = timezone.now() - datetime.timedelta(days=standing.WORSE_DAYS)
        return Q(now_at__gt=since, now_interest_days__gt=F("interest_was_days") * WORSE_BY)
    return {
        "mine": Q(owner=the_one(Person.objects.filter(user=user))),
        "unscored": Q(now_score=None),
        "expiring": Q(accepted_until__lte=soon) | near_its_ceiling(),
        "frozen": Q(now_verdict=Verdict.FROZEN),
    }.get(view, Q())


def near_its_ceiling() -> Q:
    """Whether an acceptance has used so much of its ceiling that it may end soon."""
    return Q(now_interest_days__gte=F("accepted_ceiling_days") * ceilings.NEAR)


def matching(product: Product, choice: Choice, user, today: datetime.date) -> QuerySet[DebtItem]:
    """The rows that the address asks for, in its order."""
    found = items_of(product).filter(condition_of(choice.view, user, today), narrowed(choice))
    order = [
        F(name.lstrip("-")).desc(nulls_last=True)
        if name.startswith("-")
        else F(name).asc(nulls_last=True)
        for name in ORDERS[choice.order][1]
    ]
    return found.order_by(*order, "number")


def has_tag(tag: str) -> Q:
    """Whether a tag, in any case, stands among an item's: a quoted word inside the JSON text.

    PostgreSQL keeps letters as they are, SQLite those beyond ASCII as `\\u00f6`, which is another
    text for a small and a capital letter.
    """
    words = (tag,) if tag.isascii() else (tag, tag.lower(), tag.upper(), tag.capitalize())
    texts = (json.dumps(word, ensure_ascii=only) for word in words for only in (False, True))
    found = Q()
    for text in dict.fromkeys(texts):
        found |= Q(tags__icontains=text)
    return found


def the_one(rows: QuerySet) -> Subquery:
    """A row's id, looked up once for the whole query: a join would be made for every row."""
    return Subquery(rows.order_by().values("pk")[:1])


def narrowed(choice: Choice) -> Q:
    """Which rows the filters leave."""
    found = Q()
    if choice.team:
        found &= Q(team=the_one(Team.objects.filter(slug=choice.team)))
    if choice.component:
        found &= Q(component__in=Component.objects.filter(key=choice.component).values("pk"))
    if choice.tag:
        found &= has_tag(choice.tag)
    if choice.words:
        found &= Q(title__icontains=choice.words) | Q(key__iexact=choice.words)
    return found


@dataclass(frozen=True)
class GroupTotal:
    """What one group of the list adds up to, over all its pages."""

    items: int
    principal: float
    interest: float
    net: float

    def and_with(self, row: Mapping[str, Any]) -> "GroupTotal":
        return GroupTotal(
            self.items + row["rows"],
            self.principal + (row["principal"] or 0.0),
            self.interest + (row["interest"] or 0.0),
            self.net + (row["net"] or 0.0),
        )


class Figures:
    """All numbers of the register's page besides its rows: one pass over the product's debt.

    The database counts by state, verdict and whether the address asks for a row, which is a dozen
    rows at most; what holds for some states only is added up here.

    counts: how many rows each view holds
    groups: what each group of the rows that the address asks for adds up to, by its rank
    sums:   of `summary_of`
    """

    def __init__(
        self, product: Product, user, today: datetime.date, choice: Choice | None = None
    ) -> None:
        kept: Any = Value(False)
        if choice is not None:
            asked = condition_of(choice.view, user, today) & narrowed(choice)
            kept = ExpressionWrapper(asked, output_field=BooleanField())
        found: Iterable[Mapping[str, Any]] = (
            DebtItem.objects.filter(product=product)
            .order_by()
            .annotate(kept=kept)
            .values("state", "now_verdict", "kept")
            .annotate(**measures(user, today))
        )
        self.groups = {rank: GroupTotal(0, 0.0, 0.0, 0.0) for rank in range(len(GROUPS))}
        total: dict[str, float] = defaultdict(float)
        for row in found:
            state, verdict = row["state"], row["now_verdict"]
            for name in ADDED[state]:
                total[name] += row[name] or 0
            if state in DebtItem.DRAGS:
                total["items"] += row["rows"]
                total["frozen"] += row["rows"] if verdict == Verdict.FROZEN else 0
            else:
                total["closed"] += row["rows"]
                total[state] += row["closed_days"] or 0.0
            if row["kept"]:
                rank = rank_of(verdict)
                self.groups[rank] = self.groups[rank].and_with(row)
        self.sums = total
        self.counts = {
            **{view: int(total[view]) for view in VIEWS},
            "first": int(total["items"]),
            "unscored": int(total["items"] - total["scored"]),
        }

    @property
    def rows(self) -> int:
        """How many rows the address asks for."""
        return sum(group.items for group in self.groups.values())


def measures(user, today: datetime.date) -> dict[str, Any]:
    """What the database counts and adds up of the items of one state and verdict."""
    quarter = datetime.date(today.year, 3 * ((today.month - 1) // 3) + 1, 1)
    sd = F("now_principal_sd_days")
    gains = Q(now_npv_days__gt=0)
    return {
        "rows": Count("pk"),
        "scored": Count("now_score"),
        "sized": Count("now_principal_days"),
        "priced": Count("now_interest_days"),
        "teamless": Count("pk", filter=Q(team=None)),
        "principal": Sum("now_principal_days"),
        "principal_var": Sum(ExpressionWrapper(sd * sd, output_field=FloatField())),
        "interest": Sum("now_interest_days"),
        "net": Sum("now_npv_days"),
        "gains": Count("pk", filter=gains),
        "gain_days": Sum("now_npv_days", filter=gains),
        "incurred": Sum("now_principal_days", filter=Q(hurts_since__gte=quarter)),
        "closed_days": Sum("now_principal_days", filter=Q(closed_on__gte=quarter)),
        **{
            view: Count("pk", filter=within(view, user, today))
            for view in ("worse", "mine", "expiring")
        },
    }


DRAGGING = (
    "scored", "sized", "priced", "teamless", "principal", "principal_var", "interest",
    "gains", "gain_days", "incurred", "worse", "mine",
)  # fmt: skip
ADDED: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(DebtItem.DRAGS, DRAGGING),
    State.ACCEPTED: (*DRAGGING, "expiring"),
    State.PAID: ("incurred",),
    State.WRITTEN_OFF: ("incurred",),
    State.NOT_DEBT: (),
}
"""What the strip and the views add up of the items of a state; not debt was never incurred."""


def counts(product: Product, user, today: datetime.date) -> dict[str, int]:
    """How many rows each view holds, in one query."""
    return Figures(product, user, today).counts


def page_of_rows(rows: QuerySet[DebtItem], number: str | None, *, count: int | None = None) -> Page:
    """One page of rows, as they are shown: sorted by their keys, and read whole only then.

    count: how many rows there are, where it is known already
    """
    paginator = Paginator(rows, PAGE_ROWS)
    if count is not None:
        paginator.__dict__["count"] = count  # a cached property of Django's
    page: Any = paginator.get_page(number)
    # A slice of the query, read only as a part of the next one.
    these = ranked(DebtItem.objects.filter(pk__in=page.object_list.values("pk")))
    page.object_list = listed.read(these.order_by(*rows.query.order_by))
    return page


def trends(items: Iterable[DebtItem], now: datetime.datetime) -> dict[int, list[float | None]]:
    """Interest by week over six months: the value known at the end of each week."""
    since = now - datetime.timedelta(weeks=TREND_WEEKS)
    rows = (
        DebtScore.objects.filter(item__in=[item.pk for item in items], interest_days__isnull=False)
        .order_by("at", "pk")
        .values_list("item_id", "at", "interest_days")
    )
    found: dict[int, list[float | None]] = defaultdict(lambda: [None] * (TREND_WEEKS + 1))
    for item_id, at, days in rows:
        week = max(0, math.ceil((at - since) / datetime.timedelta(weeks=1)))
        for later in range(min(week, TREND_WEEKS), TREND_WEEKS + 1):
            found[item_id][later] = days
    return dict(found)


@dataclass(frozen=True)
class TeamLine:
    """One team's drag in the summary."""

    name: str
    ledger: TeamLedger
    limit: float | None = None
    """Its debt budget: the highest drag that its policy allows."""


@dataclass(frozen=True)
class Summary:
    """The strip above the list."""

    items: int
    scored: int
    sized: int
    """Of the items, those whose principal is known."""
    priced: int
    """Of the items, those whose interest is known."""
    teamless: int
    """Of the items, those of which nobody has said which team loses the time."""
    principal: float
    principal_sd: float
    interest: float
    interest_p10: float
    interest_p90: float
    interest_alone: float
    capacity: float
    gains: int
    gain_days: float
    teams: list[TeamLine]
    incurred: float
    paid: float
    written_off: float
    as_of: datetime.datetime | None
    stale: bool

    @property
    def interest_sd(self) -> float:
        return (self.interest_p90 - self.interest_p10) / P10_TO_P90_SDS

    @property
    def share(self) -> float | None:
        """Share of the teams' capacity that this product's debt costs."""
        return self.interest / self.capacity if self.capacity else None


def part_of(ledger: TeamLedger, product: Product) -> tuple[float, float, float]:
    """What a product's debt costs a team: (P10, mean, P90) in days a month, cut like its drag."""
    mean = ledger.product_days.get(str(product.pk), 0.0)
    if not ledger.drag_mean:
        return mean, mean, mean
    each = mean / ledger.drag_mean
    return (ledger.drag_p10 or 0.0) * each, mean, (ledger.drag_p90 or 0.0) * each


def summary(product: Product, today: datetime.date) -> Summary:
    """Totals of a product's debt, in two queries."""
    found = Figures(product, None, today)
    return summary_of(product, found.sums, queries.ledgers_of(product, with_shares=False))


def summary_of(product: Product, total: Mapping[str, float], ledgers: list[Any]) -> Summary:
    """total: `Figures.sums`; ledgers: of `queries.ledgers_of`"""
    parts = [part_of(ledger, product) for ledger in ledgers]
    together = sum(mean for _low, mean, _high in parts)
    low, high = drag.together(parts)
    done = [ledger.computed_at for ledger in ledgers if ledger.computed_at]
    return Summary(
        items=int(total["items"]),
        scored=int(total["scored"]),
        sized=int(total["sized"]),
        priced=int(total["priced"]),
        teamless=int(total["teamless"]),
        principal=total["principal"],
        principal_sd=math.sqrt(total["principal_var"]),
        interest=together,
        interest_p10=low,
        interest_p90=high,
        interest_alone=total["interest"],
        capacity=sum(ledger.capacity_days or 0.0 for ledger in ledgers),
        gains=int(total["gains"]),
        gain_days=total["gain_days"],
        teams=[
            TeamLine(ledger.team.name, ledger, ledger.drag_limit)
            for ledger in ledgers
            if ledger.drag_mean is not None
        ],
        incurred=total["incurred"],
        paid=total["paid"],
        written_off=total["written_off"],
        as_of=min(done) if done else None,
        stale=any(ledger.due for ledger in ledgers),
    )
