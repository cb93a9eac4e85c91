"""What the page of one decision shows around its text, as ready strings."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from tpm import formats
from tpm.models import Change
from tradeoffs import standing
from tradeoffs.models import Decision


@dataclass(frozen=True, slots=True)
class Stage:
    name: str
    more: str
    class_: str


def stages(decision: Decision, day, due: str) -> list[Stage]:
    """The way of a decision, with what is behind it and where it stands.

    day: a function that writes a date
    """
    state, State = decision.state, Decision.State
    closed = day(decision.decided_at) if decision.decided_at else ""
    end = "Rejected" if state == State.REJECTED else "Accepted"
    at = 0 if state == State.DRAFT else 1 if state == State.IN_REVIEW else 2
    found = [("Draft", day(decision.created_at)), ("In review", ""), (end, closed)]
    if decision.imported:
        found[0] = ("Imported", day(decision.created_at))
        if not decision.is_open and decision.decided_by_id is None:
            found, at = [found[0], found[2]], at - 1
    if decision.is_open and due:
        found[at] = (found[at][0], due)
    if state in (State.SUPERSEDED, State.DEPRECATED):
        found.append((decision.get_state_display(), day(decision.updated_at)))
        at = len(found) - 1
    marks = ["is-done" if place < at else "is-now" if place == at else "" for place in range(9)]
    return [Stage(name, more, mark) for (name, more), mark in zip(found, marks, strict=False)]


def who_proposed(decision: Decision) -> str:
    """Who named the option that an open decision proposes: whoever edited it, or approved first."""
    if not decision.is_open or decision.chosen_id is None:
        return ""
    found = Change.objects.filter(
        subject_type=Decision._meta.label_lower, subject_id=decision.pk, fields__has_key="chosen"
    ).select_related("by__person")
    row = found.order_by("-pk").first()
    if row is None or row.by is None:
        return ""
    said = {"who": standing.who(row.by), "day": formats.day(row.at)}
    if row.action.startswith("approved"):
        return _("named by an approval of %(who)s, %(day)s") % said
    return _("by %(who)s, %(day)s") % said
