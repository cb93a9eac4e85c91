"""What is to be paid before an item, and what waits for it, as its page shows them."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from debt.models import DebtItem, DebtNeed
from tpm import formats


@dataclass(frozen=True)
class Line:
    """The item at the other end of a link."""

    pk: int
    item: DebtItem
    says: str


@dataclass(frozen=True)
class Needs:
    """Both sides of one item."""

    first: list[Line]
    then: list[Line]


def of_item(item: DebtItem) -> Needs:
    """In two queries, by number."""
    ends = ("latest_score", "item")
    first = item.need_links.select_related(*(f"needed__{end}" for end in ends), "needed")
    then = item.needed_by_links.select_related(*(f"item__{end}" for end in ends), "item")
    return Needs(
        first=[line(row, row.needed) for row in first.order_by("needed__number")],
        then=[line(row, row.item) for row in then.order_by("item__number")],
    )


def line(row: DebtNeed, other: DebtItem) -> Line:
    return Line(row.pk, other, says_of(other))


def says_of(item: DebtItem) -> str:
    """Where it stands: its state, and what paying it costs while that is to come."""
    state = item.get_state_display().lower()
    if item.state == DebtItem.State.PLANNED and item.item is not None:
        state = _("planned as %(key)s") % {"key": item.item.key}
    days = item.latest_score.principal_days if item.latest_score else None
    if not item.drags or days is None:
        return state
    return _("%(state)s, about %(days)s d to fix") % {
        "state": state, "days": formats.amount(days),
    }  # fmt: skip
