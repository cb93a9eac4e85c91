"""Milestones, objectives and promised items as a calendar: each on the day of its P85."""

import datetime
import uuid
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from roadmaps import queries, verdict
from roadmaps.facts import ALL, Facts
from roadmaps.filters import Choices, ItemFilter
from roadmaps.finding import rows_named
from roadmaps.models import ForecastRun, Item, Objective
from roadmaps.pages import objectives as objective_page
from roadmaps.queries.dates import freshness, matching_chance, with_dates
from tpm import formats
from tpm.models import Product

KINDS = ("milestones", "objectives", "targets")
"""targets: open items that have one."""
DAY = datetime.timedelta(days=1)
OFTEN = datetime.timedelta(hours=6)
"""How often a calendar that subscribes may ask again."""


@dataclass(frozen=True)
class Entry:
    """One whole day. version: grows with every change of the record itself."""

    kind: str
    pk: int
    version: int
    day: datetime.date
    title: str
    words: str


def feed(
    product: Product,
    asked: ItemFilter,
    user,
    *,
    kinds: Collection[str] = KINDS,
    facts: Facts = ALL,
    name: str = "",
) -> bytes:
    """The calendar as iCalendar (RFC 5545): long lines folded, text escaped."""
    import icalendar  # only a feed needs it

    run = freshness(product).run
    book = icalendar.Calendar()
    book.add("prodid", "-//TPM//Roadmap//EN")
    book.add("version", "2.0")
    book.add("method", "PUBLISH")
    for field in ("name", "x-wr-calname"):
        book.add(field, clean(name or product.name))
    book.add("refresh-interval", OFTEN, parameters={"value": "DURATION"})
    book.add("x-published-ttl", "PT6H")
    for entry in entries(product, asked, user, run, kinds, facts):
        event = icalendar.Event()
        event.add("uid", uid(product, entry))
        event.add("dtstamp", run.at if run else product.updated_at)
        # Both only ever grow, so a newer forecast always counts as the newer event.
        event.add("sequence", entry.version + (run.pk if run else 0))
        event.add("dtstart", entry.day)
        event.add("dtend", entry.day + DAY)
        event.add("summary", clean(entry.title))
        event.add("description", clean(entry.words))
        event.add("transp", "TRANSPARENT")
        book.add_component(event)
    return book.to_ical()


def clean(text: str) -> str:
    """Text without the control characters that no calendar reads."""
    return "".join(letter for letter in text if letter.isprintable() or letter in KEPT)


KEPT = "\n\u200c\u200d\u200e\u200f"
"""The end of a line, and marks inside words and pictures, that `isprintable` refuses."""


def uid(product: Product, entry: Entry) -> str:
    """The same record keeps its id, whatever address the feed is read from."""
    source = f"tpm:{product.created_at.isoformat()}:{product.pk}:{entry.kind}:{entry.pk}"
    return f"{uuid.uuid5(uuid.NAMESPACE_URL, source)}@tpm"


def entries(
    product: Product,
    asked: ItemFilter,
    user,
    run: ForecastRun | None,
    kinds: Collection[str],
    facts: Facts,
) -> Iterator[Entry]:
    yield from item_entries(product, asked, user, run, kinds, facts)
    if "objectives" in kinds:
        yield from objective_entries(product, asked, run, facts)


def item_entries(
    product: Product,
    asked: ItemFilter,
    user,
    run: ForecastRun | None,
    kinds: Collection[str],
    facts: Facts,
) -> Iterator[Entry]:
    """Of the items of the filter those of these kinds that have a day."""
    wanted = Q(pk=None)
    if "milestones" in kinds:
        wanted |= Q(kind=Item.Kind.MILESTONE)
    if "targets" in kinds and facts.targets:
        wanted |= Q(target_date__isnull=False, state__in=Item.OPEN)
    found = asked.apply(Item.objects.filter(product=product), user, Choices.of(product)).filter(
        wanted
    )
    # A calendar goes by days: what the list is sorted by, such as efforts, is not looked up.
    rows: QuerySet[Any] = with_dates(found, run).order_by("rank", "pk")
    for item in rows:
        done = item.state == Item.State.DONE
        day = item.finished_on if done else item.date_p85
        if day is None or item.state == Item.State.DROPPED:
            continue
        if done:
            title, said = _("%(what)s (done)"), [_("Done.")]
        else:
            title = _("%(what)s (P85)")
            said = told(item.date_p50, day, item.target_date, matching_chance(item), facts)
        words = [*said, stamp(run)]
        named = title % {"what": f"{item.key} {item.title}"}
        yield Entry("item", item.pk, item.version, day, named, "\n".join(words))


def objective_entries(
    product: Product, asked: ItemFilter, run: ForecastRun | None, facts: Facts
) -> Iterator[Entry]:
    """Open objectives; the one of the filter where it names one; of a link those of its items."""
    dates = queries.objective_forecasts(run)
    found = Objective.objects.filter(product=product, closed_on=None)
    choices = Choices.of(product)
    for term in asked.sound:
        if term.name != "objective" or term.negated or {"none", "orphan"} & {*term.values}:
            continue
        rows = [row for value in term.values for row in rows_named(term.name, choices, value)]
        if rows or asked.strict:
            found = found.filter(pk__in=[row.pk for row in rows])
    if asked.strict and asked.narrows:
        shown = asked.apply(Item.objects.filter(product=product), None, choices)
        found = found.filter(pk__in=queries.objectives_of(product, shown))
    for each in found:
        row = dates.get(each.pk)
        if row is None or row.p85 is None:
            continue
        chance = objective_page.matching(each, row)
        words = [*told(row.p50, row.p85, each.target_date, chance, facts), stamp(run)]
        named = _("%(what)s (P85)") % {"what": each.title}
        yield Entry("objective", each.pk, each.version, row.p85, named, "\n".join(words))


def told(
    p50: datetime.date | None,
    p85: datetime.date,
    target: datetime.date | None,
    chance: float | None,
    facts: Facts,
) -> list[str]:
    """How likely it is by when, a sentence a line."""
    days = {"p50": formats.day(p50, year=True), "p85": formats.day(p85, year=True)}
    said = [_("As likely as not by %(p50)s (P50), 85 %% likely by %(p85)s (P85).") % days]
    if target is not None and facts.targets:
        by = {"day": formats.day(target, year=True), "chance": verdict.chance_text(chance)}
        said.append(
            _("Target %(day)s.") % by
            if chance is None
            else _("Target %(day)s, met with a chance of %(chance)s.") % by
        )
    return said


def stamp(run: ForecastRun | None) -> str:
    return _("Forecast of %(when)s.") % {"when": formats.instant(run.at)} if run else ""
