"""What a team's time is for: shares that its policy sets aside, and whose turn comes when.

A policy splits the time that focus leaves: a share for debt, a share for what nobody planned, the
rest for all other items. The unplanned share is time in which no item of the plan is worked on, so
everything runs slower by it. Debt is items of the plan: its share slows nothing, it says how often
debt's turn comes.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta

from .plan import Plan, PlanItem, PlanPolicy, State

DEBT = "debt"
"""Kind of the items that the debt share is for."""


def in_force(policies: Iterable[PlanPolicy], day: date) -> PlanPolicy | None:
    """The policy that holds on a day: that with the latest first day until then."""
    begun = [policy for policy in policies if policy.starts_on <= day]
    return max(begun, key=lambda policy: policy.starts_on, default=None)


def planned_share(policies: Iterable[PlanPolicy], day: date) -> float:
    """Share of the focused time that goes into items on a day, debt among them; 1 without policy"""
    policy = in_force(policies, day)
    return 1.0 - policy.unplanned if policy else 1.0


def spells(
    policies: Iterable[PlanPolicy], first: date, last: date
) -> Iterator[tuple[date, date, float]]:
    """(first day, last day, planned share) of each spell between two days, both included."""
    known = list(policies)
    starts = sorted({first, *(p.starts_on for p in known if first < p.starts_on <= last)})
    ends = [*(start - timedelta(1) for start in starts[1:]), last]
    for start, end in zip(starts, ends, strict=True):
        if start <= end:
            yield start, end, planned_share(known, start)


def debt_of_items(policies: Iterable[PlanPolicy], day: date) -> float:
    """Share of the work on items that is debt's on a day; before the first policy, that one's.

    Of all focused time debt has `debt`, and items have all but `unplanned` of it.
    """
    known = sorted(policies, key=lambda policy: policy.starts_on)
    policy = in_force(known, day) or (known[0] if known else None)
    return policy.debt_of_items if policy else 0.0


def turns(
    plan: Plan, items: Mapping[int, PlanItem], works: Mapping[int, Mapping[int | str, float]]
) -> dict[int, float]:
    """Ranks by which items are scheduled: their own, but that debt's turn comes as its share says.

    In each team with a share for debt, its debt and its other work keep their own order among
    themselves, and are merged: debt's turn comes whenever what debt has had is below its share of
    what was given out, begun work counted first. The merged items have the ranks that these items
    had, so they stand as before among those of other teams. Pinned items and milestones stay out:
    their days are said. With one kind only nothing is merged.

    items: open leaves by id
    works: person-days (or any time proportional to them) of each by team
    """
    ranks = {id: items[id].rank for id in works}
    for team in plan.teams:
        share = debt_of_items(team.policies, plan.today)
        if not share:
            continue
        mine = [id for id in works if owner_of(items[id]) == team.id and not items[id].instant]
        begun = [id for id in mine if items[id].state == State.IN_PROGRESS]
        open_ = [id for id in mine if items[id].state == State.PLANNED and not items[id].pinned]
        open_.sort(key=lambda id: (ranks[id], id))
        lasts = {id: works[id].get(team.id, 0.0) for id in mine}
        had = [sum(lasts[id] for id in begun if is_debt(items[id]) == debt) for debt in (0, 1)]
        order = merged(
            [(id, lasts[id]) for id in open_ if not is_debt(items[id])],
            [(id, lasts[id]) for id in open_ if is_debt(items[id])],
            share,
            other=had[0],
            debt=had[1],
        )
        ranks |= zip(order, [ranks[id] for id in open_], strict=True)
    return ranks


def merged(
    others: Sequence[tuple[int, float]],
    debts: Sequence[tuple[int, float]],
    share: float,
    *,
    other: float = 0.0,
    debt: float = 0.0,
) -> list[int]:
    """Ids of two sequences as one: debt next whenever it has had less than its share.

    others, debts: (id, work >= 0), each in its own order
    share:         of all work that is debt's, 0 to 1
    other, debt:   work that each has had before
    """
    order: list[int] = []
    i = k = 0
    while i < len(others) and k < len(debts):
        behind = share >= 1 or debt < share * (debt + other)
        id, work = debts[k] if behind else others[i]
        order.append(id)
        if behind:
            k, debt = k + 1, debt + work
        else:
            i, other = i + 1, other + work
    return order + [id for id, _ in (*others[i:], *debts[k:])]


def owner_of(item: PlanItem) -> int | None:
    """The team whose policy an item counts in: its own, of several the first."""
    return item.parts[0].team if item.parts else item.team


def is_debt(item: PlanItem) -> bool:
    return item.kind == DEBT


def by_policy(before: Plan, after: Plan) -> set[int]:
    """Ids of open items whose turns another share for debt may have changed."""
    old = {team.id: debt_shares(team.policies) for team in before.teams}
    teams = {
        team.id
        for team in after.teams
        if team.id in old and old[team.id] != debt_shares(team.policies)
    }
    if not teams:
        return set()
    return {
        item.id for item in after.items if item.state == State.PLANNED and owner_of(item) in teams
    }


def debt_shares(policies: Iterable[PlanPolicy]) -> tuple[tuple[date, float], ...]:
    """First day and debt's share of the work on items, where there is any."""
    if not any(policy.debt for policy in policies):
        return ()
    return tuple(sorted((policy.starts_on, policy.debt_of_items) for policy in policies))
