"""What paying would do to the plan's dates, and what the debt costs them: on the same 500 draws."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Q
from django.utils import timezone

from debt.models import DebtItem, DebtNeed, TeamLedger
from debt.services import Payoff
from roadmaps.forecasting import (
    Comparison,
    EffectKind,
    Plan,
    PlanEffect,
    PlanItem,
    PlanLink,
    Triple,
)
from roadmaps.models import Item, Objective
from roadmaps.queries import plan_of
from roadmaps.queries.dates import freshness
from tpm.models import Product

SHOWN = 8


@dataclass(frozen=True)
class Moved:
    """How one objective or item moves: days of P85, later (+) or earlier (-)."""

    key: str
    title: str
    url: str
    before: date | None
    after: date | None
    days: int | None
    later: float  # share of trials in which it ends later
    earlier: float

    @property
    def days_earlier(self) -> int:
        return -(self.days or 0)


@dataclass(frozen=True)
class Preview:
    """A comparison of two plans, ready to show."""

    place: str
    objectives: list[Moved]
    items: list[Moved]

    @property
    def headline(self) -> Moved | None:
        """The objective that moves most, or else the item."""
        rows = [row for row in (self.objectives or self.items) if row.days is not None]
        return max(rows, key=lambda row: abs(row.days or 0), default=None)


def of_paying(item: DebtItem, payoff: Payoff) -> list[Preview]:
    """The plan with the paying work at its head, and at its end, against the plan as it is."""
    before = plan_as_forecast(item)
    return [
        compared(item, before, with_its_work(item, before, payoff, place == "first"), place)
        for place in ("first", "last")
    ]


def with_its_work(item: DebtItem, plan: Plan, payoff: Payoff, first: bool) -> Plan:
    after = with_work(item, plan, payoff, first=first)
    return waiting(after, {item.pk: after.items[-1].id})


def of_paying_all(
    product: Product,
    payoffs: Sequence[tuple[DebtItem, Payoff]],
    *,
    first: bool,
    progress: Callable[[float], None] | None = None,
) -> "Together":
    """The plan with the work that pays several items, in their order, against the plan as it is.

    progress: told the share that is done, 0 to 1
    """
    before = after = stored_plan(product)
    work: dict[int | None, int] = {}
    for item, payoff in reversed(payoffs) if first else payoffs:
        after = with_work(item, after, payoff, first=first)
        work[item.pk] = after.items[-1].id
    after = waiting(after, work)
    found = compare(product, before, after, progress)
    preview = shown(product, found, "first" if first else "last")
    return Together(preview, found.all_met, found.any_later)


@dataclass(frozen=True)
class Together:
    """What paying several items does to a plan."""

    preview: Preview
    all_met: tuple[float, float] | None
    """Share of trials that meet all targets of objectives, before and after."""
    any_later: float
    """Share of trials in which at least one objective comes later."""

    @property
    def later_most(self) -> Moved | None:
        """The objective that comes later most often."""
        rows = [row for row in self.preview.objectives if row.later > 0]
        return max(rows, key=lambda row: row.later, default=None)


def of_being_gone(item: DebtItem) -> Preview | None:
    """The plan as if this item cost nothing from today on; None where its share is unknown."""
    ledger = TeamLedger.objects.filter(team=item.team_id).first()
    share = ledger.shares.get(str(item.pk)) if ledger else None
    if share is None:
        return None
    before = plan_as_forecast(item)
    teams = tuple(
        replace(team, drag=Triple(*(max(0.0, point - share[0]) for point in team.drag)))
        if team.id == item.team_id and team.drag is not None
        else team
        for team in before.teams
    )
    return compared(item, before, replace(before, teams=teams), "gone")


def plan_as_forecast(item: DebtItem) -> Plan:
    return stored_plan(item.product)


def stored_plan(product: Product) -> Plan:
    """The plan and the start order of the stored run, whose dates every other page shows."""
    run = freshness(product).run
    if run is None:
        return plan_of(product, as_of=timezone.localdate())
    return replace(Plan.from_dict(run.inputs), order=tuple(run.order))


def with_work(item: DebtItem, plan: Plan, payoff: Payoff, *, first: bool) -> Plan:
    """The plan with the work that pays the item, and the drag that its finish gives back."""
    number = max((row.id for row in plan.items), default=0) + 1
    ranks = [row.rank for row in plan.items] or [0.0]
    known = payoff.team.pk in {team.id for team in plan.teams}
    work = PlanItem(
        id=number,
        key=f"pays {item.key}",
        kind=Item.Kind.DEBT,
        team=payoff.team.pk if known else None,
        rank=min(ranks) - 1 if first else max(ranks) + 1,
        typed=Triple(*payoff.principal),
        range=Triple(*payoff.principal),
    )
    effect = PlanEffect(
        id=max((row.id for row in plan.effects), default=0) + 1,
        item=number,
        team=payoff.team.pk,
        kind=EffectKind.DRAG,
        range=Triple(*payoff.given_back),
    )
    effects = (*plan.effects, effect) if known else plan.effects
    order = (number, *plan.order) if first else (*plan.order, number)
    return replace(plan, items=(*plan.items, work), effects=effects, order=order)


def waiting(plan: Plan, work: Mapping[int | None, int]) -> Plan:
    """The plan in which what pays an item waits for what pays the items that it needs.

    work: debt item -> id of the work that pays it and is in the plan by now only
    """
    known = {row.id for row in plan.items}
    rows = DebtNeed.objects.filter(Q(item__in=work) | Q(needed__in=work))
    links = []
    for item, needed, planned, first in rows.values_list(
        "item", "needed", "item__item", "needed__item"
    ):
        pred, succ = work.get(needed, first), work.get(item, planned)
        if pred in known and succ in known:
            links.append(PlanLink(pred, succ))
    return replace(plan, links=(*plan.links, *links))


def compared(item: DebtItem, before: Plan, after: Plan, place: str) -> Preview:
    return shown(item.product, compare(item.product, before, after), place)


def compare(
    product: Product,
    before: Plan,
    after: Plan,
    progress: Callable[[float], None] | None = None,
) -> Comparison:
    """Both plans on the first draws of the stored runs."""
    from roadmaps import forecasting as engine  # numpy is loaded only where a preview is asked for

    trials, seed = engine.PREVIEW_TRIALS, product.plan_seed
    return engine.compare(before, after, trials=trials, seed=seed, progress=progress)


def shown(product: Product, found: Comparison, place: str) -> Preview:
    """A comparison with the names of what moves."""
    objectives = {
        row.pk: (str(row.pk), row.title, row.get_absolute_url())
        for row in Objective.objects.filter(product=product).select_related("product")
    }
    items = {
        row.pk: (row.key, row.title, row.get_absolute_url())
        for row in Item.objects.filter(product=product, state__in=Item.SIMULATED)
    }
    return Preview(
        place=place,
        objectives=moved(found, found.objectives, objectives, lambda r, pk: r.objective(pk)),
        items=moved(found, found.items, items, lambda r, pk: r.item(pk))[:SHOWN],
    )


def moved(found: Comparison, moves: dict, names: dict, of: Callable) -> list[Moved]:
    """What moves, the farthest first; what stays where it is is left out of items' tail."""
    rows = []
    for pk, move in moves.items():
        if pk not in names:
            continue
        before, after = of(found.before, pk).finish, of(found.after, pk).finish
        if before is None or after is None:  # an objective that needs no item has no date
            continue
        key, title, url = names[pk]
        rows.append(
            Moved(
                key=key,
                title=title,
                url=url,
                before=before.p85,
                after=after.p85,
                days=move.p85_days,
                later=move.later,
                earlier=move.earlier,
            )
        )
    return sorted(rows, key=lambda row: (-abs(row.days or 0), -row.earlier, row.key))
