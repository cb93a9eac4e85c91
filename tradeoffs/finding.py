"""Finding decisions: the views of the list, its facets, and words in everything a record says."""

import datetime
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import (
    CharField,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
)
from django.db.models import Value as Literal
from django.db.models.functions import Cast, JSONArray
from django.utils.translation import gettext_lazy as _

from tpm.models import Product
from tradeoffs import waiting
from tradeoffs.models import (
    Criterion,
    Decision,
    DecisionTag,
    Drift,
    Firing,
    Option,
    RecordFile,
    RevisitTrigger,
)

State = Decision.State
MOST_WORDS = 8
MOST_VALUES = 12
VIEWS = (
    ("all", _("All")),
    ("waiting", _("Waiting for me")),
    ("in_review", _("In review")),
    ("accepted", _("Accepted")),
    ("overdue", _("Overdue revisit")),
    ("drifted", _("Winner changed since")),
    ("unbuilt", _("Accepted but unbuilt")),
    ("nofollow", _("No follow-up")),
)

SINGLE = {
    "state": ("state", "state"),
    "tier": ("tier", "tier"),
    "collection": ("file__collection__name", "file__collection__name"),
    "driver": ("driver", "driver__name"),
}
"""Facets of which a decision has one value: the column of it, and the one with its words."""
SEVERAL = {
    "criterion": ("criteria__name", "criteria__name"),
    "tag": ("tags__name", "tags__name"),
    "objective": ("items__objective", "items__objective__title"),
}
FACETS = ("state", "tier", "criterion", "tag", "collection", "objective", "driver")
"""As they stand beside the list."""


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a facet: how many decisions it would keep, and how it is called."""

    count: int
    label: str


def views(user, product: Product, today: datetime.date) -> dict[str, Q]:
    """What each view of the list keeps.

    drifted:  accepted, and with today's numbers another option would win, or this one barely
    unbuilt:  accepted, and a linked item is not done yet
    overdue:  accepted, and its day to check is over or a trigger waits for an answer
    nofollow: accepted, and neither a day nor a trigger makes anybody look at it again
    """
    linked = Decision.items.through.objects.filter(decision_id=OuterRef("pk"))
    open_items = linked.exclude(item__state__in=["done", "dropped"])
    drifts = Drift.objects.filter(decision=OuterRef("pk"), ended_at__isnull=True)
    triggers = RevisitTrigger.objects.filter(decision=OuterRef("pk"))
    fired = Firing.objects.filter(trigger__decision=OuterRef("pk"), answered_at=None)
    accepted = Q(state=State.ACCEPTED)
    return {
        "all": Q(),
        "waiting": Q(pk__in=waiting.ids(user, product)),
        "in_review": Q(state=State.IN_REVIEW),
        "accepted": accepted,
        "overdue": accepted & (Q(check_on__lt=today) | Q(Exists(fired))),
        "drifted": Q(Exists(drifts)),
        "unbuilt": accepted & Q(Exists(open_items)),
        "nofollow": accepted & Q(~Exists(triggers), check_on__isnull=True),
    }


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an address asks for; several values of one facet are alternatives, facets add up."""

    states: list[str] = field(default_factory=list)
    tiers: list[int] = field(default_factory=list)
    criteria: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    collections: list[str] = field(default_factory=list)
    objectives: list[int] = field(default_factory=list)
    drivers: list[int] = field(default_factory=list)
    words: str = ""


def matching(decisions: QuerySet[Decision], wanted: Wanted) -> QuerySet[Decision]:
    """Narrow a list."""
    if wanted.states:
        decisions = decisions.filter(state__in=wanted.states)
    if wanted.tiers:
        decisions = decisions.filter(tier__in=wanted.tiers)
    if wanted.criteria:
        named = Criterion.objects.filter(name__in=wanted.criteria)
        decisions = decisions.filter(pk__in=named.values("decision"))
    if wanted.tags:
        tagged = DecisionTag.objects.filter(name__in=wanted.tags)
        decisions = decisions.filter(pk__in=tagged.values("decision"))
    if wanted.collections:
        files = RecordFile.objects.filter(collection__name__in=wanted.collections)
        decisions = decisions.filter(pk__in=files.values("decision"))
    if wanted.objectives:
        shaped = Decision.items.through.objects.filter(item__objective__in=wanted.objectives)
        decisions = decisions.filter(pk__in=shaped.values("decision"))
    if wanted.drivers:
        decisions = decisions.filter(driver__in=wanted.drivers)
    return with_words(decisions, wanted.words)


