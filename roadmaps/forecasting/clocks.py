"""All clocks of a plan, and when what is past in it happened."""

from datetime import date

import numpy as np

from .calendar import Clock, everyday, team_clock, unlimited, worked_days
from .draws import Draws, Purpose, read_levels
from .plan import DRAG_CAP, EffectKind, Plan, PlanExternal, PlanItem, State
from .ranges import Triple, bounded_table
from .results import HORIZON_YEARS

ALONE, EVERYDAY = "alone", "everyday"
DAYS = HORIZON_YEARS * 365 + 3


def gaining(plan: Plan) -> set[int]:
    """Ids of the teams whose people change when an item that is not done ends."""
    states = {item.id: item.state for item in plan.items}
    return {
        effect.team
        for effect in plan.effects
        if effect.kind == EffectKind.PEOPLE and states[effect.item] != State.DONE
    }


class Clocks:
    """The clocks of a plan's teams, of items without a team, and of plain days."""

    def __init__(self, plan: Plan):
        self.plan = plan
        self.teams = {team.id: team for team in plan.teams}
        gains = gaining(plan)
        self.by_key: dict[int | str, Clock] = {
            id: team_clock(team, plan.today, DAYS, gains=id in gains)
            for id, team in sorted(self.teams.items())
        }
        self.everyday = self.by_key[EVERYDAY] = everyday(plan.today, DAYS)
        self.by_key[ALONE] = unlimited(plan.today, DAYS)
        self.externals: dict[int, list[PlanExternal]] = {}
        for external in sorted(plan.externals, key=lambda external: external.id):
            self.externals.setdefault(external.item, []).append(external)

    def parts(self, item: PlanItem) -> list[tuple[int | str, Clock, int, float]]:
        """Key, clock, crew and share of the effort of each team at work on an item."""
        if not item.parts:
            key = ALONE if item.team is None else item.team
            clock = self.by_key[key]
            return [(key, clock, clock.crew(item.crew), 1.0)]
        total = sum(part.days for part in item.parts)
        return [
            (part.team, clock, clock.crew(part.crew), part.days / total)
            for part in item.parts
            for clock in (self.by_key[part.team],)
        ]

    def p50_pace(self, key: int | str) -> float:
        """Pace of a team at its P50 drag: (1 - D) / (1 - D_ref)."""
        team = self.teams.get(key)  # type: ignore[arg-type]
        if team is None:
            return 1.0
        drag = min(team.drag[1], DRAG_CAP) if team.drag is not None else 0.0
        return (1 - drag) / (1 - team.drag_ref)

    def spent(self, item: PlanItem) -> float:
        """Person-days spent on an item in progress.

        Where not given: working days from its first day to yesterday x crew x focus share, less
        what a policy set aside for unplanned work.
        """
        if item.state != State.IN_PROGRESS:
            return 0.0
        if item.spent is not None:
            return item.spent
        if item.started_on is None:
            return 0.0
        yesterday = date.fromordinal(self.plan.today.toordinal() - 1)
        spent = 0.0
        for key, _, crew, _ in self.parts(item):
            team = self.teams.get(key)  # type: ignore[arg-type]
            focus = team.focus if team else 1.0
            spent += worked_days(team, item.started_on, yesterday) * crew * focus
        return spent

    def arrival(self, external: PlanExternal, draws: Draws) -> np.ndarray:
        """Moment at which something from outside is there: the end of its day, shape (trials,)."""
        days = Triple(
            *(float(self.offset(day)) for day in (external.p10, external.p50, external.p90))
        )
        levels = draws.levels(Purpose.EXTERNAL, external.id)
        return np.floor(read_levels(bounded_table(days, -1.0, 1e5), levels) + 0.5) + 1.0

    def offset(self, day: date) -> int:
        """Days from the day of the forecast to another day."""
        return (day - self.plan.today).days

    def done_moment(self, item: PlanItem, *, at_start: bool) -> float:
        """Moment at which a finished item started, or ended (the end of its last day)."""
        if item.finished_on is None:
            raise ValueError(f"{item.key} is done but has no last day.")
        if at_start:
            return float(self.offset(item.started_on or item.finished_on))
        return self.offset(item.finished_on) + 1.0

    def started_moment(self, item: PlanItem) -> float:
        """Moment at which an item in progress started; today's morning where not recorded."""
        return float(min(0, self.offset(item.started_on))) if item.started_on else 0.0
