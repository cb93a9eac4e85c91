"""From trials to what is shown: dates, chances, histograms, causes and load."""

import math
from datetime import date, timedelta
from itertools import pairwise

import numpy as np

from .calendar import Clock
from .clocks import DAYS
from .pace import Pace
from .plan import PlanTeam
from .results import SHOWN, Dates, Errors, Histogram, TeamWeek, Why
from .trials import Part, Run, Simulator

BINS = 40
WEEKS = 53
LOAD_TRIALS = 500


def in_time(days: np.ndarray, today: date, target: date) -> np.ndarray:
    """Whether each trial ends on or before a day; work beyond the horizon never does.

    days: as `Days` reads them
    """
    return days <= min((target - today).days, DAYS - 1)


class Days:
    """How many trials end on each day, from one whole number of days for every trial.

    days: days from the day of the forecast, shape (trials,); DAYS where beyond the horizon
    """

    def __init__(self, today: date, days: np.ndarray):
        self.today, self.trials = today, len(days)
        self.counts = np.bincount(days, minlength=1)
        self.passed = np.cumsum(self.counts)
        self._first: dict[float, int] = {}

    def quantile(self, p: float) -> int:
        """First day by which a share p of the trials has ended."""
        if p not in self._first:
            rank = math.ceil(p * self.trials - 1e-9)
            self._first[p] = int(self.passed.searchsorted(rank))
        return self._first[p]

    def dates(self) -> Dates:
        """Quantiles as dates; None where beyond the horizon."""
        return Dates(*(self._date(self.quantile(p)) for p in SHOWN))

    def chance(self, target: date | None) -> float | None:
        """Share of trials that end on or before a day."""
        if target is None:
            return None
        day = (target - self.today).days
        if day < 0:
            return 0.0
        return int(self.passed[min(day, DAYS - 1, len(self.passed) - 1)]) / self.trials

    def histogram(self) -> Histogram:
        """At most 40 bins of one day or of whole weeks, from the first end to the P99."""
        first = int(np.argmax(self.counts > 0))
        last = min(self.quantile(0.99), DAYS - 1)
        if first >= DAYS:
            return Histogram(None, 1, (), self.trials)
        step = 1
        if last - first >= BINS:
            first -= (self.today + timedelta(first)).weekday()
            step = 7 * math.ceil((last - first + 1) / 7 / BINS)
        bins = (last - first) // step + 1
        ends = first - 1 + step * np.arange(bins + 1)
        known = np.clip(ends, 0, min(len(self.passed), DAYS) - 1)
        passed = np.where(ends < 0, 0, self.passed[known])
        counts = tuple(np.diff(passed).tolist())
        later = self.trials - int(passed[-1])
        return Histogram(self.today + timedelta(first), step, counts, later)

    def errors(self) -> Errors:
        """One standard error of each quantile: sqrt(p (1 - p) / trials) over the density there.

        The density is read from the distribution itself, half an error to both sides
        (Kolmogorov); stratified draws do better than this.
        """
        return Errors(*(self._error(p) for p in (0.50, 0.85, 0.95)))

    def _error(self, p: float) -> float:
        half = math.sqrt(p * (1 - p) / self.trials)
        low, high = max(p - half, 0.0), min(p + half, 1.0)
        return float(self._inside(high) - self._inside(low)) / 2

    def _inside(self, p: float) -> float:
        """The quantile with its day taken as filled evenly."""
        day = self.quantile(p)
        before = self.passed[day - 1] if day else 0
        count = self.counts[day]
        return day + (p * self.trials - before) / count if count else float(day)

    def _date(self, day: int) -> date | None:
        return None if day >= DAYS else self.today + timedelta(day)


