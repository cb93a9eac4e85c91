"""The forecast of a whole plan: its newest run, what moved since, and the runs before."""

import datetime

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F, Q
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST
from django.views.decorators.vary import vary_on_headers

from roadmaps import load, queries, services, verdict
from roadmaps.models import ForecastRun, Item, ItemForecast, Objective
from roadmaps.pages import calibration as calibration_page
from roadmaps.pages import drivers, moves
from roadmaps.pages import objectives as objective_page
from roadmaps.queries.calibration import is_corrected, own_stretch, said_dates, scores_of
from roadmaps.queries.dates import freshness, has_plan
from tpm import formats, navigation
from tpm.models import Job
from tpm.roles import require
from tpm.views import product_for, remember

RUNS_SHOWN = 20
MOVED_SHOWN = 12
JOBS_SHOWN = 3
RECENT_MINUTES = 10
"""How long the outcome of a job stays on the page."""
PARTS = ("items", "links", "teams", "effects", "objectives")


def crumbs_of(product, *more: tuple[str, str]) -> list[tuple[str, str]]:
    here = reverse("roadmaps:forecast-detail", args=[product.key])
    return navigation.crumbs(product, (_("Forecast"), here), *more)


@require_GET
def forecast_detail(request, key):
    product = product_for(request, key)
    fresh = freshness(product, leave_out=("inputs", "order", "quarters"))
    objectives = objective_page.lines(
        Objective.objects.filter(product=product, closed_on=None).select_related("product"), fresh
    )
    found = queries.moves_told(fresh.run)
    asked = request.GET.get("since", "")
    shown = next((row for row in found if str(row.since_id) == asked), None)
    unknown_since = bool(asked) and shown is None
    shown = shown or (found[0] if found else None)
    # Of the large values the table shows the hash of the order.
    runs = ForecastRun.objects.filter(product=product).defer("inputs", "teams")
    context = {
        "product": product,
        "fresh": fresh,
        "headline": headline(objectives, fresh, shown),
        "end": drivers.end_words(fresh.run),
        "counted": counted_words(product, fresh.run),
        "idle": fresh.nothing,
        "lines": objectives,
        "jobs": jobs_shown(product),
        "drivers": drivers.drivers(fresh.run),
        "links": drivers.links(fresh.run),
        "opinion": drivers.opinion(fresh.run),
        "strips": load.strips(fresh.run),
        "moves": shown,
        "replaying": queries.is_replaying(fresh.run, found),
        "unknown_since": unknown_since,
        "stories": found,
        "steps": step_rows(shown),
        "moved": moved_rows(shown),
        "moved_count": moved_count(shown),
        "page": Paginator(runs, RUNS_SHOWN).get_page(request.GET.get("page")),
        "crumbs": crumbs_of(product),
    }
    return remember(render(request, "roadmaps/forecast_detail.html", context), product)


def jobs_shown(product) -> list[Job]:
    """Jobs at work; where none is, what came of the last one."""
    recent = timezone.now() - datetime.timedelta(minutes=RECENT_MINUTES)
    found = list(
        Job.objects.filter(
            Q(ended_at=None) | Q(ended_at__gte=recent),
            product=product, kind__in=("forecast", "order"),
        ).order_by(F("ended_at").desc(nulls_first=True), "-pk")[:JOBS_SHOWN]
    )  # fmt: skip
    return [job for job in found if job.ended_at is None] or found[:1]


def counted_words(product, run: ForecastRun | None) -> str:
    """How many items are simulated, and which are not."""
    if run is None or not run.open_items:
        return ""
    n = run.open_items
    words = ngettext(
        "%(n)s open item is simulated", "%(n)s open items are simulated", n
    ) % {"n": formats.number(n)}  # fmt: skip
    groups = ItemForecast.objects.filter(run=run, basis=ItemForecast.Basis.CHILDREN).count()
    ideas = Item.objects.filter(product=product, state=Item.State.IDEA).count()
    beside = []
    if groups:
        beside.append(
            ngettext("%(n)s group, whose parts count", "%(n)s groups, whose parts count", groups)
            % {"n": groups}
        )
    if ideas:
        beside.append(
            ngettext("%(n)s idea, without dates", "%(n)s ideas, without dates", ideas)
            % {"n": ideas}
        )
    return f"{words}." if not beside else f"{words}, + {', + '.join(beside)}."


