"""Editing one section in place, and amending it once it is accepted."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from tpm.forms import absorb
from tpm.roles import require
from tradeoffs import services, standing, wording
from tradeoffs.forms.review import AmendForm, JudgeAmendmentForm, SectionForm
from tradeoffs.models import Amendment, Section, SectionDraft
from tradeoffs.services.sections import SectionConflict
from tradeoffs.views.common import crumbs, decision_for
from tradeoffs.views.record import form_page


def section_named(name: str) -> Section:
    if name not in Section.values:
        raise Http404
    return Section(name)


@require_http_methods(["GET", "POST"])
@vary_on_headers("HX-Request")
def section_edit(request, key, name):
    """One section; what was typed and not saved comes back, and both texts where two collide."""
    decision, section = decision_for(request, key), section_named(name)
    require(request.user, "draft_decision", decision.product)
    draft = SectionDraft.objects.filter(decision=decision, section=name, by=request.user).first()
    if request.method == "POST" and request.POST.get("drop"):
        services.drop_draft(decision, by=request.user, section=name)
        return redirect(f"{decision.get_absolute_url()}#{anchor_of(name)}")
    if draft is not None and decision.is_open:
        start = {"text": draft.text, "base": draft.base}
    else:
        start = {"text": getattr(decision, name), "base": getattr(decision, name)}
    form = SectionForm(request.POST or None, initial=start)
    context: dict = {"draft": draft}
    if form.is_valid():
        data = form.cleaned_data
        try:
            merged = services.save_section(
                decision, by=request.user, section=name, base=data["base"], text=data["text"]
            )
            if merged:
                messages.info(request, "Somebody changed other lines meanwhile: both are in.")
            return redirect(f"{decision.get_absolute_url()}#{anchor_of(name)}")
        except SectionConflict as conflict:
            context |= both(conflict)
        except ValidationError as error:
            absorb(form, error)
    return section_page(request, decision, section, form, context)


def both(conflict: SectionConflict) -> dict:
    """Theirs beside mine; the form goes on from theirs, with what I typed."""
    form = SectionForm(initial={"text": conflict.mine, "base": conflict.theirs})
    return {"form": form, "theirs": wording.words(conflict.base, conflict.theirs), "status": 409}


def section_page(request, decision, section: Section, form, context: dict):
    others = SectionDraft.objects.filter(decision=decision, section=section.value)
    others = others.exclude(by=request.user).select_related("by__person")
    context = {
        "product": decision.product,
        "decision": decision,
        "section": section,
        "title": section.label,
        "form": form,
        "crumbs": crumbs(decision, (section.label, "")),
        "others": [(standing.who(row.by), row.at) for row in others],
        **context,
    }
    status = context.get("status") or (422 if context["form"].errors else 200)
    part = "#edit" if request.htmx and request.method == "GET" else ""
    return render(request, f"tradeoffs/section_edit.html{part}", context, status=status)


def anchor_of(name: str) -> str:
    """Where a section stands on the record."""
    places = {"constraints": "context", "reasons": "outcome", "confirmation": "check"}
    return places.get(name, name)


@require_POST
def section_draft(request, key, name):
    """Keep what is being typed; answers with one line that says so."""
    decision, section = decision_for(request, key), section_named(name)
    require(request.user, "draft_decision", decision.product)
    form = SectionForm(request.POST)
    try:
        if not form.is_valid():
            return HttpResponse("Not kept: it is too long.", status=422)
        data = form.cleaned_data
        services.keep_draft(
            decision, by=request.user, section=section.value, base=data["base"], text=data["text"]
        )
    except ValidationError as error:
        return HttpResponse(" ".join(error.messages), status=422, content_type="text/plain")
    at = timezone.localtime().strftime("%H:%M:%S")
    return HttpResponse(f"Kept as your draft, {at}", content_type="text/plain")


@require_http_methods(["GET", "POST"])
def amendment_create(request, key, name):
    """Propose another text for a section of an accepted decision, or put a typo right."""
    decision, section = decision_for(request, key), section_named(name)
    require(request.user, "draft_decision", decision.product)
    now = getattr(decision, name)
    form = AmendForm(request.POST or None, initial={"new": now, "old": now})
    if form.is_valid():
        data = form.cleaned_data
        typo = data.pop("typo")
        service = services.fix_typo if typo else services.propose_amendment
        try:
            service(decision, by=request.user, section=name, **data)
            words = "The typo is put right." if typo else "The amendment waits for its review."
            messages.success(request, words)
            return redirect(decision) if typo else redirect("tradeoffs:decision-review", key)
        except ValidationError as error:
            absorb(form, error)
    title = f"Amend: {section.label.lower()}"
    return form_page(request, decision, form, {"title": title, "save": "Propose"})


@require_POST
def amendment_judge(request, key, pk):
    """Approve, object to, reject or withdraw an amendment."""
    decision = decision_for(request, key)
    require(request.user, "draft_decision", decision.product)
    rows = Amendment.objects.select_related("decision__product")
    row = get_object_or_404(rows, pk=pk, decision=decision)
    form = JudgeAmendmentForm(request.POST)
    try:
        if not form.is_valid():
            raise ValidationError([text for texts in form.errors.values() for text in texts])
        data = form.cleaned_data
        if data["verdict"] == "withdraw":
            services.withdraw_amendment(row, by=request.user)
        else:
            services.review_amendment(row, by=request.user, **data)
        row.refresh_from_db()
        messages.success(request, f"The amendment is {row.get_state_display().lower()}.")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("tradeoffs:decision-review", key)
