"""The tab Links & consequences: what follows, and what is done about it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tpm.editing import EditConflict, conflict_response
from tpm.forms import absorb
from tpm.roles import can, require
from tpm.words import number_or_none
from tradeoffs import services
from tradeoffs.forms.follow import AcceptedForm, ConsequenceForm
from tradeoffs.models import Consequence, Decision
from tradeoffs.pages import follow as follow_page
from tradeoffs.views.common import decision_for
from tradeoffs.views.follow_form import form_page
from tradeoffs.views.frame import frame


@require_GET
def decision_consequences(request, key):
    decision = decision_for(request, key, matrix=True)
    rows = follow_page.effects(decision)
    product = decision.product
    context = frame(request, decision, "consequences") | {
        "effects": rows,
        "open_words": follow_page.open_words(rows),
        "comes_from": Consequence.objects.filter(
            handled_as=Consequence.Handled.DECISION, handled_key=decision.key
        ).select_related("decision"),
        "may_write": can(request.user, "draft_decision", product),
        "may_plan": can(request.user, "plan", product),
        "may_accept": can(request.user, "decide", product),
        "may_log": can(request.user, "log_debt", product),
    }
    return render(request, "tradeoffs/decision_consequences.html", context)


def page_of(decision: Decision) -> str:
    return reverse("tradeoffs:decision-consequences", args=[decision.key])


def row_of(decision: Decision, pk: int) -> Consequence:
    return get_object_or_404(decision.effects.select_related("decision__product", "owner"), pk=pk)


@require_http_methods(["GET", "POST"])
def consequence_create(request, key):
    decision = decision_for(request, key)
    require(request.user, "draft_decision", decision.product)
    form = ConsequenceForm(request.POST or None, decision=decision)
    if form.is_valid():
        try:
            services.add_consequence(decision, by=request.user, **form.changes())
            return redirect(page_of(decision))
        except ValidationError as error:
            absorb(form, error)
    context = {"title": "Write down a consequence", "save": "Save", "back": page_of(decision)}
    return form_page(request, decision, form, context)


@require_http_methods(["GET", "POST"])
def consequence_edit(request, key, pk):
    decision = decision_for(request, key)
    require(request.user, "draft_decision", decision.product)
    row = row_of(decision, pk)
    if "remove" in request.POST:
        return pressed(request, decision, lambda: services.remove_consequence(row, by=request.user))
    form = ConsequenceForm(request.POST or None, instance=row, decision=decision)
    if form.is_valid():
        try:
            services.edit_consequence(
                row_of(decision, pk), by=request.user, version=form.cleaned_data["version"],
                fields=form.changes(),
            )  # fmt: skip
            return redirect(page_of(decision))
        except EditConflict as conflict:
            return conflict_response(request, conflict)
        except ValidationError as error:
            absorb(form, error)
    context = {
        "title": "Consequence",
        "save": "Save",
        "remove": "Strike it",
        "back": page_of(decision),
    }
    return form_page(request, decision, form, context)


def pressed(request, decision: Decision, write, said: str = ""):
    """A button without a form: done, or a sentence why not."""
    try:
        made = write()
        if said:
            messages.success(request, said % {"key": made.key})
    except (ValidationError, EditConflict) as problem:
        sentences = getattr(problem, "messages", [str(problem)])
        messages.error(request, " ".join(sentences))
    return redirect(page_of(decision))


@require_POST
def consequence_item(request, key, pk):
    decision = decision_for(request, key)
    require(request.user, "plan", decision.product)
    row, version = row_of(decision, pk), number_or_none(request.POST.get("version", ""))
    return pressed(
        request, decision,
        lambda: services.become_item(row, by=request.user, version=version),
        "%(key)s stands at the end of the plan, without an estimate.",
    )  # fmt: skip


@require_POST
def consequence_decision(request, key, pk):
    decision = decision_for(request, key)
    require(request.user, "draft_decision", decision.product)
    row, version = row_of(decision, pk), number_or_none(request.POST.get("version", ""))
    return pressed(
        request, decision,
        lambda: services.become_decision(row, by=request.user, version=version),
        "%(key)s is a draft: name its options.",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def consequence_accept(request, key, pk):
    """Accepted without mitigation: by name, and with a reason."""
    decision = decision_for(request, key)
    require(request.user, "decide", decision.product)
    row = row_of(decision, pk)
    start = {"version": row.version, "person": getattr(request.user, "person", None)}
    form = AcceptedForm(request.POST or None, initial=start, decision=decision)
    if form.is_valid():
        data = form.cleaned_data
        try:
            services.accept_consequence(
                row,
                by=request.user,
                person=data["person"],
                why=data["why"],
                version=data["version"],
            )
            return redirect(page_of(decision))
        except EditConflict as conflict:
            return conflict_response(request, conflict)
        except ValidationError as error:
            absorb(form, error)
    context = {
        "title": "Accept without mitigation", "save": "Accept it", "back": page_of(decision),
        "says": f"“{row.text}” stays as it is. The name and the reason stay on the record.",
    }  # fmt: skip
    return form_page(request, decision, form, context)
