"""What is known of a pay-off: the promise, and as many days before it as after it."""

import datetime
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import Q
from django.utils import timezone

from debt import pace_of_changes, queries
from debt.maths import worth
from debt.models import DebtItem, DebtScore
from debt.queries import contract as contract_queries
from debt.queries import histories as queries_history
from debt.queries.contract import LOOK_BACK_DAYS
from roadmaps.models import Actual, TeamDrag
from tpm.models import Product

SPAN = datetime.timedelta(days=LOOK_BACK_DAYS)
MONTHS = LOOK_BACK_DAYS / 30.4375
WEEK_DAYS = 7
"""A repository may have been looked at so long before the end of a span and still tell of it."""
MOST_OF_THEM = 0.5
"""Share of a team's changes from which what touches an item shows in the time they all take."""
NEVER = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Promise and measurements of one pay-off."""

    promise: worth.Promise
    took: float | None  # pd
    took_derived: bool  # from the days in progress, not typed
    before: worth.Side
    after: worth.Side


def of(item: DebtItem) -> Facts:
    """Everything that is known of a paid item; what nobody knows is None."""
    assert item.closed_on is not None
    paid = moment_of(item.closed_on)
    actual = actual_of(item)
    promised = promised_score(item, paid)
    return Facts(
        promise=promise_of(item, promised),
        took=actual.person_days if actual is not None else None,
        took_derived=actual is not None and actual.source == Actual.Source.DERIVED,
        before=side_of(item, paid),
        after=side_of(item, paid + SPAN),
    )


def moment_of(day: datetime.date) -> datetime.datetime:
    """The first moment after a day."""
    after = day + datetime.timedelta(days=1)
    return timezone.make_aware(datetime.datetime.combine(after, datetime.time.min))


def promised_score(item: DebtItem, paid: datetime.datetime) -> DebtScore | None:
    """The newest score from before it was paid: what the decision to pay was made from."""
    return item.scores.filter(at__lt=paid).order_by("-at", "-pk").first()


def promise_of(item: DebtItem, score: DebtScore | None) -> worth.Promise:
    if score is None:
        model = queries.current_model().parameters
        return worth.Promise(share_removed=item.share_removed or model["share_removed"])
    principal = score.inputs["principal"]
    return worth.Promise(
        principal=None if principal is None else (principal[0], principal[1], principal[2]),
        interest=score.interest_days,
        share_removed=score.inputs["share_removed"],
    )


def actual_of(item: DebtItem) -> Actual | None:
    """What the work that paid it took, where it was planned and somebody knows."""
    if item.item_id is None:
        return None
    newest = Actual.objects.filter(item=item.item_id).order_by("-at", "-pk").first()
    return newest if newest is not None and newest.person_days is not None else None


def side_of(item: DebtItem, until: datetime.datetime) -> worth.Side:
    """What was measured in the span that ends at a moment. Nothing tapped says nothing where
    nobody ever did.
    """
    since = until - SPAN
    ever = contract_queries.tapped([item], NEVER).get(item.pk, [])
    taps = [minutes for at, minutes in ever if since <= at < until]
    hours = sum(taps) / 60
    told = histories(item, since)
    changes = changes_in(item, told, since, until)
    return worth.Side(
        changes=changes,
        touch_rate=None if changes is None else changes / MONTHS,
        time_per_change=time_of_changes(item, told, since, until, touching=changes or 0),
        taps=len(taps) if ever else None,
        tapped_days=hours / item.product.hours_per_day / MONTHS if ever else None,
        drag=drag_of(item, until),
    )


def histories(item: DebtItem, since: datetime.datetime) -> dict[int, list[queries_history.Told]]:
    """What is known since then of the code of its product, and of others its team works for."""
    products = Product.objects.filter(Q(pk=item.product_id) | Q(team_shares__team=item.team_id))
    return queries_history.stories(products.distinct(), days=days_since(since))


def days_since(moment: datetime.datetime) -> int:
    return (timezone.now() - moment).days + 1


def changes_in(
    item: DebtItem,
    told: Mapping[int, list[queries_history.Told]],
    since: datetime.datetime,
    until: datetime.datetime,
) -> int | None:
    """Changes of its files in a span; None where history does not know them, or not to its end."""
    model = {"window_days": days_since(since)}
    found = queries_history.touches_of([item], model, told=told).get(item.pk)
    if found is None or found.read_on < last_reading(until):
        return None
    first, last = since.date(), until.date()
    return sum(first <= found.as_of - datetime.timedelta(days=age) < last for age in found.ages)


def last_reading(until: datetime.datetime) -> datetime.date:
    """The day since which code must have been read to tell of a span to its end."""
    return until.date() - datetime.timedelta(days=WEEK_DAYS)


def time_of_changes(
    item: DebtItem,
    told: Mapping[int, list[queries_history.Told]],
    since: datetime.datetime,
    until: datetime.datetime,
    *,
    touching: int,
) -> float | None:
    """Person-days that a change of its team took in a span (debt.md 2.3, for each side).

    History knows no time of a single change. The team's tells of those that touch the item where
    these are most of its changes; None otherwise, from too few changes, and where a repository was
    not read to the end of the span.
    """
    if item.team is None or not touching:
        return None
    if any(one.looked_at.date() < last_reading(until) for each in told.values() for one in each):
        return None
    first, last = since.date(), until.date()
    days = pace_of_changes.days_of_changes(item.team, told)
    changes = sum(first <= day < last for day, _ in days)
    if touching < MOST_OF_THEM * changes:
        return None
    model = queries.current_model().parameters
    capacity = queries.capacities([item.team], model, on=(since + SPAN / 2).date())
    return pace_of_changes.time_in_span(capacity[item.team.pk], changes, MONTHS, model)


def drag_of(item: DebtItem, moment: datetime.datetime) -> float | None:
    """The team's drag, P50, as it was known at a moment."""
    if item.team_id is None:
        return None
    rows = TeamDrag.objects.filter(team=item.team_id, at__lt=moment).order_by("-at", "-pk")
    return rows.values_list("p50", flat=True).first()


def as_kept(facts: Facts, judged: worth.Judged) -> dict[str, Any]:
    """The facts as an outcome stores them."""
    return {
        "promise": asdict(facts.promise) | {"relief": facts.promise.relief},
        "took": facts.took,
        "took_derived": facts.took_derived,
        "before": asdict(facts.before),
        "after": asdict(facts.after),
        "price": str(judged.price),
        "gain": str(judged.gain),
        "cost_ratio": judged.cost_ratio,
        "share_come": judged.share_come,
        "measured_by": judged.measured_by,
    }
