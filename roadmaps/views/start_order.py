"""Planning the start order anew: both orders side by side before either is kept."""

import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from roadmaps import services, verdict
from roadmaps.models import ForecastRun, Item, Objective
from roadmaps.services.recompute import is_current
from roadmaps.views.forecasts import crumbs_of
from tpm import formats
from tpm.jobs import jobs_visible_to
from tpm.models import Job, Product
from tpm.roles import can, require
from tpm.views import product_for


def job_for(request, product: Product, pk: int) -> Job:
    """The comparison of an address, of this product. Any other is 404."""
    return get_object_or_404(jobs_visible_to(request.user), pk=pk, product=product, kind="order")


@require_POST
def order_new(request, key):
    """Ask the worker to plan the start order anew and compare; nothing is kept yet."""
    product = product_for(request, key)
    require(request.user, "plan", product)
    job = services.request_new_order(product, by=request.user)
    if request.htmx:
        return render(request, "components/job.html", {"job": job})
    return redirect("roadmaps:order-report", product.key, job.pk)


@require_GET
def order_report(request, key, pk):
    """What a new start order would change, with the choice to keep it or leave it."""
    product = product_for(request, key)
    job = job_for(request, product, pk)
    report = job.report
    current = job.state == Job.State.DONE and is_current(product, job)
    context = {
        "product": product,
        "job": job,
        "same": job.state == Job.State.DONE and not report.get("displaced"),
        "displaced": report.get("displaced"),
        "end": compared([report["end"]]) if report.get("end") else [],
        "objectives": compared(report.get("objectives") or [], Objective),
        "items": compared(report.get("items") or [], Item),
        "moved": report.get("items moved"),
        "current": current,
        "kept": kept_run(product, report.get("run")),
        "may_keep": current and can(request.user, "plan", product),
        "crumbs": crumbs_of(product, (_("Start order"), "")),
    }
    return render(request, "roadmaps/order_report.html", context)


def kept_run(product: Product, run: int | None) -> ForecastRun | None:
    """The forecast in the new order, where it was the next one after the compared run."""
    if run is None:
        return None
    later = ForecastRun.objects.filter(product=product, pk__gt=run).order_by("pk")
    found = later.only("pk", "at", "reason").first()
    return found if found and found.reason == ForecastRun.Reason.REPLANNED else None


def compared(rows: list[dict], model: Any = None) -> list[dict[str, Any]]:
    """Rows of a comparison as ready texts, each with its subject where it is still there."""
    subjects = model.objects.in_bulk([row["id"] for row in rows]) if model else {}
    return [
        {
            "subject": subjects.get(row["id"]),
            "name": row["key"],
            "was": day_text(row["p85 now"]),
            "now": day_text(row["p85 anew"]),
            "days": ""
            if row["days"] is None
            else _("%(n)s d") % {"n": formats.signed(row["days"])},
            "tone": tone(row["days"] or 0),
            "chance_was": verdict.chance_text(row["chance now"]),
            "chance_now": verdict.chance_text(row["chance anew"]),
            "chance_tone": tone(fell(row)),
        }
        for row in rows
    ]


def day_text(text: str | None) -> str:
    return formats.day(datetime.date.fromisoformat(text)) if text else _("beyond ten years")


def tone(later: float) -> str:
    return "warn" if later > 0 else "ok" if later < 0 else ""


def fell(row: dict) -> float:
    """By how much a chance fell; 0 where both read the same."""
    was, now = row["chance now"] or 0.0, row["chance anew"] or 0.0
    return 0.0 if formats.chance(was) == formats.chance(now) else was - now


@require_POST
def order_keep(request, key, pk):
    """Keep the new order of a comparison: the worker computes the forecast in it."""
    product = product_for(request, key)
    require(request.user, "plan", product)
    job = job_for(request, product, pk)
    if job.state != Job.State.DONE:
        raise Http404
    try:
        services.keep_new_order(product, job, by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("roadmaps:order-report", product.key, job.pk)
    messages.success(request, _("The worker computes the forecast in the new order."))
    return redirect("roadmaps:forecast-detail", product.key)
