"""Finished items as columns of numbers."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .prior import PRIOR_STRETCH, PRIOR_WEIGHT, PriorSize
from .records import LAST, About, Finished, in_order, p50_of

NOBODY, UNKNOWN = -1, -2
"""Codes of an absent value and of one that no finished item has; neither equals any other."""

SIZE_SLOPE = -0.25
"""Log ratio for each unit of log estimate, within a long history: what is estimated at twice as
much takes 2 ** 0.75 times as long. Measured on public histories (docs/decisions/0008)."""

FARTHEST_SIZE = 2.0
"""Distance of log estimates, a factor of 7, beyond which no slope goes on: of what is larger than
anything finished nobody knows that its ratio is smaller still."""


def apart(estimate: np.ndarray | float, others: np.ndarray | float) -> np.ndarray:
    """How far log estimates lie from others, at most FARTHEST_SIZE."""
    return np.clip(np.subtract(estimate, others), -FARTHEST_SIZE, FARTHEST_SIZE)


@dataclass(frozen=True)
class Sample:
    """History and the prior beside it.

    Columns of history have shape (n,), ordered by the day of finish; those of the prior (m,).
    """

    finished: np.ndarray
    """Ordinal day."""
    begun: np.ndarray
    """Ordinal day on which its forecast is dated: that of its start, else of its finish."""
    estimate: np.ndarray
    """Natural logarithm of the likely person-days."""
    ratio: np.ndarray
    """Natural logarithm of actual to estimate."""
    weight: np.ndarray
    open: np.ndarray
    team: np.ndarray
    codes: np.ndarray
    """What each item shares, shape (5, n), in the order of `About`."""
    names: tuple[dict, ...]
    prior_estimate: np.ndarray
    prior_ratio: np.ndarray
    prior_weight: np.ndarray
    """Sums to PRIOR_WEIGHT for each size."""

    def __len__(self) -> int:
        return len(self.ratio)

    @property
    def every_estimate(self) -> np.ndarray:
        """Of history and then the prior, shape (n + m,), as the next two."""
        return np.concatenate([self.estimate, self.prior_estimate])

    @property
    def every_ratio(self) -> np.ndarray:
        return np.concatenate([self.ratio, self.prior_ratio])

    @property
    def every_open(self) -> np.ndarray:
        return np.concatenate([self.open, np.zeros(len(self.prior_ratio), dtype=bool)])

    @property
    def slope(self) -> float:
        """Log ratio for each unit of log estimate: -0.25 x n / (n + 36).

        The prior has its ratios by size, so without history there is none.
        """
        return SIZE_SLOPE * len(self) / (len(self) + PRIOR_WEIGHT)

    def before(self, day: int) -> "Sample":
        """What was finished before an ordinal day."""
        return self.take(np.flatnonzero(self.finished < day)[-LAST:])

    def take(self, rows: np.ndarray) -> "Sample":
        """Some of the items, with the same prior."""
        return Sample(
            self.finished[rows],
            self.begun[rows],
            self.estimate[rows],
            self.ratio[rows],
            self.weight[rows],
            self.open[rows],
            self.team[rows],
            self.codes[:, rows],
            self.names,
            self.prior_estimate,
            self.prior_ratio,
            self.prior_weight,
        )

    def codes_of(self, targets: Sequence[About]) -> np.ndarray:
        """Codes of items to be forecast, shape (5, targets)."""
        found = [
            [
                NOBODY if target[key] is None else names.get(target[key], UNKNOWN)
                for target in targets
            ]
            for key, names in enumerate(self.names)
        ]
        return np.array(found, dtype=np.int64).reshape(len(About._fields), len(targets))


def sample_of(rows: Sequence[Finished], prior: Sequence[PriorSize]) -> Sample:
    """History in columns; the same for any order of the rows.

    raises: ValueError when an actual or an estimate is not above 0
    """
    rows = in_order(rows)
    codes, names = [], []
    for field in About._fields:
        known: dict = {}
        column = [getattr(row.about, field) for row in rows]
        for value in sorted({value for value in column if value is not None}, key=str):
            known[value] = len(known)
        codes.append([NOBODY if value is None else known[value] for value in column])
        names.append(known)
    p50s = [p50_of(row.typed) for row in rows]
    levels = [(size, ratio) for size in prior for ratio in _widened(size.quantiles)]
    return Sample(
        finished=np.array([row.finished_on.toordinal() for row in rows], dtype=np.int64),
        begun=np.array(
            [(row.started_on or row.finished_on).toordinal() for row in rows], dtype=int
        ),
        estimate=np.log(np.array(p50s, dtype=float)),
        ratio=np.log(np.array([row.actual for row in rows], dtype=float)) - np.log(np.array(p50s)),
        weight=np.array([row.weight for row in rows], dtype=float),
        open=np.array([row.open for row in rows], dtype=bool),
        team=np.array([NOBODY if row.team is None else row.team for row in rows], dtype=np.int64),
        codes=np.array(codes, dtype=np.int64).reshape(len(names), len(rows)),
        names=tuple(names),
        prior_estimate=np.array([math.log(size.middle_days) for size, _ in levels]),
        prior_ratio=np.array([ratio for _, ratio in levels]),
        prior_weight=np.array([PRIOR_WEIGHT / len(size.quantiles) for size, _ in levels]),
    )


def _widened(quantiles: Sequence[float]) -> list[float]:
    """Log ratios of other teams, PRIOR_STRETCH times as far from a ratio of 1, which stays."""
    return [PRIOR_STRETCH * math.log(ratio) for ratio in quantiles]
