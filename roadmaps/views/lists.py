"""The roadmap as a list: filters, order, quick add, and the same rows as CSV."""

from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django.views.decorators.vary import vary_on_headers

from roadmaps import filter_bar, outline, queries, rows
from roadmaps.bulk_forms import ACTIONS
from roadmaps.filters import Choices, ItemFilter
from roadmaps.finding import text_condition
from roadmaps.forms import QuickItemForm
from roadmaps.list_page import COLUMNS, GROUPS, ListAddress, ListPage, count_words, places
from roadmaps.models import Item
from roadmaps.queries.dates import freshness, matching_chance, with_dates
from roadmaps.services.outlines import resolved
from roadmaps.views import paste, saved
from tpm import navigation
from tpm.exports import csv_response
from tpm.forms import absorb
from tpm.models import Product
from tpm.roles import require
from tpm.undo_views import tell
from tpm.views import product_for, remember
from tpm.words import word_of

CSV_HEAD = (
    "key", "title", "state", "kind", "team", "objective", "horizon", "owner", "rank",
    "p10_days", "p50_days", "p90_days", "took_days", "finish_p50", "finish_p85", "finish_p95",
    "target_date", "chance_by_target", "started_on", "finished_on", "source_key",
)  # fmt: skip


def matching(request, product: Product, asked: ItemFilter, run) -> QuerySet[Any]:
    """The items that the address asks for, with everything a row shows."""
    found = asked.apply(Item.objects.filter(product=product), request.user, Choices.of(product))
    found = with_dates(queries.with_effort(found), run)
    found = found.select_related("team", "objective", "owner").defer("description", "extra")
    return asked.order(found)


def list_context(request, product: Product) -> dict:
    address = ListAddress.read(request.GET)
    page = ListPage(request, product, address)
    asked = address.asked
    nothing = not page.items and page.every
    also = address.words()
    return {
        "product": product,
        "asked": asked,
        "address": address,
        "list": page,
        "page": page.page,
        "every": page.every,
        "count": count_words(page.count, asked, page.every),
        "fresh": page.fresh,
        "guesses": page.guesses,
        "list_path": page.path,
        "clear_url": page.path + address.query(asked=ItemFilter(sort=asked.sort)),
        "culprit": filter_bar.culprit(asked, page.parts, page.base, also) if nothing else None,
        "bulk_actions": list(ACTIONS.items()),
        "tools": list_tools(page),
        "crumbs": navigation.crumbs(product, (_("Roadmap"), page.path), (_("List"), "")),
        "saved": saved.bar(request, product, "list", address.query()),
        **filter_bar.context(asked, page.parts, page.choices, page.path, also),
    }


def list_tools(page: ListPage) -> str:
    """Columns, grouping, saving the view, and the rows as a file."""
    address = page.address
    context = {
        "product": page.product,
        "list": page,
        "columns": [
            (name, COLUMNS[name][0], name in page.columns) for name in rows.CELLS
        ],
        "hidden": address.asked.words() | replace(address, cols=()).words(),
        "group_links": [
            (word, page.path + address.query(group=name), name == address.group)
            for name, word in (("", _("nothing")), *((n, COLUMNS[n][0]) for n in GROUPS))
        ],
        "group_word": COLUMNS[address.group][0] if address.group else "",
        "export": export_link(page.product, address.asked),
    }  # fmt: skip
    return render_to_string("roadmaps/list_tools.html", context)


def export_link(product: Product, asked: ItemFilter) -> str:
    address = reverse("roadmaps:item-export", args=[product.key]) + asked.query()
    return format_html('<a class="btn quiet small" href="{}">{}</a>', address, _("CSV"))


@require_GET
@vary_on_headers("HX-Request")
def item_list(request, key):
    product = product_for(request, key)
    if to := saved.opening(request, product, "list"):
        return to
    context = list_context(request, product) | {"quick": QuickItemForm()}
    return remember(render(request, "roadmaps/item_list.html", context), product)


@require_GET
def item_export(request, key) -> HttpResponse:
    """The rows of the list as they are filtered and sorted, all pages."""
    product = product_for(request, key)
    asked = ItemFilter.read(request.GET)
    fresh = freshness(product)
    place = places(product)
    lines = (
        (
            item.key, item.title, item.state, item.kind,
            item.team.name if item.team else None,
            item.objective.title if item.objective else None,
            item.horizon, item.owner.name if item.owner else None, place.get(item.pk),
            item.p10_days, item.p50_days, item.p90_days, item.took_days,
            item.date_p50, item.date_p85, item.date_p95, item.target_date,
            matching_chance(item), item.started_on, item.finished_on,
            item.source_key,
        )
        for item in matching(request, product, asked, fresh.run)
    )  # fmt: skip
    return csv_response(f"{product.key}-items.csv", CSV_HEAD, lines)


@require_POST
def item_add(request, key):
    """One line from the list: a title, and perhaps its effort. What was refused stays typed."""
    product = product_for(request, key)
    require(request.user, "plan", product)
    form = QuickItemForm(request.POST)
    if form.is_valid():
        drafts = resolved(product, outline.parse(" ".join(form.cleaned_data["line"].split())))
        try:
            for problem in drafts[0].problems:
                form.add_error("line", problem)
            if not form.errors:
                tell(request, paste.make(product, drafts, request.user))
                back = request.POST.get("back", "")
                query = f"?{back}" if back and "\n" not in back else ""
                return redirect(reverse("roadmaps:item-list", args=[product.key]) + query)
        except ValidationError as error:
            absorb(form, error)
    context = list_context(request, product) | {"quick": form}
    return render(request, "roadmaps/item_list.html", context, status=422)


@require_GET
def item_keys(request, key):
    """Up to twelve items that fit what was typed, as choices of a key field."""
    product = product_for(request, key)
    words = next(filter(None, (word_of(request.GET, name) for name in request.GET)), "")
    found = Item.objects.filter(product=product)
    if words:
        found = found.filter(text_condition(words))
    found = found.exclude(state=Item.State.DROPPED).order_by("rank", "pk")
    return render(request, "roadmaps/item_keys.html", {"items": found[:12]})
