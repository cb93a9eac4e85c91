"""Ratios of other teams, for a team without history of its own: aggregates only."""

import json
from pathlib import Path
from typing import NamedTuple

PRIOR_WEIGHT = 36.0
"""Finished items that the prior sample of other teams' ratios weighs as much as."""

PRIOR_STRETCH = 1.15
"""How much wider than in the sample of other teams the first ratios of a team are: a team without
history may differ from all of them (docs/decisions/0008)."""


class PriorSize(NamedTuple):
    """Ratios of actual to estimate of other teams' tasks of one size of estimate."""

    from_days: float
    to_days: float | None
    n: int
    quantiles: tuple[float, ...]
    """At levels (k + 0.5) / 36."""

    @property
    def middle_days(self) -> float:
        """A typical estimate of this size: the geometric middle of its edges."""
        low = self.from_days or (self.to_days or 1.0) / 4
        return (low * (self.to_days or 4 * low)) ** 0.5


def prior_sizes(rows: list[dict]) -> tuple[PriorSize, ...]:
    """The sizes of a table as benchmarks/ratio_quantiles.py makes it."""
    return tuple(
        PriorSize(row["from_days"], row["to_days"], row["n"], tuple(row["quantiles"]))
        for row in rows
    )


PRIOR_RATIOS = prior_sizes(
    json.loads(Path(__file__).with_name("prior_ratios.json").read_text())["sizes"]
)
"""Aggregates of public histories (sources in prior_ratios.json), by size of the estimate."""
