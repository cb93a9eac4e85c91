"""Amending: the accepted text changes by a judged amendment, or by a typo put right on record."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from tpm import history
from tpm.roles import can, require
from tradeoffs import export, quorum, standing, wording
from tradeoffs.models import Amendment, Decision, Firing, Review, Section
from tradeoffs.services import closing
from tradeoffs.services.answering import close_firings
from tradeoffs.services.reviewing import SETTLING, end_own_objections, held

Kind, State = Amendment.Kind, Amendment.State
Verdict = Review.Verdict
ANSWERS = (
    Verdict.APPROVE, Verdict.CONDITIONS, Verdict.OBJECT, Verdict.ABSTAIN, Verdict.REJECT
)  # fmt: skip


def accepted(decision: Decision) -> Decision:
    """The row, locked. raises: ValidationError when its text is not the frozen one"""
    locked = held(decision, None)
    if locked.state != Decision.State.ACCEPTED:
        state = locked.get_state_display().lower()
        raise ValidationError(f"{locked.key} is {state}: only accepted text is amended.")
    return locked


@transaction.atomic
def propose_amendment(
    decision: Decision, *, by, section: str, new: str, reason: str, old: str | None = None
) -> Amendment:
    """Propose another text for a section of an accepted decision.

    old:    the text that the proposal began from; None: the present one
    raises: ValidationError when nothing changes, or the section says something else by now
    """
    locked = accepted(decision)
    row = Amendment(
        decision=locked, section=named(section), old=text_of(locked, section, old),
        new=tidy(new), reason=reason.strip(), by=by,
    )  # fmt: skip
    if row.section == Section.REASONS:
        refuse_empty_reasons(row.new)
    row.full_clean()
    row.save()
    change = {row.get_section_display().lower(): (row.old, row.new)}
    history.record(locked, by=by, action="proposed an amendment", changes=change, why=row.reason)
    return row


@transaction.atomic
def fix_typo(
    decision: Decision, *, by, section: str, new: str, reason: str = "", old: str | None = None
) -> Amendment:
    """Put a slip of spelling right, at once and on record.

    raises: ValidationError when more changes than the spelling of a few words, counted from what
            was judged last: many typos in a row make no other text
    """
    locked = accepted(decision)
    before = text_of(locked, section, old)
    if not wording.is_typo(judged(locked, section, before), tidy(new)):
        raise ValidationError(
            {"new": "More than the spelling of a few words would change: that is an amendment. "
             "Propose it as one."}
        )  # fmt: skip
    row = Amendment(
        decision=locked, kind=Kind.TYPO, section=named(section), old=before, new=tidy(new),
        reason=reason.strip() or "A typo", by=by,
    )  # fmt: skip
    if row.section == Section.REASONS:
        refuse_empty_reasons(row.new)
    row.full_clean()
    apply(row, locked, by=by)
    return row


def judged(decision: Decision, section: str, now: str) -> str:
    """The text of a section as somebody judged it last, before any typo was put right."""
    applied = decision.amendments.filter(section=section, state=State.ACCEPTED)
    rows = list(applied.order_by("applied_version"))
    last = next((row for row in reversed(rows) if row.kind == Kind.AMENDMENT), None)
    return last.new if last else rows[0].old if rows else now


def named(section: str) -> str:
    if section not in Section.values:
        raise ValidationError({"section": f"Name one of: {', '.join(Section.values)}."})
    return section


def tidy(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def text_of(decision: Decision, section: str, old: str | None) -> str:
    now: str = getattr(decision, named(section))
    if old is not None and tidy(old) != tidy(now):
        raise ValidationError({"new": "This section was amended meanwhile: look at it again."})
    return now


def refuse_empty_reasons(text: str) -> None:
    if not text:
        raise ValidationError({"new": "An accepted decision keeps its reasons."})


def apply(row: Amendment, locked: Decision, *, by) -> None:
    """Write an amendment into a decision that the caller holds; the trigger looks for its version.

    Of the frozen record only the section changes, and the chain gets a link.
    """
    row.state = State.ACCEPTED
    row.applied_version = locked.version + 1
    row.closed_by, row.closed_at = by, timezone.now()
    row.full_clean()
    row.save()
    locked.record = export.as_amended(locked, row.section, row.new)
    setattr(locked, row.section, row.new)
    locked.version = row.applied_version
    locked.full_clean()
    locked.save()
    action = "fixed a typo" if row.kind == Kind.TYPO else "amended"
    change = {row.get_section_display().lower(): (row.old, row.new)}
    history.record(locked, by=by, action=action, changes=change, why=row.reason)
    closing.close(locked, by=by, kind=str(row.kind))
    if row.kind == Kind.AMENDMENT:
        close_firings(locked, by=by, how=Firing.Answer.REVISED, why=row.reason)


@transaction.atomic
def review_amendment(row: Amendment, *, by, verdict: str, reason: str) -> Review:
    """Judge an amendment as the decision itself is judged; a lead's last approval applies it.

    raises: PermissionDenied for whoever may not judge, or wrote it; ValidationError once it closed
    """
    locked, row = accepted(row.decision), open_row(row)
    case = standing.case(locked)
    refuse(case, row, by, verdict)
    said = Review(
        decision=locked, amendment=row, by=by, verdict=verdict, reason=reason,
        decision_version=locked.version,
    )  # fmt: skip
    said.full_clean()
    said.save()
    if verdict in SETTLING:
        end_own_objections(case, by=by, reason=reason, amendment=row)
    case = case.after(said, settles=verdict in SETTLING)
    if verdict == Verdict.REJECT:
        shut(row, locked, by=by, state=State.REJECTED, why=reason)
    elif (
        verdict in quorum.APPROVING and can(by, "decide", locked.product) and case.standing(row).met
    ):
        apply(row, locked, by=by)
    else:
        history.record(locked, by=by, action="judged an amendment", why=reason)
    return said


def refuse(case: standing.Case, row: Amendment, by, verdict: str) -> None:
    decision = case.decision
    if verdict not in ANSWERS:
        raise ValidationError({"verdict": "Approve, object, abstain or reject."})
    if getattr(decision, row.section) != row.old:
        raise ValidationError("The section was amended meanwhile: this amendment is out of date.")
    if verdict == Verdict.REJECT:
        require(by, "decide", decision.product)
    if not can(by, "decide", decision.product) and by.pk not in case.asked:
        require(by, "decide", decision.product)
    if by.pk == row.by_id and case.standing(row).needed:
        raise PermissionDenied("You proposed it, so somebody else has to judge it.")


@transaction.atomic
def withdraw_amendment(row: Amendment, *, by) -> None:
    """Take back an amendment that is not applied: its author, or a lead."""
    locked, row = accepted(row.decision), open_row(row)
    if by.pk != row.by_id:
        require(by, "decide", locked.product)
    shut(row, locked, by=by, state=State.WITHDRAWN, why="")


def open_row(row: Amendment) -> Amendment:
    found = Amendment.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if found.state != State.PROPOSED:
        raise ValidationError(f"This amendment is {found.get_state_display().lower()} already.")
    return found


def shut(row: Amendment, decision: Decision, *, by, state: str, why: str) -> None:
    row.state, row.closed_by, row.closed_at = state, by, timezone.now()
    row.full_clean()
    row.save()
    action = f"{state} an amendment"
    history.record(decision, by=by, action=action, why=why)
