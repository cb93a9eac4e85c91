"""What debt shows on pages that it shares with others."""

import datetime
from collections import defaultdict
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from debt import ceilings, queries, register
from debt.models import DebtItem, TeamLedger
from debt.pages import rows
from debt.queries import contract as contract_queries
from tpm import formats, panels, policies, touching
from tpm.roles import can

MOST = 8
EXPIRES_WITHIN_DAYS = 14
MOVED_BY = 5.0  # points of score that are worth telling
State = DebtItem.State


@panels.register("item", order=50)
def of_item(request, product, item) -> str | None:
    """Debt that an item pays, and debt that slows it: on its components, or on its team."""
    visible = queries.debt_items_visible_to(request.user)
    paid = list(visible.filter(item=item)[:MOST])
    slowing = visible.filter(state__in=DebtItem.DRAGS, product=item.product_id).exclude(item=item)
    on_components = slowing.filter(component__in=item.components.all())
    shown = with_costs(on_components.order_by("-latest_score__interest_days")[:MOST])
    ledger = TeamLedger.objects.filter(team=item.team_id, drag_mean__gt=0).first()
    if not paid and not shown and ledger is None:
        return None
    context = {
        "paid": paid,
        "shown": shown,
        "team": item.team,
        "drag": formats.percent(ledger.drag_mean) if ledger else "",
        "product": item.product,
    }
    return render_to_string("debt/panel_item.html", context, request)


def with_costs(items) -> list[dict]:
    """Items with what each costs a month."""
    return [
        {
            "item": item,
            "cost": formats.number(item.latest_score.interest_days, 1)
            if item.latest_score and item.latest_score.interest_days is not None
            else "",
        }
        for item in items.select_related("latest_score")
    ]


@panels.register("component", order=50)
def of_component(request, product, component) -> str | None:
    """Debt on a component, in the products that the person sees."""
    found = queries.debt_items_visible_to(request.user).filter(
        component=component, state__in=DebtItem.DRAGS
    )
    shown = with_costs(found.order_by("-latest_score__score")[:MOST])
    if not shown:
        return None
    return render_to_string("debt/panel_linked.html", {"shown": shown}, request)


@touching.offer(order=10)
def on_components(user, product, components) -> touching.Column | None:
    """How much debt stands on each component, what it costs a month, and the worst of it."""
    found = queries.debt_items_visible_to(user).filter(
        product=product, component__in=components, state__in=DebtItem.DRAGS
    )
    standing: dict[int, list[DebtItem]] = defaultdict(list)
    for item in found.select_related("latest_score").order_by("number"):
        if item.component_id is not None:
            standing[item.component_id].append(item)
    keys = {component.pk: component.key for component in components}
    of = {pk: facts_of(product, keys[pk], items) for pk, items in standing.items()}
    count = sum(len(items) for items in standing.values())
    days = cost_of([item for items in standing.values() for item in items])
    says = ""
    if count:
        says = ngettext(
            "One open debt item stands there", "%(n)s open debt items stand there", count
        ) % {"n": count}
        says += _(" and cost %(days)s person-days a month.") % {"days": days} if days else "."
    return touching.Column(_("Debt there"), none=_("no debt"), of=of, says=says)


def facts_of(product, component_key: str, items: list[DebtItem]) -> list[touching.Fact]:
    """How many there are and what they cost together; then the one with the highest score."""
    days = cost_of(items)
    words = _("%(n)s open, %(days)s d a month") if days else _("%(n)s open, cost unknown")
    url = reverse("debt:item-list", args=[product.key]) + f"?component={component_key}"
    facts = [touching.Fact(words % {"n": len(items), "days": days}, url=url, weight=len(items))]
    scored = [
        (item.latest_score.score, item.key, item)
        for item in items
        if item.latest_score and item.latest_score.score is not None
    ]
    if scored:
        highest, _key, worst = max(scored, key=lambda row: row[:2])
        score = _("%(title)s, score %(score)s") % {"title": worst.title, "score": f"{highest:.0f}"}
        facts.append(touching.Fact(score, url=worst.get_absolute_url(), key=worst.key))
    return facts


def cost_of(items: list[DebtItem]) -> str:
    """Person-days a month of those whose interest is known; empty where none is."""
    known = [
        item.latest_score.interest_days
        for item in items
        if item.latest_score and item.latest_score.interest_days is not None
    ]
    return formats.number(sum(known), 1) if known else ""


@panels.register("decision", order=50)
def of_decision(request, product, decision) -> str | None:
    """Debt that was taken on by a decision."""
    found = queries.debt_items_visible_to(request.user).filter(decision=decision)
    shown = with_costs(found.order_by("number")[:MOST])
    if not shown:
        return None
    return render_to_string("debt/panel_linked.html", {"shown": shown}, request)


