"""The register of one product's debt: which rows, in which groups, with which totals."""

import datetime
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
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
from django.utils import timezone

from debt import ceilings, queries
from debt.models import DebtItem, DebtScore, TeamLedger
from debt.ranges import P10_TO_P90_SDS
from tpm import policies
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
    ranks = [
        When(latest_score__verdict=verdict, then=Value(rank)) for rank, verdict in enumerate(GROUPS)
    ]
    question = GROUPS.index(Verdict.QUESTION)
    return with_past(DebtItem.objects.filter(product=product)).annotate(
        group_rank=Case(*ranks, default=Value(question), output_field=IntegerField()),
        net=F("latest_score__npv_per_day"),
        chance=F("latest_score__chance"),
    )


def with_past(items: QuerySet[DebtItem], now: datetime.datetime | None = None) -> QuerySet:
    """Items with what a month cost when they were scored last before the day looked back to."""
    since = (now or timezone.now()) - datetime.timedelta(days=WORSE_DAYS)
    past = DebtScore.objects.filter(item=OuterRef("pk"), at__lte=since, interest_days__gt=0)
    return items.annotate(
        interest_was=Subquery(past.order_by("-at", "-pk").values("interest_days")[:1])
    )


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


def counts(product: Product, user, today: datetime.date) -> dict[str, int]:
    """How many rows each saved view holds, in one query."""
    asked = {
        view: Count("pk", filter=condition_of(view, user, today), distinct=True) for view in VIEWS
    }
    return with_past(DebtItem.objects.filter(product=product)).aggregate(**asked)


def matching(product: Product, choice: Choice, user, today: datetime.date) -> QuerySet[DebtItem]:
    """The rows that the address asks for, in its order."""
    found = items_of(product).filter(condition_of(choice.view, user, today))
    if choice.team:
        found = found.filter(team__slug=choice.team)
    if choice.component:
        found = found.filter(component__key=choice.component)
    if choice.tag:
        # A quoted word inside the JSON text: the same on both databases.
        found = found.filter(tags__icontains=f'"{choice.tag}"')
    if choice.words:
        found = found.filter(Q(title__icontains=choice.words) | Q(key__iexact=choice.words))
    order = [
        F(name.lstrip("-")).desc(nulls_last=True)
        if name.startswith("-")
        else F(name).asc(nulls_last=True)
        for name in ORDERS[choice.order][1]
    ]
    return found.order_by(*order, "number")


@dataclass(frozen=True)
class GroupTotal:
    """What one group of the list adds up to, over all its pages."""

    items: int
    principal: float
    interest: float
    net: float


def group_totals(rows: QuerySet) -> dict[int, GroupTotal]:
    """Totals by group rank, in one query."""
    found = (
        rows.order_by()
        .values("group_rank")
        .annotate(
            items=Count("pk"),
            fix=Sum("latest_score__principal_days"),
            cost=Sum("latest_score__interest_days"),
            gain=Sum("latest_score__npv_days"),
        )
    )
    return {
        row["group_rank"]: GroupTotal(
            row["items"], row["fix"] or 0.0, row["cost"] or 0.0, row["gain"] or 0.0
        )
        for row in found
    }


def shown(rows: QuerySet[DebtItem]) -> QuerySet:
    """Rows with all that a row shows besides its trend."""
    joined = rows.select_related("team", "component", "owner", "item", "latest_score")
    return joined.annotate(pieces=Count("evidence"))


def page_of_rows(rows: QuerySet[DebtItem], number: str | None, *, count: int | None = None) -> Page:
    """One page of rows, as they are shown.

    count: how many rows there are, where it is known already
    """
    paginator = Paginator(shown(rows), PAGE_ROWS)
    if count is not None:
        paginator.__dict__["count"] = count  # a cached property of Django's
    return paginator.get_page(number)


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


def summary(product: Product, today: datetime.date) -> Summary:
    """Totals of a product's debt, in three queries."""
    rows = DebtItem.objects.filter(product=product)
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
    total = rows.aggregate(
        items=Count("pk", filter=drags),
        scored=Count("latest_score__score", filter=drags),
        principal=Sum(principal, filter=drags),
        principal_var=Sum(sd_square, filter=drags),
        interest=Sum(interest, filter=drags),
        widths=Sum(square, filter=drags),
        gains=Count("pk", filter=gains),
        gain_days=Sum("latest_score__npv_days", filter=gains),
        incurred=Sum(principal, filter=new),
        paid=Sum(principal, filter=closed & Q(state=State.PAID)),
        written_off=Sum(principal, filter=closed & Q(state=State.WRITTEN_OFF)),
    )
    ledgers = queries.ledgers_of(product)
    together = sum(
        shares[0] * (ledger.capacity_days or 0.0)
        for ledger in ledgers
        for shares in ledger.shares.values()
        if shares[2] == product.pk
    )
    limits = policies.limits_of_drag((ledger.team_id for ledger in ledgers), today)
    done = [ledger.computed_at for ledger in ledgers if ledger.computed_at]
    return Summary(
        items=total["items"],
        scored=total["scored"],
        principal=total["principal"] or 0.0,
        principal_sd=math.sqrt(total["principal_var"] or 0.0),
        interest=together,
        interest_sd=math.sqrt(total["widths"] or 0.0) / P10_TO_P90_SDS,
        interest_alone=total["interest"] or 0.0,
        capacity=sum(ledger.capacity_days or 0.0 for ledger in ledgers),
        gains=total["gains"],
        gain_days=total["gain_days"] or 0.0,
        teams=[
            TeamLine(ledger.team.name, ledger, limits.get(ledger.team_id))
            for ledger in ledgers
            if ledger.drag_mean is not None
        ],
        incurred=total["incurred"] or 0.0,
        paid=total["paid"] or 0.0,
        written_off=total["written_off"] or 0.0,
        as_of=min(done) if done else None,
        stale=any(ledger.due for ledger in ledgers),
    )
