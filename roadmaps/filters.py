"""Which items an address asks for, and in which order: the filter language and its menus."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import Case, F, Q, QuerySet, Value, When
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from roadmaps import finding, language
from roadmaps.finding import Part
from roadmaps.language import Term
from roadmaps.models import Item, ItemTeam, Objective
from tpm.models import Change, Component, Person, Product, Team
from tpm.roles import components_of, people_of, teams_of
from tpm.words import number_or_none, word_of

OPEN, ANY, NONE, MINE, ORPHAN = "open", "any", "none", "me", "orphan"

# What a list sorts by: the word of its column, then the columns of the query.
ORDERS: dict[str, tuple] = {
    "rank": ("rank",),
    "key": ("number",),
    "title": (Lower("title"),),
    "kind": ("kind",),
    "state": (Case(*(When(state=s, then=Value(i)) for i, s in enumerate(Item.State.values))),),
    "team": ("team__name",),
    "objective": ("objective__title",),
    "horizon": (
        Case(
            *(When(horizon=h, then=Value(i)) for i, h in enumerate(Item.Horizon.values)),
            default=None,
        ),
    ),
    "owner": ("owner__name",),
    "effort": ("p50_days",),
    "finish": ("date_p85",),
    "target": ("target_date",),
    "chance": ("chance",),
}
MENUS = ("state", "team", "objective", "horizon", "kind", "owner", "estimate")
"""Terms that have a menu, which is also a parameter of an address."""
NAMES = {
    "": gettext_lazy("Text"),
    "team": gettext_lazy("Team"),
    "state": gettext_lazy("State"),
    "objective": gettext_lazy("Objective"),
    "horizon": gettext_lazy("Horizon"),
    "kind": gettext_lazy("Kind"),
    "owner": gettext_lazy("Owner"),
    "component": gettext_lazy("Component"),
    "parent": gettext_lazy("Part of"),
    "estimate": gettext_lazy("Estimate"),
    "is": gettext_lazy("Only"),
    "target": gettext_lazy("Target"),
    "start": gettext_lazy("Start"),
    "effort": gettext_lazy("Effort"),
    "chance": gettext_lazy("Chance"),
    "rank": gettext_lazy("Rank"),
}
PARAMETERS = ("q", *MENUS, "imported", "sort")


@dataclass(frozen=True)
class ItemFilter:
    """What an address asks for. Empty means: every open item, by rank."""

    q: str = ""
    """Text in the filter language."""
    imported: str = ""
    """Batch of an import: the items that it made or changed."""
    sort: str = ""
    strict: bool = False
    """Whether what is not understood, or no longer there, lets no row through."""

    @classmethod
    def read(cls, asked: Mapping[str, str]) -> "ItemFilter":
        """What a query string says. A menu's parameter is a term; words that mean nothing go."""
        words = [word_of(asked, "q", language.LONGEST)]
        for name in MENUS:
            value = word_of(asked, name)
            if value and (name not in language.WORDS or value in language.WORDS[name]):
                known = name in ("team", *language.WORDS) or value in (NONE, MINE, ORPHAN)
                if known or number_or_none(value) is not None:
                    words.append(language.written(name, value))
        sort = word_of(asked, "sort")
        return cls(
            q=" ".join(filter(None, words)),
            imported=batch_of(word_of(asked, "imported")),
            sort=sort if sort.removeprefix("-") in ORDERS else "",
        )

    @cached_property
    def terms(self) -> list[Term]:
        return language.parse(self.q, today=timezone.localdate())

    @property
    def sound(self) -> list[Term]:
        return [term for term in self.terms if not term.problem]

    @property
    def asks_state(self) -> bool:
        return any(term.name == "state" for term in self.sound)

    def words(self, **changes: Any) -> dict[str, str]:
        now = replace(self, **changes)
        every = (("q", now.q), ("imported", now.imported), ("sort", now.sort))
        return {name: value for name, value in every if value}

    def query(self, **changes: str) -> str:
        """The address of this filter with some of its words changed: `?q=…`, or nothing."""
        words = self.words(**changes)
        return f"?{urlencode(words, safe=':,')}" if words else ""

    def adding(self, *terms: str) -> "ItemFilter":
        return replace(self, q=" ".join(filter(None, (self.q, *terms))))

    def without(self, *gone: Term) -> "ItemFilter":
        return replace(self, q=language.joined([term for term in self.terms if term not in gone]))

    def saying_who(self, person: int | None) -> "ItemFilter":
        """The same with a row number in the place of “me”, which then means the same to anybody."""
        if person is None:
            return self
        terms = [
            language.with_value(term, MINE, str(person)) if term.name == "owner" else term
            for term in self.terms
        ]
        return replace(self, q=language.joined(terms))

    def untold(self, *names: str) -> "ItemFilter":
        """The same without the terms of these names."""
        return self.without(*(term for term in self.terms if term.name in names))

    def menu(self, name: str) -> tuple[str, Term | None]:
        """What the menu of a name shows, and the term that it stands for."""
        found = [term for term in self.sound if term.name == name]
        plain = len(found) == 1 and len(found[0].values) == 1 and not found[0].negated
        return (found[0].values[0], found[0]) if plain else ("", None)

    @property
    def narrows(self) -> bool:
        return bool(self.sound or self.imported)

    def parts(self, items: QuerySet[Item], user, choices: "Choices | None" = None) -> list[Part]:
        """Each term with what it asks of the rows, or why it asks nothing."""
        names = choices or Choices.among(items)
        found = [finding.part_of(term, names, user) for term in self.terms]
        if not self.strict:
            return found
        return [
            part if part.condition is not None
            else replace(part, condition=finding.NOTHING, word=", ".join(part.term.values))
            for part in found
        ]  # fmt: skip

    def apply(
        self, items: QuerySet[Item], user, choices: "Choices | None" = None,
        parts: Iterable[Part] | None = None, *, closed: bool = False,
    ) -> QuerySet[Item]:  # fmt: skip
        """The items that match.

        choices: what terms may name; without them, what the items name
        closed:  whether closed items count where no state is asked for
        """
        if parts is None:
            parts = self.parts(items, user, choices)
        if not self.asks_state and not closed:
            items = items.filter(state__in=Item.OPEN)
        for part in parts:
            if part.condition is not None:
                items = items.filter(part.condition)
        if self.imported:
            lines = Change.objects.filter(batch=self.imported, subject_type=Item._meta.label_lower)
            items = items.filter(pk__in=lines.values("subject_id"))
        return items

    def order(self, items: QuerySet[Item], first: str = "") -> QuerySet[Item]:
        """Rows in the order that is asked for; unknown values last either way, ties by rank.

        first: a word of ORDERS by which the rows are grouped before
        """
        name = self.sort.removeprefix("-") or "rank"
        keys = list(keys_of(name, down=self.sort.startswith("-")))
        if first:
            keys = [*keys_of(first), *keys]
        # The plain column keeps the index of the plan's order of use.
        return items.order_by(*([] if keys == ["rank"] else keys), "rank", "pk")


