"""What a team's time is for: its capacity policies, read and written."""

import datetime

from django.db import transaction

from tpm import formats, history, revisions
from tpm.models import CapacityPolicy, Team


def policy_on(team: Team, day: datetime.date) -> CapacityPolicy | None:
    """The policy that holds on a day: the newest that has begun."""
    return team.policies.filter(starts_on__lte=day).order_by("-starts_on").first()


def words_of(policy: CapacityPolicy) -> str:
    """`20 % debt, 15 % unplanned, 65 % other items`."""
    shares = (
        (policy.debt_share, "debt"), (policy.unplanned_share, "unplanned"),
        (policy.other_share, "other items"),
    )  # fmt: skip
    return ", ".join(f"{formats.percent(share)} {word}" for share, word in shares)


@transaction.atomic
def set_policy(
    team: Team, *, by, starts_on: datetime.date, debt_share: float, unplanned_share: float
) -> CapacityPolicy:
    """Say what a team's time is for from a day on; one from the same day is replaced.

    raises: ValidationError when a share is negative, or they pass 100 % together
    """
    Team.objects.select_for_update().get(pk=team.pk)
    row = team.policies.filter(starts_on=starts_on).first()
    old = words_of(row) if row else None
    row = row or CapacityPolicy(team=team, starts_on=starts_on)
    row.debt_share, row.unplanned_share = debt_share, unplanned_share
    row.full_clean()
    new = words_of(row)
    row.save()
    if old != new:
        changes = {f"from {starts_on}": (old, new)}
        history.record(team, by=by, action="capacity policy", changes=changes)
        revisions.bump_served_by(team)
    return row


@transaction.atomic
def remove_policy(row: CapacityPolicy, *, by) -> None:
    """Take a policy back, as if it had not been: the one before it holds on."""
    changes = {f"from {row.starts_on}": (words_of(row), None)}
    history.record(row.team, by=by, action="capacity policy taken back", changes=changes)
    revisions.bump_served_by(row.team)
    row.delete()
