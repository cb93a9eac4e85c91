"""The record of one decision: reading, editing, moving it on, and taking it away as a file."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tpm.editing import EditConflict, conflict_response
from tpm.forms import absorb
from tpm.roles import can, require
from tradeoffs import services
from tradeoffs.forms.decisions import DecisionForm, LinksForm, StepForm
from tradeoffs.models import Decision, Supersession
from tradeoffs.pages import matrix as matrix_page
from tradeoffs.pages import record as record_page
from tradeoffs.pages import talk as talk_page
from tradeoffs.views.common import crumbs, decision_for
from tradeoffs.views.exporting import as_text
from tradeoffs.views.frame import frame

STEPS: dict[str, tuple[str, str, Callable[..., None]]] = {
    "withdraw": ("Take it back to a draft", "draft_decision", services.withdraw),
    "deprecate": ("It no longer holds", "decide", services.deprecate),
    "reopen": ("Open it again", "draft_decision", services.reopen),
}


@require_GET
def decision_detail(request, key):
    decision = decision_for(request, key, matrix=True)
    context = frame(request, decision, "detail")
    context |= {
        "who_proposed": record_page.who_proposed(decision),
        "grid": matrix_page.grid(context["matrix"]),
        "talk": talk_page.of(request.user, decision),
        "comment_url": reverse("tpm:comment-create", args=["tradeoffs.decision", decision.pk]),
        "may_comment": can(request.user, "comment", decision.product),
    }
    return render(request, "tradeoffs/decision_detail.html", context)


@require_GET
def decision_export(request, key):
    """The record as a Markdown file."""
    decision = decision_for(request, key, matrix=True)
    text = as_text(request, decision)
    answer = HttpResponse(text, content_type="text/markdown; charset=utf-8")
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
    """Withdraw, deprecate or open again: one move, with its reason."""
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


def came_from(request, otherwise: str) -> str:
    """The page of ours that led to a form, which Cancel leads back to; kept while it is mended."""
    came = urlsplit(request.headers.get("Referer", ""))
    path = f"{came.path}?{came.query}" if came.query else came.path
    path = request.POST.get("back") or (path if came.netloc == request.get_host() else "")
    ours = path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return path if ours and path.partition("?")[0] != request.path else otherwise


def form_page(request, decision: Decision, form, context: dict):
    """One form of a decision on a page of its own."""
    title = context["title"]
    context |= {
        "product": decision.product,
        "decision": decision,
        "form": form,
        "crumbs": crumbs(decision, (title, "")),
        "back": came_from(request, context.get("back") or decision.get_absolute_url()),
    }
    status = 422 if form.errors else 200
    return render(request, "tradeoffs/decision_form.html", context, status=status)
