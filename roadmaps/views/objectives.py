"""Objectives: how likely each is by its date, and which items decide it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from roadmaps import queries, services, verdict
from roadmaps.forms.items import CloseForm, ObjectiveForm
from roadmaps.models import Item, Objective, ObjectiveForecast
from roadmaps.pages import hurts as hurts_page
from roadmaps.pages import item as item_page
from roadmaps.pages import moves, rows
from roadmaps.pages import objectives as objective_page
from roadmaps.pages.list import COLUMNS, places
from roadmaps.queries.dates import freshness, with_dates
from tpm import navigation, operations
from tpm.editing import EditConflict, conflict_response
from tpm.forms import absorb
from tpm.history import subject_type
from tpm.queries import activity
from tpm.roles import can, require
from tpm.undo_views import tell
from tpm.views import product_for, remember


def objective_for(request, key: str, pk: int) -> Objective:
    """The objective of an address, with its product set on the request. Unseen is 404."""
    product = product_for(request, key)
    found = queries.objectives_visible_to(request.user).select_related("product", "owner")
    return get_object_or_404(found, product=product, pk=pk)


def crumbs_of(product, *more: tuple[str, str]) -> list[tuple[str, str]]:
    here = reverse("roadmaps:objective-list", args=[product.key])
    return navigation.crumbs(product, (_("Objectives"), here), *more)


@require_GET
def objective_list(request, key):
    product = product_for(request, key)
    closed = request.GET.get("closed") == "1"
    fresh = freshness(product)
    found = Objective.objects.filter(product=product).select_related("owner", "product")
    found = found.filter(closed_on__isnull=not closed).annotate(
        item_count=Count("items", filter=~Q(items__state=Item.State.DROPPED)),
        help_count=Count(
            "items", filter=Q(items__helps=True) & ~Q(items__state=Item.State.DROPPED)
        ),
        open_count=Count("items", filter=Q(items__state__in=Item.OPEN)),
    )
    shown = objective_page.lines(found, fresh)
    loose = queries.without_objective(Item.objects.filter(product=product))
    context = {
        "product": product,
        "lines": shown,
        "summary": objective_page.summary(shown),
        "idle": [each.objective for each in shown if not each.open_items],
        "loose": loose.count(),
        "closed": closed,
        "closed_count": Objective.objects.filter(product=product, closed_on__isnull=False).count(),
        "fresh": fresh,
        "crumbs": crumbs_of(product),
    }
    return remember(render(request, "roadmaps/objective_list.html", context), product)


@require_GET
def objective_detail(request, key, pk):
    objective = objective_for(request, key, pk)
    product, fresh = objective.product, freshness(objective.product)
    dates = ObjectiveForecast.objects.filter(run=fresh.run, objective=objective).first()
    found = queries.with_effort(Item.objects.filter(objective=objective))
    items = list(with_dates(found, fresh.run).select_related("team", "objective", "owner"))
    items.sort(key=lambda item: (item.helps, not item.is_open, item.rank))
    place = places(product)
    for item in items:
        item.place = place.get(item.pk)
    sheet = rows.Sheet.over(
        items, start=fresh.run.as_of if fresh.run else objective.created_at.date(),
        may_estimate=can(request.user, "estimate", product), back=request.path,
    )  # fmt: skip
    stories = queries.moves_of(fresh.run) if dates else []
    story = moves.chosen(stories, request.GET.get("since", ""), "objectives", objective.pk)
    was = None
    if story is not None:
        was = ObjectiveForecast.objects.filter(
            run=story.moves.since_id, objective=objective
        ).first()
    by_id = {item.pk: item for item in items} | Item.objects.in_bulk(
        [pk for pk, _share in (dates.last if dates else ()) if pk not in {i.pk for i in items}]
    )
    chance = objective_page.matching(objective, dates)
    hurts = queries.hurts_of(fresh.run)
    context = {
        "product": product, "objective": objective, "fresh": fresh, "dates": dates,
        "chance": chance, "chance_text": verdict.chance_text(chance),
        "verdict": objective_page.verdict_of(objective, dates),
        "chart": item_page.chart_of(
            dates, title=_("When %(title)s is reached") % {"title": objective.title},
            target=objective.target_date, chance=chance,
        ) if dates else "",
        "last": objective_page.last_items(dates, by_id, 5),
        "measure": objective_page.measure(objective),
        "story": story, "stories": stories, "was": was,
        "hurts": hurts_page.Names(product, hurts.values()).hurts(hurts.get(objective.pk)),
        "rows": [rows.row_html(item, sheet) for item in items if not item.helps],
        "helping": [rows.row_html(item, sheet) for item in items if item.helps],
        "heads": [COLUMNS[name] for name in ("key", "title", *rows.DEFAULT_COLUMNS)],
        "activity": activity(objective), "may_comment": can(request.user, "comment", product),
        "comment_url": reverse("tpm:comment-create", args=[subject_type(objective), objective.pk]),
        "close_form": CloseForm(initial={"on": objective.closed_on}),
        "crumbs": crumbs_of(product, (objective.title, "")),
    }  # fmt: skip
    return render(request, "roadmaps/objective_detail.html", context)


@require_http_methods(["GET", "POST"])
def objective_create(request, key):
    product = product_for(request, key)
    require(request.user, "plan", product)
    form = ObjectiveForm(request.POST or None, product=product, instance=Objective(product=product))
    if form.is_valid():
        try:
            objective = services.create_objective(product, by=request.user, **form.typed())
        except ValidationError as error:
            absorb(form, error)
        else:
            messages.success(
                request, _("The objective is set. Link items to it, and it gets dates.")
            )
            return redirect(objective)
    return form_page(request, product, form)


@require_http_methods(["GET", "POST"])
def objective_edit(request, key, pk):
    objective = objective_for(request, key, pk)
    require(request.user, "plan", objective.product)
    form = ObjectiveForm(request.POST or None, product=objective.product, instance=objective)
    if form.is_valid():
        stored = objective_for(request, key, pk)
        try:
            with operations.recorded(objective.product, by=request.user, words=_("Saved.")) as done:
                services.edit_objective(
                    stored, by=request.user, version=form.cleaned_data["version"], **form.typed()
                )
        except EditConflict as conflict:
            return conflict_response(request, conflict)
        except ValidationError as error:
            absorb(form, error)
        else:
            tell(request, done)
            return redirect(stored)
    return form_page(request, objective.product, form, objective_for(request, key, pk))


def form_page(request, product, form, objective=None):
    here = (_("Edit") if objective else _("New objective"), "")
    between = ((objective.title, objective.get_absolute_url()),) if objective else ()
    context = {
        "product": product, "form": form, "objective": objective,
        "crumbs": crumbs_of(product, *between, here),
    }  # fmt: skip
    status = 422 if form.errors else 200
    return render(request, "roadmaps/objective_form.html", context, status=status)


@require_POST
def objective_close(request, key, pk):
    """Met or given up on a day; without a day it is open again."""
    objective = objective_for(request, key, pk)
    require(request.user, "plan", objective.product)
    form = CloseForm(request.POST)
    if form.is_valid():
        words = (
            _("It is closed and left the forecast.")
            if form.cleaned_data["on"]
            else _("It is open again.")
        )
        with operations.recorded(objective.product, by=request.user, words=words) as done:
            services.close_objective(objective, by=request.user, on=form.cleaned_data["on"])
        tell(request, done)
    else:
        messages.error(request, " ".join(str(error) for error in form.errors["on"]))
    return redirect(objective)
