"""Answers to what a decision is asked; nothing that fired leaves without one."""

from django.utils import timezone

from tpm import history
from tradeoffs import following
from tradeoffs.models import Decision, Firing, RevisitTrigger


def described(row: RevisitTrigger) -> str:
    numbers = {row.code: f"{row.figure_kind} of {row.figure_type} {row.figure_id}"}
    return following.waits_for(row, numbers)[:300]


def answer(firing: Firing, *, by, how: str, why: str) -> None:
    firing.answer, firing.answered_at, firing.answered_by = how, timezone.now(), by
    firing.why = why
    firing.full_clean()
    firing.save()
    decision = firing.trigger.decision
    change = {described(firing.trigger): (firing.says, how)}
    history.record(decision, by=by, action=f"answered: {how}", changes=change, why=why)


def close_firings(decision: Decision, *, by, how: str, why: str) -> None:
    """Answer all that a decision is asked, in the transaction that closes or amends it.

    What was so stays so: a trigger asks again only once it came back, or its day is set anew.
    """
    rows = Firing.objects.select_for_update(of=("self",)).filter(
        trigger__decision=decision, answered_at=None
    )
    for row in rows.select_related("trigger__decision"):
        RevisitTrigger.objects.filter(pk=row.trigger_id).update(armed=False)
        answer(row, by=by, how=how, why=why)
