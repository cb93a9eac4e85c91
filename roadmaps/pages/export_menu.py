"""The menu that takes along what a list or the timeline shows."""

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from tpm.models import Product
from tpm.roles import can


def export_menu(user, product: Product, listed: str, drawn: str | None = None) -> str:
    """listed, drawn: the query strings of the list and of the timeline that show the same items"""
    shown = listed if drawn is None else drawn

    def to(name: str, query: str) -> str:
        return reverse(f"roadmaps:{name}", args=[product.key]) + (query if query != "?" else "")

    links = [
        (to("timeline-print", shown), _("Print")),
        (to("timeline-svg", shown), _("SVG drawing")),
        (to("item-export-xlsx", listed), _("XLSX table")),
        (to("item-export", listed), _("CSV table")),
        (to("item-export-json", listed), _("JSON")),
        (to("calendar", listed), _("Calendar of P85 dates")),
    ]
    # Whether sharing is on stands on its page: asking here would cost every page a query.
    share = to("share", shown) if can(user, "share", product) else ""
    return render_to_string("roadmaps/export_menu.html", {"links": links, "share": share})
