"""What a forecast says: plain values, ready to store as JSON.

A date of None means "not within HORIZON_YEARS of the day of the forecast".
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from .plan import decode, encode

HORIZON_YEARS = 10
"""How far a forecast looks; what ends later is said to be beyond it, never searched for."""


SHOWN = (0.10, 0.50, 0.85, 0.95)
"""Shares of the trials whose dates are shown: the fields of `Dates`."""


@dataclass(frozen=True, slots=True)
class Dates:
    """Days by which 10, 50, 85 and 95 % of the trials are there; None: not within the horizon."""

    p10: date | None
    p50: date | None
    p85: date | None
    p95: date | None


@dataclass(frozen=True, slots=True)
class Histogram:
    """Trials that finish in each bin of `step` days; the first bin begins on `starts_on`."""

    starts_on: date | None
    step: int
    """Days in a bin: 1, or whole weeks from a Monday."""
    counts: tuple[int, ...]
    """At most 40."""
    later: int
    """Trials that finish after the last bin (the last 1 %, and those beyond the horizon)."""


@dataclass(frozen=True, slots=True)
class Errors:
    """Monte Carlo error: one standard error of the dates, in calendar days."""

    p50: float
    p85: float
    p95: float


@dataclass(frozen=True, slots=True)
class Why:
    """What the days to a date around P50 are made of, in working days of the item's team.

    Each part is the mean over the trials whose last day lies between the item's P45 and P55 days.
    Measured from the morning of the day of the forecast to the finish, in days of the team's week
    (Monday to Friday unless it says otherwise), holidays and absences included; `total` is the sum.
    """

    effort: float
    """Its work (for one in progress: what is left) at full strength: crew at the team's focus."""
    predecessor: float
    """Until what it waits for is there, external dates included."""
    place: float
    """Until a place in the team is free, after the predecessors."""
    calendar: float
    """A typed start; holidays, freezes, absences, part time and changes of the team meanwhile."""
    drag: float
    """What drag adds to the work at full strength, beyond the drag that the learned pace contains;
    negative where the team will be faster than it was then."""
    trials: int
    """Trials in the mean."""
    waits_for: int | None = None
    """Id of the item that most often held it up, where one did."""
    work: float = 0.0
    """Mean person-days of the work (left) in those trials: `effort` is `work` / `rate`. Of several
    teams' parts it is that of the one which ends last."""
    rate: float = 0.0
    """Person-days a working day at full strength: crew x focus x share."""
    crew: int = 1
    """People at work on it at once, never more than there are places."""
    whole: float = 0.0
    """Mean person-days of all teams' parts (left) in those trials; of one team it is `work`."""

    @property
    def total(self) -> float:
        """Mean working days to the finish in those trials: near the P50 date, not exactly it."""
        return sum((self.effort, self.predecessor, self.place, self.calendar, self.drag))


@dataclass(frozen=True, slots=True)
class ItemResult:
    """One item's dates."""

    id: int
    key: str
    source: str
    """What was simulated: range, table, default (no estimate, nothing learned), milestone,
    children (a roll-up: earliest start, last finish of its descendants; nothing to do once they
    have left the plan) or done."""
    start: Dates
    finish: Dates
    target: date | None
    chance: float | None
    """Share of trials that finish on or before the target; None without a target."""
    histogram: Histogram
    errors: Errors | None
    """None when done."""
    why: Why | None
    """None for roll-ups, for what is done, and where P55 lies beyond the horizon."""
    overload: float = 0.0
    """Pinned items: share of trials in which it starts although no place is free."""
    violated: float = 0.0
    """Pinned items: share of trials in which it starts before a link allows (others wait)."""
    critical: float | None = None
    """Share of trials in which it is on the chain of causes behind the end of the plan, through
    binding links and held places; None for what is done, roll-ups, and where nothing was traced."""
    sensitivity: float | None = None
    """Schedule sensitivity index: `critical` x sd of its days / sd of the plan's days."""
    correlation: float | None = None
    """Rank correlation of its work with the end of the plan, -1 to 1."""
    queueing: float | None = None
    """Expected working days of waiting for a place, over all trials (not those around P50)."""


@dataclass(frozen=True, slots=True)
class ObjectiveResult:
    """One objective's date: in each trial, that of the last of all items it needs."""

    id: int
    key: str
    items: int
    """Items it needs, roll-ups not counted."""
    open_items: int
    finish: Dates | None
    """None when it needs no item."""
    target: date | None
    chance: float | None
    """Share of trials in which all its items are done on or before the target."""
    histogram: Histogram | None
    errors: Errors | None
    last: tuple[tuple[int, float], ...] = ()
    """Items that end last in most trials, with the share of trials, at most five."""
    critical: tuple[tuple[int, float], ...] = ()
    """Items most often on the chain of causes behind its end, with the share, at most ten."""


@dataclass(frozen=True, slots=True)
class LinkResult:
    """How often one link holds up the end of the plan."""

    pred: int
    succ: int
    kind: str
    lag: int
    critical: float
    """Share of trials in which it is on the chain of causes behind the end of the plan."""


