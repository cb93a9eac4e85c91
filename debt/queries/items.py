"""Reads: which debt a person may see, and what a score and a page need."""

import datetime
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db.models import (
    BooleanField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from debt.maths.ranges import Range
from debt.models import (
    DebtItem,
    DebtScore,
    Finding,
    Interest,
    RuleEffort,
    ScopeSize,
    ScoreModel,
    SharedCost,
    TeamLedger,
)
from roadmaps.models import Estimate, Item, ItemForecast, PlanStatus
from tpm.models import CapacityPolicy, Change, Membership, Product, Team, TeamShare
from tpm.roles import products_visible_to
from tradeoffs.models import Decision, RevisitTrigger

State = DebtItem.State
QUARTER_DAYS = 91
# The scores of one night stand until the next one is surely over.
NIGHT_MISSED = datetime.timedelta(hours=30)


def debt_items_visible_to(user) -> QuerySet[DebtItem]:
    return DebtItem.objects.filter(product__in=products_visible_to(user))


def with_everything(items: QuerySet[DebtItem]) -> QuerySet[DebtItem]:
    """What a page of one item reads besides the row itself."""
    return items.select_related(
        "product", "team", "component", "owner", "reporter", "decision", "item", "latest_score",
        "latest_score__model",
    )  # fmt: skip


def current_model() -> ScoreModel:
    return ScoreModel.objects.order_by("-number")[0]


def working_days_a_month(parameters) -> float:
    """Monday to Friday in an average month."""
    return parameters["month_days"] * 5 / 7


def capacities(
    teams: Iterable[Team], parameters, *, on: datetime.date | None = None
) -> dict[int, float]:
    """Person-days a month of each team: people in it on a day × their share × focus × working days.

    Absences and holidays are left out, so that a score does not change with every day off.
    on: today
    """
    teams = list(teams)
    today = on or timezone.localdate()
    shares: dict[int, float] = defaultdict(float)
    for team_id, share in (
        Membership.objects.filter(team__in=teams, starts_on__lte=today)
        .filter(Q(ends_on=None) | Q(ends_on__gte=today))
        .values_list("team_id", "share")
    ):
        shares[team_id] += share
    month = working_days_a_month(parameters)
    return {team.pk: shares[team.pk] * team.focus_share * month for team in teams}


def newest_interests(items: Iterable[DebtItem]) -> dict[int, dict[str, Interest]]:
    """The declaration that counts, by item and kind."""
    found: dict[int, dict[str, Interest]] = defaultdict(dict)
    rows = Interest.objects.filter(item__in=[item.pk for item in items]).order_by("at", "pk")
    for row in rows:
        found[row.item_id][row.kind] = row
    return found


def is_due(now: datetime.datetime | None = None) -> Q:
    """Whether a ledger is older than the debt, the team, an estimate that a score reads, or a day.

    Touches lose weight and retirement comes nearer while nothing is changed: a night that the
    scheduler slept through is made up for.
    """
    estimated = DebtItem.objects.filter(
        team=OuterRef("team_id"), state__in=DebtItem.DRAGS, principal_p50_days=None,
        item__isnull=False, item__estimates__at__gt=OuterRef("computed_at"),
    )  # fmt: skip
    ends_there = DebtItem.objects.filter(
        component=OuterRef("component"), team=OuterRef(OuterRef("team_id")),
        state__in=DebtItem.DRAGS,
    )  # fmt: skip
    ending = RevisitTrigger.objects.filter(
        Exists(ends_there),  # of few triggers: a team's items are thousands
        kind=RevisitTrigger.Kind.END_OF_LIFE,
        component__isnull=False,
        at__gt=OuterRef("computed_at"),
    )
    return (
        Q(computed_at=None)
        | Q(computed_at__lt=(now or timezone.now()) - NIGHT_MISSED)
        | ~Q(revision=F("computed_revision"))
        | ~Q(team__revision=F("computed_team_revision"))
        | Q(Exists(estimated))
        | Q(Exists(ending))
    )


def ledgers() -> QuerySet[Any]:
    """Ledgers with their team, and whether they are due."""
    return ledgers_by(timezone.now().replace(second=0, microsecond=0)).all()


@lru_cache(maxsize=4)
def ledgers_by(minute: datetime.datetime) -> QuerySet[Any]:
    """The same query, not asked yet: to build it takes a tenth of a page's time, each minute once.

    minute: what was computed a night before it is due
    """
    return TeamLedger.objects.select_related("team").annotate(
        due=ExpressionWrapper(is_due(minute), output_field=BooleanField())
    )


def ledgers_of(product: Product, *, with_shares: bool = True) -> list[Any]:
    """Those of the teams that serve a product today, by name.

    Each with the newest score model's parameters and its debt budget: the same query tells them.
    with_shares: what each item costs, too, which is long where there are thousands
    """
    today = timezone.localdate()
    policy = CapacityPolicy.objects.filter(team=OuterRef("team"), starts_on__lte=today)
    serving = TeamShare.objects.filter(product=product, starts_on__lte=today).filter(
        Q(ends_on=None) | Q(ends_on__gte=today)
    )
    found = ledgers().filter(team__in=serving.values("team")).order_by("team__name")
    if not with_shares:
        found = found.defer("shares")
    return list(
        found.annotate(
            drag_limit=Subquery(policy.order_by("-starts_on").values("drag_limit")[:1]),
            parameters=Subquery(ScoreModel.objects.order_by("-number").values("parameters")[:1]),
        )
    )


def due_ledgers() -> QuerySet[TeamLedger]:
    """Teams whose scores are older than their inputs."""
    return TeamLedger.objects.filter(is_due())


def dragging(team_id: int) -> QuerySet[DebtItem]:
    """Debt that costs a team time, in every product it serves."""
    return DebtItem.objects.filter(team=team_id, state__in=DebtItem.DRAGS).order_by("pk")


def with_noted_costs(items: QuerySet[DebtItem]) -> QuerySet[Any]:
    """Items, each with whether its cost was ever noted with shared hours once, and `moved`:
    whether its state ever changed.
    """
    moves = moves_of_state().filter(subject_id=OuterRef("pk"))
    return items.annotate(
        noted=Exists(SharedCost.objects.filter(item=OuterRef("pk"))), moved=Exists(moves)
    )


def moves_of_state() -> QuerySet[Change]:
    return Change.objects.filter(subject_type="debt.debtitem", fields__has_key="state")


def once_dragging(team_id: int) -> QuerySet[DebtItem]:
    """Debt of a team that was paid or written off, with its last score."""
    return DebtItem.objects.filter(
        team=team_id, state__in=(State.PAID, State.WRITTEN_OFF), latest_score__isnull=False
    ).select_related("latest_score")


def acceptances_run_out() -> QuerySet[DebtItem]:
    return DebtItem.objects.filter(
        state=State.ACCEPTED, accepted_until__lt=timezone.localdate()
    ).select_related("product")


def all_ledgers() -> list[int]:
    """Teams that have debt, or had some."""
    return list(TeamLedger.objects.values_list("team_id", flat=True))


def newest_estimate(field: str) -> Subquery:
    """A column of the newest estimate of the item in the outer row."""
    newest = Estimate.objects.filter(item=OuterRef("item_id")).order_by("-at", "-pk")
    return Subquery(newest.values(field)[:1])


def taken_minutes() -> Coalesce:
    """Minutes that a finding takes: what its tool says, else what its rule takes, else unknown."""
    table = RuleEffort.objects.filter(product=OuterRef("product"), rule=OuterRef("rule"))
    return Coalesce(F("effort_minutes"), Subquery(table.values("minutes")[:1]))


@dataclass(frozen=True)
class Linked:
    """What a score reads of what is linked to an item.

    estimate: pd of the newest estimate of the work that pays it
    effort:   pd that scanners declare for its open findings, and else the table of rules; where
              neither does it is unknown, never 0
    retires_on: the first end of life of its component that a decision of its product names
    slope:    growth a month by its sizes
    """

    estimate: Range | None
    effort: float | None
    retires_on: datetime.date | None
    slope: float | None


def linked_facts(items: Iterable[DebtItem]) -> dict[int, Linked]:
    """In one query."""
    open_findings = Finding.objects.filter(item=OuterRef("pk"), state="open", verdict="")
    known = open_findings.annotate(takes=taken_minutes()).filter(takes__isnull=False)
    effort = known.order_by().values("item").annotate(minutes=Sum("takes"))
    ending = ends_of_life().filter(
        component=OuterRef("component"), decision__product=OuterRef("product")
    )
    sizes = ScopeSize.objects.filter(
        item=OuterRef("pk"), month__gte=month_of(timezone.localdate()) - 2
    )
    rows = (
        DebtItem.objects.filter(pk__in=[item.pk for item in items])
        .order_by()
        .annotate(
            low=newest_estimate("p10_days"),
            mid=newest_estimate("p50_days"),
            high=newest_estimate("p90_days"),
            minutes=Subquery(effort.values("minutes")),
            ends=Subquery(ending.order_by("on_date", "pk").values("on_date")[:1]),
            slope=Subquery(sizes.order_by("-month").values("slope")[:1]),
        )
        .values_list(
            "pk", "low", "mid", "high", "minutes", "product__hours_per_day", "ends", "slope"
        )
    )
    return {
        pk: Linked(
            estimate=None if mid is None else Range(low, mid, high),
            effort=None if minutes is None else minutes / 60 / hours,
            retires_on=ends,
            slope=slope,
        )
        for pk, low, mid, high, minutes, hours, ends, slope in rows
    }


def exposures(items: Iterable[DebtItem]) -> dict[int, float]:
    """Share of the team's estimated work that starts within a quarter and touches the component.

    Work that pays debt is no work that the debt slows: planning it moves no score.
    Items whose team has no forecast, or no estimated work in that time, are left out: unknown.
    """
    items = list(items)
    soon = timezone.localdate() + datetime.timedelta(days=QUARTER_DAYS)
    runs = PlanStatus.objects.filter(product__in={item.product_id for item in items})
    planned = list(
        ItemForecast.objects.filter(
            run__in=runs.values("run"),
            item__state__in=Item.SIMULATED,
            item__team__in={item.team_id for item in items},
            start_p50__lte=soon,
        )
        .exclude(Exists(DebtItem.objects.filter(item=OuterRef("item_id"))))
        .annotate(days=newest_estimate("p50_days"))
        .filter(days__isnull=False)
        .values_list("item_id", "item__team_id", "days")
    )
    totals: dict[int | None, float] = defaultdict(float)
    landing: dict[tuple[int | None, int | None], float] = defaultdict(float)
    work = {item_id: (team_id, days) for item_id, team_id, days in planned}
    for team_id, days in work.values():
        totals[team_id] += days
    touches = Item.components.through.objects.filter(item__in=work)
    for item_id, component_id in touches.values_list("item_id", "component_id"):
        team_id, days = work[item_id]
        landing[team_id, component_id] += days
    return {
        item.pk: round(landing[item.team_id, item.component_id] / totals[item.team_id], 3)
        for item in items
        if item.component_id and totals.get(item.team_id)
    }


def ends_of_life() -> QuerySet[RevisitTrigger]:
    """Days on which components reach their end of life, as accepted decisions name them.

    Once the day is past and somebody said that the decision still holds, the component outlived it.
    """
    outlived = Q(on_date__lte=timezone.localdate(), armed=False)
    return RevisitTrigger.objects.filter(
        kind=RevisitTrigger.Kind.END_OF_LIFE, decision__state=Decision.State.ACCEPTED
    ).exclude(outlived)


def month_of(day: datetime.date) -> int:
    """Months since the year 0."""
    return day.year * 12 + day.month - 1


def sizes_of(items: Iterable[DebtItem]) -> dict[int, list[tuple[int, int]]]:
    """(month, size) of each item's last year, the oldest first."""
    since = month_of(timezone.localdate()) - 12
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for row in ScopeSize.objects.filter(item__in=items, month__gte=since).order_by("month"):
        found[row.item_id].append((row.month, row.size))
    return found


def ending_of(item: DebtItem) -> RevisitTrigger | None:
    """The first end of life of an item's component that a decision of its product names."""
    found = ends_of_life().filter(component=item.component_id, decision__product=item.product_id)
    return found.select_related("decision").order_by("on_date", "pk").first()


def first_open_item(product: Product, *, besides: Item | None = None) -> Item | None:
    """The item at the head of a plan's order."""
    found = Item.objects.filter(product=product, state__in=Item.SIMULATED)
    if besides is not None:
        found = found.exclude(pk=besides.pk)
    return found.order_by("rank", "pk").first()


def planned_whose_work_ended() -> QuerySet[DebtItem]:
    """Planned debt whose work is done, dropped or gone."""
    ended = Q(item=None) | Q(item__state__in=(Item.State.DONE, Item.State.DROPPED))
    return DebtItem.objects.filter(ended, state=State.PLANNED).select_related("item", "product")


def score_models() -> QuerySet[ScoreModel]:
    return ScoreModel.objects.order_by("-number")


def looks_the_same(product: Product, title: str, paths: Iterable[str]) -> DebtItem | None:
    """Open debt with the same file or link, or with most of the same words in its title."""
    found = DebtItem.objects.filter(product=product, state__in=DebtItem.DRAGS)
    paths = list(paths)
    if paths:
        same = found.filter(evidence__text__in=paths).first()
        if same is not None:
            return same
    words = words_of(title)
    for pk, other in found.values_list("pk", "title"):
        if are_alike(words, words_of(other)):
            return found.get(pk=pk)
    return None


FEWEST_WORDS = 2
ALIKE = 0.6
"""The share of the words of two titles that are in both, from which they look the same."""


def are_alike(words: set[str], theirs: set[str]) -> bool:
    return len(words) >= FEWEST_WORDS and len(words & theirs) >= ALIKE * len(words | theirs)


def words_of(text: str) -> set[str]:
    return {word for word in re.findall(r"\w+", text.lower()) if len(word) > 2}


def moved_scores(product: Product, since: datetime.datetime) -> list[tuple[float, DebtScore]]:
    """Newest scores made since an instant, each with the score that stood at that instant."""
    older = DebtScore.objects.filter(
        item=OuterRef("item"), at__lte=since, score__isnull=False
    ).order_by("-at", "-pk")
    rows = (
        DebtScore.objects.filter(
            pk__in=DebtItem.objects.filter(product=product).values("latest_score"),
            at__gt=since,
            score__isnull=False,
        )
        .annotate(before=Subquery(older.values("score")[:1]))
        .filter(before__isnull=False)
        .select_related("item")
    )
    return [(row.before, row) for row in rows]
