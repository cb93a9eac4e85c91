"""The tab Robustness: how firm the answer is, and what would change it."""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django.views.decorators.vary import vary_on_headers

from tpm import formats
from tpm.words import float_or_none
from tradeoffs import glossary, services
from tradeoffs.maths import robustness, statement
from tradeoffs.matrix import Matrix, reweighed
from tradeoffs.matrix import of as matrix_of
from tradeoffs.pages import robustness as robustness_page
from tradeoffs.pages import rows
from tradeoffs.views.common import decision_for
from tradeoffs.views.frame import frame


@require_GET
@vary_on_headers("HX-Request")
def decision_robustness(request, key):
    """The stored numbers; where the matrix has changed since, the closed form and a word of it."""
    decision = decision_for(request, key, matrix=True)
    context = frame(request, decision, "robustness")
    matrix = context["matrix"]
    run = matrix.run if matrix.is_fresh else None
    ran = formats.when(run.at) if run else _("being computed")
    context |= {
        "found": robustness_page.page(matrix, matrix.result, ran=str(ran)),
        "stale": matrix.weighed is not None and run is None,
        "drift": decision.drifts.filter(ended_at=None).first(),
        "frozen": decision.runs.filter(frozen=True).first(),
        "weights_version": services.weights_version(matrix.criteria),
        "glossary": words_of(decision),
    }
    return render(request, "tradeoffs/decision_robustness.html", context)


@require_POST
@vary_on_headers("HX-Request")
def robustness_preview(request, key):
    """The same page for other weights, on the same draws; nothing is written."""
    decision = decision_for(request, key, matrix=True, trying=bool(request.htmx))
    stored = matrix_of(decision)
    moved = reweighed(stored, posted_weights(stored, request.POST))
    if moved is None:
        return redirect("tradeoffs:decision-robustness", key)
    ran = _("just now, with these weights")
    found = robustness_page.page(moved, robustness.drawn(moved.inputs), ran=ran)
    shown = {
        "matrix": moved,
        "found": found,
        "preview": True,
        "decision": decision,
        "weights_version": services.weights_version(moved.criteria),
        "glossary": words_of(decision),
    }
    if request.htmx:  # only what other weights change: the form in hand stays
        part = "moved" if found else "answer"
        return render(request, f"tradeoffs/decision_robustness.html#{part}", shown)
    badge = rows.verdict_badge(found.verdict) if found else ""
    context = frame(request, decision, "robustness") | shown | {"verdict_badge": badge}
    return render(request, "tradeoffs/decision_robustness.html", context)


def words_of(decision) -> list[tuple[str, str]]:
    weighting = getattr(decision, "weighting", None)
    return glossary.of_robustness(weighting.method if weighting else "")


def posted_weights(matrix: Matrix, posted) -> dict[int, float]:
    """Points by id of the criterion; what is no number above or at 0 is left out."""
    found = {}
    for criterion in matrix.criteria:
        value = float_or_none(posted.get(f"weight-{criterion.pk}", ""))
        if value is not None and value >= 0:
            found[criterion.pk] = min(value, 1e6)
    return found


@require_GET
def robustness_reproduce(request, key):
    """Everything the numbers follow from and all that follows, for whoever checks them."""
    decision = decision_for(request, key, matrix=True)
    matrix = matrix_of(decision)
    frozen = decision.runs.filter(frozen=True).first() if "frozen" in request.GET else None
    if frozen is None and matrix.verdict is None:
        said = statement.text(matrix.verdict_runs)
        return HttpResponse(said, status=409, content_type="text/plain")
    inputs, draws = matrix.inputs, matrix.result or None
    if frozen is not None:
        inputs, draws = frozen.inputs, frozen.result
    outputs = robustness.reproduced(inputs, draws)
    answer = JsonResponse(
        {"decision": decision.key, "inputs": inputs, "outputs": outputs},
        json_dumps_params={"indent": 1},
    )
    answer["Content-Disposition"] = f'attachment; filename="{decision.key}-robustness.json"'
    return answer
