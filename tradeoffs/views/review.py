"""The tab Review: who is asked, what they said and whether it counts, and saying something."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from tpm.editing import EditConflict, conflict_response
from tpm.forms import absorb
from tpm.roles import require
from tradeoffs import matrix, services, standing
from tradeoffs.forms.decisions import ReviewForm, StepForm
from tradeoffs.forms.review import PlanForm
from tradeoffs.models import Decision, ObjectionEnd, Review
from tradeoffs.pages import record as record_page
from tradeoffs.pages import review as review_page
from tradeoffs.services import asking
from tradeoffs.views.common import decision_for
from tradeoffs.views.frame import frame
from tradeoffs.views.record import form_page

REVIEWED = {
    "accepted": "%(key)s is accepted.",
    "rejected": "%(key)s is rejected.",
    "draft": "%(key)s goes back to its author with your reason.",
    "in_review": "Your review of %(key)s is kept.",
}


@require_http_methods(["GET", "POST"])
def decision_review(request, key):
    decision = decision_for(request, key, matrix=True)
    if request.method == "POST" and not standing.is_asked(request.user, decision):
        require(request.user, "decide", decision.product)
    leader = matrix.of(decision).leader
    form = ReviewForm(request.POST or None, decision=decision, leader=leader)
    if form.is_valid():
        data = form.cleaned_data
        approves = data["verdict"] in (Review.Verdict.APPROVE, Review.Verdict.CONDITIONS)
        try:
            services.review(
                decision,
                by=request.user,
                version=data["version"],
                verdict=data["verdict"],
                reason=data["reason"],
                chosen=data["chosen"] if approves else None,
            )
            messages.success(request, REVIEWED[decision.state] % {"key": decision.key})
            return redirect(then(request, decision))
        except EditConflict as conflict:
            return conflict_response(request, conflict)
        except ValidationError as error:
            absorb(form, error)
        except PermissionDenied as refusal:  # what was typed stays in its form
            form.add_error(None, str(refusal))
    context = (
        frame(request, decision, "review")
        | review_page.of(request.user, decision, today=timezone.localdate())
        | {"form": form, "who_proposed": record_page.who_proposed(decision)}
    )
    status = 422 if form.errors else 200
    return render(request, "tradeoffs/decision_review.html", context, status=status)


@require_http_methods(["GET", "POST"])
def review_plan(request, key):
    """Say who judges it, by which rule and until when."""
    decision = decision_for(request, key)
    require(request.user, "draft_decision", decision.product)
    form = PlanForm(request.POST or None, decision=decision)
    if form.is_valid():
        data, today = form.cleaned_data, timezone.localdate()
        due = form.plan.due_on if form.plan else None
        if data["days"]:
            due = asking.due_after(decision, data["days"], today=today)
        try:
            services.plan_review(
                decision, by=request.user, version=data["version"], rule=data["rule"],
                needed=data["needed"] or 1, team=data["team"], due_on=due, today=today,
            )  # fmt: skip
            services.ask_reviewers(
                decision, by=request.user, people=data["people"], because=form.because
            )
            messages.success(request, "The review is planned.")
            return redirect("tradeoffs:decision-review", key)
        except EditConflict as conflict:
            return conflict_response(request, conflict)
        except ValidationError as error:
            absorb(form, error)
    return form_page(request, decision, form, {"title": "Who reviews", "save": "Save and ask"})


@require_POST
def reviewer_excuse(request, key, pk):
    """Ask somebody no longer."""
    decision = decision_for(request, key)
    require(request.user, "draft_decision", decision.product)
    row = get_object_or_404(decision.reviewers.select_related("decision", "person"), pk=pk)
    try:
        services.excuse_reviewer(row, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("tradeoffs:decision-review", key)


@require_http_methods(["GET", "POST"])
def objection_end(request, key, pk, how):
    """Withdraw one's own objection, or overrule somebody's, with a reason."""
    decision = decision_for(request, key)
    own = how == ObjectionEnd.How.WITHDRAWN
    if own:  # whose it is, the service looks at: they may be asked no longer
        require(request.user, "draft_decision", decision.product)
    elif not standing.is_asked(request.user, decision):
        require(request.user, "decide", decision.product)
    rows = Review.objects.select_related("decision__product", "amendment", "by")
    row = get_object_or_404(rows, pk=pk, decision=decision, verdict=Review.Verdict.OBJECT)
    form = StepForm(request.POST or None, initial={"version": decision.version})
    if form.is_valid():
        try:
            service = services.withdraw_objection if own else services.overrule
            service(row, by=request.user, reason=form.cleaned_data["why"])
            messages.success(request, f"The objection is {how}.")
            return redirect("tradeoffs:decision-review", key)
        except ValidationError as error:
            absorb(form, error)
    title = "Withdraw the objection" if own else "Overrule the objection"
    note = f"{standing.who(row.by)}: {row.reason}"
    return form_page(request, decision, form, {"title": title, "save": title, "note": note})


def then(request, decision) -> str:
    """Where to go after a review: back to the inbox if it came from there, else the review stays.

    Only acceptance closes the review, and leads to the record that came of it.
    """
    if request.POST.get("then") == "inbox":
        return reverse("tradeoffs:review-inbox", args=[decision.product.key])
    if decision.state == Decision.State.ACCEPTED:
        return decision.get_absolute_url()
    return reverse("tradeoffs:decision-review", args=[decision.key])
