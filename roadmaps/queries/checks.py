"""Checks with the state that evidence and exceptions give them, and which of them block."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.db.models import (
    Case,
    Count,
    DateField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from roadmaps.models import Check, CheckEvidence, CheckException, CheckState, CheckTemplate, Item
from tpm.models import Product
from tpm.roles import products_visible_to

SOON_DAYS = 30
FOREVER = datetime.date.max
"""The last day on which evidence without one counts."""
BLOCKING = (CheckState.OPEN, CheckState.EXPIRED)
"""States in which an item cannot be done."""


def checks_visible_to(user) -> QuerySet[Check]:
    return Check.objects.filter(item__product__in=products_visible_to(user))


def evidence_visible_to(user) -> QuerySet[CheckEvidence]:
    return CheckEvidence.objects.filter(of__item__product__in=products_visible_to(user))


def standing(evidence: QuerySet[CheckEvidence]) -> QuerySet[CheckEvidence]:
    """Pieces that were not withdrawn."""
    taken_back = CheckEvidence.objects.filter(withdraws=OuterRef("pk"))
    return evidence.filter(~Exists(taken_back)).exclude(kind=CheckEvidence.Kind.WITHDRAWAL)


def with_state(checks: QuerySet[Check], today: datetime.date) -> QuerySet[Any]:
    """Checks with state, proven_until (FOREVER: for good) and excepted_until.

    Valid evidence meets a check; then the newest exception counts; then the state says whether
    there was evidence that has run out.
    """
    evidence = standing(CheckEvidence.objects.filter(of=OuterRef("pk")))
    last = Coalesce("valid_until", Value(FOREVER), output_field=DateField())
    newest = CheckException.objects.filter(of=OuterRef("pk")).order_by("-at", "-pk")
    state = Case(
        When(proven_until__gte=today, then=Value(CheckState.MET.value)),
        When(excepted_until__gte=today, then=Value(CheckState.EXCEPTED.value)),
        When(proven_until__isnull=False, then=Value(CheckState.EXPIRED.value)),
        default=Value(CheckState.OPEN.value),
        output_field=TextField(),
    )
    return checks.annotate(
        proven_until=Subquery(evidence.annotate(last=last).order_by("-last").values("last")[:1]),
        excepted_until=Subquery(newest.values("until")[:1]),
    ).annotate(state=state)


def blocking(checks: QuerySet[Check], today: datetime.date) -> QuerySet[Any]:
    """Those that keep their item from being done."""
    return with_state(checks.filter(dropped_at=None), today).filter(state__in=BLOCKING)


def checks_of(item: Item, today: datetime.date) -> QuerySet[Any]:
    """The checks of one item with their state; dropped ones are not among them."""
    return with_state(item.checks.filter(dropped_at=None), today).select_related("owner")


def blocking_counts(item_ids: Iterable[int], today: datetime.date) -> dict[int, int]:
    """How many checks keep each item from being done; items without any are left out."""
    found = blocking(Check.objects.filter(item__in=list(item_ids)), today)
    rows = found.order_by().values("item_id").annotate(n=Count("pk"))
    return dict(rows.values_list("item_id", "n"))


def due_soon(checks: QuerySet[Check], today: datetime.date) -> QuerySet[Any]:
    """Checks that ask for something within 30 days, soonest first: they are due, or what lets
    them rest runs out."""
    last = today + datetime.timedelta(days=SOON_DAYS)
    live = checks.filter(dropped_at=None).exclude(item__state=Item.State.DROPPED)
    asking = with_state(live, today).annotate(
        asks_on=Case(
            When(state=CheckState.MET, then=F("proven_until")),
            When(state=CheckState.EXCEPTED, then=F("excepted_until")),
            When(state=CheckState.EXPIRED, then=Coalesce("due_on", F("proven_until"))),
            default=F("due_on"),
        )
    )
    return (
        asking.filter(asks_on__lte=last)
        .select_related("item__product", "owner")
        .order_by("asks_on", "item__rank", "number")
    )


def templates_of(product: Product) -> QuerySet[CheckTemplate]:
    """Templates that the product offers: its own, and the workspace's."""
    return CheckTemplate.objects.filter(
        Q(product=product) | Q(product=None), retired_at=None
    ).prefetch_related("components")


def fitting_templates(item: Item) -> list[CheckTemplate]:
    """Templates that fit the item's kind and components and that it never had."""
    touched = set(item.components.values_list("pk", flat=True))
    had = set(item.checks.exclude(template=None).values_list("template_id", flat=True))
    return [
        template
        for template in templates_of(item.product)
        if template.pk not in had and fits(template, item, touched)
    ]


def fits(template: CheckTemplate, item: Item, touched: set[int]) -> bool:
    wanted = {component.pk for component in template.components.all()}
    return (not template.item_kinds or item.kind in template.item_kinds) and (
        not wanted or bool(wanted & touched)
    )
