"""What finished work says about estimates: the overall ratio of actual to estimate."""

import json
import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from .ranges import LEVELS, Z90, Triple, checked, quantity_table, read
from .work import DEFAULT_RANGE

PRIOR_WEIGHT = 36.0
"""Finished items that the prior sample of other teams' ratios weighs as much as."""

DERIVED_WEIGHT = 0.5
"""Weight of an actual that was derived from days in progress, not typed or imported."""

FIRST_STRETCH = 1.6
"""How much wider than typed a range is before any was checked (a judgement, not measured)."""

STRETCH_WEIGHT = 30.0
AT_LEAST = 8
"""Finished items that a table of actuals of one kind, or kind and team, needs."""


class PriorSize(NamedTuple):
    """Ratios of actual to estimate of other teams' tasks of one size of estimate."""

    from_days: float
    to_days: float | None
    n: int
    quantiles: tuple[float, ...]
    """At levels (k + 0.5) / 36."""


def _prior() -> tuple[PriorSize, ...]:
    rows = json.loads(Path(__file__).with_name("prior_ratios.json").read_text())["sizes"]
    return tuple(
        PriorSize(row["from_days"], row["to_days"], row["n"], tuple(row["quantiles"]))
        for row in rows
    )


PRIOR_RATIOS = _prior()
"""Aggregates of public histories (sources in prior_ratios.json), by size of the estimate."""


@dataclass(frozen=True, slots=True)
class Finished:
    """One finished item, or with `open` one still in progress whose actual is a lower bound."""

    finished_on: date
    """Last day of work; of an open item the day up to which `actual` was counted."""
    actual: float
    """Person-days, > 0."""
    typed: Triple | float | None
    """The estimate before the work began; a number alone is a P50."""
    kind: str = "feature"
    team: int | None = None
    weight: float = 1.0
    """1, or DERIVED_WEIGHT."""
    open: bool = False


@dataclass(frozen=True, slots=True)
class Learned:
    """What history makes of one estimate."""

    range: Triple
    """Person-days at P10, P50 and P90."""
    n: int
    """Finished items of one's own that it was learned from."""
    ratio: float
    """Median of actual to estimate that moved the P50."""
    stretch: float
    """How many times wider than typed ranges prove to be."""


