"""The tab Review: who judged a decision, and judging it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from tpm.editing import EditConflict, conflict_response
from tpm.forms import absorb
from tpm.roles import can, require
from tradeoffs import matrix, services
from tradeoffs.forms import ReviewForm
from tradeoffs.models import Review
from tradeoffs.views.common import decision_for
from tradeoffs.views.frame import frame

REVIEWED = {
    Review.Verdict.APPROVE: "%(key)s is accepted.",
    Review.Verdict.REJECT: "%(key)s is rejected.",
    Review.Verdict.ASK_FOR_CHANGES: "%(key)s goes back to its author with your reason.",
}


@require_http_methods(["GET", "POST"])
def decision_review(request, key):
    decision = decision_for(request, key, matrix=True)
    if request.method == "POST":
        require(request.user, "decide", decision.product)
    weighed = matrix.of(decision)
    proposed = decision.chosen or weighed.leader
    form = ReviewForm(request.POST or None, decision=decision, proposed=proposed)
    if form.is_valid():
        data = form.cleaned_data
        chosen = data["chosen"] if data["verdict"] == Review.Verdict.APPROVE else None
        try:
            services.review(
                decision,
                by=request.user,
                version=data["version"],
                verdict=data["verdict"],
                reason=data["reason"],
                chosen=chosen,
            )
            messages.success(request, REVIEWED[data["verdict"]] % {"key": decision.key})
            return redirect(decision)
        except EditConflict as conflict:
            return conflict_response(request, conflict)
        except ValidationError as error:
            absorb(form, error)
    context = frame(request, decision, "review") | {
        "form": form,
        "may_judge": decision.is_open and can(request.user, "decide", decision.product),
        "reviews": decision.reviews.select_related("by"),
    }
    status = 422 if form.errors else 200
    return render(request, "tradeoffs/decision_review.html", context, status=status)
