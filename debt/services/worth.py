"""Looking back on a pay-off once, 90 days after it."""

import datetime

from django.db import transaction
from django.utils import timezone

from debt import worth_facts
from debt.maths import worth
from debt.models import DebtItem, DebtOutcome
from debt.queries.contract import LOOK_BACK_DAYS
from tpm import history


@transaction.atomic
def look_back(item_id: int, *, today: datetime.date | None = None) -> DebtOutcome | None:
    """Store what a pay-off promised and what was measured since. Safe to run twice.

    returns: None where it is not paid any more, where its 90 days are not over, or where it was
             looked back on already
    """
    today = today or timezone.localdate()
    item = (
        DebtItem.objects.select_for_update(of=("self",))
        .select_related("product", "team", "item", "latest_score")
        .filter(pk=item_id, state=DebtItem.State.PAID)
        .first()
    )
    if item is None or item.closed_on is None:
        return None
    if item.closed_on > today - datetime.timedelta(days=LOOK_BACK_DAYS):
        return None
    if item.outcomes.filter(paid_on=item.closed_on).exists():
        return None
    facts = worth_facts.of(item)
    judged = worth.judge(facts.promise, facts.took, facts.before, facts.after)
    row = DebtOutcome(
        item=item,
        paid_on=item.closed_on,
        verdict=judged.verdict,
        facts=worth_facts.as_kept(facts, judged),
    )
    row.full_clean()
    row.save()
    history.record(
        item,
        by=None,
        action="looked back on",
        changes={"was it worth it": (None, row.get_verdict_display())},
    )
    return row
