"""Many items at once: choose what they become, see what would happen, then do it as one."""

from django.contrib import messages
from django.http import QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from roadmaps import bulk_jobs
from roadmaps.bulk_forms import ACTIONS, BulkForm
from roadmaps.filters import Choices
from roadmaps.list_page import ListAddress
from roadmaps.models import Item
from roadmaps.services import bulk
from roadmaps.services.bulk import Picked, Report
from tpm import formats, navigation
from tpm.models import Product
from tpm.roles import require
from tpm.undo_views import tell
from tpm.views import product_for

ROWS_SHOWN = 100
MOST = 20_000


@require_http_methods(["GET", "POST"])
def item_bulk(request, key):
    """A preview writes nothing; only `step=apply` does. Read, the address leads to the list."""
    product = product_for(request, key)
    if request.method == "GET":
        return redirect("roadmaps:item-list", product.key)
    require(request.user, "plan", product)
    picked = picked_items(request, product)
    back = request.POST.get("back", "")
    list_url = reverse("roadmaps:item-list", args=[product.key]) + (f"?{back}" if back else "")
    if not picked:
        messages.warning(request, _("Select rows first: tick the boxes before them."))
        return redirect(list_url)
    do = request.POST.get("do", "")
    do = do if do in ACTIONS else "state"
    said = "value" in request.POST or do == "drop"
    form = BulkForm(request.POST if said else None, product=product, do=do)
    report = None
    if form.is_valid():
        if request.POST.get("step") == "apply":
            return apply(request, product, picked, form, list_url)
        report = bulk.rehearse(product, picked[: bulk_jobs.AT_ONCE], form.change(), by=request.user)
    context = {
        "product": product,
        "form": form,
        "do": do,
        "actions": ACTIONS.items(),
        "count": len(picked),
        "picked": " ".join(f"{item.key}:{version}" for item, version in picked),
        "back": back,
        "list_url": list_url,
        "report": report,
        "sentence": sentence(report, len(picked)) if report else "",
        "untried": max(len(picked) - bulk_jobs.AT_ONCE, 0),
        "more": max(len(report.changed) - ROWS_SHOWN, 0) if report else 0,
        "changed": report.changed[:ROWS_SHOWN] if report else [],
        "crumbs": navigation.crumbs(product, (_("Roadmap"), list_url), (_("Change many"), "")),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "roadmaps/bulk.html", context, status=status)


def picked_items(request, product: Product) -> list[Picked]:
    """The chosen items in the order of the plan, each with the version that was shown."""
    items = Item.objects.filter(product=product).order_by("rank", "pk")
    items = items.select_related("product", "team", "objective", "owner")
    if request.POST.get("every"):
        asked = ListAddress.read(QueryDict(request.POST.get("back", ""))).asked
        found = asked.apply(items, request.user, Choices.of(product))
        return [(item, item.version) for item in found[:MOST]]
    words = [*request.POST.getlist("item"), *request.POST.get("items", "").split()][:MOST]
    versions = {}
    for word in words:
        key, _colon, version = word.partition(":")
        versions[key] = int(version) if version.isdecimal() and len(version) < 10 else None
    return [(item, versions[item.key]) for item in items.filter(key__in=versions)]


def apply(request, product: Product, picked: list[Picked], form: BulkForm, list_url: str):
    """Do it now, or hand it to the worker where it is long."""
    if len(picked) > bulk_jobs.AT_ONCE:
        data = {name: request.POST.get(name, "") for name in ("do", "value", "why")}
        named = [(item.key, version or item.version) for item, version in picked]
        return redirect("tpm:job-detail", bulk_jobs.start(product, named, data, by=request.user).pk)
    report, done = bulk.change_items(product, picked, form.change(), by=request.user)
    if report.changed:
        tell(request, done)
    if report.refused:
        messages.warning(request, left_words(report))
    return redirect(list_url)


def sentence(report: Report, count: int) -> str:
    """`14 items change, 2 cannot.`"""
    changed, refused = len(report.changed), len(report.refused)
    words = ngettext("%(n)s item changes", "%(n)s items change", changed) % {
        "n": formats.number(changed)
    }
    if not refused:
        return f"{words}."
    left = ngettext("%(n)s stays as it is", "%(n)s stay as they are", refused) % {
        "n": formats.number(refused)
    }
    return f"{words}, {left}."


def left_words(report: Report) -> str:
    """What was not changed, and why: the first few."""
    first = "; ".join(f"{item.key}: {reason}" for item, reason in report.refused[:5])
    rest = len(report.refused) - 5
    more = _(" and %(n)s more") % {"n": formats.number(rest)} if rest > 0 else ""
    return _("Left as they were: %(first)s%(more)s.") % {"first": first, "more": more}
