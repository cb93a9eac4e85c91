"""Many decisions at once: set when they are looked at again, or take them out as files."""

from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from tpm import navigation
from tpm.forms import DayField, absorb
from tpm.roles import require
from tpm.views import product_for
from tradeoffs import finding, queries, services

ACTIONS = (("revisit", gettext_lazy("Set revisit…")), ("export", gettext_lazy("Export")))
MOST_IN_ADDRESS = 200


class RevisitForm(forms.Form):
    """The day, and why."""

    day = DayField(
        label=gettext_lazy("Look at them again on"),
        required=False,
        help_text=gettext_lazy("Empty takes the day away."),
    )
    why = forms.CharField(
        label=gettext_lazy("Why"),
        required=False,
        max_length=1000,
        help_text=gettext_lazy("Kept in the history of each decision."),
    )


@require_http_methods(["GET", "POST"])
def decision_bulk(request, key):
    """What was ticked in the list; read, the address leads back to it."""
    product = product_for(request, key)
    list_url = reverse("tradeoffs:decision-list", args=[product.key])
    if request.method == "GET":
        return redirect(list_url)
    back = request.POST.get("back", "")
    list_url += f"?{back}" if back else ""
    keys = [word for part in request.POST.getlist("key") for word in part.split()]
    visible = queries.decisions_visible_to(request.user).filter(product=product)
    picked = list(finding.picked(visible, keys).order_by("number"))
    if not picked:
        messages.warning(request, _("Select rows first: tick the boxes before them."))
        return redirect(list_url)
    if request.POST.get("do") == "export":
        names = [("key", decision.key) for decision in picked[:MOST_IN_ADDRESS]]
        url = reverse("tradeoffs:export-zip", args=[product.key])
        return redirect(f"{url}?{urlencode(names)}")
    require(request.user, "draft_decision", product)
    form = RevisitForm(request.POST if "day" in request.POST else None)
    if form.is_valid():
        try:
            done = services.set_revisit(picked, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            absorb(form, error)
        else:
            tell(request, *done)
            return redirect(list_url)
    context = {
        "product": product,
        "form": form,
        "picked": picked,
        "back": back,
        "list_url": list_url,
        "crumbs": navigation.crumbs(product, (_("Trade-offs"), list_url), (_("Set revisit"), "")),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "tradeoffs/bulk.html", context, status=status)


def tell(request, changed: list[str], stayed: list[str]) -> None:
    words = ngettext(
        "One decision has its day.", "%(n)s decisions have their day.", len(changed)
    ) % {"n": len(changed)}
    if stayed:
        words += " " + _("%(keys)s stay: they no longer hold.") % {"keys": ", ".join(stayed[:10])}
    messages.success(request, words)
