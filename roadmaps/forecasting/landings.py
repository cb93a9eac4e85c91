"""Dates alone, fast: the end of the plan, its milestones and objectives, and of every item."""

import os
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache

import numpy as np

from . import blocks
from .calendar import Clock
from .clocks import DAYS
from .draws import Draws
from .extras import numba_available
from .plan import Plan
from .program import NotFlat, Program, prepare
from .results import SHOWN, Dates, Landing, Outlook
from .summaries import Days, in_time
from .trials import Run, Simulator

ENGINES = ("auto", "numba", "numpy", "reference")

_TOGETHER = 16_384
"""Finishes that are given their days in one go by the reference engine."""

_WORTH_IT = 2_000_000
"""Trials of items from which loading compiled kernels pays."""


def outlook(
    plan: Plan,
    *,
    trials: int,
    seed: int,
    items: bool = True,
    engine: str = "auto",
    threads: int | None = None,
) -> Outlook:
    """Forecast when things end, without why and without load: on the draws of `simulate`.

    items:   whether every item's dates are wanted, or only those of milestones, objectives and the
             whole plan
    engine:  numba (compiled; ValueError where it is not installed), numpy, reference (the one of
             `simulate`), or auto: the fastest that is here. What only the reference engine
             simulates is simulated by it, and the answer says so
    threads: at work at once, changing no number; None: compiled all there are, in numpy one
    raises:  LoopError or ValueError as `simulate` does
    """
    return Ends(plan, Draws(seed, trials), items=items, engine=engine, threads=threads).result()


def chosen_engine(engine: str, size: int) -> str:
    """The engine that runs.

    size:   items x trials
    raises: ValueError for a name that is none, or numba where it is not installed
    """
    if engine not in ENGINES:
        raise ValueError(f"There is no engine {engine}: it is one of {', '.join(ENGINES)}.")
    if engine == "numba" and not numba_available():
        raise ValueError("The compiled engine needs numba, which is not installed.")
    if engine != "auto":
        return engine
    return "numba" if size >= _WORTH_IT and numba_available() else "numpy"


@dataclass(frozen=True, slots=True)
class Group:
    """Leaves that end together: those of an objective, or the whole plan."""

    id: int
    key: str
    target: date | None
    leaves: tuple[int, ...]


