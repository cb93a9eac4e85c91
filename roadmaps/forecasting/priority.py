"""A ranking and how sure it is: scores drawn over the ranges of their inputs."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from .draws import Draws, Purpose, level_windows, read_levels, readings, score_windows
from .formula import MOST_INPUTS, PRODUCT, Formula, Input, missing
from .ranges import SKEWED, Z90, Triple

DRAWS = 2000
"""Draws of a ranking: a chance is then known to within 1.1 points, one standard error."""
TIE = 0.8
"""Two items are a tie where the one ahead outranks the other in less than this share."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An item to rank."""

    id: int
    values: Mapping[str, Triple]
    """Name of an input -> what was typed; all three the same where it was one number."""
    efforts: Mapping[int, Sequence[float]] | None = None
    """Quantile tables of person-days (`ranges.LEVELS`), of itself or of each open part, by the
    id that its draws belong to; None without an estimate."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """One item's score and its place among the others."""

    id: int
    score: Triple
    """P10, P50 and P90 over the draws."""
    error: float
    """One standard error of the P50."""
    place: int
    """By P50, the first is 1."""
    low: int
    high: int
    """Places that it takes in 80 % of the draws, from P10 to P90."""
    first: float
    """Share of draws in which nothing is ahead of it."""
    beats_next: float | None
    """Chance that it outranks the next one; None for the last."""
    band: int
    """Number of its tie, from 1: neighbours of one band cannot be told apart."""


@dataclass(frozen=True, slots=True)
class Unranked:
    """An item without a score, and the inputs that it lacks."""

    id: int
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ranking:
    """All items by their score."""

    draws: int
    rows: tuple[Ranked, ...]
    """By place."""
    unranked: tuple[Unranked, ...]
    """By id. What is missing is never taken as 0: without it there is no score."""

    @property
    def bands(self) -> tuple[tuple[int, ...], ...]:
        """Ids of each tie, from the first place on; most hold one item where scores are clear."""
        found: dict[int, list[int]] = {}
        for row in self.rows:
            found.setdefault(row.band, []).append(row.id)
        return tuple(tuple(ids) for ids in found.values())


def rank(
    formula: Formula, candidates: Sequence[Candidate], *, seed: int, draws: int = DRAWS
) -> Ranking:
    """Score every item in every draw and see which places it takes.

    Draws are keyed by item and input (`draws.Draws`), so neither the order of rows nor another
    item changes anybody's score; an effort reads the levels that the forecast reads. An item's
    place is by its median score, ties by id. A band begins with an item and holds all that follow
    until one that the first outranks in TIE of the draws or more: nobody can say which of those
    is ahead. Equal scores count half to each side.

    draws:  >= 1
    raises: ValueError for a seed that `Draws` refuses, or a score too large to count
    """
    ordered = sorted(candidates, key=lambda each: each.id)
    lacks = {
        each.id: missing(formula, each.values, estimated=bool(each.efforts)) for each in ordered
    }
    unranked = tuple(Unranked(id, names) for id, names in lacks.items() if names)
    complete = [each for each in ordered if not lacks[each.id]]
    if not complete:
        return Ranking(draws, (), unranked)
    read = _Read(complete, seed=seed, draws=draws)
    scores = np.empty((len(complete), draws), dtype=np.float32)
    for k, each in enumerate(complete):
        scores[k] = _finite(formula, each, read)
    # One standard error of a median: half the way between the ranks half an error off.
    half = 0.5 / math.sqrt(draws)
    shares = (0.1, 0.5, 0.9, max(0.0, 0.5 - half), min(1.0, 0.5 + half))
    quantiles = _quantiles(np.sort(scores, axis=1), shares)
    order = np.lexsort(([each.id for each in complete], -quantiles[1]))
    scores, quantiles = scores[order], quantiles[:, order]
    low, high, first = _places(scores)
    errors = (quantiles[4] - quantiles[3]) / 2
    bands = _bands(scores)
    rows = tuple(
        Ranked(
            id=complete[k].id,
            score=Triple(*(float(value) for value in quantiles[:3, place])),
            error=float(errors[place]),
            place=place + 1,
            low=int(low[place]),
            high=int(high[place]),
            first=float(first[place]),
            beats_next=(
                _share_ahead(scores[place], scores[place + 1]) if place + 1 < len(order) else None
            ),
            band=bands[place],
        )
        for place, k in enumerate(order)
    )
    return Ranking(draws, rows, unranked)


