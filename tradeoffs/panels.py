"""What this app shows on pages that it shares with others."""

from django.db.models import Q
from django.template.loader import render_to_string

from tpm import panels
from tradeoffs import matrix, queries, statement
from tradeoffs.models import Decision

MOST = 8
State = Decision.State


@panels.register("item", order=60)
def of_item(request, product, item) -> str | None:
    """Decisions that shape an item."""
    return linked(request, queries.decisions_visible_to(request.user).filter(items=item))


@panels.register("component", order=60)
def of_component(request, product, component) -> str | None:
    """Decisions that touch a component, in the products that the person sees."""
    found = queries.decisions_visible_to(request.user).filter(components=component)
    return linked(request, found)


def linked(request, decisions) -> str | None:
    rows = list(decisions.order_by("-number")[:MOST])
    if not rows:
        return None
    return render_to_string("tradeoffs/panel_linked.html", {"decisions": rows}, request)


@panels.register("home.needs", order=30)
def needs(request, product, subject=None) -> str | None:
    """Reviews that wait for a lead, and drafts that came back to their author."""
    waiting = queries.with_matrix(queries.waiting_for(request.user, product))
    rows = list(queries.in_order(waiting, "due")[:MOST])
    if not rows:
        return None
    shown = [
        {
            "decision": decision,
            "review": decision.state == State.IN_REVIEW,
            "says": statement.text(matrix.of(decision).verdict_runs),
        }
        for decision in rows
    ]
    context = {"rows": shown, "count": waiting.count(), "product": product}
    return render_to_string("tradeoffs/panel_needs.html", context, request)


@panels.register("home.changed", order=40)
def changed(request, product, subject=None) -> str | None:
    """Decisions that were made since Home was last seen, by somebody else."""
    since = request.user.seen_home_at
    made = Decision.objects.filter(product=product, decided_at__isnull=False)
    if since is not None:
        made = made.filter(decided_at__gt=since)
    rows = list(
        made.exclude(decided_by=request.user)
        .select_related("decided_by", "chosen")
        .order_by("-decided_at")[:MOST]
    )
    if not rows:
        return None
    return render_to_string("tradeoffs/panel_changed.html", {"decisions": rows}, request)


@panels.register("search", order=30)
def found(request, product, words) -> str | None:
    """Decisions by key or words."""
    visible = queries.decisions_visible_to(request.user)
    exact = Q(key__iexact=words)
    rows = list(visible.filter(exact)[:1]) or list(
        queries.matching(visible, words=words).order_by("-updated_at")[:MOST]
    )
    if not rows:
        return None
    shown = [(row.get_absolute_url(), row.key, row.title, "trade") for row in rows]
    context = {"title": "Trade-offs", "rows": shown}
    return render_to_string("components/search_group.html", context, request)
