"""The inbox: what waits for this person in a product, one card each."""

from collections.abc import Sequence

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from tpm import navigation
from tpm.views import page_of, product_for
from tradeoffs import matrix, queries, queries_told, standing, waiting
from tradeoffs.forms.decisions import ReviewForm
from tradeoffs.models import Decision, Reminder, Review
from tradeoffs.pages import review as review_page

PAGE = 20


@require_GET
def review_inbox(request, key):
    product = product_for(request, key)
    mine = waiting.waiting_for(request.user, product).select_related("review_plan")
    found = queries.with_matrix(mine, viewer=request.user, whole=True)
    page = page_of(request, queries.in_order(found, "due"), PAGE)
    context = {
        "product": product,
        "crumbs": navigation.crumbs(
            product, ("Trade-offs", f"/p/{product.key}/decisions/"), ("Waiting for me", "")
        ),
        "page": page,
        "cards": cards(request.user, list(page)),
        "notices": list(queries_told.told(request.user, product)),
        "drifts": list(queries_told.drifts_of(request.user, product)),
        "ballots": queries.ballots_waiting_for(request.user, product, timezone.localdate()),
    }
    return render(request, "tradeoffs/review_inbox.html", context)


def cards(user, decisions: Sequence[Decision]) -> list[dict]:
    """Decisions with their verdict, what changed since this person last looked, and the buttons.

    In a fixed number of queries.
    """
    cases = standing.cases(decisions)
    said = standing.said(cases)
    stands = {pk: case.standing() for pk, case in cases.items()}
    names = standing.names_of(stands.values())
    reminded = reminders(user, decisions)
    blocking = [word.pk for case in cases.values() for word in case.objections()]
    objections = Review.objects.select_related("by__person").in_bulk(blocking) if blocking else {}
    asked_with = review_page.asked_with(decisions)
    found = []
    for decision in decisions:
        case, weighed = cases[decision.pk], matrix.of(decision)
        judges = decision.state == Decision.State.IN_REVIEW and case.may_judge(user)
        mine = next((one for one in said[decision.pk] if one.review.by_id == user.pk), None)
        changed = review_page.told(decision, mine.changed) if mine else []
        found.append({
            "decision": decision,
            "matrix": weighed,
            "form": ReviewForm(decision=decision, leader=weighed.leader) if judges else None,
            "mine": mine,
            "amended": decision.state == Decision.State.ACCEPTED,
            "changed": changed[: review_page.SHOWN],
            "standing_says": standing.sentence(decision, stands[decision.pk], names),
            "plan": case.plan,
            "asked_with": asked_with.get(decision.pk),
            "reminder": reminded.get(decision.pk),
            "objections": [objections[word.pk] for word in case.objections()],
        })  # fmt: skip
    return found


def reminders(user, decisions: Sequence[Decision]) -> dict[int, Reminder]:
    """The last reminder of this person for each decision."""
    rows = Reminder.objects.filter(
        reviewer__decision__in=decisions, reviewer__person__user=user
    ).select_related("reviewer")
    return {row.reviewer.decision_id: row for row in rows.order_by("pk")}
