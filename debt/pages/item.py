"""What the page of one debt item says: a sentence first, then the figures, then their reasons."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from debt import ceilings
from debt.inputs import BEYOND
from debt.maths import payback, scoring
from debt.maths.ranges import LONGEST
from debt.models import DebtItem, DebtScore, Interest, TeamLedger
from debt.pages import charts, rows
from debt.queries.histories import Touches
from tpm import formats, svg
from tpm.roles import teams_of

CHART_MONTHS = 18


def days_words(low: float, mid: float, high: float) -> SafeString:
    """`<b>15 days</b> (8–30)`."""
    unit = _("day") if formats.amount(mid) == "1" else _("days")
    return format_html(
        "<b>{} {}</b> ({}–{})", formats.amount(mid), unit, formats.amount(low), formats.amount(high)
    )


def headline(item: DebtItem) -> SafeString:
    """The sentence that a product manager reads first."""
    score = item.latest_score
    if item.state == DebtItem.State.NOT_DEBT:
        return format_html("{}", _("Not debt: it costs nothing and never did."))
    said = [interest_words(item, score)]
    if score is not None and score.score is not None:
        low, mid, high = score.inputs["principal"]
        said.append(format_html(_("Fixing takes about {}."), days_words(low, mid, high)))
        if item.drags:
            said.append(payback_words(score))
    elif score is not None and score.missing == "principal":
        said.append(format_html("{}", principal_lacks(score)))
    return format_html_join(" ", "{}", ((part,) for part in said))


def principal_lacks(score: DebtScore) -> str:
    """Why nothing is known of the fix: nobody said it, or what is said is no range of days."""
    if score.inputs["sources"]["principal"] == BEYOND:
        return _(
            "The size of the fix is unknown: what people or scanners say is no range of days "
            "up to %(most)s."
        ) % {"most": formats.number(LONGEST)}
    return _("Nobody has said how big the fix is.")


def interest_words(item: DebtItem, score: DebtScore | None) -> SafeString:
    if item.team_id is None:
        return format_html("{}", _("Nobody has said which team loses the time."))
    if score is None:
        return format_html("{}", _("The worker is scoring it."))
    if score.missing == scoring.UNCOMPUTED:
        return format_html("{}", _("Its values cannot be computed with: check its numbers."))
    if score.interest_days is None:
        if score.inputs["sources"]["burden"] == BEYOND:
            return format_html(
                "{}",
                _(
                    "What it costs a month is unknown: what was said is no range of days "
                    "up to %(most)s."
                )
                % {"most": formats.number(LONGEST)},
            )
        return format_html("{}", _("Nobody has said yet what it costs a month."))
    text = _("Costs about {} days a month</b> on average ({}–{}).")
    if not item.drags:
        text = _("Cost about {} days a month</b> on average ({}–{}).")
    return format_html(
        text.replace("{}", "<b>{}", 1),
        formats.amount(score.interest_days),
        formats.amount(score.interest_p10_days),
        formats.amount(score.interest_p90_days),
    )


def payback_words(score: DebtScore) -> SafeString:
    """When it pays back, and what waiting a quarter does."""
    waiting = (score.npv_days or 0.0) - (score.npv_quarter_days or 0.0)
    unit = _("days")
    if waiting >= 0.05:
        later = format_html(
            _("waiting a quarter costs <b>{} {}</b>."), formats.amount(waiting), unit
        )
    elif waiting <= -0.05:
        later = format_html(
            _("waiting a quarter saves <b>{} {}</b>."), formats.amount(-waiting), unit
        )
    else:
        later = format_html("{}", _("waiting a quarter costs nothing."))
    if (said := retires_words(score)) and rows.retires_first(score):
        return format_html("{} {}", said, later)
    if score.payback_months is None or score.discounted_payback_months is None:
        return format_html("{} {}", _("At this cost it never pays back;"), later)
    months = max(1, round(score.payback_months))
    unit = _("month") if months == 1 else _("months")
    words = _("Once fixed, it pays back in about <b>{} {}</b>{}; {}")
    paid = format_html(words, months, unit, even_words(score, months), later)
    return format_html("{} {}", paid, said) if said else paid


def even_words(score: DebtScore, months: int) -> SafeString:
    """From today on, as the chart below marks it: with the time to do it, growth and discount."""
    even = payback.even_month(*days_spent(score)[:2])
    if even is None:
        words = _(", which is more than {} months from today with the time to do it")
        return format_html(words, CHART_MONTHS)
    if round(even) <= months:
        return SafeString("")
    return format_html(
        _(", which is even <b>{} months</b> from today with the time to do it"), round(even)
    )


def retires_words(score: DebtScore) -> str:
    """What the end of life of its component does to the case; empty where none is known."""
    day = rows.retiring_day(score)
    if day is None:
        return ""
    when = rows.month_words(day, today())
    if day <= today():
        return _(
            "The component reached its end of life in %(month)s: nothing pays back after it;"
        ) % {"month": when}
    if rows.retires_first(score):
        return _("The component retires in %(month)s: it does not pay back before;") % {
            "month": when
        }
    return _("The component retires in %(month)s.") % {"month": when}


def chart(score: DebtScore, today: datetime.date) -> SafeString:
    """Pay now, later or never: days spent in total over a year and a half."""
    never, now, later = days_spent(score)
    labels = []
    for month in range(CHART_MONTHS + 1):
        index = today.month - 1 + month
        day = datetime.date(today.year + index // 12, index % 12 + 1, 1)
        shown = 0 < month < CHART_MONTHS - 1 and month % 3 == 0
        turned = month <= 3 or day.month <= 3
        label = f"{formats.month(day)} ’{day:%y}" if turned else formats.month(day)
        labels.append(label if shown else "")
    return charts.pay_or_wait(
        never,
        now,
        later,
        even=payback.even_month(never, now),
        until_done=terms_of(score).until_done,
        months=labels,
    )


def terms_of(score: DebtScore) -> payback.Terms:
    return scoring.terms_of(scoring.inputs_from(score.inputs), score.model.parameters)


def days_spent(score: DebtScore) -> list[list[float]]:
    """Days spent in total by month: left as it is, paid now, paid in a quarter."""
    principal, interest = score.principal_days or 0.0, score.interest_days or 0.0
    return [
        payback.days_spent(principal, interest, terms_of(score), months=CHART_MONTHS, starts=starts)
        for starts in (None, 0, 3)
    ]


@dataclass(frozen=True)
class Payer:
    """What an item costs one team a month."""

    team: str
    bar: SafeString
    after: str
    alone: str
    share: str


def payer_of(item: DebtItem, ledger: TeamLedger | None) -> Payer | None:
    """The team that pays, with the item's share after overlap and alone."""
    if ledger is None or ledger.capacity_days is None or item.team is None:
        return None
    shares = ledger.shares.get(str(item.pk))
    if shares is None:
        return None
    after, alone = (share * ledger.capacity_days for share in shares[:2])
    whole = (ledger.drag_mean or 0.0) * ledger.capacity_days
    return Payer(
        team=item.team.name,
        bar=charts.share_bars(after, alone, whole),
        after=formats.number(after, 1),
        alone=formats.number(alone, 1),
        share=f"{shares[0] * 100:.1f} %",
    )


