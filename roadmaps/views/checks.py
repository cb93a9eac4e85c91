"""Checks of items: the list of a product, one check, and every form that changes it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from roadmaps import queries, services
from roadmaps.check_filters import CheckChoices, CheckFilter, chips
from roadmaps.forms.checks import (
    CheckFilterForm,
    CheckForm,
    DropForm,
    EvidenceForm,
    ExceptionForm,
    OfferedForm,
    WithdrawForm,
)
from roadmaps.models import Check, CheckEvidence, Item
from roadmaps.pages import check_rows
from roadmaps.pages import checks as check_page
from roadmaps.queries.dates import freshness
from roadmaps.views.items import crumbs_of, item_for
from tpm import formats, navigation
from tpm.editing import EditConflict, conflict_response
from tpm.forms import absorb
from tpm.models import Product
from tpm.roles import can, require
from tpm.views import product_for, remember

PAGE_ROWS = 100


def check_for(request, key: str, number: int, ability: str = "view") -> Any:
    """The check of an address with its state, once the person may do this with it."""
    item = item_for(request, key)
    found = queries.with_state(Check.objects.filter(item=item), timezone.localdate())
    check = get_object_or_404(found.select_related("owner", "template"), number=number)
    check.item = item
    require(request.user, ability, item.product)
    return check


def back_to(request, check: Check):
    """Where a form of a check leads: to where it was opened, else to the checks of the item."""
    asked = request.POST.get("back", "")
    inside = (f"/p/{check.item.product.key}/", check.item.get_absolute_url())
    if asked.startswith(inside) and url_has_allowed_host_and_scheme(asked, allowed_hosts=None):
        return redirect(asked)
    return redirect(check.item.get_absolute_url() + "#checks")


def form_page(request, item: Item, form, *, title: str, button: str, **more):
    """A page that is one form about a check; opens in a dialog where there are scripts."""
    check = more.get("check")
    context = {
        "product": item.product,
        "item": item,
        "form": form,
        "title": title,
        "button": button,
        "back": request.POST.get("back") or request.GET.get("back", ""),
        "cancel": check.get_absolute_url() if check else item.get_absolute_url() + "#checks",
        "crumbs": crumbs_of(item, (title, "")),
        **more,
    }
    status = 422 if form.errors else 200
    return render(request, "roadmaps/check_form.html", context, status=status)


def done(form, call, *args, **fields) -> bool:
    """Call a service; what it refuses becomes an error of the form."""
    try:
        call(*args, **fields)
    except ValidationError as error:
        absorb(form, error)
        return False
    return True


def counts_of(product: Product, today) -> dict[str, int]:
    """How many checks there are, how many keep how many items from being done, or are overdue."""
    checks = Check.objects.filter(item__product=product, dropped_at=None)
    asked = queries.with_state(checks.exclude(item__state=Item.State.DROPPED), today)
    blocks = Q(state__in=queries.BLOCKING)
    return asked.aggregate(
        every=Count("pk"),
        open=Count("pk", filter=blocks),
        items=Count("item", filter=blocks, distinct=True),
        overdue=Count("pk", filter=blocks & Q(due_on__lt=today)),
    )


def count_words(shown: int, asked: CheckFilter, every: int) -> str:
    words = (
        _("%(shown)s of %(every)s checks") if asked.narrows else _("%(shown)s open of %(every)s")
    )
    return words % {"shown": formats.number(shown), "every": formats.number(every)}


@require_GET
@vary_on_headers("HX-Request")
def check_list(request, key):
    """Every check that keeps work from being done, by date; other states by filter."""
    product, today = product_for(request, key), timezone.localdate()
    asked, choices = CheckFilter.read(request.GET), CheckChoices.of(product)
    path = reverse("roadmaps:check-list", args=[product.key])
    counts, may_check = counts_of(product, today), can(request.user, "check", product)
    found = asked.apply(Check.objects.filter(item__product=product), request.user, today)
    found = found.select_related("item__product", "owner")
    page = Paginator(found, PAGE_ROWS).get_page(request.GET.get("page"))
    context = {
        "product": product,
        "asked": asked,
        "page": page,
        "rows": [
            check_rows.row_html(line, back=request.get_full_path(), may_check=may_check)
            for line in check_page.lines_of(page.object_list, today)
        ],
        "every": counts["every"],
        "counts": counts,
        "count": count_words(page.paginator.count, asked, counts["every"]),
        "form": CheckFilterForm(asked, choices),
        "chips": chips(asked, choices, path),
        "list_path": path,
        "fresh": freshness(product),
        "may_check": may_check,
        "crumbs": navigation.crumbs(
            product,
            (_("Roadmap"), reverse("roadmaps:item-list", args=[product.key])),
            (_("Checks"), ""),
        ),
    }
    return remember(render(request, "roadmaps/check_list.html", context), product)


@require_GET
def check_detail(request, key, number):
    """One check: everything that was ever said to show it, and who let it wait."""
    check, today = check_for(request, key, number), timezone.localdate()
    item = check.item
    withdrawn = {
        row.withdraws_id: row
        for row in check.evidence.filter(withdraws__isnull=False).select_related("by")
    }
    pieces = check.evidence.filter(withdraws=None).select_related("by").order_by("-at", "-pk")
    exceptions = list(check.exceptions.select_related("by"))
    context = {
        "product": item.product,
        "item": item,
        "check": check,
        "line": check_page.lines_of([check], today)[0],
        "pieces": [(piece, withdrawn.get(piece.pk)) for piece in pieces],
        "exceptions": exceptions,
        "today": today,
        "fresh": freshness(item.product) if check.due_on else None,
        "may_check": can(request.user, "check", item.product) and not check.dropped_at,
        "may_plan": can(request.user, "plan", item.product) and not check.dropped_at,
        "may_except": can(request.user, "except_check", item.product) and not check.dropped_at,
        "crumbs": crumbs_of(item, (_("Check %(n)s") % {"n": check.number}, "")),
    }
    return render(request, "roadmaps/check_detail.html", context)


@require_http_methods(["GET", "POST"])
def check_create(request, key):
    item = item_for(request, key)
    require(request.user, "check", item.product)
    form = CheckForm(request.POST or None, product=item.product)
    if form.is_valid() and done(
        form, services.add_check, item, by=request.user, **form.cleaned_data
    ):
        messages.success(request, _("The check is added."))
        return redirect(item.get_absolute_url() + "#checks")
    return form_page(request, item, form, title=_("Add a check"), button=_("Add the check"))


@require_POST
def check_apply(request, key):
    """Add the chosen ones of the templates that fit."""
    item = item_for(request, key)
    require(request.user, "check", item.product)
    form = OfferedForm(request.POST, offered=queries.fitting_templates(item))
    if form.is_valid():
        chosen = form.cleaned_data["template"]
        if done(form, services.apply_templates, item, by=request.user, templates=chosen):
            words = _("%(n)s checks are added.") if len(chosen) > 1 else _("The check is added.")
            messages.success(request, words % {"n": len(chosen)})
    for errors in form.errors.values():
        messages.error(request, " ".join(str(error) for error in errors))
    return redirect(item.get_absolute_url() + "#checks")


@require_http_methods(["GET", "POST"])
def check_edit(request, key, number):
    check = check_for(request, key, number, "plan")
    form = CheckForm(request.POST or None, product=check.item.product, check=check)
    if form.is_valid():
        try:
            if done(form, services.edit_check, check, by=request.user, **form.said()):
                messages.success(request, _("Saved."))
                return back_to(request, check)
        except EditConflict as conflict:
            return conflict_response(request, conflict)
    return form_page(
        request, check.item, form, check=check, title=_("Edit the check"), button=_("Save")
    )


@require_http_methods(["GET", "POST"])
def check_evidence(request, key, number):
    check = check_for(request, key, number, "check")
    form = EvidenceForm(request.POST or None, request.FILES or None)
    if form.is_valid() and done(
        form, services.add_evidence, check, by=request.user, **form.cleaned_data
    ):
        messages.success(request, _("The evidence is kept."))
        return back_to(request, check)
    return form_page(
        request, check.item, form, check=check, title=_("Add evidence"),
        button=_("Keep the evidence"),
    )  # fmt: skip


def piece_for(request, key: str, number: int, pk: int, ability: str) -> CheckEvidence:
    check = check_for(request, key, number, ability)
    pieces = CheckEvidence.objects.filter(of=check, withdraws=None)
    piece = get_object_or_404(pieces, pk=pk)
    piece.of = check
    return piece


@require_http_methods(["GET", "POST"])
def evidence_withdraw(request, key, number, pk):
    piece = piece_for(request, key, number, pk, "check")
    form = WithdrawForm(request.POST or None)
    if form.is_valid() and done(
        form, services.withdraw_evidence, piece, by=request.user, **form.cleaned_data
    ):
        messages.success(request, _("It no longer counts. It stays in sight with the reason."))
        return redirect(piece.of)
    return form_page(
        request, piece.of.item, form, check=piece.of, says=piece.text,
        title=_("Withdraw evidence"), button=_("Withdraw it"),
    )  # fmt: skip


@require_GET
def evidence_file(request, key, number, pk):
    """A file to keep, never to open in place: whatever it holds, it does nothing here."""
    piece = piece_for(request, key, number, pk, "view")
    if not piece.file:
        raise Http404
    try:
        content = piece.file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    answer = FileResponse(
        content, as_attachment=True, filename=piece.text, content_type="application/octet-stream"
    )
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@require_http_methods(["GET", "POST"])
def check_except(request, key, number):
    check = check_for(request, key, number, "except_check")
    form = ExceptionForm(request.POST or None)
    if form.is_valid() and done(
        form, services.except_check, check, by=request.user, **form.cleaned_data
    ):
        day = formats.day(form.cleaned_data["until"])
        messages.success(request, _("It may wait until %(day)s.") % {"day": day})
        return back_to(request, check)
    return form_page(
        request, check.item, form, check=check, title=_("Make an exception"),
        button=_("Let it wait"),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def check_drop(request, key, number):
    check = check_for(request, key, number, "except_check")
    form = DropForm(request.POST or None)
    if form.is_valid() and done(
        form, services.drop_check, check, by=request.user, **form.cleaned_data
    ):
        messages.success(request, _("The check is dropped."))
        return redirect(check.item.get_absolute_url() + "#checks")
    return form_page(
        request, check.item, form, check=check, title=_("Drop the check"), button=_("Drop it")
    )
