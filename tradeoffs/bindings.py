"""Cells that show a published number: which there are, and what one reads now."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Case, Q, QuerySet, When

from roadmaps.models import Item
from tpm import subjects
from tpm.models import Figure, Team
from tradeoffs.models import Decision, Score

KINDS = {
    "p50": ("finish, P50", "d"),
    "p85": ("finish, P85", "d"),
    "chance": ("chance to be met", "%"),
    "score": ("debt score", "points"),
    "interest": ("interest of the debt", "pd a month"),
    "drag": ("drag of the team", "%"),
}
"""Kind of a figure: what it is called, and the unit that a cell shows it in."""

MOST = 400


@dataclass(frozen=True, slots=True)
class Reading:
    """A published number in the unit of a cell; low and high are None without a range."""

    low: float | None
    value: float
    high: float | None
    unit: str
    as_of: datetime.datetime


@dataclass(frozen=True, slots=True)
class Source:
    """A number that a cell can be bound to. code: what a form sends back."""

    code: str
    label: str
    unit: str


def reading_of(figure: Figure, drafted: datetime.date) -> Reading | None:
    """A figure as a cell shows it: a date as calendar days since drafting, a share in percent."""
    if figure.value is None:
        return None
    unit = KINDS.get(figure.kind, ("", figure.unit))[1]

    def shown(x: float | None) -> float | None:
        if x is None:
            return None
        if figure.unit == "day":
            return float(int(x) - drafted.toordinal())
        return round(x * 100, 2) if figure.unit == "share" else round(x, 3)

    low, value, high = shown(figure.low), shown(figure.value), shown(figure.high)
    assert value is not None
    if low is None or high is None or not low <= value <= high:
        low = high = None
    return Reading(low, value, high, unit, figure.as_of)


def read(score: Score, decision: Decision) -> Reading | None:
    """What the number behind a bound cell is now; None where it is no longer published."""
    figure = named_by(code_of_score(score))
    return None if figure is None else reading_of(figure, decision.created_at.date())


def about(decision: Decision) -> QuerySet[Figure]:
    """Numbers of a decision's product, and of the teams that serve it."""
    teams = Team.objects.filter(shares__product=decision.product_id)
    team = Team._meta.label_lower
    ours = Q(product=decision.product_id) | Q(subject_type=team, subject_id__in=teams.values("pk"))
    return Figure.objects.filter(ours, kind__in=KINDS, value__isnull=False)


def is_offered(decision: Decision, user, code: str) -> bool:
    """Whether this person may let something of the decision follow a number, however many are."""
    named = named_by(code)
    figure = about(decision).filter(pk=named.pk).first() if named is not None else None
    if figure is None:
        return False
    seen = figure.subject_type == Team._meta.label_lower or names_of([figure], user)
    return bool(seen)


def offered(decision: Decision, user) -> list[Source]:
    """Numbers of this product and its teams that a cell may show, linked items first."""
    teams = Team.objects.filter(shares__product=decision.product_id)
    team = Team._meta.label_lower
    item, ids = Item._meta.label_lower, set(decision.items.values_list("pk", flat=True))
    first = Case(When(subject_type=item, subject_id__in=ids, then=0), default=1)
    rows = list(about(decision).order_by(first, "subject_type", "subject_id", "kind")[:MOST])
    names = names_of(rows, user) | {(team, row.pk): row.name for row in teams}
    linked = {(item, pk) for pk in ids}
    places = [((row.subject_type, row.subject_id), row) for row in rows]
    found = [(at not in linked, names[at], row) for at, row in places if at in names]
    found.sort(key=lambda one: (one[0], one[1], one[2].kind))
    return [
        Source(code_of(row), f"{name}: {KINDS[row.kind][0]}", KINDS[row.kind][1])
        for _, name, row in found
    ]


def code_of(row: Figure) -> str:
    return f"{row.subject_type}:{row.subject_id}:{row.kind}"


def code_of_score(score: Score) -> str:
    """What the form of a bound cell shows as chosen; empty where it is not bound."""
    if not score.is_bound:
        return ""
    return f"{score.figure_type}:{score.figure_id}:{score.figure_kind}"


def named_by(code: str) -> Figure | None:
    """The figure that a code stands for."""
    parts = code.split(":")
    if len(parts) != 3 or not parts[1].isdecimal() or len(parts[1]) > 18:
        return None
    return Figure.objects.filter(
        subject_type=parts[0], subject_id=int(parts[1]), kind=parts[2]
    ).first()


def names_of(rows: Iterable[Figure], user) -> dict[tuple[str, int], str]:
    """Names of the records that figures speak of, as far as this person may see them."""
    wanted: dict[str, set[int]] = {}
    for row in rows:
        wanted.setdefault(row.subject_type, set()).add(row.subject_id)
    found = {}
    for label, ids in wanted.items():
        seen = subjects.rows(user, label)
        for row in () if seen is None else seen.filter(pk__in=ids):
            found[label, row.pk] = str(row)[:120]
    return found
