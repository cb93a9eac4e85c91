"""Asking: who judges a decision, by which rule and until when; objections; reminders."""

import datetime
from collections.abc import Iterable

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from roadmaps.forecasting.workdays import workdays
from roadmaps.services.bulk import after_workdays, days_off
from tpm import history
from tpm.editing import EditConflict
from tpm.models import Person, Team
from tpm.roles import can, people_of, require, teams_of
from tradeoffs import standing, tiers
from tradeoffs.models import Decision, ObjectionEnd, Reminder, Review, Reviewer, ReviewPlan
from tradeoffs.services.holding import hold, touch
from tradeoffs.services.reviewing import held

WORKING_DAYS = 5
Stage = Reminder.Stage


def due_after(decision: Decision, days: int, *, today: datetime.date) -> datetime.date:
    """The day so many working days after today, in the calendar of the touched components' team."""
    teams = decision.components.exclude(owner_team=None).values_list("owner_team", flat=True)
    owners = set(teams)
    return after_workdays(today, days, days_off(owners.pop()) if len(owners) == 1 else ())


@transaction.atomic
def plan_review(
    decision: Decision,
    *,
    by,
    version: int,
    rule: str,
    needed: int = 1,
    team: Team | None = None,
    due_on: datetime.date | None = None,
    today: datetime.date,
) -> ReviewPlan:
    """Say by whom and until when a decision is judged.

    version: of the plan that was read, 0 where there was none
    raises:  EditConflict when somebody saved another plan; ValidationError for a rule that nobody
             can meet, or a due date in the past; PermissionDenied for the author in review
    """
    locked = hold(decision)
    found = ReviewPlan.objects.select_for_update(of=("self",)).filter(decision=locked).first()
    plan = found or ReviewPlan(decision=locked, version=0)
    mine = {"rule": rule, "needed": needed, "team": team, "due_on": due_on}
    if version != plan.version:
        raise EditConflict(plan, mine)
    before = {name: getattr(plan, name) for name in mine} if found else {}
    ruled = any(getattr(plan, name) != mine[name] for name in ("rule", "needed", "team"))
    if ruled:
        standing.refuse_arranging(by, locked)
    if team is not None and not teams_of(locked.product).filter(pk=team.pk).exists():
        raise ValidationError({"team": "Name a team that serves this product."})
    if rule == ReviewPlan.Rule.ALL and team is None:
        raise ValidationError({"team": "Name the team whose people all have to approve."})
    if rule == ReviewPlan.Rule.APPROVER and (locked.approver is None or not locked.approver.user):
        raise ValidationError({"rule": "Name an approver with an account on the record first."})
    if due_on is not None and due_on < today and due_on != before.get("due_on"):
        raise ValidationError({"due_on": "This day is over: give the reviewers some time."})
    if rule == ReviewPlan.Rule.COUNT and needed < tiers.approvals(locked.tier):
        least = tiers.approvals(locked.tier)
        raise ValidationError({"needed": f"Tier {locked.tier} asks for {least} approvals."})
    for name, value in mine.items():
        setattr(plan, name, value)
    plan.asked_on = plan.asked_on or (today if locked.state == Decision.State.IN_REVIEW else None)
    plan.version += 1
    plan.full_clean()
    plan.save()
    if ruled:
        touch(decision)
    changes = {name: (before.get(name), value) for name, value in mine.items()}
    changes = {name: pair for name, pair in changes.items() if pair[0] != pair[1]}
    history.record(locked, by=by, action="planned the review", changes=changes)
    return plan


@transaction.atomic
def ask_reviewers(
    decision: Decision, *, by, people: Iterable[Person], because: dict[int, str] | None = None
) -> list[Reviewer]:
    """Ask people to judge a decision.

    raises: ValidationError for whoever cannot; PermissionDenied for the author in review
    """
    locked = hold(decision)
    wanted = list(people)
    able = set(Person.objects.filter(user__in=standing.able(locked)).values_list("pk", flat=True))
    for person in wanted:
        if person.user_id == locked.author_id and person.user_id:
            raise ValidationError(f"{person.name} drafted it: their approval would not count.")
        if person.pk not in able:
            raise ValidationError(
                f"{person.name} cannot judge it: they need an account and the role member."
            )
    known = set(locked.reviewers.values_list("person", flat=True))
    new = [person for person in wanted if person.pk not in known]
    if new:
        standing.refuse_arranging(by, locked)
    why = because or {}
    rows = [
        Reviewer(
            decision=locked, person=person, asked_by=by, because=why.get(person.pk, "")[:120],
            asked_at=timezone.now(),
        )
        for person in new
    ]  # fmt: skip
    Reviewer.objects.bulk_create(rows)
    if new:
        names = ", ".join(person.name for person in new)
        history.record(locked, by=by, action="asked", changes={"reviewers": (None, names)})
    return rows


