"""Revealing: a blind round is shown to all, once all are in or its last day is over."""

import datetime

from django.db import transaction
from django.utils import timezone

from tpm import history
from tradeoffs import blind
from tradeoffs.models import Decision, ScoringRound
from tradeoffs.services.holding import touch


def reveal(row: ScoringRound, *, by) -> None:
    """Show a round to all; inside the caller's transaction."""
    now = timezone.now()
    if not ScoringRound.objects.filter(pk=row.pk, revealed_at=None).update(revealed_at=now):
        return
    row.revealed_at = now
    decision = Decision.objects.get(pk=row.decision_id)
    found = blind.results(decision, row, timezone.localdate())
    ScoringRound.objects.filter(pk=row.pk).update(
        concordance=found.concordance, scorers=len(found.rankings)
    )
    touch(row.decision)  # what everybody said is part of the draws from now on
    done, asked = blind.progress(row)
    words = f"scoring round {row.number} shown"
    change = {"scored": (None, f"{done} of {asked}")}
    history.record(row.decision, by=by, action=words, changes=change)


@transaction.atomic
def reveal_if_over(round_id: int, *, today: datetime.date) -> bool:
    """Note that a round whose last day is over has been shown; twice is harmless."""
    row = ScoringRound.objects.filter(pk=round_id, revealed_at=None, due_on__lt=today).first()
    if row is None:
        return False
    reveal(row, by=None)
    return True


def end_rounds(decision: Decision) -> None:
    """Show the rounds whose last day is over, before anybody judges what they change.

    A transaction of its own: it stands even where the caller then refuses an older version, and
    it takes the round before the decision, as whoever hands in does.
    """
    today = timezone.localdate()
    over = decision.rounds.filter(revealed_at=None, due_on__lt=today)
    for pk in over.values_list("pk", flat=True):
        reveal_if_over(pk, today=today)
