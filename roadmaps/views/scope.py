"""What changed between any two moments of a plan."""

from urllib.parse import urlencode

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from roadmaps import queries, services
from roadmaps.models import Objective
from roadmaps.pages import scope as scope_page
from roadmaps.pages.scope import Moment
from roadmaps.queries.dates import Freshness, freshness
from roadmaps.services.scope import KIND
from roadmaps.views.baselines import crumbs_of
from tpm.models import Job, Product
from tpm.views import product_for
from tpm.words import number_or_none, word_of


@require_http_methods(["GET", "POST"])
def compare(request, key):
    """Shows what was worked out; asking for two moments has a worker work it out."""
    product = product_for(request, key)
    fresh = freshness(product)
    asked = request.POST if request.method == "POST" else request.GET
    words = {
        "from": word_of(asked, "from") or scope_page.usual_start(product, fresh),
        "to": word_of(asked, "to") or scope_page.NOW,
        "objective": word_of(asked, "objective"),
    }
    ends, problem = moments(product, words, fresh)
    if request.method == "POST":
        if ends is None:
            messages.warning(request, problem)
        else:
            services.request_comparison(
                product, by=request.user, since=ends[0].run, run=ends[1].run
            )
        here = reverse("roadmaps:scope-compare", args=[product.key])
        return redirect(f"{here}?{urlencode({name: word for name, word in words.items() if word})}")
    return render(request, "roadmaps/scope_compare.html", context_of(product, words, ends, problem))


def moments(
    product: Product, words: dict[str, str], fresh: Freshness
) -> tuple[tuple[Moment, Moment] | None, str]:
    """Both moments, the earlier one first; or why there is nothing to compare."""
    first = scope_page.moment_of(product, words["from"], fresh)
    second = scope_page.moment_of(product, words["to"], fresh)
    if first is None or second is None:
        return None, _("There is no forecast of that moment to compare with.")
    if first.run.pk == second.run.pk:
        return None, _("Both are the same forecast: choose another moment.")
    earlier, later = sorted((first, second), key=lambda moment: moment.order)
    return (earlier, later), ""


def context_of(product: Product, words: dict[str, str], ends, problem: str) -> dict:
    objectives = list(Objective.objects.filter(product=product, closed_on=None))
    chosen = number_or_none(words["objective"])
    objective = next((each for each in objectives if each.pk == chosen), None)
    stored = queries.comparison_of(ends[0].run, ends[1].run) if ends else None
    found = scope_page.comparison(stored, objective.pk if objective else None) if stored else None
    job = None
    if ends and stored is None:
        arguments = {"since": ends[0].run.pk, "run": ends[1].run.pk}
        jobs = Job.objects.filter(product=product, kind=KIND, arguments=arguments)
        job = jobs.order_by("-pk").first()
    return {
        "product": product, "words": words, "ends": ends, "problem": problem, "job": job,
        "found": found, "objective": objective, "objectives": objectives,
        "headline": scope_page.headline(found, stored) if found and stored else "",
        "choices": scope_page.choices_of(product),
        "crumbs": crumbs_of(product, (_("Compare"), "")),
    }  # fmt: skip
