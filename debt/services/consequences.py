"""Debt that a decision takes on knowingly: a bad consequence becomes an item of the register."""

from django.db import transaction

from debt.maths.ranges import Range
from debt.models import DebtItem
from debt.owning import Suggester
from debt.services.items import log_debt_item
from tpm import formats
from tpm.models import Component, Team
from tradeoffs.models import Consequence
from tradeoffs.services import note_handled


def component_of_decision(row: Consequence) -> Component | None:
    """The one component that its decision is about."""
    decision = row.decision
    components = list(decision.components.filter(products=decision.product))
    return components[0] if len(components) == 1 else None


def payer_of(row: Consequence) -> Team | None:
    """The team that pays for it once it is debt."""
    suggester = Suggester(row.decision.product)
    return suggester.of((), component=component_of_decision(row)).team


@transaction.atomic
def become_debt(
    row: Consequence,
    *,
    by,
    version: int | None = None,
    title: str = "",
    interest: Range | None = None,
    principal: Range | None = None,
) -> DebtItem:
    """Log a bad consequence as deliberate debt, with its decision as the cause.

    interest: pd a month; principal: pd to fix. What is not known is asked on its page
    raises:   ValidationError when the consequence is handled already, or not bad
    """
    decision = row.decision
    low, mid, high = principal or (None, None, None)
    item = log_debt_item(
        decision.product,
        by=by,
        title=(title or row.text)[:200],
        description=formats.ended(f"Taken on knowingly by {decision.key} {decision.title}"),
        interest=interest,
        component=component_of_decision(row),
        owner=row.owner,
        decision=decision,
        consequence=row,
        quadrant=DebtItem.Quadrant.DELIBERATE_PRUDENT,
        tags=["deliberate"],
        principal_p10_days=low,
        principal_p50_days=mid,
        principal_p90_days=high,
    )
    note_handled(row, by=by, handled_as=Consequence.Handled.DEBT, key=item.key, version=version)
    return item
