"""The tab History: what was done to a decision, by whom and when."""

from django.shortcuts import render
from django.views.decorators.http import require_GET

from tpm.queries import activity
from tradeoffs.views.common import decision_for
from tradeoffs.views.frame import frame


@require_GET
def decision_history(request, key):
    decision = decision_for(request, key, matrix=True)
    context = frame(request, decision, "history") | {"activity": activity(decision)}
    return render(request, "tradeoffs/decision_history.html", context)
