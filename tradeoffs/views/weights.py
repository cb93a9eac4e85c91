"""The weights wizard: four ways to weigh the criteria, each checked before it is saved."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tpm.editing import EditConflict, conflict_response
from tpm.forms import absorb
from tradeoffs import glossary, services
from tradeoffs.forms.weights import HELP, WeightsForm
from tradeoffs.maths import statement
from tradeoffs.models import Decision, Weighting
from tradeoffs.pages import weights as weights_page
from tradeoffs.services.weights import computed
from tradeoffs.views.common import crumbs, open_decision


@require_http_methods(["GET", "POST"])
def weights_edit(request, key):
    """Points of any size are scaled to add to 100 %, and the page says so."""
    decision = open_decision(request, key)
    criteria = list(decision.criteria.all())
    stored = Weighting.objects.filter(decision=decision).first()
    method = method_of(request, stored)
    version = services.weights_version(criteria)
    start = weights_page.start(request.session, decision, method, stored, version)
    form = WeightsForm(request.POST or None, criteria=criteria, method=method, start=start)
    if request.method == "POST":
        keep(request, decision, method, stored, version)
        if (to := request.POST.get("to", "")) in Weighting.Method.values:
            return redirect(f"{request.path}?method={to}")
    says = None if form.is_bound else weights_page.of_start(criteria, form)
    if form.is_valid():
        try:
            if request.POST.get("step") != "check":
                return save(request, decision, form)
            says = weights_page.said(criteria, *computed(criteria, method, form.said()))
        except EditConflict as conflict:
            return conflict_response(request, conflict)
        except ValidationError as error:
            absorb(form, error)
    context = {
        "product": decision.product,
        "decision": decision,
        "crumbs": crumbs(decision, (_("Weigh the criteria"), "")),
        "form": form,
        "method": method,
        "methods": Weighting.Method.choices,
        "help": HELP[Weighting.Method(method)],
        "says": says,
        "glossary": glossary.of(*glossary.WEIGHING.get(method, ())),
    }
    status = 422 if form.errors else 200
    return render(request, "tradeoffs/weights.html", context, status=status)


def method_of(request, stored: Weighting | None) -> str:
    """What was asked for, else as it was weighed before; swing to begin with."""
    asked = request.POST.get("method") or request.GET.get("method", "")
    if asked in Weighting.Method.values:
        return asked
    return stored.method if stored else Weighting.Method.SWING


def keep(request, decision: Decision, method: str, stored: Weighting | None, version: int) -> None:
    """What is typed, and what another method is about to take the place of."""
    if stored is not None and stored.method != method:
        before = weights_page.start(request.session, decision, stored.method, stored, version)
        weights_page.keep(request.session, decision, stored.method, before, version)
    weights_page.keep(request.session, decision, method, request.POST.dict(), version)


def save(request, decision: Decision, form: WeightsForm):
    shares = services.weigh_by(
        decision,
        by=request.user,
        method=form.method,
        said=form.said(),
        version=form.cleaned_data["version"],
    )
    if form.method == Weighting.Method.DIRECT:
        points = list(form.said().values())
        told = statement.scaled([c.name for c in form.criteria], points, shares)
        if told:
            messages.info(request, told)
    return redirect("tradeoffs:decision-matrix", decision.key)
