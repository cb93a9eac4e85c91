"""The pay-off view: a budget, what it pays, what the plan gains; and the button that plans it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from debt import payoff_jobs, payoff_plans, payoff_register, services
from debt.pages import payoff as payoff_page
from debt.payoff_register import Asked, Register
from tpm import operations
from tpm.editing import EditConflict
from tpm.models import Product
from tpm.roles import can, require
from tpm.undo_views import tell
from tpm.views import product_for, remember


@require_http_methods(["GET", "POST"])
def payoff_plan(request, key):
    product = product_for(request, key)
    found = payoff_register.register_of(product)
    wrong = ""
    if request.method == "POST" and "compare" in request.POST:
        return compare(request, product, found)
    if request.method == "POST":
        require(request.user, "plan", product)
        asked, wrong = payoff_register.read_asked(request.POST, found)
        if not wrong:
            answer = create(request, product, found, asked)
            if answer is not None:
                return answer
            wrong = _("Debt or plan changed since you looked. This is what the budget pays now.")
    else:
        asked, wrong = payoff_register.read_asked(request.GET, found)
    other, other_wrong = payoff_register.read_way(request.GET, found, "other_")
    context = payoff_page.page_of(product, found, asked) | {
        "product": product,
        "wrong": wrong or other_wrong,
        "as_of": payoff_register.as_of(found),
        "stale": payoff_register.is_stale(found),
        "address": address(product, asked, other),
        "may_plan": can(request.user, "plan", product),
        "other": other,
    }
    ways = [asked] + ([other] if other else [])
    context |= dates(product, found, ways, wanted="dates" in request.GET)
    page = render(request, "debt/payoff.html", context, status=422 if wrong else 200)
    return remember(page, product) if request.method == "GET" else page


def dates(product: Product, found: Register, ways: list[Asked], *, wanted: bool) -> dict:
    """What the plan’s dates gain: simulated here where that is quick, else what a worker found."""
    if not any(payoff_register.chosen_by(found, asked) for asked in ways):
        return {}
    if not payoff_jobs.takes_long(product, found, ways):
        return {"plans": payoff_plans.plans_of(product, found, ways)} if wanted else {}
    job = payoff_jobs.known(product, payoff_jobs.fingerprint(product, found, ways))
    if job is not None and job.ended_at is not None:
        together = payoff_jobs.read(job.report)
        return {"plans": payoff_plans.shown(product, ways, together), "takes_long": True}
    return {"takes_long": True, "job": job}


def compare(request, product: Product, found: Register):
    """Have the dates simulated; whoever sees the plan may ask."""
    asked, wrong = payoff_register.read_asked(request.POST, found)
    other, other_wrong = payoff_register.read_way(request.POST, found, "other_")
    ways = [asked] + ([other] if other else [])
    if not wrong and not other_wrong:
        payoff_jobs.request(product, found, ways, by=request.user)
    return redirect(payoff_jobs.address(product, ways))


def create(request, product: Product, found: Register, asked: Asked):
    """Plan what was shown; None where the choice is another one by now."""
    shown = [pick.partition(":") for pick in request.POST.getlist("pick")]
    chosen = {pk: str(found.items[pk].version) for pk in payoff_register.chosen_by(found, asked)}
    if [(pk, version) for pk, _colon, version in shown] != [
        (str(pk), version) for pk, version in chosen.items()
    ]:
        return None
    picks = [(found.items[pk], int(version)) for pk, version in chosen.items()]
    try:
        with operations.recorded(product, by=request.user) as done:
            made = services.plan_together(
                picks, by=request.user, first=asked.place == payoff_register.FIRST
            )
            done.words = services.planned_words(made)
    except EditConflict:
        return None
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
        return redirect(address(product, asked, None))
    tell(request, done)
    return redirect("debt:item-list", product.key)


def address(product: Product, asked: Asked, other: Asked | None) -> str:
    """This page with its dates."""
    fields = {"budget": f"{asked.budget:g}", "place": asked.place}
    if other is not None:
        fields |= {"other_budget": f"{other.budget:g}", "other_place": other.place}
    return f"{reverse('debt:payoff', args=[product.key])}?{urlencode(fields)}"
