"""Whether forecasts come true: scores of each, the board over many, drift and its guard.

Pure Python, so that a page may show a board without numpy; only scoring a forecast loads it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from .ranges import LEVELS, read

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

LEAST = 20
"""Scored forecasts below which a board says nothing but their number."""

KS_CHANCE = 0.01
"""Drift is called when uniform PITs would look like this less often."""

LAST_FORECASTS = 100
"""Newest forecasts that drift is looked for in, and that the guard reads: over thousands, which
share their bias, the test would fire for ever and on things long past (docs/decisions/0008)."""

P85_HELD = (0.75, 0.93)
"""Share of the last 100 forecasts whose P85 held, outside of which drift is called."""

GUARD_WEIGHT = 200.0
"""Forecasts that calibrated levels weigh as much as in the guard."""

Z95 = 1.959964

SCORED = (0.5, 0.85, 0.95)
"""Quantiles whose loss and whose coverage are kept."""


@dataclass(frozen=True, slots=True)
class ScoredForecast:
    """One finished item's forecast at commit time, against what it took."""

    log_crps: float
    pinball: tuple[float, ...]
    """Loss at P50, P85 and P95 on the logarithm of person-days."""
    held: tuple[bool, ...]
    """Whether the actual was within P50, P85 and P95."""
    within: bool
    """Whether it was from P10 to P90."""
    pit: float
    raw_log_crps: float | None = None
    """Score of the raw estimate, as a forecast without spread."""
    plain_log_crps: float | None = None
    """Score of plain evidence-based scheduling."""


class Share(NamedTuple):
    """A share of n forecasts with its 95 % interval (Wilson)."""

    value: float
    low: float
    high: float


class Drift(NamedTuple):
    """Why forecasts are no longer calibrated."""

    ks_chance: float
    """Chance of PITs at least as uneven, were the forecasts calibrated."""
    p85_held: float | None
    """Of the last 100; None where there are fewer."""


@dataclass(frozen=True, slots=True)
class Board:
    """Calibration of one team or product. Below 20 forecasts all but `n` is empty."""

    n: int
    p50: Share | None = None
    p85: Share | None = None
    p95: Share | None = None
    p10_p90: Share | None = None
    pit_deciles: tuple[float, ...] = ()
    log_crps: float | None = None
    pinball: tuple[float, ...] = ()
    """Mean loss at P50, P85 and P95 on the logarithm of person-days."""
    skill_vs_raw: float | None = None
    """Share of the raw estimate's error that is gone, over the forecasts that had one."""
    skill_vs_plain: float | None = None
    """The same beside plain evidence-based scheduling."""
    drift: Drift | None = None
    """None where no alarm fired."""


def score(
    table: Sequence[float],
    actual: float,
    share: float,
    *,
    raw: float | None = None,
    plain: Sequence[float] | None = None,
) -> ScoredForecast:
    """Score one forecast in person-days, as `scores` does many.

    raw: the likely number as typed; plain: the table of plain evidence-based scheduling
    """
    raws = None if raw is None else [raw]
    return scores([table], [actual], [share], raws=raws, plains=None if plain is None else [plain])[
        0
    ]


def scores(
    tables: "ArrayLike",
    actuals: "ArrayLike",
    shares: "ArrayLike",
    *,
    raws: "ArrayLike | None" = None,
    plains: "ArrayLike | None" = None,
) -> list[ScoredForecast]:
    """Score forecasts in person-days.

    tables:  person-days at `ranges.LEVELS`, shape (n, 257); actuals: shape (n,)
    shares:  shape (n,), drawn by the caller evenly from 0 to 1, for ties
    raws:    the likely numbers as typed; plains: tables of plain evidence-based scheduling
    raises:  ValueError when a value is not above 0 or a table has another length
    """
    import numpy as np

    from . import scoring_rules as rules

    if (np.asarray(tables) <= 0).any() or (np.asarray(actuals) <= 0).any():
        raise ValueError("finite logarithms need values above 0")
    logs, ys = np.log(tables), np.log(actuals)
    losses = [rules.pinball(ys, rules.quantiles(logs, p), p) for p in SCORED]
    held = [rules.held(logs, ys, p) for p in SCORED]
    rows = zip(
        rules.crps(logs, ys).tolist(),
        np.transpose(losses).tolist(),
        np.transpose(held).tolist(),
        rules.within(logs, ys).tolist(),
        rules.pit(logs, ys, shares).tolist(),
        len(ys) * [None] if raws is None else np.abs(ys - np.log(raws)).tolist(),
        len(ys) * [None] if plains is None else rules.log_crps(plains, actuals).tolist(),
        strict=True,
    )
    return [
        ScoredForecast(crps, tuple(lost), tuple(kept), *rest) for crps, lost, kept, *rest in rows
    ]


