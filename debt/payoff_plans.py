"""What one or two ways to pay do to a plan's dates, on the same draws."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from debt import previews, services
from debt.payoff_register import FIRST, Asked, Register, chosen_by
from roadmaps.models import Objective
from tpm import formats, svg
from tpm.models import Product
from tpm.svg import esc


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
    lines: list[PlanLine]


def plans_of(product: Product, found: Register, ways: list[Asked]) -> Plans:
    """Each way on the same draws, against the plan as it is."""
    return shown(product, ways, [paid_plan(product, found, asked) for asked in ways])


def shown(product: Product, ways: list[Asked], together: list[previews.Together | None]) -> Plans:
    """What was simulated of each way, ready to show."""
    return Plans(
        heads=[
            _("%(budget)s d, %(place)s") % {
                "budget": formats.number(asked.budget),
                "place": _("first") if asked.place == FIRST else _("last"),
            }
            for asked in ways
        ],
        says=[gains(each) for each in together],
        lines=plan_lines(product, together),
    )  # fmt: skip


def paid_plan(
    product: Product,
    found: Register,
    asked: Asked,
    progress: Callable[[float], None] | None = None,
) -> previews.Together | None:
    """None where the budget pays nothing. progress: told the share that is done, 0 to 1"""
    chosen = chosen_by(found, asked)
    if not chosen:
        return None
    payoffs = services.payoffs_of([found.items[pk] for pk in chosen])
    pairs = [(found.items[pk], payoffs[pk]) for pk in chosen]
    first = asked.place == FIRST
    return previews.of_paying_all(product, pairs, first=first, progress=progress)


def gains(each: previews.Together | None) -> SafeString:
    """What the plan gains at P85 and how often something comes later all the same, as one."""
    if each is None:
        return SafeString("")
    moves = [row.days for row in each.preview.objectives if row.days]
    earlier, later = [-days for days in moves if days < 0], [days for days in moves if days > 0]
    parts = []
    if earlier:
        many = ngettext(
            "%(n)s objective comes forward by %(days)s d",
            "%(n)s objectives come forward by %(days)s d",
            len(earlier),
        )
        parts.append(many % {"n": len(earlier), "days": span(earlier)})
    if later:
        many = ngettext(
            "%(n)s objective comes later by %(days)s d",
            "%(n)s objectives come later by %(days)s d",
            len(later),
        )
        parts.append(many % {"n": len(later), "days": span(later)})
    moved = _("no objective moves by a whole day")
    if parts:
        moved = _(" and ").join(parts)
    said = [_("At P85 %(moved)s%(risk)s.") % {"moved": moved, "risk": risk(each)}]
    if each.all_met is not None:
        said.append(chance_words(*each.all_met))
    return mark_safe(" ".join(said))  # noqa: S308 - numbers, and a title that went through esc()


def chance_words(before: float, after: float) -> str:
    """The chance to meet all targets; what looks the same is not said to go anywhere."""
    was, now = formats.chance(before), formats.chance(after)
    if was == now:
        return _("The chance to meet them all stays <b>%(now)s</b>.") % {"now": now}
    words = _("The chance to meet them all goes from %(was)s to <b>%(now)s</b>.")
    return words % {"was": was, "now": now}


def span(days: list[int]) -> str:
    low, high = min(days), max(days)
    return str(low) if low == high else _("%(low)s to %(high)s") % {"low": low, "high": high}


def risk(each: previews.Together) -> str:
    """The rest of a sentence: how often something comes later, and what; empty for never."""
    if not each.any_later:
        return ""
    words = _(", though in %(share)s of trials at least one comes later")
    said = words % {"share": formats.percent(each.any_later)}
    if each.later_most is not None:
        said = _("%(said)s, mostly %(title)s") % {"said": said, "title": esc(each.later_most.title)}
    return said


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
