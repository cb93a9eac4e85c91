"""What teams spent and what is planned, by what it was for, beside their capacity policies."""

import datetime
from collections import defaultdict
from dataclasses import dataclass, field

from roadmaps import forecasting as engine
from roadmaps.forecasting.past import Past
from roadmaps.forecasting.spending import (
    Account,
    Quarter,
    Work,
    accounts,
    policy_of,
    quarter_of,
)
from roadmaps.models import ForecastRun, Item, ItemForecast
from roadmaps.queries.finished import actuals_of
from roadmaps.queries.items import newest_estimates, work_of
from roadmaps.queries.plan import plan_teams
from tpm.models import Product

PAST, AHEAD = 4, 4
"""Quarters before and after this one."""


@dataclass(frozen=True)
class QuarterRow:
    """One quarter of a team in one product.

    policy:   None where none holds
    capacity: focused person-days until yesterday; None ahead, and where people are unknown
    """

    quarter: Quarter
    policy: engine.PlanPolicy | None
    spent: Account
    planned: Account
    capacity: float | None

    @property
    def not_in_items(self) -> float | None:
        """Capacity that no finished item accounts for."""
        return None if self.capacity is None else self.capacity - self.spent.whole


@dataclass(frozen=True)
class TeamSpending:
    team: engine.PlanTeam
    policy: engine.PlanPolicy | None
    """What holds today."""
    rows: list[QuarterRow] = field(default_factory=list)


def spending_of(
    product: Product, run: ForecastRun | None, *, today: datetime.date
) -> list[TeamSpending]:
    """Each team that serves a product: quarters with any work or a policy, the oldest first.

    Spent is what finished items took, evenly over the days they were in progress; planned is what
    the run puts between each open item's start and finish at P50. Of several teams each has its
    part.
    """
    now = quarter_of(today)
    quarters = [now.later(n) for n in range(-PAST, AHEAD + 1)]
    teams = plan_teams(product, quarters[0].first, None)
    spent, planned = spent_works(product, since=quarters[0].first), planned_works(product, run)
    found = []
    for team in teams:
        past, done, ahead = Past(team), accounts(spent[team.id]), accounts(planned[team.id])
        rows = [
            QuarterRow(
                quarter,
                policy_of(team.policies, quarter),
                done.get(quarter, Account()),
                ahead.get(quarter, Account()),
                capacity_until(past, quarter, today),
            )
            for quarter in quarters
        ]
        shown = [row for row in rows if row.spent.whole or row.planned.whole or row.quarter == now]
        found.append(TeamSpending(team, engine.in_force(team.policies, today), shown))
    return found


def capacity_until(past: Past, quarter: Quarter, today: datetime.date) -> float | None:
    last = min(quarter.last, today - datetime.timedelta(days=1))
    return past.capacity(quarter.first, last) if last >= quarter.first else None


def by_team(item: Item, days: float) -> dict[int, float]:
    """Person-days of an item by team: of several each has its part."""
    parts = item.team_parts
    if not parts:
        return {item.team_id: days} if item.team_id else {}
    whole = sum(part.days for part in parts)
    return {part.team_id: days * part.days / whole for part in parts}


def spent_works(product: Product, *, since: datetime.date) -> dict[int, list[Work]]:
    """What finished items took, by team."""
    done = Item.objects.filter(
        product=product, state=Item.State.DONE, finished_on__gte=since, actuals__isnull=False
    )
    rows = work_of(done).distinct().select_related("team").prefetch_related("further_teams__team")
    items = list(rows)
    actuals = actuals_of(items)
    found: dict[int, list[Work]] = defaultdict(list)
    for item in items:
        assert item.finished_on is not None  # a constraint says so
        first = item.started_on or item.finished_on
        actual = actuals.get(item.pk)
        if actual is None or actual.person_days is None:
            continue  # it was taken back
        for team, days in by_team(item, actual.person_days).items():
            found[team].append(Work(days, first, item.finished_on, item.kind == Item.Kind.DEBT))
    return found


def planned_works(product: Product, run: ForecastRun | None) -> dict[int, list[Work]]:
    """What a run puts between the start and the finish of each open item at P50, by team.

    Of begun work it is what is left, from the day of the run on.
    """
    found: dict[int, list[Work]] = defaultdict(list)
    if run is None:
        return found
    rows = ItemForecast.objects.filter(run=run, start_p50__isnull=False, p50__isnull=False)
    rows = rows.filter(item__product=product, item__state__in=Item.SIMULATED)
    rows = rows.exclude(basis="children").exclude(item__kind=Item.Kind.MILESTONE)
    rows = rows.select_related("item__team").prefetch_related("item__further_teams__team")
    dated = list(rows.defer("histogram", "errors"))
    typed = newest_estimates([row.item_id for row in dated])
    for row in dated:
        item, days = row.item, likely_days(row, typed)
        if days is None or row.start_p50 is None or row.p50 is None or row.p50 < run.as_of:
            continue
        first, last = max(row.start_p50, run.as_of), row.p50
        for team, part in by_team(item, days).items():
            found[team].append(Work(part, first, last, item.kind == Item.Kind.DEBT))
    return found


def likely_days(row: ItemForecast, typed: dict) -> float | None:
    """Person-days left near the P50, of all teams, as the run told them; else the estimate's."""
    if row.why and "whole" in row.why:
        return row.why["whole"]
    if row.why and not row.item.team_parts:
        return row.why["work"]
    estimate = typed.get(row.item_id)  # a run from before it told the whole
    return estimate.p50_days if estimate else None
