"""A team's drag over time: on which days each of its items hurt, and how much that was then."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from django.utils import timezone

from debt import queries
from debt.maths.drag import Spell
from debt.models import DebtItem, SharedCost


class Turn(NamedTuple):
    """An item was closed or opened again. on: the day from which that counts, at: the moment"""

    on: datetime.date
    at: datetime.datetime
    closed: bool


type Notes = Mapping[int, Sequence[tuple[datetime.datetime, float]]]
"""(moment, pd a month) of each item, the oldest first."""


def spells_of(
    team_id: int, dragging: Iterable[Any], shares: Mapping[str, float], *, capacity: float
) -> list[Spell]:
    """When each item of a team hurt, open or closed, at its share of today's capacity.

    Until the newest day on which an item was closed or opened again each counts at what was noted
    of it before that moment, hours it shared counted once; from then on at what it costs today. So
    paying one of two items that share hours leaves the past as it was.

    dragging: open items of the team, with whether they ever moved (`queries.with_noted_costs`)
    shares:   of today, by item; one that is missing has no known interest
    capacity: pd a month of the team, > 0
    """
    closed = list(queries.once_dragging(team_id))
    hurting = [item for item in dragging if str(item.pk) in shares]
    items = [*hurting, *closed]
    turns = turns_of([*(item for item in hurting if item.moved), *closed])
    breaks = breaks_of(turn for each in turns.values() for turn in each)
    notes = notes_of(items) if breaks else {}
    spells = []
    for item in items:
        now = shares.get(str(item.pk))
        if now is None:
            score = item.latest_score
            now = (score.interest_days or 0.0) / capacity if score is not None else 0.0
        costs = [(at, days / capacity) for at, days in notes.get(item.pk, ())]
        for start, end in stretches(item, turns.get(item.pk, ())):
            spells += priced(start, end, breaks, costs, now=now)
    return spells


def turns_of(items: Sequence[DebtItem]) -> dict[int, list[Turn]]:
    """When each item was closed and opened again, from its history, in one query."""
    found: dict[int, list[Turn]] = {item.pk: [] for item in items}
    if not found:
        return found
    rows = queries.moves_of_state().filter(subject_id__in=list(found)).order_by("at", "pk")
    for pk, at, fields in rows.values_list("subject_id", "at", "fields"):
        before, after = (state in DebtItem.CLOSED for state in fields["state"])
        if before != after:
            found[pk].append(Turn(timezone.localdate(at), at, after))
    for item in items:
        turns = found[item.pk]
        if item.closed_on is None:
            continue
        if turns and turns[-1].closed:  # the day stands at the item, the moment in its history
            turns[-1] = turns[-1]._replace(on=item.closed_on)
        else:
            turns.append(Turn(item.closed_on, end_of(item.closed_on), closed=True))
    return found


def end_of(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time.max))


def breaks_of(turns: Iterable[Turn]) -> list[tuple[datetime.date, datetime.datetime]]:
    """Days on which something was closed or opened again, each with the first such moment."""
    first: dict[datetime.date, datetime.datetime] = {}
    for turn in turns:
        first[turn.on] = min(turn.at, first.get(turn.on, turn.at))
    return sorted(first.items())


def notes_of(items: Iterable[DebtItem]) -> Notes:
    """What each item was noted to cost with shared hours once, in one query."""
    found: dict[int, list[tuple[datetime.datetime, float]]] = defaultdict(list)
    rows = SharedCost.objects.filter(item__in=[item.pk for item in items]).order_by("at", "pk")
    for pk, at, days in rows.values_list("item_id", "at", "days").iterator():
        found[pk].append((at, days))
    return found


def stretches(
    item: DebtItem, turns: Sequence[Turn]
) -> list[tuple[datetime.date, datetime.date | None]]:
    """The days on which an item hurt: from the first to the one on which it no longer did."""
    found: list[tuple[datetime.date, datetime.date | None]] = []
    start: datetime.date | None = item.hurts_since
    for turn in turns:
        if turn.closed:
            if start is not None and start < turn.on:
                found.append((start, turn.on))
            start = None
        elif start is None:
            start = max(turn.on, item.hurts_since)
    if start is not None:
        found.append((start, None))
    return found


def priced(
    start: datetime.date,
    end: datetime.date | None,
    breaks: Iterable[tuple[datetime.date, datetime.datetime]],
    costs: Sequence[tuple[datetime.datetime, float]],
    *,
    now: float,
) -> list[Spell]:
    """One stretch at what was noted until each break, and at today's share after the last one.

    What was noted first counts for the time before it, too.
    """
    spells, level = [], now
    inside = [each for each in breaks if start < each[0] and (end is None or each[0] <= end)]
    for day, at in reversed([(start, None), *inside]):
        if end is None or day < end:
            spells.append(Spell(day, end, level))
            end = day
        if at is not None:
            level = next((share for noted, share in reversed(costs) if noted <= at), level)
    return spells
