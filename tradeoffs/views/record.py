"""The record of one decision: reading, editing, moving it on, and taking it away as a file."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from tpm import formats
from tpm.editing import EditConflict, conflict_response
from tpm.forms import absorb
from tpm.queries import activity
from tpm.roles import can, require
from tpm.words import number_or_none
from tradeoffs import export, matrix, queries, record_page, rows, services
from tradeoffs.forms import DecisionForm, LinksForm, ReviewForm, StepForm
from tradeoffs.models import Decision, Review, Supersession
from tradeoffs.views.common import crumbs, decision_for, next_steps

STEPS: dict[str, tuple[str, str, Callable[..., None]]] = {
    "submit": ("Ask for review", "draft_decision", services.submit_for_review),
    "withdraw": ("Take it back to a draft", "draft_decision", services.withdraw),
    "deprecate": ("It no longer holds", "decide", services.deprecate),
    "reopen": ("Open it again", "draft_decision", services.reopen),
}

REVIEWED = {
    Review.Verdict.APPROVE: "%(key)s is accepted.",
    Review.Verdict.REJECT: "%(key)s is rejected.",
    Review.Verdict.ASK_FOR_CHANGES: "%(key)s goes back to its author with your reason.",
}


@require_GET
@vary_on_headers("HX-Request")
def decision_detail(request, key):
    decision = decision_for(request, key, matrix=True)
    context = record_context(request, decision)
    weighed = request.htmx and request.GET.get("part") == "weighed"
    template = "tradeoffs/decision_detail.html" + ("#weighed" if weighed else "")
    return render(request, template, context)


def record_context(request, decision: Decision) -> dict:
    weighed = matrix.of(decision)
    today = timezone.localdate()
    due, due_class, due_more = rows.next_due(decision, today)
    return {
        "product": decision.product,
        "crumbs": crumbs(decision),
        "decision": decision,
        "matrix": weighed,
        "grid": record_page.grid(weighed),
        "comparison": record_page.comparison(weighed, *compared(request.GET)),
        "verdict_badge": rows.verdict_badge(weighed.verdict),
        "can": next_steps(request.user, decision),
        "due": due,
        "due_class": due_class,
        "due_more": due_more,
        "stages": record_page.stages(decision, formats.day, due if decision.due_on else ""),
        "items": queries.items_with_dates(decision),
        "components": decision.components.all(),
        "reviews": decision.reviews.select_related("by"),
        "replaces": decision.replaces.select_related("old"),
        "replaced_by": decision.replaced_by.select_related("new"),
        "activity": activity(decision),
        "comment_url": reverse("tpm:comment-create", args=["tradeoffs.decision", decision.pk]),
        "may_comment": can(request.user, "comment", decision.product),
    }


def compared(query) -> tuple[int | None, int | None]:
    """The two options that the address compares."""
    return number_or_none(query.get("a", "")), number_or_none(query.get("b", ""))


@require_GET
def decision_export(request, key):
    """The record as a Markdown file."""
    decision = decision_for(request, key, matrix=True)
    answer = HttpResponse(export.as_markdown(decision), content_type="text/markdown; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{decision.key}.md"'
    return answer


@require_http_methods(["GET", "POST"])
def decision_edit(request, key):
    decision = decision_for(request, key)
    require(request.user, "draft_decision", decision.product)
    form = DecisionForm(request.POST or None, instance=decision)
    if form.is_valid():
        try:
            services.edit_decision(
                decision,
                by=request.user,
                version=form.cleaned_data["version"],
                fields=form.changes(),
            )
            return redirect(decision)
        except EditConflict as conflict:
            return conflict_response(request, conflict)
        except ValidationError as error:
            absorb(form, error)
    context = {"title": "Edit the text", "save": "Save"}
    return form_page(request, decision, form, context)


@require_http_methods(["GET", "POST"])
def decision_links(request, key):
    decision = decision_for(request, key)
    require(request.user, "draft_decision", decision.product)
    form = LinksForm(request.POST or None, decision=decision)
    if form.is_valid():
        data = form.cleaned_data
        try:
            services.link_decision(
                decision,
                by=request.user,
                version=data["version"],
                items=data["items"],
                components=data["components"],
            )
            if data["replaces"]:
                needed = "draft_decision" if decision.is_open else "decide"
                require(request.user, needed, decision.product)
                services.note_replacement(decision, by=request.user, old=data["replaces"])
            return redirect(decision)
        except EditConflict as conflict:
            return conflict_response(request, conflict)
        except ValidationError as error:
            absorb(form, error)
    context = {"title": "Links", "save": "Save links"}
    return form_page(request, decision, form, context)


@require_POST
def replacement_remove(request, key, pk):
    decision = decision_for(request, key)
    require(request.user, "draft_decision", decision.product)
    found = Supersession.objects.select_related("old", "new")
    row = get_object_or_404(found, pk=pk, new=decision)
    try:
        services.remove_replacement(row, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(decision)


@require_http_methods(["GET", "POST"])
def decision_step(request, key, step):
    """Ask for review, withdraw, deprecate or open again: one move, with its reason."""
    decision = decision_for(request, key)
    title, ability, service = STEPS[step]
    require(request.user, ability, decision.product)
    form = StepForm(request.POST or None, initial={"version": decision.version})
    if form.is_valid():
        try:
            service(
                decision,
                by=request.user,
                version=form.cleaned_data["version"],
                why=form.cleaned_data["why"],
            )
            decision.refresh_from_db(fields=["state"])
            state = decision.get_state_display().lower()
            messages.success(request, f"{decision.key} is {state} now.")
            return redirect(decision)
        except EditConflict as conflict:
            return conflict_response(request, conflict)
        except ValidationError as error:
            absorb(form, error)
    return form_page(request, decision, form, {"title": title, "save": title})


@require_http_methods(["GET", "POST"])
def decision_review(request, key):
    decision = decision_for(request, key, matrix=True)
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
    context = {
        "product": decision.product,
        "decision": decision,
        "matrix": weighed,
        "form": form,
        "can": next_steps(request.user, decision),
        "crumbs": crumbs(decision, ("Review", "")),
    }
    status = 422 if form.errors else 200
    return render(request, "tradeoffs/decision_review.html", context, status=status)


def form_page(request, decision: Decision, form, context: dict):
    """One form of a decision on a page of its own."""
    title = context["title"]
    context |= {
        "product": decision.product,
        "decision": decision,
        "form": form,
        "crumbs": crumbs(decision, (title, "")),
    }
    status = 422 if form.errors else 200
    return render(request, "tradeoffs/decision_form.html", context, status=status)
