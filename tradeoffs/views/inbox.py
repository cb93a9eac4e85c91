"""The inbox: what waits for this person in a product, one card each."""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from tpm import navigation
from tpm.views import page_of, product_for
from tradeoffs import matrix, queries, queries_told, review_page, standing
from tradeoffs.forms import ReviewForm
from tradeoffs.models import Decision

PAGE = 20


@require_GET
def review_inbox(request, key):
    product = product_for(request, key)
    waiting = queries.waiting_for(request.user, product)
    found = queries.with_matrix(waiting, viewer=request.user, whole=True)
    page = page_of(request, queries.in_order(found, "due"), PAGE)
    context = {
        "product": product,
        "crumbs": navigation.crumbs(
            product, ("Trade-offs", f"/p/{product.key}/decisions/"), ("Waiting for me", "")
        ),
        "page": page,
        "cards": [card(request.user, decision) for decision in page],
        "notices": list(queries_told.told(request.user, product)),
        "drifts": list(queries_told.drifts_of(request.user, product)),
        "ballots": queries.ballots_waiting_for(request.user, product, timezone.localdate()),
    }
    return render(request, "tradeoffs/review_inbox.html", context)


def card(user, decision: Decision) -> dict:
    """One decision: its verdict, what changed since this person last looked, and the buttons."""
    weighed = matrix.of(decision)
    judges = decision.state == Decision.State.IN_REVIEW and standing.may_judge(user, decision)
    said = {one.review.by_id: one for one in standing.last_words(decision)}
    mine = said.get(user.pk)
    return {
        "decision": decision,
        "matrix": weighed,
        "form": ReviewForm(decision=decision, proposed=decision.chosen or weighed.leader)
        if judges
        else None,
        "mine": mine,
        "amended": decision.state == Decision.State.ACCEPTED,
        "changed": review_page.told(decision, mine.changed)[: review_page.SHOWN] if mine else [],
        "standing_says": standing.sentence(decision, standing.of(decision)),
        "plan": getattr(decision, "review_plan", None),
        "reminder": reminder(user, decision),
        "objections": list(standing.open_objections(decision)),
    }


def reminder(user, decision: Decision):
    rows = decision.reviewers.filter(person__user=user).prefetch_related("reminders")
    return next((review_page.last_reminder(row) for row in rows), None)
