"""When decisions are looked at again, for one or for many at once."""

import datetime
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from tpm.editing import edit
from tradeoffs.models import Decision

MAY = (Decision.State.DRAFT, Decision.State.IN_REVIEW, Decision.State.ACCEPTED)


@transaction.atomic
def set_revisit(
    decisions: Iterable[Decision], *, by, day: datetime.date | None, why: str = ""
) -> tuple[list[str], list[str]]:
    """Say on which day decisions are looked at again; None takes the day away.

    returns: keys that changed; keys that stay, because they no longer hold
    raises:  ValidationError for a day that has passed
    """
    if day is not None and day < timezone.localdate():
        raise ValidationError({"day": "Choose a day that is still to come."})
    pks = [decision.pk for decision in decisions]
    held = Decision.objects.select_for_update(of=("self",)).filter(pk__in=pks)
    changed, stayed = [], []
    for decision in held.order_by("number"):
        if decision.state not in MAY:
            stayed.append(decision.key)
            continue
        fields = {"check_on": day}
        if edit(decision, by=by, version=None, fields=fields, action="set revisit of", why=why):
            changed.append(decision.key)
    return changed, stayed
