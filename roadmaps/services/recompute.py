"""Forecasts that somebody asks for: computed again as it stands, or in a new start order."""

from typing import Any

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from roadmaps import forecasting as engine
from roadmaps import queries
from roadmaps.forecasting.order import moved_among
from roadmaps.models import ForecastMoves, ForecastRun
from roadmaps.services.forecasts import explain_forecast, keep_order, refresh_forecast
from tpm import jobs, revisions
from tpm.models import Job, Product

MOVED_SHOWN = 20
GONE = "This product is gone."


def request_forecast(product: Product, *, by) -> Job:
    """Start a forecast in the order that is kept, with a job that shows how far it is."""
    return _request(product, by=by, title=f"Forecast of {product.name}")


def _request(product: Product, *, by, title: str, arguments: dict | None = None) -> Job:
    job = jobs.create(
        "forecast", title, product=product, by=by, total=3, unit="steps", arguments=arguments
    )
    revisions.enqueue("roadmaps.run_forecast_job", job.pk)
    return job


def run_forecast_job(job_id: int) -> None:
    """The work behind `request_forecast` and `keep_new_order`: learn, simulate, explain."""
    from roadmaps.services.learning import refresh_learning

    with jobs.running(job_id) as job:
        if job is None:
            return
        product_id = job.job.product_id
        if product_id is None:
            raise jobs.JobRefused(GONE)
        planned_from = job.job.arguments.get("planned_from")
        reason = ForecastRun.Reason.REPLANNED if planned_from else ForecastRun.Reason.ASKED
        if planned_from:
            _refuse_another_plan(product_id, planned_from)
        else:
            job.progress(0, note="Learning from finished work")
            refresh_learning(product_id)
        job.progress(1, note=f"Simulating {engine.TRIALS:,} trials")
        refresh_forecast(product_id, reason=reason)
        job.progress(2, note="Finding what moved the dates")
        run = _kept(product_id, planned_from) if planned_from else _newest(product_id)
        explain_forecast(run.pk)
        job.progress(3)
        job.report = {"outcome": outcome(run), **report_of(run)}


def _newest(product_id: int) -> ForecastRun:
    run = ForecastRun.objects.filter(product_id=product_id).first()
    if run is None:
        raise jobs.JobRefused(GONE)
    return run


def _kept(product_id: int, planned_from: list[int]) -> ForecastRun:
    """The forecast in the new order, as this job stored it.

    raises: JobRefused where another worker was quicker: then the old order stands
    """
    run, revision = planned_from
    found = ForecastRun.objects.filter(
        product_id=product_id, pk__gt=run, revision=revision, reason=ForecastRun.Reason.REPLANNED
    ).first()
    if found is None:
        raise jobs.JobRefused(
            _("The plan changed while the new order was computed, so the old one stands. Plan the "
              "order anew once more.")
        )  # fmt: skip
    return found


def report_of(run: ForecastRun) -> dict[str, Any]:
    return {
        "open items": run.open_items,
        "without an estimate": run.without_estimate,
        "trials": run.trials,
        "milliseconds": run.milliseconds,
    }


def outcome(run: ForecastRun) -> str:
    """What a run changed against the one before, in a sentence."""
    before = queries.run_before(run)
    told = ForecastMoves.objects.filter(run=run, since=before).first() if before else None
    if before is None or told is None:
        return _("The first forecast of this plan.")
    moved = sum(bool(move.get("p85_days")) for move in told.totals.get("items", {}).values())
    if moved:
        return _("P85 moved for %(n)s items. The forecast page says why.") % {"n": moved}
    if before.inputs_hash == run.inputs_hash and before.order == run.order:
        return _("No date moved: the same inputs in the same order give the same dates.")
    return _("No P85 moved.")


def request_new_order(product: Product, *, by) -> Job:
    """Start planning the start order anew; its page compares both, and nothing is kept yet."""
    title = f"New start order for {product.name}"
    job = jobs.create("order", title, product=product, by=by, total=2, unit="steps")
    revisions.enqueue("roadmaps.run_order_job", job.pk)
    return job