@dataclass(frozen=True, slots=True)
class TeamWeek:
    """One week of a team in this product, person-days of capacity."""

    starts_on: date
    """Monday (the first: the day of the forecast)."""
    planned: float
    """Mean work in the week over the trials, slowed by drag as it is."""
    p85: float
    """Work that 85 % of the trials do not exceed."""
    capacity: float | None
    """People present x focus x the product's share, with those that finished items bring (mean
    over the trials); None: nobody recorded."""


@dataclass(frozen=True, slots=True)
class TeamResult:
    """A team's load over the next 53 weeks at most."""

    id: int
    name: str
    places: int | None
    """Places within the horizon; None: without limit."""
    weeks: tuple[TeamWeek, ...]
    drag_capped: bool
    """Whether its drag was cut at the cap."""
    gains: bool = False
    """Whether finished items change its people."""
    drag: float | None = None
    """P50 of its drag as the run read it; None where nothing is known."""
    drag_limit: float | None = None
    """What its policy of the day of the run allows at most."""


@dataclass(frozen=True, slots=True)
class Result:
    """A forecast of one plan."""

    today: date
    trials: int
    seed: int
    inputs_hash: str
    horizon: date
    """Last day looked at."""
    order: tuple[int, ...]
    """Ids of the open items in the start order of every trial: what Plan.order keeps."""
    items: tuple[ItemResult, ...]
    """By id."""
    objectives: tuple[ObjectiveResult, ...]
    """By id."""
    teams: tuple[TeamResult, ...]
    """By id."""
    without_estimate: int
    """Open items simulated without an estimate of their own."""
    quarters: dict[int, int] = field(default_factory=dict)
    """Quarter in which each open item's work begins: what Plan.quarters keeps."""
    project: ObjectiveResult | None = None
    """The end of all that is open (id 0, no key); None when nothing is."""
    links: tuple[LinkResult, ...] = ()
    """Links that hold up the end of the plan in some trial, the most often first."""
    engine: str = "reference"
    """What ran."""

    def item(self, id: int) -> ItemResult:
        """raises: KeyError when the plan has no such item"""
        return {item.id: item for item in self.items}[id]

    def objective(self, id: int) -> ObjectiveResult:
        """raises: KeyError when the plan has no such objective"""
        return {objective.id: objective for objective in self.objectives}[id]

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready values; `Result.from_dict` gives an equal result back."""
        return encode(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "Result":
        """The result that `to_dict` wrote."""
        return decode(cls, data)


@dataclass(frozen=True, slots=True)
class Landing:
    """When one thing ends: an item, a milestone, an objective or (id 0) the whole plan."""

    id: int
    key: str
    finish: Dates
    target: date | None
    chance: float | None
    """Share of trials that end on or before the target; None without a target."""
    histogram: Histogram | None = None
    """None for single items: `simulate` gives theirs."""
    errors: Errors | None = None


@dataclass(frozen=True, slots=True)
class Outlook:
    """The dates of one plan without their causes: open things only."""

    today: date
    trials: int
    seed: int
    engine: str
    """What ran: numba, numpy or reference."""
    order: tuple[int, ...]
    quarters: dict[int, int]
    project: Landing | None
    """The end of everything; None when nothing is open."""
    milestones: tuple[Landing, ...]
    """By id."""
    objectives: tuple[Landing, ...]
    """By id; those with open items."""
    items: tuple[Landing, ...]
    """By id, roll-ups included; empty when only the plan's own dates were wanted."""


@dataclass(frozen=True, slots=True)
class Move:
    """How one item or objective moved by one step."""

    p50_days: int | None
    """Calendar days later (+) or earlier (-) of P50; None when one side has no date."""
    p85_days: int | None
    chance: float | None
    """Change of the chance to meet the target; None without a target on either side."""
    later: float
    """Share of trials in which it ends later than before."""
    earlier: float
    """Share of trials in which it ends earlier."""


@dataclass(frozen=True, slots=True)
class Step:
    """One kind of change between two plans, replayed on the same draws."""

    name: str
    """One of `replay.STEPS`."""
    items: dict[int, Move]
    objectives: dict[int, Move]
    changed: tuple[str, ...]
    """What changed: keys of items, names of teams; empty: nothing did, and nothing moved."""


@dataclass(frozen=True, slots=True)
class Moves:
    """The way from one plan's dates to another's: the steps sum to the totals exactly."""

    before: Result
    after: Result
    steps: tuple[Step, ...]
    items: dict[int, Move]
    """Total per item that both plans have."""
    objectives: dict[int, Move]
    """Total per objective that both plans have."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two plans on the same draws, the second against the first."""

    before: Result
    after: Result
    items: dict[int, Move]
    """Per item that both plans have."""
    objectives: dict[int, Move]
    all_met: tuple[float, float] | None = None
    """Share of trials that meet every target of an objective, before and after; None without."""
    any_later: float = 0.0
    """Share of trials in which at least one objective ends later than before."""


@dataclass(frozen=True, slots=True)
class WhatIf:
    """Dates of a plan without and with some changes, on the same draws."""

    before: Outlook
    after: Outlook
    items: dict[int, Move]
    """Per open item that both sides have."""
    objectives: dict[int, Move]
    project: Move | None
    """The end of everything; None where nothing is open on one side."""
