"""Computing, storing and explaining the forecast of a plan."""

import datetime
import time
from contextlib import suppress
from dataclasses import replace

from django.db import Error, transaction
from django.db.models import Q
from django.utils import timezone

from roadmaps import forecasting as engine
from roadmaps import queries
from roadmaps.forecasting.plan import encode
from roadmaps.forecasting.results import Dates, Move, ObjectiveResult
from roadmaps.models import (
    ForecastMoves,
    ForecastRun,
    ItemForecast,
    ObjectiveForecast,
    PlanStatus,
)
from roadmaps.services.hurts import find_hurts
from roadmaps.services.learning import learn_new_estimates
from roadmaps.services.opinion import second_opinion
from roadmaps.services.published import figures_of, settle_figures
from roadmaps.services.scope import compare_moments
from roadmaps.services.thinning import drop_overtaken
from tpm import figures, revisions
from tpm.models import Product

LINKS_KEPT = 20
COMPARED_AT_ONCE = 300  # open items
ANEW = (ForecastRun.Reason.NIGHTLY, ForecastRun.Reason.REPLANNED)
"""Reasons for which the start order is planned anew."""


def refresh_forecast(
    product_id: int,
    *,
    reason: str = ForecastRun.Reason.CHANGE,
    as_of: datetime.date | None = None,
    trials: int | None = None,
) -> bool:
    """Recompute one plan's forecast. Safe to run twice, or in two workers at once.

    reason: NIGHTLY plans the start order anew, once for the same plan of a day, and REPLANNED
            because somebody chose so; ASKED computes again in the order that is kept, so the same
            inputs give the same dates; CHANGE does so too, and nothing where nothing changed
    as_of:  the day of the forecast, today unless a past day is replayed
    returns: False when the product is gone, changed meanwhile (the next sweep takes it again), or
             another worker has stored a later forecast
    """
    product = Product.objects.filter(pk=product_id).first()
    if product is None:
        return False
    began = time.perf_counter()
    day = as_of or timezone.localdate()
    learn_new_estimates(product, as_of=day)
    before = ForecastRun.objects.filter(product=product).first()
    plan = queries.plan_of(product, as_of=day)
    digest = engine.inputs_hash(plan)
    same = before and (before.inputs_hash, before.seed) == (digest, product.plan_seed)
    known = reason == ForecastRun.Reason.CHANGE or (
        before and reason == before.reason == ForecastRun.Reason.NIGHTLY
    )
    if before and same and known:
        return note_status(before, product.revision, day)
    plan = keep_order(plan, before, reason)
    result, chance = engine.simulate_jointly(
        plan, trials=trials or engine.TRIALS, seed=product.plan_seed
    )
    return store_forecast(
        product, plan, result, chance, digest=digest, reason=reason, began=began,
        after=before.pk if before else 0,
    )  # fmt: skip


def keep_order(plan: engine.Plan, before: ForecastRun | None, reason: str) -> engine.Plan:
    """The plan with the start order that it is simulated in, from the order of the run before.

    A change places anew what it concerns, and nothing else; what was forecast before, as after an
    undo, has the order of then again, and so its dates. A full re-plan (ANEW) leaves the old order
    only for a better one, and puts each item into the quarter of its P50 start.
    """
    if before is None:
        return plan
    known = None
    if reason not in ANEW:
        digest = engine.inputs_hash(plan)
        known = queries.run_of_inputs(before.product_id, digest, seed=before.seed)
    if known is not None:
        quarters = {int(id): quarter for id, quarter in known.quarters.items()}
        return replace(plan, order=tuple(known.order), quarters=quarters)
    old = engine.Plan.from_dict(before.inputs)
    kept = replace(plan, order=engine.kept_order(old, before.order, plan))
    if reason in ANEW:
        return replace(plan, order=engine.replan(kept))
    quarters = {int(id): quarter for id, quarter in before.quarters.items()}
    return replace(kept, quarters=quarters)


def note_status(run: ForecastRun, revision: int, day: datetime.date) -> bool:
    """Say which revision the newest run has seen, unless a later one is noted already.

    returns: whether the plan is still at that revision
    """
    PlanStatus.objects.get_or_create(product_id=run.product_id)
    known = PlanStatus.objects.filter(product_id=run.product_id, revision__lte=revision)
    # A run that another worker stored since is the newer one, also of the same plan.
    known = known.filter(Q(run=None) | Q(run__lte=run.pk))
    known.update(run=run, revision=revision, as_of=day, failure="")
    return Product.objects.filter(pk=run.product_id, revision=revision).exists()


