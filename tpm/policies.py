"""What a team's time is for: its capacity policies, read and written."""

import datetime
from collections.abc import Iterable

from django.db import transaction

from tpm import formats, history, revisions
from tpm.models import CapacityPolicy, Team


def policy_on(team: Team, day: datetime.date) -> CapacityPolicy | None:
    """The policy that holds on a day: the newest that has begun."""
    return team.policies.filter(starts_on__lte=day).order_by("-starts_on").first()


def words_of(policy: CapacityPolicy) -> str:
    """`20 % debt, 15 % unplanned, 65 % other items; drag at most 15 %`."""
    shares = (
        (policy.debt_share, "debt"), (policy.unplanned_share, "unplanned"),
        (policy.other_share, "other items"),
    )  # fmt: skip
    said = ", ".join(f"{formats.percent(share)} {word}" for share, word in shares)
    if policy.drag_limit is None:
        return said
    return f"{said}; drag at most {formats.percent(policy.drag_limit)}"


def limits_of_drag(teams: Iterable[int], day: datetime.date) -> dict[int, float]:
    """The debt budget of those teams that have one: the highest drag that their policy allows."""
    rows = CapacityPolicy.objects.filter(team__in=list(teams), starts_on__lte=day)
    newest = {row.team_id: row.drag_limit for row in rows.order_by("starts_on")}
    return {team: limit for team, limit in newest.items() if limit is not None}


@transaction.atomic
def set_policy(
    team: Team,
    *,
    by,
    starts_on: datetime.date,
    debt_share: float,
    unplanned_share: float,
    drag_limit: float | None = None,
) -> CapacityPolicy:
    """Say what a team's time is for from a day on; one from the same day is replaced.

    raises: ValidationError when a share is negative, or they pass 100 % together
    """
    Team.objects.select_for_update().get(pk=team.pk)
    row = team.policies.filter(starts_on=starts_on).first()
    old = words_of(row) if row else None
    row = row or CapacityPolicy(team=team, starts_on=starts_on)
    row.debt_share, row.unplanned_share = debt_share, unplanned_share
    row.drag_limit = drag_limit
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
