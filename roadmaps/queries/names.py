"""The rows of a plan that words may name, and which of them a word names best."""

import operator as operators
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, Protocol

from django.db.models import Q, QuerySet

from roadmaps.models import ForecastRun, Item, ItemTeam, Objective, Scenario
from roadmaps.queries.named import Named, read_named
from tpm.models import Component, Person, Product, Team
from tpm.roles import components_of, people_of, teams_of


class Names(Protocol):
    """The rows that a filter may name."""

    items: QuerySet[Item]

    @property
    def teams(self) -> list: ...
    @property
    def objectives(self) -> list: ...
    @property
    def owners(self) -> list: ...
    @property
    def components(self) -> list: ...


@dataclass
class Choices:
    """The rows that a filter may name; each list is read once, when it is asked for."""

    team_rows: QuerySet[Team]
    objective_rows: QuerySet[Objective]
    owner_rows: QuerySet[Person]
    component_rows: QuerySet[Component]
    items: QuerySet[Item]
    read_named: Callable[[], Named] | None = None
    """Reads teams, objectives and owners at once; without it each is read where it is asked for."""

    @classmethod
    def of(cls, product: Product) -> "Choices":
        return cls(
            teams_of(product),
            Objective.objects.filter(product=product),
            people_of(product),
            components_of(product),
            Item.objects.filter(product=product),
        )

    @classmethod
    def among(cls, items: QuerySet[Item]) -> "Choices":
        """What these items name."""
        return cls(
            Team.objects.filter(
                Q(pk__in=items.values("team"))
                | Q(pk__in=ItemTeam.objects.filter(item__in=items.values("pk")).values("team"))
            ),
            Objective.objects.filter(pk__in=items.values("objective")),
            Person.objects.filter(pk__in=items.values("owner")),
            Component.objects.filter(pk__in=items.values("components")),
            items,
        )

    @classmethod
    def of_page(
        cls, product: Product, *, scenarios: QuerySet[Scenario] | None = None,
        run: ForecastRun | None = None,
    ) -> "Choices":  # fmt: skip
        """The same for a page that shows every menu: one query reads them all.

        scenarios: those that the page offers
        run:       whose dates of the objectives it shows
        """
        found = cls.of(product)
        found.read_named = partial(
            read_named, found.team_rows, found.objective_rows, found.owner_rows,
            scenarios=scenarios, run=run,
        )  # fmt: skip
        return found

    @cached_property
    def named(self) -> Named | None:
        return self.read_named() if self.read_named else None

    @cached_property
    def teams(self) -> list[Team]:
        return self.named.teams if self.named else list(self.team_rows)

    @cached_property
    def objectives(self) -> list[Objective]:
        return self.named.objectives if self.named else list(self.objective_rows)

    @cached_property
    def owners(self) -> list[Person]:
        return self.named.owners if self.named else list(self.owner_rows)

    @cached_property
    def components(self) -> list[Component]:
        return list(self.component_rows)


LABELS = {
    "team": ("slug", "name"),
    "component": ("key", "name"),
    "objective": ("title",),
    "owner": ("name",),
}


def fits(name: str, row: Any, value: str) -> int:
    """How well a value names a row: 3 its key, 2 its name, 1 a part of it, 0 not."""
    labels = [getattr(row, column) for column in LABELS[name]]
    low, found = value.casefold(), [label.casefold() for label in labels]
    if low == str(row.pk) and name in ("objective", "owner"):
        return 3
    return 2 if low in found else int(any(low in label for label in found))


ROWS: dict[str, Callable[[Names], list]] = {
    "team": operators.attrgetter("teams"),
    "objective": operators.attrgetter("objectives"),
    "owner": operators.attrgetter("owners"),
    "component": operators.attrgetter("components"),
}


def label_of(row: Any) -> str:
    return getattr(row, "title", None) or row.name


def rows_named(name: str, names: Names, value: str) -> list:
    """The rows that a value names best; a part of a name may mean several."""
    scored = [(fits(name, row, value), row) for row in ROWS[name](names)]
    best = max((score for score, _ in scored), default=0)
    return [row for score, row in scored if score == best] if best else []
