"""The rows that the menus of a page name, read in one query instead of one for each menu."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import (
    CharField,
    DateField,
    F,
    FilteredRelation,
    FloatField,
    IntegerField,
    Model,
    Q,
    QuerySet,
    Value,
)
from django.db.models.functions import Cast

from roadmaps.models import ForecastRun, Objective, ObjectiveForecast, Scenario
from tpm.models import Person, Team

DATES = ("p50", "p85", "p95", "aimed", "chance")
COLUMNS = ("of", "pk", "word", "label", "place", "target", "closed", *DATES)
NOTHING = {
    "place": Cast(Value(None), IntegerField()),
    **{n: Cast(Value(None), DateField()) for n in ("target", "closed", "p50", "p85", "p95")},
    "aimed": Cast(Value(None), DateField()),
    "chance": Cast(Value(None), FloatField()),
}
"""What only objectives have; cast, since a nothing without a type counts as text."""


@dataclass
class Named:
    """Each list in the order of its menu. The rows hold what a menu or a lane says of them; the
    database is asked for any other field of theirs when it is read."""

    teams: list[Team] = field(default_factory=list)
    objectives: list[Objective] = field(default_factory=list)
    owners: list[Person] = field(default_factory=list)
    scenarios: list[Scenario] = field(default_factory=list)
    dates: dict[int, ObjectiveForecast] = field(default_factory=dict)
    """What a run says of an objective, by its row number."""


def read_named(
    teams: QuerySet[Team],
    objectives: QuerySet[Objective],
    owners: QuerySet[Person],
    *,
    scenarios: QuerySet[Scenario] | None = None,
    run: ForecastRun | None = None,
) -> Named:
    """run: whose dates of the objectives are read along"""
    dated = FilteredRelation("forecasts", condition=Q(forecasts__run=run.pk if run else 0))
    first = objectives.alias(dated=dated).annotate(
        of=Value("objective", CharField()), word=Value("", CharField()), label=F("title"),
        place=F("position"), target=F("target_date"), closed=F("closed_on"), p50=F("dated__p50"),
        p85=F("dated__p85"), p95=F("dated__p95"), aimed=F("dated__target_date"),
        chance=F("dated__chance"),
    )  # fmt: skip
    rest = [bare(teams, "team", "slug"), bare(owners, "owner")]
    if scenarios is not None:
        rest.append(bare(scenarios.select_related(None), "scenario"))
    found = first.order_by().values_list(*COLUMNS).union(*rest)
    return named(found.order_by("of", "place", "label", "pk"))


def bare(rows: QuerySet[Any], of: str, word: str = "") -> QuerySet[Any]:
    """Rows of another table with the columns of objectives."""
    return (
        rows.order_by()
        .annotate(
            of=Value(of, CharField()),
            word=F(word) if word else Value("", CharField()),
            label=F("name"),
            **NOTHING,
        )
        .values_list(*COLUMNS)
    )


def named(rows: Iterable[tuple]) -> Named:
    found = Named()
    for of, pk, word, label, place, target, closed, p50, p85, p95, aimed, chance in rows:
        if of == "team":
            found.teams.append(part(Team, id=pk, slug=word, name=label))
        elif of == "owner":
            found.owners.append(part(Person, id=pk, name=label))
        elif of == "scenario":
            found.scenarios.append(part(Scenario, id=pk, name=label))
        else:
            found.objectives.append(
                part(Objective, id=pk, title=label, position=place, target_date=target,
                     closed_on=closed)
            )  # fmt: skip
            if p50 or p85 or p95 or chance is not None:
                found.dates[pk] = part(
                    ObjectiveForecast, objective_id=pk, p50=p50, p85=p85, p95=p95,
                    target_date=aimed, chance=chance,
                )  # fmt: skip
    return found


def part[M: Model](model: type[M], **values: Any) -> M:
    """A row of which only some fields were read, as `only` gives it."""
    names = [f.attname for f in model._meta.concrete_fields if f.attname in values]
    return model.from_db(None, names, [values[name] for name in names])
