"""One item: its page, and every form that changes it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import trigger_client_event

from roadmaps import queries, services, verdict
from roadmaps.forms.items import (
    RANGE_HINT,
    EstimateForm,
    ItemForm,
    LinkForm,
    MoveForm,
    NewItemForm,
    RankForm,
    range_text,
)
from roadmaps.models import Item, ItemLink
from roadmaps.pages import checks as check_page
from roadmaps.pages import complexity as complexity_page
from roadmaps.pages import item as item_page
from roadmaps.pages import item_estimates, item_notes, priority_why, rows
from roadmaps.pages import slips as slip_page
from roadmaps.pages import why as why_page
from roadmaps.pages.item import ItemPage
from roadmaps.queries import with_effort
from roadmaps.queries.calibration import own_stretch
from roadmaps.services.estimates import estimate_from_text
from roadmaps.services.quick import plan_item
from tpm import formats, navigation, operations
from tpm.editing import EditConflict, conflict_response
from tpm.forms import absorb
from tpm.history import subject_type
from tpm.queries import activity
from tpm.roles import can, require
from tpm.undo_views import tell
from tpm.views import product_for

RELATED = ("product", "team", "owner", "objective", "parent")


def item_for(request, key: str) -> Item:
    """The item of an address, with its product set on the request. Unseen is 404."""
    found = queries.items_visible_to(request.user).select_related(*RELATED)
    item = get_object_or_404(found, key=key)
    request.product = item.product
    return item


def crumbs_of(item: Item, *more: tuple[str, str]) -> list[tuple[str, str]]:
    roadmap = (_("Roadmap"), reverse("roadmaps:item-list", args=[item.product.key]))
    return navigation.crumbs(item.product, roadmap, (item.key, item.get_absolute_url()), *more)


def back_to(request, item: Item, spot: str = ""):
    """Where a form of an item leads: to the list it came from, else to the item."""
    asked = request.POST.get("back", "")
    product = f"/p/{item.product.key}/"
    if asked.startswith(product) and url_has_allowed_host_and_scheme(asked, allowed_hosts=None):
        return redirect(asked)
    return redirect(item.get_absolute_url() + spot)


def warn_of_past(request, item: Item) -> None:
    """A target may lie in the past, but hardly ever on purpose."""
    if item.is_open and item.target_date and item.target_date < timezone.localdate():
        words = _("Its target, %(day)s, is in the past: it can only be missed.")
        messages.warning(request, words % {"day": formats.day(item.target_date, year=True)})


def detail_context(request, item: Item, **forms) -> dict:
    """Everything the page of an item shows. forms: forms that came back with errors."""
    page = ItemPage(item, since=request.GET.get("since", ""))
    product, user = item.product, request.user
    plan, member = can(user, "plan", product), can(user, "estimate", product)
    waits, holds = page.links
    estimates = item_estimates.estimate_table(page)
    link_form = forms.get("link_form") or LinkForm(product=product)
    label = subject_type(item)
    return {
        "product": product,
        "item": item,
        "page": page,
        "fresh": page.fresh,
        "dates": page.dates,
        "verdict": page.verdict,
        "chance": verdict.chance_text(page.chance),
        "headline": item_page.headline(page),
        "chart": figure(page),
        "step_weeks": page.dates.histogram.get("step", 7) // 7 if page.dates else 1,
        "notes": item_notes.notes(page),
        "why": why_page.why_section(page),
        "basis": why_page.basis_words(page),
        "story": page.story,
        "stories": page.stories,
        "estimates": estimates,
        "complexity": complexity_page.card_of(user, item),
        "scale": item_estimates.scale_head(estimates.most),
        "actual": page.actual,
        "actual_bar": item_estimates.actual_bar(page, estimates.most),
        "baseline": item_page.baseline_words(page),
        "slip": slip_page.line_of(user, product, page.slip) if page.slip else None,
        "waits": [(link, link.predecessor, page.ends.get(link.predecessor_id)) for link in waits],
        "holds": [(link, link.successor, page.ends.get(link.successor_id)) for link in holds],
        "link_count": len(waits) + len(holds),
        "children": [(child, page.ends.get(child.pk)) for child in page.children],
        "place": page.place,
        "extra": [(name, value) for name, value in item.extra.items() if value not in ("", None)],
        "rows": activity(item),
        "may_comment": can(user, "comment", product),
        "comment_url": reverse("tpm:comment-create", args=[label, item.pk]),
        "may_plan": plan,
        "may_estimate": member and item.is_open and item.kind != Item.Kind.MILESTONE,
        "has_parts": any(child.state != Item.State.DROPPED for child in page.children),
        "estimate_hint": hint_words(own_stretch(product, user.pk)) if member else "",
        "horizon": item_page.horizon_words(page.fresh.run),
        "link_form": link_form,
        "rank_form": forms.get("rank_form") or RankForm(product=product),
        "may_check": can(user, "check", product),
        **check_page.section_of(item, timezone.localdate()),
        **priority_why.of_item(user, item),
        "crumbs": crumbs_of(item),
    }


def hint_words(own: tuple[float, int] | None) -> str:
    """What the field of a range says below it; one's own stretch is shown to nobody else."""
    words = str(RANGE_HINT)
    if own is None:
        return words
    more = _(
        "Your own ranges prove %(stretch)s times as wide as you type them (%(n)s finished items): "
        "the forecast widens them by that. Only you see this."
    ) % {"stretch": formats.number(own[0], 1), "n": formats.number(own[1])}
    return f"{words} {more}"


