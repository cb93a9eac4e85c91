"""Reviewing: the allowed moves of a decision, and who may make them."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from tpm import history
from tpm.editing import EditConflict
from tpm.roles import can, require
from tradeoffs import blind, checklist, content, export, quorum, standing, unseen
from tradeoffs.models import (
    Amendment,
    Decision,
    Firing,
    ObjectionEnd,
    Option,
    Review,
    ReviewPlan,
)
from tradeoffs.services import closing
from tradeoffs.services.answering import close_firings
from tradeoffs.services.revealing import end_rounds
from tradeoffs.services.robustness import freeze_robustness, weighed_now

State = Decision.State
Verdict = Review.Verdict
SETTLING = (Verdict.APPROVE, Verdict.CONDITIONS, Verdict.ABSTAIN)
"""What somebody who objected says when they object no longer."""

NAMED = ("product", "driver__user", "approver__user", "chosen", "author", "review_plan")
"""What a judgement, its history and the record name."""

Changes = Mapping[str, tuple] | tuple[()]


def move(
    decision: Decision, to: str, *, by, action: str, why: str = "", also: Changes = (), **fields
) -> None:
    """Change the state of a row that the caller holds. raises: ValidationError if not allowed

    also: changes that were made on the way, for the history
    """
    if to not in Decision.MOVES[decision.state]:
        now, then = decision.get_state_display().lower(), State(to).label.lower()
        raise ValidationError(f"{decision.key} is {now}: it cannot become {then}.")
    changes = {"state": (decision.state, to), **dict(also)}
    for name, value in fields.items():
        if name in ("chosen", "reasons") and getattr(decision, name) != value:
            changes[name] = (getattr(decision, name), value)
        setattr(decision, name, value)
    decision.state = to
    decision.version += 1
    decision.full_clean()
    decision.save()
    history.record(decision, by=by, action=action, changes=changes, why=why)


ASKED = "asked for review"
"""What history calls it; its reason is the word left for the reviewers."""


def held(decision: Decision, version: int | None, **mine) -> Decision:
    """The row, locked. raises: EditConflict when it is not the version that was looked at"""
    rows = Decision.objects.select_related(*NAMED).select_for_update(of=("self",))
    locked = rows.get(pk=decision.pk)
    if version is not None and locked.version != version:
        raise EditConflict(locked, mine)
    return locked


def follow(decision: Decision, locked: Decision) -> None:
    """Let the caller's instance show what was saved."""
    for field in ("state", "version", "chosen", "reasons", "decided_at", "decided_by", "record"):
        setattr(decision, field, getattr(locked, field))


@transaction.atomic
def submit_for_review(decision: Decision, *, by, version: int | None, why: str = "") -> None:
    """Ask the reviewers. raises: ValidationError when there is nothing to choose between"""
    locked = held(decision, version, state=State.IN_REVIEW)
    content.read_along([locked])
    if locked.options.count() < 2 and locked.tier != 0:
        raise ValidationError("Name at least two options: keeping things as they are may be one.")
    move(locked, State.IN_REVIEW, by=by, action=ASKED, why=why)
    content.keep(locked, by=by, why=ASKED)
    ReviewPlan.objects.filter(decision=locked).update(asked_on=timezone.localdate())
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
    locked.involved.update(seen_at=None)  # they are told anew once it is decided anew
    follow(decision, locked)


@transaction.atomic
def deprecate(decision: Decision, *, by, version: int | None, why: str) -> None:
    """Say that an accepted decision no longer holds, and nothing takes its place."""
    locked = held(decision, version, state=State.DEPRECATED)
    need(why, "Say why it no longer holds.")
    move(locked, State.DEPRECATED, by=by, action="deprecated", why=why)
    close_firings(locked, by=by, how=Firing.Answer.DEPRECATED, why=why)
    follow(decision, locked)


def supersede(old: Decision, *, by, new: Decision) -> None:
    """Close an older decision that another one has replaced; inside the caller's transaction."""
    locked = held(old, None)
    move(locked, State.SUPERSEDED, by=by, action=f"replaced by {new.key}")
    close_firings(locked, by=by, how=Firing.Answer.SUPERSEDED, why=f"Replaced by {new.key}.")
    follow(old, locked)


