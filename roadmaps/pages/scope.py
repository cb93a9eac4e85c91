"""What changed between two moments, as rows whose shown numbers add up."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from roadmaps.models import Baseline, ForecastRun, Item, ScopeComparison
from roadmaps.pages.moves import named
from roadmaps.queries.dates import LARGE, Freshness
from tpm import formats
from tpm.models import Product
from tpm.words import number_or_none

NOW = "now"
ITEMS_SHOWN = 60
# Name of a cause: its word, and what it takes in.
CAUSES = {
    "removed": (gettext_lazy("Removed"), gettext_lazy("work that left the plan")),
    "added": (gettext_lazy("Added"), gettext_lazy("new work, with its links")),
    "grown": (gettext_lazy("Grown"), gettext_lazy("estimated anew, higher")),
    "shrunk": (gettext_lazy("Shrunk"), gettext_lazy("estimated anew, lower")),
    "moved": (gettext_lazy("Moved"), gettext_lazy("order, team, crew, dates, links")),
    "capacity": (gettext_lazy("Capacity"), gettext_lazy("people, absences, shares, debt drag")),
    "learning": (gettext_lazy("Learning"), gettext_lazy("what finished work taught")),
    "time": (gettext_lazy("Time passed"), gettext_lazy("a later day, with nothing done")),
    "worked off": (gettext_lazy("Worked off"), gettext_lazy("started, worked on, finished")),
}  # fmt: skip


@dataclass(frozen=True)
class Moment:
    """A moment that can be compared: its word in an address, what it is called, and its run."""

    value: str
    label: str
    run: ForecastRun

    @property
    def order(self) -> tuple:
        return (self.run.as_of, self.run.at, self.run.pk)


def moment_of(product: Product, value: str, fresh: Freshness) -> Moment | None:
    """The moment of a word: `now`, `b12` (a baseline) or a day; None where there is none."""
    if value == NOW:
        return Moment(NOW, _("now"), fresh.run) if fresh.run else None
    if value.startswith("b") and (pk := number_or_none(value[1:])) is not None:
        found = Baseline.objects.filter(product=product, pk=pk).select_related("run")
        baseline = found.defer(*(f"run__{name}" for name in LARGE)).first()
        return Moment(value, baseline.name, baseline.run) if baseline else None
    try:
        day = datetime.date.fromisoformat(value)
    except ValueError:
        return None
    runs = ForecastRun.objects.filter(product=product, as_of__lte=day).defer(*LARGE)
    run = runs.order_by("-as_of", "-at", "-pk").first()
    if run is None:
        return None
    label = _("the forecast of %(day)s") % {"day": formats.day(run.as_of, year=True)}
    return Moment(value, label, run)


def choices_of(product: Product) -> list[tuple[str, list[tuple[str, str]]]]:
    """Moments to choose from, in groups: now, what was committed, and days with a forecast."""
    baselines = [
        (f"b{pk}", _("%(name)s, committed %(day)s") % {"name": name, "day": formats.day(at)})
        for pk, name, at in Baseline.objects.filter(product=product).values_list("pk", "name", "at")
    ]
    days = ForecastRun.objects.filter(product=product).order_by("-as_of")
    runs = [
        (day.isoformat(), formats.day(day, year=True))
        for day in days.values_list("as_of", flat=True).distinct()
    ]
    groups = [(_("Today"), [(NOW, _("Now"))]), (_("Committed"), baselines)]
    groups.append((_("Forecast of a day"), runs))
    return [(name, options) for name, options in groups if options]


def usual_start(product: Product, fresh: Freshness) -> str:
    """The newest baseline, else a week ago."""
    pk = Baseline.objects.filter(product=product).values_list("pk", flat=True).first()
    if pk is not None:
        return f"b{pk}"
    today = fresh.run.as_of if fresh.run else datetime.date.today()
    return (today - datetime.timedelta(days=7)).isoformat()


@dataclass(frozen=True)
class Line:
    """One cause. effort: person-days; p50, p85: days of the plan; of: of the chosen objective."""

    name: str
    title: str
    words: str
    detail: str
    count: int
    effort: str
    p50: str
    p85: str
    of: str
    tone: str
    items: list[tuple[Item, str]]
    more: int
    rest: str

    @property
    def still(self) -> bool:
        return not self.count


@dataclass(frozen=True)
class End:
    """The plan at one of the two moments."""

    effort: str
    p50: datetime.date | None
    p85: datetime.date | None
    of: datetime.date | None


@dataclass(frozen=True)
class Comparison:
    """All that a page shows of two moments."""

    before: End
    after: End
    lines: list[Line]
    effort: str
    p50: str
    p85: str
    of: str
    complete: bool
    """Whether every step has its days, so that they sum."""


def comparison(stored: ScopeComparison, objective: int | None) -> Comparison:
    ids = {int(pk) for cause in stored.causes for pk in cause["items"]}
    items = Item.objects.only("key", "title").in_bulk(ids)
    lines = [line(cause, objective, items) for cause in stored.causes]
    totals = stored.totals
    delays = [cause["plan"] for cause in stored.causes]
    # A step without a date on one side has no days, and then the parts are no sum.
    complete = all(part[name] is not None for part in delays for name in ("p50_days", "p85_days"))
    whole = totals["plan"] if complete else {"p50_days": None, "p85_days": None}
    parts = [cause["objectives"].get(str(objective)) or {} for cause in stored.causes]
    known = all(part.get("p85_days") is not None for part in parts)
    of = totals["objectives"].get(str(objective)) or {}
    more = totals["after"]["tenths"] - totals["before"]["tenths"]
    return Comparison(
        end(totals["before"], objective), end(totals["after"], objective), lines, person_days(more),
        calendar_days(whole["p50_days"]), calendar_days(whole["p85_days"]),
        calendar_days(of.get("p85_days") if known else None), complete,
    )  # fmt: skip


def line(cause: Mapping, objective: int | None, items: Mapping[int, Item]) -> Line:
    title, words = CAUSES.get(cause["name"], (cause["name"].capitalize(), ""))
    sizes = sorted(((int(pk), tenths) for pk, tenths in cause["items"].items()), key=_largest)
    shown = [(items[pk], person_days(tenths)) for pk, tenths in sizes if pk in items]
    rest = sum(tenths for _pk, tenths in sizes[ITEMS_SHOWN:])
    changed, of = cause["changed"], cause["objectives"].get(str(objective)) or {}
    days = cause["plan"]["p85_days"] or 0
    return Line(
        cause["name"], str(title), str(words), named(changed), len(changed),
        person_days(sum(tenths for _pk, tenths in sizes)),
        calendar_days(cause["plan"]["p50_days"]), calendar_days(cause["plan"]["p85_days"]),
        calendar_days(of.get("p85_days")), "warn" if days > 0 else "ok" if days < 0 else "",
        shown[:ITEMS_SHOWN], max(0, len(sizes) - ITEMS_SHOWN), person_days(rest),
    )  # fmt: skip


def _largest(row: tuple[int, int]) -> tuple[int, int]:
    return (-abs(row[1]), row[0])


def end(stand: Mapping, objective: int | None) -> End:
    of = stand["objectives"].get(str(objective)) or (None, None)
    return End(
        f"{formats.number(stand['tenths'] / 10, 1)} d", _date(stand["p50"]), _date(stand["p85"]),
        _date(of[1]),
    )  # fmt: skip


def _date(text: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None


def person_days(tenths: int) -> str:
    return f"{formats.signed(tenths / 10, 1)} d" if tenths else "0 d"


def calendar_days(days: int | None) -> str:
    return formats.UNKNOWN if days is None else f"{formats.signed(days)} d"


def headline(found: Comparison, stored: ScopeComparison) -> str:
    """The whole move and what made most of it, in a sentence."""
    days = stored.totals["plan"]["p85_days"] if found.complete else None
    if days is None:
        return _("%(effort)s of work; the end has no day on one of the two sides.") % {
            "effort": found.effort
        }
    pushed = [
        (cause["plan"]["p85_days"], CAUSES[cause["name"]][0])
        for cause in stored.causes
        if cause["plan"]["p85_days"] and (cause["plan"]["p85_days"] > 0) == (days > 0)
    ]
    pushed.sort(key=lambda part: -abs(part[0]))
    size = abs(days)
    lead = ngettext("%(n)s day", "%(n)s days", size) % {"n": size}
    way = _("%(days)s later") if days > 0 else _("%(days)s earlier") if days < 0 else _("no later")
    said = _("The plan ends %(way)s at P85 (work: %(effort)s).") % {
        "way": way % {"days": lead} if days else way,
        "effort": found.effort,
    }
    if days and pushed:
        said += " " + _("Most of it: %(cause)s (%(part)s).") % {
            "cause": str(pushed[0][1]).lower(), "part": calendar_days(pushed[0][0])
        }  # fmt: skip
    return said
