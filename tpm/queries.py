"""Reads of the ground floor."""

from typing import Any

from django.db.models import QuerySet

from tpm import history
from tpm.models import Change, Comment, Component, Person, Team
from tpm.roles import products_visible_to, teams_visible_to


def changes_visible_to(user) -> QuerySet[Change]:
    if user.is_superuser:
        return Change.objects.select_related("by")
    return Change.objects.filter(product__in=products_visible_to(user)).select_related("by")


def comments_on(subject) -> QuerySet[Comment]:
    return Comment.objects.filter(
        subject_type=history.subject_type(subject), subject_id=subject.pk
    ).select_related("by")


def comments_visible_to(user) -> QuerySet[Comment]:
    return Comment.objects.filter(product__in=products_visible_to(user))


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


def team_detail(team: Team) -> dict:
    """Members, absences, calendar and shares of one team, newest first."""
    return {
        "memberships": team.memberships.select_related("person").order_by("person__name"),
        "shares": team.shares.select_related("product").order_by("product__name"),
        "calendar": team.calendar_entries.order_by("starts_on"),
    }


def activity(subject, limit: int = 100) -> list[dict]:
    """Comments and changes of one record in one stream, newest first."""
    rows: list[dict[str, Any]] = [
        {"at": change.at, "by": change.by, "change": change, "comment": None}
        for change in history.changes_of(subject)[:limit]
    ] + [
        {"at": comment.at, "by": comment.by, "change": None, "comment": comment}
        for comment in comments_on(subject)
    ]
    return sorted(rows, key=lambda row: row["at"], reverse=True)[:limit]
