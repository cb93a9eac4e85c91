"""Holding: the rows of decisions, locked while something of them changes."""

from django.core.exceptions import ValidationError
from django.db.models import F

from tradeoffs.models import Decision

FROZEN = "{key} is {state}: its text is frozen. Replace it by a new decision."


def hold(decision: Decision) -> Decision:
    """The row, locked for this transaction. raises: ValidationError when its text is frozen"""
    rows = Decision.objects.select_related("product").select_for_update(of=("self",))
    locked = rows.get(pk=decision.pk)
    if not locked.is_open:
        state = locked.get_state_display().lower()
        raise ValidationError(FROZEN.format(key=locked.key, state=state))
    return locked


def touch(decision: Decision, held: Decision | None = None, *, times: int = 1) -> None:
    """Count a change of the matrix as a new version, so that no stale approval counts.

    held:  the row as this transaction locked it, whose version is known without asking again
    times: for so many changes in one step
    """
    if held is None:
        Decision.objects.filter(pk=decision.pk).update(version=F("version") + times)
        decision.refresh_from_db(fields=["version"])
        return
    held.version = decision.version = held.version + times
    Decision.objects.filter(pk=decision.pk).update(version=held.version)


def in_pk_order(*pks: int) -> dict[int, Decision]:
    """The rows, locked in one order, so that two who need both never wait for each other."""
    rows = Decision.objects.select_related("product").select_for_update(of=("self",))
    return {row.pk: row for row in rows.filter(pk__in=pks).order_by("pk")}
