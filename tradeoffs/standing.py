"""Reads of a review: who may judge, who said what, whether it counts, and what is missing.

The rule has one home: a page, a list of a hundred and the service that accepts all ask a `Case`.
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from tpm.models import Level, Membership, Person, Role, User
from tpm.roles import RANK, can
from tradeoffs import content, heard, quorum
from tradeoffs.differences import Difference, between
from tradeoffs.heard import Word
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


@dataclass(frozen=True)
class Case:
    """All that it takes to say where the review of one decision stands, read once.

    mark:    of what the decision says now; empty where nobody's word depends on it
    members: open accounts of members of the product and above, with their level
    asked:   accounts that are asked to judge; 0 for people who have none any more
    words:   what was said of the decision and of its amendments, the newest first
    team:    accounts that work today in the team whose people all have to approve
    """

    decision: Decision
    mark: str
    plan: ReviewPlan | None
    members: Mapping[int, str]
    asked: frozenset[int]
    words: Sequence[Word]
    team: frozenset[int] = frozenset()

    @cached_property
    def able(self) -> frozenset[int]:
        """Accounts apart from the author's that could approve."""
        return frozenset(self.members) - {self.decision.author_id}

    @cached_property
    def rule(self) -> quorum.Rule:
        """The rule as the maths takes it; without one, what the tier asks for."""
        if self.plan is None:
            return quorum.Rule()
        named = self.decision.approver
        approver = named.user_id if named else None
        return quorum.Rule(self.plan.rule, self.plan.needed, self.team & self.able, approver)

    def is_stale(self, word: Word, amendment: Amendment | None = None) -> bool:
        """Whether what somebody looked at has changed since."""
        if amendment is not None:
            return bool(getattr(self.decision, amendment.section) != amendment.old)
        if word.seen is None:
            return word.version != self.decision.version
        return word.seen != self.mark

    def last_words(self, amendment: Amendment | None = None) -> list[Word]:
        """What each person said last, newest first.

        A rejection settles what was said before it: only open objections outlive it.
        """
        about = amendment.pk if amendment else None
        words = [word for word in self.words if word.amendment == about]
        if amendment is None and self.decision.is_open:
            rejected = max((w.pk for w in words if w.verdict == Review.Verdict.REJECT), default=0)
            words = [word for word in words if word.pk > rejected or word.blocks]
        newest: dict[int, Word] = {}
        for word in words:
            newest.setdefault(word.by, word)
        return list(newest.values())

    def has_answered(self, user) -> bool:
        """Whether this person's last word is about what stands there now."""
        mine = (word for word in self.last_words() if word.by == user.pk)
        return any(not self.is_stale(word) for word in mine)

    def objections(self, amendment: Amendment | None = None) -> list[Word]:
        """Objections that nobody has withdrawn or overruled, the newest first."""
        about = amendment.pk if amendment else None
        return [word for word in self.words if word.amendment == about and word.blocks]

    def standing(self, amendment: Amendment | None = None) -> quorum.Standing:
        """Where the review of the decision, or of an amendment of it, stands now.

        Whoever could not approve today counts no more, but what they object to has to be answered.
        """
        author = amendment.by_id if amendment else self.decision.author_id
        others = frozenset(self.members) - {author}
        votes = [
            quorum.Vote(word.by, word.verdict, self.is_stale(word, amendment))
            for word in self.last_words(amendment)
            if word.by in others
        ]
        rule = self.rule
        if amendment and rule.kind == quorum.APPROVER and rule.approver not in others:
            # An accepted decision gets no other approver: an amendment of theirs would wait
            # for good.
            rule = quorum.Rule(needed=rule.needed)
        if amendment and rule.kind == quorum.ALL and not rule.members & others:
            # Nor gets it another team: with nobody left in it, those who may judge are counted.
            rule = quorum.Rule(needed=rule.needed)
        return quorum.judge(
            votes,
            tier=self.decision.tier,
            rule=rule,
            author=author,
            others=others,
            objecting=list(dict.fromkeys(word.by for word in self.objections(amendment))),
        )

    def after(self, row: Review, *, settles: bool) -> "Case":
        """The same once somebody has said one more thing.

        settles: whether by that they take back what they objected to
        """
        new = Word(
            row.pk, row.by_id, row.verdict, row.decision_version,
            seen=row.seen.digest if row.seen else None, amendment=row.amendment_id,
            blocks=row.verdict == Review.Verdict.OBJECT,
        )  # fmt: skip
        return self.with_word(new, settles=settles)

    def if_approved(self, by: int) -> "Case":
        """The same if this person approved what stands there now."""
        newest = max((word.pk for word in self.words), default=0) + 1
        word = Word(newest, by, Review.Verdict.APPROVE, self.decision.version)
        return self.with_word(word, settles=True)

    def with_word(self, new: Word, *, settles: bool) -> "Case":
        words = [
            replace(word, blocks=False)
            if settles and word.by == new.by and word.amendment == new.amendment
            else word
            for word in self.words
        ]
        return replace(self, words=[new, *words], mark=new.seen or self.mark)

    def may_judge(self, user) -> bool:
        """Leads, and members who were asked; the author only where nobody else could."""
        product = self.decision.product
        if not can(user, "draft_decision", product):
            return False
        if user.pk == self.decision.author_id:
            return can(user, "decide", product) and not self.able
        return can(user, "decide", product) or user.pk in self.asked


