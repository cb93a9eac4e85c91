"""The filter language of the roadmap: which items an address asks for, and in which order."""

import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from urllib.parse import urlencode

from django.db.models import Case, F, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Cast, Lower
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from roadmaps.models import Item, Objective
from roadmaps.queries.dates import without_estimate
from roadmaps.queries.items import without_objective
from tpm.models import Change, Person, Product, Team
from tpm.roles import people_of, teams_of
from tpm.words import number_or_none, word_of

OPEN, ANY, NONE, MINE, ORPHAN = "open", "any", "none", "me", "orphan"

# What a list sorts by: the word of its column, then the columns of the query.
ORDERS: dict[str, tuple] = {
    "rank": ("rank",),
    "key": ("number",),
    "title": (Lower("title"),),
    "state": (Case(*(When(state=s, then=Value(i)) for i, s in enumerate(Item.State.values))),),
    "team": ("team__name",),
    "objective": ("objective__title",),
    "horizon": ("horizon",),
    "owner": ("owner__name",),
    "effort": ("p50_days",),
    "finish": ("date_p85",),
    "target": ("target_date",),
}
NAMES = {
    "q": gettext_lazy("Text"),
    "team": gettext_lazy("Team"),
    "state": gettext_lazy("State"),
    "objective": gettext_lazy("Objective"),
    "horizon": gettext_lazy("Horizon"),
    "kind": gettext_lazy("Kind"),
    "owner": gettext_lazy("Owner"),
    "estimate": gettext_lazy("Estimate"),
    "imported": gettext_lazy("Import"),
}
PARAMETERS = (*NAMES, "sort")


@dataclass(frozen=True)
class ItemFilter:
    """What an address asks for. Empty means: every open item, by rank."""

    q: str = ""
    team: str = ""
    state: str = ""
    objective: str = ""
    horizon: str = ""
    kind: str = ""
    owner: str = ""
    estimate: str = ""
    imported: str = ""
    """Batch of an import: the items that it made or changed."""
    sort: str = ""

    @classmethod
    def read(cls, asked: Mapping[str, str]) -> "ItemFilter":
        """What a query string says; words that mean nothing here are left out."""
        found = {field.name: word_of(asked, field.name) for field in fields(cls)}
        allowed = {
            "state": {ANY, *Item.State.values},
            "horizon": {NONE, *Item.Horizon.values},
            "kind": set(Item.Kind.values),
            "estimate": {NONE},
        }
        for name, values in allowed.items():
            if found[name] not in values:
                found[name] = ""
        for name in ("objective", "owner"):
            if found[name] not in (NONE, MINE, ORPHAN) and number_or_none(found[name]) is None:
                found[name] = ""
        found["imported"] = batch_of(found["imported"])
        if found["sort"].removeprefix("-") not in ORDERS:
            found["sort"] = ""
        return cls(**found)

    def query(self, **changes: str) -> str:
        """The address of this filter with some of its words changed: `?team=…`, or nothing."""
        words = {name: value for name, value in asdict(replace(self, **changes)).items() if value}
        return f"?{urlencode(words)}" if words else ""

    @property
    def narrows(self) -> bool:
        return any(value for name, value in asdict(self).items() if name != "sort")

    def apply(self, items: QuerySet[Item], user) -> QuerySet[Item]:
        """The items that match. `items` belong to one product."""
        if self.state != ANY:
            items = items.filter(state__in=[self.state] if self.state else Item.OPEN)
        if self.q:
            # What an import brought without a column of ours is searched as the text it is.
            items = items.annotate(extra_text=Cast("extra", TextField())).filter(
                Q(title__icontains=self.q)
                | Q(key__iexact=self.q)
                | Q(source_number__iexact=self.q)
                | Q(description__icontains=self.q)
                | Q(extra_text__icontains=self.q)
            )
        if self.team:
            items = items.filter(team=None) if self.team == NONE else items.filter(
                team__slug=self.team
            )  # fmt: skip
        if self.objective == ORPHAN:
            items = without_objective(items)
        elif self.objective:
            items = items.filter(objective=number_or_none(self.objective))
        if self.owner == MINE:
            items = items.filter(owner__user=user)
        elif self.owner:
            items = items.filter(owner=number_or_none(self.owner))
        if self.horizon:
            items = items.filter(horizon="" if self.horizon == NONE else self.horizon)
        if self.kind:
            items = items.filter(kind=self.kind)
        if self.imported:
            lines = Change.objects.filter(batch=self.imported, subject_type=Item._meta.label_lower)
            items = items.filter(pk__in=lines.values("subject_id"))
        return without_estimate(items) if self.estimate else items

    def order(self, items: QuerySet[Item]) -> QuerySet[Item]:
        """Rows in the order that is asked for; unknown values last either way, ties by rank."""
        name = self.sort.removeprefix("-") or "rank"
        down = self.sort.startswith("-")
        columns = [F(column) if isinstance(column, str) else column for column in ORDERS[name]]
        keys = [
            column.desc(nulls_last=True) if down else column.asc(nulls_last=True)
            for column in columns
        ]
        return items.order_by(*keys, "rank", "pk")


def batch_of(word: str) -> str:
    """The batch that a word names, or nothing."""
    try:
        return str(uuid.UUID(word))
    except ValueError:
        return ""


@dataclass(frozen=True)
class Choices:
    """The rows of a product that a filter may name."""

    teams: list[Team]
    objectives: list[Objective]
    owners: list[Person]

    @classmethod
    def of(cls, product: Product) -> "Choices":
        return cls(
            list(teams_of(product)),
            list(Objective.objects.filter(product=product)),
            list(people_of(product)),
        )

    def options(self) -> dict[str, list[tuple[str, str]]]:
        """The choices of each field as (value, word), the first of them empty."""
        nobody = [(NONE, _("none"))]
        return {
            "state": [("", _("Open")), *Item.State.choices, (ANY, _("Any state"))],
            "team": [("", _("Any")), *((t.slug, t.name) for t in self.teams), *nobody],
            "objective": [
                ("", _("Any")),
                *((str(o.pk), o.title) for o in self.objectives),
                *nobody,
                (ORPHAN, _("none, though planned")),
            ],
            "horizon": [("", _("Any")), *Item.Horizon.choices, *nobody],
            "kind": [("", _("Any")), *Item.Kind.choices],
            "owner": [
                ("", _("Anybody")),
                (MINE, _("me")),
                *((str(p.pk), p.name) for p in self.owners),
                *nobody,
            ],
            "estimate": [("", _("With or without")), (NONE, _("none"))],
        }


def chips(asked: ItemFilter, choices: Choices, path: str) -> list[tuple[str, str, str]]:
    """(name, word, address without it) of every filter that is set."""
    options = choices.options()
    found = []
    for name, label in NAMES.items():
        value = getattr(asked, name)
        if value:
            # A batch has no name that a person knows.
            plain = _("this one") if name == "imported" else value
            word = dict(options.get(name, ())).get(value, plain)
            found.append((str(label), str(word), path + asked.query(**{name: ""})))
    return found
