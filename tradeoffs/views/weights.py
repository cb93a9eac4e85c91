"""The weights wizard: four ways to weigh the criteria, each checked before it is saved."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tpm.editing import EditConflict, conflict_response
from tpm.forms import absorb
from tradeoffs import services, statement
from tradeoffs.models import Decision, Weighting
from tradeoffs.services.weights import computed
from tradeoffs.views.common import crumbs, open_decision
from tradeoffs.weights import ACCEPTABLE, EDITIONS
from tradeoffs.weights_form import HELP, WeightsForm


@require_http_methods(["GET", "POST"])
def weights_edit(request, key):
    """Points of any size are scaled to add to 100 %, and the page says so."""
    decision = open_decision(request, key)
    criteria = list(decision.criteria.all())
    stored = Weighting.objects.filter(decision=decision).first()
    method = method_of(request, stored)
    form = WeightsForm(request.POST or None, criteria=criteria, method=method, stored=stored)
    says = None
    if form.is_valid():
        try:
            if request.POST.get("step") != "check":
                return save(request, decision, form)
            says = said(criteria, *computed(criteria, method, form.said()))
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
    }
    status = 422 if form.errors else 200
    return render(request, "tradeoffs/weights.html", context, status=status)


def method_of(request, stored: Weighting | None) -> str:
    """What was asked for, else as it was weighed before; swing to begin with."""
    asked = request.POST.get("method") or request.GET.get("method", "")
    if asked in Weighting.Method.values:
        return asked
    return stored.method if stored else Weighting.Method.SWING


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


def said(criteria, shares, judged) -> dict:
    """What the method makes of it: shares, and how consistent judgements in pairs are."""
    pairs = sorted(zip(criteria, shares, strict=True), key=lambda pair: -pair[1])
    found: dict[str, Any] = {
        "shares": [(c.name, statement.percent(round(share, 3))) for c, share in pairs]
    }
    if judged is None or judged.cr is None:
        return found
    found |= {
        "ratio": f"{judged.cr:.2f}",
        "edition": EDITIONS[judged.edition],
        "consistent": judged.acceptable,
        "acceptable": f"{ACCEPTABLE:.2f}",
    }
    if judged.worst is not None and not judged.acceptable:
        first, second = (criteria[place] for place in judged.worst)
        ratio = judged.implied if judged.implied >= 1 else 1 / judged.implied
        way = (first, second) if judged.implied >= 1 else (second, first)
        found |= {
            "worst": f"{first.name} against {second.name}",
            "implied": f"{way[0].name} {ratio:.1f} times {way[1].name}",
            "worst_id": f"id_pair-{first.pk}-{second.pk}",
        }
    return found
