"""Rows of the decision list, as ready strings."""

import datetime
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tpm import formats
from tpm.marks import badge_html
from tradeoffs import matrix
from tradeoffs.maths import statement, verdicts
from tradeoffs.maths.verdicts import Verdict
from tradeoffs.models import Decision
from tradeoffs.pages import drawing

# Verdict: word, tint, icon. With one option in play there is nothing to judge.
VERDICTS = {
    verdicts.CLEAR: ("Clear", "ok", "check"),
    verdicts.MODERATE: ("Moderate", "", "circle"),
    verdicts.CLOSE: ("Close call", "warn", "near"),
    verdicts.CONTESTED: ("Contested", "bad", "split"),
    verdicts.PENDING: ("Being computed", "", "clock"),
}


@dataclass(frozen=True, slots=True)
class Row:
    key: str
    url: str
    title: str
    summary: str
    criteria: str
    state: SafeString
    verdict: SafeString | str
    winner: str
    total: str
    beside: str
    bar: SafeString | str
    driver: str
    due: str
    due_class: str
    due_more: str


def verdict_badge(verdict: Verdict | None) -> SafeString | str:
    if verdict is None or verdict.word not in VERDICTS:
        return ""
    word, tint, icon = VERDICTS[verdict.word]
    return badge_html(verdict.word, word, tint, icon)


def of(decision: Decision, *, today: datetime.date) -> Row:
    """The row of a decision whose matrix is prefetched."""
    weighed = matrix.of(decision)
    winner, total, bar = leading(weighed)
    due, due_class, due_more = next_due(decision, today)
    return Row(
        key=decision.key,
        url=decision.get_absolute_url(),
        title=decision.title,
        summary=statement.text(weighed.statement_runs),
        criteria=", ".join(
            criterion.name for criterion in sorted(weighed.criteria, key=lambda c: -c.weight)[:2]
        ),
        state=badge_html(decision.state),
        verdict=verdict_badge(weighed.verdict),
        winner=winner,
        total=total,
        beside=beside(weighed),
        bar=bar,
        driver=str(decision.driver or ""),
        due=due,
        due_class=due_class,
        due_more=due_more,
    )


def leading(weighed: matrix.Matrix) -> tuple[str, str, SafeString | str]:
    """The chosen option, or the one that leads: name, total and bar."""
    verdict, chosen = weighed.verdict, weighed.decision.chosen
    if verdict is None or weighed.weighed is None:
        none = "Not enough scored" if weighed.scored else "Not scored yet"
        none = "Hidden" if weighed.unseen else none
        none = none if weighed.options or weighed.decision.is_open else "No options"
        return (chosen.name if chosen else none), "", ""
    index = weighed.options.index(chosen) if chosen in weighed.options else verdict.winner
    if chosen is None and verdict.is_tie:
        return f"{len(verdict.tied)} options are tied", "", ""
    total = weighed.weighed.totals[index]
    bar = drawing.lead_bar(total.low, total.middle, total.high)
    return weighed.options[index].name, f"{total.middle:.2f}", bar


def beside(weighed: matrix.Matrix) -> str:
    """What an open decision's option is: proposed, and which one leads where another does."""
    decision = weighed.decision
    if decision.chosen is None or not decision.is_open:
        return ""
    leader = weighed.leader
    if leader is None or leader == decision.chosen:
        return _("proposed")
    return _("proposed; %(name)s leads") % {"name": leader.name}


def next_due(decision: Decision, today: datetime.date) -> tuple[str, str, str]:
    """What is due next: words, tone, and how far away it is."""
    return due_of(decision.state, decision.due_on, decision.check_on, decision.decided_at, today)


def due_of(
    state: str,
    due_on: datetime.date | None,
    check_on: datetime.date | None,
    decided_at: datetime.datetime | None,
    today: datetime.date,
) -> tuple[str, str, str]:
    if state in Decision.OPEN:
        return dated("Decide", due_on, today)
    if state == Decision.State.ACCEPTED and check_on:
        return dated("Check", check_on, today)
    if decided_at is None:
        return "None", "", ""
    return "None", "", f"decided {formats.day(decided_at, today=today)}"


def dated(verb: str, day: datetime.date | None, today: datetime.date) -> tuple[str, str, str]:
    if day is None:
        return "No date", "", ""
    tone = "late" if day < today else "soon" if (day - today).days <= 7 else ""
    return f"{verb} {formats.day(day, today=today)}", tone, away(day, today)


def away(day: datetime.date, today: datetime.date) -> str:
    days = (day - today).days
    if days == 0:
        return "today"
    count = f"{abs(days)} day{'' if abs(days) == 1 else 's'}"
    return f"in {count}" if days > 0 else f"{count} late"
