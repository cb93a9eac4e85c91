"""The plan of a product as plain values, ready to simulate."""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db.models import Q

from roadmaps import forecasting as engine
from roadmaps.forecasting.drag import reference_drag
from roadmaps.models import (
    CapacityEffect,
    Estimate,
    ForecastRun,
    Item,
    ItemLink,
    ItemTeam,
    LearnedEstimate,
    Learning,
    Objective,
    TeamDrag,
)
from roadmaps.queries.items import newest_estimates
from tpm.models import Absence, CalendarEntry, CapacityPolicy, Membership, Product, TeamShare

LONG_AGO = 60
"""Days before the forecast from which absences and closures are read."""


def plan_of(product: Product, *, as_of: datetime.date, order: Iterable[int] = ()) -> engine.Plan:
    """Everything a forecast of this product reads, in a fixed number of queries.

    as_of: the day from whose morning open work goes on
    order: ids in the start order to keep; empty for a full re-plan
    """
    items = list(planned_items(product))
    ids = {item.pk for item in items}
    learning = Learning.objects.filter(product=product, as_of__lte=as_of).first()
    typed = newest_estimates(ids)
    learned = learned_estimates(learning, typed)
    tables = learning.details.get("tables", {}) if learning else {}
    tables = tables | {table_name(row): row.table for row in learned.values() if row.table}
    teams = plan_teams(product, as_of, learning)
    objectives = plan_objectives(product)
    inside = Inside(
        parents=nearest_parents(product, items),
        teams={team.id for team in teams},
        objectives={objective.id for objective in objectives},
        of_parts=set(
            Item.objects.filter(parent__in=ids, state=Item.State.DROPPED).values_list(
                "parent_id", flat=True
            )
        ),
        parts=parts_by_item(ids),
    )
    return engine.Plan(
        today=as_of,
        items=tuple(plan_item(item, inside, typed, learned, tables) for item in items),
        links=plan_links(ids),
        teams=teams,
        effects=plan_effects(ids, inside.teams),
        objectives=objectives,
        bias=plan_bias(learning),
        tables={name: tuple(table) for name, table in tables.items()},
        order=tuple(order),
    )


def plan_bias(learning: Learning | None) -> engine.PlanBias:
    """How alike the errors of estimates were in finished work; defaults before any was."""
    learned = learning.details.get("ratios", {}).get("bias") if learning else None
    if not learned:
        return engine.PlanBias()
    return engine.PlanBias(rho_team=learned["team"], rho_epic=learned["epic"])


def planned_items(product: Product):
    """Open items of the plan, and the finished ones that they stand beside."""
    beside = (
        Q(objective__closed_on__isnull=True, objective__isnull=False)
        | Q(parent__state__in=Item.SIMULATED)
        | Q(links_out__successor__state__in=Item.SIMULATED)
    )
    rows = Item.objects.filter(product=product).filter(
        Q(state__in=Item.SIMULATED) | (Q(state=Item.State.DONE) & beside)
    )
    return rows.order_by("pk").distinct()


@dataclass(frozen=True)
class Inside:
    """The rows that are in the plan; what an item names outside it is left out, never refused."""

    parents: dict[int, int]
    """Item id -> the nearest item in the plan that it is part of."""
    teams: set[int]
    objectives: set[int]
    of_parts: set[int]
    """Items some part of which was dropped."""
    parts: dict[int, list[ItemTeam]]
    """Item id -> the further teams that it needs."""


def parts_by_item(ids: set[int]) -> dict[int, list[ItemTeam]]:
    found = defaultdict(list)
    for row in ItemTeam.objects.filter(item__in=ids).order_by("pk"):
        found[row.item_id].append(row)
    return found


def plan_parts(item: Item, inside: Inside) -> tuple[engine.PlanPart, ...]:
    """What each team does of an item that needs several; empty where one team does it all.

    A team that no longer serves the product is left out, and so is a further one that became the
    item's own.
    """
    rows = inside.parts.get(item.pk, ())
    others = [r for r in rows if r.team_id in inside.teams and r.team_id != item.team_id]
    found = [engine.PlanPart(row.team_id, row.days, row.crew) for row in others]
    if others and item.team_id in inside.teams:
        mean = sum(row.days for row in others) / len(others)
        found.insert(0, engine.PlanPart(item.team_id, item.team_days or mean, item.crew))
    return tuple(found) if len(found) > 1 else ()


def plan_team(item: Item, inside: Inside) -> int | None:
    """Its own team; where that left the product, the first other one that it needs."""
    others = (row.team_id for row in inside.parts.get(item.pk, ()))
    return next((id for id in (item.team_id, *others) if id in inside.teams), None)


