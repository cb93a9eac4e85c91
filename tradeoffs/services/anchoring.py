"""Comments at a section, an option, a criterion or a cell, each of which is settled."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from tpm import comments, history
from tpm.models import Comment
from tradeoffs.models import Anchor, Criterion, Decision, Option, Section


@transaction.atomic
def comment_at(
    decision: Decision,
    *,
    by,
    body: str,
    section: str = "",
    option: Option | None = None,
    criterion: Criterion | None = None,
) -> Anchor:
    """Say something about one part: a section, an option, a criterion, or the cell of both.

    raises: ValidationError for a part of another decision, or none at all
    """
    parts: list[Option | Criterion] = [part for part in (option, criterion) if part is not None]
    if any(part.decision_id != decision.pk for part in parts):
        raise ValidationError("Comment on an option or a criterion of this decision.")
    if bool(section) == bool(parts):
        raise ValidationError("Comment on a section, or on an option, a criterion or their cell.")
    if section and section not in Section.values:
        raise ValidationError({"section": f"Name one of: {', '.join(Section.values)}."})
    label = Section(section).label if section else ", ".join(part.name for part in parts)
    comment = comments.comment_on(decision, by=by, body=body)
    row = Anchor(
        comment=comment, decision=decision, section=section, option=option, criterion=criterion,
        label=label,
    )  # fmt: skip
    row.full_clean()
    row.save()
    return row


@transaction.atomic
def settle_comment(comment: Comment, *, by, state: str) -> Anchor:
    """Say that a comment is resolved, is kept as it stands, or is open after all."""
    row = Anchor.objects.select_for_update(of=("self",)).get(comment=comment)
    if state not in Anchor.State.values:
        raise ValidationError({"state": "Resolve it, keep it, or open it again."})
    if state == row.state:
        return row
    before, row.state = row.state, state
    row.settled_by, row.settled_at = by, timezone.now()
    if state == Anchor.State.OPEN:
        row.settled_by = row.settled_at = None
    row.full_clean()
    row.save()
    change = {f"comment on {row.label}": (before, state)}
    history.record(row.decision, by=by, action="settled a comment", changes=change)
    return row
