"""On the page of a decision: links to and from others, and what relied on it once it ended."""

from django.template.loader import render_to_string

from tpm import panels
from tpm.roles import can
from tradeoffs import reliance
from tradeoffs.models import DecisionLink

MOST = 100


@panels.register("decision", order=20)
def of_decision(request, product, decision) -> str | None:
    """What relied on it, to be ticked off; links made here, and those that lead here."""
    may = can(request.user, "draft_decision", product)
    ended = decision.state in reliance.ENDED
    relied = reliance.reliants(request.user, decision)[:MOST] if ended else []
    done = reliance.handled(decision) if relied else set()
    out = DecisionLink.objects.filter(decision=decision, target="").select_related("to")
    into = DecisionLink.objects.filter(to=decision, suggested=False).select_related("decision")
    context = {
        "decision": decision,
        "product": product,
        "may": may,
        "ended": ended,
        "relied": [(row, row.word in done) for row in relied],
        "left": sum(row.word not in done for row in relied),
        "out": list(out[:MOST]),
        "into": [] if ended else list(into[:MOST]),
    }
    if not (may or relied or context["out"] or context["into"]):
        return None
    return render_to_string("tradeoffs/panel_relied.html", context, request)
