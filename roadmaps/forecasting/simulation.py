"""Simulate a plan: the same plan, trials and seed give the same answer, on any day."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, replace
from datetime import date, timedelta

import numpy as np

from .clocks import DAYS
from .criticality import TRACED, Causes
from .draws import BLOCK, Draws
from .plan import (
    DRAG_CAP,
    Plan,
    PlanItem,
    PlanLink,
    PlanObjective,
    PlanTeam,
    State,
    inputs_hash,
)
from .results import (
    SHOWN,
    Dates,
    Histogram,
    ItemResult,
    LinkResult,
    ObjectiveResult,
    Result,
    TeamResult,
)
from .summaries import Days, Load, why
from .trials import Run, Simulator

TRIALS = 10_000
"""Trials of a stored forecast."""

PREVIEW_TRIALS = BLOCK
"""Trials of a preview: the first of the same draws."""

Progress = Callable[[int, int], None]


def simulate(
    plan: Plan, *, trials: int = TRIALS, seed: int, progress: Progress | None = None
) -> Result:
    """Forecast every item, roll-up and objective of a plan.

    Draws are keyed by (seed, item, trial): fewer trials are the first of the same draws, and
    neither the order of rows nor other items change an item's draws.

    Odd plans have answers too: a team without capacity for ever, or an item longer than the
    horizon, ends nothing within it (dates of None) and holds up what follows; without capacity for
    a month, work goes on after it; a pinned item starts on its day although a predecessor ends
    later (`violated` counts it); an empty plan has an empty result. Loops, ranges that touch zero
    or have no end, and correlations outside 0 to 0.95 are refused.

    trials:   10,000 for a stored run, PREVIEW_TRIALS for a preview; >= 1
    seed:     the plan's own, 0 to 2^64 - 1
    progress: called as progress(items done, open items) every 25 items; it may raise to stop
    raises:   LoopError, or ValueError with a sentence, for a plan that `graph.check` refuses
    """
    return Forecast(plan, Draws(seed, trials), progress, causes=True).result


class Forecast:
    """One simulated plan: the result, and for comparisons each trial's last days.

    last_days: item id -> days from the day of the forecast to its last day, shape (trials,)
    """

    def __init__(
        self,
        plan: Plan,
        draws: Draws,
        progress: Progress | None = None,
        *,
        causes: bool = False,
    ):
        self.plan, self.draws = plan, draws
        self.simulator = Simulator(plan, draws, min(draws.trials, TRACED) if causes else 0)
        self.structure = self.simulator.structure
        self.last_days: dict[int, np.ndarray] = {}
        self._first_days: dict[int, np.ndarray] = {}
        self._leaf_results: dict[int, ItemResult] = {}
        self._loads = {
            team.id: Load(team, self.simulator.clocks.by_key[team.id], draws.trials)
            for team in plan.teams
        }
        self._progress = progress
        self.causes = Causes(self.simulator) if causes else None
        self.simulator.run(self._collect)
        self.result = self._result()

    def _collect(self, run: Run) -> None:
        item, milestone = run.item, run.item.instant
        last = run.axis.day(run.finish)
        self.last_days[item.id] = last.astype(np.int16)
        first = self._first(run, last if milestone else run.start)
        if self.structure.ancestors[item.id]:
            self._keep_first(item.id, first)
        ends = Days(self.plan.today, last)
        self._leaf_results[item.id] = ItemResult(
            id=item.id,
            key=item.key,
            source=self.simulator.source(item.id),
            start=_dates(self.plan, _quantiles(first)),
            finish=ends.dates(),
            target=item.target,
            chance=ends.chance(item.target),
            histogram=ends.histogram(),
            errors=ends.errors(),
            why=why(self.simulator, run, last, ends),
            overload=run.overload,
            violated=run.violated,
        )
        for load in self._loads.values():
            load.add(run)
        if self.causes is not None:
            self.causes.collect(run)
        done = len(self._leaf_results)
        if self._progress is not None and (done % 25 == 0 or done == len(self.simulator.order)):
            self._progress(done, len(self.simulator.order))

    def _first(self, run: Run, begins: np.ndarray) -> np.ndarray:
        """First day of work: of a milestone its only day, of started work the recorded one."""
        if run.item.instant:
            return begins
        if run.item.state == State.IN_PROGRESS:
            begun = self.simulator.clocks.started_moment(run.item)
            return np.full(len(begins), int(begun))
        return run.axis.start_day(begins)

    def _keep_first(self, id: int, first: np.ndarray) -> None:
        """Keep the earliest first day of every roll-up that the item is part of."""
        for parent in self.structure.ancestors[id]:
            known = self._first_days.get(parent)
            self._first_days[parent] = first if known is None else np.minimum(known, first)

    def _result(self) -> Result:
        plan = self.plan
        results = {
            item.id: self._leaf_results.get(item.id)
            or (self._done(item) if self.structure.is_leaf(item.id) else self._rolled_up(item))
            for item in plan.items
        }
        links: tuple[LinkResult, ...] = ()
        if self.causes is not None:
            drivers, shares = self.causes.drivers()
            links = _most_critical(shares)
            results |= {id: replace(results[id], **asdict(drivers[id])) for id in drivers}
        objectives = sorted(plan.objectives, key=lambda objective: objective.id)
        sources = [result.source for result in self._leaf_results.values()]
        return Result(
            today=plan.today,
            trials=self.draws.trials,
            seed=self.draws.seed,
            inputs_hash=inputs_hash(plan),
            horizon=plan.today + timedelta(DAYS - 1),
            order=self.simulator.order,
            items=tuple(results[id] for id in sorted(results)),
            objectives=tuple(self._objective(objective) for objective in objectives),
            teams=self._teams(),
            without_estimate=sum(source in ("table", "default") for source in sources),
            quarters=self.simulator.bias.quarters,
            project=self._ends(0, "", None, list(self.simulator.order)),
            links=links,
        )

    def _done(self, item: PlanItem) -> ItemResult:
        first = item.started_on or item.finished_on
        last = item.finished_on
        met = None if item.target is None or last is None else float(last <= item.target)
        return ItemResult(
            id=item.id,
            key=item.key,
            source="done",
            start=Dates(first, first, first, first),
            finish=Dates(last, last, last, last),
            target=item.target,
            chance=met,
            histogram=Histogram(last, 1, (self.draws.trials,), 0),
            errors=None,
            why=None,
        )

    def _rolled_up(self, item: PlanItem) -> ItemResult:
        leaves = self.structure.leaves[item.id]
        items = [self.structure.items[leaf] for leaf in leaves]
        if all(each.state == State.DONE for each in items):
            begun = [day for each in items for day in [each.started_on or each.finished_on] if day]
            ended = [each.finished_on for each in items if each.finished_on]
            whole = replace(item, started_on=min(begun), finished_on=max(ended))
            return replace(self._done(whole), source="children")
        last = self._joint(leaves)
        self.last_days[item.id] = last
        ends = Days(self.plan.today, last)
        first = self._first_days[item.id]
        for each in items:
            if each.state == State.DONE:
                begun_on = self.simulator.clocks.done_moment(each, at_start=True)
                first = np.minimum(first, int(begun_on))
        return ItemResult(
            id=item.id,
            key=item.key,
            source="children",
            start=_dates(self.plan, _quantiles(first)),
            finish=ends.dates(),
            target=item.target,
            chance=ends.chance(item.target),
            histogram=ends.histogram(),
            errors=ends.errors(),
            why=None,
        )

    def _joint(self, leaves: Iterable[int]) -> np.ndarray:
        """Last day of the last of some leaves in each trial (days past count as today's eve)."""
        last = np.zeros(self.draws.trials, dtype=np.int16)
        for leaf in leaves:
            if leaf in self.last_days:
                last = np.maximum(last, self.last_days[leaf])
        return last

    def needed(self, objective: PlanObjective) -> list[int]:
        """Ids of the leaves that an objective needs, each once."""
        return sorted(
            {
                leaf
                for item in self.plan.items
                if item.objective == objective.id
                for leaf in self.structure.leaves[item.id]
            }
        )

    def objective_days(self, objective: PlanObjective) -> np.ndarray | None:
        """Day on which all that it needs is done, in each trial; None without open items."""
        leaves = [leaf for leaf in self.needed(objective) if leaf in self.last_days]
        return self._joint(leaves) if leaves else None

    def _objective(self, objective: PlanObjective) -> ObjectiveResult:
        leaves = self.needed(objective)
        found = self._ends(objective.id, objective.key, objective.target, leaves)
        return found or self._settled(objective, leaves)

    def _ends(
        self, id: int, key: str, target: date | None, leaves: list[int]
    ) -> ObjectiveResult | None:
        """When the last of some leaves ends; None when none of them is open."""
        open_leaves = [leaf for leaf in leaves if leaf in self.last_days]
        if not open_leaves:
            return None
        days = self._joint(open_leaves)
        ends = Days(self.plan.today, days)
        shares = [(leaf, float(np.mean(self.last_days[leaf] == days))) for leaf in open_leaves]
        last = sorted((each for each in shares if each[1] > 0), key=lambda each: -each[1])
        on_chain = self.causes.shares(open_leaves) if self.causes is not None else {}
        critical = sorted(on_chain.items(), key=lambda each: (-each[1], each[0]))
        return ObjectiveResult(
            id=id,
            key=key,
            items=len(leaves),
            open_items=len(open_leaves),
            finish=ends.dates(),
            target=target,
            chance=ends.chance(target),
            histogram=ends.histogram(),
            errors=ends.errors(),
            last=tuple(last[:5]),
            critical=tuple(critical[:10]),
        )

    def _settled(self, objective: PlanObjective, leaves: list[int]) -> ObjectiveResult:
        """An objective of which nothing is open: done on its last item's day, or without items."""
        ended = [day for leaf in leaves for day in [self.structure.items[leaf].finished_on] if day]
        last = max(ended, default=None)
        target = objective.target
        met = None if target is None or last is None else float(last <= target)
        finish = None if last is None else Dates(last, last, last, last)
        histogram = None if last is None else Histogram(last, 1, (self.draws.trials,), 0)
        return ObjectiveResult(
            objective.id, objective.key, len(leaves), 0, finish, target, met, histogram, None
        )

    def _teams(self) -> tuple[TeamResult, ...]:
        return tuple(
            TeamResult(
                id=team.id,
                name=team.name,
                places=None if places is None else len(places),
                weeks=self._loads[team.id].result(self.simulator.paces.whole.get(team.id)),
                gains=team.id in self.simulator.paces.whole,
                drag_capped=team.drag is not None and team.drag[2] > DRAG_CAP,
                drag=None if team.drag is None else team.drag[1],
                drag_limit=drag_limit(team, self.plan.today),
            )
            for team in sorted(self.plan.teams, key=lambda team: team.id)
            for places in (self.simulator.clocks.by_key[team.id].places,)
        )


def drag_limit(team: PlanTeam, today: date) -> float | None:
    """What the policy that holds today allows at most; None without a rule."""
    held = [each for each in team.policies if each.starts_on <= today]
    return max(held, key=lambda each: each.starts_on).drag if held else None


def _most_critical(shares: Mapping[PlanLink, float]) -> tuple[LinkResult, ...]:
    rows = [
        LinkResult(link.pred, link.succ, str(link.kind), link.lag, share)
        for link, share in shares.items()
        if share > 0
    ]
    return tuple(sorted(rows, key=lambda row: (-row.critical, row.pred, row.succ, row.kind)))


def _quantiles(days: np.ndarray) -> np.ndarray:
    """The days on or before which 10, 50, 85 and 95 % of the trials lie; days may be past."""
    earliest = int(days.min())
    passed = np.cumsum(np.bincount(days.astype(np.int64) - earliest))
    ranks = [max(1, int(np.ceil(p * len(days) - 1e-9))) for p in SHOWN]
    return np.searchsorted(passed, ranks) + earliest


def _dates(plan: Plan, days: np.ndarray) -> Dates:
    """Days from the day of the forecast, also past ones, as dates."""
    return Dates(*(None if d >= DAYS else plan.today + timedelta(int(d)) for d in days))
