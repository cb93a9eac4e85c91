"""What a team's places delivered on past days: `calendar.team_clock` without numpy, for web pages.

Each working day a place gives focus x share x people present / places, so that a product's share
counts once (docs/decisions/0006), and a crew is never more people than there are places. What a
policy set aside for unplanned work is taken off.
"""

import math
from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from .plan import PlanMember, PlanShare, PlanTeam
from .policy import planned_share, spells
from .workdays import workdays


class Strength(NamedTuple):
    """A team on one day."""

    people: int
    present: float
    """Part time as a part."""
    share: float
    """Of the team, for this product."""

    @property
    def places(self) -> int:
        return math.ceil(self.people * self.share - 1e-9)


class Past:
    """One team's past, with the shares, members, absences and closures of those days."""

    def __init__(self, team: PlanTeam | None):
        """team: None for work without a team, a person-day each Monday to Friday"""
        self.team = team
        self._closures = [(span.starts_on, span.ends_on) for span in team.closures] if team else ()
        self._days: dict[date, Strength] = {}
        self._known = max(_first(team.shares), _first(team.members or ())) if team else date.min

    def delivered(self, first: date, last: date, *, crew: int) -> float:
        """Person-days that a crew delivered between two days, both included.

        Of days before anything is recorded of a team, its first record is taken. Work that took no
        working day, such as on a weekend, counts as one.
        """
        team = self.team
        if team is None:
            return float(max(1, workdays(first, last)) * crew)
        if team.members is None:
            return (self._worked(team, first, last) or 1) * crew * team.focus
        total, places, open_first = 0.0, 0, 0
        for n in range((last - first).days + 1):
            day = first + timedelta(n)
            there = self._strength(team, day)
            places = max(places, there.places)
            open_first = open_first or places
            if places and self._workdays(day, day):
                planned = planned_share(team.policies, day) if team.policies else 1.0
                total += there.share * there.present / places * planned
        return (total or 1.0) * min(crew, open_first or crew) * team.focus

    def capacity(self, first: date, last: date) -> float | None:
        """Focused person-days of the whole team for the product between two days, both included,
        before any policy; None where its people are unknown.
        """
        team = self.team
        if team is None or team.members is None:
            return None
        total = 0.0
        for n in range((last - first).days + 1):
            day = first + timedelta(n)
            if self._workdays(day, day):
                there = self._strength(team, day)
                total += there.share * there.present
        return total * team.focus

    def _worked(self, team: PlanTeam, first: date, last: date) -> float:
        """Working days, each as the share of it that a policy leaves to items."""
        if not team.policies:
            return self._workdays(first, last)
        return sum(
            self._workdays(start, end) * planned
            for start, end, planned in spells(team.policies, first, last)
        )

    def _workdays(self, first: date, last: date) -> int:
        return workdays(first, last, self._closures, self.team.weekdays) if self.team else 0

    def _strength(self, team: PlanTeam, day: date) -> Strength:
        if day not in self._days:
            self._days[day] = strength(team, day, at=max(day, self._known))
        return self._days[day]


def strength(team: PlanTeam, day: date, *, at: date) -> Strength:
    """A team on a day; its members and shares as they were on another one."""
    there: dict[int, float] = {}
    away = set()
    for spell in team.members or ():
        if _covers(spell, at):
            there[spell.person] = max(there.get(spell.person, 0.0), spell.share)
        if any(span.starts_on <= day <= span.ends_on for span in spell.absences):
            away.add(spell.person)
    present = sum(share for person, share in there.items() if person not in away)
    share = sum(span.share for span in team.shares if _covers(span, at))
    return Strength(len(there), present, min(share, 1.0))


def _covers(span: PlanMember | PlanShare, day: date) -> bool:
    begun = span.starts_on is None or span.starts_on <= day
    return begun and (span.ends_on is None or day <= span.ends_on)


def _first(spans: Iterable[PlanMember | PlanShare]) -> date:
    return min((span.starts_on or date.min for span in spans), default=date.min)
