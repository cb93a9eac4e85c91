"""The pay-off view: what a budget pays, what the plan gains by it, and what is left and why."""

import datetime
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from debt import payoff, payoff_charts, previews, queries, rows, services, summary_page
from debt.models import DebtItem, DebtScore
from debt.payoff import Candidate, Payment, Reason
from roadmaps.models import Objective
from tpm import formats, policies, svg
from tpm.marks import icon_html
from tpm.models import Product
from tpm.svg import esc

FIRST, LAST = "first", "last"
QUARTER_MONTHS = 3
LEFT_SHOWN = 100
START_SHARE = 0.1
"""Of the teams' next quarter: the budget that the page opens with."""


@dataclass(frozen=True)
class Asked:
    """One way to spend: how much, and where in the plan."""

    budget: float
    place: str = FIRST


@dataclass(frozen=True)
class Register:
    """What the choice is made from."""

    items: dict[int, DebtItem]
    candidates: list[Candidate]
    locked: list[DebtItem]
    """Planned or accepted: scored, and no choice of this page."""
    unscored: list[DebtItem]
    ledgers: list[Any]
    """Of the product's teams, with whether they are due (`queries.ledgers`)."""
    capacity: float
    """pd a month of the teams."""

    @property
    def gaining(self) -> float:
        """pd that paying everything that gains would take."""
        return payoff.choose(self.candidates, float("inf")).spent

    @property
    def steps(self) -> tuple[float, float]:
        """(most, step) of the slider in pd."""
        return payoff.steps_of(self.gaining)

    def at_first(self) -> float:
        """The budget to open with: a tenth of the next quarter, as far as anything gains by it."""
        most, step = self.steps
        wanted = self.capacity * QUARTER_MONTHS * START_SHARE
        return min(most, max(step, round(wanted / step) * step))


def register_of(product: Product) -> Register:
    """Everything that may be paid, in a fixed number of queries."""
    found = (
        DebtItem.objects.filter(product=product, state__in=DebtItem.DRAGS)
        .select_related("latest_score", "latest_score__model", "item", "team")
        .order_by("number")
    )
    items = {item.pk: item for item in found}
    ledgers = queries.ledgers_of(product)
    shares: dict[str, tuple[float, float, float]] = {}
    for ledger in ledgers:
        for pk, (after, alone, *_others) in ledger.shares.items():
            shares[pk] = (after, alone, ledger.capacity_days or 0.0)
    scored = [item for item in items.values() if is_scored(item)]
    return Register(
        items=items,
        candidates=[
            candidate(item, *shares.get(str(item.pk), (None, 0.0, 0.0)))
            for item in scored
            if item.state == DebtItem.State.OPEN
        ],
        locked=[item for item in scored if item.state != DebtItem.State.OPEN],
        unscored=[item for item in items.values() if not is_scored(item)],
        ledgers=ledgers,
        capacity=sum(ledger.capacity_days or 0.0 for ledger in ledgers),
    )


def is_scored(item: DebtItem) -> bool:
    return item.latest_score is not None and bool(item.latest_score.principal_days)


def removed_of(score: DebtScore) -> float:
    """Share of its interest that paying removes."""
    return float(score.inputs["share_removed"])


def candidate(item: DebtItem, share: float | None, alone: float, capacity: float) -> Candidate:
    """An item by its newest score, with what it costs once shared hours are counted once.

    share: of its team's capacity after overlap; None where no drag is known: its interest alone
    alone: the same as if it were the only item
    """
    score = item.latest_score
    assert score is not None
    assert score.principal_days
    month, kept = score.interest_days or 0.0, 1.0
    if share is not None:
        month, kept = share * capacity, share / alone if alone > 0 else 1.0
    # What is saved is in proportion to the interest that is removed; the cost is not.
    saved = (score.npv_days or 0.0) + score.principal_days
    return Candidate(
        id=item.pk,
        cost=score.principal_days,
        back=month * removed_of(score),
        net=saved * kept - score.principal_days,
        chance=score.chance or 0.0,
    )


def why_left(item: DebtItem, paid: Payment) -> str:
    """Why an open item is not chosen."""
    score = item.latest_score
    assert score is not None
    if paid.left[item.pk] is Reason.DOES_NOT_FIT:
        return _("does not fit; from %(n)s d on") % {
            "n": formats.number(math.ceil(paid.enough[item.pk] - 1e-9))
        }
    if score.verdict == DebtScore.Verdict.FROZEN:
        return _("frozen: leave it")
    if score.verdict == DebtScore.Verdict.RISK:
        return _("no gain in time; for its risk")
    if score.discounted_payback_months is None:
        return _("never pays back")
    return _("pays back in %(months)s") % {"months": rows.payback_text(score)}


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


