"""Rows of the register as ready text: one small builder, so that a thousand rows stay cheap."""

import datetime
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from debt import ceilings
from debt.listed import Listed
from debt.maths import scoring
from debt.models import DebtItem, DebtScore
from debt.services.tapping import HURTS
from tpm import formats
from tpm.marks import badge_html, icon_html
from tpm.svg import el, esc, num, pct

Verdict = DebtScore.Verdict
MINUS = "−"
COLUMNS = 7
"""Those that every width shows; the others stand beside them as cells of their own."""
TREND = '<td class="trend"></td>'
UNSAID = f'<span class="faint">{formats.UNKNOWN}</span>'


@dataclass(frozen=True)
class Question:
    """The one thing to ask about an item that has no score."""

    text: str
    name: str
    answers: Sequence[tuple[str, str]]  # (value, label)


class Words:
    """What rows say again and again, translated and escaped once for a page."""

    def __init__(self) -> None:
        self.state, self.not_debt = esc(_("State…")), esc(_("Not debt"))
        self.cost, self.days = esc(_("What it costs a month")), esc(_("Days to fix"))
        self.accept, self.tap = esc(_("Accept until…")), esc(_("+15 min"))
        self.more, self.title = esc(_("More of %(key)s")), esc(_("Change the title of %(key)s"))
        self.rename = esc(_("Title…"))
        self.select, self.to_fix = esc(_("Select")), esc(_("d to fix"))
        self.why = esc(_("Score %(score)s, %(letter)s. Why?"))
        self.payback, self.net = esc(_("Payback")), esc(_("net a day spent"))
        self.days_a_month = esc(_("Days a month…"))
        self.range = esc(_("P10 to P90 %(low)s to %(high)s"))
        self.labels = {
            "interest": esc(_("interest")), "principal": esc(_("days to fix")),
            "component": esc(_("component")), "owner": esc(_("owner")),
        }  # fmt: skip


@dataclass(frozen=True)
class Sheet:
    """What all rows of one page share."""

    today: datetime.date
    top: float  # days a month at the right end of the interest bar
    model: Mapping[str, Any]
    teams: Sequence[tuple[str, str]] = ()  # (slug, name) that may be answered
    may_answer: bool = False
    may_accept: bool = False
    words: Words = field(default_factory=Words)


def question_of(
    item: DebtItem | Listed, model: Mapping[str, Any], teams: Sequence[tuple[str, str]]
) -> Question | None:
    """What to ask, or None where the item has a score or is being scored."""
    if item.team_id is None:
        return Question(_("Which team loses the time?"), "team", teams[:5])
    missing = item.latest_score.missing if item.latest_score else ""
    if missing == "interest":
        costs = [(name, name) for name in model["monthly_cost_days"]]
        return Question(_("What does it cost in a usual month?"), "interest", costs)
    if missing == "principal":
        sizes = [
            (size, f"{size}, {formats.amount(days[1])} d")
            for size, days in model["size_days"].items()
        ]
        return Question(_("How big is the fix?"), "size", sizes)
    if missing == "capacity":
        return Question(_("The team has no people yet."), "", ())
    if missing == scoring.UNCOMPUTED:
        return Question(_("Its values cannot be computed with."), "", ())
    return None


def months_text(months: float | None) -> str:
    """A stretch of time as `11 mo`, or `5 y` from two years on."""
    if months is None:
        return _("never")
    if months >= 24:
        return _("%(n)s y") % {"n": round(months / 12)}
    return _("%(n)s mo") % {"n": max(1, round(months))}


def payback_text(score: DebtScore | Listed) -> str:
    """Months of saved interest that make up the principal; never where discounting eats them."""
    if score.payback_months is None or score.discounted_payback_months is None:
        return _("never")
    if score.payback_months < 1:
        return _("< 1 mo")
    return _("%(n)s mo") % {"n": round(score.payback_months)}


def retiring_day(score: DebtScore) -> datetime.date | None:
    """When the item's component reaches its end of life, as the score read it."""
    text = score.inputs.get("retires_on")
    return datetime.date.fromisoformat(text) if text else None


def retires_first(score: DebtScore) -> bool:
    """Whether it would pay back, were its component not gone by then."""
    retires = score.inputs.get("retires_in_months")
    if retires is None or score.discounted_payback_months is not None:
        return False
    return score.payback_months is not None and score.payback_months >= retires - 1


