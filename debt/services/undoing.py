"""How what was done to debt is taken back, and done again: always a new change forward."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from debt.models import DebtItem
from debt.ranges import Range
from debt.refresh import make_due
from debt.services.items import check_said, declare_interest
from debt.services.watching import stop_watching, watch_ceiling
from tpm import figures, operations
from tpm.editing import edit
from tpm.operations import Refused, Step

INTEREST = "debt.interest"


@transaction.atomic
def put_item(step: Step, *, by, back: bool) -> None:
    """Give an item's fields their values of before, or the new ones again."""
    row, fields = operations.values_to_set(step, back=back)
    assert isinstance(row, DebtItem)
    put_values(row, fields, by=by, action="undone" if back else "redone")


def put_values(item: DebtItem, fields: dict[str, Any], *, by, action: str) -> list[str]:
    """Set fields of an item that once were the row together. raises: Refused with the reason"""
    team_before = item.team_id
    try:
        changed = edit(item, by=by, version=None, fields=fields, action=action)
        check_said(item, {name for name in changed if name in ("team", "component", "decision")})
        if "state" in changed and item.state == DebtItem.State.ACCEPTED:
            watch_ceiling(item, by=by)
        elif "state" in changed:
            stop_watching(item, by=by)
    except ValidationError as problem:
        raise Refused(" ".join(problem.messages)) from None
    if "state" in changed and item.state in DebtItem.CLOSED:
        figures.withdraw(item, "score", "interest")
    make_due(team_before, item.team_id)
    return changed


@transaction.atomic
def put_interest(step: Step, *, by, back: bool) -> None:
    """Declarations are append-only: the range of before is declared anew."""
    here, there = (step["new"], step["old"]) if back else (step["old"], step["new"])
    item = DebtItem.objects.select_for_update(of=("self",)).filter(pk=step["id"]).first()
    if item is None:
        raise Refused(_("The debt item is gone."))
    newest = item.interests.filter(kind=step["of"]).first()
    if (list(newest.range) if newest else None) != here:
        raise Refused(_("What %(key)s costs was declared anew since.") % {"key": item.key})
    if there is None:
        raise Refused(_("A first declaration stays: no record of one is ever removed."))
    declare_interest(item, by=by, days=Range(*there), kind=step["of"])


for kind, put in (("debt.debtitem", put_item), (INTEREST, put_interest)):
    operations.register(
        kind,
        undo=lambda step, by, put=put: put(step, by=by, back=True),
        redo=lambda step, by, put=put: put(step, by=by, back=False),
    )
