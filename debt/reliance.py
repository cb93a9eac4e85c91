"""What of debt relies on a decision: it was taken on because of it."""

from collections.abc import Iterable

from debt.models import DebtItem
from debt.queries import debt_items_visible_to
from tpm.history import subject_type
from tradeoffs.models import Decision
from tradeoffs.reliance import Reliant, offer

SAYS = "debt that it made"


@offer
def debt_items(user, decision: Decision) -> Iterable[Reliant]:
    """Open debt that the decision made."""
    rows = debt_items_visible_to(user).filter(decision=decision, state__in=DebtItem.DRAGS)
    for item in rows.order_by("number"):
        yield Reliant(
            subject_type(item), item.pk, item.key, item.title, item.get_absolute_url(), item.state,
            SAYS,
        )  # fmt: skip
