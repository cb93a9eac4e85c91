"""Reads: which debt a person may see, and what a score and a page need."""

import datetime
import re
from collections import defaultdict
from collections.abc import Iterable
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
from django.utils import timezone

from debt.models import DebtItem, DebtScore, Finding, Interest, ScoreModel, TeamLedger
from debt.ranges import Range
from roadmaps.models import Estimate, Item, ItemForecast, PlanStatus
from tpm.models import Membership, Product, Team, TeamShare
from tpm.roles import products_visible_to

State = DebtItem.State
QUARTER_DAYS = 91


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


def capacities(teams: Iterable[Team], parameters) -> dict[int, float]:
    """Person-days a month of each team: people in it today × their share × focus × working days.

    Absences and holidays are left out, so that a score does not change with every day off.
    """
    teams = list(teams)
    today = timezone.localdate()
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


def is_due() -> Q:
    """Whether a ledger is older than the debt, the team, or an estimate that a score reads."""
    paying = DebtItem.objects.filter(
        team=OuterRef(OuterRef("team_id")), state__in=DebtItem.DRAGS, principal_p50_days=None
    )
    estimated = Estimate.objects.filter(
        item__in=paying.values("item"), at__gt=OuterRef("computed_at")
    )
    return (
        Q(computed_at=None)
        | ~Q(revision=F("computed_revision"))
        | ~Q(team__revision=F("computed_team_revision"))
        | Q(Exists(estimated))
    )


def ledgers() -> QuerySet[Any]:
    """Ledgers with their team, and whether they are due."""
    return TeamLedger.objects.select_related("team").annotate(
        due=ExpressionWrapper(is_due(), output_field=BooleanField())
    )


def ledgers_of(product: Product) -> list[Any]:
    """Those of the teams that serve a product today, by name."""
    today = timezone.localdate()
    serving = TeamShare.objects.filter(product=product, starts_on__lte=today).filter(
        Q(ends_on=None) | Q(ends_on__gte=today)
    )
    return list(ledgers().filter(team__in=serving.values("team")).order_by("team__name"))


def due_ledgers() -> QuerySet[TeamLedger]:
    """Teams whose scores are older than their inputs."""
    return TeamLedger.objects.filter(is_due())


def dragging(team_id: int) -> QuerySet[DebtItem]:
    """Debt that costs a team time, in every product it serves."""
    return DebtItem.objects.filter(team=team_id, state__in=DebtItem.DRAGS).order_by("pk")


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


def estimates_of(items: Iterable[DebtItem]) -> dict[int, Range]:
    """The newest estimate of the work that pays each item, where there is one."""
    planned = [item.pk for item in items if item.item_id is not None]
    if not planned:
        return {}
    rows = (
        DebtItem.objects.filter(pk__in=planned)
        .annotate(
            low=newest_estimate("p10_days"),
            mid=newest_estimate("p50_days"),
            high=newest_estimate("p90_days"),
        )
        .filter(mid__isnull=False)
        .values_list("pk", "low", "mid", "high")
    )
    return {pk: Range(low, mid, high) for pk, low, mid, high in rows}


def efforts_of(items: Iterable[DebtItem]) -> dict[int, float]:
    """Person-days that scanners declare for the open findings of each item, where they declare any.

    Missing effort is unknown, never 0: an item whose findings declare none is left out.
    """
    rows = (
        Finding.objects.filter(
            item__in=[item.pk for item in items], state="open", verdict="",
            effort_minutes__isnull=False,
        )
        .order_by()
        .values_list("item", "item__product__hours_per_day")
        .annotate(minutes=Sum("effort_minutes"))
    )  # fmt: skip
    return {pk: minutes / 60 / hours for pk, hours, minutes in rows}


def exposures(items: Iterable[DebtItem]) -> dict[int, float]:
    """Share of the team's estimated work that starts within a quarter and touches the component.

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


def first_open_item(product: Product, *, besides: Item) -> Item | None:
    """The item at the head of a plan's order."""
    return (
        Item.objects.filter(product=product, state__in=Item.SIMULATED)
        .exclude(pk=besides.pk)
        .order_by("rank", "pk")
        .first()
    )


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
    if len(words) < 2:
        return None
    for pk, other in found.values_list("pk", "title"):
        theirs = words_of(other)
        if len(words & theirs) >= 0.6 * len(words | theirs):
            return found.get(pk=pk)
    return None


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
