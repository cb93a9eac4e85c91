"""The trigger by which a decision learns that debt it took on costs more than was agreed."""

from django.core.exceptions import ValidationError
from django.db import transaction

from debt import ceilings
from debt.models import DebtItem
from tradeoffs.models import Decision, RevisitTrigger
from tradeoffs.services import add_trigger, remove_trigger

ASKABLE = (*Decision.OPEN, Decision.State.ACCEPTED)
"""States of a decision that may be asked again."""


@transaction.atomic
def watch_ceiling(item: DebtItem, *, by) -> RevisitTrigger | None:
    """Let the decision that took an item on be asked when its ceiling is reached.

    returns: the trigger that waits for it; None without a ceiling, or a decision that can be asked
    """
    stop_watching(item, by=by)
    decision = item.decision
    if item.accepted_ceiling_days is None or decision is None or decision.state not in ASKABLE:
        return None
    try:
        row = add_trigger(
            decision, by=by, follows=ceilings.figure_code(item), kind=RevisitTrigger.Kind.FIGURE,
            comparison=RevisitTrigger.Comparison.AT_LEAST, limit=item.accepted_ceiling_days,
        )  # fmt: skip
    except ValidationError as problem:
        said = " ".join(problem.messages)
        raise ValidationError(f"{decision.key} cannot wait for the ceiling. {said}") from None
    item.ceiling_trigger = row
    item.save(update_fields=["ceiling_trigger"])
    return row


def stop_watching(item: DebtItem, *, by) -> None:
    """Strike the trigger of an acceptance that is over; one that has fired waits for its answer."""
    row = item.ceiling_trigger
    if row is None:
        return
    item.ceiling_trigger = None
    item.save(update_fields=["ceiling_trigger"])
    if not row.firings.exists():
        remove_trigger(row, by=by)