def board(scored: Sequence[ScoredForecast]) -> Board:
    """What forecasts in the order of their finish say about calibration."""
    n = len(scored)
    if n < LEAST:
        return Board(n)
    p50, p85, p95 = (share_of([row.held[k] for row in scored]) for k in range(3))
    pits = [row.pit for row in scored]
    tenths = [0] * 10
    for pit in pits:
        tenths[min(9, int(pit * 10))] += 1
    return Board(
        n=n,
        p50=p50,
        p85=p85,
        p95=p95,
        p10_p90=share_of([row.within for row in scored]),
        pit_deciles=tuple(count / n for count in tenths),
        log_crps=_mean([row.log_crps for row in scored]),
        pinball=tuple(_mean([row.pinball[k] for row in scored]) for k in range(3)),
        skill_vs_raw=_skill([(row.log_crps, row.raw_log_crps) for row in scored]),
        skill_vs_plain=_skill([(row.log_crps, row.plain_log_crps) for row in scored]),
        drift=drift(pits),
    )


def share_of(hits: Sequence[bool]) -> Share:
    """Share of hits with the Wilson interval.

    raises: ValueError for none
    """
    n = len(hits)
    if not n:
        raise ValueError("a share needs at least one")
    p, z2 = sum(hits) / n, Z95 * Z95
    middle = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = Z95 / (1 + z2 / n) * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n))
    return Share(p, max(0.0, middle - half), min(1.0, middle + half))


def drift(pits: Sequence[float]) -> Drift | None:
    """Whether the last 100 forecasts drifted: PITs far from uniform, or P85s that do not hold.

    pits:    randomised, in the order of finish; fewer than 20 raise no alarm
    returns: why, or None
    """
    if len(pits) < LEAST:
        return None
    last = pits[-LAST_FORECASTS:]
    chance = ks_chance(last)
    held = sum(pit <= 0.85 for pit in last) / len(last) if len(last) == LAST_FORECASTS else None
    outside = held is not None and not P85_HELD[0] <= held <= P85_HELD[1]
    return Drift(chance, held) if chance < KS_CHANCE or outside else None


def ks_chance(pits: Sequence[float]) -> float:
    """Chance of a Kolmogorov-Smirnov distance from uniform at least as large (Stephens).

    raises: ValueError for none
    """
    n = len(pits)
    if not n:
        raise ValueError("a distance needs at least one PIT")
    ordered = sorted(pits)
    distance = max(max((k + 1) / n - u, u - k / n) for k, u in enumerate(ordered))
    x = distance * (math.sqrt(n) + 0.12 + 0.11 / math.sqrt(n))
    if x < 0.2:
        return 1.0
    terms = (2 * (-1) ** (k - 1) * math.exp(-2 * k * k * x * x) for k in range(1, 101))
    return min(1.0, max(0.0, sum(terms)))


def guard_levels(pits: Sequence[float]) -> tuple[float, ...]:
    """Levels at which a drifted forecast is to be read instead of `ranges.LEVELS`.

    G^-1(p) of the last 100 PITs, drawn to p with the weight of 200 forecasts.

    returns: shape (257,), ascending; empty where no alarm fired
    """
    if drift(pits) is None:
        return ()
    ordered = sorted(pits[-LAST_FORECASTS:])
    n = len(ordered)
    trust = n / (n + GUARD_WEIGHT)
    found = []
    for level in LEVELS:
        place = level * (n - 1)
        k = min(int(place), n - 2)
        empirical = ordered[k] + (place - k) * (ordered[k + 1] - ordered[k])
        found.append(trust * empirical + (1 - trust) * level)
    return tuple(found)


def guarded(table: Sequence[float], levels: Sequence[float]) -> tuple[float, ...]:
    """A quantile table read at the guard's levels; the table itself where there are none."""
    return tuple(read(table, level) for level in levels) if levels else tuple(table)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _skill(pairs: Sequence[tuple[float, float | None]]) -> float | None:
    known = [(ours, theirs) for ours, theirs in pairs if theirs is not None]
    reference = sum(theirs for _, theirs in known)
    if len(known) < LEAST or reference <= 0:
        return None
    return 1 - sum(ours for ours, _ in known) / reference
