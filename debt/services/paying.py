"""Paying several debt items with one budget."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction

from debt.models import DebtItem
from debt.services.states import plan_it
from roadmaps.models import Item


@transaction.atomic
def plan_together(
    picks: Sequence[tuple[DebtItem, int | None]], *, by, first: bool = True
) -> list[Item]:
    """Put paying several items into the plan, in their order: all of them, or none.

    picks:   debt items with the version that was read
    first:   before everything else in the order, instead of at its end
    returns: the work, in the order of the picks
    raises:  ValidationError naming the item that cannot be planned; EditConflict when one changed
    """
    if not picks:
        raise ValidationError("Choose something to pay.")
    made: list[Item] = []
    together = {item.pk for item, _version in picks}
    for item, version in reversed(picks) if first else picks:
        try:
            made.append(plan_it(item, by=by, version=version, first=first, besides=together))
        except ValidationError as problem:
            raise ValidationError(f"{item.key}: {' '.join(problem.messages)}") from None
    return made[::-1] if first else made