def team_lines(found: Register, paid: Payment) -> list[TeamLine]:
    """Means: what the chosen items take of each team's drag, shared hours counted once."""
    pairs = []
    for ledger in found.ledgers:
        if ledger.drag_mean is None:
            continue
        given = sum(
            ledger.shares.get(str(pk), (0.0,))[0] * removed_of(score)
            for pk in paid.chosen
            if (score := found.items[pk].latest_score) is not None
        )
        # Shares were cut to the cap with the drag: what is given back leaves the uncut sum.
        whole = max(ledger.drag_uncapped or 0.0, ledger.drag_mean)
        given *= whole / ledger.drag_mean if ledger.drag_mean else 1.0
        after = min(ledger.drag_mean, max(0.0, whole - given))
        pairs.append((ledger.team, ledger.drag_mean, after))
    limits = policies.limits_of_drag((team.pk for team, *_drags in pairs), timezone.localdate())
    most = max([0.2, *limits.values(), *(before for _team, before, _after in pairs)]) * 1.1
    return [
        TeamLine(
            name=team.name,
            bar=payoff_charts.drag_move(before, after, most=most, limit=limits.get(team.pk)),
            before=formats.percent(before),
            after=formats.percent(after),
            budget=summary_page.budget_words(limits[team.pk]) if team.pk in limits else "",
            over=team.pk in limits and after > limits[team.pk],
        )
        for team, before, after in pairs
    ]


def page_of(found: Register, asked: Asked) -> dict[str, Any]:
    """Everything of the page but the plan's dates."""
    paid = payoff.choose(found.candidates, asked.budget)
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
            row_html(item, backs[item.pk], why_chosen(item, paid), mark="in") for item in chosen
        ],
        "left_rows": [
            row_html(item, backs[item.pk], why_left(item, paid), mark="out") for item in left
        ],
        "locked_rows": [
            row_html(item, locked_back(found, item), why_locked(item), mark="locked")
            for item in found.locked
        ],
        "scored": len(found.candidates) + len(found.locked),
        "unscored": found.unscored,
        "curve": payoff_charts.curve(
            [(budget, payoff.choose(found.candidates, budget).back) for budget in grid(most, step)],
            at=(asked.budget, paid.back),
            most=most,
        ),
        "axis": payoff_charts.budget_axis(most),
        "most": most,
        "step": step,
        "share": formats.percent(asked.budget / quarter) if quarter else "",
        "teams": team_lines(found, paid),
        "says": says(paid, horizon),
        "spent": formats.number(paid.spent, 1),
        "budget": asked.budget,
        "budget_text": formats.number(asked.budget),
        "place": asked.place,
        "horizon": horizon,
    }


def chosen_by(found: Register, asked: Asked) -> tuple[int, ...]:
    return payoff.choose(found.candidates, asked.budget).chosen


@dataclass(frozen=True)
class PlanLine:
    """One objective under each of the plans that are compared."""

    title: str
    url: str
    moves: list[tuple[SafeString, str, str, str, str]]
    """(bar, new P85, days moved, its tone, share of trials in which it comes later)"""


@dataclass(frozen=True)
class Plans:
    """What one or two ways to pay do to the plan's dates."""

    heads: list[str]
    says: list[SafeString]
    under: list[str]
    lines: list[PlanLine]


def plans_of(product: Product, found: Register, ways: list[Asked]) -> Plans:
    """Each way on the same draws, against the plan as it is."""
    together = [paid_plan(product, found, asked) for asked in ways]
    return Plans(
        heads=[
            _("%(budget)s d, %(place)s") % {
                "budget": formats.number(asked.budget),
                "place": _("first") if asked.place == FIRST else _("last"),
            }
            for asked in ways
        ],
        says=[gains(each) for each in together],
        under=[risk(each) for each in together],
        lines=plan_lines(product, together),
    )  # fmt: skip


def paid_plan(product: Product, found: Register, asked: Asked) -> previews.Together | None:
    """None where the budget pays nothing."""
    chosen = chosen_by(found, asked)
    if not chosen:
        return None
    payoffs = services.payoffs_of([found.items[pk] for pk in chosen])
    pairs = [(found.items[pk], payoffs[pk]) for pk in chosen]
    return previews.of_paying_all(product, pairs, first=asked.place == FIRST)


def gains(each: previews.Together | None) -> SafeString:
    """What the plan gains, in a sentence."""
    if each is None:
        return SafeString("")
    moves = [row.days for row in each.preview.objectives if row.days]
    earlier, later = [-days for days in moves if days < 0], [days for days in moves if days > 0]
    parts = []
    if earlier:
        many = ngettext(
            "%(n)s objective comes forward, by %(days)s d.",
            "%(n)s objectives come forward, by %(days)s d.",
            len(earlier),
        )
        parts.append(many % {"n": len(earlier), "days": span(earlier)})
    if later:
        many = ngettext(
            "%(n)s objective comes later, by %(days)s d.",
            "%(n)s objectives come later, by %(days)s d.",
            len(later),
        )
        parts.append(many % {"n": len(later), "days": span(later)})
    if not moves:
        parts.append(_("No objective’s P85 moves by a whole day."))
    if each.all_met is not None:
        before, after = (formats.chance(share) for share in each.all_met)
        words = _("The chance to meet them all goes from %(before)s to <b>%(after)s</b>.")
        parts.append(words % {"before": before, "after": after})
    return mark_safe(" ".join(parts))  # noqa: S308 - numbers only