def why(simulator: Simulator, run: Run, days: np.ndarray, ends: Days) -> Why | None:
    """What the working days to a simulated item's P50 date are made of (see `results.Why`)."""
    first, last = ends.quantile(0.45), ends.quantile(0.55)
    if last >= DAYS:
        return None
    band = np.flatnonzero((days >= first) & (days <= last))
    part = _last_part(run, band)
    clock = part.clock
    times = [run.ready[band], run.start[band], run.finish[band], np.array([run.typed])]
    if run.axis is not clock:
        times = [clock.time(run.axis.moment(time)) for time in times]
    work = part.work[band]
    passed = clock.weekdays(np.concatenate(times))
    until_ready, until_start, until_end, typed = np.split(
        passed, np.cumsum([len(time) for time in times[:-1]])
    )
    until_ready = np.minimum(until_ready, until_start)
    until_typed = np.minimum(np.maximum(typed, until_ready), until_start)
    undragged = part.without_drag.take(band)
    drag = undragged.delivered(times[2]) - undragged.delivered(times[1]) - work
    total = float(until_end.mean())
    effort = float(work.mean()) / part.clock.nominal
    waits, place = float(until_ready.mean()), float((until_start - until_typed).mean())
    slowed = float(drag.mean()) / part.clock.nominal
    calendar = total - effort - waits - place - slowed
    return Why(
        effort=effort,
        predecessor=waits,
        place=place,
        calendar=calendar if abs(calendar) > 1e-9 else 0.0,
        drag=slowed,
        trials=len(band),
        waits_for=_waits_for(simulator, run, band) if waits > 0 else None,
        work=float(work.mean()) * part.crew,
        rate=part.clock.nominal * part.crew,
        crew=part.crew,
        whole=sum(float(each.work[band].mean()) * each.crew for each in run.parts),
    )


def _last_part(run: Run, band: np.ndarray) -> Part:
    """The part of an item that ends last most often: its team's days are counted."""
    if len(run.parts) == 1:
        return run.parts[0]
    moments = run.axis.moment(run.start[band])
    ends = [
        part.clock.moment(part.pace.take(band).finish(part.clock.time(moments), part.work[band]))
        for part in run.parts
    ]
    last = np.bincount(np.argmax(np.array(ends), axis=0), minlength=len(ends))
    return run.parts[int(np.argmax(last))]


def _waits_for(simulator: Simulator, run: Run, band: np.ndarray) -> int | None:
    """Id of the predecessor whose link holds the item longest in most of the trials."""
    links = simulator.structure.incoming[run.item.id]
    if len(links) <= 1:
        return links[0].pred if links else None
    bounds = np.array([bound[band] for bound in run.bounds])
    holding = np.bincount(np.argmax(bounds, axis=0), minlength=len(links))
    return links[int(np.argmax(holding))].pred


class Load:
    """Work of each week in the places of one team, over the first trials."""

    def __init__(self, team: PlanTeam, clock: Clock, trials: int):
        self.team, self.clock = team, clock
        self.trials = min(trials, LOAD_TRIALS)
        first = clock.today
        monday = first - timedelta(first.weekday())
        self.mondays = [max(first, monday + timedelta(7 * k)) for k in range(WEEKS + 1)]
        self.edges = np.array([clock.time_of(day) for day in self.mondays])
        self.weeks = np.zeros((WEEKS, self.trials))
        self.last = 0

    def add(self, run: Run) -> None:
        """Add what one item takes of the team."""
        for part in run.parts:
            if part.clock is not self.clock:
                continue
            start, finish = run.start[: self.trials], run.finish[: self.trials]
            if run.axis is not self.clock:
                start = self.clock.time(run.axis.moment(start))
            if len(run.parts) > 1:
                head = part.pace.take(np.arange(self.trials))
                finish = head.finish(start, part.work[: self.trials])
            first = int(self.edges.searchsorted(start.min(), side="right")) - 1
            last = min(int(self.edges.searchsorted(finish.max())), WEEKS)
            if first >= last:
                continue
            low, high = self.edges[first:last, None], self.edges[first + 1 : last + 1, None]
            begins, ends = np.maximum(start, low), np.minimum(finish, high)
            undragged = part.without_drag.take(np.arange(self.trials))
            taken = undragged.delivered(ends) - undragged.delivered(begins)
            self.weeks[first:last] += np.where(ends > begins, taken, 0.0) * part.crew
            self.last = max(self.last, last)

    def result(self, whole: Pace | None = None) -> tuple[TeamWeek, ...]:
        """The weeks up to the last one with work.

        whole: what all its places deliver in each trial, where finished items change its people
        """
        if not self.last:
            return ()
        used = self.weeks[: self.last]
        p85 = np.quantile(used, 0.85, axis=1, method="inverted_cdf")
        capacity = self._capacity(whole)
        return tuple(
            TeamWeek(
                self.mondays[k],
                float(used[k].mean()),
                float(p85[k]),
                None if capacity is None else capacity[k],
            )
            for k in range(self.last)
        )

    def _capacity(self, whole: Pace | None) -> list[float] | None:
        if self.clock.capacity is None:
            return None
        if whole is not None:
            passed = whole.take(np.arange(self.trials)).delivered(self.edges[:, None])
            return np.diff(passed, axis=0).mean(axis=1).tolist()
        days = [self.clock.offset(day) for day in self.mondays]
        return [float(self.clock.capacity[a:b].sum()) for a, b in pairwise(days)]
