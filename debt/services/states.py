"""What becomes of debt: accepted, planned, paid, written off, opened again."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from debt import queries
from debt.maths import drag, scoring
from debt.maths.ranges import Range
from debt.models import DebtItem, TeamLedger
from debt.refresh import make_due, with_history
from debt.services.needs import link_work, refuse_before_its_needs
from debt.services.watching import stop_watching
from debt.standing import without_team
from roadmaps.models import CapacityEffect, Estimate, Item
from roadmaps.services import (
    add_capacity_effect,
    create_item,
    estimate_item,
    move_item,
    rank_item,
    remove_capacity_effects,
)
from tpm import figures
from tpm.editing import edit
from tpm.models import Team

State = DebtItem.State


MOVES: dict[str, tuple[str, ...]] = {
    State.OPEN: (State.ACCEPTED, State.PLANNED, State.PAID, State.WRITTEN_OFF, State.NOT_DEBT),
    State.ACCEPTED: (
        State.ACCEPTED, State.OPEN, State.PLANNED, State.PAID, State.WRITTEN_OFF, State.NOT_DEBT,
    ),
    State.PLANNED: (State.OPEN, State.PAID, State.WRITTEN_OFF),
    State.PAID: (State.OPEN,),
    State.WRITTEN_OFF: (State.OPEN,),
    State.NOT_DEBT: (State.OPEN,),
}  # fmt: skip


@transaction.atomic
def move(
    item: DebtItem, state: str, /, *, by, version: int | None, why: str = "", **fields: Any
) -> list[str]:
    """Change an item's state with what belongs to it.

    raises: ValidationError when the state does not follow from the present one
    """
    if state not in MOVES[item.state]:
        raise ValidationError(
            f"{item.key} is {item.get_state_display().lower()}: "
            f"it cannot become {State(state).label.lower()}."
        )
    work = None
    if item.state == State.PLANNED and item.item_id is not None:
        work = Item.objects.filter(pk=item.item_id).exclude(state=Item.State.DONE).first()
    fields["state"] = state
    fields["closed_on"] = timezone.localdate() if state in DebtItem.CLOSED else None
    if state not in (State.ACCEPTED, State.PLANNED):
        fields |= {"accepted_until": None, "accepted_trigger": ""}
    if state != State.ACCEPTED:
        fields["accepted_ceiling_days"] = None
    changed = edit(
        item, by=by, version=version, fields=fields, why=why, action=ACTIONS[State(state)]
    )
    if state != State.ACCEPTED:
        stop_watching(item, by=by)
    if state in DebtItem.CLOSED:
        figures.withdraw(item, "score", "interest")
    without_team(item)
    if work is not None:
        leave_work(work, by=by, why=f"{item.key} is {ACTIONS[State(state)]}.")
    make_due(item.team_id)
    return changed


def leave_work(work: Item, *, by, why: str) -> None:
    """Work that no longer pays debt gives nothing back, and is dropped unless it has begun."""
    remove_capacity_effects(work, by=by)
    if work.state in (Item.State.IDEA, Item.State.PLANNED):
        move_item(work, by=by, state=Item.State.DROPPED, why=why)


ACTIONS = {
    State.OPEN: "reopened",
    State.ACCEPTED: "accepted",
    State.PLANNED: "planned",
    State.PAID: "paid",
    State.WRITTEN_OFF: "written off",
    State.NOT_DEBT: "found not to be debt",
}


@transaction.atomic
def plan_it(
    item: DebtItem,
    *,
    by,
    version: int | None,
    first: bool = False,
    title: str = "",
    besides: Collection[int] = (),
) -> Item:
    """Put paying into the plan: work of kind debt, its estimate, and the drag it gives back.

    It waits for the work that pays what the item needs.

    first:   before everything else in the order, instead of at the end
    besides: debt items that are planned together with it
    raises:  ValidationError when the team, the interest or the principal is unknown, or when
             something is to be paid first that is not planned
    """
    refuse_before_its_needs(item, besides=besides)
    payoff = payoff_of(item)
    work = create_item(
        item.product,
        by=by,
        title=title or f"Pay off: {item.title}",
        kind=Item.Kind.DEBT,
        team=item.team,
        owner=item.owner,
        components=[item.component] if item.component else [],
    )
    low, mid, high = payoff.principal
    estimate_item(
        work, by=by, p10_days=low, p50_days=mid, p90_days=high, source=Estimate.Source.DEBT
    )
    low, mid, high = payoff.given_back
    add_capacity_effect(
        work, by=by, team=payoff.team, kind=CapacityEffect.Kind.DRAG, p10=low, p50=mid, p90=high
    )
    if first:
        head = queries.first_open_item(item.product, besides=work)
        if head is not None:
            rank_item(work, by=by, before=head)
    move(item, State.PLANNED, by=by, version=version, item=work)
    link_work(item, by=by)
    return work


@dataclass(frozen=True)
class Payoff:
    """What paying an item takes and gives: the numbers of the work that pays it."""

    team: Team
    principal: Range  # pd
    given_back: Range  # share of the team's capacity

    @property
    def points(self) -> tuple[str, ...]:
        """What is given back as text, in percent with one decimal, without its unit."""
        return tuple(f"{share * 100:.1f}" for share in self.given_back)


def payoff_of(item: DebtItem) -> Payoff:
    """raises: ValidationError that names what is unknown"""
    return payoffs_of([item])[item.pk]


def payoffs_of(items: Sequence[DebtItem]) -> dict[int, Payoff]:
    """What paying each of some items takes and gives, by what a score of now would read.

    raises: ValidationError that names what is unknown of the first that lacks something
    """
    model = queries.current_model().parameters
    teams = {item.team.pk: item.team for item in items if item.team is not None}
    capacities = queries.capacities(teams.values(), model)
    shares = dict(TeamLedger.objects.filter(team__in=teams).values_list("team_id", "shares"))
    found = {}
    for team_id, team in teams.items():
        mine = [item for item in items if item.team_id == team_id]
        sourced, _ = with_history(team, mine, model, capacity=capacities[team_id])
        for item in mine:
            kept = (shares.get(team_id) or {}).get(str(item.pk), (1.0, 1.0))
            found[item.pk] = _payoff(item, team, sourced[item.pk].inputs, kept, model)
    if len(found) < len(items):
        raise ValidationError("Say first which team loses the time.")
    return found


def _payoff(
    item: DebtItem,
    team: Team,
    given: scoring.Inputs,
    kept: Sequence[float],
    model: Mapping[str, Any],
) -> Payoff:
    """kept: the item's share of the team's capacity after overlap and cap, and alone"""
    sentences = {
        "interest": "Say first what it costs a month.",
        "principal": "Say first how big the fix is.",
        "capacity": f"{team.name} has no people: add them first.",
    }
    gap = scoring.missing(given)
    if gap is not None or given.principal is None:
        raise ValidationError(sentences[gap or "principal"])
    after, alone = kept[:2]
    back = drag.given_back(
        scoring.interest_draws(given, model, scoring.seed_of(item.key)),
        capacity=given.capacity,
        removed=given.share_removed,
        shrink=after / alone if alone > 0 else 1.0,
    )
    return Payoff(team=team, principal=given.principal, given_back=back)


@transaction.atomic
def follow_planned_work(item: DebtItem) -> bool:
    """Work that is done has paid its debt; work that was dropped or removed has not.

    returns: whether the debt moved
    """
    if item.state != State.PLANNED:
        return False
    if item.item is None or item.item.state == Item.State.DROPPED:
        why = "The work that was to pay it is gone." if item.item is None else (
            f"{item.item.key} was dropped."
        )  # fmt: skip
        reopen(item, by=None, version=None, why=why)
    elif item.item.state == Item.State.DONE:
        mark_paid(item, by=None, why=f"{item.item.key} is done.")
    else:
        return False
    return True


@transaction.atomic
def end_acceptance(item: DebtItem) -> bool:
    """The day that it was accepted until has passed: it is open again, and says so."""
    if item.state != State.ACCEPTED or item.accepted_until is None:
        return False
    if item.accepted_until >= timezone.localdate():
        return False
    reopen(
        item, by=None, version=None, why=f"It was accepted until {item.accepted_until:%d %B %Y}."
    )
    return True


def mark_paid(item: DebtItem, *, by, version: int | None = None, why: str = "") -> list[str]:
    """It is fixed: it costs nothing from today on."""
    return move(item, State.PAID, by=by, version=version, why=why)


def write_off(item: DebtItem, *, by, version: int | None, why: str) -> list[str]:
    """It is gone with its component, or nobody will ever touch it again."""
    return move(item, State.WRITTEN_OFF, by=by, version=version, why=needed(why))


def declare_not_debt(item: DebtItem, *, by, version: int | None, why: str) -> list[str]:
    """It was never debt: it leaves the register, and never dragged."""
    return move(item, State.NOT_DEBT, by=by, version=version, why=needed(why))


def reopen(item: DebtItem, *, by, version: int | None, why: str) -> list[str]:
    """It costs time again, or still: nobody accepts it, plans it or counts it as closed."""
    return move(item, State.OPEN, by=by, version=version, why=needed(why), item=None)


def needed(why: str) -> str:
    """raises: ValidationError when there is no reason"""
    if not why.strip():
        raise ValidationError({"why": "Say why."})
    return why
