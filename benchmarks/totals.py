"""Forecasts of totals: whether many items together take what their forecasts say.

Plans are sets of tasks of one quarter and team, taken at random or, harder, one after the other.
Each is drawn task by task from its table, with the learned shared factors or without any.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from benchmarks.histories import Task
from roadmaps.forecasting.bias import SharedBias
from roadmaps.forecasting.ranges import LEVELS, POINTS
from roadmaps.forecasting.scoring_rules import crps, held, within

SIZES = (10, 20, 50)
DRAWS = 1000
MOST_PLANS = 60
"""Plans of one size in one quarter of one team."""

INDEPENDENT = SharedBias(0.0, 0.0)


@dataclass
class Totals:
    """Log totals of plans of one size under several forecasts: tables (257,) and what came out."""

    tables: dict[str, list[np.ndarray]] = field(default_factory=dict)
    actual: list[float] = field(default_factory=list)
    rho: list[float] = field(default_factory=list)

    def report(self) -> dict:
        """Coverage and score with the learned shared factors, then of the others."""
        if not self.actual:
            return {"p85": None, "p10_p90": None, "relative_crps": None, "rho": None, "plans": 0}
        reference = self._score("global_ebs")["crps"]
        scores = {name: self._score(name) for name in self.tables}
        for score in scores.values():
            score["relative_crps"] = score.pop("crps") / reference
        return {
            **scores.pop("model"),
            "rho": float(np.mean(self.rho)),
            "plans": len(self.actual),
            "without_shared_factor": scores.pop("independent"),
            "baselines": scores,
        }

    def _score(self, name: str) -> dict[str, float]:
        tables, actual = np.array(self.tables[name]), np.array(self.actual)
        return {
            "p85": float(np.mean(held(tables, actual, 0.85))),
            "p10_p90": float(np.mean(within(tables, actual))),
            "crps": float(np.mean(crps(tables, actual))),
        }


def add_plans(
    totals: dict[int, Totals],
    tasks: Sequence[Task],
    tables: dict[str, np.ndarray],
    bias: SharedBias,
    rng: np.random.Generator,
    *,
    consecutive: bool = False,
) -> None:
    """Add the plans of one quarter of one team; no task is in two plans of one size.

    tables: log ratios by each forecast, shape (tasks, 257); "model" is drawn with the shared
            factors, and again as "independent" without
    """
    for size in SIZES:
        order = np.arange(len(tasks)) if consecutive else rng.permutation(len(tasks))
        plans = order[: len(tasks) // size * size].reshape(-1, size)
        for plan in plans[:: -(-len(plans) // MOST_PLANS) or 1]:
            _add_plan(totals[size], [tasks[k] for k in plan], plan, tables, bias, rng)


def _add_plan(
    total: Totals,
    tasks: Sequence[Task],
    plan: np.ndarray,
    tables: dict[str, np.ndarray],
    bias: SharedBias,
    rng: np.random.Generator,
) -> None:
    days = np.array([task.estimate for task in tasks])
    epics = [task.epic for task in tasks]
    total.actual.append(float(np.log(sum(task.actual for task in tasks))))
    total.rho.append(bias.team)
    alone = _levels(INDEPENDENT, epics, rng)
    drawn = {"model": _total(tables["model"][plan], days, _levels(bias, epics, rng))}
    drawn["independent"] = _total(tables["model"][plan], days, alone)
    for name in tables.keys() - {"model"}:
        drawn[name] = _total(tables[name][plan], days, alone)
    for name, table in drawn.items():
        total.tables.setdefault(name, []).append(table)


def _levels(bias: SharedBias, epics: Sequence[str], rng: np.random.Generator) -> np.ndarray:
    """Levels in which each task is drawn, shape (tasks, draws): two-factor Gaussian copula."""
    own = rng.standard_normal((len(epics), DRAWS))
    if bias.epic <= 0:
        return _normal(own)
    names = {name: k for k, name in enumerate(dict.fromkeys(epics))}
    of_epic = rng.standard_normal((len(names), DRAWS))[[names[name] for name in epics]]
    epic = np.array([bias.epic if name else bias.team for name in epics])[:, None]
    team = rng.standard_normal(DRAWS)
    return _normal(
        np.sqrt(bias.team) * team
        + np.sqrt(np.maximum(epic - bias.team, 0)) * of_epic
        + np.sqrt(1 - epic) * own
    )


def _total(log_tables: np.ndarray, days: np.ndarray, levels: np.ndarray) -> np.ndarray:
    """Quantile table of the logarithm of the drawn totals, shape (257,)."""
    place = levels * (POINTS - 1)
    k = np.minimum(place.astype(int), POINTS - 2)
    rows = np.arange(len(days))[:, None]
    low, high = log_tables[rows, k], log_tables[rows, k + 1]
    drawn = (days[:, None] * np.exp(low + (place - k) * (high - low))).sum(axis=0)
    return np.quantile(np.log(drawn), LEVELS)


def _normal(scores: np.ndarray) -> np.ndarray:
    """The normal distribution function, to 1e-4, by table."""
    return np.interp(scores, _GRID, _PHI)


def _phi_table(step: float = 0.01, end: float = 6.0) -> tuple[np.ndarray, np.ndarray]:
    grid = np.arange(-end, end + step / 2, step)
    passed = np.cumsum(np.exp(-0.5 * grid**2))
    return grid, (passed - 0.5 * np.exp(-0.5 * grid**2)) / passed[-1]


_GRID, _PHI = _phi_table()
