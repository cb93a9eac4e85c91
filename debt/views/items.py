"""One debt item: its page, and the forms that change what is known of it."""

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods
from django.views.decorators.vary import vary_on_headers

from debt import previews, queries, services
from debt.forms.items import EvidenceForm, InterestForm, ItemForm, PrincipalForm
from debt.maths import ranges
from debt.models import DebtItem
from debt.moving import ability_to_reopen
from debt.pages import item as item_page
from debt.pages import needs as need_page
from debt.pages import scans as scan_page
from debt.pages import taps as tap_page
from debt.pages import why as why_page
from debt.pages import worth as worth_page
from debt.queries import figures as queries_figures
from tpm import navigation, operations
from tpm.editing import EditConflict, conflict_response
from tpm.forms import absorb
from tpm.queries import activity
from tpm.roles import can, require
from tpm.undo_views import tell


def item_for(request, key: str, ability: str = "view") -> DebtItem:
    """The item of an address, with its product set on the request. Unseen is 404."""
    visible = queries.with_everything(queries.debt_items_visible_to(request.user))
    item = get_object_or_404(visible, key=key)
    request.product = item.product
    require(request.user, ability, item.product)
    return item


def receipts_of(request) -> list[str]:
    """What takes back the taps that this browser sent."""
    return tap_page.receipts_in(request.COOKIES.get(tap_page.COOKIE, ""))


def crumbs(item: DebtItem) -> list[tuple[str, str]]:
    register = ("Debt", reverse("debt:item-list", args=[item.product.key]))
    return navigation.crumbs(item.product, register, (item.key, ""))


@require_GET
@vary_on_headers("HX-Request")
def item_detail(request, key):
    """The page; while its score is behind it asks again, and hears nothing new until it is not."""
    item = item_for(request, key)
    context = detail_context(request, item)
    if request.htmx and context["stale"]:
        return HttpResponse(status=204)
    return render(request, "debt/item_detail.html", context)


def detail_context(request, item: DebtItem) -> dict:
    """Everything that the page of one item shows."""
    score = item.latest_score
    ledger = queries.ledgers().filter(team=item.team_id).first() if item.team_id else None
    scores = list(item.scores.select_related("model").order_by("-at", "-pk")[:60])
    before = scores[1] if len(scores) > 1 else None
    newest = queries.newest_interests([item])[item.pk]
    model = score.model.parameters if score else queries.current_model().parameters
    scored = score if score is not None and score.score is not None else None
    touches = queries_figures.touches_of_one(item, model)
    abilities = ("log_debt", "plan", "accept_debt", "comment")
    may = {ability: can(request.user, ability, item.product) for ability in abilities}
    return {
        "product": item.product,
        "crumbs": crumbs(item),
        "item": item,
        "score": score,
        "scored": scored,
        "stale": item.drags and ledger is not None and ledger.due,
        "headline": item_page.headline(item),
        "beyond": item_page.beyond_capacity(newest, ledger) if item.drags else "",
        "question": item_page.question(item, model),
        "chart": item_page.chart(scored, timezone.localdate()) if scored and item.drags else "",
        "score_bar": item_page.score_bar(scored) if scored else "",
        "parts": why_page.part_lines(item, scored, newest, touches, may_write=may["log_debt"])
        if scored
        else [],
        "moves_most": why_page.moves_most(scored) if scored else "",
        "moved_since": why_page.moved_since(scored, before) if scored else "",
        "payer": item_page.payer_of(item, ledger),
        "interest_spark": item_page.interest_spark(scores),
        "facts": item_page.facts(item, newest, model, touches),
        "ask_again": (again := item_page.ask_again(newest, model)),
        "ask_overdue": again is not None and again <= timezone.localdate(),
        "evidence": item.evidence.select_related("by"),
        "evidence_form": EvidenceForm(),
        "findings": scan_page.of_item(item),
        "taps": tap_page.shown(item, receipts=receipts_of(request), by=request.user),
        "needs": need_page.of_item(item),
        "ceiling": item_page.ceiling_of(item),
        "activity": activity(item),
        "comment_url": reverse("tpm:comment-create", args=["debt.debtitem", item.pk]),
        "may_do": may,
        "may_reopen": item.state != DebtItem.State.OPEN
        and can(request.user, ability_to_reopen(item), item.product),
    } | worth_page.of_item(item)