def review(
    decision: Decision,
    *,
    by,
    version: int | None,
    verdict: str,
    reason: str,
    chosen: Option | None = None,
) -> Review:
    """Say what one thinks of a decision; a lead's approval that completes the quorum accepts it.

    version: the version that was looked at; another one is a conflict, so no stale approval counts
    chosen:  the option to approve; without one, the option proposed in the draft
    raises:  PermissionDenied for whoever was not asked, and for the author while others could
    """
    end_rounds(decision)
    with transaction.atomic():
        return reviewed(
            decision, by=by, version=version, verdict=verdict, reason=reason, chosen=chosen
        )


def reviewed(
    decision: Decision, *, by, version: int | None, verdict: str, reason: str,
    chosen: Option | None,
) -> Review:  # fmt: skip
    """`review`, inside one transaction and after rounds that are over were shown."""
    locked = held(decision, version, reasons=reason)
    if locked.state != State.IN_REVIEW:
        raise ValidationError(f"{locked.key} is not in review.")
    content.read_along([locked])
    case = standing.case(locked)
    refuse_unasked(case, by, verdict)
    looked_at, changes = locked.version, {}
    if verdict in (Verdict.APPROVE, Verdict.CONDITIONS):
        changes = propose(locked, by=by, chosen=chosen)
    row = Review(
        decision=locked, by=by, verdict=verdict, reason=reason, decision_version=looked_at,
        seen=content.keep(locked, by=by, why="judged"),
    )  # fmt: skip
    row.full_clean()
    row.save()
    if verdict in SETTLING:
        end_own_objections(case, by=by, reason=reason)
    answer(case.after(row, settles=verdict in SETTLING), row, changes)
    follow(decision, locked)
    return row


def answer(case: standing.Case, row: Review, changes: Changes) -> None:
    """What a verdict does to a decision that the caller holds. case: with that verdict"""
    decision, by, reason = case.decision, row.by, row.reason
    if row.verdict == Verdict.REJECT:
        move(
            decision, State.REJECTED, by=by, action="rejected", why=reason,
            decided_at=timezone.now(), decided_by=by,
        )  # fmt: skip
        closing.close(decision, by=by, kind="rejected")
    elif row.verdict == Verdict.ASK_FOR_CHANGES:
        move(decision, State.DRAFT, by=by, action="asked for changes", why=reason)
    elif (
        row.verdict in (Verdict.APPROVE, Verdict.CONDITIONS)
        and can(by, "decide", decision.product)
        and not lacking(case, by=by)
    ):
        freeze(case, by=by, reason=reason, also=changes)
    else:
        done = {
            Verdict.OBJECT: "objected", Verdict.ABSTAIN: "abstained",
            Verdict.CONDITIONS: "approved with conditions",
        }.get(Verdict(row.verdict), "approved it as one of several")  # fmt: skip
        history.record(decision, by=by, action=done, changes=dict(changes), why=reason)


def lacking(case: standing.Case, *, by) -> list[str]:
    """What stands between a decision and its acceptance: people, its record, a round that runs.

    by: who is told
    """
    decision, found = case.decision, case.standing()
    round_ = blind.running(decision, timezone.localdate())
    # Whoever scores in that round learns nothing of the matrix by what its checklist lacks.
    decision.cover(round_ is not None and unseen.hides(decision, by))
    lacks = []
    if not found.met:
        lacks.append(f"It cannot be accepted yet: {standing.sentence(decision, found)}.")
    lacks += [f"{item.text}." for item in checklist.lacking(decision)]
    if round_ is not None:
        day = f"{round_.due_on:%-d %B %Y}"
        lacks.append(f"People score it unseen until {day}: accept it once the round is shown.")
    return lacks


def accept_decision(decision: Decision, *, by, version: int | None, why: str = "") -> None:
    """Accept what enough people approved; of a tier 0 note a lead needs nobody's approval.

    raises: ValidationError with all that is lacking
    """
    require(by, "decide", decision.product)
    end_rounds(decision)
    with transaction.atomic():
        locked = held(decision, version, state=State.ACCEPTED)
        if locked.state == State.DRAFT and locked.tier == 0:
            move(locked, State.IN_REVIEW, by=by, action="noted")
        if locked.state != State.IN_REVIEW:
            raise ValidationError(f"{locked.key} is not in review.")
        accept(locked, by=by, reason=why)
        follow(decision, locked)


