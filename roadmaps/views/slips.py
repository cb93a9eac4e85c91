"""Slips of what was committed: why each came later, and the log of it all."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from roadmaps import services
from roadmaps.forms.scope import SlipDaysForm, SlipReasonForm
from roadmaps.models import Baseline, SlipPolicy, SlipReason
from roadmaps.pages import slips as slip_page
from roadmaps.queries.dates import freshness
from roadmaps.queries.slips import slips_of
from roadmaps.views.baselines import crumbs_of
from tpm.editing import EditConflict, conflict_response
from tpm.exports import csv_response
from tpm.forms import absorb
from tpm.models import Product
from tpm.roles import require
from tpm.views import product_for
from tpm.words import number_or_none, word_of


def log_address(product: Product) -> str:
    return reverse("roadmaps:slip-log", args=[product.key])


def asked_for(request, product: Product) -> tuple[list[SlipReason], dict[str, str]]:
    """The last word on each slip that an address asks for, and what it asks."""
    asked = {"reason": word_of(request.GET, "reason"), "baseline": word_of(request.GET, "baseline")}
    if asked["reason"] not in dict(slip_page.choices()):
        asked["reason"] = ""
    rows = SlipReason.objects.filter(product=product)
    rows = rows.select_related("item", "objective__product", "baseline")
    if (pk := number_or_none(asked["baseline"])) is not None:
        rows = rows.filter(baseline=pk)
    else:
        asked["baseline"] = ""
    return slip_page.newest_words(list(rows)), asked


@require_GET
def slip_log(request, key):
    """Why what was committed came later: by reason, over time, and each one."""
    product = product_for(request, key)
    fresh = freshness(product)
    rows, asked = asked_for(request, product)
    shown = [
        row for row in rows if not asked["reason"] or slip_page.value_of(row) == asked["reason"]
    ]
    urls = slip_page.decision_urls(request.user, product, shown[: slip_page.LOG_SHOWN])
    policy = SlipPolicy.objects.filter(product=product).first() or SlipPolicy(product=product)
    slips = slips_of(product, fresh.run, threshold=policy.working_days)
    context = {
        "product": product, "fresh": fresh, "asked": asked, "count": len(shown),
        "waiting": [slip_page.line_of(request.user, product, slip) for slip in slips if slip.asks],
        "reasons": slip_page.reasons(rows), "months": slip_page.months(shown),
        "rows": [
            (row, slip_page.title_of(row), urls.get(row.decision_key, ""))
            for row in shown[: slip_page.LOG_SHOWN]
        ],
        "query": request.GET.urlencode(), "reason_choices": slip_page.choices(),
        "baselines": Baseline.objects.filter(product=product).values_list("pk", "name"),
        "policy": policy, "days_form": SlipDaysForm(instance=policy),
        "crumbs": crumbs_of(product, (_("Slips"), "")),
    }  # fmt: skip
    return render(request, "roadmaps/slip_log.html", context)


@require_http_methods(["GET", "POST"])
def slip_reason(request, key, of):
    """Say why something slipped; never in the way of anything, and later words are added."""
    product = product_for(request, key)
    slips = slips_of(product, freshness(product).run)
    slip = next((each for each in slips if each.of == of), None)
    if slip is None:
        if not is_of(product, of):
            raise Http404
        require(request.user, "plan", product)
        messages.success(request, _("It is not later than committed by enough to ask why."))
        return redirect(log_address(product))
    if not slip_page.may_explain(request.user, product, slip):
        require(request.user, "plan", product)
    rows = slip_page.decisions_by_key(request.user, product)
    decisions = [] if rows is None else [(row.key, f"{row.key} {row.title}") for row in rows]
    form = SlipReasonForm(request.POST or None, decisions=decisions)
    if form.is_valid():
        try:
            services.give_slip_reason(product, by=request.user, slip=slip, **form.cleaned_data)
        except ValidationError as error:
            absorb(form, error)
        else:
            messages.success(request, _("The reason is in the log of slips."))
            return redirect(back_to(request, product))
    context = {
        "product": product, "form": form, "slip": slip, "title": slip_page.title_of(slip),
        "words": slip_page.words_of(slip),
        "back": word_of(request.POST or request.GET, "back"), "home": log_address(product),
        "crumbs": crumbs_of(product, (_("Slips"), log_address(product)), (_("Why"), "")),
    }  # fmt: skip
    status = 422 if form.errors else 200
    return render(request, "roadmaps/slip_reason.html", context, status=status)


def is_of(product: Product, of: str) -> bool:
    """Whether an address names something of this product."""
    if of == "plan" or product.items.filter(key=of).exists():
        return True
    pk = number_or_none(of[1:]) if of.startswith("o") else None
    return pk is not None and product.objectives.filter(pk=pk).exists()


def back_to(request, product: Product) -> str:
    asked = word_of(request.POST, "back")
    here = asked.startswith("/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None)
    return asked if here else log_address(product)


@require_POST
def slip_days(request, key):
    """From when on a slip asks for a reason."""
    product = product_for(request, key)
    require(request.user, "plan", product)
    policy = SlipPolicy.objects.filter(product=product).first() or SlipPolicy(product=product)
    form = SlipDaysForm(request.POST, instance=policy)
    if form.is_valid():
        try:
            services.set_slip_days(product, by=request.user, **form.cleaned_data)
        except EditConflict as conflict:
            return conflict_response(request, conflict)
        messages.success(request, _("Slips are asked about from then on."))
    else:
        messages.error(
            request, " ".join(str(error) for each in form.errors.values() for error in each)
        )
    return redirect(log_address(product))


@require_GET
def slip_export(request, key):
    """The log as CSV, as it is filtered. Without names of people."""
    product = product_for(request, key)
    rows, asked = asked_for(request, product)
    head = ["said on", "baseline", "what", "working days", "reason", "decision", "words"]
    lines = [
        [
            row.at.date().isoformat(), row.baseline.name, slip_page.title_of(row), row.days,
            row.get_reason_display() if row.reason else "", row.decision_key, row.words,
        ]
        for row in rows
        if not asked["reason"] or slip_page.value_of(row) == asked["reason"]
    ]  # fmt: skip
    return csv_response(f"{product.key}-slips.csv", head, lines)
