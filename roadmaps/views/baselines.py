"""Baselines: what was committed, and what became of it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from roadmaps import queries, services
from roadmaps.forms.scope import BaselineForm, told_of
from roadmaps.models import Item
from roadmaps.pages import baseline as baseline_page
from roadmaps.pages import slips as slip_page
from roadmaps.queries.dates import LARGE, freshness
from roadmaps.queries.slips import slips_of
from tpm import formats, navigation
from tpm.forms import absorb
from tpm.roles import require
from tpm.views import product_for


def crumbs_of(product, *more: tuple[str, str]) -> list[tuple[str, str]]:
    here = reverse("roadmaps:baseline-list", args=[product.key])
    forecast = reverse("roadmaps:forecast-detail", args=[product.key])
    return navigation.crumbs(product, (_("Forecast"), forecast), (_("Baselines"), here), *more)


@require_GET
def baseline_list(request, key):
    """Every commitment."""
    product = product_for(request, key)
    found = queries.baselines_visible_to(request.user).filter(product=product)
    context = {
        "product": product, "fresh": freshness(product),
        "baselines": found.select_related("by", "run").defer(*(f"run__{name}" for name in LARGE)),
        "crumbs": crumbs_of(product),
    }  # fmt: skip
    return render(request, "roadmaps/baseline_list.html", context)


@require_http_methods(["GET", "POST"])
def baseline_create(request, key):
    """Commit the plan as it is; the chance is stated before, for just what is committed."""
    product = product_for(request, key)
    require(request.user, "commit_baseline", product)
    fresh = freshness(product, leave_out=("teams",))
    rows = baseline_page.open_rows(fresh.run)
    ids = [row.item_id for row in rows]
    form = BaselineForm(request.POST or None, items=ids)
    preview = "preview" in request.POST
    told, promise = None, None
    chosen = {pk for pk in request.POST.getlist("stretch") if pk in {str(pk) for pk in ids}}
    stretch = sorted(int(pk) for pk in chosen)
    if fresh.run is not None:
        told = told_of(fresh.run.pk, stretch)
        promise = services.promise_of(fresh.run, stretch)
    if request.method == "POST" and not preview and form.is_valid():
        try:
            if form.cleaned_data["told"] != told:
                raise ValidationError(
                    _("The chance is another one for just this: read it above, then commit.")
                )
            baseline = services.commit_baseline(
                product, by=request.user, name=form.cleaned_data["name"], stretch=stretch,
                said=promise,
            )  # fmt: skip
        except ValidationError as error:
            absorb(form, error)
        else:
            messages.success(request, _("Committed. Changes are counted from now on."))
            return redirect("roadmaps:baseline-detail", product.key, baseline.pk)
    context = {
        "product": product, "form": form, "fresh": fresh, "promise": promise, "told": told,
        "rows": [baseline_page.stretch_row(row, chosen=row.item_id in stretch) for row in rows],
        "name": request.POST.get("name", ""), "preview": preview,
        "crumbs": crumbs_of(product, (_("Commit"), "")),
    }  # fmt: skip
    status = 422 if form.errors and not preview else 200
    return render(request, "roadmaps/baseline_form.html", context, status=status)


@require_GET
def baseline_detail(request, key, pk):
    product = product_for(request, key)
    found = queries.baselines_visible_to(request.user).filter(product=product)
    baseline = get_object_or_404(found.select_related("by", "run"), pk=pk)
    fresh = freshness(product)
    change = baseline_page.change_since(baseline, fresh)
    rows = (*change.added, *change.removed, *change.re_estimated, *change.moved)
    titles = dict(Item.objects.filter(pk__in=[row.id for row in rows]).values_list("pk", "title"))
    context = {
        "product": product, "baseline": baseline, "fresh": fresh, "change": change,
        "sums": baseline_page.sums(change),
        "slips": slips_since(request, product, baseline, fresh.run),
        "stretch": baseline.items.filter(stretch=True).select_related("item"),
        "groups": [
            (name, words, [(row, titles.get(row.id, ""), formats.signed(row.days, 1))
                           for row in part])
            for name, words, part in (
                (_("Added"), _("in the plan now, not then"), change.added),
                (_("Removed"), _("then, and no longer"), change.removed),
                (_("Re-estimated"), _("the same work, another range"), change.re_estimated),
            )
        ],
        "moved": [
            (row, titles.get(row.id, ""), formats.signed(row.places) if row.places else "",
             shifted(row.target_days), shifted(row.p85_days))
            for row in sorted(change.moved, key=lambda row: -abs(row.p85_days or 0))
        ],
        "crumbs": crumbs_of(product, (baseline.name, "")),
    }  # fmt: skip
    return render(request, "roadmaps/baseline_detail.html", context)


def slips_since(request, product, baseline, run) -> list[tuple]:
    """What slipped since a baseline; only the newest one holds."""
    found = slips_of(product, run)
    return [
        slip_page.line_of(request.user, product, slip)
        for slip in found
        if slip.baseline == baseline and slip.promised
    ]


def shifted(days: int | None) -> str:
    """Calendar days a date moved; nothing where it did not, or is unknown on a side."""
    return f"{formats.signed(days)} d" if days else ""
