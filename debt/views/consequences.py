"""Making debt of a bad consequence, on the page of its decision."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from debt import services
from tpm.editing import EditConflict
from tpm.roles import require
from tpm.words import number_or_none
from tradeoffs.queries_follow import consequences_visible_to


@require_POST
def consequence_debt(request, key, pk):
    rows = consequences_visible_to(request.user).select_related("decision__product", "owner")
    row = get_object_or_404(rows, pk=pk, decision__key=key)
    request.product = row.decision.product
    require(request.user, "log_debt", request.product)
    version = number_or_none(request.POST.get("version", ""))
    try:
        item = services.become_debt(row, by=request.user, version=version)
        messages.success(request, f"{item.key} is logged: say on its page what it costs a month.")
    except EditConflict as conflict:
        messages.error(request, str(conflict))
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    return redirect(reverse("tradeoffs:decision-consequences", args=[key]))
