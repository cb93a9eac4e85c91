"""The roadmap as a timeline: the page, the rows that follow, and one item beside it."""

from dataclasses import replace
from urllib.parse import quote, unquote, urlsplit

from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from roadmaps import queries
from roadmaps.filters import ItemFilter
from roadmaps.models import Item
from roadmaps.pages import filter_bar
from roadmaps.pages import item as item_page
from roadmaps.pages import why as why_page
from roadmaps.pages.export_menu import export_menu
from roadmaps.pages.item import ItemPage
from roadmaps.timeline import kept
from roadmaps.timeline.address import Address
from roadmaps.timeline.page import Timeline
from roadmaps.timeline.scale import FIT
from roadmaps.timeline.whole import whole_address
from roadmaps.views import saved
from tpm import charts, formats, navigation
from tpm.models import Product
from tpm.roles import products_visible_to
from tpm.views import product_for, remember
from tpm.words import number_or_none


@require_GET
@vary_on_headers("HX-Request", "HX-Target")
def timeline(request, key):
    """The whole page; only some rows, or only the inspector, where htmx asks for that part."""
    product = product_for(request, key)
    address = Address.read(request.GET)
    target = (request.htmx.target or "") if request.htmx else ""
    if target.startswith("rows-"):
        line = kept.opened(product, address, request.user)
        until = number_or_none(request.GET.get("last", "")) or 0
        rows = line.part(until, half="half" in request.GET)
        return render(request, "roadmaps/timeline_rows.html", {"rows": rows})
    if to := saved.opening(request, product, "timeline"):
        return to
    last = last_view(request, product)
    if last:
        return redirect(f"{request.path}?{last}")
    line = Timeline(product, address, request.user)
    if target == "inspector":
        context = inspector_context(request, product, address) or {"inspected": None}
        return render(request, "roadmaps/timeline_inspector.html", context)
    context = page_context(line) | (inspector_context(request, product, address) or {})
    # The tools stand in the form of the filter, whose component takes them as markup.
    context["saved"] = saved.bar(request, product, "timeline", address.query())
    context["tools"] = render_to_string("roadmaps/timeline_tools.html", context)
    kept.keep(line)
    response = remember(render(request, "roadmaps/timeline.html", context), product)
    view = address.query(item="", row=1).removeprefix("?")
    response.set_cookie(f"roadmap-{product.key}", quote(view), max_age=365 * 86400, samesite="Lax")
    return response


def last_view(request, product: Product) -> str:
    """How this person looked at this plan last, for whoever comes from elsewhere and asks nothing.

    A link inside the page that asks nothing means it: the plain view.
    """
    inside = urlsplit(request.headers.get("Referer", "")).path == request.path
    if request.GET or request.htmx or inside:
        return ""
    return unquote(request.COOKIES.get(f"roadmap-{product.key}", ""))


def page_context(line: Timeline) -> dict:
    product, address = line.product, line.address
    count = len(line.rows)
    # Counted only where nothing matches: is the plan empty, or does the filter hide it?
    every = count or Item.objects.filter(product=product).count()
    table = reverse("roadmaps:item-list", args=[product.key]) + address.asked.query()
    return {
        "product": product,
        "line": line,
        "fresh": line.fresh,
        "every": every,
        "count": _("%(n)s items") % {"n": formats.number(count)} if count != 1 else _("1 item"),
        "list_path": line.path,
        "clear_url": line.path + address.query(asked=ItemFilter(), item="", row=1),
        "table_url": table,
        "guess_url": line.path + address.query(asked=address.asked.adding("estimate:none"), row=1),
        "sample": sample_of(line) if not every else None,
        "crumbs": navigation.crumbs(product, (_("Roadmap"), "")),
        "culprit": culprit_of(line) if every and not count else None,
        "exports": export_menu(
            line.user, product, address.asked.query(), whole_address(address).query()
        )
        if count
        else "",
        **filter_bar.context(
            address.asked,
            line.parts,
            line.choices,
            line.path,
            replace(address, item="", row=1).words(),
        ),
        **view_links(line),
    }