def figure(page: ItemPage) -> str:
    if page.dates is None:
        return ""
    title = _("When %(key)s is done") % {"key": page.item.key}
    return item_page.chart_of(
        page.dates, title=title, target=page.item.target_date, chance=page.chance
    )


def show(request, item: Item, *, status: int = 200, **forms):
    context = detail_context(request, item, **forms)
    return render(request, "roadmaps/item_detail.html", context, status=status)


@require_GET
def item_detail(request, key):
    return show(request, item_for(request, key))


@require_http_methods(["GET", "POST"])
def item_create(request, key):
    product = product_for(request, key)
    require(request.user, "plan", product)
    form = NewItemForm(request.POST or None, product=product, instance=Item(product=product))
    if form.is_valid():
        data = form.cleaned_data
        try:
            with operations.recorded(product, by=request.user) as done:
                item = plan_item(
                    product, by=request.user, estimate=data["estimate"], state=data["state"],
                    **form.typed(),
                )  # fmt: skip
                done.words = _("%(key)s is in the plan.") % {"key": item.key}
        except ValidationError as error:
            absorb(form, error)
        else:
            tell(request, done)
            warn_of_past(request, item)
            return redirect(item)
    context = {
        "product": product, "form": form,
        "crumbs": navigation.crumbs(
            product,
            (_("Roadmap"), reverse("roadmaps:item-list", args=[product.key])),
            (_("New item"), ""),
        ),
    }  # fmt: skip
    return render(request, "roadmaps/item_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def item_edit(request, key):
    item = item_for(request, key)
    require(request.user, "plan", item.product)
    form = ItemForm(request.POST or None, product=item.product, instance=item)
    if form.is_valid():
        # The form wrote into its copy of the row; the service compares with the stored one.
        stored = item_for(request, key)
        try:
            with operations.recorded(item.product, by=request.user) as done:
                changed = services.edit_item(
                    stored, by=request.user, version=form.cleaned_data["version"],
                    why=form.cleaned_data["why"], **form.typed(),
                )  # fmt: skip
                done.words = _("%(key)s is changed.") % {"key": item.key}
        except EditConflict as conflict:
            return conflict_response(request, conflict)
        except ValidationError as error:
            absorb(form, error)
        else:
            if changed:
                tell(request, done)
            if "target_date" in changed:
                warn_of_past(request, stored)
            return redirect(stored)
    stored = item_for(request, key) if form.errors else item
    context = {
        "product": item.product, "item": stored, "form": form,
        "crumbs": crumbs_of(stored, (_("Edit"), "")),
    }  # fmt: skip
    return render(request, "roadmaps/item_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@vary_on_headers("HX-Request")
def item_estimate(request, key):
    """Add a range. In a list the cell turns into this form, and into the new range after it."""
    item = item_for(request, key)
    require(request.user, "estimate", item.product)
    typed = item.estimates.values_list("p10_days", "p50_days", "p90_days", "one_number").first()
    start = {"estimate": range_text(*typed[1:2] if typed[3] else typed[:3])} if typed else {}
    form = EstimateForm(request.POST or None, initial=start)
    form.fields["estimate"].help_text = hint_words(own_stretch(item.product, request.user.pk))
    cell = bool(request.htmx) and ("cell" in request.GET or "cell" in request.POST)
    if form.is_valid():
        words = _("Estimate kept. The forecast is being recomputed.")
        with operations.recorded(
            item.product, by=request.user, words=words, ability="estimate"
        ) as done:
            estimate_from_text(item, by=request.user, text=form.cleaned_data["estimate"])
        if cell:
            return trigger_client_event(estimate_cell(request, item), "plan-changed")
        tell(request, done)
        if item.children.exclude(state=Item.State.DROPPED).exists():
            messages.warning(request, _("Its parts count, not this: the dates do not change."))
        return back_to(request, item, "#estimates")
    if cell and "done" in request.GET:
        return estimate_cell(request, item)
    context = {
        "product": item.product, "item": item, "form": form,
        "back": request.GET.get("back", request.POST.get("back", "")),
        "crumbs": crumbs_of(item, (_("Estimate"), "")),
    }  # fmt: skip
    template = "roadmaps/item_estimate.html" + ("#cell" if cell else "")
    return render(request, template, context, status=422 if form.errors else 200)


def estimate_cell(request, item: Item):
    """The content of the cell in the list, as the row builder writes it."""
    fresh = with_effort(Item.objects.filter(pk=item.pk)).get()
    sheet = rows.Sheet(may_estimate=True)
    context = {
        "item": item,
        "shown": mark_safe(rows.effort_html(fresh, sheet)),  # noqa: S308 - escaped by the row builder
        "saved": request.method == "POST",
    }
    return render(request, "roadmaps/item_estimate.html#shown", context)


@require_http_methods(["GET", "POST"])
def item_move(request, key):
    item = item_for(request, key)
    require(request.user, "plan", item.product)
    start = {"state": request.GET.get("to") or item.state, "version": item.version}
    form = MoveForm(request.POST or None, initial=start)
    if form.is_valid():
        words = _("%(key)s is %(state)s.") % {
            "key": item.key,
            "state": str(Item.State(form.cleaned_data["state"]).label).lower(),
        }
        try:
            with operations.recorded(item.product, by=request.user, words=words) as done:
                services.move_item(item, by=request.user, **form.cleaned_data)
        except EditConflict as conflict:
            return conflict_response(request, conflict)
        except ValidationError as error:
            absorb(form, error)
        else:
            tell(request, done)
            return back_to(request, item)
    context = {
        "product": item.product, "item": item, "form": form,
        "back": request.GET.get("back", request.POST.get("back", "")),
        "open_checks": queries.blocking(item.checks.all(), timezone.localdate()),
        "crumbs": crumbs_of(item, (_("Move"), "")),
    }  # fmt: skip
    return render(request, "roadmaps/item_move.html", context, status=422 if form.errors else 200)


@require_POST
def item_rank(request, key):
    item = item_for(request, key)
    require(request.user, "plan", item.product)
    form = RankForm(request.POST, product=item.product)
    if not form.is_valid():
        return show(request, item, status=422, rank_form=form)
    data = form.cleaned_data
    before = data["before"]
    if before is None and data["to"] == "first":
        ranked = Item.objects.filter(product=item.product, state__in=Item.OPEN)
        before = ranked.exclude(pk=item.pk).order_by("rank", "pk").first()
    if before is None or before.pk != item.pk:
        words = _("%(key)s has its new place. The dates follow.") % {"key": item.key}
        with operations.recorded(item.product, by=request.user, words=words) as done:
            services.rank_item(item, by=request.user, before=before)
        tell(request, done)
    return back_to(request, item)


@require_http_methods(["GET", "POST"])
def item_link(request, key):
    """What an item waits for and holds up: one more link, or one fewer."""
    item = item_for(request, key)
    require(request.user, "plan", item.product)
    form = LinkForm(request.POST or None, product=item.product)
    if form.is_valid():
        data = form.cleaned_data
        pair = (data["other"], item) if data["way"] == "waits" else (item, data["other"])
        keys = {"first": pair[0].key, "second": pair[1].key}
        words = _("%(second)s waits for %(first)s now.") % keys
        try:
            with operations.recorded(item.product, by=request.user, words=words) as done:
                services.link_items(
                    *pair, by=request.user, kind=data["kind"], lag_days=data["lag_days"] or 0
                )
        except ValidationError as error:
            absorb(form, error)
        else:
            tell(request, done)
            return back_to(request, item, "#links")
    page = ItemPage(item)
    waits, holds = page.links
    context = {
        "product": item.product, "item": item, "link_form": form, "may_plan": True,
        "waits": [(link, link.predecessor, page.ends.get(link.predecessor_id)) for link in waits],
        "holds": [(link, link.successor, page.ends.get(link.successor_id)) for link in holds],
        "back": request.GET.get("back", request.POST.get("back", "")),
        "crumbs": crumbs_of(item, (_("Links"), "")),
    }  # fmt: skip
    return render(request, "roadmaps/item_link.html", context, status=422 if form.errors else 200)


@require_POST
def item_unlink(request, key, pk):
    item = item_for(request, key)
    require(request.user, "plan", item.product)
    ways = ItemLink.objects.filter(predecessor=item) | ItemLink.objects.filter(successor=item)
    link = get_object_or_404(ways.select_related("predecessor", "successor"), pk=pk)
    keys = {"first": link.predecessor.key, "second": link.successor.key}
    words = _("%(second)s no longer waits for %(first)s.") % keys
    with operations.recorded(item.product, by=request.user, words=words) as done:
        services.unlink_items(link, by=request.user)
    tell(request, done)
    return back_to(request, item, "#links")