@panels.register("home.needs", order=40)
def needs(request, product, subject=None) -> str | None:
    """Own debt with a question or to confirm, and acceptances that end for those who accept."""
    if not can(request.user, "log_debt", product):
        return None
    soon = timezone.localdate() + datetime.timedelta(days=EXPIRES_WITHIN_DAYS)
    mine = Q(owner__user=request.user) | Q(owner=None, reporter=request.user)
    unscored = Q(latest_score__missing__gt="") | Q(team=None)
    wanted = mine & unscored & Q(state__in=DebtItem.DRAGS)
    model = queries.current_model().parameters
    stale = contract_queries.to_confirm(model["ask_again_days"])
    wanted |= mine & stale
    if can(request.user, "accept_debt", product):
        ends = Q(accepted_until__lte=soon) | register.near_its_ceiling()
        wanted |= Q(state=State.ACCEPTED) & ends
    asking = DebtItem.objects.filter(wanted, product=product)
    in_order = asking.select_related("latest_score", "team").order_by("accepted_until", "number")
    found = list(in_order.annotate(stale=ExpressionWrapper(stale, BooleanField()))[:MOST])
    over = over_budget(product) if can(request.user, "accept_debt", product) else []
    if not found and not over:
        return None
    shown = [asked_row(item, rows.question_of(item, model, ()), soon) for item in found]
    context = {"rows": shown, "count": asking.count(), "over": over, "product": product}
    return render_to_string("debt/panel_needs.html", context, request)


def asked_row(item: Any, question: rows.Question | None, soon: datetime.date) -> dict[str, Any]:
    """What one item asks: its question, whether it is still so, or what of its acceptance."""
    says = []
    if item.state == State.ACCEPTED:
        if item.accepted_until is not None and item.accepted_until <= soon:
            says.append(_("Accepted until %(day)s.") % {"day": formats.day(item.accepted_until)})
        used = ceilings.used_share(item)
        if used is not None and used >= ceilings.NEAR:
            says.append(
                _("Costs %(days)s of the %(most)s days a month it was accepted up to.")
                % {
                    "days": formats.number(ceilings.interest_now(item), 1),
                    "most": f"{item.accepted_ceiling_days:g}",
                }
            )
    confirms = item.stale and question is None
    if confirms:
        days = ceilings.interest_now(item)
        cost = formats.number(days, 1) if days is not None else formats.UNKNOWN
        says.append(_("Still true? It costs %(days)s days a month.") % {"days": cost})
    return {"item": item, "question": question, "says": " ".join(says), "confirms": confirms}


def over_budget(product) -> list[dict[str, str]]:
    """Teams of a product that lose more to debt than their policy allows."""
    ledgers = queries.ledgers_of(product, with_shares=False)
    limits = policies.limits_of_drag((ledger.team_id for ledger in ledgers), timezone.localdate())
    return [
        {"team": ledger.team.name, "drag": formats.percent(ledger.drag_mean),
         "limit": formats.percent(limits[ledger.team_id])}
        for ledger in ledgers
        if ledger.drag_mean is not None and ledger.drag_mean > limits.get(ledger.team_id, 1.0)
    ]  # fmt: skip


@panels.register("home.changed", order=50)
def changed(request, product, subject=None) -> str | None:
    """Scores that moved since Home was last seen, the farthest first."""
    since = request.user.seen_home_at or timezone.now() - datetime.timedelta(days=7)
    moved = [
        (before, score)
        for before, score in queries.moved_scores(product, since)
        if abs((score.score or 0.0) - before) >= MOVED_BY
    ]
    if not moved:
        return None
    moved.sort(key=lambda row: -abs((row[1].score or 0.0) - row[0]))
    shown = [
        {"item": row.item, "before": f"{before:.0f}", "after": f"{row.score:.0f}", "at": row.at}
        for before, row in moved[:MOST]
    ]
    return render_to_string("debt/panel_changed.html", {"rows": shown}, request)


@panels.register("search", order=40)
def found(request, product, words) -> str | None:
    """Debt by key or words."""
    visible = queries.debt_items_visible_to(request.user)
    matching = Q(title__icontains=words) | Q(description__icontains=words)
    hits = list(visible.filter(key__iexact=words)[:1]) or list(
        visible.filter(matching).order_by("-updated_at")[:MOST]
    )
    if not hits:
        return None
    shown = [(hit.get_absolute_url(), hit.key, hit.title, "debt") for hit in hits]
    context = {"title": "Debt", "rows": shown}
    return render_to_string("components/search_group.html", context, request)