def view_links(line: Timeline) -> dict:
    """Zooms and lanes as (word, address, is current), and the step to either side."""
    address, path = line.address, line.path
    near, far = address.zoomed(-1), address.zoomed(+1)
    lanes = {
        "objective": _("Objective"), "team": _("Team"), "state": _("State"), "kind": _("Kind"),
        "owner": _("Owner"), "horizon": _("Horizon"), "component": _("Component"),
        "parent": _("What it is part of"), "none": _("None"),
    }  # fmt: skip
    words = {
        "day": _("Day"), "week": _("Week"), "month": _("Month"), "quarter": _("Quarter"),
        "year": _("Year"), FIT: _("Fit"),
    }  # fmt: skip
    links = {
        "all": _("All"), "critical": _("Those that hold up the end"),
        "selected": _("Of the selected item"), "none": _("None"),
    }  # fmt: skip
    return {
        "zoom": words[address.zoom],
        "zooms": [
            (word, path + address.query(zoom=name), name == address.zoom)
            for name, word in words.items()
        ],
        "links": links[address.links],
        "link_links": [
            (word, path + address.query(links=name), name == address.links)
            for name, word in links.items()
        ],
        "nearer": path + near if near else "",
        "farther": path + far if far else "",
        "lane": lanes[address.lanes],
        "lane_links": [
            (word, path + address.query(lanes=name, shut=(), row=1), name == address.lanes)
            for name, word in lanes.items()
        ],
        "scenario_links": [
            (_("Live plan"), path + address.query(scenario=0), line.scenario is None),
            *(
                (each.name, path + address.query(scenario=each.pk), each == line.scenario)
                for each in line.drawable
            ),
        ],
        "load_url": path + address.query(load="" if address.load else "off"),
    }


def culprit_of(line: Timeline) -> filter_bar.Culprit | None:
    items = Item.objects.filter(product=line.product)
    return filter_bar.culprit(
        line.address.asked, line.parts, items, replace(line.address, item="", row=1).words()
    )


def sample_of(line: Timeline) -> Product | None:
    """A sample plan to look at, where this one is empty."""
    found = products_visible_to(line.user).filter(is_sample=True).exclude(pk=line.product.pk)
    return found.first()


def inspector_context(request, product: Product, address: Address) -> dict | None:
    """One item beside the timeline; None where none is chosen. Unseen is 404."""
    if not address.item:
        return None
    found = queries.items_visible_to(request.user).filter(product=product)
    found = found.select_related("product", "team", "owner", "objective")
    item = get_object_or_404(found, key=address.item)
    page = ItemPage(item)
    waits, holds = page.links
    title = _("When %(key)s is done") % {"key": item.key}
    return {
        "product": product,
        "inspected": item,
        "page": page,
        "dates": page.dates,
        "verdict": page.verdict,
        "headline": item_page.headline(page),
        "chart": chart_of(page, title) if page.dates else "",
        "why": why_page.why_section(page),
        "waits": [(link.predecessor, page.ends.get(link.predecessor_id)) for link in waits],
        "holds": [(link.successor, page.ends.get(link.successor_id)) for link in holds],
        "close_url": reverse("roadmaps:timeline", args=[product.key]) + address.query(item=""),
    }  # fmt: skip


def chart_of(page: ItemPage, title: str) -> str:
    """The share of trials by week, without the running share: that stands on the page."""
    dates, bins = page.dates, item_page.bins_of(page.dates)
    if dates is None or not bins or not (dates.p50 and dates.p85 and dates.p95):
        return ""
    return charts.finish_chart(
        bins, p50=dates.p50, p85=dates.p85, p95=dates.p95, target=page.item.target_date,
        target_share=page.chance, title=title, cumulative=False,
    )  # fmt: skip
