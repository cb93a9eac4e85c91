"""Ranges of effort, and what work really took."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from roadmaps.forecasting import Triple, from_p50, ranges
from roadmaps.models import Actual, Estimate, Item
from roadmaps.queries.finished import crews_of, delivered, pasts_of
from tpm import history, operations, revisions


@transaction.atomic
def estimate_item(
    item: Item,
    *,
    by,
    p10_days: float,
    p50_days: float,
    p90_days: float,
    one_number: bool = False,
    source: str = Estimate.Source.TYPED,
) -> Estimate:
    """Add a range of effort, and make the plan's forecast due.

    raises: ValidationError when the range breaks a constraint of the model, or ends beyond what
            a plan can be simulated with
    """
    if p90_days > ranges.LONGEST:
        raise ValidationError(f"A range ends at {ranges.LONGEST:,} days at the most.")
    fields = ("p10_days", "p50_days", "p90_days", "one_number")
    old = item.estimates.values_list(*fields).first()
    estimate = Estimate(
        item=item,
        by=by,
        source=source,
        one_number=one_number,
        p10_days=p10_days,
        p50_days=p50_days,
        p90_days=p90_days,
    )
    estimate.full_clean()
    estimate.save()
    new = (p10_days, p50_days, p90_days, one_number)
    if not operations.holds("created", item.pk):  # its first range goes and comes with the item
        operations.note("estimated", id=item.pk, old=old and list(old), new=list(new))
    changes = {"estimate": (old and _as_typed(old), _as_typed(new))}
    history.record(item, by=by, action="estimated", changes=changes)
    revisions.bump(item.product_id)
    return estimate


def _as_typed(row: tuple[float, float, float, bool]) -> float | tuple[float, ...]:
    """What was said: a number alone, or a range."""
    *triple, one_number = row
    return triple[1] if one_number else tuple(triple)


def estimate_from_text(item: Item, *, by, text: str) -> Estimate:
    """Add a range from quick text: `3..5..10`, or one number whose spread is learned.

    raises: ValueError with a sentence when the text is no range
    """
    typed = ranges.parse(text)
    triple = typed if isinstance(typed, Triple) else from_p50(typed)
    return estimate_item(
        item,
        by=by,
        p10_days=triple.p10,
        p50_days=triple.p50,
        p90_days=triple.p90,
        one_number=not isinstance(typed, Triple),
    )


@transaction.atomic
def record_actual(
    item: Item, *, by, person_days: float, source: str = Actual.Source.TYPED
) -> Actual:
    """Note what an item took. raises: ValidationError unless it is above 0."""
    old = took_of(item)
    actual = Actual(item=item, by=by, person_days=person_days, source=source)
    actual.full_clean()
    actual.save()
    operations.note("took", id=item.pk, old=old, new=[person_days, source])
    changes = {"person-days": (old and old[0], person_days)}
    history.record(item, by=by, action="took", changes=changes)
    revisions.bump(item.product_id)
    return actual


def took_of(item: Item) -> list[Any] | None:
    """What an item took and whence that is known, as a step keeps it; None where it is not."""
    newest = item.actuals.values_list("person_days", "source").first()
    return list(newest) if newest and newest[0] is not None else None


@transaction.atomic
def put_actual(item: Item, *, by, took: list[Any] | None, action: str) -> None:
    """Put what an item took in the place of what stands: a row of its own, for none is removed."""
    old = took_of(item)
    days, source = took or (None, Actual.Source.TAKEN_BACK)
    actual = Actual(item=item, by=by, person_days=days, source=source)
    actual.full_clean()
    actual.save()
    changes = {"person-days": (old and old[0], days)}
    history.record(item, by=by, action=action, changes=changes)
    revisions.bump(item.product_id)


def derive_actual(item: Item, *, by) -> Actual | None:
    """What its teams' places delivered while it was in progress (half weight in learning).

    returns: None where its days are not known: unknown is not zero
    """
    if item.started_on is None or item.finished_on is None:
        return None
    at_work = crews_of([item])[item.pk]
    teams = [team for team, _crew in at_work if team]
    pasts = pasts_of(item.product, teams, since=item.started_on)
    took = delivered(pasts, at_work, item.started_on, item.finished_on)
    return record_actual(item, by=by, person_days=took, source=Actual.Source.DERIVED)
