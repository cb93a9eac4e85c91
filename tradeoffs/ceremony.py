"""The ceremony around a decision in words: what its tier asks for, who moves it, what freezes."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tpm.models import Level, Role
from tpm.roles import RANK, can
from tradeoffs import checklist, standing, tiers
from tradeoffs.models import Closing, Decision
from tradeoffs.services import reviewing

NAMED = 3
State = Decision.State


def tier_says(decision: Decision) -> str:
    """The tier by its name; without one, what it counts as."""
    if decision.tier is None:
        return _("Not said: counts as 1, one reviewer")
    return str(decision.get_tier_display())


def tier_asks(tier: int | None) -> list[str]:
    """What a tier asks for before a decision can be accepted, one thing each."""
    many = tiers.approvals(tier)
    found = [
        ngettext(
            "One approval that is not the author's", "%(n)s approvals, none the author's", many
        )
        % {"n": many}
        if many
        else _("No approval: a lead accepts it")
    ]
    return found + checklist.texts(tiers.rank(tier))


@dataclass(frozen=True, slots=True)
class Demand:
    """One line of the checklist, and where it is mended, for those who may mend it."""

    text: str
    done: bool
    url: str


PLACES = {
    "options": ("option-create", (), ""),
    "matrix": ("decision-matrix", (), ""),
    "context": ("section-edit", ("context",), ""),
    "review": ("review-plan", (), ""),
    "check": ("section-edit", ("confirmation",), ""),
    "consequences": ("decision-consequences", (), ""),
    "predictions": ("prediction-create", (), ""),
    "triggers": ("trigger-create", (), ""),
}
"""Name of a place to its route, the rest of its arguments, and an anchor."""


def demands(user, decision: Decision) -> list[Demand]:
    """The checklist of an open decision; who may write is led to what lacks."""
    if not decision.is_open:
        return []
    writes = can(user, "draft_decision", decision.product)
    arranges = standing.may_arrange(user, decision)
    found = []
    for item in checklist.of(decision):
        may = writes and (item.place != "review" or arranges)
        url = address(decision, item.place) if may and not item.done else ""
        found.append(Demand(item.text, item.done, url))
    return found


def address(decision: Decision, place: str) -> str:
    """Where something that lacks is mended, or nothing for a place that nobody knows."""
    if place not in PLACES:
        return ""
    name, rest, anchor = PLACES[place]
    return reverse(f"tradeoffs:{name}", args=[decision.key, *rest]) + anchor


def people_with_roles(decision: Decision) -> list[tuple[str, str, int | None]]:
    """(role, name, account) of everybody with a role and an open account, leads first."""
    rows = Role.objects.filter(product=decision.product_id, person__user__is_active=True)
    found = rows.values_list("level", "person__name", "person__user")
    return sorted(found, key=lambda row: (-RANK[row[0]], row[1]))


def leads_of(decision: Decision, *, without: int | None = None) -> list[str]:
    """Who accepts decisions here."""
    rows = people_with_roles(decision)
    return [name for level, name, user in rows if level == Level.LEAD and user != without]


def listed(names: list[str]) -> str:
    """Some names, and how many more."""
    if len(names) <= NAMED:
        return standing.listed(names) if names else _("an administrator")
    more = len(names) - NAMED
    return _("%(names)s and %(n)s more") % {"names": ", ".join(names[:NAMED]), "n": more}


def who_moves_it(user, decision: Decision, steps: dict[str, bool]) -> str:
    """Who can do what this person cannot, where the decision waits for it; empty if they can.

    steps: from `views.common.next_steps`
    """
    reads = not can(user, "draft_decision", decision.product)
    waits = decision.state == State.IN_REVIEW and not (steps["accept"] or steps["review"])
    if not reads and not waits:
        return ""
    rows = people_with_roles(decision)
    leads = [name for level, name, one in rows if level == Level.LEAD and one != user.pk]
    if reads:
        members = [name for level, name, _one in rows if RANK[level] >= RANK[Level.MEMBER]]
        words = _("You read here. %(who)s can write.") % {"who": listed(members)}
        if decision.is_open:
            words += " " + _("Accepted by a lead: %(who)s.") % {"who": listed(leads)}
        return words
    if decision.author_id == user.pk:
        if can(user, "decide", decision.product):
            return after_others(decision)
        return _("You drafted it, so others judge it. Accepted by a lead: %(who)s.") % {
            "who": listed(leads)
        }
    return _("You are not asked to judge it. Who is asked is up to a lead: %(who)s.") % {
        "who": listed(leads)
    }


def after_others(decision: Decision) -> str:
    """Who moves a lead's own decision: others approve it, and then any lead accepts it.

    An approval of one's own does not count; accepting what others approved is no approval.
    """
    others = [
        (level, name)
        for level, name, user in people_with_roles(decision)
        if RANK[level] >= RANK[Level.MEMBER] and user != decision.author_id
    ]
    leads = [name for level, name in others if level == Level.LEAD]
    words = _("You drafted it, so others judge it: %(who)s.") % {
        "who": listed([name for _level, name in others])
    }
    if not leads:
        return words + " " + _("Once enough of them approve, you accept it as a lead.")
    then = _("Once enough of them approve, you or another lead accept it: %(who)s.")
    return words + " " + then % {"who": listed(leads)}


@dataclass(frozen=True, slots=True)
class Freeze:
    """What acceptance does: the number, what is frozen, what may still change, who is told."""

    number: str
    frozen: str
    later: str
    replaces: str
    told: str


def freeze_of(decision: Decision) -> Freeze:
    """What to know before a decision is accepted."""
    last = Closing.objects.filter(product=decision.product_id).order_by("-number").first()
    number = _("It becomes record %(key)s, entry %(n)s of the chain of closed decisions.") % {
        "key": decision.key,
        "n": last.number + 1 if last else 1,
    }
    told = [row.person.name for row in decision.involved.select_related("person")]
    old = [row.old.key for row in decision.replaces.select_related("old")]
    return Freeze(
        number=number,
        frozen=_(
            "Frozen: question, text, options, matrix, weights, scores, predictions and what "
            "everybody said, with a digest."
        ),
        later=_(
            "Can change later: a section by an amendment that is judged like the decision itself, "
            "a typo at once; links, consequences and triggers at any time. The matrix never does: "
            "replace the decision by a new one for that."
        ),
        replaces=_("Closes %(keys)s as superseded.") % {"keys": standing.listed(old)}
        if old
        else "",
        told=_("Told: %(who)s.") % {"who": standing.listed(told)} if told else "",
    )


def would_accept(user, case: standing.Case) -> bool:
    """Whether an approval of this person is the last one needed, so that it accepts at once.

    By the rule of `services.review` itself, for the option that is proposed or another where none
    is: proposing another than the proposed one sends the others back to look again.
    """
    decision = case.decision
    if decision.state != State.IN_REVIEW or not can(user, "decide", decision.product):
        return False
    if not case.may_judge(user) or not decision.options.exists():
        return False
    return not reviewing.lacking(case.if_approved(user.pk), by=user)
