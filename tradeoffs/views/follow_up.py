"""The tab Follow-up: predictions, triggers, and looking back."""

from collections.abc import Sequence

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tpm.editing import EditConflict, conflict_response
from tpm.forms import absorb
from tpm.roles import can, require
from tradeoffs import following, services
from tradeoffs.forms.follow import (
    LookBackForm,
    OutcomeForm,
    PredictionForm,
    ReaffirmForm,
    ReasonForm,
    TriggerForm,
)
from tradeoffs.models import Decision, Firing, Prediction, RevisitTrigger
from tradeoffs.pages import follow as follow_page
from tradeoffs.views.common import decision_for
from tradeoffs.views.follow_form import form_page
from tradeoffs.views.frame import frame


@require_GET
def decision_follow_up(request, key):
    decision = decision_for(request, key, matrix=True)
    today = timezone.localdate()
    drafts = can(request.user, "draft_decision", decision.product)
    accepted = decision.state in services.LOOKED_BACK
    context = frame(request, decision, "follow-up") | {
        "predictions": follow_page.predictions(decision, request.user, today),
        "triggers": follow_page.triggers(decision, request.user, today),
        "look_backs": decision.look_backs.select_related("by__person"),
        "may_write": drafts,
        "may_look_back": drafts and accepted,
        "may_ask": drafts and (decision.is_open or decision.state == Decision.State.ACCEPTED),
        "check_due": accepted and decision.check_on is not None and decision.check_on <= today,
    }
    return render(request, "tradeoffs/decision_follow_up.html", context)


def page_of(decision: Decision) -> str:
    return reverse("tradeoffs:decision-follow-up", args=[decision.key])


def writable(request, key: str) -> Decision:
    decision = decision_for(request, key)
    require(request.user, "draft_decision", decision.product)
    return decision


def answer(request, decision: Decision, form, write, context: dict):
    """Run a write with a form that is valid, or show the form with what is wrong."""
    if form.is_valid():
        try:
            write(form.cleaned_data)
            return redirect(page_of(decision))
        except EditConflict as conflict:
            return conflict_response(request, conflict)
        except ValidationError as error:
            absorb(form, error)
    return form_page(request, decision, form, context | {"back": page_of(decision)})


PREDICTED = (("chance", "A yes or no"), ("number", "A number"))


def kind_of(request, kinds: Sequence[str], default: str = "") -> str:
    """The kind that an address or a form names; a form that names none is asked for every field."""
    if request.method == "POST":
        return request.POST["kind"] if request.POST.get("kind") in kinds else ""
    asked = request.GET.get("kind", "")
    return asked if asked in kinds else default or kinds[0]


def kind_tabs(request, kind: str, choices) -> list[tuple[str, str, bool, None]]:
    """The kinds as tabs: each asks for its own fields alone."""
    return [
        (str(label), f"{request.path}?kind={name}", name == kind, None) for name, label in choices
    ]


