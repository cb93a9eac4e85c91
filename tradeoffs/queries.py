"""Reads: which decisions a person may see, and what one page needs of them."""

import datetime

from django.db.models import (
    Case,
    DateField,
    Exists,
    F,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    When,
)

from roadmaps.models import Item
from tpm.models import Figure, Level, Person, Product, Role
from tpm.roles import can, products_visible_to
from tradeoffs.models import Decision, Review, Robustness, Score, Supersession

State = Decision.State
LONG = ("context", "constraints", "reasons", "consequences", "confirmation", "record")
"""What no row of a list shows."""


def decisions_visible_to(user) -> QuerySet[Decision]:
    return Decision.objects.filter(product__in=products_visible_to(user))


def with_matrix(decisions: QuerySet[Decision], *, whole: bool = False) -> QuerySet[Decision]:
    """All that a matrix and its row in a list need, in a fixed number of queries.

    whole: also the notes of the scores, and who gave them
    """
    scores = Score.objects.select_related("by", "criterion")
    if not whole:
        scores = Score.objects.only("option_id", "criterion_id", "p10", "p50", "p90")
    if not whole:
        decisions = decisions.defer(*LONG)
    return decisions.select_related(
        "product", "driver", "approver", "author", "chosen", "decided_by"
    ).prefetch_related(
        "options", Prefetch("options__scores", scores), "criteria", Prefetch("runs", newest_runs())
    )


def newest_runs() -> QuerySet[Robustness]:
    """The newest draws, without what they were made from."""
    return Robustness.objects.filter(frozen=False).defer("inputs")


def waiting_for(user, product: Product) -> QuerySet[Decision]:
    """Decisions that this person can move on: reviews for a lead, own drafts sent back."""
    sent_back = Exists(
        Review.objects.filter(decision=OuterRef("pk"), verdict=Review.Verdict.ASK_FOR_CHANGES)
    )
    waits = Q(sent_back, state=State.DRAFT, author=user)
    if is_sole_lead(user, product):
        waits |= Q(state=State.IN_REVIEW)
    elif can(user, "decide", product):
        waits |= Q(state=State.IN_REVIEW) & ~Q(author=user)
    return Decision.objects.filter(waits, product=product)


def other_leads(user, product: Product) -> QuerySet[Person]:
    """Leads of the product with an account, apart from this person."""
    return (
        Person.objects.filter(
            pk__in=Role.objects.filter(product=product, level=Level.LEAD).values("person"),
            user__is_active=True,
        )
        .exclude(user=user)
        .order_by("name")
    )


def is_sole_lead(user, product: Product) -> bool:
    return can(user, "decide", product) and not other_leads(user, product).exists()


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