def headline(found: list[objective_page.Line], fresh, since) -> dict[str, str] | None:
    """The objective that is least likely (else the one that ends last), in a sentence."""
    each = telling(found)
    if each is None or each.dates is None:
        return last_work(fresh)
    p85 = each.dates.p85
    story = moves.story(since, "objectives", each.objective.pk) if since else None
    tail = ""
    if story and story.total.days and since.run_id == fresh.run.pk:
        tail = _(" P85 moved %(days)s since %(when)s: %(because)s.") % {
            "days": story.total.days_text,
            "when": formats.day(since.since.as_of),
            "because": story.because,
        }  # fmt: skip
    return {
        "title": each.objective.title,
        "url": each.objective.get_absolute_url(),
        "date": formats.day(p85, year=True) if p85 else _("no day in ten years"),
        "chance": _("%(share)s by its target of %(day)s.") % {
            "share": verdict.chance_text(each.chance),
            "day": formats.day(each.objective.target_date),
        } if each.chance is not None else "",
        "tail": tail,
    }  # fmt: skip


def telling(found: list[objective_page.Line]) -> objective_page.Line | None:
    """The dated objective that is least likely, else the one that ends last."""
    judged = {each.chance: each for each in reversed(found) if each.chance is not None}
    if judged:
        return judged[min(judged)]
    ends = {each.dates.p85: each for each in found if each.dates and each.dates.p85}
    return ends[max(ends)] if ends else None


def last_work(fresh) -> dict[str, str] | None:
    """The planned item that ends last, where no objective has dates."""
    if fresh.run is None:
        return None
    rows = ItemForecast.objects.filter(run=fresh.run, p85__isnull=False).select_related("item")
    row = rows.order_by("-p85").first()
    if row is None:
        return None
    return {
        "title": _("The last planned work, %(key)s") % {"key": row.item.key},
        "url": row.item.get_absolute_url(),
        "date": formats.day(row.p85, year=True), "chance": "", "tail": "",
    }  # fmt: skip


def step_rows(found) -> list[tuple[str, str, int, int]]:
    """(step, what changed, items later, items earlier) of the whole plan; what changed at all."""
    if found is None:
        return []
    rows = []
    for step in found.steps:
        if not step.get("changed"):
            continue
        days = [move.get("p85_days") or 0 for move in step["items"].values()]
        rows.append(
            (moves.title(step["name"]), moves.named(step.get("changed") or []),
             sum(value > 0 for value in days), sum(value < 0 for value in days))
        )  # fmt: skip
    return rows


def moved_count(found) -> int:
    """How many items moved at all."""
    totals = found.totals.get("items", {}) if found else {}
    return sum(bool(move.get("p85_days")) for move in totals.values())


def moved_rows(found) -> list[dict]:
    """The items whose P85 moved most, with the steps that moved them."""
    if found is None:
        return []
    totals = found.totals.get("items", {})
    sizes = {int(pk): move.get("p85_days") or 0 for pk, move in totals.items()}
    most = sorted((pk for pk, days in sizes.items() if days), key=lambda pk: -abs(sizes[pk]))
    items = Item.objects.in_bulk(most[:MOVED_SHOWN])
    dates = dict(
        ItemForecast.objects.filter(run=found.run_id, item__in=list(items)).values_list(
            "item_id", "p85"
        )
    )
    rows = []
    for pk in most[:MOVED_SHOWN]:
        item = items.get(pk)
        if item is None:
            continue
        is_open = item.state == Item.State.IN_PROGRESS
        story = moves.story(found, "items", pk, key=item.key, is_open=is_open)
        if story is not None:
            rows.append({"item": item, "p85": dates.get(pk), "story": story})
    return rows


