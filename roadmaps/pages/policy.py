"""Policy beside what was planned and spent, in words, person-days and percent."""

from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from roadmaps.forecasting.plan import PlanPolicy
from roadmaps.forecasting.spending import KEPT, Account
from roadmaps.queries.policy import QuarterRow, TeamSpending
from tpm import formats, svg


@dataclass(frozen=True)
class Side:
    """Finished or planned work of a quarter. days: `12 of 60`; share: debt's, of it"""

    days: str
    share: str
    bar: SafeString
    words: str
    tone: str


@dataclass(frozen=True)
class Line:
    quarter: str
    is_now: bool
    aim: str
    spent: Side | None
    planned: Side | None
    rest: str
    rest_words: str


@dataclass(frozen=True)
class TeamSection:
    name: str
    id: int
    policy: str
    says: str
    lines: list[Line]


def split_words(policy: PlanPolicy | None) -> str:
    """`20 % debt, 15 % unplanned, 65 % other items`; nothing without a policy."""
    if policy is None:
        return ""
    other = max(0.0, 1 - policy.debt - policy.unplanned)
    return _("%(debt)s debt, %(unplanned)s unplanned, %(other)s other items") % {
        "debt": formats.percent(policy.debt),
        "unplanned": formats.percent(policy.unplanned),
        "other": formats.percent(other),
    }


def aim_words(policy: PlanPolicy | None) -> str:
    """What the policy makes of the work on items: debt's share of it."""
    return formats.percent(policy.debt_of_items) if policy else formats.UNKNOWN


def compared(share: float, policy: PlanPolicy | None) -> tuple[str, str]:
    """(words, tone) of a share of debt beside its policy."""
    if policy is None:
        return _("no policy"), ""
    gap = share - policy.debt_of_items
    points = round(abs(gap) * 100)
    if points <= round(KEPT * 100):
        return _("kept"), "ok"
    words = {"n": formats.number(points)}
    if gap < 0:
        return _("%(n)s points too little") % words, "warn"
    return _("%(n)s points more") % words, "warn"


def side(account: Account, policy: PlanPolicy | None) -> Side | None:
    share = account.debt_share
    if share is None:
        return None
    words, tone = compared(share, policy)
    days = {"debt": formats.amount(account.debt), "all": formats.amount(account.whole)}
    return Side(
        days=_("%(debt)s of %(all)s d") % days,
        share=formats.percent(share),
        bar=svg.share_bar(share, fill="fd2", height=6),
        words=words,
        tone=tone,
    )


def rest_of(row: QuarterRow) -> tuple[str, str]:
    """(share, words) of the capacity that no finished item accounts for."""
    if not row.capacity or row.not_in_items is None:
        return "", ""
    if row.not_in_items < 0:
        return "", _("items took more than the people had: look at what was recorded")
    share = row.not_in_items / row.capacity
    words = _("%(days)s of %(all)s d") % {
        "days": formats.number(row.not_in_items), "all": formats.number(row.capacity)
    }  # fmt: skip
    if row.policy is None or not row.policy.unplanned:
        return formats.percent(share), words
    return formats.percent(share), _("%(words)s; policy %(aim)s") % {
        "words": words, "aim": formats.percent(row.policy.unplanned)
    }  # fmt: skip


def section(found: TeamSpending, now) -> TeamSection:
    lines = []
    for row in found.rows:
        rest, rest_words = rest_of(row)
        lines.append(
            Line(
                quarter=row.quarter.words,
                is_now=row.quarter == now,
                aim=aim_words(row.policy),
                spent=side(row.spent, row.policy),
                planned=side(row.planned, row.policy),
                rest=rest,
                rest_words=rest_words,
            )
        )
    return TeamSection(
        found.team.name, found.team.id, split_words(found.policy), says(found, now), lines
    )


def says(found: TeamSpending, now) -> str:
    """How the policy of today is kept, as sentences."""
    policy = found.policy
    if policy is None:
        coming = [each for each in found.team.policies if each.starts_on > now.first]
        if coming:
            first = min(coming, key=lambda each: each.starts_on)
            words = {"day": formats.day(first.starts_on, year=True), "split": split_words(first)}
            return _("No policy holds yet. From %(day)s: %(split)s.") % words
        return _("No policy: all focused time goes to items by their rank, debt like the others.")
    told = [
        _("Of all work on items debt's part is %(aim)s: %(debt)s of the %(items)s that are left "
          "for items.") % {
            "aim": formats.percent(policy.debt_of_items),
            "debt": formats.percent(policy.debt),
            "items": formats.percent(1 - policy.unplanned),
        }
    ]  # fmt: skip
    row = next((each for each in found.rows if each.quarter == now), None)
    if row is not None and row.spent.debt_share is not None:
        told.append(
            _("Finished this quarter: %(words)s.") % {"words": told_side(row.spent, row.policy)}
        )
    ahead = Account(
        sum(each.planned.debt for each in found.rows if each.quarter >= now),
        sum(each.planned.other for each in found.rows if each.quarter >= now),
    )
    if ahead.debt_share is not None:
        told.append(_("Planned from today on: %(words)s.") % {"words": told_side(ahead, policy)})
        told.append(room_words(ahead, policy))
    return " ".join(filter(None, told))


def room_words(ahead: Account, policy: PlanPolicy) -> str:
    """Why the plan falls short of the policy, where it does: an order only places what is there."""
    room = policy.debt_of_items * ahead.whole
    if not room or ahead.debt >= (policy.debt_of_items - KEPT) * ahead.whole:
        return ""
    if not ahead.debt:
        return _("No item of the kind debt is planned, so nothing can use its share.")
    return _("Debt comes in its turn, but too little of it is planned: %(debt)s of the %(room)s "
             "person-days that its share makes room for.") % {
        "debt": formats.number(ahead.debt), "room": formats.number(room)
    }  # fmt: skip


def told_side(account: Account, policy: PlanPolicy | None) -> str:
    share = account.debt_share or 0.0
    words, _tone = compared(share, policy)
    return _("%(share)s debt, %(words)s") % {"share": formats.percent(share), "words": words}
