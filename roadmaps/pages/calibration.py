"""Do our forecasts come true? What the calibration page shows, as ready texts and drawings."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from roadmaps.forecasting.calibration import LEAST, Board, ScoredForecast, Share, board, share_of
from roadmaps.models import ForecastScore, Item, ItemForecast
from roadmaps.queries.items import work_of
from tpm import formats
from tpm.models import Product
from tpm.svg import drawing, el, num, pct, text

PROMISES = (("P50", 0.5), ("P85", 0.85), ("P95", 0.95))
"""What each date or size promises: the share of items that end within it."""

HIGHEST = 0.2
"""Top of the histogram: twice what each tenth should hold."""

NEWEST = 12


@dataclass(frozen=True)
class Promise:
    """One promised share and what came of it."""

    name: str
    promised: float
    share: Share
    bar: SafeString

    @property
    def kept(self) -> bool:
        """Whether the promise lies within what chance explains."""
        return self.share.low <= self.promised <= self.share.high

    @property
    def verdict(self) -> str:
        """What that says of our ranges."""
        held, promised = (
            formats.number(100 * share) for share in (self.share.value, self.promised)
        )
        if self.kept:
            means = _("within what chance explains")
        elif self.share.value > self.promised:
            means = _("our ranges are a little too wide, dates a little too late")
        else:
            means = _("our ranges are too narrow, dates too early")
        return _("%(held)s of 100 held where %(promised)s were promised: %(means)s.") % {
            "held": held, "promised": promised, "means": means
        }  # fmt: skip


@dataclass(frozen=True)
class Line:
    """The board of the product or of one of its teams."""

    name: str
    board: Board
    promises: tuple[Promise, ...]
    corrected: bool = False
    """Whether forecasts made now are corrected for a drift."""

    @property
    def versus(self) -> tuple[str, str]:
        """By how much the error is smaller than the typed number's, and than all ratios alike."""
        return better(self.board.skill_vs_raw), better(self.board.skill_vs_plain)

    @property
    def p85_verdict(self) -> str:
        return next((each.verdict for each in self.promises if each.name == "P85"), "")

    @property
    def missing(self) -> int:
        """Finished items still to come before anything is said."""
        return max(0, LEAST - self.board.n)

    @property
    def alarm(self) -> str:
        """The drift alarm in a sentence, or nothing."""
        found = self.board.drift
        if found is None:
            return ""
        said = _("Drift: the last forecasts miss in one direction.")
        if found.p85_held is not None:
            share = formats.percent(found.p85_held)
            said = _("Drift: of the last 100, %(share)s were within P85.") % {"share": share}
        if not self.corrected:
            return said
        more = _("New forecasts of the whole product are corrected; those scored here were not.")
        return f"{said} {more}"


def better(skill: float | None) -> str:
    if skill is None:
        return formats.UNKNOWN
    if abs(skill) < 0.005:
        return _("no difference")
    return formats.percent(skill)


def reckoned(product: Product, scored: int) -> str:
    """How the number of scored items stands to those that teach and to all that are done."""
    done = Item.objects.filter(product=product, state=Item.State.DONE)
    taught = work_of(done.filter(actuals__isnull=False, estimates__isnull=False)).distinct()
    return _(
        "%(scored)s finished items are scored: those of the last eight quarters with an estimate, "
        "after the first %(least)s, which only teach. All %(taught)s with an estimate and a known "
        "effort teach the ranges; %(done)s are done in all."
    ) % {
        "scored": formats.number(scored), "least": LEAST,
        "taught": formats.number(taught.count()), "done": formats.number(done.count()),
    }  # fmt: skip


def correction(*, corrected: bool) -> str:
    """Whether new forecasts are corrected for what the scores say."""
    if corrected:
        return _("A correction for drift is on: new forecasts are shifted by it.")
    return _("No correction is on: the scores show no drift that would call for one.")


def lines(name: str, rows: Sequence[ForecastScore], *, corrected: bool = False) -> list[Line]:
    """The whole product first, then each team that has finished anything scored.

    corrected: whether forecasts of the product made now are corrected for a drift
    """
    teams: dict[str, list[ForecastScore]] = {}
    for row in rows:
        if row.item.team is not None:
            teams.setdefault(row.item.team.name, []).append(row)
    groups = [(name, list(rows)), *(sorted(teams.items()) if len(teams) > 1 else ())]
    boards = [(title, board([scored(row) for row in group])) for title, group in groups]
    return [
        line(title, found, corrected=corrected and k == 0)
        for k, (title, found) in enumerate(boards)
    ]


