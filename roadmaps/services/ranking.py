"""Computing and storing a product's ranking and its cost of delay."""

from typing import TYPE_CHECKING, Any

from django.db import Error, transaction
from django.utils import timezone

from roadmaps import forecasting as engine
from roadmaps.models import (
    ForecastRun,
    Item,
    ItemPriority,
    PlanStatus,
    PriorityFormula,
    PriorityRanking,
)
from roadmaps.queries.plan import plan_of_run
from roadmaps.queries.priorities import candidates_of, products_with_a_due_ranking, worths_of
from roadmaps.services.priorities import kept_formula
from tpm.models import Product

if TYPE_CHECKING:
    from roadmaps.forecasting.priority import Ranking
    from roadmaps.forecasting.worth import Delay, Delays


def refresh_priorities(product_id: int) -> bool:
    """Rank a product's items anew, where that is due. Safe to run twice.

    returns: False when nothing is due, or what it read changed meanwhile: the sweep takes it again
    """
    product = products_with_a_due_ranking().filter(pk=product_id).first()
    if product is None:
        return False
    row = PriorityFormula.objects.get(product=product)
    status = PlanStatus.objects.filter(product=product).select_related("run").first()
    run = status.run if status else None
    seen = {
        "revision": row.revision,
        "plan_revision": status.revision if status else 0,
        "run": run,
        "seed": product.plan_seed,
    }
    try:
        ranking, delays, followers = computed(product, row, run)
    except Error:
        raise
    except ValueError as refusal:
        store_failure(product, str(refusal)[:300], seen)
        return False
    return store(product, ranking, delays, followers, seen)


@transaction.atomic
def store_failure(product: Product, failure: str, seen: dict[str, Any]) -> None:
    """Keep why there is no ranking: the same inputs would fail the same way each minute.

    What an older formula made of them goes, or it would stand as the newest.
    """
    stored, _made = PriorityRanking.objects.update_or_create(
        product=product,
        defaults={
            **seen, "at": timezone.now(), "draws": 0, "ranked": 0, "unranked": 0,
            "objectives": {}, "failure": failure,
        },
    )  # fmt: skip
    ItemPriority.objects.filter(ranking=stored).delete()


def computed(
    product: Product, row: PriorityFormula, run: ForecastRun | None
) -> "tuple[Ranking, Delays, dict[int, float]]":
    """The ranking, and on the draws of a stored run the cost of delay, by itself and of followers.

    raises: ValueError
    """
    formula = kept_formula(row)
    ranking = engine.Ranking(0, (), ())
    if formula is not None:
        candidates = candidates_of(product, formula)
        ranking = engine.rank(formula, candidates, seed=product.plan_seed)
    delays, followers = engine.Delays({}, {}, {}), {}
    if run is not None:
        worths = worths_of(product)
        plan = plan_of_run(run)
        delays = engine.delays_of(plan, worths, trials=run.trials, seed=run.seed)
        followers = engine.followers_weeks(plan, worths, seed=run.seed)
    return ranking, delays, followers


@transaction.atomic
def store(
    product: Product, ranking: "Ranking", delays: "Delays", followers: dict[int, float],
    seen: dict[str, Any],
) -> bool:  # fmt: skip
    """Replace the stored ranking. returns: False where the formula or an input moved on"""
    row = PriorityFormula.objects.select_for_update().get(product=product)
    if row.revision != seen["revision"]:
        return False
    stored, _made = PriorityRanking.objects.update_or_create(
        product=product,
        defaults={
            **seen,
            "at": timezone.now(),
            "draws": ranking.draws,
            "ranked": len(ranking.rows),
            "unranked": len(ranking.unranked),
            "objectives": {str(id): told(each) for id, each in delays.objectives.items()},
            "failure": "",
        },
    )
    ItemPriority.objects.filter(ranking=stored).delete()
    rows = rows_of(stored, ranking, delays, followers)
    alive = set(Item.objects.filter(pk__in=rows).values_list("pk", flat=True))
    ItemPriority.objects.bulk_create([rows[pk] for pk in rows if pk in alive], batch_size=500)
    return True


def told(each: "Delay") -> dict[str, float]:
    return {
        "lost": each.lost, "week": each.week, "lost_error": each.lost_error,
        "week_error": each.week_error, "beyond": each.beyond,
    }  # fmt: skip


def rows_of(
    stored: PriorityRanking, ranking: "Ranking", delays: "Delays", followers: dict[int, float]
) -> dict[int, ItemPriority]:
    """One row of each item that has a score, lacks inputs, or costs something by waiting."""
    rows = {each.id: ItemPriority(item_id=each.id, ranking=stored) for each in ranking.rows}
    for each in ranking.rows:
        row = rows[each.id]
        row.score_p10, row.score_p50, row.score_p90 = each.score
        row.error, row.place, row.band = each.error, each.place, each.band
        row.low, row.high = each.low, each.high
        row.first, row.beats_next = each.first, each.beats_next
    for lacking in ranking.unranked:
        rows[lacking.id] = ItemPriority(
            item_id=lacking.id, ranking=stored, missing=list(lacking.missing)
        )
    weekly = delays.weekly()
    for id in weekly.keys() | followers.keys():
        row = rows.setdefault(id, ItemPriority(item_id=id, ranking=stored))
        row.followers_week = followers.get(id)
        row.week = weekly.get(id, 0.0) + followers.get(id, 0.0)
        own = delays.items.get(id)
        if own is not None:
            row.lost, row.lost_error = own.lost, own.lost_error
            row.own_week, row.beyond = own.week, own.beyond
    return rows
