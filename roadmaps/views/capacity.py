"""Capacity policies beside what teams planned and spent."""

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from roadmaps.forecasting.spending import quarter_of
from roadmaps.pages import policy as policy_page
from roadmaps.queries.dates import freshness
from roadmaps.queries.policy import spending_of
from roadmaps.views.forecasts import crumbs_of
from tpm.models import Team
from tpm.roles import can
from tpm.views import product_for


@require_GET
def capacity_detail(request, key):
    product = product_for(request, key)
    fresh = freshness(product, leave_out=("inputs", "order", "quarters"))
    today = timezone.localdate()
    now = quarter_of(today)
    found = spending_of(product, fresh.run, today=today)
    # Read after the teams: one that has come to serve the product since is among them.
    slugs = dict(Team.objects.filter(pk__in=[e.team.id for e in found]).values_list("pk", "slug"))
    sections = [
        (policy_page.section(each, now), reverse("tpm:team-detail", args=[slugs[each.team.id]]))
        for each in found
    ]
    context = {
        "product": product,
        "fresh": fresh,
        "sections": sections,
        "may_set": can(request.user, "set_capacity", product),
        "crumbs": crumbs_of(product, (_("Policy and spending"), "")),
    }
    return render(request, "roadmaps/capacity.html", context)
