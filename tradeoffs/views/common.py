"""What the decision pages share."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404

from tpm import navigation
from tpm.roles import can, require
from tradeoffs import queries, standing
from tradeoffs.models import Decision


def decision_for(request, key: str, *, matrix: bool = False, trying: bool = False) -> Decision:
    """The decision of an address; sets the product for the shell. Unseen is 404.

    matrix: also its matrix, for a page; trying: only what other weights are tried on
    """
    rows = queries.decisions_visible_to(request.user).select_related("product")
    if trying:
        rows = queries.to_weigh(rows, viewer=request.user)
    elif matrix:
        rows = queries.with_matrix(rows, viewer=request.user, whole=True)
        rows = rows.select_related("review_plan")
    decision = get_object_or_404(rows, key=key)
    request.product = decision.product
    return decision


def open_decision(request, key: str) -> Decision:
    """The decision of an address that this person may change; a form of a closed one is 403."""
    decision = decision_for(request, key)
    require(request.user, "draft_decision", decision.product)
    if request.method == "GET" and not decision.is_open:
        state = decision.get_state_display().lower()
        raise PermissionDenied(f"{decision.key} is {state}: its matrix stays as it was judged.")
    return decision


def crumbs(decision: Decision, *more: tuple[str, str]) -> list[tuple[str, str]]:
    """From the product to a page of a decision."""
    product = decision.product
    return navigation.crumbs(
        product,
        ("Trade-offs", f"/p/{product.key}/decisions/"),
        (decision.key, decision.get_absolute_url()),
        *more,
    )


def next_steps(user, decision: Decision) -> dict[str, bool]:
    """The moves that this person may make now, and whether they may write."""
    product, state, State = decision.product, decision.state, Decision.State
    drafts = can(user, "draft_decision", product)
    decides = can(user, "decide", product)
    own = decision.author_id == user.pk
    in_review = state == State.IN_REVIEW
    case = standing.case(decision) if in_review else None
    judge = case is not None and case.may_judge(user)
    note = state == State.DRAFT and decision.tier == 0
    return {
        "edit": drafts and decision.is_open,
        "link": drafts,
        "submit": drafts and state == State.DRAFT,
        "withdraw": drafts and state == State.IN_REVIEW,
        "review": judge,
        "ask_for_changes": in_review and decides and own and not judge,
        "accept": decides and (note or (case is not None and case.standing().met)),
        "amend": drafts and state == State.ACCEPTED,
        "comment": can(user, "comment", product),
        "deprecate": decides and state == State.ACCEPTED,
        "replace": drafts and state in (State.ACCEPTED, State.DEPRECATED),
        "reopen": drafts and state == State.REJECTED,
    }
