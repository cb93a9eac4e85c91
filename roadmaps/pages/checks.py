"""What pages and the API show of checks: their state in words, and the chance of their dates."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from roadmaps import queries, verdict
from roadmaps.forecasting.chances import chance_by
from roadmaps.models import Check, CheckEvidence, CheckState, Item, ItemForecast, PlanStatus
from roadmaps.queries.dates import is_due
from tpm import formats
from tpm.marks import badge_html, icon_html

# State: tint and icon of its badge. The words are the state's own.
BADGES = {
    CheckState.MET: ("ok", "check"),
    CheckState.EXCEPTED: ("warn", "lock"),
    CheckState.EXPIRED: ("bad", "alert"),
    CheckState.OPEN: ("", "clock"),
}
NO_FORECAST = {
    Item.State.IDEA: gettext_lazy("no forecast: it is an idea"),
    Item.State.DROPPED: gettext_lazy("no forecast: it was dropped"),
}


@dataclass(frozen=True)
class Chance:
    """How likely an item is done by a check's date.

    share:   of trials; None where there is no forecast, and `words` say why
    stale:   whether the plan or the day moved on since the forecast
    """

    share: float | None
    words: str
    tone: str = ""
    icon: str = ""
    stale: bool = False

    def html(self) -> SafeString:
        mark = icon_html(self.icon, f"c-{self.tone}") if self.icon else ""
        old = format_html(' <span class="asof is-stale">{}</span>', _("stale"))
        return format_html(
            '<span class="vd">{}{}</span>{}', mark, self.words, old if self.stale else ""
        )


def chances_of(checks: Iterable[Check]) -> dict[int, Chance]:
    """The chance of each dated check, by its id, from each plan's newest run; in two queries."""
    dated = [check for check in checks if check.due_on is not None]
    if not dated:
        return {}
    plans = PlanStatus.objects.filter(product__in={check.item.product_id for check in dated})
    statuses = {
        status.product_id: status
        for status in plans.select_related("product").defer("product__purpose")
    }
    runs = [status.run_id for status in statuses.values() if status.run_id]
    rows = ItemForecast.objects.filter(run__in=runs, item__in={check.item_id for check in dated})
    dates = {row.item_id: row for row in rows.defer("why", "errors")}
    return {
        check.pk: chance_of(check, dates.get(check.item_id), statuses.get(check.item.product_id))
        for check in dated
    }


def chance_of(check: Check, dates: ItemForecast | None, status: PlanStatus | None) -> Chance:
    """raises: ValueError where the check has no date"""
    item, due = check.item, check.due_on
    if due is None:
        raise ValueError("only a dated check has a chance")
    if item.state == Item.State.DONE:
        kept = verdict.finished(due, item.finished_on)
        words = _("done in time") if kept and kept.tone == "ok" else kept.words if kept else ""
        return Chance(None, words, kept.tone if kept else "", kept.icon if kept else "")
    if item.state not in Item.SIMULATED:
        return Chance(None, str(NO_FORECAST[Item.State(item.state)]))
    stale = status is None or bool(status.failure) or is_due(status, status.product)
    if dates is None:
        failed = status is not None and status.failure
        return Chance(None, _("no forecast") if failed else _("no forecast yet"), stale=stale)
    share = share_by(dates, due)
    found = verdict.verdict(due, p50=dates.p50, p85=dates.p85, chance=share)
    words = _("%(chance)s done by then") % {"chance": verdict.chance_text(share)}
    if found is None:
        return Chance(share, words, stale=stale)
    return Chance(share, words, found.tone, found.icon, stale)


def share_by(dates: ItemForecast, day: datetime.date) -> float | None:
    """Share of trials in which an item is done by a day."""
    if dates.target_date == day and dates.chance is not None:
        return dates.chance
    stored = dates.histogram or {}
    starts, step = stored.get("starts_on"), int(stored.get("step") or 1)
    counts, later = list(stored.get("counts") or ()), int(stored.get("later") or 0)
    if not sum(counts) + later:
        return None
    return chance_by(
        day,
        starts_on=datetime.date.fromisoformat(starts) if starts else None,
        step=step,
        counts=counts,
        later=later,
        quantiles=((0.1, dates.p10), (0.5, dates.p50), (0.85, dates.p85), (0.95, dates.p95)),
    )


