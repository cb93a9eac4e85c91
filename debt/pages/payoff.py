"""The pay-off view: what a budget pays, what drag is left, and what is not chosen and why."""

import math
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from debt.maths.payoff import Payment, Reason
from debt.models import DebtItem, DebtScore
from debt.pages import payoff_charts, rows
from debt.pages import summary as summary_page
from debt.payoff_limits import TeamDrag, team_drags
from debt.payoff_register import (
    QUARTER_MONTHS,
    Asked,
    Register,
    horizon_of,
    is_scored,
    removed_of,
)
from tpm import formats
from tpm.marks import icon_html
from tpm.models import Product
from tpm.svg import esc

LEFT_SHOWN = 100


def why_left(item: DebtItem, paid: Payment, found: Register, horizon: int) -> str:
    """Why an open item is not chosen. horizon: months that count"""
    score = item.latest_score
    assert score is not None
    if paid.left[item.pk] is Reason.WAITS:
        return waits_words(item, found)
    if paid.left[item.pk] is Reason.DOES_NOT_FIT:
        says = _("does not fit; from %(n)s d on") % {
            "n": formats.number(math.ceil(paid.enough[item.pk] - 1e-9))
        }
        first = [found.items[pk].key for pk in found.needs.get(item.pk, ()) if pk in paid.left]
        if first:
            says = _("%(says)s, with %(keys)s first") % {"says": says, "keys": ", ".join(first)}
        return says
    day = rows.retiring_day(score)
    if day is not None and rows.retires_first(score):
        return _("retires in %(month)s: does not pay back before") % {
            "month": rows.month_words(day, timezone.localdate())
        }
    if score.verdict == DebtScore.Verdict.FROZEN:
        return _("frozen: leave it")
    if score.verdict == DebtScore.Verdict.RISK:
        return _("no gain in time; for its risk")
    if score.discounted_payback_months is None:
        return _("never pays back")
    if (score.npv_days or 0.0) <= 0 and score.discounted_payback_months > horizon:
        # The simple payback leaves out the time to do it, growth, and that later days count less.
        return _("pays back after %(months)s mo: only %(horizon)s count") % {
            "months": score.discounted_payback_months,
            "horizon": horizon,
        }
    return _("pays back in %(months)s") % {"months": rows.payback_text(score)}


def waits_words(item: DebtItem, found: Register) -> str:
    """What is to be paid first, and why that is no choice here."""
    needed = [found.items[pk] for pk in found.needs.get(item.pk, ())]
    for each in needed:
        if each.state == DebtItem.State.ACCEPTED:
            return _("needs %(key)s first, which is accepted") % {"key": each.key}
        if each.state == DebtItem.State.OPEN and not is_scored(each):
            return _("needs %(key)s first, which has no score") % {"key": each.key}
    keys = ", ".join(each.key for each in needed)
    return _("needs %(keys)s first, which waits too") % {"keys": keys}


def why_locked(item: DebtItem) -> str:
    if item.state == DebtItem.State.PLANNED:
        return _("planned as %(key)s") % {"key": item.item.key} if item.item else _("planned")
    if item.accepted_until:
        return _("accepted until %(day)s") % {"day": formats.day(item.accepted_until)}
    return _("accepted until %(what)s") % {"what": item.accepted_trigger}


def row_html(item: DebtItem, back: float, why: str, *, mark: str) -> SafeString:
    """One row of the table. mark: in, out or locked"""
    score = item.latest_score
    assert score is not None
    sign = {
        "in": f'<span class="c-ok">{icon_html("check")}</span><span class="vh">{esc(_("chosen"))}'
        "</span>",
        "out": f'<span class="vh">{esc(_("not chosen"))}</span>',
        "locked": f'{icon_html("lock")}<span class="vh">{esc(_("not to choose"))}</span>',
    }[mark]
    return mark_safe(  # noqa: S308 - every text went through esc()
        f'<tr class="{"in" if mark == "in" else "out"}"><td>{sign}</td>'
        f'<th scope="row"><span class="item"><span class="key">{esc(item.key)}</span>'
        f'<a href="{esc(item.get_absolute_url())}">{esc(item.title)}</a></span></th>'
        f'<td class="n cost">{formats.number(score.principal_days, 1)} d</td>'
        f'<td class="n">{formats.number(back, 1)} d</td>'
        f'<td class="n">{formats.signed(score.npv_days, 1)}</td>'
        f'<td class="why muted">{esc(why)}</td></tr>'
    )


@dataclass(frozen=True)
class TeamLine:
    """A team's drag before and after."""

    name: str
    bar: SafeString
    before: str
    after: str
    budget: str
    over: bool
    """Whether it stays above its debt budget."""
    way: SafeString
    """Which budget brings it below, where it is above today."""


