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
    Case,
    Count,
    ExpressionWrapper,
    F,
    FloatField,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)  # fmt: skip
from django.db.models.functions import Coalesce
from django.utils import timezone

from debt import ceilings, queries
from debt.models import DebtItem, DebtScore, Evidence, TeamLedger
from debt.ranges import P10_TO_P90_SDS
from tpm.models import Product
from tpm.words import word_of

State, Verdict = DebtItem.State, DebtScore.Verdict

PAGE_ROWS = 100
EXPIRES_WITHIN_DAYS = 60
TREND_WEEKS = 26
GROUPS = (Verdict.GAIN, Verdict.NO_GAIN, Verdict.RISK, Verdict.QUESTION, Verdict.FROZEN)
ORDERS = {
    "net": ("Net benefit per day spent", ("group_rank", "-net", "-chance")),
    "score": ("Score", ("-latest_score__score",)),
    "interest": ("Interest", ("-latest_score__interest_days",)),
    "principal": ("Principal", ("-latest_score__principal_days",)),
    "payback": ("Payback", ("latest_score__payback_months",)),
    "age": ("Age", ("hurts_since",)),
    "title": ("Title", ("title",)),
}
WORSE_DAYS, WORSE_BY = 90, 1.1
"""Getting worse: a month costs a tenth more than it did so many days ago."""
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
    """Every debt item of a product, with its group and order ready for SQL to sort by."""
    return ranked(DebtItem.objects.filter(product=product))


def ranked(items: QuerySet[DebtItem]) -> QuerySet[DebtItem]:
    return items.annotate(
        group_rank=group_rank(),
        net=F("latest_score__npv_per_day"),
        chance=F("latest_score__chance"),
    )


def group_rank() -> Case:
    """The place of an item's verdict among the groups."""
    ranks = [
        When(latest_score__verdict=verdict, then=Value(rank)) for rank, verdict in enumerate(GROUPS)
    ]
    question = GROUPS.index(Verdict.QUESTION)
    return Case(*ranks, default=Value(question), output_field=IntegerField())


def with_past(items: QuerySet[DebtItem], now: datetime.datetime | None = None) -> QuerySet:
    """Items with what a month cost when they were scored last before the day looked back to.

    Only of what was scored since: a score that stood then is its own past.
    """
    since = (now or timezone.now()) - datetime.timedelta(days=WORSE_DAYS)
    past = DebtScore.objects.filter(item=OuterRef("pk"), at__lte=since, interest_days__gt=0)
    newest = Subquery(past.order_by("-at").values("interest_days")[:1])
    return items.annotate(interest_was=Case(When(latest_score__at__gt=since, then=newest)))


def condition_of(view: str, user, today: datetime.date) -> Q:
    """Which rows a saved view holds."""
    drags = Q(state__in=DebtItem.DRAGS)
    soon = today + datetime.timedelta(days=EXPIRES_WITHIN_DAYS)
    return {
        "first": drags,
        "worse": drags & Q(latest_score__interest_days__gt=F("interest_was") * WORSE_BY),
        "mine": drags & Q(owner__user=user),
        "unscored": drags & (Q(latest_score=None) | Q(latest_score__score=None)),
        "expiring": Q(state=State.ACCEPTED) & (Q(accepted_until__lte=soon) | near_its_ceiling()),
        "frozen": drags & Q(latest_score__verdict=Verdict.FROZEN),
        "closed": Q(state__in=DebtItem.CLOSED),
    }[view]


def near_its_ceiling() -> Q:
    """Whether an acceptance has used so much of its ceiling that it may end soon."""
    return Q(latest_score__interest_days__gte=F("accepted_ceiling_days") * ceilings.NEAR)


def matching(product: Product, choice: Choice, user, today: datetime.date) -> QuerySet[DebtItem]:
    """The rows that the address asks for, in its order."""
    items = items_of(product)
    found = with_past(items) if choice.view == "worse" else items
    found = found.filter(condition_of(choice.view, user, today), narrowed(choice))
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


def narrowed(choice: Choice) -> Q:
    """Which rows the filters leave."""
    found = Q()
    if choice.team:
        found &= Q(team__slug=choice.team)
    if choice.component:
        found &= Q(component__key=choice.component)
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


class Figures:
    """All numbers of the register's page besides its rows: one pass over the product's debt.

    counts: how many rows each view holds
    groups: what each group of the rows that the address asks for adds up to, by its rank
    sums:   of `summary`
    """

    def __init__(
        self, product: Product, user, today: datetime.date, choice: Choice | None = None
    ) -> None:
        kept = Q()
        if choice is not None:
            kept = condition_of(choice.view, user, today) & narrowed(choice)
        asked: dict[str, Any] = {
            **{
                f"view_{view}": Count("pk", filter=condition_of(view, user, today))
                for view in VIEWS
            },
            **sums_of(today),
            "kept": Count("pk", filter=kept),
            **{f"kept_{name}": Sum(f"latest_score__{name}", filter=kept) for name in GROUP_SUMS},
        }
        items = DebtItem.objects.filter(product=product).annotate(group_rank=group_rank())
        found = list(with_past(items).order_by().values("group_rank").annotate(**asked))
        self.groups = {
            row["group_rank"]: GroupTotal(
                row["kept"], *(row[f"kept_{name}"] or 0.0 for name in GROUP_SUMS)
            )
            for row in found
        }
        self.sums = {name: sum(row[name] or 0 for row in found) for name in sums_of(today)}
        self.counts = {view: sum(row[f"view_{view}"] for row in found) for view in VIEWS}

    @property
    def rows(self) -> int:
        """How many rows the address asks for."""
        return sum(group.items for group in self.groups.values())


