"""Pages that take records out: the archive of many, and one as text to copy."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tpm import navigation
from tpm.views import product_for
from tpm.words import word_of
from tradeoffs import export, exporting, queries
from tradeoffs.forms.importing import ExportForm
from tradeoffs.models import Collection, Decision
from tradeoffs.views.common import crumbs, decision_for

MOST_KEYS = 1000


@require_GET
def export_page(request, key):
    """Say what is taken out, and how."""
    product = product_for(request, key)
    mine = queries.decisions_visible_to(request.user).filter(product=product)
    collections = Collection.objects.filter(product=product)
    context = {
        "product": product,
        "form": ExportForm(collections=collections),
        "count": mine.count(),
        "from_files": mine.filter(imported=True).count(),
        "crumbs": navigation.crumbs(
            product, (_("Trade-offs"), f"/p/{product.key}/decisions/"), (_("Export"), "")
        ),
    }
    return render(request, "tradeoffs/export.html", context)


@require_GET
def export_zip(request, key):
    """An archive; `key` may be repeated to take only these decisions."""
    product = product_for(request, key)
    decisions = queries.decisions_visible_to(request.user).filter(product=product)
    form = ExportForm(request.GET, collections=Collection.objects.filter(product=product))
    style = form.style_chosen() if form.is_valid() else "madr"
    if form.is_valid() and form.cleaned_data["collection"]:
        decisions = decisions.filter(file__collection=form.cleaned_data["collection"])
    if keys := request.GET.getlist("key")[:MOST_KEYS]:
        decisions = decisions.filter(key__in=keys)
    data = exporting.as_zip(exporting.exported(decisions, viewer=request.user, style=style))
    answer = HttpResponse(data, content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="{product.key}-decisions.zip"'
    return answer


@require_GET
def decision_copy(request, key):
    """One decision as MADR, as Nygard's form and as a link, to copy."""
    decision = decision_for(request, key, matrix=True)
    address = request.build_absolute_uri(decision.get_absolute_url())
    link = f"[{decision.key} {decision.title}]({address})"
    texts = [("madr", "MADR", export.as_markdown(decision))]
    if hasattr(decision, "file"):
        texts = [("file", _("Its file"), export.as_markdown(decision))]
    texts += [("nygard", "Nygard", export.as_nygard(decision)), ("link", _("Link"), link)]
    context = {
        "product": decision.product,
        "decision": decision,
        "texts": texts,
        "crumbs": crumbs(decision, (_("Copy"), "")),
    }
    return render(request, "tradeoffs/decision_copy.html", context)


def as_text(request, decision: Decision) -> str:
    """The record in the form that the address asks for."""
    if word_of(request.GET, "as") == "nygard":
        return export.as_nygard(decision)
    return export.as_markdown(decision)
