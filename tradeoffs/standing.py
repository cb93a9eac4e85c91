"""Reads of a review: who may judge, who said what, whether it counts, and what is missing."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from tpm.models import Level, Person, Role, User
from tpm.roles import RANK, can
from tradeoffs import content, quorum
from tradeoffs.differences import Difference, between
from tradeoffs.models import Amendment, Decision, Review, ReviewPlan

ABLE = [level for level in Level.values if RANK[level] >= RANK[Level.MEMBER]]
SUGGESTED = 6


@dataclass(frozen=True, slots=True)
class Said:
    """The last word of one person, and what has changed since they looked."""

    review: Review
    stale: bool
    changed: list[Difference]
    open: bool


def members(decision: Decision) -> QuerySet[User]:
    """Open accounts of members of the product and above."""
    found = Role.objects.filter(product=decision.product_id, level__in=ABLE)
    return User.objects.filter(person__in=found.values("person"), is_active=True)


def able(decision: Decision) -> QuerySet[User]:
    """Accounts apart from the author's that could approve."""
    return members(decision).exclude(pk=decision.author_id)


def is_asked(user, decision: Decision) -> bool:
    return decision.reviewers.filter(person__user=user).exists()


def may_judge(user, decision: Decision) -> bool:
    """Leads, and members who were asked; the author only where nobody else could."""
    if not can(user, "draft_decision", decision.product):
        return False
    if user.pk == decision.author_id:
        return can(user, "decide", decision.product) and not able(decision).exists()
    return can(user, "decide", decision.product) or is_asked(user, decision)


def may_arrange(user, decision: Decision) -> bool:
    """Who says who judges: whoever drafts, and in review a lead who did not write it."""
    if decision.state != Decision.State.IN_REVIEW:
        return can(user, "draft_decision", decision.product)
    return can(user, "decide", decision.product) and user.pk != decision.author_id


def refuse_arranging(user, decision: Decision) -> None:
    """raises: PermissionDenied where somebody in review would choose their own judges"""
    if decision.state == Decision.State.IN_REVIEW and not may_arrange(user, decision):
        raise PermissionDenied(
            f"{decision.key} is in review: who judges it, and by which rule, is changed by a lead "
            "who did not write it. Take it back to a draft to change it yourself."
        )


def in_team(team: int | None, today: datetime.date) -> Q:
    """People who work in a team on a day; one `filter` has to take it as a whole."""
    runs = Q(person__memberships__ends_on=None) | Q(person__memberships__ends_on__gte=today)
    return Q(person__memberships__team=team, person__memberships__starts_on__lte=today) & runs


def rule_of(decision: Decision) -> quorum.Rule:
    """The rule of a decision as the maths takes it; without one, what its tier asks for."""
    plan = ReviewPlan.objects.filter(decision=decision).first()
    if plan is None:
        return quorum.Rule()
    team: Iterable[int] = ()
    if plan.rule == ReviewPlan.Rule.ALL and plan.team_id:
        here = in_team(plan.team_id, timezone.localdate())
        team = able(decision).filter(here).values_list("pk", flat=True)
    approver = decision.approver.user_id if decision.approver else None
    return quorum.Rule(plan.rule, plan.needed, frozenset(team), approver)


def last_words(decision: Decision, amendment: Amendment | None = None) -> list[Said]:
    """What each person said last, newest first, each with what has changed since.

    A rejection settles what was said before it: only open objections outlive it.
    """
    rows = decision.reviews.filter(amendment=amendment).select_related("by", "seen", "ended")
    if amendment is None and decision.is_open:
        rejected = rows.filter(verdict=Review.Verdict.REJECT).order_by("-pk").first()
        if rejected is not None:
            blocks = Q(verdict=Review.Verdict.OBJECT, ended=None)
            rows = rows.filter(Q(pk__gt=rejected.pk) | blocks)
    newest: dict[int, Review] = {}
    for row in rows:
        newest.setdefault(row.by_id, row)
    now = content.of(decision)
    mark = content.digest(content.canonical(now))
    found = []
    for row in newest.values():
        changed: list[Difference] = []
        if amendment is not None:
            stale = getattr(decision, amendment.section) != amendment.old
        elif row.seen is None:
            stale = row.decision_version != decision.version
        else:
            stale = row.seen.digest != mark
            changed = between(content.read(row.seen), now) if stale else []
        found.append(Said(row, stale, changed, is_open(row)))
    return found