def outranks(
    formula: Formula, first: Candidate, second: Candidate, *, seed: int, draws: int = DRAWS
) -> tuple[float, float]:
    """The chance that one item scores above another, on the draws of `rank`.

    returns: the chance, and one Monte Carlo standard error of it
    raises:  ValueError where one of them lacks an input, or a score is too large to count
    """
    for each in (first, second):
        if missing(formula, each.values, estimated=bool(each.efforts)):
            raise ValueError("Only items with all inputs can be compared.")
    read = _Read((first, second), seed=seed, draws=draws)
    one, other = (_finite(formula, each, read) for each in (first, second))
    ahead = _share_ahead(one, other)
    return ahead, chance_error(ahead, draws)


def chance_error(chance: float, draws: int) -> float:
    """One standard error of a share of draws: sqrt(p (1 - p) / n); stratified draws do better."""
    return math.sqrt(chance * (1 - chance) / draws)


class _Read:
    """The levels and scores of `Draws` for many items, whose places are looked up at once."""

    def __init__(self, candidates: Sequence[Candidate], *, seed: int, draws: int):
        """raises: ValueError for a seed or a number of draws that `Draws` refuses"""
        known = Draws(seed, draws)
        self.draws = draws
        inputs = [each.id * MOST_INPUTS + k for each in candidates for k in range(MOST_INPUTS)]
        efforts = [id for each in candidates for id in each.efforts or ()]
        self._at: dict[tuple[Purpose, int], tuple[np.ndarray, np.ndarray]] = {}
        for purpose, ids in ((Purpose.INPUT, inputs), (Purpose.EFFORT, efforts)):
            if ids:
                start, mirrored = readings(seed, purpose, ids, known.blocks)
                rows = zip(start, mirrored, strict=True)
                self._at |= {(purpose, id): row for id, row in zip(ids, rows, strict=True)}

    def levels(self, purpose: Purpose, id: int) -> np.ndarray:
        start, mirrored = self._at[purpose, id]
        found = level_windows()[start]
        np.subtract(1.0, found, out=found, where=mirrored[:, None])
        return found.reshape(-1)[: self.draws]

    def scores(self, purpose: Purpose, id: int) -> np.ndarray:
        start, mirrored = self._at[purpose, id]
        found = score_windows()[start]
        np.negative(found, out=found, where=mirrored[:, None])
        return found.reshape(-1)[: self.draws]


def scores_of(formula: Formula, each: Candidate, read: _Read) -> np.ndarray:
    """The score of an item with all inputs in every draw, shape (draws,)."""
    draws = read.draws
    whole = np.full(draws, 1.0 if formula.combine == PRODUCT else 0.0)
    for k, asked in enumerate(formula.inputs):
        if not asked.weight:
            continue
        value = _drawn(asked, each.values[asked.name], read, each.id * MOST_INPUTS + k)
        if formula.combine == PRODUCT:
            whole *= value**asked.weight
        else:
            whole += asked.weight * value
    if formula.by_effort:
        effort = np.zeros(draws)
        for id, table in (each.efforts or {}).items():
            effort += read_levels(table, read.levels(Purpose.EFFORT, id))
        whole /= effort / formula.effort_days
    return whole


def _finite(formula: Formula, each: Candidate, read: _Read) -> np.ndarray:
    """`scores_of` as float32. raises: ValueError where that cannot hold one of them"""
    with np.errstate(over="ignore", invalid="ignore"):
        scores = scores_of(formula, each, read).astype(np.float32)
    if not np.isfinite(scores).all():
        raise ValueError("A score is too large to count: lower the powers, or type smaller inputs.")
    return scores


