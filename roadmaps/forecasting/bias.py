"""Shared bias: how much items of one group miss their estimates in the same direction.

One-factor Gaussian copula: u_j = Phi(sqrt(rho) Z_group + sqrt(1 - rho) e_j). rho is learned as
the intraclass correlation of the normal scores of randomised PITs, one-way random effects.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from math import isfinite
from statistics import NormalDist
from typing import Any

FLOOR = 0.03
CAP = 0.5
TEAM_RHO = 0.05
"""Of items of one team in one quarter, before any was scored."""

EPIC_RHO = 0.2
"""Of items within one epic, before any was scored."""

EVIDENCE = 5.0
"""Degrees of freedom among groups that the default weighs as much as."""

_EDGE = 1e-4


@dataclass(frozen=True, slots=True)
class Scored:
    """One finished item's randomised PIT with the groups it belongs to; None: to none."""

    pit: float
    quarter: Hashable | None
    """Team and quarter in which the work began; without a team none, as the trials draw it."""
    epic: Hashable | None = None
    """The epic within that team and quarter: its parts elsewhere share less of their draw."""


@dataclass(frozen=True, slots=True)
class SharedBias:
    """rho of items of one team and quarter, and of those that share an epic as well.

    Two factors reproduce both: sqrt(team) Z_quarter + sqrt(epic - team) Z_epic +
    sqrt(1 - epic) e_j, since epic >= team.
    """

    team: float = TEAM_RHO
    epic: float = EPIC_RHO
    n: int = 0
    """Scored items that it was learned from."""

    @classmethod
    def learn(cls, scored: Iterable[Scored]) -> "SharedBias":
        """Learn both correlations; a group of one says nothing.

        raises: ValueError when a PIT is beyond 0 to 1
        """
        rows = list(scored)
        scores = normal_scores([row.pit for row in rows])
        team = learn_rho(scores, [row.quarter for row in rows], default=TEAM_RHO)
        epic = learn_rho(scores, [row.epic for row in rows], default=EPIC_RHO)
        return cls(team, max(team, epic), len(rows))

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready values; `SharedBias.from_dict` gives the same back."""
        return {"team": self.team, "epic": self.epic, "n": self.n}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "SharedBias":
        """The correlations that `to_dict` wrote."""
        return cls(data["team"], data["epic"], data["n"])


def quarter_number(day: date) -> int:
    """The calendar quarter of a day, 4 x year + 0 to 3: quarters in a row are one apart."""
    return day.year * 4 + (day.month - 1) // 3


def quarter_of(year: int, month: int) -> str:
    """The calendar quarter of a month, such as 2027Q1."""
    return f"{year}Q{(month + 2) // 3}"


def normal_scores(pits: Sequence[float]) -> list[float]:
    """Inverse normal of each PIT, the ends cut at 1 in 10,000.

    raises: ValueError when a PIT is beyond 0 to 1
    """
    if any(not 0 <= pit <= 1 for pit in pits):
        raise ValueError("a PIT lies from 0 to 1")
    score = NormalDist().inv_cdf
    return [score(min(1 - _EDGE, max(_EDGE, pit))) for pit in pits]


def intraclass(
    scores: Sequence[float], groups: Sequence[Hashable | None]
) -> tuple[float, float] | None:
    """Intraclass correlation by the method of moments with unequal group sizes, unbounded.

    returns: (correlation, degrees of freedom among groups); None where it cannot be told:
             fewer than two groups, or no group of two
    raises:  ValueError when lengths differ or a score is not finite
    """
    if len(scores) != len(groups):
        raise ValueError("each score needs its group")
    if not all(isfinite(score) for score in scores):
        raise ValueError("scores must be finite")
    pairs = [
        (score, group) for score, group in zip(scores, groups, strict=True) if group is not None
    ]
    sizes = Counter(group for _, group in pairs)
    n, k = len(pairs), len(sizes)
    if k < 2 or n == k:
        return None
    grand = sum(score for score, _ in pairs) / n
    sums: dict[Hashable, float] = {}
    for score, group in pairs:
        sums[group] = sums.get(group, 0.0) + score
    among = sum(size * (sums[group] / size - grand) ** 2 for group, size in sizes.items())
    within = sum((score - sums[group] / sizes[group]) ** 2 for score, group in pairs)
    among, within = among / (k - 1), within / (n - k)
    typical = (n - sum(size * size for size in sizes.values()) / n) / (k - 1)
    shared = (among - within) / typical
    if shared + within <= 0:
        return None
    told = sum(size - 1 for size in sizes.values() if size > 1)
    return shared / (shared + within), float(min(k - 1, told))


def learn_rho(
    scores: Sequence[float], groups: Sequence[Hashable | None], *, default: float = TEAM_RHO
) -> float:
    """Correlation of the normal scores within a group, 0.03 to 0.5.

    The intraclass correlation, drawn to the default with the weight of 5 degrees of freedom
    among groups, so that a handful of groups changes little.

    scores: normal scores of randomised PITs; groups: the group of each, None for none
    raises: ValueError when lengths differ or a score is not finite
    """
    found = intraclass(scores, groups)
    if found is None:
        return default
    rho, freedom = found
    drawn = (freedom * rho + EVIDENCE * default) / (freedom + EVIDENCE)
    return min(CAP, max(FLOOR, drawn))