def nearest_parents(product: Product, items: list[Item]) -> dict[int, int]:
    """Past ideas, dropped and closed items, an item stays part of what is above them."""
    ids = {item.pk for item in items}
    up = {item.pk: item.parent_id for item in items if item.parent_id is not None}
    if not ids.issuperset(up.values()):
        rows = Item.objects.filter(product=product, parent__isnull=False)
        up = dict(rows.values_list("pk", "parent_id"))
    found = {}
    for pk in ids:
        parent, seen = up.get(pk), {pk}
        while parent is not None and parent not in ids and parent not in seen:
            seen.add(parent)
            parent = up.get(parent)
        if parent in ids and parent != pk:
            found[pk] = parent
    return found


def learned_estimates(
    learning: Learning | None, typed: dict[int, Estimate]
) -> dict[int, LearnedEstimate]:
    """What history makes of these estimates, by estimate."""
    if learning is None:
        return {}
    rows = LearnedEstimate.objects.filter(
        learning=learning, estimate__in=[estimate.pk for estimate in typed.values()]
    )
    return {row.estimate_id: row for row in rows}


def triple(row: Estimate | LearnedEstimate) -> engine.Triple:
    return engine.Triple(row.p10_days, row.p50_days, row.p90_days)


def table_of(item: Item, tables: dict) -> str:
    """The learned actuals of its kind and team, else of its kind, else of all; empty: none."""
    names = (f"{item.kind} of team {item.team_id}", item.kind, "all")
    return next((name for name in names if name in tables), "")


def table_name(lesson: LearnedEstimate) -> str:
    return f"learned {lesson.estimate_id}"


def learned_table(lesson: LearnedEstimate | None) -> str:
    """The name of what history makes of an estimate; empty: its range is simulated as typed."""
    return table_name(lesson) if lesson is not None and lesson.table else ""


def is_needed(item: Item, inside: Inside) -> bool:
    """Whether an objective of the plan cannot be met without the item."""
    return item.objective_id in inside.objectives and not item.helps


def plan_item(
    item: Item,
    inside: Inside,
    typed: dict[int, Estimate],
    learned: dict[int, LearnedEstimate],
    tables: dict,
) -> engine.PlanItem:
    estimate = typed.get(item.pk)
    after_history = learned.get(estimate.pk) if estimate else None
    return engine.PlanItem(
        id=item.pk,
        key=item.key,
        kind=item.kind,
        state=engine.State(item.state),
        team=plan_team(item, inside),
        parts=plan_parts(item, inside),
        crew=item.crew,
        rank=item.rank,
        typed=triple(estimate) if estimate else None,
        range=triple(after_history or estimate) if estimate else None,
        table=learned_table(after_history) if estimate else table_of(item, tables),
        started_on=item.started_on,
        finished_on=item.finished_on,
        not_before=item.not_before,
        pinned=item.pinned,
        target=item.target_date,
        objective=item.objective_id if is_needed(item, inside) else None,
        parent=inside.parents.get(item.pk),
        of_parts=item.pk in inside.of_parts,
    )


def plan_of_run(run: ForecastRun) -> engine.Plan:
    """The plan that a stored run simulated, with the whole order that it had."""
    plan = engine.Plan.from_dict(run.inputs)
    quarters = {int(pk): quarter for pk, quarter in run.quarters.items()}
    return replace(plan, order=tuple(run.order), quarters=plan.quarters | quarters)


def with_finished(plan: engine.Plan, before: engine.Plan) -> engine.Plan:
    """A plan with what was finished since an earlier one, that it has no more use for.

    What moved between the two is then told as time that passed, not as work that went away.
    """
    ids = {item.id for item in plan.items}
    left = {item.id: item for item in before.items if item.id not in ids}
    done = Item.objects.filter(pk__in=left, state=Item.State.DONE, finished_on__lte=plan.today)
    rows = {row.pk: row for row in done}
    known = ids | set(rows)
    teams = {team.id for team in plan.teams}
    objectives = {objective.id for objective in plan.objectives}
    items = [
        replace(
            left[pk],
            state=engine.State.DONE,
            started_on=row.started_on,
            finished_on=row.finished_on,
            team=left[pk].team if left[pk].team in teams else None,
            parts=left[pk].parts if all(p.team in teams for p in left[pk].parts) else (),
            parent=left[pk].parent if left[pk].parent in known else None,
            objective=left[pk].objective if left[pk].objective in objectives else None,
        )
        for pk, row in sorted(rows.items())
    ]
    return replace(plan, items=(*plan.items, *items))