def overtaken(product: Product, day: datetime.date, *, reason: str, after: int) -> bool:
    """Whether another worker has stored a later forecast; its status is locked until the commit.

    So is a new start order that was stored since: this one was computed in the order of before,
    and would take the new one away again without a word.

    after: the run whose order this one keeps
    """
    PlanStatus.objects.get_or_create(product=product)
    status = PlanStatus.objects.select_for_update().get(product=product)
    if status.run_id is None:
        return False
    newer = ForecastRun.objects.filter(product=product, pk__gt=after, reason__in=ANEW)
    if reason not in ANEW and newer.exists():
        return True
    return status.revision > product.revision or (status.as_of is not None and status.as_of > day)


@transaction.atomic
def store_forecast(
    product: Product,
    plan: engine.Plan,
    result: engine.Result,
    chance: float | None,
    *,
    digest: str,
    reason: str,
    began: float,
    after: int = 0,
) -> bool:
    """Write a run with its dates and figures, unless a later one is there already.

    chance:  share of trials in which everything lands by its target
    digest:  hash of the inputs before the order to keep was added
    after:   the run whose start order was read
    returns: False when the plan changed meanwhile: it stays due
    """
    if overtaken(product, plan.today, reason=reason, after=after):
        return False
    run = run_of(product, plan, result, chance, digest=digest, reason=reason, began=began)
    bases = {item.id: basis_of(item) for item in plan.items}
    ItemForecast.objects.bulk_create(
        item_row(run, item, bases[item.id]) for item in result.items if item.source != "done"
    )
    ObjectiveForecast.objects.bulk_create(
        objective_row(run, objective) for objective in result.objectives if objective.finish
    )
    if plan.today >= timezone.localdate():
        figures.publish_all(figures_of(run, result))
        settle_figures(run)
        revisions.enqueue("roadmaps.explain_forecast", run.pk)
        revisions.enqueue("roadmaps.refresh_priorities", product.pk)
    return note_status(run, product.revision, plan.today)


def run_of(
    product: Product,
    plan: engine.Plan,
    result: engine.Result,
    chance: float | None,
    *,
    digest: str,
    reason: str,
    began: float,
) -> ForecastRun:
    """The row of a run; one of a past day is dated to the night before that day."""
    at = timezone.now()
    if plan.today < timezone.localdate():
        at = datetime.datetime.combine(plan.today, datetime.time(2, 10), datetime.UTC)
    return ForecastRun.objects.create(
        product=product,
        at=at,
        as_of=plan.today,
        revision=product.revision,
        seed=result.seed,
        trials=result.trials,
        inputs_hash=digest,
        inputs=plan.to_dict(),
        reason=reason,
        milliseconds=round(1000 * (time.perf_counter() - began)),
        open_items=len(result.order),
        without_estimate=result.without_estimate,
        order=list(result.order),
        quarters=result.quarters,
        teams=encode(result.teams),
        engine=result.engine,
        end=end_of(result),
        critical_links=[
            [link.pred, link.succ, link.critical] for link in result.links[:LINKS_KEPT]
        ],
        second_opinion=second_opinion(product, plan, result),
        chance=chance,
    )


def end_of(result: engine.Result) -> dict | None:
    """Days by which all that is open is done; None when nothing is."""
    project = result.project
    return encode(project.finish) if project and project.finish else None


def basis_of(item: engine.PlanItem) -> str:
    learned = item.range is not None and item.range != item.typed
    return ItemForecast.Basis.LEARNED if learned else ItemForecast.Basis.TYPED


def item_row(run: ForecastRun, item: engine.ItemResult, basis: str) -> ItemForecast:
    return ItemForecast(
        run=run,
        item_id=item.id,
        start_p50=item.start.p50,
        start_p85=item.start.p85,
        basis=basis if item.source == "range" else item.source,
        why=encode(item.why) if item.why else None,
        overload=item.overload,
        violated=item.violated,
        critical=item.critical,
        sensitivity=item.sensitivity,
        queueing=item.queueing,
        **dates_of(item),
    )


