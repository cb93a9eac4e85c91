"""One form about what follows from a decision, on a page of its own."""

from django.shortcuts import render

from tradeoffs.models import Decision
from tradeoffs.views.common import crumbs


def form_page(request, decision: Decision, form, context: dict):
    """context: title, save, back; may say something above the form, or offer to remove."""
    context |= {
        "product": decision.product,
        "decision": decision,
        "form": form,
        "crumbs": crumbs(decision, (context["title"], "")),
    }
    status = 422 if form.errors else 200
    return render(request, "tradeoffs/follow_form.html", context, status=status)
