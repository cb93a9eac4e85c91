"""What changed between two moments of a plan, in person-days and in days, so that it adds up."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from . import stages
from .clocks import Clocks
from .copula import bias_of
from .draws import Draws
from .effort import effort_tables
from .graph import Structure
from .landings import Ends
from .plan import Plan
from .program import not_flat
from .schedule import start_order
from .scores import GRID
from .simulation import TRIALS, Progress

CAUSES = (
    "removed",
    "added",
    "grown",
    "shrunk",
    "moved",
    "capacity",
    "learning",
    "time",
    "worked off",
)
"""The fixed order in which causes are applied, one after the other."""

_STAGES = (
    ("removed", stages.removed),
    ("added", stages.added),
    ("grown", stages.resized(larger=True)),
    ("shrunk", stages.resized(larger=False)),
    ("moved", stages.moved),
    ("capacity", stages.capacity_and_drag),
    ("learning", stages.learning),
    ("time", stages.passed),
)
_MEDIAN = len(GRID) // 2


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a plan stands at one moment."""

    today: date
    tenths: int
    """P50 of the work left, in tenths of a person-day: the sum over items, each rounded."""
    p50: date | None
    """When all that is open is done; None: not within the horizon, or nothing is open."""
    p85: date | None
    objectives: dict[int, tuple[date | None, date | None]]
    """P50 and P85 of those with open items."""


@dataclass(frozen=True, slots=True)
class Delay:
    """Calendar days later (+) or earlier (-); None where a side has no date."""

    p50_days: int | None
    p85_days: int | None


@dataclass(frozen=True, slots=True)
class Cause:
    """One kind of change, on top of those before it."""

    name: str
    changed: tuple[str, ...]
    """Keys of items, names of teams; empty: nothing did, and nothing moved."""
    items: dict[int, int]
    """Tenths of a person-day more or less, by item; those that differ."""
    plan: Delay
    objectives: dict[int, Delay]

    @property
    def tenths(self) -> int:
        return sum(self.items.values())


@dataclass(frozen=True, slots=True)
class ScopePath:
    """The way between two moments: the causes sum to the whole exactly, in whole numbers."""

    before: Stand
    after: Stand
    causes: tuple[Cause, ...]
    plan: Delay
    objectives: dict[int, Delay]


def scope_path(
    before: Plan,
    after: Plan,
    *,
    trials: int = TRIALS,
    seed: int,
    progress: Progress | None = None,
) -> ScopePath:
    """Apply what changed from one plan to another, cause by cause, on the same draws.

    The causes are taken in the order of CAUSES: work removed and added (with its links), estimates
    grown and shrunk, work moved (order, team, crew, typed days, links, objectives), capacity
    (people, absences, shares, effects, drag), learning (what history makes of the same estimate),
    time (the later day with nothing done) and work done meanwhile. Person-days are the P50 of what
    is left to do, as it is simulated, rounded to tenths item by item; days are calendar days of
    the end of all that is open. Both are whole numbers, so the parts sum to the whole exactly,
    whatever the order; another order would share the days out differently.

    progress: called as progress(causes applied, causes); it may raise to stop
    raises:   LoopError or ValueError when a plan, or the seed, is refused
    """
    draws = Draws(seed, trials)
    old, new = _settled(before), _settled(after)
    steps = list(stages.walk(old, new, _STAGES, last="worked off"))
    engine = _engine([old, *(plan for _name, plan, _changed in steps)])
    first = last = _Moment(old, draws, engine)
    causes = []
    for k, (name, plan, changed) in enumerate(steps):
        if progress is not None:
            progress(k, len(steps))
        following = _Moment(plan, draws, engine) if changed else last
        causes.append(
            Cause(name, changed, _more(last, following), *_delays(last.stand, following.stand))
        )
        last = following
    return ScopePath(first.stand, last.stand, tuple(causes), *_delays(first.stand, last.stand))


def _settled(plan: Plan) -> Plan:
    """The plan with its whole order and the quarters of its work said."""
    structure, clocks = Structure.of(plan), Clocks(plan)
    order = start_order(plan, structure, clocks)
    return replace(plan, order=order, quarters=bias_of(plan, structure, clocks, order).quarters)


def _engine(plans: Iterable[Plan]) -> str:
    """One engine for all: another one would move a trial in ten thousand by itself."""
    return "reference" if any(not_flat(plan, Structure.of(plan)) for plan in plans) else "auto"


class _Moment:
    """A plan on the way: what is left of each item, and when it all ends."""

    def __init__(self, plan: Plan, draws: Draws, engine: str):
        ends = Ends(plan, draws, items=False, engine=engine)
        found = ends.result()
        items = [ends.structure.items[id] for id in ends.structure.open_leaves()]
        tables, _sources = effort_tables(items, plan, Clocks(plan))
        left = zip(items, tables[:, _MEDIAN].tolist(), strict=True)
        self.tenths = {item.id: round(10 * days) for item, days in left}
        self.stand = Stand(
            plan.today,
            sum(self.tenths.values()),
            found.project.finish.p50 if found.project else None,
            found.project.finish.p85 if found.project else None,
            {row.id: (row.finish.p50, row.finish.p85) for row in found.objectives},
        )


def _more(before: _Moment, after: _Moment) -> dict[int, int]:
    ids = before.tenths.keys() | after.tenths.keys()
    found = {id: after.tenths.get(id, 0) - before.tenths.get(id, 0) for id in sorted(ids)}
    return {id: tenths for id, tenths in found.items() if tenths}


def _delays(before: Stand, after: Stand) -> tuple[Delay, dict[int, Delay]]:
    none = (None, None)
    ids = before.objectives.keys() | after.objectives.keys()
    return _delay((before.p50, before.p85), (after.p50, after.p85)), {
        id: _delay(before.objectives.get(id, none), after.objectives.get(id, none))
        for id in sorted(ids)
    }


def _delay(before: tuple[date | None, ...], after: tuple[date | None, ...]) -> Delay:
    return Delay(*(_days(a, b) for a, b in zip(before, after, strict=True)))


def _days(before: date | None, after: date | None) -> int | None:
    return None if before is None or after is None else (after - before).days
