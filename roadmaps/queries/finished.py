"""Finished work, as learning reads it."""

import datetime
from collections.abc import Iterable

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from roadmaps import forecasting as engine
from roadmaps.forecasting.past import Past
from roadmaps.forecasting.ratios import DERIVED_WEIGHT, HALF_LIFE
from roadmaps.models import Actual, Estimate, Item, ItemTeam
from roadmaps.queries.items import work_of
from roadmaps.queries.plan import closures_of, plan_teams, policies_of
from tpm.models import Product, Team

Span = tuple[datetime.date, datetime.date, float]

BROUGHT = (Estimate.Source.IMPORTED,)
"""Sources whose estimates are older than their rows."""


def finished_work(product: Product, *, before: datetime.date) -> list[Item]:
    """Items finished before a day, that were worked on themselves and took time."""
    rows = work_of(
        Item.objects.filter(product=product, state=Item.State.DONE, finished_on__lt=before)
    )
    took = Actual.objects.filter(item=OuterRef("pk")).order_by("-at", "-pk").values("person_days")
    rows = rows.annotate(took_days=Subquery(took[:1])).filter(took_days__isnull=False)
    return list(rows.order_by("pk").prefetch_related("components"))


def about_of(item: Item, estimate: Estimate | None) -> engine.About:
    """What an item shares with others: who estimated it, its kind, component, team and parent."""
    components = sorted(component.pk for component in item.components.all())
    return engine.About(
        person=estimate.by_id if estimate else None,
        category=item.kind,
        component=components[0] if components else None,
        project=item.team_id,
        epic=item.parent_id,
    )


def abouts_of(estimates: list[Estimate]) -> list[engine.About]:
    """The same for the items of estimates, in their order."""
    ids = [estimate.item_id for estimate in estimates]
    items = Item.objects.filter(pk__in=ids).prefetch_related("components").in_bulk()
    return [about_of(items[estimate.item_id], estimate) for estimate in estimates]


def estimates_at_start(items: list[Item]) -> dict[int, Estimate]:
    """Per item the newest estimate from before its work began, else its first one.

    What was put in here once the work was done is no forecast of it; a file may bring one late.
    """
    known = {item.pk: item for item in items}
    found: dict[int, Estimate] = {}
    for row in Estimate.objects.filter(item__in=known).order_by("at", "pk"):
        item, day = known[row.item_id], timezone.localdate(row.at)
        in_time = item.started_on is not None and day <= item.started_on
        ahead = in_time or item.finished_on is None or day < item.finished_on
        if in_time or (row.item_id not in found and (ahead or row.source in BROUGHT)):
            found[row.item_id] = row
    return found


def actuals_of(items: list[Item]) -> dict[int, Actual]:
    """What each of the items took; those of which it was taken back are left out."""
    rows = Actual.objects.filter(item__in=[item.pk for item in items]).order_by("at", "pk")
    newest = {row.item_id: row for row in rows}
    return {pk: row for pk, row in newest.items() if row.person_days is not None}


def history_of(product: Product, *, before: datetime.date) -> tuple[list, dict[str, list[Span]]]:
    """What a product's finished work teaches.

    returns: (list of engine.Finished, team id -> spans in progress with their weight in learning,
             which fades with age as that of the ratios does)
    """
    items = finished_work(product, before=before)
    estimates, actuals = estimates_at_start(items), actuals_of(items)
    history: list = []
    spans: dict[str, list[Span]] = {}
    for item in items:
        actual, estimate = actuals[item.pk], estimates.get(item.pk)
        weight = DERIVED_WEIGHT if actual.source == Actual.Source.DERIVED else 1.0
        about = about_of(item, estimate)
        history.append(
            engine.Finished(
                finished_on=item.finished_on,
                actual=actual.person_days,
                typed=typed_of(estimate),
                kind=item.kind,
                team=item.team_id,
                weight=weight,
                id=item.key,
                started_on=item.started_on,
                person=about.person,
                component=about.component,
                project=about.project,
                epic=about.epic,
            )
        )
        if estimate and item.team_id and item.started_on and item.finished_on:
            age = (before - item.finished_on).days
            span = (item.started_on, item.finished_on, weight * 0.5 ** (age / HALF_LIFE))
            spans.setdefault(str(item.team_id), []).append(span)
    if history:
        history += open_work(product, before=before)
    return history, spans


def open_work(product: Product, *, before: datetime.date) -> list[engine.Finished]:
    """Work in progress: what was spent on it is a lower bound of what it takes.

    Left out, work that takes long would be missing until it is done, and ratios come out too small.
    """
    begun = Item.objects.filter(
        product=product, state=Item.State.IN_PROGRESS, started_on__lt=before
    )
    rows = work_of(begun).select_related("team").prefetch_related("components").order_by("pk")
    items = list(rows)
    estimates = estimates_at_start(items)
    since = min((item.started_on for item in items if item.started_on), default=before)
    crews = crews_of(items)
    teams = {team for at_work in crews.values() for team, _crew in at_work if team}
    pasts = pasts_of(product, teams, since=since)
    yesterday = before - datetime.timedelta(days=1)
    found = []
    for item in items:
        estimate, started = estimates.get(item.pk), item.started_on
        if estimate is None or started is None:
            continue
        about = about_of(item, estimate)
        found.append(
            engine.Finished(
                finished_on=yesterday,
                actual=delivered(pasts, crews[item.pk], started, yesterday),
                typed=typed_of(estimate),
                kind=item.kind,
                team=item.team_id,
                weight=DERIVED_WEIGHT,
                open=True,
                id=item.key,
                started_on=started,
                person=about.person,
                component=about.component,
                project=about.project,
                epic=about.epic,
            )
        )
    return found


def crews_of(items: Iterable[Item]) -> dict[int, list[tuple[Team | None, int]]]:
    """Who is at work on each item: its own team (None: nobody's) and further ones, with crews."""
    found: dict[int, list[tuple[Team | None, int]]] = {
        item.pk: [(item.team, item.crew)] for item in items
    }
    for row in ItemTeam.objects.filter(item__in=found).select_related("team").order_by("pk"):
        at_work = found[row.item_id]
        if row.team not in [team for team, _crew in at_work]:
            at_work.append((row.team, row.crew))
    return found


def delivered(
    pasts: dict[int | None, Past],
    at_work: Iterable[tuple[Team | None, int]],
    first: datetime.date,
    last: datetime.date,
) -> float:
    """Person-days of all that were at work between two days, both included."""
    return sum(
        pasts[team.pk if team else None].delivered(first, last, crew=crew) for team, crew in at_work
    )


def pasts_of(
    product: Product, teams: Iterable[Team], *, since: datetime.date
) -> dict[int | None, Past]:
    """What these teams delivered for a product from a day on; None: work without a team."""
    found: dict[int | None, Past] = {None: Past(None)}
    serving = {team.id: team for team in plan_teams(product, since, None)}
    teams = list(teams)
    closures = closures_of([team.pk for team in teams], since)
    policies = policies_of([team.pk for team in teams])
    for team in teams:
        alone = engine.PlanTeam(
            id=team.pk, name=team.name, focus=team.focus_share, closures=tuple(closures[team.pk]),
            policies=tuple(policies[team.pk]),
        )  # fmt: skip
        found[team.pk] = Past(serving.get(team.pk, alone))
    return found


def typed_of(estimate: Estimate | None) -> engine.Triple | float | None:
    """A range as typed; a number alone is a P50."""
    if estimate is None:
        return None
    if estimate.one_number:
        return estimate.p50_days
    return engine.Triple(estimate.p10_days, estimate.p50_days, estimate.p90_days)
