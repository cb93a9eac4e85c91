"""Working time: from person-days to days of the calendar and back.

A clock measures a team's *capacity time*: the person-days that one of its places has delivered
since the morning of the day of the forecast, at pace 1. It stands still where nobody works.
A *moment* is a point of the calendar in days since that morning: 0.5 is its noon, 3.0 the
end of the third day and the beginning of the fourth.
"""

import math
from bisect import bisect_left
from collections.abc import Iterable
from datetime import date, timedelta

import numpy as np

from .plan import PlanSpan, PlanTeam
from .policy import spells
from .workdays import workdays

PAST_DAYS = 400
"""How far back a lag of working days may reach."""

BEYOND = np.inf
_TINY = 1e-9
_BINS = 1 << 14


class Clock:
    """Capacity time of one kind of place over the horizon, vectorised over trials."""

    def __init__(
        self,
        today: date,
        rate: np.ndarray,
        week: np.ndarray,
        working: np.ndarray,
        *,
        places: tuple[float, ...] | None,
        capacity: np.ndarray | None,
        nominal: float,
        people: np.ndarray | None = None,
        opened: np.ndarray | None = None,
        share: float = 1.0,
    ):
        """
        rate:     person-days a day of one place at pace 1, shape (days,)
        week:     1 on days of the team's week, shape (days,)
        working:  1 on days of the week that are not closed, from PAST_DAYS before today
        places:   capacity time at which each place opens, ascending; None: no limit
        capacity: person-days a day of the whole team for the product, shape (days,)
        nominal:  person-days a day of one place at full strength
        people:   persons in the team, shape (days,); None where not recorded
        opened:   places that are open, shape (days,); None where without limit
        share:    the largest share of the team that serves the product
        """
        self.today, self.days, self.places = today, len(rate), places
        self.capacity, self.nominal = capacity, nominal
        self.people, self.opened, self.share = people, opened, share
        self._work = np.concatenate([[0.0], np.cumsum(rate)])
        self._work_list = self._work.tolist()
        self._week = np.concatenate([[0.0], np.cumsum(week)])
        self._working = np.concatenate([[0.0], np.cumsum(working)])
        self._working -= self._working[PAST_DAYS]
        knots, first = np.unique(self._work, return_index=True)
        self.end = float(knots[-1])
        self._knots = np.append(knots, BEYOND)
        self._day_of_knot = np.append(first, self.days + 1) - 1
        self._bins = _BINS / self.end if self.end > 0 else 0.0
        edges = np.arange(_BINS + 2) / self._bins if self._bins else np.zeros(_BINS + 2)
        self._guide = np.searchsorted(knots, edges - _TINY * 4)
        inside = np.searchsorted(knots, edges[1:] + _TINY * 4) - self._guide[:-1]
        self._rounds = max(1, int(inside.max()))
        self._by_knot()

    def _by_knot(self) -> None:
        """What is read at each knot: its day (of work that ends there), when that begins in
        capacity time, what it gains (infinite: nothing), the moment, and the days of the week."""
        day = self._day_of_knot
        inside = np.clip(day, 0, self.days - 1)
        rise = self._work[inside + 1] - self._work[inside]
        self._last_day = np.maximum(day, 0)
        self._low = self._work[inside]
        self._rise = np.where((rise > 0) & (day >= 0), rise, np.inf)
        self._morning = np.where(day >= self.days, BEYOND, inside.astype(float))
        self._week_then = np.where(day < 0, 0.0, self._week[inside])
        self._week_gain = np.where(day < 0, 0.0, self._week[inside + 1] - self._week[inside])

    def _knot(self, time: np.ndarray) -> np.ndarray:
        """Index of the first knot at or after a capacity time (a hair's breadth forgiven)."""
        sought = np.minimum(time, self.end * 2 + 1)
        sought -= _TINY
        knot = self._guide.take((sought * self._bins).astype(np.intp), mode="clip")
        for _ in range(self._rounds):
            knot += self._knots.take(knot, mode="clip") < sought
        return knot

    def day(self, time: np.ndarray) -> np.ndarray:
        """Day on which work that ends at a capacity time ends; `days` where beyond the horizon."""
        return self._last_day.take(self._knot(time), mode="clip")

    def start_day(self, time: np.ndarray) -> np.ndarray:
        """Day on which work that begins at a capacity time begins; `days` where beyond."""
        return self.day(time + 3 * _TINY)

    def moment(self, time: np.ndarray) -> np.ndarray:
        """Earliest moment of a capacity time; infinite where beyond the horizon."""
        knot, part = self._within(time)
        part += self._morning.take(knot, mode="clip")
        return part

    def start_moment(self, time: np.ndarray) -> np.ndarray:
        """Moment from which work that begins at a capacity time is really worked on.

        Where nobody is there, one capacity time holds for many moments: work ends at the earliest
        of them and begins at the latest, the morning of a day.
        """
        earliest, after = self.moment(time), self.moment(time + 3 * _TINY)
        return np.where(after > earliest + 0.5, np.floor(after), earliest)

    def weekdays(self, time: np.ndarray) -> np.ndarray:
        """Days of the team's week passed at the earliest moment of a capacity time."""
        knot, part = self._within(time)
        part *= self._week_gain.take(knot, mode="clip")
        part += self._week_then.take(knot, mode="clip")
        return part

    def _within(self, time: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The first knot at or after a capacity time, and the part of its day that has passed."""
        knot = self._knot(time)
        part = np.minimum(time, self.end * 2 + 1)
        part -= self._low.take(knot, mode="clip")
        part /= self._rise.take(knot, mode="clip")
        np.maximum(part, 0.0, out=part)
        np.minimum(part, 1.0, out=part)
        return knot, part

    def time(self, moment: np.ndarray) -> np.ndarray:
        """Capacity time of a moment (of the first morning where earlier); infinite where beyond."""
        known = np.minimum(np.maximum(moment, 0.0), self.days)
        day = np.minimum(known.astype(np.intp), self.days - 1)
        low = self._work.take(day, mode="clip")
        time = low + (known - day) * (self._work.take(day + 1, mode="clip") - low)
        return np.where(moment > self.days, BEYOND, time)

    def shift(self, moment: np.ndarray, lag: int) -> np.ndarray:
        """The moment `lag` working days later (or earlier), from PAST_DAYS before the first."""
        axis = np.arange(len(self._working)) - PAST_DAYS
        sought = np.interp(np.minimum(moment, self.days), axis, self._working) + lag
        knot = np.searchsorted(self._working, sought - _TINY)
        inside = np.clip(knot, 1, len(axis) - 1)
        low, high = self._working[inside - 1], self._working[inside]
        part = np.divide(sought - low, high - low, out=np.ones_like(low), where=high > low)
        shifted = axis[inside - 1] + np.clip(part, 0.0, 1.0)
        return np.where((knot >= len(axis)) | (moment > self.days), BEYOND, shifted)

    def knots(self) -> tuple[np.ndarray, np.ndarray]:
        """Capacity times at day boundaries, each once, and the day that ends at each.

        After the last comes a day beyond the horizon: shapes (knots,) and (knots + 1,).
        """
        return self._knots[:-1], self._day_of_knot

    def by_day(self, lag: int = 0) -> tuple[np.ndarray, np.ndarray]:
        """Capacity time `lag` working days after each morning, and what it gains until evening.

        returns: shape (days + 1,); the last is a day beyond the horizon, its time infinite
        """
        if lag:
            mornings = np.arange(self.days, dtype=float)
            low, high = (self.time(self.shift(mornings + part, lag)) for part in (0.25, 0.75))
            known = np.isfinite(low) & np.isfinite(high)
            gain = 2 * np.subtract(high, low, out=np.zeros(self.days), where=known)
            first = low - gain / 4
        else:
            first, gain = self._work[:-1], np.diff(self._work)
        return np.append(first, BEYOND), np.append(gain, 0.0)

    def time_at(self, moment: float) -> float:
        """`time` of one moment."""
        if moment > self.days:
            return math.inf
        known = max(moment, 0.0)
        day = min(int(known), self.days - 1)
        low, high = self._work_list[day : day + 2]
        return low + (known - day) * (high - low)

    def moment_at(self, time: float) -> float:
        """`moment` of one capacity time."""
        k = bisect_left(self._work_list, time - _TINY)
        if k == 0 or k > self.days:
            return math.inf if k else 0.0
        low, high = self._work_list[k - 1 : k + 1]
        return k - 1 + min(1.0, (time - low) / (high - low))

    def time_of(self, day: date, *, end: bool = False) -> float:
        """Capacity time of the morning (or the end) of a day."""
        return self.time_at(float(self.offset(day) + end))

    def crew(self, crew: int) -> int:
        """People that can be at work on one item at once: never more than places open first."""
        if self.places is None:
            return crew
        if not self.places:
            return 1
        return min(crew, self.places.count(self.places[0]))

    def offset(self, day: date) -> int:
        """Days from the day of the forecast."""
        return (day - self.today).days


def everyday(today: date, days: int) -> Clock:
    """A clock on which capacity time is the moment itself: for milestones and several teams."""
    every = np.ones(days)
    week = _of_week(today, days, (0, 1, 2, 3, 4))
    working = _of_week(today - timedelta(PAST_DAYS), days + PAST_DAYS, (0, 1, 2, 3, 4))
    return Clock(today, every, week, working, places=None, capacity=None, nominal=1.0)


def unlimited(today: date, days: int) -> Clock:
    """A clock for items without a team: a person-day each Monday to Friday, no limit of places."""
    week = _of_week(today, days, (0, 1, 2, 3, 4))
    working = _of_week(today - timedelta(PAST_DAYS), days + PAST_DAYS, (0, 1, 2, 3, 4))
    return Clock(today, week, week, working, places=None, capacity=None, nominal=1.0)


def team_clock(team: PlanTeam, today: date, days: int, *, gains: bool = False) -> Clock:
    """A team's clock: places, presence, focus and the product's share, day by day.

    The share that its policy sets aside for unplanned work is taken off the focus, once.
    A place is one person's: places(t) = the most that people x share, rounded up, ever was until t.
    All places together deliver people present x focus x share, so one delivers
    focus x share x present / places: a crew works at its focus while everybody is there, more
    slowly in the absences of others, and the team's output never exceeds its capacity.
    Part time counts as presence; a leaver's place stays and everybody's work slows down.

    gains: whether finished items bring people, for whom time must pass where nobody is yet: there
           the clock runs as if one person were there, and `pace` says how many are
    """
    first = today - timedelta(PAST_DAYS)
    week = _of_week(today, days, team.weekdays)
    working = _of_week(first, days + PAST_DAYS, team.weekdays)
    _close(working, team.closures, first)
    is_open = working[PAST_DAYS:] > 0
    focus = _focus(team, today, days)
    if team.members is None:
        rate = np.where(is_open & (_share(team, today, days) > 0), focus, 0.0)
        nominal = float(focus[0])
        return Clock(today, rate, week, working, places=None, capacity=None, nominal=nominal)
    people, present = _people(team, today, days)
    share = _share(team, today, days)
    capacity = np.where(is_open, focus * share * present, 0.0)
    opened = np.maximum.accumulate(np.ceil(people * share - _TINY))
    if gains:
        alone = np.where(is_open, focus * share, 0.0)
        rate = np.where(people > 0, capacity, alone) / np.maximum(opened, 1.0)
    else:
        rate = np.divide(capacity, opened, out=np.zeros(days), where=opened > 0)
    work = np.concatenate([[0.0], np.cumsum(rate)])
    places: list[float] = []
    for day in np.flatnonzero(np.diff(opened, prepend=0)):
        places += [float(work[day])] * int(opened[day] - len(places))
    start = int(np.argmax(opened > 0))
    full = people[start] * share[start] / opened[start] if opened[start] else 1.0
    return Clock(
        today,
        rate,
        week,
        working,
        places=tuple(places),
        capacity=capacity,
        nominal=float(focus[start]) * float(full),
        people=people,
        opened=opened,
        share=float(share.max()),
    )


def working_days(team: PlanTeam | None, starts_on: date, ends_on: date) -> int:
    """Working days of a team (None: Monday to Friday) between two days, both included."""
    if team is None:
        return workdays(starts_on, ends_on)
    closures = [(span.starts_on, span.ends_on) for span in team.closures]
    return workdays(starts_on, ends_on, closures, team.weekdays)


def worked_days(team: PlanTeam | None, starts_on: date, ends_on: date) -> float:
    """The same, each counted as the share of it that a policy leaves to items."""
    if team is None or not team.policies:
        return working_days(team, starts_on, ends_on)
    return sum(
        working_days(team, first, last) * planned
        for first, last, planned in spells(team.policies, starts_on, ends_on)
    )


def _of_week(first: date, days: int, weekdays: Iterable[int]) -> np.ndarray:
    of_week = (first.weekday() + np.arange(days)) % 7
    return np.isin(of_week, list(weekdays)).astype(float)


def _span(first: date, days: int, starts_on: date | None, ends_on: date | None) -> slice:
    low = 0 if starts_on is None else (starts_on - first).days
    high = days if ends_on is None else (ends_on - first).days + 1
    return slice(min(max(low, 0), days), min(max(high, 0), days))


def _close(working: np.ndarray, spans: Iterable[PlanSpan], first: date) -> None:
    for span in spans:
        working[_span(first, len(working), span.starts_on, span.ends_on)] = 0.0


def _focus(team: PlanTeam, today: date, days: int) -> np.ndarray:
    """Share of a present person's day that goes into items, day by day: a policy sets some aside
    for what nobody planned."""
    focus = np.full(days, team.focus)
    if team.policies:
        for first, last, planned in spells(team.policies, today, today + timedelta(days - 1)):
            focus[(first - today).days : (last - today).days + 1] *= planned
    return focus


def _share(team: PlanTeam, today: date, days: int) -> np.ndarray:
    share = np.zeros(days)
    for span in team.shares:
        share[_span(today, days, span.starts_on, span.ends_on)] += span.share
    return np.minimum(share, 1.0)


def _people(team: PlanTeam, today: date, days: int) -> tuple[np.ndarray, np.ndarray]:
    """Persons in the team, and persons present (part time as a part), day by day."""
    people, present = np.zeros(days), np.zeros(days)
    by_person: dict[int, list] = {}
    for member in team.members or ():
        by_person.setdefault(member.person, []).append(member)
    for stays in by_person.values():
        inside, there, away = np.zeros(days), np.zeros(days), np.ones(days)
        for spell in stays:
            where = _span(today, days, spell.starts_on, spell.ends_on)
            inside[where] = 1.0
            there[where] = np.maximum(there[where], spell.share)
            _close(away, spell.absences, today)
        people += inside
        present += there * away
    return people, present
