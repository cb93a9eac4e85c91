"""The tab History: who changed what and why, by words and cells, and any two versions."""

from django.shortcuts import render
from django.views.decorators.http import require_GET

from tpm.words import number_or_none
from tradeoffs.pages import history as history_page
from tradeoffs.views.common import decision_for
from tradeoffs.views.frame import frame


@require_GET
def decision_history(request, key):
    decision = decision_for(request, key, matrix=True)
    old, new = (number_or_none(request.GET.get(name, "")) for name in ("from", "to"))
    context = frame(request, decision, "history") | history_page.of(
        request.user, decision, old, new, check="check" in request.GET
    )
    return render(request, "tradeoffs/decision_history.html", context)
