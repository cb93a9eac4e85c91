"""On the page of a decision: links to and from others, and what relied on it once it ended."""

from django.db.models import Q
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
    theirs, ours = Q(to=decision, suggested=False), Q(decision=decision, target="")
    links = list(DecisionLink.objects.filter(ours | theirs).select_related("to", "decision"))
    out = [link for link in links if link.decision_id == decision.pk]
    into = [link for link in links if link.decision_id != decision.pk]
    context = {
        "decision": decision,
        "product": product,
        "may": may,
        "ended": ended,
        "relied": [(row, row.word in done) for row in relied],
        "left": sum(row.word not in done for row in relied),
        "out": out[:MOST],
        "into": [] if ended else into[:MOST],
    }
    if not (may or relied or context["out"] or context["into"]):
        return None
    return render_to_string("tradeoffs/panel_relied.html", context, request)