@dataclass(frozen=True)
class Line:
    """One check as a list shows it. check: with what `queries.with_state` adds"""

    check: Any
    chance: Chance | None
    evidence: Sequence[CheckEvidence]
    today: datetime.date

    @property
    def badge(self) -> SafeString:
        state = CheckState(self.check.state)
        tint, icon = BADGES[state]
        label = str(state.label)
        if state == CheckState.EXCEPTED:
            day = formats.day(self.check.excepted_until)
            label = _("Excepted until %(day)s") % {"day": day}
        return badge_html(state, label, tint, icon)

    @property
    def note(self) -> str:
        """What the state does not say: until when evidence counts, or since when it does not."""
        check = self.check
        if check.state == CheckState.MET and self.proven_until:
            return _("evidence counts until %(day)s") % {"day": formats.day(self.proven_until)}
        if check.state == CheckState.EXPIRED:
            return _("evidence counted until %(day)s") % {"day": formats.day(check.proven_until)}
        if check.state == CheckState.OPEN and check.excepted_until:
            return _("its exception ended on %(day)s") % {"day": formats.day(check.excepted_until)}
        return ""

    @property
    def proven_until(self) -> datetime.date | None:
        """The last day on which its evidence counts; None without any, or for good."""
        last = self.check.proven_until
        return None if last == queries.FOREVER else last

    @property
    def overdue(self) -> bool:
        return self.is_open and self.check.due_on is not None and self.check.due_on < self.today

    @property
    def is_open(self) -> bool:
        return self.check.state in queries.BLOCKING

    @property
    def done_open(self) -> bool:
        """Whether its item counts as done all the same."""
        return self.is_open and self.check.item.state == Item.State.DONE

    @property
    def timing(self) -> SafeString | str:
        """Under its date: by how much it is late, or how likely the item is done by then."""
        if self.overdue:
            return format_html('<span class="c-bad">{}</span>', self.late)
        if self.chance is None or self.check.state == CheckState.MET:
            return ""
        return self.chance.html()

    @property
    def late(self) -> str:
        days = (self.today - self.check.due_on).days
        return ngettext("%(n)s day overdue", "%(n)s days overdue", days) % {"n": days}


def lines_of(checks: Iterable[Any], today: datetime.date) -> list[Line]:
    """Checks as a list shows them, in three queries. checks: with item, its product, and state"""
    found = list(checks)
    chances = chances_of(found)
    pieces: dict[int, list[CheckEvidence]] = {check.pk: [] for check in found}
    standing = queries.standing(CheckEvidence.objects.filter(of__in=pieces))
    for piece in standing.select_related("by").order_by("at", "pk"):
        pieces[piece.of_id].append(piece)
    return [Line(check, chances.get(check.pk), pieces[check.pk], today) for check in found]


def summary(lines: Sequence[Line]) -> str:
    """`1 of 4 met`, and how many wait with an exception."""
    met = sum(line.check.state == CheckState.MET for line in lines)
    excepted = sum(line.check.state == CheckState.EXCEPTED for line in lines)
    words = _("%(met)s of %(all)s met") % {"met": met, "all": len(lines)}
    if excepted:
        words += _(", %(n)s excepted") % {"n": excepted}
    return words


def section_of(item: Item, today: datetime.date) -> dict[str, Any]:
    """The checks on the page of an item."""
    checks = list(queries.checks_of(item, today))
    for check in checks:
        check.item = item
    lines = lines_of(checks, today)
    return {
        "checks": lines,
        "checks_said": summary(lines) if lines else "",
        "checks_open": sum(line.is_open for line in lines),
        "checks_list": reverse("roadmaps:check-list", args=[item.product.key]),
        "checks_offered": queries.fitting_templates(item) if item.is_open else [],
    }
