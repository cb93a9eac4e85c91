"""The strip of totals above the register, and the page that explains them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from debt.maths import scoring
from debt.models import DebtItem, TeamLedger
from debt.pages import charts
from debt.register import Summary
from tpm import formats, svg

Z90 = 1.2816  # from the mean to P90 of a normal distribution, in standard deviations


@dataclass(frozen=True)
class TeamBar:
    """One team's drag as the strip shows it."""

    name: str
    bar: SafeString
    percent: str
    letter: str
    capped: bool
    budget: str
    """Words of its debt budget; empty where there is none."""
    over: bool


@dataclass(frozen=True)
class Strip:
    """Everything in the strip, as text."""

    sentence: str
    principal: str
    principal_note: str
    interest: str
    interest_note: str
    no_drag: str
    """Why no team's drag is known; empty where one is."""
    teams: list[TeamBar]
    flows: list[tuple[str, SafeString, str, str]]
    flow_net: str
    together: str
    totals: Summary


def interval(mean: float, sd: float) -> str:
    """P10 to P90 around a sum of many ranges, which is close to normal; never below zero."""
    return between(max(0.0, mean - Z90 * sd), mean + Z90 * sd)


def between(low: float, high: float) -> str:
    return f"{formats.number(low)}–{formats.number(high)} d"


def strip(totals: Summary, model: Mapping[str, Any]) -> Strip:
    items = ngettext("%(n)s item", "%(n)s items", totals.items) % {
        "n": formats.number(totals.items)
    }
    # Where nothing is known of any item, the sum is not known: unknown is not zero.
    sized, priced = totals.sized or not totals.items, totals.priced or not totals.items
    share = totals.share
    of_capacity = _(", %(share)s of capacity") % {"share": formats.percent(share)} if share else ""
    return Strip(
        sentence=sentence(totals, model["horizon_months"]),
        principal=f"{formats.number(totals.principal)} d" if sized else formats.UNKNOWN,
        principal_note=(f"{interval(totals.principal, totals.principal_sd)}, " if sized else "")
        + (items if totals.scored == totals.items else unscored_note(totals, items)),
        interest=f"{formats.number(totals.interest, 1)} d" if priced else formats.UNKNOWN,
        interest_note=f"{between(totals.interest_p10, totals.interest_p90)}{of_capacity}"
        if priced
        else _("not known yet"),
        no_drag="" if totals.teams else no_drag(totals),
        teams=team_bars(totals, model),
        flows=flows(totals),
        flow_net=formats.signed(totals.incurred - totals.paid - totals.written_off),
        together=_("%(alone)s d alone, %(together)s d together")
        % {
            "alone": formats.number(totals.interest_alone, 1),
            "together": formats.number(totals.interest, 1),
        },
        totals=totals,
    )


def unscored_note(totals: Summary, items: str) -> str:
    left = totals.items - totals.scored
    return _("%(items)s, %(left)s without a score") % {
        "items": items, "left": formats.number(left)
    }  # fmt: skip


def no_drag(totals: Summary) -> str:
    """What is to be said first before any drag can be known."""
    if totals.teamless:
        words = ngettext(
            "Not known yet: nobody has said which team loses the time of %(n)s item.",
            "Not known yet: nobody has said which team loses the time of %(n)s items.",
            totals.teamless,
        )
        return words % {"n": formats.number(totals.teamless)}
    if totals.items and not totals.priced:
        return _("Not known yet: no item says what it costs a month.")
    if totals.items:
        return _("Not known yet: the teams have no people.")
    return _("No debt slows a team.")


