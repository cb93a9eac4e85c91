"""What the roadmap offers to pages that show several apps: Home, search and settings."""

import datetime

from django.db.models import Exists, OuterRef
from django.template.loader import render_to_string
from django.utils import timezone

from roadmaps import queries, verdict
from roadmaps.forms.sharing import SharingForm
from roadmaps.models import Check, Item, ItemTeam, Objective, Sharing
from roadmaps.pages import checks as check_page
from roadmaps.pages import moves
from roadmaps.pages import slips as slip_page
from roadmaps.queries.dates import (
    freshness,
    matching_chance,
    with_dates,
    without_estimate,
)
from roadmaps.queries.sharing import may_share
from roadmaps.queries.slips import slips_of
from roadmaps.queries.views import SHELF
from tpm import navigation, panels, subjects, svg
from tpm.models import Membership, Team
from tpm.roles import can, products_visible_to

NEEDS_SHOWN = 8
SLIPS_SHOWN = 5
MOVED_SHOWN = 6
OBJECTIVES_SHOWN = 3
FOUND_SHOWN = 8
VIEWS_SHOWN = 12

subjects.register("roadmaps.item", queries.items_visible_to)
subjects.register("roadmaps.objective", queries.objectives_visible_to)


@navigation.offer
def saved_views(user, product) -> list[navigation.Entry]:
    """The views that somebody keeps, under the places of the product."""
    if user is None or not user.is_authenticated:
        return []
    return [
        navigation.Entry(view.name, "bookmark", view.get_absolute_url())
        for view in SHELF.of_page(user, product)[:VIEWS_SHOWN]
    ]


@panels.register("home.needs", order=5)
def first_steps(request, product, subject) -> str | None:
    """What to do with a product that has no items yet."""
    if Item.objects.filter(product=product).exists():
        return None
    context = {
        "product": product,
        "may_plan": can(request.user, "plan", product),
        "may_import": can(request.user, "import", product),
        "may_set_capacity": can(request.user, "set_capacity", product),
        "served": product.team_shares.exists(),
    }
    return render_to_string("roadmaps/home_first.html", context, request)


@panels.register("home.needs", order=1)
def failed_forecast(request, product, subject) -> str | None:
    """Why the plan as it stands has no forecast."""
    fresh = freshness(product)
    if not fresh.failure or not fresh.stale:
        return None
    context = {"product": product, "why": fresh.failure}
    return render_to_string("roadmaps/home_failed.html", context, request)


@panels.register("home.needs", order=2)
def teams_without_people(request, product, subject) -> str | None:
    """Teams with planned work in which nobody is recorded: nothing limits when it starts."""
    if not can(request.user, "plan", product):
        return None
    planned = Item.objects.filter(product=product, state__in=Item.SIMULATED)
    beside = ItemTeam.objects.filter(item__in=planned)
    found = Team.objects.filter(
        Exists(planned.filter(team=OuterRef("pk"))) | Exists(beside.filter(team=OuterRef("pk"))),
        ~Exists(Membership.objects.filter(team=OuterRef("pk"))),
    )
    teams = list(found.order_by("name"))
    if not teams:
        return None
    return render_to_string("roadmaps/home_teams.html", {"teams": teams}, request)


@panels.register("team", order=10)
def spending(request, product, team) -> str | None:
    """Where its policy stands beside what was planned and spent: in each product that is seen."""
    served = products_visible_to(request.user).filter(team_shares__team=team).distinct()
    context = {"products": list(served.order_by("name")), "team": team}
    return render_to_string("roadmaps/team_spending.html", context, request)


@panels.register("home.needs", order=20)
def items_at_risk(request, product, subject) -> str | None:
    """My open items whose target is likely to be missed."""
    fresh = freshness(product)
    mine = Item.objects.filter(
        product=product,
        owner__user=request.user,
        state__in=Item.SIMULATED,
        target_date__isnull=False,
    )
    rows = []
    for item in with_dates(mine, fresh.run).order_by("target_date", "rank"):
        if item.basis is None:
            continue
        found = verdict.verdict(
            item.target_date, p50=item.date_p50, p85=item.date_p85, chance=matching_chance(item)
        )
        if found is not None and found.state != "on_track":
            rows.append((item, found))
    if not rows:
        return None
    context = {"rows": rows[:NEEDS_SHOWN], "count": len(rows), "product": product}
    return render_to_string("roadmaps/home_risk.html", context, request)


@panels.register("home.needs", order=25)
def checks_due(request, product, subject) -> str | None:
    """My checks that are due, and those whose evidence or exception runs out, within 30 days."""
    today = timezone.localdate()
    mine = Check.objects.filter(item__product=product, owner__user=request.user)
    rows = list(queries.due_soon(mine, today)[: NEEDS_SHOWN + 1])
    if not rows:
        return None
    count = len(rows) if len(rows) <= NEEDS_SHOWN else queries.due_soon(mine, today).count()
    lines = check_page.lines_of(rows[:NEEDS_SHOWN], today)
    context = {"lines": lines, "count": count, "product": product}
    return render_to_string("roadmaps/home_checks.html", context, request)


@panels.register("home.needs", order=22)
def slips_without_a_reason(request, product, subject) -> str | None:
    """What slipped since it was committed, and nobody said why: for planners and owners."""
    asking = [slip for slip in slips_of(product, freshness(product).run) if slip.asks]
    if not can(request.user, "plan", product):
        asking = [slip for slip in asking if slip_page.is_mine(request.user, slip)]
    if not asking:
        return None
    lines = [slip_page.line_of(request.user, product, slip) for slip in asking[:SLIPS_SHOWN]]
    context = {"slips": lines, "count": len(asking), "product": product}
    return render_to_string("roadmaps/home_slips.html", context, request)


