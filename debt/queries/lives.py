"""What every item was worth from day to day, for totals by month and why they moved."""

import datetime
import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from django.utils import timezone

from debt import inputs
from debt.maths.flows import Cause, Known, Life, periods
from debt.maths.ranges import P10_TO_P90_SDS
from debt.models import DebtItem, DebtScore, SharedCost
from tpm.models import Product

MONTHS = 12
ENDS = {
    DebtItem.State.PAID: Cause.PAID,
    DebtItem.State.WRITTEN_OFF: Cause.WRITTEN_OFF,
    DebtItem.State.NOT_DEBT: Cause.NOT_DEBT,
}
FOUND = (inputs.MEASURED, inputs.BLENDED, inputs.IMPORTED)
"""Sources of an input that are not only what somebody typed."""
HALF = P10_TO_P90_SDS / 2


def months_until(today: datetime.date, count: int = MONTHS) -> list[datetime.date]:
    """First days of the last months, oldest first, and the day after today."""
    year, month = today.year, today.month
    firsts = []
    for _step in range(count):
        firsts.append(datetime.date(year, month, 1))
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    return [*firsts[::-1], today + datetime.timedelta(1)]


def lives_of(product: Product) -> dict[str, list[Life]]:
    """Lives of every item by amount."""
    return {name: list(lives.values()) for name, lives in lives_by_item(product).items()}


def lives_by_item(product: Product) -> dict[str, dict[int, Life]]:
    """Lives by amount and item: principal, interest, and the variance of each; three queries.

    A snapshot without the amount says nothing of it: the one before it holds on. Interest is what
    is left of it once shared hours count once, so that items sum to what their teams lose.
    """
    shared = shared_of(product)
    ends = {
        item.pk: item
        for item in DebtItem.objects.filter(product=product).only(
            "state", "closed_on", "hurts_since"
        )
    }
    known: dict[str, dict[int, list[Known]]] = {
        name: defaultdict(list)
        for name in ("principal", "principal_var", "interest", "interest_var")
    }
    rows = (
        DebtScore.objects.filter(item__product=product)
        .order_by("item_id", "at", "pk")
        .values_list(
            "item_id", "at", "model_id", "principal_days", "principal_sd_days",
            "interest_days", "interest_p10_days", "interest_p90_days",
            "inputs__sources__principal", "inputs__sources__burden",
        )
    )  # fmt: skip
    models: dict[int, int] = {}
    alone: dict[int, list[Alone]] = defaultdict(list)
    for pk, at, model, principal, sd, interest, low, high, fix_source, cost_source in rows:
        day = timezone.localdate(at)
        based = models.get(pk, model) != model
        models[pk] = model
        if principal is not None:
            cause = cause_of(fix_source, based)
            known["principal"][pk].append(Known(day, principal, cause))
            known["principal_var"][pk].append(Known(day, (sd or 0.0) ** 2, cause))
        if interest is not None:
            cause = cause_of(cost_source, based)
            width = ((high or interest) - (low or interest)) / P10_TO_P90_SDS
            alone[pk].append(Alone(at, interest, width, cause))
    for pk, priced in alone.items():
        for at, days, width, cause in counted_once(priced, shared.get(pk, ())):
            day = timezone.localdate(at)
            known["interest"][pk].append(Known(day, days, cause))
            known["interest_var"][pk].append(Known(day, width**2, cause))
    return {
        name: {pk: life(each, ends[pk]) for pk, each in items.items() if pk in ends}
        for name, items in known.items()
    }


class Alone(NamedTuple):
    """What an item costs a month from a moment on, and one standard deviation of it."""

    at: datetime.datetime
    days: float
    width: float
    cause: Cause


def shared_of(product: Product) -> dict[int, list[tuple[datetime.datetime, float]]]:
    """(from when, pd a month with shared hours once) of every item, the oldest first."""
    found: dict[int, list[tuple[datetime.datetime, float]]] = defaultdict(list)
    rows = SharedCost.objects.filter(item__product=product).order_by("item_id", "at", "pk")
    for pk, at, days in rows.values_list("item_id", "at", "days"):
        found[pk].append((at, days))
    return found


def counted_once(
    alone: Sequence[Alone], shared: Sequence[tuple[datetime.datetime, float]]
) -> list[Alone]:
    """An item's costs with shared hours once: what was noted, for the reason its score has.

    alone:  by its scores, the oldest first
    shared: as it was noted with them; what lies before the first note is cut in its proportion,
            for nobody kept what was shared then
    What a new score does not explain moves for what others do: `Cause.SHARED`.
    """
    if not shared:
        return list(alone)
    found: list[Alone] = []
    told = 0
    for place, (at, days) in enumerate(shared):
        newer = [each for each in alone[told:] if each.at <= at]
        if not newer and told == 0:
            newer = [alone[0]]
        told += len(newer)
        last = alone[told - 1]
        share = days / last.days if last.days > 0 else 1.0
        at = max(at, last.at)
        if place == 0:
            found = [
                each._replace(days=each.days * share, width=each.width * share)
                for each in newer[:-1]
            ]
            found.append(Alone(at, days, last.width * share, newer[-1].cause))
            continue
        before = found[-1]
        if newer:  # first what the item's own score says, at the share it had
            own = last.days * kept if (kept := share_of(before, alone, told - len(newer))) else days
            found.append(Alone(at, own, last.width * share, newer[-1].cause))
        if not newer or not math.isclose(found[-1].days, days, rel_tol=1e-9, abs_tol=1e-12):
            found.append(Alone(at, days, last.width * share, Cause.SHARED))
    return found


def share_of(noted: Alone, alone: Sequence[Alone], told: int) -> float:
    """What was left of an item's cost when it was noted last; 0 where it cost nothing."""
    days = alone[told - 1].days
    return noted.days / days if days > 0 else 0.0


def cause_of(source: str | None, based: bool) -> Cause:
    if based:
        return Cause.RE_BASED
    return Cause.EVIDENCE if source in FOUND else Cause.RE_ESTIMATED


def life(known: Sequence[Known], item: DebtItem) -> Life:
    """Owed since the first day it hurt, even where it was logged later, at its first price.

    One that was opened again counts as never closed.
    """
    first = replace(known[0], on=min(known[0].on, item.hurts_since))
    return Life(
        [first, *known[1:]], item.closed_on, ENDS.get(DebtItem.State(item.state), Cause.PAID)
    )


def spreads(variances: Iterable[Life], bounds: Sequence[datetime.date]) -> list[float]:
    """Half of P10 to P90 of the total at the end of each month."""
    return [HALF * math.sqrt(max(0.0, each.after)) for each in periods(variances, bounds)]