def propose(decision: Decision, *, by, chosen: Option | None) -> dict[str, tuple]:
    """Let an approval name its option; another than the proposed one is a lead's to propose.

    returns: what that changed, for the history
    """
    chosen = chosen or decision.chosen
    if chosen is None:
        raise ValidationError({"chosen": "Choose the option that you approve."})
    if chosen.decision_id != decision.pk:
        raise ValidationError({"chosen": "Choose one of the options of this decision."})
    if chosen == decision.chosen:
        return {}
    if not can(by, "decide", decision.product) and decision.chosen is not None:
        named = decision.chosen.name
        raise ValidationError(
            {"chosen": f"{named} is proposed. A lead can propose another option; ask for changes."}
        )
    change = {"chosen": (decision.chosen, chosen)}
    # Where nothing was proposed, nobody can have approved anything else.
    decision.version += decision.chosen is not None
    decision.chosen = chosen
    decision.save()
    return change


def refuse_unasked(case: standing.Case, by, verdict: str) -> None:
    """raises: PermissionDenied when this person may not say this"""
    decision = case.decision
    leads = can(by, "decide", decision.product)
    if verdict == Verdict.REJECT:
        require(by, "decide", decision.product)
    if decision.author_id == by.pk:
        if leads and verdict == Verdict.ASK_FOR_CHANGES:
            return
        if case.able or not leads:
            others = [standing.who(user) for user in standing.able(decision)]
            raise PermissionDenied(
                f"You drafted {decision.key}, so somebody else has to judge it: ask "
                f"{' or '.join(sorted(others)[:3]) or 'a lead'}."
            )
    elif not leads and by.pk not in case.asked:
        require(by, "decide", decision.product)
    else:
        require(by, "draft_decision", decision.product)


def end_own_objections(
    case: standing.Case, *, by, reason: str, amendment: Amendment | None = None
) -> None:
    """Whoever approves or abstains after objecting takes the objection back by that."""
    for word in case.objections(amendment):
        if word.by == by.pk:
            ObjectionEnd.objects.create(
                review_id=word.pk, how=ObjectionEnd.How.WITHDRAWN, by=by, reason=reason
            )


def accept(decision: Decision, *, by, reason: str) -> None:
    """Accept a decision that the caller holds.

    raises: ValidationError with all that is lacking: approvals, an answer to an objection, records
    """
    content.read_along([decision])
    case = standing.case(decision)
    lacks = lacking(case, by=by)
    if decision.chosen is None:
        lacks.append("Choose the option that is accepted.")
    reason_given = decision.reasons or reason or last_reason(case)
    if not reason_given:
        lacks.append("Say why this option and not another.")
    if lacks:
        raise ValidationError(lacks)
    freeze(case, by=by, reason=reason)


def freeze(case: standing.Case, *, by, reason: str, also: Changes = ()) -> None:
    """Freeze a decision that lacks nothing, and close those that it replaces.

    case: of a row that the caller holds, read along with its content
    """
    decision = case.decision
    end: dict[str, Any] = {
        "chosen": decision.chosen,
        "reasons": decision.reasons or reason or last_reason(case),
        "decided_at": timezone.now(),
        "decided_by": by,
    }
    weighed = weighed_now(decision)
    run = freeze_robustness(weighed)
    decision.record = export.as_accepted(decision, weighed, **end)
    move(decision, State.ACCEPTED, by=by, action="approved", why=reason, also=also, **end)
    closing.close(decision, by=by, kind="accepted", run=run)
    # In one order, so that two acceptances that close the same ones never wait for each other.
    for row in sorted(decision.replaces.all(), key=lambda row: row.old_id):
        # Read along before it was held: another replacement may have closed it meanwhile.
        if State.SUPERSEDED in Decision.MOVES[held(row.old, None).state]:
            supersede(row.old, by=by, new=decision)


def last_reason(case: standing.Case) -> str:
    """Why the last person who approved did."""
    said = (word.pk for word in case.last_words() if word.verdict in quorum.APPROVING)
    newest = next(said, None)
    return "" if newest is None else Review.objects.get(pk=newest).reason


def need(why: str, sentence: str) -> None:
    if not why.strip():
        raise ValidationError({"why": sentence})
