"""One row of the register as plain values: a hundred models with their scores take far longer."""

import datetime
from typing import Any, NamedTuple, Self

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from debt.models import DebtItem, Evidence


class Listed(NamedTuple):
    """An item as a row shows it, its newest score, and the names of what it points to."""

    pk: int
    key: str
    title: str
    state: str
    version: int
    team_id: int | None
    hurts_since: datetime.date
    accepted_until: datetime.date | None
    accepted_trigger: str
    accepted_ceiling_days: float | None
    scored_as: int | None
    """The id of the newest score; what follows up to `chance` is empty without one."""
    verdict: str
    score: float | None
    interest_days: float | None
    interest_p10_days: float | None
    interest_p90_days: float | None
    payback_months: float | None
    npv_days: float | None
    npv_per_day: float | None
    letter: str
    missing: str
    discounted_payback_months: int | None
    principal: list[float] | None
    """Low, likely, high."""
    pieces: int
    component_name: str | None
    owner_name: str | None
    work_key: str | None

    @property
    def drags(self) -> bool:
        return self.state in DebtItem.DRAGS

    @property
    def latest_score(self) -> Self | None:
        """Its numbers where it has any, so that a row is asked the same way as an item."""
        return None if self.scored_as is None else self


READ: tuple[Any, ...] = (
    "pk", "key", "title", "state", "version", "team_id", "hurts_since", "accepted_until",
    "accepted_trigger", "accepted_ceiling_days", "latest_score_id", "now_verdict", "now_score",
    "now_interest_days", "now_interest_p10_days", "now_interest_p90_days", "now_payback_months",
    "now_npv_days", "now_npv_per_day", "latest_score__letter", "latest_score__missing",
    "latest_score__discounted_payback_months", "latest_score__inputs__principal", "pieces",
    "component__name", "owner__name", "item__key",
)  # fmt: skip
"""Where each value of a row is read, in their order."""


def read(items: QuerySet[DebtItem]) -> list[Listed]:
    """Rows with all that they show besides their trend, in the order of the query."""
    evidence = Evidence.objects.filter(item=OuterRef("pk")).order_by().values("item")
    pieces = Subquery(evidence.annotate(n=Count("pk")).values("n"))
    found = items.annotate(pieces=Coalesce(pieces, 0)).values_list(*READ)
    return [Listed._make(row) for row in found]
