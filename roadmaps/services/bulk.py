"""One change of many items: each by its own service, those that cannot are named and left alone."""

import datetime
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from contextlib import suppress

from django.utils.translation import gettext as _

from roadmaps.models import Item
from roadmaps.services.items import edit_item, move_item
from roadmaps.services.teams import Part, in_equal_parts, names_of, parts_of, share_item
from tpm import formats, revisions
from tpm.bulk import BulkChange, Report, Unchanged, Way
from tpm.models import CalendarEntry, Team

MOVES = ("state", "drop")
LONGEST_CLOSURE = 400
DATES = ("not_before", "target_date")


def change_one(item: Item, version: int | None, change: BulkChange, *, by) -> None:
    """raises: Unchanged, ValidationError or EditConflict where it stays as it is"""
    if change.do in MOVES:
        state = Item.State.DROPPED if change.do == "drop" else change.value
        if item.state == state:
            raise Unchanged(
                _("it is %(state)s already") % {"state": Item.State(state).label.lower()}
            )
        move_item(item, by=by, state=state, version=version, why=change.why)
        return
    if change.do == "beside":
        parts = [*(parts_of(item) or in_equal_parts(item, [item.team] if item.team else []))]
        if change.value in [part.team for part in parts]:
            raise Unchanged(_("%(team)s works on it already") % {"team": change.value})
        share_item(item, by=by, parts=beside(item, parts, change.value), version=version,
                   why=change.why)  # fmt: skip
        return
    fields = shifted(item, change.value) if change.do == "shift" else {change.do: change.value}
    if not edit_item(item, by=by, version=version, why=change.why, **fields):
        raise Unchanged(_("it is so already"))


def beside(item: Item, parts: list[Part], team: Team) -> list[Part]:
    """The parts with one more team, which does as much of it as the others on average."""
    if len(parts) < 2:
        return in_equal_parts(item, [*(part.team for part in parts), team])
    return [*parts, Part(team, sum(part.days for part in parts) / len(parts))]


def shifted(item: Item, days: int) -> dict[str, datetime.date]:
    """Its typed dates, so many of its team's working days later. raises: Unchanged without any"""
    found = {name: getattr(item, name) for name in DATES}
    off = days_off(item.team_id) if any(found.values()) else []
    moved = {name: after_workdays(day, days, off) for name, day in found.items() if day is not None}
    if not moved:
        raise Unchanged(_("it has no date of its own to shift"))
    return moved


def days_off(team_id: int | None) -> list[datetime.date]:
    """Days of Monday to Friday on which a team does no work, in order: holidays and freezes."""
    spans = CalendarEntry.objects.filter(team=team_id).values_list("starts_on", "ends_on")
    days = {
        first + datetime.timedelta(days=n)
        for first, last in spans
        if last is not None
        for n in range(min((last - first).days, LONGEST_CLOSURE) + 1)
    }
    return sorted(day for day in days if day.weekday() < 5)


def after_workdays(day: datetime.date, n: int, off: Sequence[datetime.date] = ()) -> datetime.date:
    """The day n working days after a day, or before it where n is negative.

    off:    days of Monday to Friday that are none of these, in order
    raises: Unchanged where no calendar reaches
    """
    start, left = day, n
    while left:
        day = after_weekdays(day, left)
        low, high = sorted((start, day))
        # The days off on the way, without the first day and with the last.
        crossed = bisect_right(off, high) - bisect_left(off, low)
        crossed -= start in off[bisect_left(off, start) : bisect_right(off, start)]
        start, left = day, crossed if n > 0 else -crossed
    return day


def after_weekdays(day: datetime.date, n: int) -> datetime.date:
    """The same of Monday to Friday alone."""
    step = 1 if n > 0 else -1
    weeks, rest = divmod(abs(n), 5)
    with suppress(OverflowError):
        day += datetime.timedelta(weeks=step * weeks)
        while rest:
            day += datetime.timedelta(days=step)
            rest -= day.weekday() < 5
        # From a weekend whole weeks lead to a weekend.
        while day.weekday() > 4:
            day += datetime.timedelta(days=step)
        return day
    raise Unchanged(_("no calendar reaches that far"))


def shown(item: Item, do: str) -> str:
    """What a change is about, as it stands."""
    if do in MOVES:
        return str(item.get_state_display())
    if do == "shift":
        days = (getattr(item, name) for name in DATES)
        return ", ".join(formats.day(day, year=True) for day in days if day) or _("no date")
    if do == "beside":
        return names_of(parts_of(item)) or (str(item.team) if item.team else _("none"))
    value = getattr(item, do)
    if isinstance(value, datetime.date):
        return formats.day(value, year=True)
    if value and do in ("kind", "horizon"):
        return str(getattr(item, f"get_{do}_display")())
    return str(value) if value else _("none")


def told(report: Report, change: BulkChange) -> str:
    """What was done, as the name of its operation."""
    count = len(report.changed)
    if count == 1:
        item, before, after = report.changed[0]
        return f"{item.key}: {before} → {after}"
    words = {"n": formats.number(count), "what": NAMES[change.do]()}
    if change.do == "drop":
        return _("%(n)s items are dropped.") % words
    if change.do == "shift":
        words["days"] = formats.signed(change.value)
        return _("%(n)s items are shifted by %(days)s working days.") % words
    if change.do == "beside":
        words["team"] = str(change.value)
        return _("%(n)s items need %(team)s too.") % words
    words["value"] = report.changed[0][2] if report.changed else ""
    return _("%(n)s items: %(what)s is %(value)s now.") % words


NAMES: dict[str, Callable[[], str]] = {
    "state": lambda: _("state"),
    "team": lambda: _("team"),
    "beside": lambda: _("further team"),
    "objective": lambda: _("objective"),
    "owner": lambda: _("owner"),
    "horizon": lambda: _("horizon"),
    "kind": lambda: _("kind"),
    "target_date": lambda: _("target"),
    "not_before": lambda: _("not before"),
    "shift": lambda: _("dates"),
    "drop": lambda: _("state"),
}
WAY = Way(
    change_one, shown, told,
    after=lambda product, _report: revisions.bump(product.pk), ability=lambda _change: "plan",
)  # fmt: skip
rehearse, change_items = WAY.rehearse, WAY.change_rows
