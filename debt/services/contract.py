"""Acceptance as a contract: until a day, an event, or a cost a month that nobody agreed to."""

import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from debt import ceilings
from debt.maths.ranges import LONGEST
from debt.models import DebtItem
from debt.services.states import end_acceptance, follow_planned_work, move, reopen
from debt.services.watching import watch_ceiling
from tradeoffs.services import fire_if_due

State = DebtItem.State


@transaction.atomic
def accept_until(
    item: DebtItem,
    *,
    by,
    version: int | None,
    until: datetime.date | None,
    trigger: str = "",
    ceiling: float | None = None,
    why: str,
) -> list[str]:
    """Live with it until a day, until something happens, or until it costs too much.

    It drags all the same. Where a decision took it on, that decision is asked again as well once
    the ceiling is reached.

    ceiling: person-days a month of mean interest, above what it costs today
    raises:  ValidationError for a day that has come, and for a ceiling that cannot be watched or
             is reached already
    """
    if until is not None and until <= timezone.localdate():
        raise ValidationError({"until": "Choose a day that is still to come."})
    if ceiling is not None:
        ceiling = round(ceiling, ceilings.DECIMALS)
        check_ceiling(item, ceiling)
    changed = move(
        item, State.ACCEPTED, by=by, version=version, why=why,
        accepted_until=until, accepted_trigger=trigger, accepted_ceiling_days=ceiling,
    )  # fmt: skip
    watch_ceiling(item, by=by)
    return changed


def check_ceiling(item: DebtItem, ceiling: float) -> None:
    """raises: ValidationError when its cost is not known, or reaches the ceiling already"""
    if ceiling <= 0:
        raise ValidationError({"ceiling": "A ceiling is more than nothing a month."})
    if not ceiling <= LONGEST:
        raise ValidationError({"ceiling": "A ceiling is at most 1,000,000 days a month."})
    days = ceilings.interest_now(item)
    if days is None:
        raise ValidationError(
            {"ceiling": "Its cost a month is not known yet: nobody could tell when it is reached."}
        )
    if ceilings.is_reached(days, ceiling):
        raise ValidationError(
            {"ceiling": f"It costs {days:.1f} days a month today: choose a ceiling above that."}
        )


@transaction.atomic
def end_breached(item: DebtItem) -> bool:
    """Its interest has reached the ceiling: it is open again, and so is the decision's question.

    returns: whether it was opened
    """
    ceiling, days = item.accepted_ceiling_days, ceilings.interest_now(item)
    if item.state != State.ACCEPTED or ceiling is None or days is None:
        return False
    if not ceilings.is_reached(days, ceiling):
        return False
    row = item.ceiling_trigger
    if row is not None:
        fire_if_due(row.pk, today=timezone.localdate())
    why = (
        f"It costs {days:.1f} days a month on average and was accepted up to {ceiling:g}: "
        "the acceptance is over."
    )
    reopen(item, by=None, version=None, why=why)
    return True


@transaction.atomic
def follow_item(item_id: int) -> bool:
    """Move one debt item where its work has ended, or its acceptance is over.

    returns: whether it moved; False also when it is gone
    """
    item = DebtItem.objects.select_for_update(of=("self",)).filter(pk=item_id).first()
    return item is not None and (
        follow_planned_work(item) or end_acceptance(item) or end_breached(item)
    )