def month_words(day: datetime.date, today: datetime.date) -> str:
    """`March`, or `March 2029` where that could be another March."""
    near = (day - today).days < 330
    return date_format(day, "F" if near else "F Y")


def age_text(since: datetime.date, today: datetime.date, model: Mapping[str, Any]) -> str:
    days = (today - since).days
    if days < 31:
        return _("%(n)s d") % {"n": max(days, 0)}
    return months_text(days / model["month_days"])


def interest_top(items: Iterable[Listed]) -> float:
    """A round number of days a month that every bar fits under, divisible by three."""
    highs = [
        item.latest_score.interest_p90_days or 0.0
        for item in items
        if item.latest_score is not None
    ]
    most = max(highs, default=0.0)
    return max(3.0, math.ceil(most / 3) * 3.0)


def editable(name: str, item: Listed, sheet: Sheet, inner: str) -> str:
    """A value that turns into a field in its place, for whoever logs debt."""
    if not sheet.may_answer:
        return inner
    key = esc(item.key)
    return (
        f'<a class="inline-edit" data-cell href="/d/{key}/cell/{name}/">'
        f'<span class="vh">{key}, {sheet.words.labels[name]}: </span>{inner or UNSAID}</a>'
    )


def interest_html(item: Listed, sheet: Sheet) -> str:
    """Interest a month in digits, a bar, and a whisker from P10 to P90."""
    score, top = item.latest_score, sheet.top
    if score is None or score.interest_days is None:
        return editable("interest", item, sheet, "")
    days = score.interest_days or 0.0
    low, high = score.interest_p10_days or days, score.interest_p90_days or days
    a, b, c = pct(low / top), pct(days / top), pct(high / top)
    path = [
        el("rect", class_="fd2", y=4, width=b, height=8, rx=1.5),
        el("line", class_="s-2 mid", x1=a, x2=c, y1=8, y2=8),
        el("line", class_="s-2 mid", x1=a, x2=a, y1=5, y2=11),
        el("line", class_="s-2 mid", x1=c, x2=c, y1=5, y2=11),
    ]
    bar = el("svg", "".join(path), width="100%", height=16, aria_hidden="true")
    said = sheet.words.range % {"low": formats.number(low, 1), "high": formats.number(high, 1)}
    digits = f'{formats.short(days)}<span class="vh"> {said}</span>'
    if item.drags:
        digits = editable("interest", item, sheet, digits)
    return f'<span class="int"><span>{digits}</span>{bar}</span>'


def principal_html(item: Listed, sheet: Sheet) -> str:
    """Days to fix: what is likely, and the range."""
    score = item.latest_score
    known = score.principal if score is not None else None
    if known is None:
        return editable("principal", item, sheet, "")
    low, mid, high = known
    digits = f"<b>{formats.amount(mid)}</b>"
    if item.drags:
        digits = editable("principal", item, sheet, digits)
    return (
        f'{digits}<span class="nar"> {sheet.words.to_fix}</span> '
        f'<span class="faint">{formats.amount(low)}–{formats.amount(high)}</span>'
    )


def component_html(item: Listed, sheet: Sheet) -> str:
    name = esc(item.component_name or "")
    if not sheet.may_answer:
        return name or formats.UNKNOWN
    return editable("component", item, sheet, name)


def owner_html(item: Listed, sheet: Sheet) -> str:
    name = item.owner_name or ""
    face = (
        f'<span class="avatar" role="img" aria-label="{esc(name)}" title="{esc(name)}">'
        f"{esc(formats.initials(name))}</span>"
        if name
        else ""
    )
    return editable("owner", item, sheet, face)


def spark(values: Sequence[float | None]) -> str:
    """Interest over six months; purple where it grew by a tenth or more."""
    known = [value for value in values if value is not None]
    if len(known) < 2 or known[0] <= 0:
        return f'<span class="faint">{formats.UNKNOWN}</span>'
    change = known[-1] / known[0] - 1
    low, high = min(known), max(known)
    span = high - low
    start = len(values) - len(known)
    points = [
        (
            2 + 68 * (start + i) / (len(values) - 1),
            12 - (0 if span == 0 else (v - low) / span - 0.5) * 14,
        )
        for i, v in enumerate(known)
    ]
    line = " ".join(f"{num(x)},{num(y)}" for x, y in points)
    grew = change >= 0.1
    x, y = points[-1]
    label = _("Interest %(change)s %% in six months") % {"change": formats.signed(change * 100)}
    return el(
        "svg",
        el("polyline", class_=f"none round {'s-debt mid' if grew else 's-3 thin'}", points=line)
        + el("circle", class_="fdebt" if grew else "fgrid", cx=x, cy=y, r=2.5 if grew else 1.75),
        width=76,
        height=24,
        role="img",
        aria_label=label,
    )


