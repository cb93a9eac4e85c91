"""What the tab Review and a card of the inbox show."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tpm import formats
from tpm.models import Change
from tpm.roles import can
from tradeoffs import blind, ceremony, quorum, standing
from tradeoffs.differences import Difference
from tradeoffs.models import (
    Amendment,
    Decision,
    ObjectionEnd,
    Reminder,
    Review,
    Reviewer,
    ReviewPlan,
)
from tradeoffs.services import asking
from tradeoffs.services.reviewing import ASKED

# Verdict: word, tint, icon.
BADGES = {
    "approve": ("Approved", "ok", "check"),
    "conditions": ("Approved with conditions", "ok", "check"),
    "ask_for_changes": ("Changes asked", "warn", "undo"),
    "object": ("Objects", "bad", "cross"),
    "abstain": ("Abstains", "", "minus"),
    "reject": ("Rejected", "bad", "cross"),
}
SHOWN = 6


@dataclass(frozen=True, slots=True)
class Person:
    """One line: somebody who was asked, who judged, or both.

    badge: (word, tint, icon); since: what the change means for what they said
    changed: what has changed since they looked
    """

    name: str
    because: str
    badge: tuple[str, str, str]
    review: Review | None = None
    stale: bool = False
    since: str = ""
    changed: list[Difference] = field(default_factory=list)
    more: int = 0
    ended: ObjectionEnd | None = None
    withdraw_url: str = ""
    overrule_url: str = ""
    excuse_url: str = ""
    reminder: Reminder | None = None


def of(user, decision: Decision, *, today: datetime.date) -> dict:
    """The context of the tab."""
    case = standing.case(decision)
    found = case.standing()
    plan = getattr(decision, "review_plan", None)
    accepts = ceremony.would_accept(user, case)
    return {
        "standing": found,
        "standing_says": standing.sentence(decision, found),
        "checklist": ceremony.demands(user, decision),
        "plan": plan,
        "plan_says": plan_says(plan),
        "asked_with": asked_with([decision]).get(decision.pk),
        "freeze": ceremony.freeze_of(decision) if accepts else None,
        "late": bool(plan and plan.due_on and plan.due_on < today and decision.is_open),
        "people": people(user, decision),
        "earlier": earlier(decision),
        "may_judge": decision.state == Decision.State.IN_REVIEW
        and (case.may_judge(user) or can(user, "decide", decision.product)),
        "own": decision.author_id == user.pk and not case.may_judge(user),
        "may_plan": decision.is_open and standing.may_arrange(user, decision),
        "may_open_round": decision.is_open and can(user, "draft_decision", decision.product),
        "round": blind.newest(decision),
        "amendments": amendments(user, decision),
    }


def asked_with(decisions: Iterable[Decision]) -> dict[int, Change]:
    """What whoever asked for review left for those asked, by id of the decision, in one query.

    The last time that it was asked; nothing where they said nothing then.
    """
    pks = [row.pk for row in decisions if row.state == Decision.State.IN_REVIEW]
    rows = Change.objects.filter(
        subject_type=Decision._meta.label_lower, subject_id__in=pks, action=ASKED
    ).select_related("by__person")
    newest = {row.subject_id: row for row in rows.order_by("pk")} if pks else {}
    return {pk: row for pk, row in newest.items() if row.why}


def plan_says(plan: ReviewPlan | None) -> str:
    """The rule in words, and until when answers are due."""
    if plan is None:
        return ""
    rule = {
        ReviewPlan.Rule.COUNT: ngettext(
            "One of those asked has to approve", "%(n)s of those asked have to approve", plan.needed
        )
        % {"n": plan.needed},
        ReviewPlan.Rule.ALL: _("Everybody of %(team)s has to approve") % {"team": plan.team},
        ReviewPlan.Rule.APPROVER: _("The named approver has to approve"),
    }[ReviewPlan.Rule(plan.rule)]
    if plan.due_on is None:
        return f"{rule}."
    return f"{rule}. " + _("Answers due %(day)s.") % {"day": formats.day(plan.due_on)}


def people(user, decision: Decision) -> list[Person]:
    """Who said what last, objections first, then those who have not answered."""
    asked: dict[int | None, Reviewer] = {
        row.person.user_id: row
        for row in decision.reviewers.select_related("person").prefetch_related("reminders")
    }
    said = standing.last_words(decision)
    lines = [line_of(user, decision, one, asked.get(one.review.by_id)) for one in said]
    lines.sort(key=lambda line: (line.badge[0] != "Objects", line.stale))
    heard = {one.review.by_id for one in said}
    return lines + [
        waiting(user, decision, row) for pk, row in asked.items() if pk is None or pk not in heard
    ]


def line_of(user, decision: Decision, said: standing.Said, row: Reviewer | None) -> Person:
    review, changed = said.review, told(decision, said.changed)
    badge = BADGES[review.verdict]
    if said.stale and review.verdict in quorum.APPROVING and decision.is_open:
        badge = (f"{badge[0]} v{review.decision_version}, stale", "warn", "clock")
    ended = getattr(review, "ended", None)
    if ended is not None:
        badge = (f"Objection {ended.get_how_display().lower()}", "", "undo")
    return Person(
        name=standing.who(review.by),
        because=row.because if row else "",
        badge=badge,
        review=review,
        stale=said.stale and decision.is_open,
        since=since(said, decision),
        changed=changed[:SHOWN],
        more=max(0, len(changed) - SHOWN),
        ended=ended,
        reminder=last_reminder(row) if row and said.stale else None,
        **objection_urls(user, decision, said),
    )


def since(said: standing.Said, decision: Decision) -> str:
    """What it means that something changed since somebody looked, and what is needed now."""
    if not said.stale or not decision.is_open:
        return ""
    who = standing.who(said.review.by)
    if said.open:
        return _(
            "It still blocks, though this changed since %(who)s objected. If the change answers "
            "it, %(who)s withdraws the objection or approves; else the approver overrules it."
        ) % {"who": who}
    if said.review.verdict in quorum.APPROVING:
        return _(
            "It does not count any more: %(who)s approved what stood there before, and has to look "
            "again. Changed since:"
        ) % {"who": who}
    return _("Changed since %(who)s looked:") % {"who": who}


def told(decision: Decision, changed: list[Difference]) -> list[Difference]:
    """The differences that the reader may see: no cell while they score the matrix unseen."""
    return [one for one in changed if one.kind != "cell"] if decision.unseen else changed


def objection_urls(user, decision: Decision, said: standing.Said) -> dict[str, str]:
    if not said.open or not decision.is_open:
        return {}
    args = [decision.key, said.review.pk]
    if said.review.by_id == user.pk:
        return {"withdraw_url": reverse("tradeoffs:objection-withdrawn", args=args)}
    if asking.may_overrule(user, said.review):
        return {"overrule_url": reverse("tradeoffs:objection-overruled", args=args)}
    return {}


def waiting(user, decision: Decision, row: Reviewer) -> Person:
    url = ""
    if decision.is_open and standing.may_arrange(user, decision):
        url = reverse("tradeoffs:reviewer-excuse", args=[decision.key, row.pk])
    return Person(
        name=row.person.name,
        because=row.because,
        badge=("Waiting", "", "clock"),
        reminder=last_reminder(row),
        excuse_url=url,
    )


def last_reminder(row: Reviewer) -> Reminder | None:
    return max(row.reminders.all(), key=lambda one: one.pk, default=None)


def earlier(decision: Decision) -> list[Review]:
    """What people said before their last word, newest first; the badge as `shown`."""
    newest, found = set(), []
    for row in decision.reviews.filter(amendment=None).select_related("by", "ended"):
        if row.by_id in newest:
            found.append(row)
        newest.add(row.by_id)
    return found


@dataclass(frozen=True, slots=True)
class AmendmentLine:
    row: Amendment
    says: str
    votes: list[Review]
    judge: bool
    withdraw: bool


def amendments(user, decision: Decision) -> list[AmendmentLine]:
    found = []
    leads = can(user, "decide", decision.product)
    for row in decision.amendments.select_related("by", "closed_by"):
        waits = row.state == Amendment.State.PROPOSED
        now = standing.of(decision, row) if waits else None
        may = waits and (leads or standing.is_asked(user, decision))
        own = row.by_id == user.pk
        found.append(
            AmendmentLine(
                row=row,
                says=standing.sentence(decision, now) if now else "",
                votes=list(row.reviews.select_related("by")),
                judge=may and (not own or not (now and now.needed)),
                withdraw=waits and (own or leads),
            )
        )
    return found
