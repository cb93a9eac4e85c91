"""Who sees which scenario, and which of them are due."""

import datetime
from typing import Any

from django.db.models import F, Q, QuerySet

from roadmaps.models import Scenario
from tpm.roles import products_visible_to

AT_ONCE = 20
"""Scenarios that a sweep recomputes: a plan that changes all day keeps a worker no busier."""


def scenarios_visible_to(user) -> QuerySet[Scenario]:
    """One's own, and those that were shared, in the products that one sees."""
    found = Scenario.objects.filter(product__in=products_visible_to(user))
    found = found.filter(Q(by=user) | Q(shared=True)).select_related("product", "by", "forecast")
    # What a scenario does to every item of a plan is read where it is shown.
    return found.defer("forecast__result")


def with_ends(scenarios: QuerySet[Scenario]) -> QuerySet[Any]:
    """Scenarios with what they do to all open work (end), of which a list says no more."""
    return scenarios.annotate(end=F("forecast__result__end"))


def due_scenarios(day: datetime.date) -> QuerySet[Scenario]:
    """Scenarios whose forecast saw another plan, other changes or another day; newest first."""
    current = Q(
        forecast__plan_revision=F("product__revision"),
        forecast__scenario_revision=F("revision"),
        forecast__as_of=day,
    )
    found = Scenario.objects.filter(applied_at=None, changes__isnull=False).exclude(current)
    return found.distinct().order_by("-updated_at", "-pk")
