"""Was it worth it? Promise against measurement, in rows ready to show."""

import datetime
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from debt.maths import worth
from debt.models import DebtItem, DebtOutcome
from debt.queries import contract as contract_queries
from tpm import formats
from tpm.marks import badge_html
from tpm.models import Product

Verdict = DebtOutcome.Verdict
TINTS = {Verdict.HELD: "ok", Verdict.PARTLY: "warn", Verdict.NOT: "bad", Verdict.UNKNOWN: ""}
ICONS = {
    Verdict.HELD: "check", Verdict.PARTLY: "mid", Verdict.NOT: "cross", Verdict.UNKNOWN: "help",
}  # fmt: skip
MOST = 100


@dataclass(frozen=True)
class Line:
    """One thing that was promised, or stood before, beside what was measured."""

    label: str
    promised: str
    measured: str
    note: str = ""


@dataclass(frozen=True)
class Shown:
    """One pay-off with its verdict."""

    item: DebtItem
    paid_on: datetime.date
    badge: SafeString
    says: str
    lines: list[Line]
    price: str
    gain: str


def badge(verdict: str) -> SafeString:
    known = Verdict(verdict)
    return badge_html(known, str(known.label), tint=TINTS[known], icon=ICONS[known])


def shown(row: DebtOutcome, item: DebtItem) -> Shown:
    facts = row.facts
    return Shown(
        item=item,
        paid_on=row.paid_on,
        badge=badge(row.verdict),
        says=sentence(row.verdict, facts),
        lines=lines_of(facts),
        price=price_words(facts),
        gain=gain_words(facts),
    )


def sentence(verdict: str, facts: Mapping[str, Any]) -> str:
    """The verdict in one sentence, with what it was measured by."""
    if verdict == Verdict.UNKNOWN:
        return _(
            "Nobody knows: neither taps nor changes of its files tell whether it costs less now."
        )
    by = _("by taps") if facts["measured_by"] == "taps" else _("by the time that changes take")
    came = _("%(share)s of the promised relief came, measured %(by)s") % {
        "share": formats.percent(max(0.0, facts["share_come"])), "by": by,
    }  # fmt: skip
    if facts["took"] is None:
        return _("%(came)s; nobody knows what the work took.") % {"came": came}
    return _("%(came)s; the work took %(price)s.") % {"came": came, "price": price_words(facts)}


def price_words(facts: Mapping[str, Any]) -> str:
    took, principal = facts["took"], facts["promise"]["principal"]
    if took is None:
        return _("not known")
    said = _("%(took)s d") % {"took": formats.amount(took)}
    if principal is None:
        return said
    return _("%(took)s d of %(low)s–%(mid)s–%(high)s") % {
        "took": formats.amount(took),
        "low": formats.amount(principal[0]),
        "mid": formats.amount(principal[1]),
        "high": formats.amount(principal[2]),
    }


def gain_words(facts: Mapping[str, Any]) -> str:
    if facts["share_come"] is None:
        return _("not known")
    return formats.percent(max(0.0, facts["share_come"]))


def lines_of(facts: Mapping[str, Any]) -> list[Line]:
    """Each measure with its two sides; what is not known says so."""
    unknown = _("not known")
    promise, before, after = facts["promise"], facts["before"], facts["after"]

    def number(value: float | None, unit: str, digits: int = 1) -> str:
        return unknown if value is None else f"{formats.number(value, digits)} {unit}"

    principal = promise["principal"]
    took = number(facts["took"], _("d"))
    note = _("derived from the days in progress") if facts["took_derived"] else ""
    relief = promise["relief"]
    gone = None
    if facts["share_come"] is not None and relief is not None:
        gone = facts["share_come"] * relief
    month = _("d a month")
    return [
        Line(
            _("Days it took"),
            unknown if principal is None else "–".join(formats.amount(day) for day in principal),
            took,
            note,
        ),
        Line(
            _("Interest that was to go, and went"), number(relief, month), number(gone, month),
            _("from %(by)s") % {"by": facts["measured_by"]} if gone is not None else "",
        ),
        Line(_("Touching changes a month"), number(before["touch_rate"], ""),
             number(after["touch_rate"], ""), _("before and after")),
        Line(_("Time a change takes"), number(before["time_per_change"], _("d"), 2),
             number(after["time_per_change"], _("d"), 2),
             _("before and after, the mean of its team, where most of its changes touch this")),
        Line(_("Tapped"), number(before["tapped_days"], month, 2),
             number(after["tapped_days"], month, 2), _("before and after")),
        Line(
            _("Drag of the team"),
            unknown if before["drag"] is None else formats.percent(before["drag"]),
            unknown if after["drag"] is None else formats.percent(after["drag"]),
            _("before and after, of all its debt"),
        ),
    ]  # fmt: skip


@dataclass(frozen=True)
class TeamRate:
    """How often the pay-offs of a team held."""

    team: str
    says: str
    rate: worth.HitRate


def rate_words(rate: worth.HitRate) -> str:
    """Held, of how many; below the guard only how many are missing."""
    if rate.share is None or rate.interval is None:
        return _("%(n)s judged; a rate is told from %(guard)s on.") % {
            "n": rate.n, "guard": worth.GUARD,
        }  # fmt: skip
    return _("%(hits)s of %(n)s held: %(share)s, %(low)s to %(high)s at 95 %%.") % {
        "hits": rate.hits,
        "n": rate.n,
        "share": formats.percent(rate.share),
        "low": formats.percent(rate.interval[0]),
        "high": formats.percent(rate.interval[1]),
    }


def rates(rows: list[DebtOutcome]) -> list[TeamRate]:
    """The hit rate of each team, by its name."""
    by_team: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        team = row.item.team
        by_team[team.name if team is not None else _("no team")].append(row.verdict)
    found = []
    for name, verdicts in sorted(by_team.items()):
        rate = worth.hit_rate(verdicts)
        found.append(TeamRate(name, rate_words(rate), rate))
    return found


def listed(product: Product, today: datetime.date) -> dict[str, Any]:
    """What the page of a product shows."""
    rows = list(contract_queries.outcomes_of(product))
    waiting = contract_queries.waiting_to_look_back(product, today)
    span = datetime.timedelta(days=contract_queries.LOOK_BACK_DAYS)
    return {
        "rates": rates(rows),
        "shown": [shown(row, row.item) for row in rows[:MOST]],
        "more": max(0, len(rows) - MOST),
        "waiting": [(item, item.closed_on + span) for item in waiting if item.closed_on],
        "guard": worth.GUARD,
    }


def of_item(item: DebtItem) -> dict[str, Any]:
    """What an item's own page shows: its outcome, or the day on which there will be one."""
    if item.closed_on is None or item.state != DebtItem.State.PAID:
        return {}
    row = item.outcomes.filter(paid_on=item.closed_on).first()
    if row is not None:
        return {"outcome": shown(row, item)}
    span = datetime.timedelta(days=contract_queries.LOOK_BACK_DAYS)
    return {"look_back_on": item.closed_on + span}
