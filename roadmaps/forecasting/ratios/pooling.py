"""The pool of both experts, and what their past forecasts say about it."""

import math
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date

import numpy as np

from .. import calibration
from ..bias import Scored, SharedBias, quarter_of
from ..scoring_rules import crps, pit
from .hierarchy import hierarchy_tables
from .sample import NOBODY, Sample
from .similar import EPIC, similar_tables
from .tables import mixed, widened

FIRST_SHARE = 0.6
"""Weight of the similarity-weighted ratios in the pool before any forecast was scored."""

SHARE_EVIDENCE = 500.0
"""Scored items that the first share weighs as much as."""

SHORT_HISTORY = (40.0, 150.0)
"""Of n finished items the pool is sqrt(1 + 40 / (n + 150)) times as wide: the level that few items
show is itself uncertain (docs/decisions/0008)."""

QUARTERS = 8
MOST_SCORED = 2000
"""Past items that are forecast anew: of more, every second or third."""

LEAST_HISTORY = 20
"""Finished items that a past quarter's forecast needs, to be made anew and scored."""


@dataclass(frozen=True)
class Backtest:
    """Forecasts of the past, each quarter's made from what was finished before it began.

    first, second: tables of the log ratio by each expert, shape (n, 257), by quarter
    """

    first: np.ndarray
    second: np.ndarray
    actual: np.ndarray
    """Log ratios, shape (n,)."""
    quarter: list[str]
    team: np.ndarray
    epic: np.ndarray
    rows: np.ndarray
    """Places of the items in the sample, shape (n,)."""
    day: np.ndarray
    """Ordinal of the first day of each one's quarter: the day of its forecast, shape (n,)."""
    finished: np.ndarray
    """Ordinal of the day on which each was finished, shape (n,)."""
    known: np.ndarray
    """Finished items that each forecast was made from, shape (n,)."""

    def __len__(self) -> int:
        return len(self.actual)

    def before(self, day: int) -> "Backtest":
        """The forecasts of earlier quarters whose outcome was known on a day."""
        rows = np.flatnonzero((self.day < day) & (self.finished < day))
        return Backtest(
            self.first[rows],
            self.second[rows],
            self.actual[rows],
            [self.quarter[k] for k in rows],
            self.team[rows],
            self.epic[rows],
            self.rows[rows],
            self.day[rows],
            self.finished[rows],
            self.known[rows],
        )

    def tables(self) -> np.ndarray:
        """The pool's tables as they would have been given, its weight from earlier quarters too.

        returns: shape (n, 257)
        """
        found = np.empty_like(self.first)
        for day in np.unique(self.day):
            rows = np.flatnonzero(self.day == day)
            share, n = learned_share(self.before(int(day))), int(self.known[rows[0]])
            found[rows] = pooled(self.first[rows], self.second[rows], share, n)
        return found


def quarter_start(day: int) -> int:
    """Ordinal of the first day of a day's quarter."""
    at = date.fromordinal(day)
    return date(at.year, (at.month - 1) // 3 * 3 + 1, 1).toordinal()


def experts(
    sample: Sample, estimate: np.ndarray, codes: np.ndarray, day: int
) -> tuple[np.ndarray, np.ndarray]:
    """Tables of the log ratio by both experts on a day, each shape (targets, 257)."""
    past = sample.before(day)
    first, _ = similar_tables(past, estimate, codes, day)
    return first, hierarchy_tables(past, estimate, codes, day)


def pooled(first: np.ndarray, second: np.ndarray, share: float, n: int) -> np.ndarray:
    """What both experts say together, as wide as a history of n finished items asks for."""
    return widened(mixed(first, second, share), uncertainty(n))


def uncertainty(n: int) -> float:
    """How much wider forecasts are for a history of n finished items."""
    more, most = SHORT_HISTORY
    return math.sqrt(1 + more / (n + most))


def backtest(sample: Sample) -> Backtest:
    """Forecast the newest finished items anew as they would have been when they began."""
    rows = np.flatnonzero(~sample.open)
    rows = rows[np.argsort(sample.begun[rows], kind="stable")]
    rows = rows[:: -(-len(rows) // MOST_SCORED) or 1]
    starts = np.array([quarter_start(int(day)) for day in sample.begun[rows]], dtype=np.int64)
    made: list[tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]] = []
    for start in np.unique(starts)[-QUARTERS:]:
        if np.sum(sample.finished < start) >= LEAST_HISTORY:
            these = rows[starts == start]
            pair = experts(sample, sample.estimate[these], sample.codes[:, these], int(start))
            n = int(np.sum(~sample.before(int(start)).open))
            made.append((these, *pair, np.full(len(these), n)))
    these = np.concatenate([each[0] for each in made]) if made else np.array([], dtype=np.int64)
    days = [date.fromordinal(int(day)) for day in sample.begun[these]]
    return Backtest(
        np.concatenate([each[1] for each in made]) if made else np.empty((0, 257)),
        np.concatenate([each[2] for each in made]) if made else np.empty((0, 257)),
        sample.ratio[these],
        [quarter_of(day.year, day.month) for day in days],
        sample.team[these],
        sample.codes[EPIC, these],
        these,
        np.array([quarter_start(int(day)) for day in sample.begun[these]], dtype=np.int64),
        sample.finished[these],
        np.concatenate([each[3] for each in made]) if made else np.array([], dtype=np.int64),
    )


def learned_share(past: Backtest) -> float:
    """The first expert's weight with the best past score, drawn to 0.6 with the weight of 500.

    The CRPS of a mixture is a parabola in its weight, so three scores tell its least.
    """
    n = len(past)
    if not n:
        return FIRST_SHARE
    first = float(np.mean(crps(past.first, past.actual)))
    second = float(np.mean(crps(past.second, past.actual)))
    half = float(np.mean(crps(mixed(past.first, past.second, 0.5), past.actual)))
    bend = 2 * (first + second) - 4 * half
    best = 0.5 * (1 - (first - second) / bend) if bend > 1e-9 else FIRST_SHARE
    share = (n * min(1.0, max(0.0, best)) + SHARE_EVIDENCE * FIRST_SHARE) / (n + SHARE_EVIDENCE)
    return round(share, 4)


@dataclass(frozen=True)
class Lessons:
    """What past forecasts teach about the next ones."""

    share: float
    bias: SharedBias
    levels: tuple[float, ...]
    """Levels to read the pool at, where the drift alarm fired; empty where it is calibrated."""


def lessons(past: Backtest) -> Lessons:
    """Pool weight, shared bias and conformal guard from past forecasts."""
    share = learned_share(past)
    if not len(past):
        return Lessons(share, SharedBias(), ())
    pits = pit(past.tables(), past.actual, even_shares(len(past)))
    scored = [
        Scored(float(each), *groups_of(int(team), quarter, int(epic)))
        for each, team, quarter, epic in zip(pits, past.team, past.quarter, past.epic, strict=True)
    ]
    return Lessons(share, SharedBias.learn(scored), calibration.guard_levels(pits.tolist()))


def groups_of(team: int, quarter: str, epic: int) -> tuple[Hashable | None, Hashable | None]:
    """What an item shares its bias with, as trials draw it: within one team and quarter only.

    returns: (team and quarter, and these with the epic); None where it has no such group
    """
    if team == NOBODY:
        return None, None
    return (team, quarter), None if epic == NOBODY else (team, quarter, epic)


def even_shares(n: int) -> np.ndarray:
    """Shares from 0 to 1, evenly spread in any run of them (golden ratio), shape (n,)."""
    return (np.arange(1, n + 1) * 0.6180339887498949) % 1.0
