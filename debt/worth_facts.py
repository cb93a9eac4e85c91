"""What is known of a pay-off: the promise, and as many days before it as after it."""

import datetime
from dataclasses import asdict, dataclass
from typing import Any

from django.utils import timezone

from debt import contract_queries, queries, queries_history, worth
from debt.contract_queries import LOOK_BACK_DAYS
from debt.models import DebtItem, DebtScore
from roadmaps.models import Actual, TeamDrag

SPAN = datetime.timedelta(days=LOOK_BACK_DAYS)
MONTHS = LOOK_BACK_DAYS / 30.4375
WEEK_DAYS = 7
"""A repository may have been looked at so long before the end of a span and still tell of it."""
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
    changes = changes_in(item, since, until)
    return worth.Side(
        changes=changes,
        touch_rate=None if changes is None else changes / MONTHS,
        taps=len(taps) if ever else None,
        tapped_days=hours / item.product.hours_per_day / MONTHS if ever else None,
        drag=drag_of(item, until),
    )


def changes_in(item: DebtItem, since: datetime.datetime, until: datetime.datetime) -> int | None:
    """Changes of its files in a span; None where history does not know them, or not to its end."""
    days = (timezone.now() - since).days + 1
    told = queries_history.stories([item.product_id], days=days)
    found = queries_history.touches_of([item], {"window_days": days}, told=told).get(item.pk)
    if found is None or found.read_on < until.date() - datetime.timedelta(days=WEEK_DAYS):
        return None
    first, last = since.date(), until.date()
    return sum(first <= found.as_of - datetime.timedelta(days=age) < last for age in found.ages)


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
