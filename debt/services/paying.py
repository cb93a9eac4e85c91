"""Paying several debt items with one budget."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from debt import queries
from debt.models import DebtItem
from debt.services.states import plan_it
from roadmaps.models import Item
from roadmaps.services import rank_item
from tpm import formats, history


@transaction.atomic
@history.as_one()
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
    head = queries.first_open_item(picks[0][0].product) if first else None
    for item, version in picks:
        try:
            made.append(plan_it(item, by=by, version=version, besides=together))
        except ValidationError as problem:
            raise ValidationError(f"{item.key}: {' '.join(problem.messages)}") from None
    # Numbers follow the order of paying; from the last on, each finds free room before the head.
    for work in reversed(made) if head is not None else ():
        rank_item(work, by=by, before=head)
        head = work
    return made


SHOWN = 5
"""Keys that the name of an operation holds."""


def planned_words(made: Sequence[Item]) -> str:
    """What was planned, as the name of its operation."""
    keys = ", ".join(item.key for item in made[:SHOWN])
    more = len(made) - SHOWN
    if more > 0:
        keys = _("%(keys)s and %(n)s more") % {"keys": keys, "n": formats.number(more)}
    return _("Planned as %(keys)s. The forecast is on its way.") % {"keys": keys}