def cases(decisions: Iterable[Decision], marks: Mapping[int, str] | None = None) -> dict[int, Case]:
    """Where several decisions stand, by id, in a fixed number of queries.

    decisions: read with their plan, approver and product where there are many
    marks:     of what they say now, where the caller has just read that
    """
    rows = {decision.pk: decision for decision in decisions}
    found = heard.of(rows.values(), ABLE)
    known = {**found.marks, **(marks or {})}
    asking = (pk for pk, words in found.words.items() if any(word.needs_mark for word in words))
    unknown = [rows[pk] for pk in asking if pk not in known]
    known |= {pk: now.mark for pk, now in content.of_several(whole(unknown)).items()}
    plans = {pk: content.plan_of(row) for pk, row in rows.items()}
    teams = working_in({plan.team_id for plan in plans.values() if plan and asks_a_team(plan)})
    return {
        pk: Case(
            decision=row,
            mark=known.get(pk, ""),
            plan=(plan := plans[pk]),
            members=found.members.get(row.product_id, {}),
            asked=found.asked.get(pk, frozenset()),
            words=found.words.get(pk, []),
            team=teams.get(plan.team_id, frozenset()) if plan else frozenset(),
        )
        for pk, row in rows.items()
    }


def whole(rows: Sequence[Decision]) -> Sequence[Decision]:
    """The same with all their columns, in one query for those that a list read in part."""
    partly = [row.pk for row in rows if row.get_deferred_fields()]
    full = Decision.objects.in_bulk(partly) if partly else {}
    return [full.get(row.pk, row) for row in rows]


def case(decision: Decision, mark: str = "") -> Case:
    """Where one decision stands now. mark: of what it says, where the caller has just read that"""
    return cases([decision], {decision.pk: mark} if mark else None)[decision.pk]


def asks_a_team(plan: ReviewPlan) -> bool:
    return plan.rule == ReviewPlan.Rule.ALL and plan.team_id is not None


def working_in(teams: Iterable[int | None]) -> dict[int | None, frozenset[int]]:
    """Accounts of the people who work in each team today, in one query."""
    today, wanted = timezone.localdate(), set(teams)
    found: dict[int | None, set[int]] = {team: set() for team in wanted}
    runs = Q(ends_on=None) | Q(ends_on__gte=today)
    rows = Membership.objects.filter(
        runs, team__in=wanted, starts_on__lte=today, person__user__isnull=False
    )
    for team, user in rows.values_list("team", "person__user") if wanted else ():
        found[team].add(user)
    return {team: frozenset(people) for team, people in found.items()}


def said(found: Mapping[int, Case]) -> dict[int, list[Said]]:
    """The last word of each person of several decisions, newest first, with what has changed."""
    words = {pk: one.last_words() for pk, one in found.items()}
    everyone = [word.pk for several in words.values() for word in several]
    rows = Review.objects.select_related("by__person", "seen", "ended").in_bulk(everyone)
    stale = {
        word.pk for pk, several in words.items() for word in several if found[pk].is_stale(word)
    }
    changed = [
        found[pk].decision
        for pk, several in words.items()
        if any(word.pk in stale and word.seen for word in several)
    ]
    now = content.of_several(changed)

    def one(pk: int, word: Word) -> Said:
        row, is_stale = rows[word.pk], word.pk in stale
        seen = row.seen if is_stale else None
        changes = between(content.read(seen), now[pk].value) if seen is not None else []
        return Said(row, is_stale, changes, word.blocks)

    return {pk: [one(pk, word) for word in several] for pk, several in words.items()}


def last_words(decision: Decision) -> list[Said]:
    """What each person said last, newest first, each with what has changed since."""
    return said({decision.pk: case(decision)})[decision.pk]


def of(decision: Decision, amendment: Amendment | None = None) -> quorum.Standing:
    """Where the review of a decision, or of an amendment of it, stands now."""
    return case(decision).standing(amendment)


def members(decision: Decision) -> QuerySet[User]:
    """Open accounts of members of the product and above."""
    found = Role.objects.filter(product=decision.product_id, level__in=ABLE)
    return User.objects.filter(person__in=found.values("person"), is_active=True)


def able(decision: Decision) -> QuerySet[User]:
    """Accounts apart from the author's that could approve."""
    return members(decision).exclude(pk=decision.author_id)


def is_asked(user, decision: Decision) -> bool:
    return decision.reviewers.filter(person__user=user).exists()


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


def is_open(review: Review) -> bool:
    """Whether it is an objection that nobody has withdrawn or overruled."""
    return review.verdict == Review.Verdict.OBJECT and not hasattr(review, "ended")


def open_objections(decision: Decision, amendment: Amendment | None = None) -> QuerySet[Review]:
    return decision.reviews.filter(
        verdict=Review.Verdict.OBJECT, amendment=amendment, ended__isnull=True
    ).select_related("by")


def sentence(
    decision: Decision, found: quorum.Standing, names: Mapping[int, str] | None = None
) -> str:
    """Where it stands, in words. names: of accounts, where they were read for several at once"""
    named = names_of([found]) if names is None else names
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


def names_of(found: Iterable[quorum.Standing]) -> dict[int, str]:
    """The names that the sentences need; nothing is read where they need none."""
    wanted = {pk for one in found for pk in (*one.lacking, *one.blocking)}
    users = User.objects.filter(pk__in=wanted).select_related("person") if wanted else ()
    return {user.pk: who(user) for user in users}


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
