"""Debt on the pages of decisions: what one took on, and making debt of a consequence."""

import datetime
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils import timezone

from debt import queries
from debt.models import DebtItem, DebtScore
from debt.so_far import interest_so_far
from tpm import formats, panels
from tpm.roles import can
from tradeoffs.models import Consequence

MOST = 40


@dataclass(frozen=True, slots=True)
class Taken:
    """An item that a decision took on: what it costs a month, to fix, and has cost so far."""

    item: DebtItem
    cost: str
    fix: str
    so_far: str


def costs_so_far(items: list[DebtItem], today: datetime.date) -> dict[int, float]:
    """Person-days that each has cost since it hurts, of those whose interest is known."""
    rates: dict[int, list[tuple[datetime.date, float]]] = {}
    scores = DebtScore.objects.filter(item__in=items, interest_days__isnull=False)
    for pk, at, days in scores.order_by("at", "pk").values_list("item_id", "at", "interest_days"):
        rates.setdefault(pk, []).append((timezone.localtime(at).date(), days or 0.0))
    month_days = queries.current_model().parameters["month_days"]
    found = {}
    for item in items:
        cost = interest_so_far(
            rates.get(item.pk, []),
            since=taken_on(item),
            until=item.closed_on or today,
            month_days=month_days,
        )
        if cost is not None and item.state != DebtItem.State.NOT_DEBT:
            found[item.pk] = cost
    return found


def taken_on(item: DebtItem) -> datetime.date:
    """When the decision's share of an item begins: never before the decision was made."""
    decided = item.decision.decided_at if item.decision is not None else None
    if decided is None:
        return item.hurts_since
    return max(item.hurts_since, timezone.localtime(decided).date())


@panels.register("decision.links", order=50)
def of_decision(request, product, decision) -> str | None:
    """Debt repaid, still open, and what it has cost so far."""
    visible = queries.debt_items_visible_to(request.user).filter(decision=decision)
    items = list(visible.select_related("latest_score", "decision").order_by("number")[:MOST])
    if not items:
        return None
    so_far = costs_so_far(items, timezone.localdate())
    repaid = sum(item.state == DebtItem.State.PAID for item in items)
    standing = sum(item.drags for item in items)
    context = {
        "shown": [taken(item, so_far) for item in items],
        "repaid": repaid,
        "standing": standing,
        "so_far": formats.number(sum(so_far.values()), 1) if so_far else "",
    }
    return render_to_string("debt/panel_taken.html", context, request)


def taken(item: DebtItem, so_far: dict[int, float]) -> Taken:
    score = item.latest_score
    days = score.interest_days if score is not None and item.drags else None
    principal = item.principal
    return Taken(
        item=item,
        cost=formats.number(days, 1) if days is not None else "",
        fix=formats.day_range(*principal) if principal is not None else "",
        so_far=formats.number(so_far[item.pk], 1) if item.pk in so_far else "",
    )


@panels.register("consequence", order=50)
def of_consequence(request, product, row: Consequence) -> str | None:
    """The button that makes debt of a bad consequence, or how the debt that came of it stands."""
    if row.handled_as == Consequence.Handled.DEBT:
        item = (
            queries.debt_items_visible_to(request.user)
            .select_related("latest_score", "decision")
            .filter(key=row.handled_key)
            .first()
        )
        if item is None:
            return None
        so_far = costs_so_far([item], timezone.localdate())
        return render_to_string(
            "debt/consequence_state.html", {"row": taken(item, so_far)}, request
        )
    if row.is_open and can(request.user, "log_debt", row.decision.product):
        return render_to_string("debt/consequence_button.html", {"row": row}, request)
    return None