def line(name: str, found: Board, *, corrected: bool) -> Line:
    shares = (found.p50, found.p85, found.p95)
    promises = [
        promise(word, level, share)
        for (word, level), share in zip(PROMISES, shares, strict=True)
        if share is not None
    ]
    return Line(name, found, tuple(promises), corrected)


def promise(name: str, level: float, share: Share) -> Promise:
    said = _("%(name)s held for %(share)s, promised %(level)s") % {
        "name": name, "share": formats.percent(share.value), "level": formats.percent(level)
    }  # fmt: skip
    return Promise(name, level, share, held_bar(share, level, title=said))


def scored(row: ForecastScore) -> ScoredForecast:
    return ScoredForecast(
        log_crps=row.log_crps,
        pinball=tuple(row.pinball),
        held=tuple(row.held),
        within=row.within,
        pit=row.pit,
        raw_log_crps=row.raw_log_crps,
        plain_log_crps=row.plain_log_crps,
    )


@dataclass(frozen=True)
class Dates:
    """Dates said when work began, that have come since, and how often they were met."""

    n: int
    """Items whose P50 has come."""
    promises: tuple[Promise, ...]

    @property
    def too_early(self) -> str:
        passed = ngettext("one date has passed", "%(n)s dates have passed", self.n) % {"n": self.n}
        if not self.n:
            passed = _("no date has passed")
        return _("Too early: %(passed)s, %(least)s are needed.") % {
            "passed": passed, "least": LEAST
        }  # fmt: skip


def date_promises(said: Sequence[tuple[Item, ItemForecast]], *, today: datetime.date) -> Dates:
    """How often the dates said when work began were met; nothing below 20 of a level.

    Each counts once it has passed, whether its item is finished or not: of the work of the last
    weeks only the short is finished, and to count that alone would flatter every date.
    """
    found, counts = [], []
    for name, level in PROMISES:
        days = [(item.finished_on, getattr(dates, name.lower())) for item, dates in said]
        met = [
            finish is not None and finish <= day
            for finish, day in days
            if day is not None and day < today
        ]
        counts.append(len(met))
        if len(met) >= LEAST:
            found.append(promise(name, level, share_of(met)))
    return Dates(counts[0], tuple(found))


def newest(rows: Sequence[ForecastScore]) -> list[tuple[ForecastScore, str]]:
    """The items finished last, the newest first, each with how it came out in words."""
    return [(row, outcome(row)) for row in reversed(rows[-NEWEST:])]


def outcome(row: ForecastScore) -> str:
    within_p50, within_p85, within_p95 = row.held
    if within_p50:
        return _("within P50")
    if within_p85:
        return _("within P85")
    return _("within P95") if within_p95 else _("beyond P95")


def held_bar(share: Share, promised: float, *, title: str) -> SafeString:
    """What held as a dot with its 95 % interval, on a line from 0 to 100 % with the promise."""
    at = pct(promised)
    return drawing(
        el("line", class_="s-line", x1="0", x2="100%", y1=10, y2=10)
        + el("line", class_="s-2 thick", x1=pct(share.low), x2=pct(share.high), y1=10, y2=10)
        + el("line", class_="s-ink", x1=at, x2=at, y1=2, y2=18)
        + el("circle", class_="f50", cx=pct(share.value), cy=10, r=4),
        height=20,
        title=title,
    )


def pit_chart(deciles: Sequence[float]) -> SafeString:
    """Where actuals fell among what was forecast: ten bars that should be equally high."""
    if not deciles:
        return SafeString("")
    height, foot = 96, 112
    shapes = []
    for k, share in enumerate(deciles):
        tall = min(share / HIGHEST, 1.0) * height
        shapes.append(
            el("rect", class_="f85", x=pct(k / 10 + 0.008), y=num(height - tall),
               width=pct(0.084), height=num(tall))
        )  # fmt: skip
    level = num(height - 0.1 / HIGHEST * height)
    shapes.append(el("line", class_="s-ink dash", x1="0", x2="100%", y1=level, y2=level))
    shapes.append(el("line", class_="s-axis", x1="0", x2="100%", y1=height, y2=height))
    shapes.append(text(_("less than forecast"), class_="t-3", x="0", y=foot))
    shapes.append(text(_("more"), class_="t-3", x="100%", y=foot, text_anchor="end"))
    said = ", ".join(formats.percent(share) for share in deciles)
    return drawing(
        "".join(shapes),
        height=116,
        title=_("Share of items in each tenth of what was forecast: %(shares)s") % {"shares": said},
    )