def is_open(review: Review) -> bool:
    """Whether it is an objection that nobody has withdrawn or overruled."""
    return review.verdict == Review.Verdict.OBJECT and not hasattr(review, "ended")


def open_objections(decision: Decision, amendment: Amendment | None = None) -> QuerySet[Review]:
    return decision.reviews.filter(
        verdict=Review.Verdict.OBJECT, amendment=amendment, ended__isnull=True
    ).select_related("by")


def of(decision: Decision, amendment: Amendment | None = None) -> quorum.Standing:
    """Where the review of a decision, or of an amendment of it, stands now.

    Whoever could not approve today counts no more, but what they object to has to be answered.
    """
    author = amendment.by_id if amendment else decision.author_id
    others = set(members(decision).values_list("pk", flat=True)) - {author}
    votes = [
        quorum.Vote(said.review.by_id, said.review.verdict, said.stale)
        for said in last_words(decision, amendment)
        if said.review.by_id in others
    ]
    rule = rule_of(decision)
    if amendment and rule.kind == quorum.APPROVER and rule.approver not in others:
        # An accepted decision gets no other approver: an amendment of theirs would wait for good.
        rule = quorum.Rule(needed=rule.needed)
    objecting = list(
        open_objections(decision, amendment).values_list("by_id", flat=True).distinct()
    )
    return quorum.judge(
        votes,
        tier=decision.tier,
        rule=rule,
        author=author,
        others=others,
        objecting=objecting,
    )


def sentence(decision: Decision, found: quorum.Standing) -> str:
    """Where it stands, in words."""
    named = {user.pk: who(user) for user in User.objects.filter(
        pk__in=[*found.lacking, *found.blocking]
    ).select_related("person")}  # fmt: skip
    parts = []
    if found.needed:
        parts.append(f"{len(found.counted)} of {found.needed} approvals count")
    if found.stale:
        many = len(found.stale)
        parts.append(f"{many} {'is' if many == 1 else 'are'} stale")
    if found.lacking:
        parts.append(f"{listed([named[pk] for pk in found.lacking])} has to approve")
    if found.blocking:
        parts.append(f"blocked by {listed([named[pk] for pk in found.blocking])}")
    parts += [problem.rstrip(".") for problem in found.problems]
    return "; ".join(parts) or "No approval is needed"


def listed(names: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def who(user) -> str:
    person = getattr(user, "person", None)
    return str(person.name if person else user.get_username())


def suggested(decision: Decision) -> list[tuple[Person, str]]:
    """Whom to ask, with why: owners of touched components, and who decided about them before."""
    asked = decision.reviewers.values("person")
    people = Person.objects.filter(user__in=able(decision)).exclude(pk__in=asked)
    today = timezone.localdate()
    components = list(decision.components.select_related("owner_team"))
    found: dict[Person, str] = {}
    for component in components:
        team = component.owner_team_id
        owners = User.objects.filter(in_team(team, today)).values("person")
        for person in people.filter(pk__in=owners).order_by("name") if team else ():
            found.setdefault(person, f"owns {component.name}")
    before = Decision.objects.filter(product=decision.product_id).exclude(pk=decision.pk)
    if components:
        before = before.filter(components__in=components).distinct()
    counted = Review.objects.filter(decision__in=before).values("by").annotate(n=Count("pk"))
    deciders = people.filter(user__in=counted.values("by")).select_related("user")
    number: dict[int | None, int] = {row["by"]: row["n"] for row in counted}
    for person in sorted(deciders, key=lambda row: (-number.get(row.user_id, 0), row.name)):
        found.setdefault(person, "judged decisions like this")
    return list(found.items())[:SUGGESTED]