def plan_links(ids: set[int]) -> tuple[engine.PlanLink, ...]:
    rows = ItemLink.objects.filter(successor__in=ids, predecessor__in=ids).order_by("pk")
    return tuple(
        engine.PlanLink(
            pred=row.predecessor_id,
            succ=row.successor_id,
            kind=engine.Kind(row.kind),
            lag=row.lag_days,
        )
        for row in rows
    )


def plan_teams(
    product: Product, as_of: datetime.date, learning: Learning | None
) -> tuple[engine.PlanTeam, ...]:
    """Teams that serve the product, each with all its people and its newest drag."""
    shares = defaultdict(list)
    teams = {}
    for row in TeamShare.objects.filter(product=product).select_related("team").order_by("pk"):
        teams[row.team_id] = row.team
        shares[row.team_id].append(engine.PlanShare(row.share, row.starts_on, row.ends_on))
    members = members_of(teams, as_of)
    closures = closures_of(teams, as_of)
    drags = {
        row.team_id: row for row in TeamDrag.objects.filter(team__in=teams).order_by("at", "pk")
    }
    policies = policies_of(teams)
    spans = learning.details.get("spans", {}) if learning else {}
    return tuple(
        engine.PlanTeam(
            id=pk,
            name=team.name,
            focus=team.focus_share,
            shares=tuple(shares[pk]),
            members=members.get(pk),
            closures=tuple(closures[pk]),
            drag=drag_of(drags.get(pk)),
            drag_ref=drag_ref_of(drags.get(pk), spans.get(str(pk), [])),
            policies=tuple(policies[pk]),
        )
        for pk, team in sorted(teams.items())
    )


def members_of(teams: Iterable[int], as_of: datetime.date) -> dict[int, tuple]:
    """Memberships by team; a team without any is not in the answer: its size is unknown."""
    away = defaultdict(list)
    since = as_of - datetime.timedelta(days=LONG_AGO)
    for absence in Absence.objects.filter(
        person__memberships__team__in=teams, ends_on__gte=since
    ).distinct():
        away[absence.person_id].append(engine.PlanSpan(absence.starts_on, absence.ends_on))
    found = defaultdict(list)
    for row in Membership.objects.filter(team__in=teams).order_by("pk"):
        found[row.team_id].append(
            engine.PlanMember(
                person=row.person_id,
                starts_on=row.starts_on,
                ends_on=row.ends_on,
                share=row.share,
                absences=tuple(away[row.person_id]),
            )
        )
    return {team: tuple(members) for team, members in found.items()}


def closures_of(teams: Iterable[int], as_of: datetime.date) -> dict[int, list]:
    since = as_of - datetime.timedelta(days=LONG_AGO)
    found = defaultdict(list)
    for row in CalendarEntry.objects.filter(team__in=teams, ends_on__gte=since).order_by("pk"):
        found[row.team_id].append(engine.PlanSpan(row.starts_on, row.ends_on))
    return found


def policies_of(teams: Iterable[int]) -> dict[int, list[engine.PlanPolicy]]:
    """What each team's time is for, old policies too: they say how past days were meant."""
    found = defaultdict(list)
    for row in CapacityPolicy.objects.filter(team__in=teams).order_by("starts_on", "pk"):
        policy = engine.PlanPolicy(
            row.starts_on, row.debt_share, row.unplanned_share, row.drag_limit
        )
        found[row.team_id].append(policy)
    return found


def drag_of(drag: TeamDrag | None) -> engine.Triple | None:
    return engine.Triple(drag.p10, drag.p50, drag.p90) if drag else None


def drag_ref_of(drag: TeamDrag | None, spans: list) -> float:
    """The drag that history already contains: mean drag while the learned items were worked on."""
    if drag is None:
        return 0.0
    day = datetime.date.fromisoformat
    return reference_drag(
        [(day(since), share) for since, share in drag.history],
        [(day(first), day(last), weight) for first, last, weight in spans],
    )


def plan_effects(item_ids: Iterable[int], teams: set[int]) -> tuple[engine.PlanEffect, ...]:
    rows = CapacityEffect.objects.filter(item__in=item_ids, team__in=teams).order_by("pk")
    return tuple(
        engine.PlanEffect(
            id=row.pk,
            item=row.item_id,
            team=row.team_id,
            kind=engine.EffectKind(row.kind),
            range=engine.Triple(row.p10, row.p50, row.p90),
            until=row.until,
        )
        for row in rows
    )


def plan_objectives(product: Product) -> tuple[engine.PlanObjective, ...]:
    rows = Objective.objects.filter(product=product, closed_on__isnull=True).order_by("pk")
    return tuple(
        engine.PlanObjective(id=row.pk, key=row.title, target=row.target_date) for row in rows
    )
