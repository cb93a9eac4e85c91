"""Scoring of debt: interest, the five parts of a score, and what the draws say (model version 1).

Units: person-days (pd), months of 30.4375 days. Every parameter comes from the mapping of a
ScoreModel version; sources of the formulas stand in docs/debt.md.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

import numpy as np

from debt.maths import payback
from debt.maths.ranges import Range, checked

type ModelParameters = Mapping[str, Any]

ADDED = ("retires_on", "retires_in_months")
"""Inputs that came later: without them the fingerprint is what it was before, so that a score
whose inputs did not change is not stored again."""
UNCOMPUTED = "values"
"""What a score lacks whose formulas refuse its values."""
PARTS = ("burden", "payback", "severity", "contagion", "exposure")


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """What one score is computed from; None means unknown, never zero."""

    capacity: float  # pd a month of the team that pays
    principal: Range | None = None  # pd
    declared: Range | None = None  # interest typed by people, pd a month
    declared_age_days: float = 0.0  # since the declared value was last confirmed
    events: Range | None = None  # interest not driven by change, pd a month
    change_ages_days: tuple[float, ...] | None = None  # of changes in scope; None: no scope known
    time_per_change: float | None = None  # pd
    slow_down: Range | None = None  # phi, extra time as a share of the clean time
    share_in_scope: float = 1.0
    probability: float = 1.0  # that a touching change pays
    contagion: float = 0.0  # growth a month
    risks: tuple[tuple[int, float], ...] = ()  # (level 0-4, probability) by dimension
    exposure_share: float | None = None  # of the next quarter's work that lands in scope
    horizon_months: float
    share_removed: float
    months_until_done: float
    retires_on: str | None = None  # the day its component reaches its end of life, ISO 8601
    retires_in_months: int | None = None  # whole months until then, 0 where it is past


@dataclass(frozen=True, kw_only=True)
class Interest:
    """Interest of one item and where it comes from, pd a month."""

    total: float
    measured: float
    declared: float | None
    events: float
    touch_rate: float  # changes a month
    changes: int
    credibility: float  # weight of the measured part, 0-1
    slow_down_share: float  # u, share of a change's time that is lost
    thin: bool  # no declared value and hardly any change


@dataclass(frozen=True, kw_only=True)
class Score:
    """One score with everything that explains it."""

    score: float
    letter: str
    parts: dict[str, float]
    low: float  # P10 over the draws
    high: float  # P90
    interest: Interest
    interest_range: Range
    principal_mean: float
    principal_sd: float
    payback_months: float
    payback_range: Range
    discounted_payback_months: int | None  # None: never
    npv_now: float
    npv_in_a_quarter: float
    chance: float  # that it pays back inside the horizon

    @property
    def npv_per_day(self) -> float:
        """Net gain inside the horizon per person-day spent: the order of the pay-off list."""
        return self.npv_now / self.principal_mean

    @property
    def cost_of_waiting(self) -> float:
        """Person-days lost by starting a quarter later."""
        return self.npv_now - self.npv_in_a_quarter


def effective_window_months(model: ModelParameters) -> float:
    """Months that the weights of the window add up to: (H / ln 2)(1 − 2^(−W/H))."""
    half_life = model["half_life_days"]
    days = half_life / math.log(2) * (1 - 2 ** (-model["window_days"] / half_life))
    return days / model["month_days"]


def weights_of(ages_days: Sequence[float], model: ModelParameters) -> list[float]:
    """Weight of each change inside the window, 2^(−age / half-life)."""
    return [
        2 ** (-age / model["half_life_days"])
        for age in ages_days
        if 0 <= age <= model["window_days"]
    ]


def credibility(changes: int, declared_age_days: float, model: ModelParameters) -> float:
    """Weight of measured against declared interest; a declared value fades as it ages."""
    fading = 2 ** (-declared_age_days / model["credibility_half_life_days"])
    return changes / (changes + model["credibility_changes"] * fading)


def missing(inputs: Inputs) -> str | None:
    """The one thing to ask before the item can be scored, or None."""
    if interest_missing(inputs):
        return "interest"
    if inputs.principal is None:
        return "principal"
    return None if inputs.capacity > 0 else "capacity"


def interest_missing(inputs: Inputs) -> bool:
    """Whether nothing tells how much the item costs a month."""
    measured = inputs.change_ages_days is not None and inputs.slow_down is not None
    return not measured and inputs.declared is None and inputs.events is None


def interest_of(inputs: Inputs, model: ModelParameters) -> Interest:
    """Interest in pd a month: measured and declared blended, and events on top (debt.md 2.2, 2.3).

    raises: ValueError when nothing is known of the interest
    """
    if interest_missing(inputs):
        raise ValueError("an item without any interest has no score")
    weights = weights_of(inputs.change_ages_days or (), model)
    rate = sum(weights) / effective_window_months(model)
    phi = inputs.slow_down.mean if inputs.slow_down else 0.0
    measured = rate * _cost_of_a_change(inputs, phi, model)
    weight = _weight_of_measured(inputs, len(weights), model)
    declared = inputs.declared.mean if inputs.declared else None
    events = inputs.events.mean if inputs.events else 0.0
    return Interest(
        total=weight * measured + (1 - weight) * (declared or 0.0) + events,
        measured=measured,
        declared=declared,
        events=events,
        touch_rate=rate,
        changes=len(weights),
        credibility=weight,
        slow_down_share=phi / (1 + phi),
        thin=declared is None
        and inputs.change_ages_days is not None
        and len(weights) < model["thin_evidence_changes"],
    )


def _cost_of_a_change(inputs: Inputs, phi: Any, model: ModelParameters) -> Any:
    """Person-days one touching change loses: b s π u, for one phi or an array of them."""
    time = inputs.time_per_change
    if time is None:
        time = model["default_time_per_change_days"]
    return time * inputs.share_in_scope * inputs.probability * phi / (1 + phi)


def _weight_of_measured(inputs: Inputs, changes: int, model: ModelParameters) -> float:
    """Z; 1 where nobody declared a value, 0 where no slow-down or no history is known."""
    if inputs.slow_down is None or inputs.change_ages_days is None:
        return 0.0
    if inputs.declared is None:
        return 1.0
    return credibility(changes, inputs.declared_age_days, model)


def interest_draws(inputs: Inputs, model: ModelParameters, seed: int) -> np.ndarray:
    """Interest in pd a month, one per draw: over touch rate, slow-down and typed ranges.

    returns: shape (draws,), in the order of the draws, same seed same numbers
    raises:  ValueError when nothing is known of the interest
    """
    if interest_missing(inputs):
        raise ValueError("an item without any interest has no score")
    rng = np.random.default_rng([seed, 1])
    size = int(model["draws"])
    at_phi, at_declared, at_events = rng.random((3, size))
    weights = weights_of(inputs.change_ages_days or (), model)
    total = np.zeros(size)
    weight = _weight_of_measured(inputs, len(weights), model)
    if inputs.change_ages_days is not None and inputs.slow_down:  # no change is rare, not never
        shape = model["touch_prior_changes"] + sum(weights)
        rate = rng.gamma(shape, 1 / effective_window_months(model), size)
        total += weight * rate * _cost_of_a_change(inputs, inputs.slow_down.draws(at_phi), model)
    if inputs.declared:
        total += (1 - weight) * inputs.declared.draws(at_declared)
    if inputs.events:
        total += inputs.events.draws(at_events)
    return total


def parts_of(
    *, interest: Any, capacity: float, payback_months: Any, inputs: Inputs, model: ModelParameters
) -> dict[str, Any]:
    """The five parts of a score (debt.md 2.8), for single numbers or arrays of draws."""
    burden, back = model["burden"], model["payback"]
    severity, spread, exposure = model["severity"], model["spread"], model["exposure"]
    lost = interest / capacity
    full = math.log1p(burden["full_share"] / burden["scale_share"])
    worst = max(
        (level / severity["top_level"] * chance for level, chance in inputs.risks), default=0
    )
    landing = (inputs.exposure_share or 0.0) / exposure["full_share"]
    return {
        "burden": burden["points"] * np.minimum(1, np.log1p(lost / burden["scale_share"]) / full),
        "payback": back["points"] / (1 + payback_months / back["half_months"]),
        "severity": severity["points"] * worst,
        "contagion": spread["points"]
        * min(1, max(0.0, inputs.contagion) / spread["full_per_month"]),
        "exposure": exposure["points"] * min(1, landing),
    }


def letter_of(value: float, letters: Mapping[str, float], *, inclusive: bool = False) -> str:
    """A to E: the first band whose upper limit the value stays below (or at, when inclusive)."""
    for letter, limit in letters.items():
        if value < limit or (inclusive and value == limit):
            return letter
    return "E"


def score(inputs: Inputs, model: ModelParameters, *, seed: int) -> Score:
    """Score one item, with 2,000 seeded draws for its ranges and its chance to pay back.

    raises: ValueError when interest, principal or capacity is unknown (`missing` names it)
    """
    gap = missing(inputs)
    if gap is not None or inputs.principal is None:
        raise ValueError(f"cannot score without {gap}")
    checked(inputs.principal)
    interest = interest_of(inputs, model)
    terms = terms_of(inputs, model)
    mean = inputs.principal.mean
    months = payback.simple(mean, interest.total, terms)
    parts = _plain_parts(interest.total, months, inputs, model)
    total = sum(parts.values())
    drawn_interest = interest_draws(inputs, model, seed)
    rng = np.random.default_rng([seed, 2])
    drawn_principal = inputs.principal.draws(rng.random(int(model["draws"])))
    drawn_months = payback.simple(drawn_principal, drawn_interest, terms)
    drawn_parts = parts_of(
        interest=drawn_interest,
        capacity=inputs.capacity,
        payback_months=drawn_months,
        inputs=inputs,
        model=model,
    )
    low, high = np.percentile(sum(drawn_parts.values()), (10, 90))
    gains = payback.npv(drawn_principal, drawn_interest, terms)
    return Score(
        score=total,
        letter=letter_of(total, model["letters"]),
        parts=parts,
        low=float(low),
        high=float(high),
        interest=interest,
        interest_range=_range_of(drawn_interest),
        principal_mean=mean,
        principal_sd=inputs.principal.sd,
        payback_months=float(months),
        payback_range=_range_of(drawn_months),
        discounted_payback_months=payback.discounted(mean, interest.total, terms),
        npv_now=float(payback.npv(mean, interest.total, terms)),
        npv_in_a_quarter=float(payback.npv(mean, interest.total, terms, months_waited=3)),
        chance=float(np.mean(gains >= 0)),
    )


def verdict_of(found: Score, inputs: Inputs, model: ModelParameters) -> str:
    """What the score says to do: gain, frozen, risk or no_gain.

    frozen: no gain, and so little interest that leaving it alone costs next to nothing
    risk:   no gain in time, but at least the given share of the severity points
    """
    if found.npv_now > 0:
        return "gain"
    if found.parts["severity"] >= model["risk_share"] * model["severity"]["points"]:
        return "risk"
    if found.interest.total / inputs.capacity <= model["frozen_share"]:
        return "frozen"
    return "no_gain"


def terms_of(inputs: Inputs, model: ModelParameters) -> payback.Terms:
    """The terms under which paying is weighed."""
    return payback.Terms(
        horizon=int(inputs.horizon_months),
        until_done=int(inputs.months_until_done),
        removed=inputs.share_removed,
        growth=(1 + inputs.contagion) / (1 + model["discount_per_month"]),
        retires=inputs.retires_in_months,
    )


def _plain_parts(
    interest: float, months: Any, inputs: Inputs, model: ModelParameters
) -> dict[str, float]:
    parts = parts_of(
        interest=interest,
        capacity=inputs.capacity,
        payback_months=months,
        inputs=inputs,
        model=model,
    )
    return {name: float(value) for name, value in parts.items()}


def _range_of(values: np.ndarray) -> Range:
    with np.errstate(invalid="ignore"):  # between two endless values lies none
        return Range(*(float(p) for p in np.percentile(values, (10, 50, 90))))


@dataclass(frozen=True)
class Swing:
    """How far the score would move if one input turned out at its P10 or its P90."""

    name: str
    low: float
    high: float


def swings(inputs: Inputs, model: ModelParameters) -> list[Swing]:
    """Inputs that are ranges, the one that would move the score most first."""
    found = []
    for name in ("declared", "events", "principal", "slow_down"):
        days: Range | None = getattr(inputs, name)
        if days is None or days.p10 == days.p90:
            continue
        ends = []
        for point in (days.p10, days.p90):
            changed: dict[str, Any] = {name: Range(point, point, point)}
            fixed = replace(inputs, **changed)
            total = interest_of(fixed, model).total
            assert fixed.principal is not None
            months = payback.simple(fixed.principal.mean, total, terms_of(fixed, model))
            ends.append(sum(_plain_parts(total, months, fixed, model).values()))
        found.append(Swing(name, min(ends), max(ends)))
    return sorted(found, key=lambda swing: swing.low - swing.high)


def inputs_from(kept: Mapping[str, Any]) -> Inputs:
    """The inputs of a stored score, as they were."""
    ranges = {"principal", "declared", "events", "slow_down"}
    values: dict[str, Any] = {}
    for field in fields(Inputs):
        value = kept.get(field.name)
        if field.name in ranges and value is not None:
            value = Range(*value)
        elif field.name == "risks":
            value = tuple((int(level), float(chance)) for level, chance in value or ())
        elif field.name == "change_ages_days" and value is not None:
            value = tuple(value)
        values[field.name] = value
    return Inputs(**values)


def hash_of(inputs: Inputs) -> str:
    """Fingerprint of everything a score depends on besides the model: same inputs, same text."""
    known = asdict(inputs)
    for name in ADDED:
        if known[name] is None:
            del known[name]
    text = json.dumps(known, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def seed_of(key: str) -> int:
    """A seed that belongs to an item's key, so that its draws do not depend on other items."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big")


def check_model(model: ModelParameters, template: ModelParameters, path: str = "") -> None:
    """Refuse parameters that lack a name the formulas read, or hold no number there.

    template: parameters known to be complete, such as version 1
    raises:   ValueError naming the parameter
    """
    for name, expected in template.items():
        where = f"{path}{name}"
        if name not in model:
            raise ValueError(f"the score model lacks {where}")
        given = model[name]
        if isinstance(expected, Mapping):
            if not isinstance(given, Mapping):
                raise ValueError(f"{where} must be a group of parameters")
            check_model(given, expected, f"{where}.")
        elif isinstance(expected, list):
            if not isinstance(given, list) or len(given) != len(expected):
                raise ValueError(f"{where} needs {len(expected)} numbers")
        elif isinstance(given, bool) or not isinstance(given, int | float):
            raise ValueError(f"{where} must be a number")
