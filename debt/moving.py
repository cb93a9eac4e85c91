"""States that a press in the register brings about, and who may: the same in cells and in bulk."""

import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from debt import services
from debt.models import DebtItem
from debt.services.states import MOVES
from tpm import formats
from tpm.roles import can

State = DebtItem.State
NEEDS = {
    State.OPEN: "log_debt", State.PAID: "log_debt",
    State.WRITTEN_OFF: "accept_debt", State.NOT_DEBT: "accept_debt",
}  # fmt: skip
"""What one press makes of an item, and who may; accepting and planning ask for more."""
TAKES_BACK = {
    State.PLANNED: "plan",
    State.ACCEPTED: "accept_debt",
    State.WRITTEN_OFF: "accept_debt",
    State.NOT_DEBT: "accept_debt",
}


def ability_to_reopen(item: DebtItem) -> str:
    """A state is undone by those who may bring it about."""
    return TAKES_BACK.get(State(item.state), "log_debt")


def reachable(item: DebtItem, user) -> list[State]:
    """What somebody can make of an item with one press."""
    if item.state == State.PLANNED:
        return []  # the work that pays it is a matter of its page
    return [
        State(state)
        for state in MOVES[item.state]
        if state in NEEDS and may_become(user, item, State(state))
    ]


def may_become(user, item: DebtItem, state: State) -> bool:
    ability = ability_to_reopen(item) if state == State.OPEN else NEEDS[state]
    return can(user, ability, item.product)


def not_to_plan(item: DebtItem) -> str:
    """Why paying it is not put into the plan: it is there, or closed; empty where it may be."""
    if State.PLANNED in MOVES[item.state]:
        return ""
    state = item.get_state_display().lower()
    return _("%(key)s is %(state)s already.") % {"key": item.key, "state": state}


DONE = {
    State.OPEN: gettext_lazy("%(key)s is open again."),
    State.PAID: gettext_lazy("%(key)s is paid."),
    State.WRITTEN_OFF: gettext_lazy("%(key)s is written off."),
    State.NOT_DEBT: gettext_lazy("%(key)s is not debt."),
}


def done_words(item: DebtItem, state: State) -> str:
    """What a press made of it, as the name of its operation."""
    return str(DONE[state]) % {"key": item.key}


def accepted_words(item: DebtItem, until: datetime.date | None) -> str:
    if until is None:
        return _("%(key)s is accepted.") % {"key": item.key}
    words = _("%(key)s is accepted until %(day)s.")
    return words % {"key": item.key, "day": formats.day(until, year=True)}


def become(item: DebtItem, state: State, *, by, version: int | None, why: str) -> list[str]:
    """raises: ValidationError where it needs a reason, does not follow, or is not theirs to say"""
    if item.state == State.PLANNED:
        raise ValidationError(_("It is planned: say on its page what becomes of the work."))
    if not may_become(by, item, state):
        raise ValidationError(_("%(state)s is for a lead to say.") % {"state": state.label})
    write = {
        State.OPEN: services.reopen,
        State.PAID: services.mark_paid,
        State.WRITTEN_OFF: services.write_off,
        State.NOT_DEBT: services.declare_not_debt,
    }[state]
    return write(item, by=by, version=version, why=why)