@require_GET
@vary_on_headers("HX-Request")
def item_slows(request, key):
    """What the plan's dates would be without this item; computed when asked, on a preview."""
    item = item_for(request, key)
    template = "debt/item_slows.html" + ("#slows" if request.htmx else "")
    context = {
        "product": item.product,
        "item": item,
        "preview": previews.of_being_gone(item) if item.drags else None,
    }
    return render(request, template, context)


@require_GET
def item_inputs(request, key):
    """All inputs of the newest score, each with its source."""
    item = item_for(request, key)
    score = item.latest_score
    scored = score if score is not None and score.score is not None else None
    newest = queries.newest_interests([item])[item.pk]
    touches = queries_figures.touches_of_one(item, scored.model.parameters) if scored else None
    may_write = can(request.user, "log_debt", item.product)
    context = {
        "product": item.product,
        "item": item,
        "score": score,
        "parts": why_page.part_lines(item, scored, newest, touches, may_write=may_write)
        if scored
        else [],
    }
    return render(request, "debt/item_inputs.html", context)


def form_page(request, item: DebtItem, form, *, title: str, button: str, says: str = "", **more):
    """One form about one item, on a page that also opens as a dialog."""
    context = {
        "product": item.product, "item": item, "form": form, "form_title": title,
        "button": button, "says": says,
    } | more  # fmt: skip
    return render(request, "debt/item_form.html", context, status=422 if form.errors else 200)


def saved(
    request, item: DebtItem, form, write, *, words: str = "", ability: str = "log_debt"
) -> object | None:
    """Run a write with a valid form: the answer to send, or None where the form has errors.

    words: what was done, said with the button that takes it back; empty: without either
    """
    try:
        if words:
            with operations.recorded(
                item.product, by=request.user, words=words, ability=ability
            ) as done:
                write()
        else:
            write()
    except EditConflict as conflict:
        return conflict_response(request, conflict)
    except ValidationError as problem:
        absorb(form, problem)
        return None
    if words and done.operation:
        tell(request, done)
    return redirect(item)


@require_http_methods(["GET", "POST"])
def item_edit(request, key):
    item = item_for(request, key, "log_debt")
    form = ItemForm(request.POST or None, instance=item, product=item.product)
    if form.is_valid():
        answer = saved(
            request,
            item,
            form,
            lambda: services.change_item(
                item, by=request.user, version=form.cleaned_data["version"], **form.fields_changed()
            ),
        )
        if answer is not None:
            return answer
    return form_page(request, item, form, title=f"Edit {item.key}", button="Save")


@require_http_methods(["GET", "POST"])
def item_interest(request, key):
    item = item_for(request, key, "log_debt")
    form = InterestForm(request.POST or None, item=item)
    if form.is_valid():
        data = form.cleaned_data
        answer = saved(
            request,
            item,
            form,
            lambda: services.declare_interest(
                item, by=request.user, days=data["days"], kind=data["kind"], note=data["note"]
            ),
        )
        if answer is not None:
            return answer
    earlier = item.interests.select_related("by")
    return form_page(
        request, item, form, title="What it costs a month", button="Declare",
        says="Declarations are kept: the newest of a kind counts.", earlier=earlier,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def item_principal(request, key):
    item = item_for(request, key, "log_debt")
    known = ranges.typed(item.principal) if item.principal else ""
    start = {"version": item.version, "days": known, "size": item.size}
    form = PrincipalForm(request.POST or None, initial=start)
    if form.is_valid():
        data = form.cleaned_data
        answer = saved(
            request,
            item,
            form,
            lambda: services.declare_principal(
                item, by=request.user, version=data["version"], days=data["days"], size=data["size"]
            ),
        )
        if answer is not None:
            return answer
    return form_page(
        request, item, form, title="How many days fixing takes", button="Save",
        says="Typed days count before a size.",
    )  # fmt: skip
