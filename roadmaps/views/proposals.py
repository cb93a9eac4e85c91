"""Proposed orders: compared by a worker, looked at, and taken or tried as a scenario."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from roadmaps import services, verdict
from roadmaps.models import Item, Objective, PriorityFormula
from roadmaps.pages import priority_rows
from roadmaps.services.proposals import KIND, NAMES, still_holds
from roadmaps.taken_orders import note_taken, taken_of
from roadmaps.views.priorities import page_crumbs
from roadmaps.views.start_order import day_text, fell, tone
from tpm import formats, operations
from tpm.jobs import jobs_visible_to
from tpm.models import Job, Product
from tpm.roles import can, require
from tpm.undo_views import tell
from tpm.views import product_for

ITEMS_SHOWN = 20


def titles() -> dict[str, tuple[str, str]]:
    """Name of a proposal -> its head, and how it was found."""
    return {
        "value": (
            _("By value"),
            _("What costs most by waiting, for the time it takes, goes first (CD3), then items "
              "move while the simulator says that less is lost."),
        ),
        "score": (
            _("By score"),
            _("Items with a score take each other's places in its order; what has none stays, "
              "what a first-ranked item waits for goes first."),
        ),
        "shortest": (
            _("Shortest plan"),
            _("Only the end of the plan counts, whatever the ranks and values say."),
        ),
    }  # fmt: skip


def job_for(request, product: Product, pk: int) -> Job:
    """The comparison of an address, of this product. Any other is 404."""
    return get_object_or_404(jobs_visible_to(request.user), pk=pk, product=product, kind=KIND)


@require_http_methods(["GET", "POST"])
def proposals_new(request, key):
    """Ask the worker for orders; nothing is kept yet. Read, the address leads to the priorities."""
    product = product_for(request, key)
    if request.method == "GET":
        return redirect("roadmaps:priorities", product.key)
    require(request.user, "plan", product)
    job = services.request_proposals(product, by=request.user)
    if request.htmx:
        return render(request, "components/job.html", {"job": job})
    return redirect("roadmaps:proposals", product.key, job.pk)


@require_GET
def proposals(request, key, pk):
    """What each order would change, with the choice to take one, try it or leave it."""
    product = product_for(request, key)
    job = job_for(request, product, pk)
    unit = priority_rows.unit_of(PriorityFormula.objects.filter(product=product).first())
    current = still_holds(product, job)
    taken = None if current else taken_of(job)
    context = {
        "product": product,
        "job": job,
        "unit": unit,
        "found": [section(row, unit) for row in job.report.get("proposals", [])],
        "lost": priority_rows.worth_text(job.report.get("lost"), unit),
        "curves": job.report.get("curves"),
        "current": current,
        "taken": taken and {"order": titles()[taken[0]][0], "by": taken[1].by, "at": taken[1].at},
        "may_take": current and can(request.user, "plan", product),
        "may_try": current and can(request.user, "scenario", product),
        "crumbs": page_crumbs(product, (_("Proposed orders"), "")),
    }
    return render(request, "roadmaps/proposals.html", context)


def section(row: dict[str, Any], unit: str) -> dict[str, Any]:
    """One proposal as ready texts."""
    head, how = titles()[row["name"]]
    gained = row["gained"]
    tiny = abs(gained) < 0.005 * max(abs(row["lost"]), 1.0)
    if tiny:
        words = _("It loses as much as the present order.")
    elif gained > 0:
        words = _("It saves %(amount)s of expected loss.") % {
            "amount": priority_rows.worth_text(gained, unit)
        }
    else:
        words = _("It loses %(amount)s more than the present order.") % {
            "amount": priority_rows.worth_text(-gained, unit)
        }
    bound = row.get("bound") or {}
    return {
        "name": row["name"],
        "head": head,
        "how": how,
        "same": not row["displaced"],
        "displaced": len(row["displaced"]),
        "gained": "" if row["lost"] == 0 and gained == 0 else words,
        "tone": "" if tiny else "ok" if gained > 0 else "warn",
        "end": lines([row["end"]] if row["end"] else [], None, unit, end=True),
        "objectives": lines(row["objectives"], Objective, unit),
        "items": lines(row["items"][:ITEMS_SHOWN], Item, unit),
        "moved": row["moved"],
        "bound": {
            "finish": day_text(bound.get("finish")),
            "bound": day_text(bound.get("bound")),
            "now": day_text(bound["now"]) if bound.get("now") else "",
        } if bound else None,
    }  # fmt: skip


def lines(found: list[dict], model: Any, unit: str, *, end: bool = False) -> list[dict[str, Any]]:
    """Rows of a comparison as ready texts, each with its subject where it is still there."""
    subjects = model.objects.in_bulk([row["id"] for row in found]) if model else {}
    return [
        {
            "subject": subjects.get(row["id"]),
            "name": _("All open work") if end else row["key"],
            "p50": day_text(row["p50 anew"]),
            "p50_moved": moved(row["days50"]),
            "p50_tone": tone(row["days50"] or 0),
            "p85": day_text(row["p85 anew"]),
            "p85_moved": moved(row["days"]),
            "p85_tone": tone(row["days"] or 0),
            "dated": row["chance now"] is not None or row["chance anew"] is not None,
            "chance_was": verdict.chance_text(row["chance now"]),
            "chance_now": verdict.chance_text(row["chance anew"]),
            "chance_tone": tone(fell(row)),
            "gained": gained(row),
            "gained_tone": tone((row["lost anew"] or 0) - (row["lost now"] or 0)),
        }
        for row in found
    ]


def moved(days: int | None) -> str:
    return "" if not days else _("%(n)s d") % {"n": formats.signed(days)}


def gained(row: dict) -> str:
    """Expected value gained; empty where a thing has no value curve."""
    if row["lost now"] is None or row["lost anew"] is None:
        return ""
    value = row["lost now"] - row["lost anew"]
    return formats.signed(value, 0 if abs(value) >= 9.95 or value == int(value) else 1)


def found_in(request, key: str, pk: int) -> tuple[Product, Job, str]:
    product = product_for(request, key)
    name = request.POST.get("name", "")
    return product, job_for(request, product, pk), name


@require_POST
def proposals_take(request, key, pk):
    """Make one of the orders the plan's own, as one change that can be undone."""
    product, job, name = found_in(request, key, pk)
    require(request.user, "plan", product)
    if name not in NAMES:
        raise Http404
    try:
        with operations.recorded(product, by=request.user) as done:
            count = services.take_order(product, job, by=request.user, name=name)
            done.words = _("The plan is ordered anew: %(how)s, %(n)s ranks changed.") % {
                "how": titles()[name][0].lower(), "n": formats.number(count),
            }  # fmt: skip
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("roadmaps:proposals", product.key, job.pk)
    note_taken(job, done.operation, name)
    tell(request, done)
    return redirect("roadmaps:priorities", product.key)


@require_POST
def proposals_try(request, key, pk):
    """Keep one of the orders as a scenario of one change."""
    product, job, name = found_in(request, key, pk)
    require(request.user, "scenario", product)
    if name not in NAMES:
        raise Http404
    title = _("Order: %(how)s, %(when)s") % {
        "how": titles()[name][0].lower(), "when": f"{timezone.localtime():%d %b %H:%M:%S}",
    }  # fmt: skip
    try:
        scenario = services.keep_as_scenario(product, job, by=request.user, name=name, title=title)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("roadmaps:proposals", product.key, job.pk)
    return redirect(scenario)