def score_cell(item: Listed, url: str, sheet: Sheet) -> str:
    score = item.latest_score
    if score is None or score.score is None:
        waiting = score is None and item.team_id is not None and item.drags
        label = _("being scored") if waiting else _("not scored")
        mark = "…" if waiting else "?"
        return (
            f'<span class="score faint"><span aria-hidden="true">{formats.UNKNOWN}</span>'
            f'<i aria-hidden="true">{mark}</i><span class="vh">{esc(label)}</span></span>'
        )
    label = sheet.words.why % {"score": f"{score.score:.0f}", "letter": score.letter}
    return (
        f'<a class="score" href="{url}#why" aria-label="{label}">{score.score:.0f}'
        f'<i class="{score.letter.lower()}">{score.letter}</i></a>'
    )


def badges(item: Listed, today: datetime.date) -> str:
    """What the state adds to the title: planned work, a day that it is accepted until."""
    if item.state == DebtItem.State.PLANNED and item.work_key:
        return badge_html("planned", item.work_key, tint="info", icon="roadmap")
    if item.state == DebtItem.State.ACCEPTED:
        return acceptance_badges(item, today)
    if not item.drags:
        return badge_html(item.state)
    return ""


def acceptance_badges(item: Listed, today: datetime.date) -> str:
    """Until when, and up to which cost a month; both warn before it is over."""
    if item.accepted_until is None:
        words, over = _("Until %(what)s") % {"what": item.accepted_trigger}, False
    else:
        words = _("Until %(day)s") % {"day": formats.day(item.accepted_until, today=today)}
        over = item.accepted_until < today
    said = badge_html("accepted", words, tint="warn" if over else "", icon="clock")
    if item.accepted_ceiling_days is None:
        return said
    near = (ceilings.used_share(item) or 0.0) >= ceilings.NEAR
    words = _("Up to %(days)s d a month") % {"days": f"{item.accepted_ceiling_days:g}"}
    return f"{said} {badge_html('accepted', words, tint='warn' if near else '', icon='up')}"


def url_of(item: Listed) -> str:
    """The item's page, escaped: looking a route up for each row would take as long as the row."""
    return f"/d/{esc(item.key)}/"


def row_menu(item: Listed, url: str, sheet: Sheet) -> str:
    """What a row offers: a tap, and the pages that say more of it."""
    if not sheet.may_answer:
        return ""
    words, key = sheet.words, esc(item.key)
    # On a phone there is no pen beside the title: the menu leads to the same field.
    links, tap = f'<a href="{url}cell/title/" data-cell>{words.rename}</a>', f"{url}tap/"
    if item.state != DebtItem.State.PLANNED:
        links += f'<a href="{url}cell/state/" data-cell>{words.state}</a>'
    if item.drags:
        links += (
            f'<a href="{url}interest/" data-dialog>{words.cost}</a>'
            f'<a href="{url}principal/" data-dialog>{words.days}</a>'
        )
        if sheet.may_accept and item.state != DebtItem.State.PLANNED:
            links += (
                f'<a href="{url}accept/" data-dialog>{words.accept}</a>'
                f'<a href="{url}not-debt/" data-dialog>{words.not_debt}</a>'
            )
    taps = (
        f'<button form="answer" formaction="{tap}" hx-post="{tap}" hx-swap="none" data-does="tap">'
        f'{words.tap}<span class="vh"> {key}</span> <kbd>T</kbd></button>'
        if item.state in HURTS
        else ""
    )
    return (
        '<details class="drop row-more"><summary class="btn quiet small icon-only" '
        f'aria-label="{words.more % {"key": key}}">{icon_html("more")}'
        f'</summary><div class="pop menu at-end">{taps}{links}</div></details>'
    )