def run_order_job(job_id: int) -> None:
    """The work behind `request_new_order`: both orders on the same draws, side by side."""
    with jobs.running(job_id) as job:
        if job is None:
            return
        product = job.job.product
        if product is None:
            raise jobs.JobRefused(GONE)
        before = ForecastRun.objects.filter(product=product).first()
        if before is None:
            raise jobs.JobRefused(_("There is no forecast yet, so there is no order to replace."))
        job.progress(0, note="Planning the order")
        plan = queries.plan_of(product, as_of=timezone.localdate())
        kept = keep_order(plan, before, ForecastRun.Reason.ASKED)
        anew = keep_order(plan, before, ForecastRun.Reason.REPLANNED)
        job.progress(1, note=f"Simulating {engine.TRIALS:,} trials in both orders")
        found = engine.moves(kept, anew, trials=engine.TRIALS, seed=product.plan_seed)
        job.report = {
            "page": reverse("roadmaps:order-report", args=[product.key, job_id]),
            "run": before.pk,
            "revision": product.revision,
            "displaced": len(moved_among(found.before.order, found.after.order)),
            "items moved": sum(bool(move.p85_days) for move in found.items.values()),
            "end": _end(found.before.project, found.after.project),
            "objectives": _compared(found.objectives, found.before, found.after, "objectives"),
            "items": _compared(found.items, found.before, found.after, "items"),
        }
        job.progress(2)


def _end(before: Any, after: Any) -> dict[str, Any] | None:
    """The end of all open work in both orders; None where nothing is open."""
    if before is None or after is None:
        return None
    old, new = before.finish.p85, after.finish.p85
    days = (new - old).days if old and new else None
    return {
        "id": 0, "key": _("All open work"), "p85 now": _day(old), "p85 anew": _day(new),
        "days": days, "chance now": None, "chance anew": None,
    }  # fmt: skip


def _compared(moves: dict, before: Any, after: Any, kind: str) -> list[dict[str, Any]]:
    """P85 and chance in both orders: of every open objective, of the items that move most."""
    old = {row.id: row for row in getattr(before, kind)}
    rows = [row for row in getattr(after, kind) if row.id in moves and row.finish is not None]
    if kind == "items":
        rows = [row for row in rows if moves[row.id].p85_days]
        rows.sort(key=lambda row: (-abs(moves[row.id].p85_days), row.key))
        rows = rows[:MOVED_SHOWN]
    return [
        {
            "id": row.id,
            "key": row.key,
            "p85 now": _day(old[row.id].finish.p85),
            "p85 anew": _day(row.finish.p85),
            "days": moves[row.id].p85_days,
            "chance now": old[row.id].chance,
            "chance anew": row.chance,
        }
        for row in rows
    ]


def _day(day) -> str | None:
    return day.isoformat() if day else None


def keep_new_order(product: Product, compared: Job, *, by) -> Job:
    """Make the order that a job compared the plan's own, by a forecast in it.

    raises: ValidationError when the plan has another forecast by now: the comparison is old
    """
    report = compared.report
    _check_same(product.pk, report.get("run"), report.get("revision"))
    return _request(
        product,
        by=by,
        title=_("Forecast of %(product)s in the new start order") % {"product": product.name},
        arguments={"planned_from": [report["run"], report["revision"]]},
    )


def is_current(product: Product, compared: Job) -> bool:
    """Whether what a job compared is still the plan as it stands."""
    try:
        _check_same(product.pk, compared.report.get("run"), compared.report.get("revision"))
    except ValidationError:
        return False
    return True


def _check_same(product_id: int, run: int | None, revision: int | None) -> None:
    now = ForecastRun.objects.filter(product_id=product_id).first()
    revisions_now = Product.objects.filter(pk=product_id).values_list("revision", flat=True)
    if (
        now is None
        or now.pk != run
        or revisions_now.first() != revision
        or now.as_of != timezone.localdate()
    ):
        words = _("The plan has moved on since this comparison. Plan the order anew once more.")
        raise ValidationError(words)


def _refuse_another_plan(product_id: int, planned_from: list[int]) -> None:
    try:
        _check_same(product_id, *planned_from)
    except ValidationError as moved_on:
        raise jobs.JobRefused(moved_on.messages[0]) from moved_on
