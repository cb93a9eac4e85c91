"""What the page of a debt item says of its taps: how many, when, and what they taught."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from debt import queries, services
from debt.maths import tapping
from debt.maths.ranges import Range
from debt.models import DebtItem
from debt.queries import contract as contract_queries
from debt.queries import figures as queries_figures
from debt.services.tapping import HURTS, MINUTES
from tpm import formats
from tpm.svg import drawing, el, pct

WEEKS = 26
COOKIE = "tapped"
"""Holds the receipts of the last taps, in the browser of who tapped and nowhere else."""
MOST = 20
"""Receipts that one browser keeps: a cookie has room for about forty."""
HEIGHT = 40


@dataclass(frozen=True)
class Shown:
    """The taps of one item, ready for its page."""

    may_be_tapped: bool
    minutes: str
    week: int  # taps of the last seven days
    count: int  # in the window
    summary: str
    chart: SafeString | str
    says: str
    takes_back: str = ""  # words of the button that takes the last one back; empty: none may


def receipts_in(text: str) -> list[str]:
    return [one for one in text.split("|") if one][:MOST]


def kept(receipts: Sequence[str]) -> str:
    """As the cookie keeps them, the newest first."""
    return "|".join(receipts[:MOST])


def shown(item: DebtItem, *, receipts: Sequence[str] = (), by=None) -> Shown:
    """receipts: of the last taps of the person who looks, by"""
    last = services.last_of(item, receipts, by=by)[0] if receipts else None
    takes_back = ""
    if last is not None:
        takes_back = _("Take back %(minutes)s min") % {"minutes": f"{last.minutes:g}"}
    return replace(counted(item), takes_back=takes_back)


def counted(item: DebtItem) -> Shown:
    score = item.latest_score
    model = score.model.parameters if score else queries.current_model().parameters
    now = timezone.now()
    found = contract_queries.tapped([item], now - datetime.timedelta(weeks=WEEKS))
    taps = found.get(item.pk, [])
    week = sum(at >= now - datetime.timedelta(days=7) for at, _minutes in taps)
    known = contract_queries.taps_of([item], window_days=model["window_days"]).get(item.pk)
    if known is None:
        return Shown(item.state in HURTS, f"{MINUTES:g}", week, 0, "", "", "")
    words = ngettext("%(n)s tap", "%(n)s taps", known.count) % {"n": known.count}
    summary = _("“it cost me 15 minutes”, by week: %(taps)s, %(hours)s hours in %(days)s days") % {
        "taps": words,
        "hours": formats.number(known.minutes / 60, 1),
        "days": f"{model['window_days']:g}",
    }
    return Shown(
        may_be_tapped=item.state in HURTS,
        minutes=f"{MINUTES:g}",
        week=week,
        count=known.count,
        summary=summary,
        chart=chart(weekly(taps, now)),
        says=learned_words(item, known, model) if item.drags else "",
    )


def weekly(taps: Sequence[tuple[datetime.datetime, float]], now: datetime.datetime) -> list[float]:
    """Minutes of each of the last weeks, the oldest first."""
    found = [0.0] * WEEKS
    for at, minutes in taps:
        back = min(WEEKS - 1, max(0, (now - at) // datetime.timedelta(weeks=1)))
        found[WEEKS - 1 - back] += minutes
    return found


def chart(minutes: Sequence[float]) -> SafeString:
    """A bar for each week, on a scale from nothing."""
    most = max(*minutes, 1.0)
    step = 1 / len(minutes)
    bars = [
        el("rect", class_="fdebt", x=pct(place * step), y=HEIGHT - HEIGHT * value / most,
           width=pct(step * 0.7), height=max(HEIGHT * value / most, 1.0))
        for place, value in enumerate(minutes)
        if value
    ]  # fmt: skip
    base = el("line", class_="s-axis", x1=0, x2="100%", y1=HEIGHT, y2=HEIGHT)
    title = _("Minutes tapped in each of %(n)s weeks, %(most)s at most") % {
        "n": len(minutes), "most": f"{most:g}",
    }  # fmt: skip
    return drawing("".join(bars) + base, height=HEIGHT + 1, title=title)


def learned_words(item: DebtItem, taps: tapping.Taps, model) -> str:
    """What the taps made of the declared slow-down, or what they wait for."""
    touches = queries_figures.touches_of_one(item, model)
    if touches is None:
        return _("They wait for history: until changes of its files are known, they move no score.")
    phi = model["slow_down"].get(item.slow_down)
    declared = None if phi is None else Range(phi, phi, phi)
    learned = tapping.learn(
        declared, taps, touches.ages, model, as_of=touches.as_of,
        hours_per_day=item.product.hours_per_day, time_per_change=time_of(item),
    )  # fmt: skip
    if learned is None:
        if not tapping.changes_since(touches.ages, (touches.as_of - taps.first_on).days):
            return _("They teach nothing yet: nobody has changed its files since the first tap.")
        return _("More was tapped than its changes take: they are not of these changes.")
    found = {
        "now": formats.percent(learned.slow_down.p50),
        "seen": formats.percent(learned.observed),
        "changes": ngettext("%(n)s change", "%(n)s changes", learned.changes)
        % {"n": learned.changes},
        "said": formats.percent(phi),
        "taps": learned.taps,
        "prior": f"{tapping.prior_of(model):g}",
    }
    if declared is None:
        return _("Slow-down %(seen)s, from the taps over %(changes)s; none is declared.") % found
    return (
        _(
            "Slow-down %(now)s: the taps say %(seen)s over %(changes)s, declared is %(said)s, "
            "weighed %(taps)s to %(prior)s."
        )
        % found
    )


def time_of(item: DebtItem) -> float | None:
    """Person-days that one of its changes takes, as its newest score knew; None: the default."""
    score = item.latest_score
    return score.inputs.get("time_per_change") if score is not None else None