def score_bar(score: DebtScore) -> SafeString:
    return charts.score_bar(score.parts, score.letter)


def question(item: DebtItem, model: Mapping[str, Any]) -> rows.Question | None:
    """What keeps the item from its score, with the answers that one press gives."""
    if not item.drags:
        return None
    teams = [(team.slug, team.name) for team in teams_of(item.product)]
    return rows.question_of(item, model, teams)


def interest_spark(scores: list[DebtScore]) -> SafeString | str:
    """Interest of the kept scores, oldest first; nothing where there is only one."""
    known = [score.interest_days for score in reversed(scores) if score.interest_days is not None]
    if len(known) < 2:
        return ""
    title = _("Interest went from %(first)s to %(last)s days a month") % {
        "first": formats.number(known[0], 1), "last": formats.number(known[-1], 1),
    }  # fmt: skip
    return svg.spark(known, height=40, line="s-debt", dot="fdebt", title=title)


def touched_words(touches: Touches | None, model: Mapping[str, Any]) -> str:
    """How often history says that the item's files are changed; empty where it does not know."""
    if touches is None:
        return ""
    found = touches.rate(model)
    said = ngettext(
        "%(n)s change in %(days)s days, %(rate)s a month (%(low)s–%(high)s)",
        "%(n)s changes in %(days)s days, %(rate)s a month (%(low)s–%(high)s)",
        found.changes,
    )
    words = said % {
        "n": found.changes, "days": f"{model['window_days']:g}",
        "rate": formats.number(found.rate, 1), "low": formats.number(found.low, 1),
        "high": formats.number(found.high, 1),
    }  # fmt: skip
    return f"{words}, {read_words(touches)}"


