"""How much of a team's time one change takes, where its history is known (debt.md 2.3)."""

import datetime
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from typing import Any

from django.db.models import F

from debt.maths.scoring import effective_window_months, weights_of
from debt.mining.owners import Owners
from debt.queries.histories import Told
from tpm.models import Component, Team

USUAL = {"code_share": 0.6, "least_days": 0.05, "most_days": 5.0, "known_changes": 20}
"""Of the design's model 1, where a stored model says nothing else."""


def time_per_change(
    team: Team, capacity: float, model: Mapping[str, Any], told: Mapping[int, list[Told]]
) -> float | None:
    """Person-days: the team's time on code over its changes a month, to two digits.

    capacity: pd a month
    told:     histories of every product that the team works for
    returns:  None until enough changes to its components are known
    """
    terms = {**USUAL, **model.get("time_per_change", {})}
    ages = ages_of_changes(team, told)
    weights = weights_of(ages, model)
    if len(weights) < terms["known_changes"] or capacity <= 0:
        return None
    return _days(capacity, sum(weights) / effective_window_months(model), terms)


def time_in_span(
    capacity: float, changes: int, months: float, model: Mapping[str, Any]
) -> float | None:
    """The same over some months, each change weighing as much: None from too few changes.

    capacity: pd a month of the team then
    changes:  to its components in that time
    """
    terms = {**USUAL, **model.get("time_per_change", {})}
    if changes < terms["known_changes"] or capacity <= 0:
        return None
    return _days(capacity, changes / months, terms)


def _days(capacity: float, rate: float, terms: Mapping[str, float]) -> float:
    days = capacity * terms["code_share"] / rate
    return float(f"{min(terms['most_days'], max(terms['least_days'], days)):.2g}")


def ages_of_changes(team: Team, told: Mapping[int, list[Told]]) -> list[float]:
    """Age in days of each change to the team's components; one of two products or of two
    repositories counts once.
    """
    return [float((looked - day).days) for day, looked in days_of_changes(team, told)]


def days_of_changes(
    team: Team, told: Mapping[int, list[Told]]
) -> list[tuple[datetime.date, datetime.date]]:
    """Day of each change to the team's components, and the day its repository was looked at."""
    components = components_of(told)
    found: dict[Hashable, tuple[datetime.date, datetime.date]] = {}
    for product_id, stories in told.items():
        for one in stories:
            whose = owners_in(one, components[product_id])
            looked = one.looked_at.date()
            for place, (at, paths) in enumerate(one.story.changes):
                if any(whose.of(path) == team.pk for path in paths):
                    day = datetime.datetime.fromtimestamp(at, datetime.UTC).date()
                    found[one.identity(place)] = (day, looked)
    return list(found.values())


def components_of(told: Iterable[int]) -> dict[int, list[Component]]:
    """Components of each product, in one query."""
    rows = Component.objects.filter(products__in=list(told)).annotate(of=F("products"))
    found: dict[int, list[Component]] = defaultdict(list)
    for row in rows:
        found[row.of].append(row)
    return found


def owners_in(told: Told, components: Iterable[Component]) -> Owners[int | None]:
    """Which team owns a file of a repository, by the paths of its components."""
    if told.component is not None:
        return Owners([("", told.component.owner_team_id)])
    return Owners(
        (prefix, row.owner_team_id)
        for row in components
        if row.repository in ("", told.repository)
        for prefix in row.path_prefixes
    )
