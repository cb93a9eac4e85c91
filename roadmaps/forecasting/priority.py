"""A ranking and how sure it is: scores drawn over the ranges of their inputs."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from .draws import Draws, Purpose, read_levels
from .formula import MOST_INPUTS, PRODUCT, Formula, Input, missing
from .ranges import Triple, bounded_table, quantity_table

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
    raises: ValueError for a seed that `Draws` refuses
    """
    ordered = sorted(candidates, key=lambda each: each.id)
    lacks = {
        each.id: missing(formula, each.values, estimated=bool(each.efforts)) for each in ordered
    }
    unranked = tuple(Unranked(id, names) for id, names in lacks.items() if names)
    complete = [each for each in ordered if not lacks[each.id]]
    if not complete:
        return Ranking(draws, (), unranked)
    scores = np.array(
        [scores_of(formula, each, seed=seed, draws=draws) for each in complete], dtype=np.float32
    )
    quantiles = np.quantile(scores, (0.1, 0.5, 0.9), axis=1)
    order = np.lexsort(([each.id for each in complete], -quantiles[1]))
    scores, quantiles = scores[order], quantiles[:, order]
    low, high, first = _places(scores)
    errors = _median_errors(scores)
    bands = _bands(scores)
    rows = tuple(
        Ranked(
            id=complete[k].id,
            score=Triple(*(float(value) for value in quantiles[:, place])),
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
    raises:  ValueError where one of them lacks an input
    """
    for each in (first, second):
        if missing(formula, each.values, estimated=bool(each.efforts)):
            raise ValueError("Only items with all inputs can be compared.")
    ahead = _share_ahead(
        scores_of(formula, first, seed=seed, draws=draws).astype(np.float32),
        scores_of(formula, second, seed=seed, draws=draws).astype(np.float32),
    )
    return ahead, chance_error(ahead, draws)


def chance_error(chance: float, draws: int) -> float:
    """One standard error of a share of draws: sqrt(p (1 - p) / n); stratified draws do better."""
    return math.sqrt(chance * (1 - chance) / draws)


def scores_of(formula: Formula, each: Candidate, *, seed: int, draws: int) -> np.ndarray:
    """The score of an item with all inputs in every draw, shape (draws,)."""
    read = Draws(seed, draws)
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


def _drawn(asked: Input, value: Triple, read: Draws, id: int) -> np.ndarray | float:
    """One input in every draw; a number that is meant exactly is the same in all."""
    scale = 0.01 if asked.is_share else 1.0
    if value.p10 == value.p90:
        return value.p50 * scale
    if asked.high is None:
        table = quantity_table(value)
    else:
        table = bounded_table(value, asked.low or 0.0, asked.high)
    return read_levels(table, read.levels(Purpose.INPUT, id)) * scale


def _places(scores: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """P10 and P90 of each row's place, and the share of draws in which it is first.

    Of equal scores each has the best place for the one end, and the worst for the other.
    """
    count, draws = scores.shape
    best = np.empty((count, draws), dtype=np.int32)
    worst = np.empty((count, draws), dtype=np.int32)
    columns = np.ascontiguousarray(scores.T)
    for k, column in enumerate(columns):
        rising = np.sort(column)
        best[:, k] = count + 1 - np.searchsorted(rising, column, side="right")
        worst[:, k] = count - np.searchsorted(rising, column, side="left")
    first = np.mean(best == 1, axis=1)
    low = np.quantile(best, 0.1, axis=1, method="inverted_cdf")
    high = np.quantile(worst, 0.9, axis=1, method="inverted_cdf")
    return low, high, first


def _median_errors(scores: np.ndarray) -> np.ndarray:
    """One standard error of each median: half the way between the ranks half an error off."""
    half = 0.5 / math.sqrt(scores.shape[1])
    low, high = np.quantile(scores, (max(0.0, 0.5 - half), min(1.0, 0.5 + half)), axis=1)
    return (high - low) / 2


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
