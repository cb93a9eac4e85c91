"""The roadmap as a list: filters, order and quick add."""

from dataclasses import replace

from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods
from django.views.decorators.vary import vary_on_headers

from roadmaps import outline
from roadmaps.filters import ItemFilter
from roadmaps.finding import text_condition
from roadmaps.forms.bulk import ACTIONS
from roadmaps.forms.items import QuickItemForm
from roadmaps.models import Item
from roadmaps.pages import filter_bar, rows
from roadmaps.pages.export_menu import export_menu
from roadmaps.pages.list import COLUMNS, GROUPS, ListAddress, ListPage, count_words
from roadmaps.services.outlines import resolved
from roadmaps.views import paste, saved
from tpm import navigation
from tpm.forms import absorb
from tpm.models import Product
from tpm.roles import require
from tpm.undo_views import tell
from tpm.views import product_for, remember
from tpm.words import word_of


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
        "count": count_words(page.count, asked, page.facts),
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
        "export": export_menu(page.user, page.product, address.asked.query()),
    }  # fmt: skip
    return render_to_string("roadmaps/list_tools.html", context)


@require_GET
@vary_on_headers("HX-Request")
def item_list(request, key):
    product = product_for(request, key)
    if to := saved.opening(request, product, "list"):
        return to
    context = list_context(request, product) | {"quick": QuickItemForm()}
    return remember(render(request, "roadmaps/item_list.html", context), product)


@require_http_methods(["GET", "POST"])
def item_add(request, key):
    """One line from the list: a title, and perhaps its effort. What was refused stays typed.

    The address stands in the browser after a refusal: read again, it leads to the list.
    """
    product = product_for(request, key)
    if request.method == "GET":
        return redirect("roadmaps:item-list", product.key)
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
