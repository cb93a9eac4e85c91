"""Forecasts that the learned ones are measured beside, as tables of the log ratio.

Each takes what is known of a quarter's tasks and of the tasks finished before, and answers with
quantiles of ln(actual / estimate) at `ranges.LEVELS`, shape (tasks, 257).
"""

from collections.abc import Callable, Sequence

import numpy as np

from benchmarks.histories import Task
from roadmaps.forecasting.ranges import LEVELS, POINTS

PERT = (0.75, 1.0, 2.0)
"""Least, likely and most, in estimates: the factors people use who never looked."""

OWN_HISTORY = 10
"""Tasks of one's own below which a person's ratios are everybody's."""

Rival = Callable[[Sequence[Task], Sequence[Task]], np.ndarray]


def raw(past: Sequence[Task], tasks: Sequence[Task]) -> np.ndarray:
    """The estimate itself, without any spread."""
    return np.zeros((len(tasks), POINTS))


def fixed_pert(past: Sequence[Task], tasks: Sequence[Task]) -> np.ndarray:
    """The Beta of classical PERT on fixed factors."""
    return np.repeat(_pert_table()[None], len(tasks), axis=0)


def global_ebs(past: Sequence[Task], tasks: Sequence[Task]) -> np.ndarray:
    """Evidence-based scheduling: the ratios of all that was finished, each as much as another."""
    return np.repeat(_table(past)[None], len(tasks), axis=0)


def person_ebs(past: Sequence[Task], tasks: Sequence[Task]) -> np.ndarray:
    """The ratios of the person's own finished tasks, where there are ten."""
    everybody, tables = _table(past), {}
    for person in {task.person for task in tasks}:
        own = [task for task in past if person and task.person == person]
        tables[person] = _table(own) if len(own) >= OWN_HISTORY else everybody
    return np.array([tables[task.person] for task in tasks]).reshape(len(tasks), POINTS)


RIVALS: dict[str, Rival] = {
    "raw": raw,
    "fixed_pert": fixed_pert,
    "global_ebs": global_ebs,
    "person_ebs": person_ebs,
}


def _table(past: Sequence[Task]) -> np.ndarray:
    ratios = np.sort(np.log([task.actual / task.estimate for task in past]))
    places = np.ceil(np.array(LEVELS) * len(ratios) - 1e-9).astype(int) - 1
    return ratios[np.clip(places, 0, len(ratios) - 1)]


def _pert_table(steps: int = 20_000) -> np.ndarray:
    low, likely, high = PERT
    a = 1 + 4 * (likely - low) / (high - low)
    b = 1 + 4 * (high - likely) / (high - low)
    x = (np.arange(steps) + 0.5) / steps
    passed = np.cumsum(x ** (a - 1) * (1 - x) ** (b - 1))
    return np.log(low + (high - low) * np.interp(LEVELS, passed / passed[-1], x))