def title_html(item: Listed, sheet: Sheet) -> str:
    key, url, pen = esc(item.key), url_of(item), ""
    if sheet.may_answer:
        said = sheet.words.title % {"key": key}
        pen = (
            f'<a class="pen" data-cell tabindex="-1" href="{url}cell/title/"'
            f' aria-label="{said}">{icon_html("edit")}</a>'
        )
    return (
        f'<span class="ttl"><span class="key">{key}</span>'
        f'<span><a href="{url}">{esc(item.title)}</a> {badges(item, sheet.today)}</span>'
        f'<span class="tools">{pen}{row_menu(item, url, sheet)}</span></span>'
    )


INLINE = {
    "title": title_html,
    "state": title_html,
    "owner": owner_html,
    "component": component_html,
    "interest": interest_html,
    "principal": principal_html,
}
"""Cells that turn into a field: what stands in them."""


def signed(days: float | None) -> str:
    """Net days, short where they are very many: the next column is near."""
    if days is None or abs(days) < 1000:
        return formats.signed(days, 1)
    return f"{'+' if days > 0 else ''}{formats.short(days)}"


def money_cells(item: Listed, score: Listed, sheet: Sheet) -> str:
    """Interest, principal, payback and net benefit."""
    negative = (score.npv_days or 0.0) <= 0
    far = negative and (score.payback_months is None or score.payback_months > 11.5)
    return (
        f'<td class="icell">{interest_html(item, sheet)}</td>'
        f'<td class="n pri">{principal_html(item, sheet)}</td>'
        f'<td class="n pb{" neg" if far else ""}"><span class="nar">{sheet.words.payback} </span>'
        f"{esc(payback_text(score))}</td>"
        f'<td class="n net{" neg" if negative else ""}">'
        f"<b>{signed(score.npv_per_day)}</b> "
        f'<span class="faint tot">{signed(score.npv_days)}</span>'
        f'<span class="nar">{sheet.words.net}</span></td>'
    )


def ask_cells(item: Listed, sheet: Sheet) -> str:
    """The question in place of the numbers that its answer would give."""
    asked = question_of(item, sheet.model, sheet.teams)
    if asked is None:
        words = _("The worker is scoring it.") if item.drags else ""
        return f'<td class="icell" colspan="4"><span class="ask">{esc(words)}</span></td>{TREND}'
    buttons = "".join(
        f'<button class="btn small" form="answer" name="answer" '
        f'value="{esc(f"{item.key}|{asked.name}|{value}")}">{esc(label)}</button>'
        for value, label in asked.answers
        if sheet.may_answer
    )
    if asked.name == "interest" and sheet.may_answer:
        buttons += (
            f'<a class="btn small" href="{url_of(item)}interest/" data-dialog>'
            f"{sheet.words.days_a_month}</a>"
        )
    group = f' <span class="group">{buttons}</span>' if buttons else ""
    text = asked.text
    if asked.name == "team" and not sheet.teams:
        text = _("%(question)s No team serves this product yet.") % {"question": text}
    said = f'<span class="ask">{esc(text)}{group}</span>'
    return f'<td class="icell" colspan="4">{said}</td>{TREND}'


def box_html(item: Listed, sheet: Sheet) -> str:
    """What selects a row: its key and the version that the page shows."""
    if not sheet.may_answer:
        return ""
    key = esc(item.key)
    return (
        f'<td class="bx"><input type="checkbox" form="bulk" name="item" '
        f'value="{key}:{item.version}" aria-label="{sheet.words.select} {key}"></td>'
    )


def row_html(item: Listed, sheet: Sheet, trend: Sequence[float | None] | None) -> SafeString:
    """One `<tr>` of the register; every text of a person is escaped here."""
    url = url_of(item)
    score = item.latest_score
    quiet = score is not None and score.verdict == Verdict.FROZEN
    scored = score is not None and score.score is not None
    middle = (
        f'{money_cells(item, score, sheet)}<td class="trend">{spark(trend or ())}</td>'
        if scored and score is not None
        else ask_cells(item, sheet)
    )
    return mark_safe(  # noqa: S308 - every text came through esc()
        f"<tr data-row{' class=is-quiet' if quiet else ''}>"
        f'{box_html(item, sheet)}<td class="sc">{score_cell(item, url, sheet)}</td>'
        f'<th scope="row">{title_html(item, sheet)}</th>'
        f'<td class="comp">{component_html(item, sheet)}</td>'
        f'<td class="own">{owner_html(item, sheet)}</td>{middle}'
        f'<td class="n ev">{item.pieces}</td>'
        f'<td class="n age">{esc(age_text(item.hurts_since, sheet.today, sheet.model))}</td></tr>'
    )