def objective_row(run: ForecastRun, objective: ObjectiveResult) -> ObjectiveForecast:
    return ObjectiveForecast(
        run=run,
        objective_id=objective.id,
        open_items=objective.open_items,
        last=[list(pair) for pair in objective.last],
        critical=[list(pair) for pair in objective.critical],
        **dates_of(objective),
    )


def dates_of(result: engine.ItemResult | ObjectiveResult) -> dict:
    finish = result.finish or Dates(None, None, None, None)
    return {
        "p10": finish.p10,
        "p50": finish.p50,
        "p85": finish.p85,
        "p95": finish.p95,
        "target_date": result.target,
        "chance": result.chance,
        "histogram": encode(result.histogram) if result.histogram else {},
        "errors": encode(result.errors) if result.errors else None,
    }


def note_failure(product_id: int, error: Exception, *, revision: int, day: datetime.date) -> None:
    """Keep why a plan could not be computed, for the page that shows its dates.

    It is tried again once the plan or the day moves on, or at once where the database failed:
    the same plan would fail the same way each minute, and keep a worker busy for good.
    """
    PlanStatus.objects.get_or_create(product_id=product_id)
    seen = {} if isinstance(error, Error) else {"revision": revision, "as_of": day}
    PlanStatus.objects.filter(product_id=product_id, revision__lte=revision).update(
        failure=(str(error) or type(error).__name__)[:300], **seen
    )


def explain_forecast(run_id: int) -> None:
    """Store what moved the dates since the run before and since a week ago, on the same draws.

    A run that is no longer the newest is left alone: nobody asks for it any more.
    """
    run = ForecastRun.objects.filter(pk=run_id).first()
    if run is None or run.pk != newest_pk(run.product_id):
        return
    # The longest look back first: it is what the pages show.
    for since in (queries.run_a_week_before(run), queries.run_before(run)):
        if since is not None:
            explain_move(run, since)
    revisions.enqueue("roadmaps.study_forecast", run.pk)
    drop_overtaken(run)


def study_forecast(run_id: int) -> None:
    """What takes longer than the dates: what hurts objectives, what changed since one committed.

    A large plan is compared with its baseline once somebody asks. Where the plan moves on
    meanwhile this ends at once, so that new dates do not wait for it: their run has its own study.
    """
    run = ForecastRun.objects.filter(pk=run_id).first()
    if run is None or run.pk != newest_pk(run.product_id):
        return
    due = queries.products_with_a_due_forecast(run.as_of).filter(pk=run.product_id)

    def look(_done: int, _of: int) -> None:
        if due.exists():
            raise Overtaken

    with suppress(Overtaken):
        find_hurts(run, look)
        committed = run.product.baselines.select_related("run").first()
        if committed and committed.run_id != run.pk and run.open_items <= COMPARED_AT_ONCE:
            compare_moments(committed.run, run, look)


class Overtaken(Exception):
    """The plan moved on while its last forecast was studied."""


def newest_pk(product_id: int) -> int | None:
    return ForecastRun.objects.filter(product_id=product_id).values_list("pk", flat=True).first()


def explain_move(run: ForecastRun, since: ForecastRun) -> ForecastMoves:
    """The way from one stored run to a later one; computed once, then read."""
    known = ForecastMoves.objects.filter(run=run, since=since).first()
    if known is not None:
        return known
    before = engine.Plan.from_dict(since.inputs)
    after = queries.with_finished(engine.Plan.from_dict(run.inputs), before)
    moves = engine.moves(before, after, trials=min(run.trials, since.trials), seed=run.seed)
    totals = {"items": encode(moves.items), "objectives": encode(moves.objectives)}
    steps = [
        encode(
            replace(
                step,
                items=what_moved(step.items, moves.items),
                objectives=what_moved(step.objectives, moves.objectives),
            )
        )
        for step in moves.steps
    ]
    found, _ = ForecastMoves.objects.get_or_create(
        run=run, since=since, defaults={"steps": steps, "totals": totals}
    )
    return found


def what_moved(step: dict[int, Move], totals: dict[int, Move]) -> dict[int, Move]:
    """The moves of a step that are not zero; what is unknown in this step alone is none of them."""

    def is_still(id: int, move: Move) -> bool:
        if move.chance is None and id in totals and totals[id].chance is not None:
            return False
        moved = move.chance or move.later or move.earlier
        return not moved and move.p50_days == 0 and move.p85_days == 0

    return {id: move for id, move in step.items() if not is_still(id, move)}
