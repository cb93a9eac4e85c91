"""Forecasts of totals: whether many items together take what their forecasts say.

Blocks of consecutive tasks of one quarter and team are drawn as one plan: each task from its own
table, with the learned shared factors or without any.
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
MOST_BLOCKS = 60
"""Blocks of one size in one quarter of one team."""

INDEPENDENT = SharedBias(0.0, 0.0)


@dataclass
class Totals:
    """Log totals of blocks of one size under several forecasts: tables (257,) and what came out."""

    tables: dict[str, list[np.ndarray]] = field(default_factory=dict)
    actual: list[float] = field(default_factory=list)
    rho: list[float] = field(default_factory=list)

    def report(self) -> dict:
        """Coverage and score with the learned shared factors, then of the others."""
        if not self.actual:
            return {"p85": None, "p10_p90": None, "relative_crps": None, "rho": None, "blocks": 0}
        reference = self._score("global_ebs")["crps"]
        scores = {name: self._score(name) for name in self.tables}
        for score in scores.values():
            score["relative_crps"] = score.pop("crps") / reference
        return {
            **scores.pop("model"),
            "rho": float(np.mean(self.rho)),
            "blocks": len(self.actual),
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


def add_blocks(
    totals: dict[int, Totals],
    tasks: Sequence[Task],
    tables: dict[str, np.ndarray],
    bias: SharedBias,
    rng: np.random.Generator,
) -> None:
    """Add the blocks of one quarter of one team.

    tables: log ratios by each forecast, shape (tasks, 257); "model" is drawn with the shared
            factors, and again as "independent" without
    """
    for size in SIZES:
        starts = range(0, len(tasks) - size + 1, max(1, size // 2))
        for start in list(starts)[:: max(1, len(starts) // MOST_BLOCKS)]:
            block = slice(start, start + size)
            days = np.array([task.estimate for task in tasks[block]])
            total = totals[size]
            total.actual.append(float(np.log(sum(task.actual for task in tasks[block]))))
            total.rho.append(bias.team)
            epics = [task.epic for task in tasks[block]]
            for name, levels in (
                ("model", _levels(bias, epics, rng)),
                ("independent", _levels(INDEPENDENT, epics, rng)),
            ):
                drawn = _total(tables["model"][block], days, levels)
                total.tables.setdefault(name, []).append(drawn)
            alone = _levels(INDEPENDENT, epics, rng)
            for name in tables:
                if name != "model":
                    drawn = _total(tables[name][block], days, alone)
                    total.tables.setdefault(name, []).append(drawn)


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