def with_words(decisions: QuerySet[Decision], words: str) -> QuerySet[Decision]:
    """Decisions that hold every word somewhere: in their text, options, tags, or their file."""
    for word in words.split()[:MOST_WORDS]:
        decisions = decisions.filter(
            Q(key__iexact=word)
            | Q(title__icontains=word)
            | Q(situation__icontains=word)
            | Q(concern__icontains=word)
            | Q(context__icontains=word)
            | Q(constraints__icontains=word)
            | Q(reasons__icontains=word)
            | Q(consequences__icontains=word)
            | Q(confirmation__icontains=word)
            | Q(pk__in=Option.objects.filter(said(word)).values("decision"))
            | Q(pk__in=DecisionTag.objects.filter(name__icontains=word).values("decision"))
            | Q(pk__in=RecordFile.objects.filter(in_file(word)).values("decision"))
        )
    return decisions


def in_file(word: str) -> Q:
    return Q(text__icontains=word) | Q(path__icontains=word)


def said(word: str) -> Q:
    return Q(name__icontains=word) | Q(description__icontains=word)


def facet_counts(decisions: QuerySet[Decision]) -> dict[str, dict[str, Value]]:
    """How many decisions each value of a facet keeps, in one query. Facet -> value -> count.

    decisions: narrowed by nothing that makes a decision stand in it twice
    """
    rows = decisions.order_by()
    found: dict[str, Counter[tuple[str, str]]] = {name: Counter() for name in FACETS}
    columns = list(dict.fromkeys(column for pair in SINGLE.values() for column in pair))
    others = [counted(rows, name, *pair) for name, pair in SEVERAL.items()]
    for name, value, label, n in together(rows, columns).union(*others, all=True).order_by():
        if name != TOGETHER:
            found[name][value, label] += n
            continue
        row = dict(zip(columns, json.loads(value), strict=True))
        for one, (column, called) in SINGLE.items():
            if row[column] is not None:
                found[one][str(row[column]), str(row[called])] += n
    return {name: largest(counts) for name, counts in found.items()}


TOGETHER = "together"


def together(rows: QuerySet[Decision], columns: Sequence[str]):
    """The facets of which a decision has one value each, counted in one go as a list in JSON."""
    value = Cast(JSONArray(*columns), CharField())
    valued = rows.annotate(value=value, label=Literal("", output_field=CharField()))
    grouped = valued.values("value", "label").annotate(
        n=Cast(Count("pk"), IntegerField()),
        facet=Literal(TOGETHER, output_field=CharField()),
    )
    return grouped.values_list("facet", "value", "label", "n")


def counted(rows: QuerySet[Decision], name: str, column: str, label: str):
    """(facet, value, label, count) of one facet; a decision without a value is in none."""
    valued = rows.filter(**{f"{column}__isnull": False}).annotate(
        value=Cast(F(column), CharField()), label=F(label)
    )
    n = Cast(Count("pk", distinct=name == "objective"), IntegerField())
    facet = Literal(name, output_field=CharField())
    grouped = valued.values("value", "label").annotate(n=n, facet=facet)
    return grouped.values_list("facet", "value", "label", "n")


def largest(counts: Counter[tuple[str, str]]) -> dict[str, Value]:
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0][1].lower()))
    return {value: Value(n, label) for (value, label), n in ranked[:MOST_VALUES]}


def picked(decisions: QuerySet[Decision], keys: Iterable[str]) -> QuerySet[Decision]:
    """The rows that somebody ticked, among those that they see."""
    return decisions.filter(key__in=list(keys)[:1000])
