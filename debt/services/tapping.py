"""Taps: an item cost somebody some minutes just now."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from debt import inputs
from debt.mining.ids import SHORTEST, is_same
from debt.models import DebtItem, DebtTap, TapWithdrawal
from debt.refresh import make_due

MINUTES = 15.0
MAY_TAKE_BACK = datetime.timedelta(minutes=15)
SALT = "debt.tap"
HURTS = (*DebtItem.DRAGS, DebtItem.State.PAID)
"""What can be tapped: paid debt as well, for that is how one learns that it was not."""


@transaction.atomic
def tap_once(
    item: DebtItem,
    *,
    minutes: float = MINUTES,
    at: datetime.datetime | None = None,
    by=None,
    source: str = DebtTap.Source.PAGE,
) -> tuple[DebtTap, bool]:
    """Count minutes that an item cost. Append-only; the same source and reference counts once.

    by:      who taps, as every write is told; kept nowhere, for nothing is counted per person
    source:  where it comes from: page, api, command or commit; `commit:4f2a9c1` with the reference
             of what told it
    returns: the tap, and whether this call made it; else it is the one that was told before
    raises:  ValidationError for no time or more than a week, for a day to come, and for debt that
             was written off or never was debt
    """
    door, _, reference = source.partition(":")
    if item.state not in HURTS:
        raise ValidationError(
            f"{item.key} is {item.get_state_display().lower()}: it costs nothing now."
        )
    moment = at or timezone.now()
    if moment > timezone.now() + datetime.timedelta(minutes=5):
        raise ValidationError({"at": "Say when it happened: not a moment to come."})
    if reference:
        known = told_before(item, door, reference)
        if known is not None:
            return known, False
    row = DebtTap(item=item, minutes=minutes, at=moment, source=door, reference=reference)
    row.full_clean()
    row.save()
    if knows_changes(item):
        make_due(item.team_id)
    return row, True


def tap(item: DebtItem, **said: Any) -> DebtTap:
    """The tap that `tap_once` counts, or the one that stands where this was told before."""
    return tap_once(item, **said)[0]


def tap_with_receipt(item: DebtItem, *, by, **said: Any) -> tuple[DebtTap, str]:
    """Tap as `tap_once` does. returns: the tap, and what takes it back; empty for another's

    A receipt is given in the moment in which its tap is counted, and never again: so it is of
    whoever tapped, and as old as the tap.
    """
    row, made = tap_once(item, by=by, **said)
    return row, receipt(row, by=by) if made else ""


def receipt(row: DebtTap, *, by) -> str:
    """What whoever has just tapped gets, to take it back: signed, and kept nowhere here."""
    return signing.dumps({"tap": row.pk, "by": by.pk}, salt=SALT)


def tap_of(receipt: str, *, by) -> DebtTap | None:
    """The tap that this person may still take back, or None."""
    taps = DebtTap.objects.filter(pk=told_by(receipt, by), withdrawal=None)
    return taps.select_related("item").first()


def last_of(item: DebtItem, receipts: Iterable[str], *, by) -> tuple[DebtTap | None, str]:
    """The newest tap of an item that this person may still take back, with its receipt."""
    held = {told_by(receipt, by): receipt for receipt in receipts}
    row = item.taps.filter(pk__in=held.keys(), withdrawal=None).order_by("-pk").first()
    return row, held[row.pk] if row else ""


def told_by(receipt: str, by) -> int:
    """The id of the tap of a receipt that is this person's and not too old; 0 of any other."""
    try:
        said = signing.loads(receipt, salt=SALT, max_age=MAY_TAKE_BACK)
    except signing.BadSignature:
        return 0
    return said["tap"] if by is not None and said["by"] == by.pk else 0


@transaction.atomic
def withdraw_tap(item: DebtItem, receipt: str, *, by) -> DebtTap:
    """Take back a tap of one's own, for a while. What told it is not counted again later.

    raises: ValidationError where it is not one's own, too old, or taken back already
    """
    row = tap_of(receipt, by=by)
    if row is None or row.item_id != item.pk:
        raise ValidationError("A tap is taken back by whoever tapped, within 15 minutes, and once.")
    _, made = TapWithdrawal.objects.get_or_create(tap=row)
    if made and knows_changes(item):
        make_due(item.team_id)
    return row


def told_before(item: DebtItem, door: str, reference: str) -> DebtTap | None:
    """The tap that this told already; a commit also under an abbreviation of its id."""
    rows = DebtTap.objects.filter(item=item, source=door)
    if door != DebtTap.Source.COMMIT:
        return rows.filter(reference=reference).first()
    near = rows.filter(reference__startswith=reference[:SHORTEST])
    return next((row for row in near if is_same(row.reference, reference)), None)


def knows_changes(item: DebtItem) -> bool:
    """Whether taps can teach its slow-down: changes in its files are known."""
    score = item.latest_score
    return score is not None and score.inputs["sources"].get("touches") == inputs.MEASURED
