"""Learned ratios of one team or product on one day."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from ..bias import SharedBias
from ..ranges import LEVELS, SCORES, Z90, Triple, checked, read, triple_of
from .prior import PRIOR_RATIOS, PriorSize
from .records import (
    ALONE,
    LAST,
    About,
    Finished,
    Key,
    Learned,
    finished_before,
    in_order,
    p50_of,
)
from .stretch import stretches

if TYPE_CHECKING:
    import numpy as np

    from .sample import Sample


LIKEST = 3
FARTHEST_APART = 4.0
"""A side of a range without width counts as a quarter of what history says, and the reverse."""

_COLUMNS = ("id", "person", "kind", "team", "component", "project", "epic")


@dataclass(frozen=True)
class Ratios:
    """What was learned on one day, with all that a forecast of another item needs.

    rows: the newest items finished before the day, the estimate of each as a P50 alone
    """

    VERSION: ClassVar[int] = 4
    """Of `to_dict`, and of how it is learned: what another one learned is learned anew."""

    on: date
    n: int
    """Finished items of one's own."""
    weight: float
    """Sum of their weights."""
    stretch: float
    """Of all estimators; `stretches` has that of each."""
    stretches: tuple[tuple[Key, float, int], ...]
    """Of each estimator, from how many finished items that had a range."""
    share: float
    """Weight of the similarity-weighted ratios in the pool."""
    bias: SharedBias
    levels: tuple[float, ...]
    """Levels that the pool is read at where it had drifted, shape (257,); else empty."""
    rows: tuple[Finished, ...]
    prior: tuple[PriorSize, ...] = PRIOR_RATIOS

    @classmethod
    def learn(
        cls,
        history: Iterable[Finished],
        *,
        on: date,
        prior: tuple[PriorSize, ...] = PRIOR_RATIOS,
    ) -> "Ratios":
        """Learn from what was finished before a day, and from what is open as lower bounds.

        Whatever was finished on or after the day is never looked at. The forecasts of past
        quarters are made anew, each from what was known then, to learn how far to trust which
        expert, how much items share their bias, and whether the pool has drifted.

        raises: ValueError when an actual or an estimate is not above 0
        """
        from .pooling import backtest, lessons
        from .sample import sample_of

        own = in_order(finished_before(list(history), on))[-LAST:]
        done = [row for row in own if not row.open]
        sample = sample_of(own, prior)
        learned = lessons(backtest(sample))
        found = cls(
            on=on,
            n=len(done),
            weight=sum(row.weight for row in done),
            stretch=1.0,
            stretches=(),
            share=learned.share,
            bias=learned.bias,
            levels=learned.levels,
            rows=tuple(in_order([replace(row, typed=p50_of(row.typed)) for row in own])),
            prior=prior,
        )
        overall, each = stretches(done, middle_ratio(own, prior))
        people = tuple((person, *each[person]) for person in sorted(each, key=str))
        return replace(found, stretch=overall, stretches=people)

    def log_tables(
        self, targets: Sequence[tuple[float, About]], *, likest: int = 0
    ) -> tuple["np.ndarray", list[tuple[Key, ...]]]:
        """Tables of the log ratio, shape (targets, 257), and ids of the likest finished items.

        targets: likely person-days of each item, > 0, and what it shares with others
        """
        import numpy as np

        from .hierarchy import hierarchy_tables
        from .pooling import pooled
        from .similar import similar_tables

        estimate = np.log(np.array([p50 for p50, _ in targets], dtype=float))
        codes = self._sample.codes_of([about for _, about in targets])
        day = self.on.toordinal()
        first, places = similar_tables(self._sample, estimate, codes, day, likest)
        second = hierarchy_tables(self._sample, estimate, codes, day)
        tables = pooled(first, second, self.share, self.n)
        if self.levels:
            tables = np.array([[read(row, level) for level in self.levels] for row in tables])
        ids = [
            tuple(self.rows[place].id for place in row if not self.rows[place].open)
            for row in places
        ]
        return tables, ids

    def table(self, p50: float, about: About = ALONE) -> tuple[float, ...]:
        """Quantile table (`ranges.LEVELS`) of the ratio of actual to estimate of one item."""
        tables, _ = self.log_tables([(p50, about)])
        return tuple(math.exp(value) for value in tables[0])

    def learn_range(self, typed: Triple | float, about: About = ALONE) -> Learned:
        """What finished work makes of one estimate; see `learn_ranges`."""
        return self.learn_ranges([(typed, about)])[0]

    def learn_ranges(self, estimates: Sequence[tuple[Triple | float, About]]) -> list[Learned]:
        """What finished work makes of estimates; the typed ranges themselves never change.

        The P50 is multiplied by the median ratio. A number alone takes the spread of the ratios.
        To each side of a typed range the log-distance to the P50 is the geometric mean of two
        answers that are each right on average: the ratios' own distance, and the typed distance
        times the stretch. The shape stays that of the ratios (docs/decisions/0008).

        raises: ValueError when a range is out of order or not above 0
        """
        triples = [
            checked(typed if isinstance(typed, Triple) else Triple(typed, typed, typed))
            for typed, _ in estimates
        ]
        if not triples:
            return []
        targets = [
            (triple.p50, about) for triple, (_, about) in zip(triples, estimates, strict=True)
        ]
        tables, ids = self.log_tables(targets, likest=LIKEST)
        known = {person: stretch for person, stretch, _ in self.stretches}
        found = []
        for (typed, about), log_table, likest in zip(estimates, tables, ids, strict=True):
            table, stretch = log_table.tolist(), known.get(about.person, self.stretch)
            ratio = math.exp(read(table, 0.5))
            if isinstance(typed, Triple):
                table = widened(table, typed, stretch)
            p50 = typed.p50 if isinstance(typed, Triple) else typed
            days = tuple(p50 * math.exp(value) for value in table)
            found.append(Learned(triple_of(days), self.n, ratio, stretch, days, likest))
        return found

    def plain_table(self) -> tuple[float, ...]:
        """Evidence-based scheduling without any weights: quantiles of all finished ratios.

        The reference that skill is shown beside. raises: ValueError where nothing was finished
        """
        from .actuals import weighted_table

        return weighted_table(
            (row.actual / p50_of(row.typed), 1.0, False) for row in self.rows if not row.open
        )

    @cached_property
    def _sample(self) -> "Sample":
        from .sample import sample_of

        return sample_of(self.rows, self.prior)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready values; `Ratios.from_dict` gives equal ratios back.

        The prior is stored by its rows only where it is not the shipped one.
        """
        columns: dict[str, list] = {
            name: [getattr(row, name) for row in self.rows] for name in _COLUMNS
        }
        columns["finished_on"] = [row.finished_on.toordinal() for row in self.rows]
        columns["started_on"] = [row.started_on and row.started_on.toordinal() for row in self.rows]
        for name in ("actual", "typed", "weight"):
            columns[name] = [getattr(row, name) for row in self.rows]
        columns["open"] = [int(row.open) for row in self.rows]
        return {
            "version": self.VERSION,
            "on": self.on.isoformat(),
            "n": self.n,
            "weight": self.weight,
            "stretch": self.stretch,
            "stretches": [list(pair) for pair in self.stretches],
            "share": self.share,
            "bias": self.bias.to_dict(),
            "levels": list(self.levels),
            "rows": columns,
            "prior": None if self.prior == PRIOR_RATIOS else [list(size) for size in self.prior],
        }

    @classmethod
    def can_read(cls, data: dict[str, Any]) -> bool:
        """Whether `from_dict` can read it, or another version wrote it."""
        return data.get("version") == cls.VERSION

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "Ratios":
        """The ratios that `to_dict` wrote.

        raises: ValueError when another version wrote it: learn anew
        """
        if not cls.can_read(data):
            raise ValueError(f"learned by version {data.get('version')}, this is {cls.VERSION}")
        columns = data["rows"]
        day = date.fromordinal
        rows = []
        for values in zip(*columns.values(), strict=True):
            row = dict(zip(columns, values, strict=True))
            row["finished_on"] = day(row["finished_on"])
            row["started_on"] = row["started_on"] and day(row["started_on"])
            row["open"] = bool(row["open"])
            rows.append(Finished(**row))
        prior = PRIOR_RATIOS
        if data["prior"] is not None:
            prior = tuple(
                PriorSize(low, high, n, tuple(quantiles))
                for low, high, n, quantiles in data["prior"]
            )
        return cls(
            on=date.fromisoformat(data["on"]),
            n=data["n"],
            weight=data["weight"],
            stretch=data["stretch"],
            stretches=tuple((person, stretch, n) for person, stretch, n in data["stretches"]),
            share=data["share"],
            bias=SharedBias.from_dict(data["bias"]),
            levels=tuple(data["levels"]),
            rows=tuple(rows),
            prior=prior,
        )


def middle_ratio(rows: Sequence[Finished], prior: tuple[PriorSize, ...]) -> float:
    """Median ratio of all finished work, with the largest size of the prior beside it."""
    from .actuals import weighted_table
    from .prior import PRIOR_WEIGHT

    others = prior[-1].quantiles
    each = PRIOR_WEIGHT / len(others)
    sample = [(row.actual / p50_of(row.typed), row.weight, row.open) for row in rows]
    return read(weighted_table(sample + [(ratio, each, False) for ratio in others]), 0.5)


def widened(table: list[float], typed: Triple, stretch: float) -> list[float]:
    """The log ratios with each side of the median as wide as history and the range say together."""
    middle = read(table, 0.5)
    sides = (
        (middle - read(table, 0.1), stretch * math.log(typed.p50 / typed.p10)),
        (read(table, 0.9) - middle, stretch * math.log(typed.p90 / typed.p50)),
    )
    widths = [
        math.sqrt(max(own, said / FARTHEST_APART) * max(said, own / FARTHEST_APART))
        for own, said in sides
    ]
    found = []
    for level, score, value in zip(LEVELS, SCORES, table, strict=True):
        side = int(level > 0.5)
        own, width = sides[side][0], widths[side]
        away = (value - middle) / own if own > 1e-9 else score / Z90
        found.append(middle + away * width)
    return found
