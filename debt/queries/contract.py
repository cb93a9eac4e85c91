"""Reads of taps, of acceptances that end, and of pay-offs to look back on."""

import datetime
import math
from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from debt import ceilings
from debt.maths.tapping import Taps
from debt.mining.ids import Ids
from debt.models import DebtItem, DebtOutcome, DebtTap, Interest, MinedChange
from debt.queries.histories import Trailer
from debt.queries.items import State, acceptances_run_out, debt_items_visible_to
from tpm.models import Product

LOOK_BACK_DAYS = 90
"""Days after a pay-off until it is looked back on, and as many before it that it is held to."""


type Tapped = tuple[datetime.datetime, float]


def tapped(
    items: Iterable[DebtItem],
    since: datetime.datetime,
    trailers: Iterable[Trailer] | None = None,
) -> dict[int, list[Tapped]]:
    """(when, minutes) since an instant of each item: taps, and trailers of commits.

    A commit that was told as a tap too counts once, and not at all where that tap was taken back.
    Items without any are left out.
    trailers: of the readings that count, where they are at hand
    """
    by_key = {item.key: item for item in items}
    found: dict[int, list[Tapped]] = defaultdict(list)
    told: dict[int, Ids] = defaultdict(Ids)
    rows = DebtTap.objects.filter(item__in=[item.pk for item in by_key.values()], at__gte=since)
    for pk, at, minutes, source, reference, withdrawn in rows.order_by("at", "pk").values_list(
        "item_id", "at", "minutes", "source", "reference", "withdrawal"
    ):
        if withdrawn is None:
            found[pk].append((at, minutes))
        if source == DebtTap.Source.COMMIT:
            told[pk].add(reference)
    known = trailers_of(by_key.values(), since) if trailers is None else trailers
    for commit, at, said in known:
        for key, minutes in said:
            item = by_key.get(key)
            if at >= since and item is not None and commit not in told[item.pk]:
                found[item.pk].append((at, minutes))
        for key in {key for key, _ in said if key in by_key}:
            told[by_key[key].pk].add(commit)
    return dict(found)


def trailers_of(
    items: Iterable[DebtItem], since: datetime.datetime
) -> QuerySet[MinedChange, Trailer]:
    """(commit, when, [[key, minutes]]) of commits that name debt, in readings that count."""
    return (
        MinedChange.objects.filter(
            run__product__in={item.product_id for item in items},
            run__ready=True, run__undone_at=None, run__replaced_by=None, at__gte=since,
        )
        .exclude(taps=[])
        .order_by("at", "pk")
        .values_list("commit", "at", "taps")
    )  # fmt: skip


def taps_of(
    items: Iterable[DebtItem], *, window_days: float, trailers: Iterable[Trailer] | None = None
) -> dict[int, Taps]:
    """The taps of each item inside the window, added up; items without one are left out."""
    since = timezone.now() - datetime.timedelta(days=window_days)
    return {
        pk: Taps(
            count=len(rows),
            minutes=math.fsum(minutes for _, minutes in rows),
            first_on=min(at for at, _ in rows).astimezone(datetime.UTC).date(),
        )
        for pk, rows in tapped(items, since, trailers).items()
    }


def acceptances_over() -> QuerySet[DebtItem]:
    """Accepted debt whose day has passed, or whose newest mean interest reaches its ceiling."""
    room = 0.5 * 10**-ceilings.DECIMALS
    reached = Q(
        state=State.ACCEPTED,
        accepted_ceiling_days__isnull=False,
        latest_score__interest_days__gte=F("accepted_ceiling_days") - room,
    )
    return DebtItem.objects.filter(
        Q(pk__in=acceptances_run_out().values("pk")) | reached
    ).select_related("product", "latest_score")


def to_confirm(ask_again_days: float) -> Q:
    """Dragging debt of which a declaration that counts is so old that it is asked again."""
    since = timezone.localdate() - datetime.timedelta(days=ask_again_days - 1)
    moment = timezone.make_aware(datetime.datetime.combine(since, datetime.time.min))
    newer = Interest.objects.filter(item=OuterRef("item"), kind=OuterRef("kind"), at__gte=moment)
    old = Interest.objects.filter(~Exists(newer), item=OuterRef("pk"), at__lt=moment)
    return Q(Exists(old), state__in=DebtItem.DRAGS)


def to_look_back_on(today: datetime.date) -> QuerySet[DebtItem]:
    """Paid debt whose 90 days have passed and that nobody has looked back on yet."""
    done = DebtOutcome.objects.filter(item=OuterRef("pk"), paid_on=OuterRef("closed_on"))
    return DebtItem.objects.filter(
        ~Exists(done),
        state=State.PAID,
        closed_on__lte=today - datetime.timedelta(days=LOOK_BACK_DAYS),
    )


def outcomes_visible_to(user) -> QuerySet[DebtOutcome]:
    return DebtOutcome.objects.filter(item__in=debt_items_visible_to(user))


def outcomes_of(product: Product) -> QuerySet[DebtOutcome]:
    return DebtOutcome.objects.filter(item__product=product).select_related(
        "item", "item__team", "item__item"
    )


def waiting_to_look_back(product: Product, today: datetime.date) -> QuerySet[DebtItem]:
    """Paid debt whose 90 days are not over, the next one first."""
    return DebtItem.objects.filter(
        product=product,
        state=State.PAID,
        closed_on__gt=today - datetime.timedelta(days=LOOK_BACK_DAYS),
    ).order_by("closed_on", "number")
