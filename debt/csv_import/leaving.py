"""What a row of a table says of an item that only the item's page changes."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from debt.models import DebtItem

STATES = {word.casefold() for state in DebtItem.State for word in (state.value, state.label)}


def notes(left: Mapping[str, str], item: DebtItem) -> list[str]:
    """Sentences for what a row says otherwise: its state, its acceptance, its work.

    left: cells by the names of their columns
    """
    state = item.get_state_display()
    until = item.accepted_until.isoformat() if item.accepted_until else ""
    here = {
        "state": (state, item.state),
        "status": (state, item.state),
        "accepted until": (until or item.accepted_trigger, item.accepted_trigger),
        "planned as": (item.item.key if item.item else "",),
    }
    words = _("%(column)s: the file says “%(there)s”, which is not read; it stays %(here)s. "
              "Its page changes that.")  # fmt: skip
    return [
        words % {"column": name, "there": cell[:60], "here": here[name][0] or _("empty")}
        for name, cell in left.items()
        if says_otherwise(name, cell, here[name])
    ]


def says_otherwise(name: str, cell: str, here: tuple[str, ...]) -> bool:
    """A status may be another tracker's: then it says nothing of our states."""
    if name == "status" and cell.casefold() not in STATES:
        return False
    return cell.casefold() not in {text.casefold() for text in here}
