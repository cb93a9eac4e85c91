"""What the list and the timeline show, taken along: tables, a drawing, paper, a calendar."""

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from roadmaps import calendar_feed
from roadmaps.filters import ItemFilter
from roadmaps.pages import item_table
from roadmaps.queries.dates import freshness
from roadmaps.timeline import whole
from roadmaps.timeline.address import Address, one_of
from roadmaps.timeline.page import Timeline
from roadmaps.timeline.paint import painted
from roadmaps.timeline.paper import SHEETS, pages
from tpm import exports
from tpm.views import product_for

ALONE = "default-src 'none'; sandbox"
"""A drawing that stands alone loads nothing and runs nothing."""


@require_GET
def item_export(request, key, form="csv") -> HttpResponseBase:
    """The rows of the list as they are filtered and sorted, all pages."""
    product = product_for(request, key)
    asked = ItemFilter.read(request.GET)
    run = freshness(product).run
    lines = item_table.lines(product, asked, request.user, run)
    name = f"{product.key}-items.{form}"
    if form == "xlsx":
        return exports.xlsx_response(name, f"{product.key} items", item_table.HEAD, lines)
    if form == "json":
        about = {
            "product": product.key,
            "name": product.name,
            "as_of": run.as_of if run else None,
            "filter": asked.query().removeprefix("?"),
        }
        return exports.json_response(name, about, item_table.HEAD, lines)
    return exports.csv_response(name, item_table.HEAD, lines)


@require_GET
def timeline_svg(request, key) -> HttpResponse:
    """The timeline as it is filtered, every row of it."""
    product = product_for(request, key)
    address = whole.whole_address(Address.read(request.GET))
    line = whole.cut_to_use(Timeline(product, address, request.user))
    drawn = painted(whole.drawing(line, line.places, whole.Frame(), strips=True))
    response = svg_response(drawn)
    response["Content-Disposition"] = f'attachment; filename="{product.key}-roadmap.svg"'
    return response


def svg_response(drawn: str) -> HttpResponse:
    response = HttpResponse(drawn, content_type="image/svg+xml; charset=utf-8")
    response["Content-Security-Policy"] = ALONE
    response["Cache-Control"] = "private"
    return response


@require_GET
def timeline_print(request, key) -> HttpResponse:
    """The timeline as it is filtered, on pages of paper."""
    product = product_for(request, key)
    address = whole.whole_address(Address.read(request.GET))
    line = Timeline(product, address, request.user)
    paper = one_of(request.GET.get("paper", ""), SHEETS, "a4")
    here = reverse("roadmaps:timeline-print", args=[product.key]) + address.query()
    join = "&" if "=" in here else ""
    papers = [(name.upper(), f"{here}{join}paper={name}", name == paper) for name in SHEETS]
    context = {
        "product": product,
        "line": line,
        "paper": paper,
        "papers": papers,
        "pages": pages(line, SHEETS[paper]),
        "title": whole.title(line),
        "back": line.path + address.query(),
    }
    return render(request, "roadmaps/timeline_print.html", context)


@require_GET
def calendar(request, key) -> HttpResponse:
    """Milestones, objectives and items with a target as a file for a calendar."""
    product = product_for(request, key)
    asked = ItemFilter.read(request.GET)
    kinds = set(request.GET.getlist("kinds")) & set(calendar_feed.KINDS)
    text = calendar_feed.feed(product, asked, request.user, kinds=kinds or set(calendar_feed.KINDS))
    response = calendar_response(text)
    response["Content-Disposition"] = f'attachment; filename="{product.key}-dates.ics"'
    return response


def calendar_response(text: bytes) -> HttpResponse:
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["Cache-Control"] = "private"
    return response