@require_POST
def forecast_recompute(request, key):
    """Ask the worker for a fresh run; a card shows how far it is."""
    product = product_for(request, key)
    require(request.user, "plan", product)
    if not has_plan(product) and not ForecastRun.objects.filter(product=product).exists():
        messages.info(request, _("Nothing is planned yet, so there is nothing to forecast."))
        return redirect("roadmaps:forecast-detail", product.key)
    job = services.request_forecast(product, by=request.user)
    if request.htmx:
        return render(request, "components/job.html", {"job": job})
    messages.success(request, _("The worker recomputes the forecast."))
    return redirect("roadmaps:forecast-detail", product.key)


@require_GET
@vary_on_headers("HX-Request")
def forecast_freshness(request, key):
    """How old the shown dates are; asks for itself until the plan's dates are up to date."""
    product = product_for(request, key)
    fresh = freshness(product)
    seen = request.GET.get("seen", "")
    newer = not fresh.stale and fresh.run is not None and str(fresh.run.pk) != seen
    here = request.htmx.current_url_abs_path if request.htmx else ""
    context = {
        "product": product, "fresh": fresh, "newer": newer, "seen": seen,
        "here": here or reverse("roadmaps:forecast-detail", args=[product.key]),
    }  # fmt: skip
    return render(request, "roadmaps/fresh.html", context)


@require_GET
def calibration(request, key):
    """Whether forecasts of finished items came true."""
    product = product_for(request, key)
    rows = list(scores_of(product))
    corrected = is_corrected(product)
    found = calibration_page.lines(product.name, rows, corrected=corrected)
    context = {
        "product": product,
        "whole": found[0],
        "lines": found,
        "reckoned": calibration_page.reckoned(product, len(rows)),
        "correction": calibration_page.correction(corrected=corrected),
        "pit": calibration_page.pit_chart(found[0].board.pit_deciles),
        "newest": calibration_page.newest(rows),
        "dates": calibration_page.date_promises(said_dates(product), today=timezone.localdate()),
        "own": own_stretch(product, request.user.pk),
        "crumbs": crumbs_of(product, (_("Do forecasts come true?"), "")),
    }
    return render(request, "roadmaps/calibration.html", context)


@require_GET
def forecast_run(request, key, pk):
    """One stored run: everything that it was made from, so that it can be repeated."""
    product = product_for(request, key)
    runs = queries.runs_visible_to(request.user).filter(product=product)
    run = runs.filter(pk=pk).first()
    if run is None:
        crumbs = crumbs_of(product, (_("Run %(n)s") % {"n": pk}, ""))
        gone = {"product": product, "number": pk, "crumbs": crumbs}
        return render(request, "roadmaps/run_gone.html", gone, status=404)
    plan = run.inputs
    keys = {item["id"]: item["key"] for item in plan.get("items") or ()}
    context = {
        "product": product,
        "run": run,
        "newest": freshness(product).run,
        "counts": [(name, len(plan.get(name) or ())) for name in PARTS],
        "strips": load.strips(run),
        "order": [keys[id] for id in run.order if id in keys],
        "bases": bases_of(run),
        "crumbs": crumbs_of(product, (_("Run %(n)s") % {"n": run.pk}, "")),
    }  # fmt: skip
    return render(request, "roadmaps/forecast_run.html", context)


def bases_of(run: ForecastRun) -> list[tuple[str, int]]:
    """How many items were simulated from what."""
    counts: dict[str, int] = {}
    for basis in ItemForecast.objects.filter(run=run).values_list("basis", flat=True):
        counts[basis] = counts.get(basis, 0) + 1
    return [
        (str(label), counts[value])
        for value, label in ItemForecast.Basis.choices
        if value in counts
    ]