NO_FILTER = ItemFilter()


def keys_of(name: str, *, down: bool = False) -> Iterable:
    """What a query orders by for a word of ORDERS."""
    if name == "rank":
        return ["-rank" if down else "rank"]
    columns = [F(column) if isinstance(column, str) else column for column in ORDERS[name]]
    return [c.desc(nulls_last=True) if down else c.asc(nulls_last=True) for c in columns]


def batch_of(word: str) -> str:
    """The batch that a word names, or nothing."""
    try:
        return str(uuid.UUID(word))
    except ValueError:
        return ""


@dataclass
class Choices:
    """The rows that a filter may name; each list is read once, when it is asked for."""

    team_rows: QuerySet[Team]
    objective_rows: QuerySet[Objective]
    owner_rows: QuerySet[Person]
    component_rows: QuerySet[Component]
    items: QuerySet[Item]

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

    @cached_property
    def teams(self) -> list[Team]:
        return list(self.team_rows)

    @cached_property
    def objectives(self) -> list[Objective]:
        return list(self.objective_rows)

    @cached_property
    def owners(self) -> list[Person]:
        return list(self.owner_rows)

    @cached_property
    def components(self) -> list[Component]:
        return list(self.component_rows)

    def options(self) -> dict[str, list[tuple[str, str]]]:
        """The choices of each menu as (value, word), the first of them empty."""
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


def named(asked: ItemFilter, parts: Iterable[Part]) -> ItemFilter:
    """The same filter with names where a menu left row numbers."""
    return replace(asked, q=" ".join(part.written for part in parts))


def chips(
    asked: ItemFilter, choices: Choices, path: str, parts: list[Part] | None = None, user=None
) -> list[tuple[str, str, str]]:
    """(name, word, address without it) of every term that says something."""
    parts = asked.parts(choices.items, user, choices) if parts is None else parts
    found = [
        (
            str(NAMES.get(part.term.name, part.term.name.upper())),
            part.word,
            path + asked.without(part.term).query(),
        )
        for part in parts
        if part.condition is not None
    ]
    if asked.imported:
        # A batch has no name that a person knows.
        found.append((_("Import"), _("this one"), path + asked.query(imported="")))
    return found
