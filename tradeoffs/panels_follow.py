"""What follows from decisions, on pages that are shared: Home, and the record itself."""

from django.template.loader import render_to_string
from django.utils import timezone

from tpm import panels
from tradeoffs import following, queries_follow, queries_told
from tradeoffs.pages import follow as follow_page
from tradeoffs.pages import track as track_page

MOST = 8


@panels.register("home.needs", order=32)
def asked(request, product, subject=None) -> str | None:
    """Triggers that fired and decisions whose day has come, for those who are asked."""
    today = timezone.localdate()
    firings = queries_follow.open_firings(product).filter(
        queries_follow.asked_of(request.user, product)
    )
    rows = list(firings[: MOST + 1])
    due = list(queries_follow.due_of(request.user, product, today)[: MOST + 1])
    if not rows and not due:
        return None
    labels = following.labels_of([row.trigger for row in rows], request.user)
    context = {
        "product": product,
        "fired": track_page.fired(rows[:MOST], labels, request.user, today),
        "due": track_page.due(due[:MOST], today),
        "more": len(rows) > MOST or len(due) > MOST,
    }
    return render_to_string("tradeoffs/panel_asked.html", context, request)


@panels.register("home.needs", order=33)
def told(request, product, subject=None) -> str | None:
    """Decisions that were made and that one is told of, and those whose winner changed since."""
    notices = list(queries_told.told(request.user, product)[:MOST])
    drifts = list(queries_told.drifts_of(request.user, product)[:MOST])
    if not notices and not drifts:
        return None
    context = {"product": product, "notices": notices, "drifts": drifts}
    return render_to_string("tradeoffs/panel_told.html", context, request)


@panels.register("decision", order=20)
def on_the_record(request, product, decision) -> str | None:
    """Consequences and predictions, as the record of a decision shows them."""
    effects = follow_page.effects(decision)
    said = follow_page.predictions(decision, request.user, timezone.localdate())
    if not effects and not said:
        return None
    context = {
        "decision": decision,
        "effects": effects,
        "open_words": follow_page.open_words(effects),
        "predictions": said,
        "brief": True,
    }
    return render_to_string("tradeoffs/panel_follow.html", context, request)
