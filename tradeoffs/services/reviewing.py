"""Reviewing: the allowed moves of a decision, and who may make them."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from tpm import history
from tpm.editing import EditConflict
from tradeoffs import export, queries
from tradeoffs.models import Decision, Option, Review
from tradeoffs.services.robustness import freeze_robustness

State = Decision.State
Verdict = Review.Verdict


def move(decision: Decision, to: str, *, by, action: str, why: str = "", **fields) -> None:
    """Change the state of a row that the caller holds. raises: ValidationError if not allowed"""
    if to not in Decision.MOVES[decision.state]:
        now, then = decision.get_state_display().lower(), State(to).label.lower()
        raise ValidationError(f"{decision.key} is {now}: it cannot become {then}.")
    changes = {"state": (decision.state, to)}
    for name, value in fields.items():
        if name in ("chosen", "reasons") and getattr(decision, name) != value:
            changes[name] = (getattr(decision, name), value)
        setattr(decision, name, value)
    decision.state = to
    decision.version += 1
    decision.full_clean()
    decision.save()
    history.record(decision, by=by, action=action, changes=changes, why=why)


def held(decision: Decision, version: int | None, **mine) -> Decision:
    """The row, locked. raises: EditConflict when it is not the version that was looked at"""
    locked = Decision.objects.select_for_update(of=("self",)).get(pk=decision.pk)
    if version is not None and locked.version != version:
        raise EditConflict(locked, mine)
    return locked


def follow(decision: Decision, locked: Decision) -> None:
    """Let the caller's instance show what was saved."""
    for field in ("state", "version", "chosen", "reasons", "decided_at", "decided_by", "record"):
        setattr(decision, field, getattr(locked, field))


@transaction.atomic
def submit_for_review(decision: Decision, *, by, version: int | None, why: str = "") -> None:
    """Ask the leads. raises: ValidationError when there is nothing to choose between"""
    locked = held(decision, version, state=State.IN_REVIEW)
    if locked.options.count() < 2:
        raise ValidationError("Name at least two options: keeping things as they are may be one.")
    move(locked, State.IN_REVIEW, by=by, action="asked for review", why=why)
    follow(decision, locked)


@transaction.atomic
def withdraw(decision: Decision, *, by, version: int | None, why: str = "") -> None:
    """Take a decision out of review, back to a draft."""
    locked = held(decision, version, state=State.DRAFT)
    if locked.state != State.IN_REVIEW:
        raise ValidationError(f"{locked.key} is not in review.")
    move(locked, State.DRAFT, by=by, action="withdrew", why=why)
    follow(decision, locked)


@transaction.atomic
def reopen(decision: Decision, *, by, version: int | None, why: str) -> None:
    """Make a rejected decision a draft again."""
    locked = held(decision, version, state=State.DRAFT)
    if locked.state != State.REJECTED:
        raise ValidationError(f"Only a rejected decision opens again; {locked.key} is not.")
    need(why, "Say what has changed since it was rejected.")
    move(
        locked, State.DRAFT, by=by, action="opened again", why=why, decided_at=None, decided_by=None
    )
    follow(decision, locked)


@transaction.atomic
def deprecate(decision: Decision, *, by, version: int | None, why: str) -> None:
    """Say that an accepted decision no longer holds, and nothing takes its place."""
    locked = held(decision, version, state=State.DEPRECATED)
    need(why, "Say why it no longer holds.")
    move(locked, State.DEPRECATED, by=by, action="deprecated", why=why)
    follow(decision, locked)


def supersede(old: Decision, *, by, new: Decision) -> None:
    """Close an older decision that another one has replaced; inside the caller's transaction."""
    locked = held(old, None)
    move(locked, State.SUPERSEDED, by=by, action=f"replaced by {new.key}")
    follow(old, locked)


@transaction.atomic
def review(
    decision: Decision,
    *,
    by,
    version: int | None,
    verdict: str,
    reason: str,
    chosen: Option | None = None,
) -> Review:
    """Approve, reject or ask for changes, each with a reason.

    version: the version that was looked at; another one is a conflict, so no stale approval counts
    chosen:  the option to accept; without one, the option proposed in the draft
    raises:  PermissionDenied when a lead judges their own draft and another lead could
    """
    locked = held(decision, version, reasons=reason)
    if locked.state != State.IN_REVIEW:
        raise ValidationError(f"{locked.key} is not in review.")
    if verdict != Verdict.ASK_FOR_CHANGES:
        refuse_own(locked, by)
    row = Review(
        decision=locked, by=by, verdict=verdict, reason=reason, decision_version=locked.version
    )
    row.full_clean()
    row.save()
    if verdict == Verdict.APPROVE:
        accept(locked, by=by, reason=reason, chosen=chosen)
    elif verdict == Verdict.REJECT:
        closing = {"decided_at": timezone.now(), "decided_by": by}
        move(locked, State.REJECTED, by=by, action="rejected", why=reason, **closing)
    else:
        move(locked, State.DRAFT, by=by, action="asked for changes", why=reason)
    follow(decision, locked)
    return row


def refuse_own(decision: Decision, by) -> None:
    """raises: PermissionDenied when the author is about to judge, and somebody else could"""
    if decision.author_id != by.pk:
        return
    others = list(queries.other_leads(by, decision.product).values_list("name", flat=True)[:3])
    if others:
        raise PermissionDenied(
            f"You drafted {decision.key}, so somebody else has to judge it: ask "
            f"{' or '.join(others)}."
        )


def accept(decision: Decision, *, by, reason: str, chosen: Option | None) -> None:
    """Freeze a decision that the caller holds, and close those that it replaces."""
    chosen = chosen or decision.chosen
    if chosen is None:
        raise ValidationError({"chosen": "Choose the option that you approve."})
    if chosen.decision_id != decision.pk:
        raise ValidationError({"chosen": "Choose one of the options of this decision."})
    closing = {
        "chosen": chosen,
        "reasons": decision.reasons or reason,
        "decided_at": timezone.now(),
        "decided_by": by,
    }
    freeze_robustness(decision)
    decision.record = export.as_accepted(decision, **closing)
    move(decision, State.ACCEPTED, by=by, action="approved", why=reason, **closing)
    for row in decision.replaces.select_related("old"):
        if State.SUPERSEDED in Decision.MOVES[row.old.state]:
            supersede(row.old, by=by, new=decision)


def need(why: str, sentence: str) -> None:
    if not why.strip():
        raise ValidationError({"why": sentence})
