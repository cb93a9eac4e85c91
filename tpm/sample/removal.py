"""Taking the sample away again, with everything that came with it and serves nothing else."""

from collections.abc import Iterable
from typing import Any

from django.db import models, transaction

from tpm import append_only, history
from tpm.models import (
    Change,
    Component,
    Figure,
    Person,
    Product,
    Team,
    User,
)
from tpm.services import purge_product

CAME = "came with the sample"

OWN = {
    "tpm.component": (),
    "tpm.team": (
        "tpm.Membership",
        "tpm.CalendarEntry",
        "tpm.CapacityPolicy",
        "debt.TeamLedger",
        "roadmaps.TeamDrag",
    ),
    "tpm.person": ("tpm.Absence",),
    "tpm.user": ("tpm.ApiToken", "account.EmailAddress"),
}
"""What only describes such a row, and goes with it."""


def mark[Row: models.Model](row: Row) -> Row:
    """Note in its history that a row came with the sample, so that it can leave with it."""
    history.record(row, by=None, action=CAME)
    return row


@transaction.atomic
def remove(product: Product, *, by: User | None) -> None:
    """Purge the sample product, then its people, teams, parts and accounts. Cannot be undone.

    Whoever or whatever meanwhile works for another product stays, and so does every administrator.
    raises: ValueError when the product is not a sample
    """
    if not product.is_sample:
        raise ValueError(f"{product.name} is not a sample")
    purge_product(product, by=by)
    with append_only.removal_allowed("removal of the sample"):
        take_away(Component)
        take_away(Team)
        take_away(Person, kept=people_to_keep(by))
        take_away(User, kept=accounts_to_keep(by))


def take_away(model: type[models.Model], kept: Iterable[int] = ()) -> None:
    """Remove the rows that came with a sample and that nothing uses any more."""
    label = model._meta.label_lower
    came = Change.objects.filter(subject_type=label, action=CAME).values("subject_id")
    for row in model._default_manager.filter(pk__in=came).exclude(pk__in=list(kept)):
        about = {"subject_type": label, "subject_id": row.pk}
        own_history = Change.objects.filter(**about)
        if is_used(row, besides=own_history):
            continue
        own_history.delete()
        Figure.objects.filter(**about).delete()
        row.delete()


def is_used(row: models.Model, *, besides: models.QuerySet) -> bool:
    """Whether any other record points at this one."""
    relations: Any = row._meta.get_fields(include_hidden=True)
    for relation in relations:
        if not (relation.auto_created and (relation.one_to_many or relation.one_to_one)):
            continue
        model = relation.related_model
        if model._meta.label in OWN[row._meta.label_lower]:
            continue
        pointing = model._default_manager.filter(**{relation.field.name: row})
        if model is Change:
            pointing = pointing.exclude(pk__in=besides.values("pk"))
        if pointing.exists():
            return True
    return False


def what_goes(product: Product) -> list[tuple[str, int]]:
    """Name and number of what a person would miss."""
    rows = (
        "items",
        "objectives",
        "debt_items",
        "decisions",
        "forecast_runs",
        "comments",
        "changes",
    )
    counted = [(name.replace("_", " ").capitalize(), getattr(product, name)) for name in rows]
    return [(name, rows.count()) for name, rows in counted]


def people_to_keep(by: User | None) -> models.QuerySet:
    return Person.objects.filter(user__in=accounts_to_keep(by)).values_list("pk", flat=True)


def accounts_to_keep(by: User | None) -> list[int]:
    """Every administrator, and whoever removes the sample."""
    admins = list(User.objects.filter(is_superuser=True).values_list("pk", flat=True))
    return admins if by is None else [*admins, by.pk]