class Ends:
    """Last days of one plan in every trial, by whichever engine runs it."""

    def __init__(
        self,
        plan: Plan,
        draws: Draws,
        *,
        items: bool = True,
        engine: str = "auto",
        threads: int | None = None,
        program: Program | None = None,
        works: dict[int, np.ndarray] | None = None,
        like: Simulator | None = None,
    ):
        """
        works: efforts read before, by id, for a preview (`blocks.run`)
        like:  the simulator of a plan much like this one, on the same draws, for the reference
        """
        self.works, self.simulator = works, like
        self.plan, self.draws, self.with_items = plan, draws, items
        try:
            if engine == "reference":
                raise NotFlat("The reference engine was asked for.")
            self._run_program(program or prepare(plan), engine, threads)
        except NotFlat:
            self._run_reference()

    def _run_program(self, program: Program, engine: str, threads: int | None) -> None:
        self.structure = program.structure
        self.ids, self.quarters = program.ids, program.bias.quarters
        at = program.position()
        self.groups = self._groups()
        wanted = [np.array([at[id] for id in group.leaves], dtype=int) for group in self.groups]
        if program.several and engine == "numba":
            raise NotFlat("An item is worked on by several teams.")
        size = 0 if program.several else len(self.ids) * self.draws.trials
        self.engine = chosen_engine(engine, size)
        if self.engine == "numba" and self.ids:
            from . import kernels

            self.last, self.days = kernels.run(
                program,
                self.draws,
                wanted,
                threads=threads or os.cpu_count() or 1,
                items=self.with_items,
            )
            return
        self.last, self.days = blocks.run(
            program,
            self.draws,
            wanted,
            threads=threads or 1,
            items=self.with_items,
            works=self.works,
        )

    def _run_reference(self) -> None:
        # The last days alone: a preview shows no causes, histograms or loads.
        simulator = Simulator(self.plan, self.draws, like=self.simulator)
        self.simulator, trials = simulator, self.draws.trials
        self.structure, self.engine = simulator.structure, "reference"
        self.ids, self.quarters = simulator.order, simulator.bias.quarters
        self.groups = self._groups()
        at = {id: k for k, id in enumerate(self.ids)}
        days = self.days = np.zeros((len(self.ids), trials), dtype=np.int16)
        waiting: dict[Clock, list[Run]] = {}

        def date(axis: Clock) -> None:
            """Give the finished items of a clock their last days, many in one go."""
            runs = waiting.pop(axis)
            of_runs = axis.day(np.array([run.finish for run in runs]))
            days[[at[run.item.id] for run in runs]] = of_runs

        def collect(run: Run) -> None:
            waiting.setdefault(run.axis, []).append(run)
            if len(waiting[run.axis]) * trials >= _TOGETHER:
                date(run.axis)

        simulator.run(collect)
        for axis in list(waiting):
            date(axis)
        joint = [days[[at[id] for id in group.leaves]] for group in self.groups]
        self.last = np.array([rows.max(axis=0) for rows in joint]).reshape(-1, trials)

    def _groups(self) -> list[Group]:
        """The whole plan first, then milestones, then objectives; those with open leaves."""
        items, known = self.structure.items, set(self.ids)
        found = [Group(0, "", None, tuple(self.ids))] if self.ids else []
        found += [
            Group(id, items[id].key, items[id].target, (id,))
            for id in sorted(known)
            if items[id].kind == "milestone"
        ]
        self.first_objective = len(found)
        needed: dict[int, set[int]] = {}
        for item in self.plan.items:
            if item.objective is not None:
                leaves = known.intersection(self.structure.leaves[item.id])
                needed.setdefault(item.objective, set()).update(leaves)
        for each in sorted(self.plan.objectives, key=lambda row: row.id):
            if needed.get(each.id):
                leaves_of = tuple(sorted(needed[each.id]))
                found.append(Group(each.id, each.key, each.target, leaves_of))
        return found

    def result(self) -> Outlook:
        """Dates and chances of everything that is open."""
        landings = [self._landing(k) for k in range(len(self.groups))]
        return Outlook(
            today=self.plan.today,
            trials=self.draws.trials,
            seed=self.draws.seed,
            engine=self.engine,
            order=tuple(self.ids),
            quarters=self.quarters,
            project=landings[0] if landings else None,
            milestones=tuple(landings[1 : self.first_objective]),
            objectives=tuple(landings[self.first_objective :]),
            items=self._items(),
        )

    def _landing(self, k: int) -> Landing:
        group, ends = self.groups[k], Days(self.plan.today, self.last[k])
        return Landing(
            group.id,
            group.key,
            ends.dates(),
            group.target,
            ends.chance(group.target),
            ends.histogram(),
            ends.errors(),
        )

    @cached_property
    def rows(self) -> dict[int, np.ndarray]:
        """Last days of every open leaf and roll-up, int16, shape (trials,); of all when wanted."""
        if self.days is None:
            return {}
        found = {id: self.days[k] for k, id in enumerate(self.ids)}
        for id in self.structure.items:
            leaves = [found[leaf] for leaf in self.structure.leaves[id] if leaf in found]
            if leaves and not self.structure.is_leaf(id):
                found[id] = np.maximum.reduce(leaves)
        return found

    def _items(self) -> tuple[Landing, ...]:
        if self.days is None or not self.ids:
            return ()
        rows, items = self.rows, self.structure.items
        whole = [id for id in rows if not self.structure.is_leaf(id)]
        dates = dict(zip(self.ids, self._quantiles(self.days), strict=True))
        if whole:
            joint = self._quantiles(np.array([rows[id] for id in whole]))
            dates |= dict(zip(whole, joint, strict=True))
        return tuple(
            Landing(id, items[id].key, dates[id], items[id].target, self._chance(rows[id], id))
            for id in sorted(rows)
        )

    def _chance(self, days: np.ndarray, id: int) -> float | None:
        target = self.structure.items[id].target
        if target is None:
            return None
        return float(np.count_nonzero(in_time(days, self.plan.today, target))) / len(days)

    def _quantiles(self, days: np.ndarray) -> list[Dates]:
        """P10, P50, P85 and P95 of rows of last days."""
        ranks = [max(1, int(np.ceil(p * self.draws.trials - 1e-9))) for p in SHOWN]
        if self.engine == "numba":
            from . import kernels

            found = kernels.ranked(days, ranks, DAYS)
        else:
            found = np.sort(days, axis=1)[:, [rank - 1 for rank in ranks]]
        calendar = _calendar(self.plan.today)
        return [Dates(*(calendar[day] for day in row)) for row in found.tolist()]


@lru_cache(maxsize=4)
def _calendar(today: date) -> tuple[date | None, ...]:
    """The date of each day from the day of the forecast; None beyond the horizon."""
    return (*(today + timedelta(day) for day in range(DAYS)), None)