def sentence(totals: Summary, horizon: int) -> str:
    """The register in one line."""
    if not totals.items:
        return _("No debt is logged here.")
    items = ngettext("%(n)s item", "%(n)s items", totals.items) % {
        "n": formats.number(totals.items)
    }
    if totals.share is None or not totals.teams:
        return _("%(items)s logged; what they cost a team is not known yet.") % {"items": items}
    teams = ngettext("One team loses", "%(n)s teams lose", len(totals.teams)) % {
        "n": len(totals.teams)
    }
    share = formats.percent(totals.share)
    said = _("%(teams)s %(share)s of the capacity to %(items)s.") % {
        "teams": teams, "share": share, "items": items,
    }  # fmt: skip
    if totals.gains:
        gain = _("Paying %(n)s of them gains time inside %(months)s months.")
        return f"{said} {gain % {'n': formats.number(totals.gains), 'months': horizon}}"
    return f"{said} {_('Paying none of them gains time inside %(n)s months.') % {'n': horizon}}"


def team_bars(totals: Summary, model: Mapping[str, Any]) -> list[TeamBar]:
    tops = [line.ledger.drag_p90 or 0.0 for line in totals.teams]
    most = max([0.3, *tops, *(line.limit or 0.0 for line in totals.teams)]) * 1.05
    found = []
    for line in totals.teams:
        ledger = line.ledger
        mean = ledger.drag_mean or 0.0
        found.append(
            TeamBar(
                name=line.name,
                bar=svg.interval_bar(
                    ledger.drag_p10 or 0.0,
                    mean,
                    ledger.drag_p90 or 0.0,
                    most=most,
                    fill="fd2",
                    limit=line.limit,
                ),
                percent=formats.percent(mean),
                letter=scoring.letter_of(mean, model["drag_letters"], inclusive=True),
                capped=ledger.capped,
                budget="" if line.limit is None else budget_words(line.limit),
                over=line.limit is not None and mean > line.limit,
            )
        )
    return found


def budget_words(limit: float) -> str:
    return _("budget %(share)s") % {"share": formats.percent(limit)}


def flows(totals: Summary) -> list[tuple[str, SafeString, str, str]]:
    """Principal that came and went this quarter: (label, bar, sum, words)."""
    out = totals.paid + totals.written_off
    most = max(totals.incurred, out, 1e-9) * 1.1
    went = _("%(paid)s paid, %(off)s written off") % {
        "paid": formats.number(totals.paid), "off": formats.number(totals.written_off),
    }  # fmt: skip
    came = _("%(n)s incurred") % {"n": formats.number(totals.incurred)}
    paid = [("fok", totals.paid), ("fdone", totals.written_off)]
    return [
        (_("In"), charts.ledger_bar([("fdebt", totals.incurred)], most),
         formats.signed(totals.incurred), came),
        (_("Out"), charts.ledger_bar(paid, most), formats.signed(-out), went),
    ]  # fmt: skip


@dataclass(frozen=True)
class Share:
    """One item's part of a team's drag."""

    item: DebtItem | None
    days: str
    after: str
    alone: str


def team_shares(
    ledger: TeamLedger, items: Mapping[str, DebtItem], model: Mapping[str, Any]
) -> dict[str, Any]:
    """A team's drag with the items that add up to it; other products' items stay unnamed."""
    capacity = ledger.capacity_days or 0.0
    lines, elsewhere = [], 0.0
    for key, (after, alone, *_rest) in sorted(ledger.shares.items(), key=lambda row: -row[1][0]):
        if key in items:
            lines.append(
                Share(items[key], formats.number(after * capacity, 1), points(after), points(alone))
            )
        else:
            elsewhere += after
    mean = ledger.drag_mean
    return {
        "ledger": ledger,
        "lines": lines,
        "elsewhere": points(elsewhere) if elsewhere else "",
        "capacity": formats.number(capacity, 1),
        "mean": formats.percent(mean),
        "low": formats.percent(ledger.drag_p10),
        "high": formats.percent(ledger.drag_p90),
        "uncapped": formats.percent(ledger.drag_uncapped),
        "letter": scoring.letter_of(mean or 0.0, model["drag_letters"], inclusive=True),
    }


def points(share: float) -> str:
    return f"{share * 100:.1f}\N{NO-BREAK SPACE}%"
