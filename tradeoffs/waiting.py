"""What waits for somebody: the one queue that the list, the inbox, Home and the API show.

The database finds what could wait; whether it does follows from the same `Case` as the page.
"""

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from tpm.models import Level, Product
from tpm.roles import can
from tradeoffs import standing
from tradeoffs.models import Amendment, Decision, Reminder, Review, Reviewer

State = Decision.State


def waiting_for(user, product: Product) -> QuerySet[Decision]:
    """Decisions that this person can move on.

    Reviews they were asked for and have not given of what stands there now; for a lead also those
    that nobody was asked for, that may be accepted, or whose reviewers are late; own drafts sent
    back and own decisions that somebody objects to; amendments that wait.
    """
    return Decision.objects.filter(pk__in=ids(user, product))


def ids(user, product: Product) -> list[int]:
    """The same by id, in two queries once `services.keep_mark` knows what the decisions say now."""
    leads = can(user, "decide", product)
    rows = list(candidates(user, product, leads=leads))
    judged = [row for row in rows if row.state == State.IN_REVIEW]
    for row in judged:
        row.product = product
    cases = standing.cases(judged)
    return [row.pk for row in rows if row.pk not in cases or waits(user, cases[row.pk], leads)]


def candidates(user, product: Product, *, leads: bool) -> QuerySet[Decision]:
    """All in review, with what only the database knows; of the others those that wait."""
    asked = Exists(Reviewer.objects.filter(decision=OuterRef("pk"), person__user=user))
    sent_back = Exists(
        Review.objects.filter(decision=OuterRef("pk"), verdict=Review.Verdict.ASK_FOR_CHANGES)
    )
    amended = Q(amendment_waits(user), state=State.ACCEPTED)
    wanted = Q(state=State.IN_REVIEW) | Q(sent_back, state=State.DRAFT, author=user)
    wanted |= amended if leads else amended & Q(asked)
    return (
        Decision.objects.filter(wanted, product=product)
        .annotate(is_late=late())
        .select_related("review_plan", "approver")
        .only("state", "tier", "version", "author", "product", "approver", "review_plan")
    )


def waits(user, case: standing.Case, leads: bool) -> bool:
    """Whether a decision in review waits for this person."""
    decision = case.decision
    own = decision.author_id == user.pk
    if own and case.objections():
        return True
    answered = case.has_answered(user)
    if user.pk in case.asked and not own and not answered:
        return True
    if not leads:
        return False
    other_leads = [pk for pk, level in case.members.items() if level == Level.LEAD]
    nobody_asked = not case.asked - {user.pk}
    if nobody_asked and not answered and (not own or not set(other_leads) - {user.pk}):
        return True
    return bool(getattr(decision, "is_late", False)) or case.standing().met


def late() -> Exists:
    """Whether reviewers are so late that the leads are told."""
    told = Reminder.objects.filter(
        reviewer__decision=OuterRef("pk"),
        stage=Reminder.Stage.LEAD,
        due_on=F("reviewer__decision__review_plan__due_on"),
    )
    return Exists(told)


def amendment_waits(user) -> Exists:
    """Whether somebody else's amendment waits that this person has not judged."""
    judged = Exists(Review.objects.filter(amendment=OuterRef("pk"), by=user))
    rows = Amendment.objects.filter(~judged, decision=OuterRef("pk"), state="proposed")
    return Exists(rows.exclude(by=user))