def team_lines(found: Register, paid: Payment, address: str) -> list[TeamLine]:
    """address: of this page with its place, to which a budget is added"""
    drags = team_drags(found, paid.chosen)
    most = max([0.2, *(drag.limit or 0.0 for drag in drags), *(drag.before for drag in drags)])
    return [
        TeamLine(
            name=drag.team.name,
            bar=payoff_charts.drag_move(drag.before, drag.after, most=most * 1.1, limit=drag.limit),
            before=formats.percent(drag.before),
            after=formats.percent(drag.after),
            budget="" if drag.limit is None else summary_page.budget_words(drag.limit),
            over=drag.stays_over,
            way=way_below(drag, address),
        )
        for drag in drags
    ]


def way_below(drag: TeamDrag, address: str) -> SafeString:
    """The budget that brings a team below its limit, as a link to it; or that none does."""
    if not drag.is_over:
        return SafeString("")
    words = {"team": esc(drag.team.name), "limit": esc(formats.percent(drag.limit))}
    if drag.enough is None:
        says = _(
            "No budget brings %(team)s below %(limit)s: paying all that gains leaves %(least)s."
        ) % (words | {"least": esc(formats.percent(drag.least))})
        return mark_safe(says)  # noqa: S308 - every text went through esc()
    days = _("%(n)s d") % {"n": formats.number(drag.enough, 1)}
    link = f'<a href="{esc(address)}&amp;budget={drag.enough:.10g}">{days}</a>'
    says = _("From a budget of %(link)s on %(team)s comes below %(limit)s.")
    return mark_safe(says % (words | {"link": link}))  # noqa: S308 - the same


def page_of(product: Product, found: Register, asked: Asked) -> dict[str, Any]:
    """Everything of the page but the plan's dates."""
    address = f"{reverse('debt:payoff', args=[product.key])}?place={asked.place}"
    paid = found.ranking.spend(asked.budget)
    backs = {each.id: each.back for each in found.candidates}
    horizon = horizon_of(found)
    chosen = [found.items[pk] for pk in paid.chosen]
    left = sorted(
        (found.items[pk] for pk in paid.left),
        key=lambda item: (paid.left[item.pk], -(item.latest_score.npv_per_day or 0.0), item.pk),  # type: ignore[union-attr]
    )
    most, step = found.steps
    quarter = found.capacity * QUARTER_MONTHS
    return {
        "paid": paid,
        "chosen": chosen,
        "chosen_rows": [
            row_html(item, backs[item.pk], why_chosen(item, paid, found), mark="in")
            for item in chosen
        ],
        "left_rows": [
            row_html(item, backs[item.pk], why_left(item, paid, found, horizon), mark="out")
            for item in left[:LEFT_SHOWN]
        ],
        "more_left": max(0, len(left) - LEFT_SHOWN),
        "locked_rows": [
            row_html(item, locked_back(found, item), why_locked(item), mark="locked")
            for item in found.locked[:LEFT_SHOWN]
        ],
        "scored": len(found.candidates) + len(found.locked),
        "unscored": found.unscored,
        "curve": payoff_charts.curve(
            [(budget, found.ranking.spend(budget).back) for budget in grid(most, step)],
            at=(asked.budget, paid.back),
            most=most,
        ),
        "axis": payoff_charts.budget_axis(most),
        "most": most,
        "step": step,
        "share": formats.percent(asked.budget / quarter) if quarter else "",
        "teams": team_lines(found, paid, address),
        "says": says(paid, horizon),
        "spent": formats.number(paid.spent, 1),
        "budget": asked.budget,
        "budget_text": formats.number(asked.budget),
        "place": asked.place,
        "horizon": horizon,
    }


def grid(most: float, step: float) -> list[float]:
    return [step * index for index in range(round(most / step) + 1)]


def locked_back(found: Register, item: DebtItem) -> float:
    for ledger in found.ledgers:
        if str(item.pk) in ledger.shares and item.latest_score is not None:
            share = ledger.shares[str(item.pk)][0]
            return share * (ledger.capacity_days or 0.0) * removed_of(item.latest_score)
    return 0.0


def why_chosen(item: DebtItem, paid: Payment, found: Register) -> str:
    """What it gains, or for whose sake it is paid."""
    score = item.latest_score
    assert score is not None
    other = paid.for_whom.get(item.pk)
    if other is not None:
        return _("pulled in: %(key)s needs it first") % {"key": found.items[other].key}
    return _("pays back in %(months)s") % {"months": rows.payback_text(score)}


def says(paid: Payment, horizon: int) -> SafeString:
    """The choice in one sentence."""
    if not paid.chosen:
        return SafeString(esc(_("Nothing that gains fits into this budget.")))
    items = ngettext("%(n)s item", "%(n)s items", len(paid.chosen)) % {"n": len(paid.chosen)}
    words = _(
        "%(items)s for <b>%(days)s days</b> give back <b>%(back)s days a month</b>, "
        "%(net)s d net in %(horizon)s months."
    ) % {
        "items": items,
        "days": formats.number(paid.spent, 1),
        "back": formats.number(paid.back, 1),
        "net": formats.signed(paid.net, 1),
        "horizon": horizon,
    }
    return mark_safe(words)  # noqa: S308 - numbers only
