"""What it costs to leave a question open: from the items that it shapes and that are not done."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from roadmaps.models import Item, ItemPriority, PriorityFormula
from roadmaps.pages.priority_rows import unit_of, worth_text
from tradeoffs.models import Decision


@dataclass(frozen=True, slots=True)
class Cost:
    """week: of one more week, in the unit of the product; None where no item's is known.

    blocked: keys of the items that wait; unknown: how many of them have no cost of delay
    """

    week: float | None
    unit: str
    blocked: tuple[str, ...]
    unknown: int

    @property
    def says(self) -> str:
        if not self.blocked:
            return _("Not known: it holds up no item that is linked.")
        many = len(self.blocked)
        if self.week is None:
            return ngettext(
                "Not known: the item it holds up has no cost of delay.",
                "Not known: none of the %(n)s items it holds up has a cost of delay.",
                many,
            ) % {"n": many}
        words = _("About %(amount)s for each week, from %(keys)s.") % {
            "amount": worth_text(self.week, self.unit),
            "keys": ", ".join(self.blocked[:3]) + ("…" if many > 3 else ""),
        }
        if self.unknown:
            words += " " + _("Of %(unknown)s of these it is not known.") % {"unknown": self.unknown}
        return words


def of(decision: Decision, items: Sequence[Item]) -> Cost | None:
    """What one more week costs while a decision is open; None once it is closed.

    An item's own cost of one more week counts, and that of an objective once, however many of its
    items wait: the largest part that one of them has in it.

    items: linked to the decision
    """
    if not decision.is_open:
        return None
    waits = [item for item in items if item.state not in (Item.State.DONE, Item.State.DROPPED)]
    keys = tuple(item.key for item in waits)
    if not waits:
        return Cost(None, "", keys, 0)
    rows = ItemPriority.objects.filter(item__in=waits)
    own = 0.0
    through: dict[int | None, float] = {}
    known = set()
    objective = {item.pk: item.objective_id for item in waits}
    told = rows.values_list("item", "own_week", "followers_week", "week")
    for pk, own_week, followers, week in told:
        if week is None:
            continue
        known.add(pk)
        own += own_week or 0.0
        # What waits for an item may be among the items itself: it is not counted with another.
        rest = max(0.0, week - (own_week or 0.0) - (followers or 0.0))
        group = objective[pk]
        through[group] = max(through.get(group, 0.0), rest)
    formula = PriorityFormula.objects.filter(product=decision.product_id).first()
    return Cost(
        week=own + sum(through.values()) if known else None,
        unit=unit_of(formula),
        blocked=keys,
        unknown=len(waits) - len(known),
    )