@panels.register("home.needs", order=60)
def items_without_estimate(request, product, subject) -> str | None:
    """My planned items that nobody has estimated."""
    mine = without_estimate(
        Item.objects.filter(product=product, owner__user=request.user, state__in=Item.SIMULATED)
    )
    rows = list(mine.order_by("rank", "pk")[: NEEDS_SHOWN + 1])
    if not rows:
        return None
    count = len(rows) if len(rows) <= NEEDS_SHOWN else mine.count()
    context = {"rows": rows[:NEEDS_SHOWN], "count": count, "product": product}
    return render_to_string("roadmaps/home_estimates.html", context, request)


@panels.register("home.changed", order=10)
def forecasts_that_moved(request, product, subject) -> str | None:
    """Objectives and items whose P85 moved since the last visit, or over the longest look back."""
    found = queries.moves_told(freshness(product).run)
    if not found:
        return None
    run = found[0].run
    seen = request.user.seen_home_at
    # The shortest look back that reaches the last visit; the longest where none does.
    shown = next((row for row in reversed(found) if seen and row.since.at <= seen), found[0])
    # What the plan is for comes first; items fill the rest.
    rows = moved_objectives(shown, run)[:OBJECTIVES_SHOWN] + moved_items(shown, run)
    if not rows or (seen and run.at <= seen):
        return None
    rows = rows[:MOVED_SHOWN]
    draw(rows)
    context = {"rows": rows, "since": shown.since, "run": run, "product": product}
    return render_to_string("roadmaps/home_moved.html", context, request)


def moved_objectives(shown, run) -> list[dict]:
    now = queries.objective_forecasts(run)
    objectives = (
        Objective.objects.filter(closed_on=None).select_related("product").in_bulk(list(now))
    )
    return rows_of(shown, "objectives", objectives, now)


def moved_items(shown, run) -> list[dict]:
    """The items that moved most; the rest is on the forecast page."""
    totals = shown.totals.get("items", {})
    sizes = {int(pk): abs(move.get("p85_days") or 0) for pk, move in totals.items()}
    most = sorted((pk for pk in sizes if sizes[pk]), key=lambda pk: -sizes[pk])[:MOVED_SHOWN]
    now = {
        row.item_id: row
        for row in run.items.filter(item__in=most).defer("histogram", "why", "errors")
    }
    return rows_of(shown, "items", Item.objects.in_bulk(most), now)


def rows_of(shown, kind: str, subjects_: dict, now: dict) -> list[dict]:
    rows = []
    for pk, subject in subjects_.items():
        is_open = getattr(subject, "state", "") == Item.State.IN_PROGRESS
        made = moves.story(shown, kind, pk, is_open=is_open)
        dates = now.get(pk)
        if made is None or dates is None or dates.p85 is None or not made.total.days:
            continue
        rows.append({"subject": subject, "dates": dates, "story": made, "kind": kind})
    return sorted(rows, key=lambda row: -abs(row["story"].total.days))


def draw(rows: list[dict]) -> None:
    """The day each was and is, all on one scale."""
    days = []
    for row in rows:
        row["was"] = row["dates"].p85 - datetime.timedelta(days=row["story"].total.days)
        days += [row["was"], row["dates"].p85]
    pad = datetime.timedelta(days=max(2, (max(days) - min(days)).days // 25))
    start, end = min(days) - pad, max(days) + pad
    for row in rows:
        later = row["story"].total.days > 0
        row["tone"] = "warn" if later else "ok"
        target = row["dates"].target_date
        inside = target is not None and start <= target <= end
        row["bar"] = svg.moved(
            row["was"], row["dates"].p85, start=start, end=end,
            target=target if inside else None, tone=row["tone"],
        )  # fmt: skip


@panels.register("search", order=10)
def search_items(request, product, words) -> str | None:
    """Items of every product that the person sees, by key first, then by title."""
    visible = queries.items_visible_to(request.user)
    exact = list(visible.filter(key__iexact=words)[:1])
    more = visible.filter(title__icontains=words).exclude(pk__in=[row.pk for row in exact])
    rows = exact + list(more.order_by("finished_on", "rank", "pk")[: FOUND_SHOWN - len(exact)])
    found = [(row.get_absolute_url(), row.key, row.title, "roadmap") for row in rows]
    return group("Items", found)


@panels.register("search", order=40)
def search_objectives(request, product, words) -> str | None:
    rows = queries.objectives_visible_to(request.user).filter(title__icontains=words)
    rows = rows.select_related("product")[:FOUND_SHOWN]
    found = [(row.get_absolute_url(), row.product.key, row.title, "objective") for row in rows]
    return group("Objectives", found)


def group(title: str, rows: list[tuple[str, str, str, str]]) -> str | None:
    if not rows:
        return None
    return render_to_string("components/search_group.html", {"title": title, "rows": rows})


@panels.register("product.settings", order=30)
def sharing(request, product, subject) -> str:
    """Who may share the plan by links."""
    row = Sharing.objects.filter(product=product).first() or Sharing(who=Sharing.Who.OFF, version=0)
    form = SharingForm(initial={"who": row.who, "version": row.version})
    context = {
        "product": product,
        "sharing": row,
        "form": form if can(request.user, "set_sharing", product) else None,
        "may_share": may_share(request.user, product, row.who),
    }
    return render_to_string("roadmaps/settings_sharing.html", context, request)
