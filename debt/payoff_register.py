"""What a budget can pay: a product's debt by its newest scores, and how a budget is asked for."""

import datetime
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from debt import queries
from debt.maths import payoff
from debt.maths.payoff import Candidate, Ranking
from debt.maths.ranges import LONGEST
from debt.models import DebtItem, DebtNeed, DebtScore
from tpm import formats
from tpm.models import Product

FIRST, LAST = "first", "last"
QUARTER_MONTHS = 3
START_SHARE = 0.1
"""Of the teams' next quarter: the budget that the page opens with."""


@dataclass(frozen=True)
class Asked:
    """One way to spend: how much, and where in the plan."""

    budget: float
    place: str = FIRST


@dataclass(frozen=True)
class Register:
    """What the choice is made from."""

    items: dict[int, DebtItem]
    candidates: list[Candidate]
    locked: list[DebtItem]
    """Planned or accepted: scored, and no choice of this page."""
    needs: dict[int, list[int]]
    """Item -> what is to be paid before it and costs time still."""
    unscored: list[DebtItem]
    ledgers: list[Any]
    """Of the product's teams, with whether they are due (`queries.ledgers`)."""
    capacity: float
    """pd a month of the teams."""

    @cached_property
    def ranking(self) -> Ranking:
        return Ranking.of(self.candidates)

    @cached_property
    def gaining(self) -> float:
        """pd that paying everything that gains would take."""
        return self.ranking.spend(float("inf")).spent

    @property
    def steps(self) -> tuple[float, float]:
        """(most, step) of the slider in pd."""
        return payoff.steps_of(self.gaining)

    def at_first(self) -> float:
        """The budget to open with: a tenth of the next quarter, as far as anything gains by it."""
        most, step = self.steps
        wanted = self.capacity * QUARTER_MONTHS * START_SHARE
        return min(most, max(step, round(wanted / step) * step))


def register_of(product: Product) -> Register:
    """Everything that may be paid, in a fixed number of queries."""
    found = (
        DebtItem.objects.filter(product=product, state__in=DebtItem.DRAGS)
        .select_related(
            "product", "component", "latest_score", "latest_score__model", "item", "team"
        )
        .order_by("number")
    )
    items = {item.pk: item for item in found}
    ledgers = queries.ledgers_of(product)
    shares: dict[str, tuple[float, float, float]] = {}
    for ledger in ledgers:
        for pk, (after, alone, *_others) in ledger.shares.items():
            shares[pk] = (after, alone, ledger.capacity_days or 0.0)
    scored = [item for item in items.values() if is_scored(item)]
    needs: dict[int, list[int]] = defaultdict(list)
    links = DebtNeed.objects.filter(item__product=product, needed__in=items)
    for link in links.order_by("needed__number"):
        needs[link.item_id].append(link.needed_id)
    return Register(
        items=items,
        candidates=[
            candidate(
                item,
                *shares.get(str(item.pk), (None, 0.0, 0.0)),
                needs=[items[pk] for pk in needs.get(item.pk, ())],
            )
            for item in scored
            if item.state == DebtItem.State.OPEN
        ],
        needs=dict(needs),
        locked=[item for item in scored if item.state != DebtItem.State.OPEN],
        unscored=[item for item in items.values() if not is_scored(item)],
        ledgers=ledgers,
        capacity=sum(ledger.capacity_days or 0.0 for ledger in ledgers),
    )


def is_scored(item: DebtItem) -> bool:
    return item.latest_score is not None and bool(item.latest_score.principal_days)


def removed_of(score: DebtScore) -> float:
    """Share of its interest that paying removes."""
    return float(score.inputs["share_removed"])


def waits_for(item: DebtItem) -> bool:
    """Whether what needs this item cannot be chosen: it is no choice itself, nor in the plan."""
    return item.state == DebtItem.State.ACCEPTED or (
        item.state == DebtItem.State.OPEN and not is_scored(item)
    )


def candidate(
    item: DebtItem,
    share: float | None,
    alone: float,
    capacity: float,
    *,
    needs: Sequence[DebtItem] = (),
) -> Candidate:
    """An item by its newest score, with what it costs once shared hours are counted once.

    share: of its team's capacity after overlap; None where no drag is known: its interest alone
    alone: the same as if it were the only item
    """
    score = item.latest_score
    assert score is not None
    assert score.principal_days
    month, kept = score.interest_days or 0.0, 1.0
    if share is not None:
        month, kept = share * capacity, share / alone if alone > 0 else 1.0
    # What is saved is in proportion to the interest that is removed; the cost is not.
    saved = (score.npv_days or 0.0) + score.principal_days
    return Candidate(
        id=item.pk,
        cost=score.principal_days,
        back=month * removed_of(score),
        net=saved * kept - score.principal_days,
        chance=score.chance or 0.0,
        needs=frozenset(each.pk for each in needs if each.state == DebtItem.State.OPEN),
        waits=any(waits_for(each) for each in needs),
    )


def chosen_by(found: Register, asked: Asked) -> tuple[int, ...]:
    return found.ranking.spend(asked.budget).chosen


def read_asked(params: Mapping[str, str], found: Register) -> tuple[Asked, str]:
    """What the address asks for, else a budget to begin with: (asked, what is wrong with it)."""
    asked, wrong = read_way(params, found)
    return asked or Asked(found.at_first(), place_of(params)), wrong


def read_way(
    params: Mapping[str, str], found: Register, prefix: str = ""
) -> tuple[Asked | None, str]:
    """A budget in days, or with a % in percent of the teams' next quarter, and its place."""
    text = params.get(f"{prefix}budget", "").strip().replace(",", ".")
    if not text:
        return None, ""
    try:
        budget = float(text.rstrip("d% "))
    except ValueError:
        budget = -1.0
    if not budget >= 0:
        return None, _("A budget is a number of days, such as 40, or a share, such as 10%.")
    if text.endswith("%"):
        budget = round(budget / 100 * found.capacity * QUARTER_MONTHS, 1)
    if budget > LONGEST:
        return None, _("A budget is at most %(n)s days.") % {"n": formats.number(LONGEST)}
    return Asked(budget, place_of(params, prefix)), ""


def place_of(params: Mapping[str, str], prefix: str = "") -> str:
    return LAST if params.get(f"{prefix}place") == LAST else FIRST


def horizon_of(found: Register) -> int:
    model = queries.current_model().parameters
    return int(model["horizon_months"])


def as_of(found: Register) -> datetime.datetime | None:
    done = [ledger.computed_at for ledger in found.ledgers if ledger.computed_at]
    return min(done) if done else None


def is_stale(found: Register) -> bool:
    return any(ledger.due for ledger in found.ledgers)
