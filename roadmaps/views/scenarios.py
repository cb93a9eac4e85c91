"""Scenarios: what a set of changes would do, side by side, and making them real."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from roadmaps import queries, services
from roadmaps.forms.scenarios import FIELDS, LABELS, ScenarioChangeForm, ScenarioForm
from roadmaps.models import Scenario
from roadmaps.pages import scenarios as scenario_page
from roadmaps.services.scenarios import WISHES, conflicts_of
from tpm import navigation, operations
from tpm.editing import EditConflict, conflict_response
from tpm.forms import absorb
from tpm.roles import can, require, teams_of
from tpm.undo_views import tell
from tpm.views import product_for


def scenario_for(request, key: str, pk: int, *, own: bool = False) -> Scenario:
    """A scenario of an address. Unseen is 404; one of somebody else's is read only."""
    product = product_for(request, key)
    found = queries.scenarios_visible_to(request.user).filter(product=product)
    scenario = get_object_or_404(found, pk=pk)
    if own:
        require(request.user, "scenario", product)
        if scenario.by_id != request.user.pk:
            raise PermissionDenied(
                _("Only %(who)s changes this scenario. Copy it to try something else.")
                % {"who": scenario.by.get_full_name() or scenario.by.get_username()}
            )
    return scenario


def crumbs_of(product, *more: tuple[str, str]) -> list[tuple[str, str]]:
    here = reverse("roadmaps:scenario-list", args=[product.key])
    forecast = reverse("roadmaps:forecast-detail", args=[product.key])
    return navigation.crumbs(product, (_("Forecast"), forecast), (_("Scenarios"), here), *more)


@require_http_methods(["GET", "POST"])
def scenario_list(request, key):
    """One's own scenarios and those that were shared, and the form that makes one."""
    product = product_for(request, key)
    form = ScenarioForm(
        request.POST or None, instance=Scenario(product=product, by_id=request.user.pk)
    )
    if request.method == "POST":
        require(request.user, "scenario", product)
        if form.is_valid():
            try:
                scenario = services.create_scenario(
                    product,
                    by=request.user,
                    name=form.cleaned_data["name"],
                    question=form.cleaned_data["question"],
                )
            except ValidationError as error:
                absorb(form, error)
            else:
                return redirect(scenario)
    visible = queries.scenarios_visible_to(request.user).filter(product=product)
    found = list(queries.with_ends(visible))
    del form.fields["shared"]
    context = {
        "product": product,
        "form": form,
        "rows": [(each, scenario_page.headline(each)) for each in found],
        "crumbs": crumbs_of(product),
    }
    status = 422 if form.errors else 200
    return render(request, "roadmaps/scenario_list.html", context, status=status)


@require_GET
def scenario_detail(request, key, pk):
    """Its changes, and what they do; `with` sets another scenario beside it."""
    scenario = scenario_for(request, key, pk)
    product = scenario.product
    visible = queries.scenarios_visible_to(request.user).filter(product=product)
    others = list(visible.exclude(pk=scenario.pk))
    asked = request.GET.get("with", "")
    beside = next((each for each in others if str(each.pk) == asked), None)
    if asked and beside is None:
        raise Http404
    shown = [scenario, beside] if beside else [scenario]
    today = timezone.localdate()
    conflicts = conflicts_of(scenario)
    teams = {team.slug: team.name for team in teams_of(product)}
    changes = [
        (change, scenario_page.change_words(change.asked, teams), change.pk in conflicts)
        for change in scenario.changes.all()
    ]
    context = {
        "product": product,
        "scenario": scenario,
        "beside": beside,
        "shown": shown,
        "others": others,
        "changes": changes,
        "conflicts": len(conflicts),
        "makeable": any(change.asked["do"] not in WISHES for change, *_rest in changes),
        "headline": scenario_page.headline(scenario),
        "failure": getattr(getattr(scenario, "forecast", None), "failure", ""),
        "forecast": getattr(scenario, "forecast", None),
        "stale": bool(changes) and any(scenario_page.is_stale(s, product, today) for s in shown),
        "objectives": [
            scenario_page.end_line(shown),
            *scenario_page.objective_lines(product, shown),
        ],
        "items": scenario_page.item_lines(product, shown),
        "mine": scenario.by_id == request.user.pk and can(request.user, "scenario", product),
        "kinds": list(LABELS.items()),
        "crumbs": crumbs_of(product, (scenario.name, "")),
    }
    return render(request, "roadmaps/scenario_detail.html", context)


@require_http_methods(["GET", "POST"])
def scenario_edit(request, key, pk):
    scenario = scenario_for(request, key, pk, own=True)
    form = ScenarioForm(request.POST or None, instance=scenario)
    if form.is_valid():
        stored = scenario_for(request, key, pk, own=True)
        fields = form.said()
        try:
            services.edit_scenario(stored, by=request.user, **fields)
        except EditConflict as conflict:
            return conflict_response(request, conflict)
        except ValidationError as error:
            absorb(form, error)
        else:
            return redirect(stored)
    crumbs = crumbs_of(
        scenario.product, (scenario.name, scenario.get_absolute_url()), (_("Edit"), "")
    )
    context = {"product": scenario.product, "scenario": scenario, "form": form, "crumbs": crumbs}
    status = 422 if form.errors else 200
    return render(request, "roadmaps/scenario_form.html", context, status=status)


@require_http_methods(["GET", "POST"])
def scenario_change(request, key, pk, do):
    """One more change of a kind that the address names."""
    scenario = scenario_for(request, key, pk, own=True)
    if do not in FIELDS:
        raise Http404
    form = ScenarioChangeForm(request.POST or None, product=scenario.product, do=do)
    if request.method == "POST" and form.is_valid():
        try:
            services.add_change(scenario, by=request.user, asked=form.asked())
        except ValidationError as error:
            absorb(form, error)
        else:
            return redirect(scenario)
    crumbs = crumbs_of(
        scenario.product, (scenario.name, scenario.get_absolute_url()), (_("Change"), "")
    )
    context = {
        "product": scenario.product, "scenario": scenario, "form": form, "do": do,
        "title": LABELS[do], "crumbs": crumbs,
    }  # fmt: skip
    status = 422 if form.errors else 200
    return render(request, "roadmaps/scenario_change.html", context, status=status)


@require_POST
def scenario_unchange(request, key, pk, change_pk):
    scenario = scenario_for(request, key, pk, own=True)
    try:
        services.remove_change(get_object_or_404(scenario.changes, pk=change_pk))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(scenario)


@require_POST
def scenario_delete(request, key, pk):
    scenario = scenario_for(request, key, pk, own=True)
    services.delete_scenario(scenario, by=request.user)
    messages.success(
        request, _("“%(name)s” is gone. The plan is as it was.") % {"name": scenario.name}
    )
    return redirect("roadmaps:scenario-list", key)


@require_POST
def scenario_apply(request, key, pk):
    """Make its changes in the live plan, as one operation that can be undone."""
    scenario = scenario_for(request, key, pk)
    require(request.user, "plan", scenario.product)
    try:
        with operations.recorded(scenario.product, by=request.user) as done:
            made, wishes = services.apply_scenario(scenario, by=request.user)
            done.words = _("%(n)s changes of “%(name)s” are in the plan.") % {
                "n": made, "name": scenario.name
            }  # fmt: skip
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(scenario)
    tell(request, done)
    if wishes:
        words = _(
            "%(n)s changes are about people or debt: they have to happen, no click does that."
        )
        messages.warning(request, words % {"n": len(wishes)})
    return redirect(scenario)
