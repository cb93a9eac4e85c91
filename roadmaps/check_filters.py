"""The filter language of checks: which of them an address asks for."""

import datetime
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any
from urllib.parse import urlencode

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from roadmaps.filters import ANY, MINE, NONE
from roadmaps.models import Check, CheckKind, CheckState, Item
from roadmaps.queries.checks import BLOCKING, SOON_DAYS, with_state
from tpm.models import Component, Person, Product, Team
from tpm.roles import components_of, people_of, teams_of
from tpm.words import number_or_none, word_of

OVERDUE, SOON, DATED = "overdue", "soon", "dated"
NAMES = {
    "q": gettext_lazy("Text"),
    "state": gettext_lazy("State"),
    "kind": gettext_lazy("Kind"),
    "due": gettext_lazy("Due"),
    "owner": gettext_lazy("Owner"),
    "team": gettext_lazy("Team"),
    "component": gettext_lazy("Component"),
}


@dataclass(frozen=True)
class CheckFilter:
    """What an address asks for. Empty means: every check that keeps work from being done."""

    q: str = ""
    state: str = ""
    kind: str = ""
    due: str = ""
    owner: str = ""
    team: str = ""
    component: str = ""

    @classmethod
    def read(cls, asked: Mapping[str, str]) -> "CheckFilter":
        """What a query string says; words that mean nothing here are left out."""
        found = {field.name: word_of(asked, field.name) for field in fields(cls)}
        allowed = {
            "state": {ANY, *CheckState.values},
            "kind": set(CheckKind.values),
            "due": {OVERDUE, SOON, DATED, NONE},
        }
        for name, values in allowed.items():
            if found[name] not in values:
                found[name] = ""
        if found["owner"] not in (NONE, MINE) and number_or_none(found["owner"]) is None:
            found["owner"] = ""
        return cls(**found)

    def query(self, **changes: str) -> str:
        """The address of this filter with some of its words changed, or nothing."""
        words = {name: value for name, value in asdict(replace(self, **changes)).items() if value}
        return f"?{urlencode(words)}" if words else ""

    @property
    def narrows(self) -> bool:
        return any(asdict(self).values())

    def apply(self, checks: QuerySet[Check], user, today: datetime.date) -> QuerySet[Any]:
        """The checks that match, by date, those without one last. `checks` are of one product."""
        found = with_state(checks.filter(dropped_at=None), today)
        found = found.exclude(item__state=Item.State.DROPPED)
        if self.state != ANY:
            found = found.filter(state__in=[self.state] if self.state else BLOCKING)
        if self.q:
            found = found.filter(
                Q(sentence__icontains=self.q)
                | Q(item__key__iexact=self.q)
                | Q(item__title__icontains=self.q)
            )
        if self.kind:
            found = found.filter(kind=self.kind)
        found = self.by_date(found, today)
        if self.owner == MINE:
            found = found.filter(owner__user=user)
        elif self.owner:
            found = found.filter(owner=number_or_none(self.owner))
        if self.team:
            team = {"item__team": None} if self.team == NONE else {"item__team__slug": self.team}
            found = found.filter(**team)
        if self.component:
            touching = Item.components.through.objects.filter(component__key=self.component)
            found = found.filter(item__in=touching.values("item_id"))
        return found.order_by(F("due_on").asc(nulls_last=True), "item__rank", "item_id", "number")

    def by_date(self, checks: QuerySet[Any], today: datetime.date) -> QuerySet[Any]:
        if self.due == OVERDUE:
            return checks.filter(due_on__lt=today, state__in=BLOCKING)
        if self.due == SOON:
            return checks.filter(
                due_on__gte=today, due_on__lte=today + datetime.timedelta(days=SOON_DAYS)
            )
        if self.due:
            return checks.filter(due_on__isnull=self.due == NONE)
        return checks


@dataclass(frozen=True)
class CheckChoices:
    """The rows of a product that a filter may name."""

    teams: list[Team]
    components: list[Component]
    owners: list[Person]

    @classmethod
    def of(cls, product: Product) -> "CheckChoices":
        return cls(list(teams_of(product)), list(components_of(product)), list(people_of(product)))

    def options(self) -> dict[str, list[tuple[str, Any]]]:
        """The choices of each field as (value, word), the first of them empty."""
        soon = _("in the next %(n)s days") % {"n": SOON_DAYS}
        return {
            "state": [
                ("", _("Keeps work from being done")), *CheckState.choices, (ANY, _("Any state"))
            ],
            "kind": [("", _("Any")), *CheckKind.choices],
            "due": [
                ("", _("Any day or none")), (OVERDUE, _("overdue")), (SOON, soon),
                (DATED, _("has a date")), (NONE, _("no date")),
            ],
            "owner": [
                ("", _("Anybody")), (MINE, _("me")),
                *((str(person.pk), person.name) for person in self.owners), (NONE, _("nobody")),
            ],
            "team": [
                ("", _("Any")), *((team.slug, team.name) for team in self.teams),
                (NONE, _("none")),
            ],
            "component": [("", _("Any")), *((row.key, row.name) for row in self.components)],
        }  # fmt: skip


def chips(asked: CheckFilter, choices: CheckChoices, path: str) -> list[tuple[str, str, str]]:
    """(name, word, address without it) of every filter that is set."""
    options = choices.options()
    found = []
    for name, label in NAMES.items():
        if value := getattr(asked, name):
            word = dict(options.get(name, ())).get(value, value)
            found.append((str(label), str(word), path + asked.query(**{name: ""})))
    return found
