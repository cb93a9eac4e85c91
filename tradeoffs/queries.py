"""Reads: which decisions a person may see, and what one page needs of them."""

import datetime

from django.db.models import (
    BooleanField,
    Case,
    DateField,
    F,
    Prefetch,
    Q,
    QuerySet,
    Value,
    When,
)
from django.utils import timezone

from roadmaps.models import Item
from tpm.models import Figure, Product
from tpm.roles import products_visible_to
from tradeoffs import unseen
from tradeoffs.models import (
    Ballot,
    Decision,
    Robustness,
    Score,
    ScoringRound,
    Supersession,
)

State = Decision.State
LONG = ("context", "constraints", "reasons", "consequences", "confirmation", "record")
"""What no row of a list shows."""


def decisions_visible_to(user) -> QuerySet[Decision]:
    return Decision.objects.filter(product__in=products_visible_to(user))


def with_matrix(
    decisions: QuerySet[Decision], *, viewer, whole: bool = False
) -> QuerySet[Decision]:
    """All that a matrix and its row in a list need, in a fixed number of queries.

    viewer: who will see it, which decides what is `unseen`; None for work that nobody sees
    whole:  also the notes of the scores, and who gave them
    """
    scores = Score.objects.select_related("by", "criterion") if whole else numbers_alone()
    if not whole:
        decisions = decisions.defer(*LONG)
    rows = seen_by(viewer, decisions)
    return rows.select_related(
        "product", "driver", "approver", "author", "chosen", "decided_by"
    ).prefetch_related(
        "options",
        Prefetch("options__scores", scores),
        "criteria",
        Prefetch("runs", newest_runs()),
        with_shown_rounds(),
    )


def to_weigh(decisions: QuerySet[Decision], *, viewer) -> QuerySet[Decision]:
    """What other weights are tried on: no stored draws, and nobody's name but the scorers'."""
    return (
        seen_by(viewer, decisions)
        .defer(*LONG)
        .select_related("product", "weighting")
        .prefetch_related(
            "options",
            Prefetch("options__scores", numbers_alone()),
            "criteria",
            Prefetch("runs", Robustness.objects.none()),
            with_shown_rounds(),
        )
    )


def numbers_alone() -> QuerySet[Score]:
    return Score.objects.only(
        "option_id",
        "criterion_id",
        "p10",
        "p50",
        "p90",
        "figure_kind",
        "updated_at",
        "valued_at",
    )


def with_shown_rounds() -> Prefetch:
    return Prefetch("rounds", shown_rounds(), to_attr="shown_rounds")


def seen_by(viewer, decisions: QuerySet[Decision]) -> QuerySet[Decision]:
    """Each with the mark whether its matrix is hidden from this person; `matrix.of` wants it.

    viewer: None for work that nobody sees, and from which nothing is hidden
    """
    covered: Value | Case = Value(False, output_field=BooleanField())
    if viewer is not None:
        when = When(unseen.by(viewer), then=True)
        covered = Case(when, default=False, output_field=BooleanField())
    return decisions.annotate(unseen_cells=covered)


def newest_runs() -> QuerySet[Robustness]:
    """The newest draws, without what they were made from."""
    return Robustness.objects.filter(frozen=False).defer("inputs")


def shown_rounds() -> QuerySet[ScoringRound]:
    """Blind rounds that everybody may see, the newest first, with all that was said in them.

    All others stay out: whatever is made of this leaks nothing of a running round.
    """
    over = Q(revealed_at__isnull=False) | Q(due_on__lt=timezone.localdate())
    ballots = Ballot.objects.select_related("person").prefetch_related("scores")
    return (
        ScoringRound.objects.filter(over)
        .order_by("-number")
        .prefetch_related(Prefetch("ballots", ballots))
    )


def ballots_waiting_for(user, product: Product, today: datetime.date) -> QuerySet[Ballot]:
    """Ballots of running rounds that this person has not handed in."""
    return Ballot.objects.filter(
        person__user=user, handed_in=False, round__revealed_at=None, round__due_on__gte=today,
        round__decision__product=product, round__decision__state__in=Decision.OPEN,
    ).select_related("round__decision")  # fmt: skip


def in_order(decisions: QuerySet[Decision], sort: str) -> QuerySet[Decision]:
    """Sorted by `due` (what is due first, undated last), `title`, `state` or `new`."""
    if sort == "title":
        return decisions.order_by("title", "pk")
    if sort == "state":
        return decisions.order_by("state", "-number")
    if sort == "new":
        return decisions.order_by("-number")
    due = Case(
        When(state__in=Decision.OPEN, then=F("due_on")),
        When(state=State.ACCEPTED, then=F("check_on")),
        default=None,
        output_field=DateField(),
    )
    return decisions.order_by(due.asc(nulls_last=True), "-number")


def items_offered(decision: Decision) -> QuerySet[Item]:
    return Item.objects.filter(product=decision.product_id).order_by("number")


def items_with_dates(decision: Decision) -> list[tuple[Item, datetime.date | None]]:
    """The items that a decision shapes, each with its published P85, or None without one."""
    items = list(decision.items.order_by("rank"))
    figures = Figure.objects.filter(
        subject_type=Item._meta.label_lower,
        subject_id__in=[item.pk for item in items],
        kind="p85",
        value__isnull=False,
    )
    day = {f.subject_id: datetime.date.fromordinal(int(f.value)) for f in figures if f.value}
    return [(item, day.get(item.pk)) for item in items]


def replaceable_by(decision: Decision) -> QuerySet[Decision]:
    """Decisions that this one may replace: accepted or deprecated ones of the same product."""
    return (
        Decision.objects.filter(
            product=decision.product_id, state__in=[State.ACCEPTED, State.DEPRECATED]
        )
        .exclude(pk=decision.pk)
        .exclude(replaced_by__new=decision)
    )


def loop_through(old: Decision, new: Decision) -> list[str]:
    """Keys of the loop that "new replaces old" would close, or nothing."""
    edges: dict[int, list[int]] = {}
    rows = Supersession.objects.filter(new__product=new.product_id)
    for older, newer in rows.values_list("old", "new"):
        edges.setdefault(newer, []).append(older)
    path = _path(edges, old.pk, new.pk, set())
    if not path:
        return []
    keys = dict(Decision.objects.filter(pk__in=path).values_list("pk", "key"))
    return [keys[pk] for pk in [new.pk, *path]]


def _path(edges: dict[int, list[int]], start: int, goal: int, seen: set[int]) -> list[int]:
    if start == goal:
        return [start]
    seen.add(start)
    for older in edges.get(start, ()):
        if older not in seen:
            rest = _path(edges, older, goal, seen)
            if rest:
                return [start, *rest]
    return []