def span(days: list[int]) -> str:
    low, high = min(days), max(days)
    return str(low) if low == high else _("%(low)s to %(high)s") % {"low": low, "high": high}


def risk(each: previews.Together | None) -> str:
    """How often something comes later, and what."""
    if each is None or not each.any_later:
        return ""
    said = _("In %(share)s of trials at least one comes later") % {
        "share": formats.percent(each.any_later)
    }
    most = each.later_most
    if most is None:
        return f"{said}."
    return _("%(said)s, mostly %(title)s.") % {"said": said, "title": most.title}


def plan_lines(product: Product, together: list[previews.Together | None]) -> list[PlanLine]:
    targets = {
        row.get_absolute_url(): row.target_date
        for row in Objective.objects.filter(product=product).select_related("product")
    }
    known = [each for each in together if each is not None]
    dates = [
        day
        for each in known
        for row in each.preview.objectives
        for day in (row.before, row.after, targets.get(row.url))
        if day is not None
    ]
    if not dates:
        return []
    scale = min(dates), max(dates)
    rows = [
        {row.url: row for row in each.preview.objectives} if each is not None else {}
        for each in together
    ]
    urls = [row.url for row in sorted(known[0].preview.objectives, key=lambda row: by_date(row))]
    return [
        PlanLine(
            title=next(side[url].title for side in rows if url in side),
            url=url,
            moves=[move_of(side.get(url), targets.get(url), scale) for side in rows],
        )
        for url in urls
    ]


def by_date(row: previews.Moved) -> tuple[bool, datetime.date, str]:
    return row.after is None, row.after or datetime.date.max, row.title


def move_of(
    row: previews.Moved | None,
    target: datetime.date | None,
    scale: tuple[datetime.date, datetime.date],
) -> tuple[SafeString, str, str, str, str]:
    if row is None or row.before is None or row.after is None:
        return SafeString(""), "–", "", "", ""
    days = row.days or 0
    tone = "ok" if days < 0 else "warn" if days > 0 else ""
    missed = target is not None and row.after > target
    bar = svg.moved(
        row.before, row.after, start=scale[0], end=scale[1], target=target,
        tone="warn" if missed else "ok",
    )  # fmt: skip
    moved = f"{formats.signed(days)} d" if days else "±0 d"
    return bar, formats.day(row.after), moved, tone, formats.percent(row.later)


def grid(most: float, step: float) -> list[float]:
    return [step * index for index in range(round(most / step) + 1)]


def horizon_of(found: Register) -> int:
    model = queries.current_model().parameters
    return int(model["horizon_months"])


def locked_back(found: Register, item: DebtItem) -> float:
    for ledger in found.ledgers:
        if str(item.pk) in ledger.shares and item.latest_score is not None:
            share = ledger.shares[str(item.pk)][0]
            return share * (ledger.capacity_days or 0.0) * removed_of(item.latest_score)
    return 0.0


def why_chosen(item: DebtItem, paid: Payment) -> str:
    score = item.latest_score
    assert score is not None
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


def read_asked(params: Mapping[str, str], found: Register) -> tuple[Asked, str]:
    """What the address asks for, else a budget to begin with: (asked, what is wrong with it)."""
    asked, wrong = read_way(params, found)
    return asked or Asked(found.at_first(), place_of(params)), wrong


def read_way(
    params: Mapping[str, str], found: Register, prefix: str = ""
) -> tuple[Asked | None, str]:
    """A budget in days, or with a % in percent of the teams' next quarter, and its place."""
    text = params.get(f"{prefix}budget", "").strip().replace(",", ".")
    if not text:
        return None, ""
    try:
        budget = float(text.rstrip("d% "))
    except ValueError:
        budget = -1.0
    if not 0 <= budget < 1e6:
        return None, _("A budget is a number of days, such as 40, or a share, such as 10%.")
    if text.endswith("%"):
        budget = round(budget / 100 * found.capacity * QUARTER_MONTHS, 1)
    return Asked(budget, place_of(params, prefix)), ""


def place_of(params: Mapping[str, str], prefix: str = "") -> str:
    return LAST if params.get(f"{prefix}place") == LAST else FIRST


def as_of(found: Register) -> datetime.datetime | None:
    done = [ledger.computed_at for ledger in found.ledgers if ledger.computed_at]
    return min(done) if done else None


def is_stale(found: Register) -> bool:
    return any(ledger.due for ledger in found.ledgers)
