"""What this app shows on pages that it shares with others."""

from collections import defaultdict

from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tpm import panels, touching
from tradeoffs import finding, matrix, queries
from tradeoffs import waiting as queued
from tradeoffs.maths import statement
from tradeoffs.models import Decision, Reminder

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


@touching.offer(order=20)
def on_components(user, product, components) -> touching.Column | None:
    """Open decisions of the product that touch each component."""
    found = queries.decisions_visible_to(user).filter(
        product=product, state__in=Decision.OPEN, components__in=components
    )
    rows = found.distinct().order_by("number").prefetch_related("components")
    wanted = {component.pk for component in components}
    of: dict[int, list[touching.Fact]] = defaultdict(list)
    count = 0
    for decision in rows:
        count += 1
        fact = touching.Fact(
            decision.title, url=decision.get_absolute_url(), key=decision.key, weight=1
        )
        for component in decision.components.all():
            if component.pk in wanted:
                of[component.pk].append(fact)
    says = ""
    if count:
        says = ngettext(
            "One decision that touches it is still open: what is chosen may change the work.",
            "%(n)s decisions that touch it are still open: what is chosen may change the work.",
            count,
        ) % {"n": count}
    return touching.Column(_("Open decisions"), none=_("no open decision"), of=of, says=says)


def linked(request, decisions) -> str | None:
    rows = list(decisions.order_by("-number")[:MOST])
    if not rows:
        return None
    return render_to_string("tradeoffs/panel_linked.html", {"decisions": rows}, request)


@panels.register("home.needs", order=30)
def needs(request, product, subject=None) -> str | None:
    """Reviews, objections and ballots that wait for somebody, and drafts that came back."""
    today = timezone.localdate()
    mine = queued.waiting_for(request.user, product)
    waiting = queries.with_matrix(mine, viewer=request.user)
    rows = list(queries.in_order(waiting, "due")[:MOST])
    ballots = list(queries.ballots_waiting_for(request.user, product, today)[:MOST])
    if not rows and not ballots:
        return None
    reminded = reminders(request.user, rows)
    shown = [
        {
            "decision": decision,
            "review": decision.state == State.IN_REVIEW and decision.author_id != request.user.pk,
            "objected": decision.state == State.IN_REVIEW and decision.author_id == request.user.pk,
            "amended": decision.state == State.ACCEPTED,
            "reminder": reminded.get(decision.pk, ""),
            "says": statement.text(matrix.of(decision).verdict_runs),
        }
        for decision in rows
    ]
    context = {
        "rows": shown, "count": waiting.count() + len(ballots), "product": product,
        "ballots": ballots,
    }  # fmt: skip
    return render_to_string("tradeoffs/panel_needs.html", context, request)


def reminders(user, decisions: list[Decision]) -> dict[int, str]:
    """The last reminder of this person for each decision, in words."""
    rows = Reminder.objects.filter(
        reviewer__decision__in=decisions, reviewer__person__user=user
    ).select_related("reviewer")
    return {row.reviewer.decision_id: row.get_stage_display() for row in rows.order_by("pk")}


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
        finding.with_words(visible, words).order_by("-updated_at")[:MOST]
    )
    if not rows:
        return None
    shown = [(row.get_absolute_url(), row.key, row.title, "trade") for row in rows]
    context = {"title": "Trade-offs", "rows": shown}
    return render_to_string("components/search_group.html", context, request)
