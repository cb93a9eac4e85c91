"""What a row of the timeline says: beside its bar, in its cell, and to who does not see it."""

import datetime
from collections.abc import Callable
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from roadmaps import verdict
from roadmaps.models import Item
from roadmaps.timeline.lanes import Lane, Row
from tpm import formats

Day = Callable[[datetime.date | None], str]
"""Writes a date; what draws many rows keeps those that it has written."""
STATES = {
    "on_track": gettext_lazy("on track"),
    "at_risk": gettext_lazy("at risk"),
    "off_track": gettext_lazy("off track"),
}
CONFLICT_FROM = 0.3
"""Share of trials from which a pinned item's start is said to be in conflict."""


class Saying(NamedTuple):
    """tone: ok, warn, bad or empty. words: beside the bar; short: in the cell; full: read out."""

    tone: str = ""
    words: str = ""
    short: str = ""
    full: str = ""


def verdict_of(row: Row) -> verdict.Verdict | None:
    """How the forecast, or the finish, stands against the target."""
    if row.state == "done":
        return verdict.finished(row.target, row.finished_on)
    if row.basis is None or row.state == "dropped":
        return None
    chance = row.chance if row.run_target == row.target else None
    return verdict.verdict(row.target, p50=row.p50, p85=row.p85, chance=chance)


def saying(row: Row, day: Day = formats.day) -> Saying:
    """How a row stands, the most urgent thing first."""
    if row.state == "done":
        return done(row, day)
    conflict = conflict_words(row)
    if conflict:
        return Saying("bad", conflict, _("conflict"), conflict)
    found = verdict_of(row)
    if found is None:
        return Saying()
    words = found.words
    if found.state == "at_risk":
        words = _("%(words)s by %(day)s") % {"words": found.words, "day": day(row.target)}
    state = STATES[found.state]
    full = f"{state}, {found.words}" if found.words else str(state)
    return Saying(found.tone, words, found.words, full)


def done(row: Row, day: Day) -> Saying:
    words = _("Done %(day)s") % {"day": day(row.finished_on)}
    found = verdict_of(row)
    if found is None or found.tone == "ok":
        return Saying("ok", words, "", found.words if found else "")
    return Saying(found.tone, f"{words}, {found.words}", found.words, found.words)


def conflict_words(row: Row) -> str:
    """What a pinned start collides with, if it does so often enough to be said."""
    if (row.violated or 0) >= CONFLICT_FROM:
        return _("Starts before what it waits for ends")
    if (row.overload or 0) >= CONFLICT_FROM:
        return _("Starts without a free place")
    return ""


def beside(row: Row, *, with_team: bool) -> str:
    """The quieter words after the verdict: what is guessed, who does it."""
    parts = [_("no estimate") if row.is_guess else ""]
    if not row.is_milestone:
        parts.append(team_words(row) if with_team else beside_words(row))
    return ", ".join(filter(None, parts))


def team_words(row: Row) -> str:
    """`Payments`, or `Payments with Platform` where it needs several."""
    return " ".join(filter(None, (row.team_name, beside_words(row))))


def beside_words(row: Row) -> str:
    return _("with %(teams)s") % {"teams": row.beside} if row.beside else ""


def effort(found: tuple[float, float, float, bool] | None) -> str:
    """The range of a row that has no bar yet, as its `Detail` has it."""
    if found is None:
        return _("No estimate")
    low, likely, high, one_number = found
    return formats.days(likely) if one_number else formats.day_range(low, likely, high)


def reason(row: Row, *, computed: bool) -> str:
    """Why an open row without a bar has none."""
    if row.state == "idea":
        return _("an idea")
    if row.basis is not None:
        return _("does not end within ten years")
    return _("being computed") if computed else _("no forecast yet")


def date_words(row: Row, day: Day = formats.day) -> str:
    """The last column: P85, or that it is done."""
    if row.state == "done":
        return _("Done")
    if row.state == "dropped":
        return _("Dropped")
    return day(row.p85)


def read_out(
    row: Row, said: Saying, *, blocked_by: int, computed: bool,
    range: tuple[float, float, float, bool] | None = None, day: Day = formats.day,
) -> str:  # fmt: skip
    """The whole row in one sentence, for whoever does not see the bar."""
    parts = [row.title]
    if row.team_name:
        parts.append(team_words(row))
    if row.state == "done":
        parts.append(_("done %(day)s") % {"day": day(row.finished_on)})
    elif row.state == "dropped":
        parts.append(_("dropped"))
    elif row.span is None:
        parts += [effort(range), reason(row, computed=computed)]
    else:
        parts += forecast_words(row, day)
    if row.target:
        parts.append(_("target %(day)s") % {"day": day(row.target)})
    if said.full:
        parts.append(said.full)
    if blocked_by:
        parts.append(ngettext("waits for %(n)s item", "waits for %(n)s items", blocked_by) % {
            "n": blocked_by
        })  # fmt: skip
    return ", ".join(parts)


def forecast_words(row: Row, day: Day) -> list[str]:
    state = str(Item.State(row.state).label).lower()
    begin, end = row.span or (row.start, row.p50)
    days = {"state": state, "start": day(begin), "end": day(end)}
    spanned = _("%(state)s, %(start)s to %(end)s") % days
    if row.is_milestone:
        spanned = _("milestone, %(end)s as likely as not") % days
    if row.pinned:
        spanned = _("pinned, %(words)s") % {"words": spanned}
    if row.p85 is None:
        likely = _("not 85 %% likely within ten years") % {}
    else:
        likely = _("85 %% by %(day)s") % {"day": day(row.p85)}
    return [spanned, likely, *([_("no estimate")] if row.is_guess else [])]


def counts(lane: Lane) -> tuple[str, str]:
    """(`10 · 97 d`, the same in words) of a lane."""
    count = len(lane.rows)
    days = formats.number(lane.days)
    short = f"{formats.number(count)} · {days} d" if lane.days else formats.number(count)
    words = ngettext("%(n)s item", "%(n)s items", count) % {"n": formats.number(count)}
    if lane.days:
        words += ", " + _("%(days)s person-days at P50") % {"days": days}
    if lane.without:
        words += ", " + _("%(n)s without estimate") % {"n": lane.without}
    return short, words


def lane_saying(
    target: datetime.date | None, found: verdict.Verdict | None, chance: float | None
) -> Saying:
    """How an objective stands: its chance, by when, and the word for it."""
    if found is None or target is None:
        return Saying()
    by = formats.day(target)
    if chance is None:
        return Saying(found.tone, found.words, found.words, found.words)
    share = formats.chance(chance)
    state = {
        "on_track": _("on track"), "at_risk": _("at risk"), "off_track": found.beside
    }[found.state]  # fmt: skip
    words = _("%(share)s by %(day)s, %(state)s") % {"share": share, "day": by, "state": state}
    return Saying(found.tone, words, share, words)
