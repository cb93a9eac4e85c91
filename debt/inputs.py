"""From a debt item as people typed it to the plain inputs of its score, each with its source."""

import datetime
from collections.abc import Mapping
from typing import Any, NamedTuple

from django.utils import timezone

from debt.maths import contagion, tapping
from debt.maths.ranges import Range, possible
from debt.maths.scoring import Inputs
from debt.models import DebtItem, Interest
from debt.queries.histories import Touches

DECLARED, LINKED, SIZE, DEFAULT, MEASURED, UNKNOWN, IMPORTED = (
    "declared", "estimate", "size", "default", "measured", "unknown", "imported",
)  # fmt: skip
BEYOND = "out of range"
"""Somebody or something said it, but it is no range of days: as good as unknown, and told."""
EFFORT_SPREAD = (0.5, 1, 2)
"""P10, P50 and P90 over what tools declare (debt.md 2.1), where the model says nothing else."""
BLENDED = "measured and declared"


class Sourced(NamedTuple):
    """Inputs of a score, and where each came from."""

    inputs: Inputs
    sources: dict[str, str]


def principal_of(
    item: DebtItem, estimate: Range | None, effort: float | None, model: Mapping[str, Any]
) -> tuple[Range | None, str]:
    """Days to fix: typed, the estimate of the planned work, the effort of its findings, the size.

    The first that is there counts (debt.md 2.1). One that is no range of days, such as the effort
    of very many findings, does not: one item must not stop the scores of its team.
    """
    said: list[tuple[Range, str]] = []
    if item.principal is not None:
        said.append((item.principal, DECLARED))
    if estimate is not None:
        said.append((estimate, LINKED))
    if effort:
        low, mid, high = model.get("effort_spread", EFFORT_SPREAD)
        said.append((Range(low * effort, mid * effort, high * effort), IMPORTED))
    if item.size in model["size_days"]:
        said.append((Range(*model["size_days"][item.size]), SIZE))
    for days, source in said:
        if possible(days):
            return days, source
    return None, BEYOND if said else UNKNOWN


def declared_of(row: Interest | None) -> tuple[Range | None, bool]:
    """A declaration that can be computed with, and whether there is one that cannot."""
    if row is None:
        return None, False
    return (row.range, False) if possible(row.range) else (None, True)


def inputs_of(
    item: DebtItem,
    *,
    model: Mapping[str, Any],
    capacity: float,
    interests: Mapping[str, Interest],
    estimate: Range | None,
    exposure_share: float | None,
    effort: float | None = None,
    touches: Touches | None = None,
    time_per_change: float | None = None,
    taps: tapping.Taps | None = None,
    retires_on: datetime.date | None = None,
    slope: float | None = None,
) -> Sourced:
    """Inputs from declared values, and from history where it knows the item's files.

    capacity:  pd a month of the team that pays
    interests: newest declaration by kind
    estimate:  pd of the roadmap item that pays it
    effort:    pd that scanners declare for its open findings
    touches:   changes in its scope; they count once somebody said how much longer one takes
    time_per_change: pd of the team that one change takes; None: the model's default
    taps:      what it was said to cost there and then; with changes they teach the slow-down
    retires_on: the day its component reaches its end of life
    slope:     its growth a month by its sizes; None: too few of them are known
    """
    growth = None if slope is None else contagion.limited(slope, model)
    retires = None if retires_on is None else months_until(retires_on, model)
    principal, principal_source = principal_of(item, estimate, effort, model)
    changes = interests.get(Interest.Kind.CHANGES)
    declared, declared_beyond = declared_of(changes)
    events, events_beyond = declared_of(interests.get(Interest.Kind.EVENTS))
    if touches is not None and not touches.tells:
        touches = None
    phi = model["slow_down"].get(item.slow_down)
    said = None if phi is None else Range(phi, phi, phi)
    learned = None
    if touches is not None:
        learned = tapping.learn(
            said,
            taps,
            touches.ages,
            model,
            as_of=touches.as_of,
            time_per_change=time_per_change,
            hours_per_day=item.product.hours_per_day,
        )
    slow_down = said if learned is None else learned.slow_down
    measured = None if slow_down is None else touches
    risks = () if item.risk_level is None else ((item.risk_level, item.risk_probability or 0.0),)
    inputs = Inputs(
        capacity=capacity,
        principal=principal,
        declared=declared,
        declared_age_days=age_of(changes if declared else None, measured),
        events=events,
        change_ages_days=None if measured is None else tuple(float(a) for a in measured.ages),
        time_per_change=None if measured is None else time_per_change,
        share_in_scope=1.0 if measured is None else measured.share,
        slow_down=slow_down,
        probability=model["probability"].get(item.probability, 1.0),
        contagion=model["contagion"].get(item.contagion, 0.0) if growth is None else growth,
        risks=risks,
        exposure_share=exposure_share,
        horizon_months=min(
            model["horizon_months"], model["horizon_months"] if retires is None else retires
        ),
        retires_on=None if retires_on is None else retires_on.isoformat(),
        retires_in_months=retires,
        share_removed=item.share_removed or model["share_removed"],
        months_until_done=(
            model["months_until_done"] if item.months_until_done is None else item.months_until_done
        ),
    )
    sources = {
        "principal": principal_source,
        "burden": burden_source(
            measured,
            declared=bool(declared or events),
            beyond=declared_beyond or events_beyond,
        ),
        "touches": UNKNOWN if touches is None else MEASURED,
        "slow_down": slow_down_source(learned, declared=phi is not None),
        "payback": principal_source,
        "severity": DECLARED if risks else UNKNOWN,
        "contagion": growth_source(item, growth),
        "horizon": DEFAULT if retires is None or retires >= model["horizon_months"] else DECLARED,
        "exposure": UNKNOWN if exposure_share is None else MEASURED,
        "share_removed": DECLARED if item.share_removed else DEFAULT,
        "months_until_done": DEFAULT if item.months_until_done is None else DECLARED,
    }
    return Sourced(inputs, sources)


def months_until(day: datetime.date, model: Mapping[str, Any]) -> int:
    """Whole months from today, 0 for a day that is past."""
    return max(0, int((day - timezone.localdate()).days / model["month_days"]))


def growth_source(item: DebtItem, measured: float | None) -> str:
    if measured is not None:
        return MEASURED
    return DECLARED if item.contagion else DEFAULT


def age_of(changes: Interest | None, measured: Touches | None) -> float:
    """Days since interest was last declared; it only fades against what is measured."""
    if changes is None or measured is None:
        return 0.0
    return float(max(0, (measured.as_of - timezone.localdate(changes.at)).days))


def slow_down_source(learned: tapping.Learned | None, *, declared: bool) -> str:
    if learned is not None:
        return BLENDED if declared else MEASURED
    return DECLARED if declared else UNKNOWN


def burden_source(measured: Touches | None, *, declared: bool, beyond: bool) -> str:
    if beyond:
        return BEYOND
    if measured is not None and measured.ages:
        return BLENDED if declared else MEASURED
    if declared:
        return DECLARED
    return UNKNOWN if measured is None else MEASURED