@transaction.atomic
def excuse_reviewer(row: Reviewer, *, by) -> None:
    """Ask somebody no longer; what they said stays."""
    locked = hold(row.decision)
    standing.refuse_arranging(by, locked)
    history.record(
        locked, by=by, action="asks no longer", changes={"reviewers": (row.person.name, None)}
    )
    row.delete()


@transaction.atomic
def withdraw_objection(row: Review, *, by, reason: str) -> ObjectionEnd:
    """Take back one's own objection."""
    if row.by_id != by.pk:
        raise PermissionDenied("Only whoever objected can withdraw an objection.")
    return end(row, by=by, how=ObjectionEnd.How.WITHDRAWN, reason=reason)


@transaction.atomic
def overrule(row: Review, *, by, reason: str) -> ObjectionEnd:
    """Go on in spite of an objection, on record: the approver's call, or a lead's without one.

    raises: PermissionDenied for the author, the objector, and whoever is not the named approver
    """
    require(by, "decide", row.decision.product)
    refuse_overruling(row, by)
    return end(row, by=by, how=ObjectionEnd.How.OVERRULED, reason=reason)


def refuse_overruling(row: Review, by) -> None:
    decision = row.decision
    author = row.amendment.by_id if row.amendment else decision.author_id
    if by.pk == row.by_id:
        raise PermissionDenied("It is your own objection: withdraw it instead.")
    if by.pk == author:
        raise PermissionDenied("You wrote it, so somebody else has to answer the objection.")
    named = decision.approver
    if named is not None and named.user_id not in (None, author, row.by_id, by.pk):
        raise PermissionDenied(f"{named.name} is the approver, so only they can overrule it.")


def may_overrule(user, row: Review) -> bool:
    try:
        refuse_overruling(row, user)
    except PermissionDenied:
        return False
    return can(user, "decide", row.decision.product)


def end(row: Review, *, by, how: str, reason: str) -> ObjectionEnd:
    locked = held(row.decision, None)
    if not standing.is_open(Review.objects.get(pk=row.pk)):
        raise ValidationError("This objection does not block any more.")
    found = ObjectionEnd(review=row, how=how, by=by, reason=reason)
    found.full_clean()
    found.save()
    action = f"{how} an objection"
    history.record(locked, by=by, action=action, why=reason)
    return found


def stage_of(asked_on: datetime.date, due_on: datetime.date, today: datetime.date) -> Stage | None:
    """Which reminder is due: at half and at 90 % of the working days, then overdue, then the leads.

    The leads hear of it two working days after the due date.
    """
    day = datetime.timedelta(days=1)
    if today > due_on:
        late = workdays(due_on + day, today)
        return Stage.LEAD if late > 2 else Stage.OVERDUE if late else Stage.NEARLY
    whole = workdays(asked_on + day, due_on)
    gone = workdays(asked_on + day, today)
    if whole <= 0 or gone >= 0.9 * whole:
        return Stage.NEARLY
    return Stage.HALF if gone >= 0.5 * whole else None


def remind(decision: Decision, *, today: datetime.date) -> int:
    """Remind whoever has not answered, once for each stage; twice is harmless.

    returns: how many reminders are new
    """
    plan = ReviewPlan.objects.filter(decision=decision).first()
    if plan is None or not plan.asked_on or not plan.due_on:
        return 0
    stage = stage_of(plan.asked_on, plan.due_on, today)
    if decision.state != Decision.State.IN_REVIEW or stage is None:
        return 0
    answered = {said.review.by_id for said in standing.last_words(decision) if not said.stale}
    made = 0
    for reviewer in decision.reviewers.select_related("person"):
        if reviewer.person.user_id not in answered:
            _, new = Reminder.objects.get_or_create(
                reviewer=reviewer, stage=stage, due_on=plan.due_on
            )
            made += new
    return made


def offered_people(decision: Decision):
    """Whom a form may offer as reviewers."""
    able = standing.able(decision)
    return people_of(decision.product).filter(user__in=able)