GROUP_SUMS = ("principal_days", "interest_days", "npv_days")


def counts(product: Product, user, today: datetime.date) -> dict[str, int]:
    """How many rows each view holds, in one query."""
    return Figures(product, user, today).counts


def shown(rows: QuerySet[DebtItem]) -> QuerySet:
    """Rows with all that a row shows besides its trend."""
    evidence = Evidence.objects.filter(item=OuterRef("pk")).order_by().values("item")
    pieces = Subquery(evidence.annotate(n=Count("pk")).values("n"))
    # Names alone of what a row points to: four more objects each would take as long as the rest.
    return rows.select_related("latest_score").only(*READ).annotate(
        pieces=Coalesce(pieces, 0),
        component_name=F("component__name"),
        owner_name=F("owner__name"),
        work_key=F("item__key"),
    )  # fmt: skip


READ = (
    "key", "title", "state", "version", "team", "hurts_since", "accepted_until",
    "accepted_trigger", "accepted_ceiling_days",
    *(f"latest_score__{name}" for name in (
        "score", "letter", "verdict", "missing", "inputs", "interest_days", "interest_p10_days",
        "interest_p90_days", "payback_months", "discounted_payback_months", "npv_days",
        "npv_per_day",
    )),
)  # fmt: skip
"""What a row reads of an item and of its score."""


def page_of_rows(rows: QuerySet[DebtItem], number: str | None, *, count: int | None = None) -> Page:
    """One page of rows, as they are shown: sorted by their keys, and read whole only then.

    count: how many rows there are, where it is known already
    """
    paginator = Paginator(rows, PAGE_ROWS)
    if count is not None:
        paginator.__dict__["count"] = count  # a cached property of Django's
    page = paginator.get_page(number)
    shown_now: Any = page.object_list  # a slice of the query, read once it is joined
    these = DebtItem.objects.filter(pk__in=shown_now.values("pk"))
    page.object_list = shown(ranked(these)).order_by(*rows.query.order_by)
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
    interest_sd: float
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
    def share(self) -> float | None:
        """Share of the teams' capacity that this product's debt costs."""
        return self.interest / self.capacity if self.capacity else None


def sums_of(today: datetime.date) -> dict[str, Any]:
    """What the strip adds up, for one query."""
    drags = Q(state__in=DebtItem.DRAGS)
    quarter = datetime.date(today.year, 3 * ((today.month - 1) // 3) + 1, 1)
    gains = drags & Q(latest_score__npv_days__gt=0)
    new = Q(hurts_since__gte=quarter) & ~Q(state=State.NOT_DEBT)
    closed = Q(closed_on__gte=quarter)
    principal, interest = F("latest_score__principal_days"), F("latest_score__interest_days")
    width = F("latest_score__interest_p90_days") - F("latest_score__interest_p10_days")
    square = ExpressionWrapper(width * width, output_field=FloatField())
    sd = F("latest_score__principal_sd_days")
    sd_square = ExpressionWrapper(sd * sd, output_field=FloatField())
    return {
        "items": Count("pk", filter=drags),
        "scored": Count("latest_score__score", filter=drags),
        "sized": Count(principal, filter=drags),
        "priced": Count(interest, filter=drags),
        "teamless": Count("pk", filter=drags & Q(team=None)),
        "principal": Sum(principal, filter=drags),
        "principal_var": Sum(sd_square, filter=drags),
        "interest": Sum(interest, filter=drags),
        "widths": Sum(square, filter=drags),
        "gains": Count("pk", filter=gains),
        "gain_days": Sum("latest_score__npv_days", filter=gains),
        "incurred": Sum(principal, filter=new),
        "paid": Sum(principal, filter=closed & Q(state=State.PAID)),
        "written_off": Sum(principal, filter=closed & Q(state=State.WRITTEN_OFF)),
    }


def summary(product: Product, today: datetime.date) -> Summary:
    """Totals of a product's debt, in two queries."""
    found = DebtItem.objects.filter(product=product).aggregate(**sums_of(today))
    return summary_of(product, found, queries.ledgers_of(product, with_shares=False))


def summary_of(product: Product, total: Mapping[str, Any], ledgers: list[Any]) -> Summary:
    """total: of `sums_of`; ledgers: of `queries.ledgers_of`"""
    together = sum(ledger.product_days.get(str(product.pk), 0.0) for ledger in ledgers)
    done = [ledger.computed_at for ledger in ledgers if ledger.computed_at]
    return Summary(
        items=total["items"],
        scored=total["scored"],
        sized=total["sized"],
        priced=total["priced"],
        teamless=total["teamless"],
        principal=total["principal"] or 0.0,
        principal_sd=math.sqrt(total["principal_var"] or 0.0),
        interest=together,
        interest_sd=math.sqrt(total["widths"] or 0.0) / P10_TO_P90_SDS,
        interest_alone=total["interest"] or 0.0,
        capacity=sum(ledger.capacity_days or 0.0 for ledger in ledgers),
        gains=total["gains"],
        gain_days=total["gain_days"] or 0.0,
        teams=[
            TeamLine(ledger.team.name, ledger, ledger.drag_limit)
            for ledger in ledgers
            if ledger.drag_mean is not None
        ],
        incurred=total["incurred"] or 0.0,
        paid=total["paid"] or 0.0,
        written_off=total["written_off"] or 0.0,
        as_of=min(done) if done else None,
        stale=any(ledger.due for ledger in ledgers),
    )