@dataclass(frozen=True, slots=True)
class Ratios:
    """Learned ratios of actual to estimate on one day, by the prior's sizes.

    tables: one quantile table (`ranges.LEVELS`) of the ratio per size, shape (sizes, 257)
    """

    on: date
    n: int
    weight: float
    """Sum of the weights of one's own finished items."""
    stretch: float
    tables: tuple[tuple[float, ...], ...]

    @classmethod
    def learn(cls, history: Iterable[Finished], *, on: date) -> "Ratios":
        """Learn from what was finished before a day, and from what is open as lower bounds.

        Each size's sample is the team's own ratios, whatever their size, and the prior's with a
        total weight of 36. Open items enter by Kaplan-Meier weights: theirs goes to the larger
        ratios. Whatever was finished on or after the day is never looked at.

        raises: ValueError when an actual or an estimate is not above 0
        """
        own = [row for row in history if row.finished_on < on and row.typed is not None]
        sample = [(row.actual / _p50(row), row.weight, row.open) for row in own]
        tables = []
        for size in PRIOR_RATIOS:
            each = PRIOR_WEIGHT / len(size.quantiles)
            prior = [(ratio, each, False) for ratio in size.quantiles]
            tables.append(weighted_table(sample + prior))
        done = [row for row in own if not row.open]
        middle = read(tables[-1], 0.5)
        return cls(
            on=on,
            n=len(done),
            weight=sum(row.weight for row in done),
            stretch=_stretch(done, middle),
            tables=tuple(tables),
        )

    def table(self, p50: float) -> tuple[float, ...]:
        """The quantile table of the ratio for an estimate of this size."""
        edges = [size.from_days for size in PRIOR_RATIOS]
        return self.tables[max(0, bisect_right(edges, p50) - 1)]

    def learn_range(self, typed: Triple | float) -> Learned:
        """What finished work makes of an estimate; the typed range itself never changes.

        The P50 is multiplied by the median ratio. A number alone takes the spread of the ratios.
        To each side of a typed range the log-distance to the P50 is the root mean square of two
        answers that are each right on average: the ratios' own distance, and the typed distance
        times the stretch.

        raises: ValueError when the range is out of order or not above 0
        """
        triple = checked(typed if isinstance(typed, Triple) else Triple(typed, typed, typed))
        table = self.table(triple.p50)
        ratio = read(table, 0.5)
        low = math.log(ratio / read(table, 0.1))
        high = math.log(read(table, 0.9) / ratio)
        if isinstance(typed, Triple):
            low = _rms(low, self.stretch * math.log(triple.p50 / triple.p10))
            high = _rms(high, self.stretch * math.log(triple.p90 / triple.p50))
        p50 = triple.p50 * ratio
        learned = Triple(p50 * math.exp(-low), p50, p50 * math.exp(high))
        return Learned(learned, self.n, ratio, self.stretch)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready values; `Ratios.from_dict` gives equal ratios back."""
        return {
            "on": self.on.isoformat(),
            "n": self.n,
            "weight": self.weight,
            "stretch": self.stretch,
            "tables": [list(table) for table in self.tables],
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "Ratios":
        """The ratios that `to_dict` wrote."""
        return cls(
            on=date.fromisoformat(data["on"]),
            n=data["n"],
            weight=data["weight"],
            stretch=data["stretch"],
            tables=tuple(tuple(table) for table in data["tables"]),
        )


def _p50(row: Finished) -> float:
    p50 = row.typed.p50 if isinstance(row.typed, Triple) else row.typed
    if not p50 or p50 <= 0 or row.actual <= 0:
        raise ValueError("An estimate and an actual must be more than 0 days.")
    return float(p50)


def _rms(a: float, b: float) -> float:
    return math.sqrt((a * a + b * b) / 2)


def _stretch(done: Sequence[Finished], middle: float) -> float:
    """Learned width of typed ranges: k^2 = (30 k0^2 + sum z^2) / (30 + n), weighted.

    z: distance of the actual from the corrected P50 in units of the typed range, at most 6
    """
    squares, weight = STRETCH_WEIGHT * FIRST_STRETCH**2, STRETCH_WEIGHT
    for row in done:
        if not isinstance(row.typed, Triple):
            continue
        y = math.log(row.actual / row.typed.p50 / middle)
        side = row.typed.p90 / row.typed.p50 if y > 0 else row.typed.p50 / row.typed.p10
        if side > 1:
            squares += row.weight * min(abs(y) * Z90 / math.log(side), 6.0) ** 2
            weight += row.weight
    return math.sqrt(squares / weight)


def weighted_table(sample: Iterable[tuple[float, float, bool]]) -> tuple[float, ...]:
    """Quantile table of (value, weight, lower bound only) by Kaplan-Meier weights.

    Equal values keep their whole mass (an atom at ratio 1 stays one). A lower bound beyond every
    finished value counts as that value.

    returns: shape (257,), over `ranges.LEVELS`
    raises:  ValueError when nothing has weight
    """
    rows = sorted((value, is_open, weight) for value, weight, is_open in sample if weight > 0)
    if not rows:
        raise ValueError("a table needs at least one value with weight")
    at_risk = sum(weight for *_, weight in rows)
    left, masses = 1.0, []
    for k, (value, is_open, weight) in enumerate(rows):
        if not is_open or k == len(rows) - 1:
            mass = left if k == len(rows) - 1 else left * weight / at_risk
            masses.append((value, mass))
            left -= mass
        at_risk -= weight
    table, passed, k = [], masses[0][1], 0
    for level in LEVELS:
        while passed < level - 1e-12 and k < len(masses) - 1:
            k += 1
            passed += masses[k][1]
        table.append(masses[k][0])
    return tuple(table)


def actuals_tables(history: Iterable[Finished], *, on: date) -> dict[str, tuple[float, ...]]:
    """Tables of the person-days finished items took, for items without any estimate.

    Names: "<kind> of team <id>" and "<kind>" where at least 8 items were finished before the
    day, and "all" where any was; the wide default range takes part with the weight of 4 items.

    raises: ValueError when an actual is not above 0
    """
    groups: dict[str, list[tuple[float, float, bool]]] = {}
    for row in history:
        if row.finished_on < on:
            if row.actual <= 0:
                raise ValueError("An actual must be more than 0 days.")
            for name in (f"{row.kind} of team {row.team}", row.kind, "all"):
                groups.setdefault(name, []).append((row.actual, row.weight, row.open))
    default = quantity_table(DEFAULT_RANGE)[::16]
    prior = [(days, 4 / len(default), False) for days in default]
    tables = {}
    for name, rows in sorted(groups.items()):
        done = sum(not is_open for *_, is_open in rows)
        if done >= (1 if name == "all" else AT_LEAST):
            tables[name] = tuple(round(days, 4) for days in weighted_table(rows + prior))
    return tables
