"""Reads of the ground floor."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Count, Max, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from tpm import comments, history
from tpm.models import Change, Component, Membership, Person, Team, TeamShare
from tpm.policies import policy_on
from tpm.roles import products_visible_to, teams_visible_to


def changes_visible_to(user) -> QuerySet[Change]:
    rows = Change.objects.select_related("by")
    if not user.is_superuser:
        rows = rows.filter(product__in=products_visible_to(user))
    for hidden in history.COVERS:
        rows = rows.exclude(hidden(user))
    return rows


@dataclass
class Gathered:
    """A line of history, and how many of its batch it stands for: its newest of that kind."""

    change: Change
    together: int = 1
    of: str = ""
    """What they are lines of, in the plural."""

    @property
    def query(self) -> str:
        """What shows them one by one, for the address of a history."""
        row = self.change
        return urlencode({"batch": str(row.batch), "of": row.subject_type, "did": row.action})


ALIKE = ("batch", "product", "action", "subject_type")
"""What lines have in common that are shown as one."""


def gathered(rows: QuerySet[Change]) -> QuerySet[Change]:
    """Of what one import, change of many or undo did alike to many rows only the newest line."""
    imported = rows.filter(batch__isnull=False).order_by().values(*ALIKE)
    newest = imported.annotate(newest=Max("pk")).values("newest")
    return rows.filter(Q(batch=None) | Q(pk__in=newest))


def with_counts(rows: QuerySet[Change], heads: Iterable[Change]) -> list[Gathered]:
    """How many lines each of `gathered` stands for, in one query. rows: those it was made of"""
    heads = list(heads)
    batches = {head.batch for head in heads} - {None}
    counted = rows.filter(batch__in=batches).order_by().values_list(*ALIKE).annotate(Count("pk"))
    known = {tuple(key): count for *key, count in counted} if batches else {}
    found = []
    for head in heads:
        count = known.get((head.batch, head.product_id, head.action, head.subject_type), 1)
        found.append(Gathered(head, count, plural_of(head.subject_type) if count > 1 else ""))
    return found


def plural_of(subject_type: str) -> str:
    """What rows of a kind are called. History stays longer than what a version knows of."""
    try:
        return str(apps.get_model(subject_type)._meta.verbose_name_plural)
    except (LookupError, ValueError):
        return _("records")


def components_visible_to(user) -> QuerySet[Component]:
    if user.is_superuser:
        return Component.objects.all()
    return Component.objects.filter(products__in=products_visible_to(user)).distinct()


def people_visible_to(user) -> QuerySet[Person]:
    """People in the products and teams that the user sees."""
    if user.is_superuser:
        return Person.objects.all()
    products = products_visible_to(user)
    return (
        Person.objects.filter(roles__product__in=products)
        | Person.objects.filter(memberships__team__in=teams_visible_to(user))
    ).distinct()


def teams_listed(user) -> QuerySet[Any]:
    """Teams that the user sees, with `seen_shares` and `elsewhere`: other products stay unnamed."""
    shares = TeamShare.objects.filter(product__in=products_visible_to(user))
    return (
        teams_visible_to(user)
        .annotate(elsewhere=elsewhere(user))
        .prefetch_related(
            "memberships",
            Prefetch("shares", shares.select_related("product"), to_attr="seen_shares"),
        )
    )


def elsewhere(user) -> Subquery:
    """The share of a team that today goes to products which the user does not see."""
    today = timezone.localdate()
    rows = (
        TeamShare.objects.filter(team=OuterRef("pk"), starts_on__lte=today)
        .filter(Q(ends_on=None) | Q(ends_on__gte=today))
        .exclude(product__in=products_visible_to(user))
    )
    return Subquery(rows.order_by().values("team").annotate(sum=Sum("share")).values("sum"))


def output_of(team: Team, members: Iterable[Membership]) -> float:
    """Person-days that a team gives to items on a working day with everybody present."""
    today = timezone.localdate()
    here = (
        row.share
        for row in members
        if row.starts_on <= today and (row.ends_on is None or row.ends_on >= today)
    )
    policy = policy_on(team, today)
    return sum(here) * team.focus_share * (1 - policy.unplanned_share if policy else 1)


def team_detail(team: Team, user) -> dict:
    """Members, calendar, shares and changes of one team, as far as the user may see them."""
    seen = products_visible_to(user)
    changes = history.changes_of(team).filter(Q(product=None) | Q(product__in=seen))
    return {
        "memberships": (
            members := list(team.memberships.select_related("person").order_by("person__name"))
        ),
        "output": output_of(team, members),
        "shares": team.shares.filter(product__in=seen)
        .select_related("product")
        .order_by("product__name"),
        "policies": list(team.policies.all()),
        "policy": (policy := policy_on(team, timezone.localdate())),
        "pace": team.focus_share * (1 - policy.unplanned_share) if policy else team.focus_share,
        "elsewhere": Team.objects.filter(pk=team.pk).values_list(elsewhere(user), flat=True)[0],
        "calendar": sorted(
            team.calendar_entries.order_by("starts_on"),
            key=lambda entry: entry.ends_on < timezone.localdate(),
        ),
        "changes": changes[:30],
    }


def activity(subject, limit: int = 100) -> list[dict]:
    """Comments and changes of one record in one stream, newest first."""
    rows: list[dict[str, Any]] = [
        {"at": change.at, "by": change.by, "change": change, "comment": None}
        for change in history.changes_of(subject)[:limit]
    ] + [
        {"at": comment.at, "by": comment.by, "change": None, "comment": comment}
        for comment in comments.comments_on(subject)
    ]
    return sorted(rows, key=lambda row: row["at"], reverse=True)[:limit]
