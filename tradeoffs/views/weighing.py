"""Options, criteria, weights and cells: small forms that change the matrix."""

from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods
from django.views.decorators.vary import vary_on_headers

from tpm.editing import EditConflict, conflict_response
from tpm.forms import absorb
from tpm.words import word_of
from tradeoffs import bindings, catalogue, services, unseen
from tradeoffs.forms.decisions import CriterionForm, OptionForm, ScoreForm
from tradeoffs.models import Criterion, Decision, Option, Score
from tradeoffs.views.common import decision_for, open_decision
from tradeoffs.views.matrix import matrix_context
from tradeoffs.views.record import form_page

CARRIED = ("value", "note")


def back_to(decision: Decision):
    return redirect("tradeoffs:decision-matrix", decision.key)


@require_http_methods(["GET", "POST"])
def option_create(request, key):
    decision = open_decision(request, key)
    form = OptionForm(request.POST or None, instance=Option(decision=decision))
    if form.is_valid():
        try:
            services.add_option(decision, by=request.user, **form.changes())
            return back_to(decision)
        except ValidationError as error:
            absorb(form, error)
    context = {"title": "Add an option", "save": "Add option", "back": back_to(decision).url}
    return form_page(request, decision, form, context)


@require_http_methods(["GET", "POST"])
def option_edit(request, key, pk):
    decision = open_decision(request, key)
    option = get_object_or_404(Option.objects.select_related("decision"), pk=pk, decision=decision)
    return part_edit(
        request, decision, option, OptionForm, services.edit_option, services.remove_option
    )


@require_http_methods(["GET", "POST"])
def criterion_create(request, key):
    decision = open_decision(request, key)
    criterion, offered = Criterion(decision=decision), request.POST.get("offer", "")
    if offered in catalogue.BY_NAME:
        form = CriterionForm(instance=criterion, initial=filled(request.POST, offered))
    else:
        start = start_of(word_of(request.GET, "name"))
        form = CriterionForm(request.POST or None, instance=criterion, initial=start)
    if form.is_valid():
        try:
            services.add_criterion(decision, by=request.user, **form.changes())
            return back_to(decision)
        except ValidationError as error:
            absorb(form, error)
    taken = set(decision.criteria.values_list("name", flat=True))
    context = {
        "title": "Add a criterion",
        "save": "Add criterion",
        "offers": [offer.name for offer in catalogue.ALL if offer.name not in taken],
        "offered": offered or request.POST.get("offered", ""),
        "back": back_to(decision).url,
    }
    return form_page(request, decision, form, context)


def start_of(name: str) -> dict[str, str]:
    """What a criterion of the catalogue says of itself."""
    offer = catalogue.BY_NAME.get(name)
    if offer is None:
        return {"name": name}
    group = offer.name if offer.group == catalogue.ISO else offer.group
    return {"name": name, "measure": offer.measure, "group": group}


def filled(posted, name: str) -> dict[str, str]:
    """What was typed, and the catalogue where nothing was, or where it spoke before."""
    before = start_of(posted.get("offered", ""))
    found = {field: posted[field] for field in CriterionForm.base_fields if field in posted}
    for field, value in start_of(name).items():
        if found.get(field, "").strip() in ("", before.get(field)):
            found[field] = value
    return found


@require_http_methods(["GET", "POST"])
def criterion_edit(request, key, pk):
    decision = open_decision(request, key)
    rows = Criterion.objects.select_related("decision")
    criterion = get_object_or_404(rows, pk=pk, decision=decision)
    return part_edit(
        request,
        decision,
        criterion,
        CriterionForm,
        services.edit_criterion,
        services.remove_criterion,
    )


def part_edit(request, decision, part, form_class, service, remove):
    """Change one option or criterion, or take it out."""
    form = form_class(request.POST or None, instance=part)
    kind = part._meta.verbose_name
    try:
        if request.POST.get("remove"):
            form.is_valid()  # only its version is looked at
            remove(part, by=request.user, version=form.cleaned_data.get("version"))
            return back_to(decision)
        if form.is_valid():
            version = form.cleaned_data["version"]
            service(part, by=request.user, version=version, fields=form.changes())
            return back_to(decision)
    except EditConflict as conflict:
        return conflict_response(request, conflict)
    except ValidationError as error:
        form.is_valid()
        absorb(form, error)
    context = {
        "title": f"Edit the {kind}",
        "save": "Save",
        "remove": f"Remove this {kind}",
        "back": back_to(decision).url,
    }
    return form_page(request, decision, form, context)


@require_http_methods(["GET", "POST"])
@vary_on_headers("HX-Request")
def score_edit(request, key, option_pk, criterion_pk):
    """One cell. With htmx the form opens in the cell, and saving answers with the whole matrix."""
    decision = open_decision(request, key)
    option = get_object_or_404(
        Option.objects.select_related("decision"), pk=option_pk, decision=decision
    )
    criterion = get_object_or_404(Criterion, pk=criterion_pk, decision=decision)
    unseen.refuse(decision, request.user)
    score = Score.objects.filter(option=option, criterion=criterion).first()
    sources = [] if request.htmx else bindings.offered(decision, request.user)
    if request.POST.get("more"):
        return with_more(request)
    form = ScoreForm(request.POST or None, score=score, sources=sources)
    form.initial.update({name: request.GET[name] for name in CARRIED if name in request.GET})
    if form.is_valid():
        try:
            save_cell(request, option, criterion, form.cleaned_data)
            return answer_with_matrix(request, key) if request.htmx else back_to(decision)
        except EditConflict as conflict:
            return conflict_response(request, conflict)
        except ValidationError as error:
            absorb(form, error)
    context = {
        "title": f"Score {option.name} on {criterion.name}",
        "save": "Save score",
        "option": option,
        "criterion": criterion,
        "score": score,
        "cell_id": f"cell-{option.pk}-{criterion.pk}",
        "cell_url": reverse("tradeoffs:score-edit", args=[key, option.pk, criterion.pk]),
        "back": f"{back_to(decision).url}#cell-{option.pk}-{criterion.pk}",
    }
    if not request.htmx:
        return form_page(request, decision, form, context)
    context |= {"decision": decision, "form": form}
    status = 422 if form.errors else 200
    answer = render(request, "tradeoffs/score_form.html", context, status=status)
    answer["HX-Retarget"], answer["HX-Reswap"] = f"#{context['cell_id']}", "innerHTML"
    return answer


def with_more(request) -> HttpResponse:
    """From the short form inside the matrix to the whole one, with what is typed so far."""
    typed = urlencode({name: request.POST.get(name, "") for name in CARRIED})
    there = f"{request.path}?{typed}"
    return HttpResponse(headers={"HX-Redirect": there}) if request.htmx else redirect(there)


def save_cell(request, option: Option, criterion: Criterion, data: dict) -> None:
    """What the form says. Inside the matrix it has fewer fields."""
    evidence = {} if request.htmx else {"evidence": data["evidence"]}
    services.say_cell(
        option,
        criterion,
        by=request.user,
        version=data["version"],
        typed=data["value"],
        note=data["note"],
        evidence_on=data["evidence_on"],
        code=data.get("bound"),
        **evidence,
    )


def answer_with_matrix(request, key: str) -> HttpResponse:
    decision = decision_for(request, key, matrix=True)
    context = matrix_context(request, decision)
    return render(request, "tradeoffs/decision_matrix.html#weighed", context)
