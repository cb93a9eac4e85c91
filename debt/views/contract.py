"""What people do with one item beyond describing it: tap, accept, confirm, add to it, look back."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import trigger_client_event

from debt import ceilings, lines, moving, services
from debt.forms.items import AcceptForm, LineForm, TapForm
from debt.models import DebtItem
from debt.pages import taps as tap_page
from debt.pages import worth as worth_page
from debt.views.items import form_page, item_for, receipts_of, saved
from debt.views.register import came_from
from tpm.views import product_for

PROPOSED_ROOM = 1.5
"""A ceiling is proposed at this many times what the item costs today."""


def back_to(request, fallback):
    """The page of ours that asked for this, or else the fallback."""
    came = came_from(request)
    here = came.startswith("/") and url_has_allowed_host_and_scheme(came, allowed_hosts=None)
    return redirect(came if here else fallback)


@require_POST
def item_tap(request, key):
    """It cost me 15 minutes: from the item's page, or from its row in the register."""
    item = item_for(request, key, "log_debt")
    form = TapForm(request.POST)
    said = receipt = ""
    if form.is_valid():
        minutes = form.cleaned_data["minutes"] or services.TAP_MINUTES
        try:
            _tap, receipt = services.tap_with_receipt(item, minutes=minutes, by=request.user)
        except ValidationError as problem:
            said = " ".join(problem.messages)
    else:
        said = " ".join(str(one) for one in form.errors["minutes"])
    words = said or _("%(minutes)s minutes lost to %(key)s.") % {
        "minutes": f"{minutes:g}", "key": item.key
    }  # fmt: skip
    undo = reverse("debt:item-tap-undo", args=[item.key]) if receipt else ""
    receipts = [receipt, *receipts_of(request)] if receipt else receipts_of(request)
    if not request.htmx:
        tags = f"undo:{undo}" if undo else ""
        (messages.error if said else messages.success)(request, words, extra_tags=tags)
        return remembered(back_to(request, item), receipts)
    if request.htmx.target == "taps" and not said:
        answer = taps_answer(request, item, receipts)
    else:
        answer = HttpResponse(status=204)
    trigger_client_event(answer, "toast", {"words": words, "undo": undo, "bad": bool(said)})
    return remembered(answer, receipts)


def taps_answer(request, item: DebtItem, receipts: list[str]) -> HttpResponse:
    """The taps of an item as its page swaps them in."""
    taps = tap_page.shown(item, receipts=receipts, by=request.user)
    context = {"item": item, "taps": taps, "swapped": True}
    return render(request, "debt/item_taps.html", context)


def remembered(answer: HttpResponse, receipts: list[str]) -> HttpResponse:
    """Let the browser keep what takes taps back, for as long as the newest may be taken back."""
    if receipts:
        answer.set_cookie(
            tap_page.COOKIE, tap_page.kept(receipts), max_age=services.MAY_TAKE_BACK,
            httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE,
        )  # fmt: skip
    return answer


@require_POST
def item_tap_undo(request, key):
    """Take back the newest tap of this item that this browser sent and that still stands."""
    item = item_for(request, key, "log_debt")
    said = ""
    receipts = receipts_of(request)
    try:
        receipt = services.last_of(item, receipts, by=request.user)[1]
        row = services.withdraw_tap(item, receipt, by=request.user)
    except ValidationError as problem:
        said = " ".join(problem.messages)
        words = said
    else:
        words = _("Taken back: %(minutes)s minutes.") % {"minutes": f"{row.minutes:g}"}
    if request.htmx:
        answer = taps_answer(request, item, receipts)
        trigger_client_event(answer, "toast", {"words": words, "bad": bool(said)})
    else:
        (messages.error if said else messages.success)(request, words)
        answer = back_to(request, item)
    return answer


@require_http_methods(["GET", "POST"])
def item_accept(request, key):
    item = item_for(request, key, "accept_debt")
    days = ceilings.interest_now(item)
    proposed = (
        round(days * PROPOSED_ROOM, 1) if days and item.state != item.State.ACCEPTED else None
    )
    start = {
        "version": item.version,
        "until": item.accepted_until,
        "trigger": item.accepted_trigger,
        "ceiling": item.accepted_ceiling_days or proposed or None,
    }
    form = AcceptForm(request.POST or None, initial=start)
    if days is not None:
        form.fields["ceiling"].help_text = _(
            "It costs %(days)s days a month on average today. Reached, it opens again and asks "
            "the decision that took it on."
        ) % {"days": f"{days:.1f}"}
    if form.is_valid():
        data = form.cleaned_data
        answer = saved(
            request,
            item,
            form,
            lambda: services.accept_until(
                item,
                by=request.user,
                version=data["version"],
                until=data["until"],
                trigger=data["trigger"],
                ceiling=data["ceiling"],
                why=data["why"],
            ),
            words=moving.accepted_words(item, data["until"]),
            ability="accept_debt",
        )
        if answer is not None:
            return answer
    return form_page(
        request, item, form, title=f"Accept {item.key} until…", button="Accept",
        says="It keeps costing what it costs, and comes back when the day or the event comes, "
        "or when it costs more than agreed.",
    )  # fmt: skip


@require_POST
def item_confirm(request, key):
    """Still true: the same numbers, as of today."""
    item = item_for(request, key, "log_debt")
    try:
        services.confirm_interest(item, by=request.user)
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    return back_to(request, item)


@require_POST
def evidence_from_line(request, key):
    """What was typed for a new item joins one that is there: its files and links, or its words."""
    item = item_for(request, key, "log_debt")
    form = LineForm(request.POST)
    if not form.is_valid():
        return redirect(item)
    text = form.cleaned_data["line"]
    added, known = [], 0
    for piece in lines.evidence_of(lines.read(item.product, text), text):
        try:
            added.append(services.add_evidence(item, by=request.user, text=piece))
        except ValidationError:
            known += 1
    if added:
        messages.success(request, _("Added to %(key)s as evidence.") % {"key": item.key})
    elif known:
        messages.success(request, _("%(key)s has this evidence already.") % {"key": item.key})
    return redirect(item)


@require_GET
def worth_list(request, key):
    """Was it worth it? Every pay-off of a product: what was promised, and what came of it."""
    product = product_for(request, key)
    context = {"product": product} | worth_page.listed(product, timezone.localdate())
    return render(request, "debt/worth.html", context)
