"""Blind scoring: one's own ballot, and what everybody said once it is shown."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from tpm.forms import absorb
from tpm.roles import can, require
from tradeoffs import blind, glossary, matrix, services
from tradeoffs.forms.review import AgainForm, BallotForm, RoundForm
from tradeoffs.pages import scoring as scoring_page
from tradeoffs.views.common import decision_for
from tradeoffs.views.frame import frame
from tradeoffs.views.record import form_page


@require_http_methods(["GET", "POST"])
def decision_scoring(request, key):
    decision = decision_for(request, key, matrix=True)
    if request.method == "POST":
        require(request.user, "draft_decision", decision.product)
    today, row = timezone.localdate(), blind.newest(decision)
    context = frame(request, decision, "review")
    drafts = can(request.user, "draft_decision", decision.product) and decision.is_open
    context |= {"round": row, "may_open": drafts}
    form = None
    if row is not None and not blind.is_shown(row, today):
        form = ballot_form(request, decision, row)
    if request.method == "POST":
        if row is None or form is None:
            messages.error(request, "There is no ballot of yours here.")
            return redirect("tradeoffs:decision-scoring", key)
        if form.is_valid() and save(request, row, form):
            return redirect("tradeoffs:decision-scoring", key)
    context |= scoring_page.of(decision, row, today) | {
        "form": form,
        "glossary": glossary.of(*glossary.SCORING),
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "tradeoffs/decision_scoring.html", context, status=status)


def ballot_form(request, decision, row) -> BallotForm | None:
    """The form of one's own ballot; None for whoever was not asked."""
    ballot, own = blind.own_scores(row, request.user)
    if ballot is None or not decision.is_open:
        return None
    grid = matrix.of(decision)
    form = BallotForm(request.POST or None, grid=grid, own=own, number=row.number)
    form.handed_in = ballot.handed_in
    return form


def save(request, row, form: BallotForm) -> bool:
    try:
        services.score_blind(
            row,
            by=request.user,
            cells=form.typed,
            reasons=form.reasons(),
            hand_in=bool(request.POST.get("hand_in")),
            today=timezone.localdate(),
        )
    except ValidationError as error:
        absorb(form, error)
        return False
    words = "Your scores are handed in." if request.POST.get("hand_in") else "Your scores are kept."
    messages.success(request, words)
    return True


@require_http_methods(["GET", "POST"])
def round_open(request, key):
    """Let people score unseen, or once more."""
    decision = decision_for(request, key)
    require(request.user, "draft_decision", decision.product)
    again, today = decision.rounds.exists(), timezone.localdate()
    form = AgainForm(request.POST or None) if again else RoundForm(
        request.POST or None, decision=decision
    )  # fmt: skip
    if form.is_valid():
        service = services.open_second_round if again else services.open_round
        try:
            service(decision, by=request.user, today=today, **form.cleaned_data)
            return redirect("tradeoffs:decision-scoring", key)
        except ValidationError as error:
            absorb(form, error)
    title = "Score once more" if again else "Score unseen"
    return form_page(request, decision, form, {"title": title, "save": "Open the round"})


@require_POST
def round_take(request, key):
    """Write the group's middle into the matrix."""
    decision = decision_for(request, key)
    require(request.user, "draft_decision", decision.product)
    try:
        count = services.take_group_scores(decision, by=request.user, today=timezone.localdate())
        messages.success(request, f"{count} cells of the matrix say what the group thinks.")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("tradeoffs:decision-scoring", key)
