"""Looking back: on the due date, what happened, would we choose the same, what did we learn."""

import datetime
from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from tpm import history
from tradeoffs.models import Decision, Firing, LookBack, Prediction, RevisitTrigger
from tradeoffs.services.predicting import record_outcome

State = Decision.State
LOOKED_BACK = (State.ACCEPTED, State.SUPERSEDED, State.DEPRECATED)


@transaction.atomic
def look_back(
    decision: Decision,
    *,
    by,
    happened: str,
    again: str,
    learned: str = "",
    outcomes: Mapping[int, float] | None = None,
    check_on: datetime.date | None = None,
) -> LookBack:
    """Answer the three questions, with what came of the predictions that were due.

    outcomes: id of a prediction to 1, 0 or its number
    check_on: when to look again; None: not again
    raises:   ValidationError before the decision was accepted, or without an answer
    """
    held = Decision.objects.select_for_update(of=("self",)).get(pk=decision.pk)
    if held.state not in LOOKED_BACK:
        raise ValidationError(f"{held.key} is not accepted: there is nothing to look back on.")
    if check_on is not None and check_on <= timezone.localdate():
        raise ValidationError({"check_on": "Choose a day that is still to come."})
    for row in Prediction.objects.filter(decision=held, pk__in=outcomes or {}):
        record_outcome(row, by=by, outcome=(outcomes or {})[row.pk])
    said = LookBack(decision=held, by=by, happened=happened.strip(), again=again, learned=learned)
    said.full_clean()
    said.save()
    before, held.check_on = held.check_on, check_on
    held.version += 1
    held.save(update_fields=["check_on", "version", "updated_at"])
    changes = {"would choose the same": (None, again), "check again on": (before, check_on)}
    history.record(held, by=by, action="looked back", changes=changes, why=happened)
    decision.check_on, decision.version = held.check_on, held.version
    return said


def to_fill() -> QuerySet[Prediction]:
    """Bound predictions without an outcome, of decisions that were accepted."""
    return Prediction.objects.filter(
        ~Q(figure_kind=""), outcome=None, decision__state__in=LOOKED_BACK
    )


def to_watch() -> QuerySet[RevisitTrigger]:
    """Triggers of accepted decisions that wait for no answer."""
    asking = Firing.objects.filter(trigger=OuterRef("pk"), answered_at=None)
    return RevisitTrigger.objects.filter(~Exists(asking), decision__state=State.ACCEPTED)
