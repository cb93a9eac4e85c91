"""What stands behind the numbers of one item: its dates, their distribution, its complexity."""

from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from roadmaps.pages import complexity as complexity_page
from roadmaps.pages import item as item_page
from roadmaps.pages import why as why_page
from roadmaps.pages.item import ItemPage
from roadmaps.views.items import crumbs_of, item_for
from tpm.exports import csv_response


@require_GET
def item_why(request, key):
    """The inputs and the computation behind an item's dates; opens in a dialog."""
    item = item_for(request, key)
    page = ItemPage(item)
    context = {
        "product": item.product, "item": item, "page": page, "fresh": page.fresh,
        "dates": page.dates, "why": why_page.why_section(page),
        "basis": why_page.basis_words(page), "headline": item_page.headline(page),
        "facts": why_page.why_facts(page), "formula": why_page.formula_words(page),
        "crumbs": crumbs_of(item, (_("Why"), "")),
    }  # fmt: skip
    return render(request, "roadmaps/item_why.html", context)


@require_GET
def item_dates(request, key):
    """The distribution of an item's finish as CSV: day, share in the bin, share by its end."""
    item = item_for(request, key)
    page = ItemPage(item)
    total, lines = 0.0, []
    for first, share in item_page.bins_of(page.dates) if page.dates else ():
        total += share
        lines.append((first, round(share, 6), round(total, 6)))
    return csv_response(f"{item.key}-finish.csv", ("until", "share", "share_by_then"), lines)


@require_GET
def item_complexity(request, key):
    """The finished work behind the complexity card; opens in a dialog."""
    item = item_for(request, key)
    card = complexity_page.card_of(request.user, item)
    context = {
        "product": item.product, "item": item, "card": card,
        "facts": complexity_page.facts_of(card) if card else [],
        "newest": complexity_page.NEWEST,
        "crumbs": crumbs_of(item, (_("Complexity"), "")),
    }  # fmt: skip
    return render(request, "roadmaps/item_complexity.html", context)