def read_words(touches: Touches) -> str:
    """When the code was read, and that this is too long ago to be of today."""
    day = formats.day(touches.read_on, year=True)
    if touches.stale:
        return _("read %(day)s: stale, read the code again") % {"day": day}
    return _("read %(day)s") % {"day": day}


def facts(
    item: DebtItem,
    newest: Mapping[str, Interest],
    model: Mapping[str, Any],
    touches: Touches | None = None,
) -> list[tuple[str, str]]:
    """The properties beside the page, as (label, text)."""
    said = _("not said")
    age = rows.age_text(item.hurts_since, today(), model)
    hurts = f"{formats.day(item.hurts_since, year=True)}, {age}"
    lines = [
        (_("Owner"), item.owner.name if item.owner else _("nobody")),
        (_("Team"), item.team.name if item.team else said),
        (_("Component"), item.component.name if item.component else said),
        (_("Hurts since"), hurts),
        (_("Slow-down"), worded(item.slow_down, model["slow_down"])),
        (_("How often"), worded(item.probability, model["probability"])),
    ]
    if touched := touched_words(touches, model):
        lines.append((_("Touched"), touched))
    for kind, row in newest.items():
        label = _("Declared") if kind == Interest.Kind.CHANGES else _("Chores")
        triple = "–".join(formats.amount(days) for days in row.range)
        lines.append((label, _("%(triple)s d a month") % {"triple": triple}))
    if item.size:
        lines.append((_("Size"), item.size))
    if item.quadrant:
        lines.append((_("How it came about"), item.get_quadrant_display()))
    if item.tags:
        lines.append((_("Tags"), ", ".join(item.tags)))
    return lines


def beyond_capacity(newest: Mapping[str, Interest], ledger: TeamLedger | None) -> str:
    """A warning where what was declared is more than the whole team has a month."""
    if ledger is None or ledger.capacity_days is None:
        return ""
    declared = sum(row.p50_days for row in newest.values())
    if declared <= ledger.capacity_days:
        return ""
    return _(
        "Declared are %(days)s days a month, but all of %(team)s has %(capacity)s: "
        "is this days a month?"
    ) % {
        "days": formats.amount(declared),
        "team": ledger.team,
        "capacity": formats.amount(ledger.capacity_days),
    }


def today() -> datetime.date:
    return timezone.localdate()


def worded(word: str, shares: Mapping[str, float]) -> str:
    if not word:
        return _("not said")
    return f"{word}, {shares[word]:g}" if word in shares else word


def ask_again(newest: Mapping[str, Interest], model: Mapping[str, Any]) -> datetime.date | None:
    """The day from which to ask whether what was declared is still true."""
    if not newest:
        return None
    oldest = min(row.at for row in newest.values())
    return timezone.localdate(oldest) + datetime.timedelta(days=model["ask_again_days"])


@dataclass(frozen=True)
class Ceiling:
    """The ceiling of an acceptance in words, and whether it is near."""

    words: str
    near: bool


def ceiling_of(item: DebtItem) -> Ceiling | None:
    """Up to what an item was accepted, with what it costs of it."""
    if item.accepted_ceiling_days is None:
        return None
    used = ceilings.used_share(item)
    near = used is not None and used >= ceilings.NEAR
    words = _("Up to %(days)s d a month") % {"days": f"{item.accepted_ceiling_days:g}"}
    if used is not None:
        words += _(", %(share)s used") % {"share": formats.percent(used)}
    return Ceiling(words, near)
