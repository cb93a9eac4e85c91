"""Reads of what follows from decisions: who is asked, what is due, and how predictions did."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping

from django.db.models import Exists, OuterRef, Q, QuerySet

from roadmaps.models import Item
from tpm.models import Product
from tpm.roles import can
from tradeoffs import reality
from tradeoffs.models import (
    Consequence,
    Decision,
    Firing,
    LookBack,
    Prediction,
    RevisitTrigger,
)
from tradeoffs.queries import decisions_visible_to

State = Decision.State
ACCEPTED_ONCE = (State.ACCEPTED, State.SUPERSEDED, State.DEPRECATED)


def consequences_visible_to(user) -> QuerySet[Consequence]:
    return Consequence.objects.filter(decision__in=decisions_visible_to(user))


def predictions_visible_to(user) -> QuerySet[Prediction]:
    return Prediction.objects.filter(decision__in=decisions_visible_to(user))


def triggers_visible_to(user) -> QuerySet[RevisitTrigger]:
    return RevisitTrigger.objects.filter(decision__in=decisions_visible_to(user))


def firings_visible_to(user) -> QuerySet[Firing]:
    return Firing.objects.filter(trigger__decision__in=decisions_visible_to(user))


def open_firings(product: Product) -> QuerySet[Firing]:
    """What decisions of the product are asked, the longest first."""
    found = Firing.objects.filter(
        trigger__decision__product=product,
        trigger__decision__state=State.ACCEPTED,
        answered_at=None,
    )
    return found.select_related(
        "trigger__decision__product", "trigger__owner", "trigger__item", "trigger__component",
        "trigger__neighbour", "successor",
    ).order_by("fired_at")  # fmt: skip


def asked_of(user, product: Product) -> Q:
    """Firings that are this person's to answer: as owner, or as a lead where nobody owns them."""
    mine = Q(trigger__owner__user=user)
    if can(user, "decide", product):
        nobody = Q(trigger__owner=None) | Q(trigger__owner__user=None)
        mine |= nobody
    return mine


def may_answer(trigger: RevisitTrigger, user) -> bool:
    """Whether somebody may answer what it asks: its owner, and whoever decides."""
    owner, product = trigger.owner, trigger.decision.product
    mine = owner is not None and owner.user_id == user.pk and can(user, "draft_decision", product)
    return mine or can(user, "decide", product)


def due_of(user, product: Product, today: datetime.date) -> QuerySet[Decision]:
    """Decisions to look back on that are this person's: as driver, or as author without one."""
    mine = Q(driver__user=user) | Q(driver=None, author=user)
    if can(user, "decide", product):
        mine |= Q(driver__isnull=False, driver__user=None)
    return due_for_a_look(product, today).filter(mine)


def due_for_a_look(product: Product, today: datetime.date) -> QuerySet[Decision]:
    """Accepted decisions whose day to check has come, or with a prediction whose day has."""
    due = Exists(
        Prediction.objects.filter(decision=OuterRef("pk"), outcome=None, due_on__lte=today)
    )
    return (
        Decision.objects.filter(Q(check_on__lte=today) | due, product=product, state=State.ACCEPTED)
        .select_related("driver", "author", "product")
        .order_by("check_on", "number")
    )


def realities(
    accepted: Mapping[int, datetime.date | None], today: datetime.date
) -> dict[int, reality.Real]:
    """What has become of accepted decisions, in four queries for any number of them.

    accepted: id of each to the day on which it is checked
    """
    if not accepted:
        return {}
    items: dict[int, list[str]] = defaultdict(list)
    linked = Decision.items.through.objects.filter(decision_id__in=accepted)
    for pk, state in linked.values_list("decision_id", "item__state"):
        items[pk].append(state)
    checked: dict[int, list[bool]] = defaultdict(list)
    for row in Prediction.objects.filter(decision__in=accepted, outcome__isnull=False):
        assert row.outcome is not None
        kept = reality.kept(chance=row.chance, low=row.p10, high=row.p90, outcome=row.outcome)
        checked[row.decision_id].append(kept)
    again: dict[int, str] = {}
    said = LookBack.objects.filter(decision__in=accepted).order_by("at", "pk")
    again.update(said.values_list("decision_id", "again"))
    asked = set(
        Firing.objects.filter(trigger__decision__in=accepted, answered_at=None).values_list(
            "trigger__decision_id", flat=True
        )
    )
    return {
        pk: reality.judge(
            items=items[pk],
            checked=checked[pk],
            again=again.get(pk, ""),
            check_on=check_on,
            asked=pk in asked,
            today=today,
        )
        for pk, check_on in accepted.items()
    }


def checked_predictions(product: Product) -> QuerySet[Prediction]:
    """Predictions of the product that have an outcome, those checked last first."""
    found = Prediction.objects.filter(decision__product=product, outcome__isnull=False)
    return found.select_related("decision").order_by("-outcome_at", "-pk")


def reversals(product: Product) -> tuple[int, int]:
    """Decisions that were superseded or deprecated, of all that were accepted here."""
    accepted = Decision.objects.filter(
        product=product, state__in=ACCEPTED_ONCE, decided_at__isnull=False
    )
    return accepted.exclude(state=State.ACCEPTED).count(), accepted.count()


def same_again(product: Product) -> tuple[int, int]:
    """Decisions that would be chosen again, of those whose last look back said yes or no."""
    said = LookBack.objects.filter(decision__product=product).order_by("at", "pk")
    last = dict(said.values_list("decision_id", "again"))
    answers = [word for word in last.values() if word != LookBack.Again.UNCLEAR]
    return answers.count(LookBack.Again.YES), len(answers)


def items_by_key(keys: Iterable[str]) -> dict[str, Item]:
    return {item.key: item for item in Item.objects.filter(key__in=list(keys))}


def decisions_by_key(keys: Iterable[str]) -> dict[str, Decision]:
    return {row.key: row for row in Decision.objects.filter(key__in=list(keys))}