def _drawn(asked: Input, value: Triple, read: _Read, id: int) -> np.ndarray | float:
    """One input in every draw; a number that is meant exactly is the same in all.

    The distributions of `ranges.quantity` and `ranges.bounded`, at once for all draws.
    """
    scale = 0.01 if asked.is_share else 1.0
    if value.p10 == value.p90:
        return value.p50 * scale
    z = read.scores(Purpose.INPUT, id).astype(float)
    if asked.high is not None:
        low, high = (value.p50 - value.p10) / Z90, (value.p90 - value.p50) / Z90
        drawn = value.p50 + z * np.where(z < 0, low, high)
        return np.clip(drawn, asked.low or 0.0, asked.high) * scale
    q10, q50, q90 = (math.log(part) for part in value)
    if SKEWED < (q50 - q10) / (q90 - q10) < 1 - SKEWED:
        b, c = (q90 - q10) / (2 * Z90), (q90 + q10 - 2 * q50) / (0.8 * Z90)
        slope: np.ndarray | float = b + c * (read.levels(Purpose.INPUT, id) - 0.5)
    else:
        slope = np.where(z < 0, (q50 - q10) / Z90, (q90 - q50) / Z90)
    return np.exp(q50 + z * slope) * scale


def _places(scores: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """P10 and P90 of each row's place, and the share of draws in which it is first.

    Of equal scores each has the best place for the one end, and the worst for the other.
    """
    count, draws = scores.shape
    falling = -np.ascontiguousarray(scores.T)
    order = np.argsort(falling, axis=1, kind="stable")
    in_order = np.take_along_axis(falling, order, axis=1)
    place = np.broadcast_to(np.arange(1, count + 1, dtype=np.int32), (draws, count))
    differs = np.ones((draws, count), dtype=bool)
    differs[:, 1:] = in_order[:, 1:] != in_order[:, :-1]
    best = worst = place
    if not differs.all():
        # Each of a run of equal scores begins where the run does, and ends where it does.
        best = np.maximum.accumulate(np.where(differs, place, 0), axis=1)
        last = np.ones((draws, count), dtype=bool)
        last[:, :-1] = differs[:, 1:]
        ends = np.where(last, place, count + 1)[:, ::-1]
        worst = np.minimum.accumulate(ends, axis=1)[:, ::-1]
    lowest, highest = np.empty((2, draws, count), dtype=np.int32)
    np.put_along_axis(lowest, order, best, axis=1)
    np.put_along_axis(highest, order, worst, axis=1)
    first = np.mean(lowest == 1, axis=0)
    at_low, at_high = (max(0, math.ceil(p * draws - 1e-9) - 1) for p in (0.1, 0.9))
    low = np.partition(np.ascontiguousarray(lowest.T), at_low, axis=1)[:, at_low]
    high = np.partition(np.ascontiguousarray(highest.T), at_high, axis=1)[:, at_high]
    return low, high, first


def _quantiles(rising: np.ndarray, shares: Sequence[float]) -> np.ndarray:
    """Quantiles of sorted rows, linear between neighbours, shape (shares, rows)."""
    last = rising.shape[1] - 1
    found = []
    for share in shares:
        place = share * last
        k = min(int(place), max(last - 1, 0))
        above = rising[:, min(k + 1, last)]
        found.append(rising[:, k] + (place - k) * (above - rising[:, k]))
    return np.array(found)


def _bands(scores: np.ndarray) -> list[int]:
    bands, band, head = [], 0, None
    for row in scores:
        if head is None or _share_ahead(head, row) >= TIE:
            band, head = band + 1, row
        bands.append(band)
    return bands


def _share_ahead(first: np.ndarray, second: np.ndarray) -> float:
    """Share of draws in which one is above the other, equal ones by half."""
    ahead = np.count_nonzero(first > second) + 0.5 * np.count_nonzero(first == second)
    return float(ahead) / len(first)