@require_http_methods(["GET", "POST"])
def prediction_create(request, key):
    decision = writable(request, key)
    kind = kind_of(request, ("chance", "number"))
    form = PredictionForm(request.POST or None, decision=decision, user=request.user, kind=kind)
    return answer(
        request, decision, form,
        lambda data: services.add_prediction(
            decision, by=request.user, follows=data["follows"], **form.values()
        ),
        {"title": "Predict", "save": "Save the prediction", "tabs_label": "What is predicted",
         "tabs": kind_tabs(request, kind, PREDICTED)},
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def prediction_edit(request, key, pk):
    decision = writable(request, key)
    row = get_object_or_404(decision.predictions.select_related("decision__product"), pk=pk)
    if "remove" in request.POST:
        return pressed(request, decision, lambda: services.remove_prediction(row, by=request.user))
    kind = (
        ""
        if request.method == "POST" and "kind" not in request.POST
        else kind_of(
            request, ("chance", "number"), default="number" if row.chance is None else "chance"
        )
    )
    form = PredictionForm(
        request.POST or None, decision=decision, user=request.user, row=row, kind=kind
    )
    return answer(
        request, decision, form,
        lambda data: services.edit_prediction(
            row, by=request.user, version=data["version"], follows=data["follows"],
            fields=form.values(),
        ),
        {"title": "Prediction", "save": "Save", "remove": "Strike it",
         "tabs_label": "What is predicted", "tabs": kind_tabs(request, kind, PREDICTED)},
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def prediction_check(request, key, pk):
    """What came of it, prefilled where a published number says so."""
    decision = writable(request, key)
    row = get_object_or_404(decision.predictions.select_related("decision__product"), pk=pk)
    known = following.outcome_of(row, timezone.localdate())
    form = OutcomeForm(request.POST or None, row=row, known=known)
    return answer(
        request, decision, form,
        lambda data: services.record_outcome(
            row, by=request.user, outcome=float(data["outcome"]), note=data["note"],
            version=data["version"],
        ),
        {"title": "What came of it", "save": "Save the outcome",
         "says": f"We said {services.said(row)}."},
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def trigger_create(request, key):
    decision = writable(request, key)
    kind = kind_of(request, RevisitTrigger.Kind.values)
    form = TriggerForm(request.POST or None, decision=decision, user=request.user, kind=kind)
    return answer(
        request, decision, form,
        lambda _: services.add_trigger(decision, by=request.user, **form.values()),
        {"title": "Ask again when", "save": "Save the trigger", "tabs_label": "Ask again",
         "tabs": kind_tabs(request, kind, RevisitTrigger.Kind.choices)},
    )  # fmt: skip


def pressed(request, decision: Decision, write, said: str = ""):
    try:
        made = write()
        if said:
            messages.success(request, said % {"key": made.key})
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    return redirect(page_of(decision))


@require_POST
def trigger_remove(request, key, pk):
    decision = writable(request, key)
    row = get_object_or_404(RevisitTrigger, pk=pk, decision=decision)
    return pressed(request, decision, lambda: services.remove_trigger(row, by=request.user))


@require_http_methods(["GET", "POST"])
def trigger_false(request, key, pk):
    decision = writable(request, key)
    row = get_object_or_404(RevisitTrigger, pk=pk, decision=decision)
    form = ReasonForm(request.POST or None)
    return answer(
        request, decision, form,
        lambda data: services.declare_false(row, by=request.user, why=data["why"]),
        {"title": "This is no longer so", "save": "Declare it false",
         "says": f"“{row.text}”. The decision is asked at once."},
    )  # fmt: skip


def firing_of(decision: Decision, pk: int) -> Firing:
    rows = Firing.objects.select_related(
        "trigger__decision__product", "trigger__owner", "successor"
    )
    return get_object_or_404(rows, pk=pk, trigger__decision=decision)


@require_http_methods(["GET", "POST"])
def firing_reaffirm(request, key, pk):
    decision = writable(request, key)
    firing = firing_of(decision, pk)
    services.refuse_stranger(firing, request.user)
    needs_day = firing.trigger.kind == RevisitTrigger.Kind.DATE
    form = ReaffirmForm(request.POST or None, needs_day=needs_day)
    return answer(
        request, decision, form,
        lambda data: services.reaffirm(
            firing, by=request.user, why=data["why"], again_on=data["again_on"]
        ),
        {"title": "It still holds", "save": "Reaffirm", "says": f"{firing.says}."},
    )  # fmt: skip


@require_POST
def firing_revise(request, key, pk):
    decision = writable(request, key)
    firing = firing_of(decision, pk)
    services.refuse_stranger(firing, request.user)
    try:
        successor = services.revise(firing, by=request.user)
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
        return redirect(page_of(decision))
    messages.success(request, f"{successor.key} is a draft that is to replace {decision.key}.")
    return redirect(successor)


@require_http_methods(["GET", "POST"])
def look_back(request, key):
    decision = writable(request, key)
    today = timezone.localdate()
    rows = decision.predictions.filter(outcome=None, due_on__lte=today).select_related("decision")
    due: list[tuple[Prediction, float | None]] = [
        (row, following.outcome_of(row, today)) for row in rows
    ]
    form = LookBackForm(request.POST or None, due=due)
    return answer(
        request, decision, form,
        lambda data: services.look_back(
            decision, by=request.user, happened=data["happened"], again=data["again"],
            learned=data["learned"], check_on=data["check_on"], outcomes=form.outcomes(),
        ),
        {"title": "Look back", "save": "Save"},
    )  # fmt: skip
