"""Weigh options on criteria: fixed-anchor scales, weighted totals, ranks and dominance."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot, isfinite

from tradeoffs.maths import scales
from tradeoffs.maths.scales import TIE


@dataclass(frozen=True, slots=True)
class Range:
    """One cell, in the unit of its criterion: 1 in 10 lower, as likely as not, 1 in 10 higher."""

    p10: float
    p50: float
    p90: float

    def __post_init__(self):
        if not all(map(isfinite, (self.p10, self.p50, self.p90))):
            raise ValueError("a score must be a finite number")
        if not self.p10 <= self.p50 <= self.p90:
            raise ValueError("order the range: low, likely, high")


@dataclass(frozen=True, slots=True)
class Criterion:
    """A fixed scale and its weight; a best below the worst means that less is better.

    must:        the raw value an option may not fall short of, or None
    points:      (raw, value) in rising order of raw: a piecewise linear value function in place of
                 the straight line between the anchors
    is_quantity: days, money and the like, whose ranges are fitted log-wise
    """

    name: str
    worst: float
    best: float
    weight: float
    must: float | None = None
    points: tuple[tuple[float, float], ...] = ()
    is_quantity: bool = False

    def __post_init__(self):
        if not (isfinite(self.worst) and isfinite(self.best)):
            raise ValueError(f"{self.name}: an anchor must be a finite number")
        if self.worst == self.best:
            raise ValueError(f"{self.name}: the worst and the best anchor must differ")
        if self.must is not None and not isfinite(self.must):
            raise ValueError(f"{self.name}: a must-have must be a finite number")

    def value(self, x: float) -> float:
        """Where a raw value lies on the common scale, 0 worst to 1 best."""
        if not self.points:
            return worth(x, worst=self.worst, best=self.best)
        cutoffs, values = zip(*self.points, strict=True)
        return scales.value_function(x, cutoffs=cutoffs, values=values)

    def raw(self, value: float) -> float:
        """The raw value that is worth so much: the first on the way from worst to best."""
        if not self.points:
            return self.worst + value * (self.best - self.worst)
        way = self.points if self.best > self.worst else self.points[::-1]
        for (x0, v0), (x1, v1) in itertools.pairwise(way):
            if min(v0, v1) <= value <= max(v0, v1) and v0 != v1:
                return x0 + (value - v0) / (v1 - v0) * (x1 - x0)
        return way[0][0] if value <= way[0][1] else way[-1][0]

    def falls_short(self, cell: Range) -> bool:
        """Whether the likely value is on the wrong side of the must-have."""
        if self.must is None:
            return False
        return cell.p50 < self.must if self.best > self.worst else cell.p50 > self.must


@dataclass(frozen=True, slots=True)
class Worth:
    """A cell on the common scale, 0 worst to 1 best."""

    low: float
    middle: float
    high: float


@dataclass(frozen=True, slots=True)
class Part:
    """What one criterion adds to a total: floor and ceiling differ only where nothing is scored."""

    floor: float
    ceiling: float

    @property
    def middle(self) -> float:
        return (self.floor + self.ceiling) / 2


@dataclass(frozen=True, slots=True)
class Total:
    """The weighted sum of one option, 0 worst to 1 best.

    floor, ceiling: at the likely scores, with 0 and with 1 for what is not scored
    low, high:      the same, widened to P10 and P90 by the ranges of the cells
    """

    floor: float
    ceiling: float
    low: float
    high: float
    parts: tuple[Part, ...]
    scored: int
    fails: tuple[int, ...] = ()

    @property
    def middle(self) -> float:
        return (self.floor + self.ceiling) / 2

    @property
    def is_complete(self) -> bool:
        return self.scored == len(self.parts)


@dataclass(frozen=True, slots=True)
class Weighing:
    """A whole matrix, weighed. Indexes are those of the options and criteria that were given.

    worths:    shape (options, criteria), None where nothing is scored
    ranks:     1 is best; ties share a rank; None for an option without a score or out by a must
    beaten_by: among options with a rank the first that is at least as good on every criterion and
               better on one, or None
    flat:      criteria that do not tell the options apart
    """

    shares: tuple[float, ...]
    worths: tuple[tuple[Worth | None, ...], ...]
    totals: tuple[Total, ...]
    ranks: tuple[int | None, ...]
    beaten_by: tuple[int | None, ...]
    flat: tuple[int, ...]

    @property
    def ranked(self) -> tuple[int, ...]:
        """Options with a rank, best first; equals in the order they were given."""
        placed = [(rank, i) for i, rank in enumerate(self.ranks) if rank is not None]
        return tuple(i for _, i in sorted(placed))

    @property
    def missing(self) -> int:
        """Cells that are not scored."""
        return sum(len(total.parts) - total.scored for total in self.totals)

    def values(self) -> list[list[float]]:
        """Likely values, shape (options, criteria), with 0.5 for what is not scored."""
        return [[0.5 if w is None else w.middle for w in row] for row in self.worths]

    def difference(self, a: int, b: int) -> list[tuple[int, float]]:
        """How each criterion moves the lead of option a over option b.

        returns: (criterion, weighted difference), largest first; they sum to the lead.
                 A cell that is not scored is taken at the middle.
        """
        pairs = zip(self.totals[a].parts, self.totals[b].parts, strict=True)
        steps = [(j, mine.middle - theirs.middle) for j, (mine, theirs) in enumerate(pairs)]
        return sorted(steps, key=lambda step: (-step[1], step[0]))


def worth(x: float, *, worst: float, best: float) -> float:
    """Place a raw value on its fixed scale: 0 at the worst anchor or beyond, 1 at the best.

    Fixed anchors, not the present options, set the scale, so that adding a poor option
    cannot change which of the others wins (Belton & Stewart, 2002, ch. 5).

    raises: ValueError when the anchors are equal: there is no direction
    """
    return scales.fixed([x], worst=worst, best=best)[0]


def normalise(weights: Sequence[float]) -> tuple[float, ...]:
    """Scale weights to add to 1.

    raises: ValueError when a weight is negative or not finite, or when nothing weighs anything
    """
    if any(not isfinite(w) or w < 0 for w in weights):
        raise ValueError("a weight cannot be negative")
    largest = max(weights, default=0)
    if largest == 0:
        raise ValueError("at least one criterion must weigh something")
    scaled = [w / largest for w in weights]
    return tuple(w / sum(scaled) for w in scaled)


def weigh(criteria: Sequence[Criterion], cells: Sequence[Sequence[Range | None]]) -> Weighing:
    """Weigh every option: S_i = sum_j w_j v_ij on fixed-anchor scales.

    A missing cell is never 0: it opens the total to an interval, and the option ranks by the
    middle of it. The P10 and P90 of a total take the cells as independent: the half-widths
    below and above the likely value add by root sum of squares.

    criteria: shape (criteria,); their weights are normalised here
    cells:    shape (options, criteria), None = not scored
    raises:   ValueError when the shapes differ or nothing weighs anything
    """
    if any(len(row) != len(criteria) for row in cells):
        raise ValueError("every option needs one cell, scored or not, for each criterion")
    shares = normalise([c.weight for c in criteria])
    worths = tuple(
        tuple(
            None if cell is None else _worth_of(cell, criterion)
            for cell, criterion in zip(row, criteria, strict=True)
        )
        for row in cells
    )
    totals = tuple(
        _total(row, shares, _failed(criteria, raw)) for row, raw in zip(worths, cells, strict=True)
    )
    return Weighing(
        shares=shares,
        worths=worths,
        totals=totals,
        ranks=(ranks := _ranks(totals)),
        beaten_by=tuple(_beater(worths, ranks, i) for i in range(len(worths))),
        flat=tuple(j for j in range(len(criteria)) if _is_flat(worths, j)),
    )


def _worth_of(cell: Range, criterion: Criterion) -> Worth:
    middle = criterion.value(cell.p50)
    ends = [criterion.value(cell.p10), middle, criterion.value(cell.p90)]
    ends += [v for x, v in criterion.points if cell.p10 < x < cell.p90]
    return Worth(min(ends), middle, max(ends))


def _failed(criteria: Sequence[Criterion], row: Sequence[Range | None]) -> tuple[int, ...]:
    pairs = enumerate(zip(criteria, row, strict=True))
    return tuple(j for j, (c, cell) in pairs if cell is not None and c.falls_short(cell))


def _total(row: Sequence[Worth | None], shares: Sequence[float], fails: tuple[int, ...]) -> Total:
    parts = tuple(
        Part(0.0, w) if cell is None else Part(w * cell.middle, w * cell.middle)
        for cell, w in zip(row, shares, strict=True)
    )
    scored = [(cell, w) for cell, w in zip(row, shares, strict=True) if cell is not None]
    floor, ceiling = sum(p.floor for p in parts), sum(p.ceiling for p in parts)
    return Total(
        floor=floor,
        ceiling=ceiling,
        low=max(0.0, floor - hypot(*(w * (cell.middle - cell.low) for cell, w in scored))),
        high=min(1.0, ceiling + hypot(*(w * (cell.high - cell.middle) for cell, w in scored))),
        parts=parts,
        scored=len(scored),
        fails=fails,
    )


def _ranks(totals: Sequence[Total]) -> tuple[int | None, ...]:
    in_play = [i for i, total in enumerate(totals) if total.scored and not total.fails]
    ranks: list[int | None] = [None] * len(totals)
    for i, rank in zip(in_play, scales.ranks([totals[i].middle for i in in_play]), strict=True):
        ranks[i] = rank
    return tuple(ranks)


def _beater(
    worths: Sequence[Sequence[Worth | None]], ranks: Sequence[int | None], i: int
) -> int | None:
    """The first option in play that beats option i whatever the missing cells turn out to be."""
    if ranks[i] is None:
        return None
    rows = [[None if cell is None else cell.middle for cell in row] for row in worths]
    others = (k for k, rank in enumerate(ranks) if k != i and rank is not None)
    return next((k for k in others if scales.beats(rows[k], rows[i])), None)


def _is_flat(worths: Sequence[Sequence[Worth | None]], j: int) -> bool:
    column = [row[j] for row in worths]
    seen = [cell.middle for cell in column if cell is not None]
    return len(seen) == len(column) > 1 and max(seen) - min(seen) <= TIE
