"""Who may not see the matrix now: whoever scores it unseen, until that round is shown."""

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from tpm.models import Change
from tradeoffs.models import Ballot, Decision

CELLS = (
    "scored", "cleared a score", "filled cells", "bound a cell", "unbound a cell",
    "read bound cells",
)  # fmt: skip
"""Actions of the history that tell what a cell holds."""
HIDDEN = "hidden"
"""What stands in place of a cell, in files and lists."""


def by(user) -> Q:
    """Decisions that this person scores in a first round which is not shown yet.

    Whatever their state: a rejected one may open again, and its round runs on.
    The second round is about what the first one showed: there is nothing left to hide then.
    """
    ballots = Ballot.objects.filter(
        round__decision=OuterRef("pk"),
        round__number=1,
        round__revealed_at=None,
        round__due_on__gte=timezone.localdate(),
        person__user=user,
    )
    return Q(Exists(ballots))


def hides(decision: Decision, user) -> bool:
    """Whether the matrix of one decision is hidden from this person now."""
    return user is not None and Decision.objects.filter(by(user), pk=decision.pk).exists()


def changes(user) -> Q:
    """Lines of the history that would tell this person what they must not see."""
    hidden = Decision.objects.filter(by(user)).values("pk")
    return Q(subject_type="tradeoffs.decision", subject_id__in=hidden, action__in=CELLS)


def of(decision: Decision):
    """The changes that do not tell what a cell holds."""
    found = Change.objects.filter(subject_type="tradeoffs.decision", subject_id=decision.pk)
    return found.exclude(action__in=CELLS).select_related("by")


def refuse(decision: Decision, user) -> None:
    """raises: PermissionDenied for a scorer who would touch, and so see, the cells of a matrix"""
    if hides(decision, user):
        raise PermissionDenied(
            f"You score {decision.key} unseen: its cells are hidden from you until the round is "
            "shown, and are not yours to change before."
        )
