"""Numbers that one app publishes and every other may read."""

import datetime
from collections.abc import Iterable

from django.db import models

from tpm.history import subject_type
from tpm.models import Figure, Product


def figure(
    subject: models.Model,
    kind: str,
    value: float | None,
    *,
    product: Product | None,
    as_of: datetime.datetime,
    low: float | None = None,
    high: float | None = None,
    unit: str = "",
    computed_from: str = "",
) -> Figure:
    """A figure ready for `publish_all`."""
    return Figure(
        subject_type=subject_type(subject),
        subject_id=subject.pk,
        product=product,
        kind=kind,
        low=low,
        value=value,
        high=high,
        unit=unit,
        as_of=as_of,
        computed_from=computed_from,
    )


def publish_all(figures: Iterable[Figure]) -> None:
    """Store figures, each in place of the one before, in the transaction of their computation."""
    Figure.objects.bulk_create(
        figures,
        update_conflicts=True,
        unique_fields=["subject_type", "subject_id", "kind"],
        update_fields=["product", "low", "value", "high", "unit", "as_of", "computed_from"],
    )


def withdraw(subject: models.Model, *kinds: str) -> None:
    """Take back numbers that a record no longer has."""
    Figure.objects.filter(
        subject_type=subject_type(subject), subject_id=subject.pk, kind__in=kinds
    ).delete()


def latest(subject: models.Model, kind: str) -> Figure | None:
    return Figure.objects.filter(
        subject_type=subject_type(subject), subject_id=subject.pk, kind=kind
    ).first()
