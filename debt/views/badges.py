"""Badges of a product and its components: the page that makes them, and the drawing itself."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from debt.badge import drawing
from debt.forms.items import offer_rows
from debt.models import Badge
from debt.services import badges
from roadmaps.models import Sharing
from roadmaps.queries.sharing import who_shares
from roadmaps.services.sharing import LONGEST
from roadmaps.views.sharing import require_sharing
from tpm import navigation
from tpm.forms import DayField, absorb
from tpm.models import Component, Product
from tpm.roles import components_of
from tpm.tokens import digest
from tpm.views import product_for

HEADERS = {
    "X-Robots-Tag": "noindex, nofollow",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Content-Security-Policy": "default-src 'none'",
    "Cache-Control": f"public, max-age={badges.KEEP_SECONDS}",
}


class BadgeForm(forms.Form):
    component = forms.ModelChoiceField(
        Component.objects.none(), label=gettext_lazy("Of"), required=False,
        empty_label=gettext_lazy("the whole product"),
    )  # fmt: skip
    expires_on = DayField(
        label=gettext_lazy("Opens until"), help_text=gettext_lazy("A year ahead at most.")
    )

    def __init__(self, data=None, *, product: Product) -> None:
        super().__init__(data)
        offer_rows(self, "component", components_of(product).order_by("name"))
        self.fields["expires_on"].initial = timezone.localdate() + LONGEST


@require_http_methods(["GET", "POST"])
def badge_list(request, key):
    """The badges of a product; the address of a new one is shown once, where it was made."""
    product = product_for(request, key)
    who = who_shares(product)
    require_sharing(request.user, product, who)
    made, address = None, ""
    form = BadgeForm(request.POST or None, product=product)
    if form.is_valid():
        try:
            made, token = badges.make_badge(product, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            absorb(form, error)
        else:
            address = request.build_absolute_uri(reverse("debt:badge", args=[token]))
    rows = Badge.objects.filter(product=product).select_related("component", "product", "made_by")
    context = {
        "product": product,
        "form": BadgeForm(product=product) if made else form,
        "is_on": who != Sharing.Who.OFF,
        "address": address,
        "markdown": badges.markdown_of(made, address) if made else "",
        "badges": rows,
        "today": timezone.localdate(),
        "crumbs": navigation.crumbs(
            product, (_("Debt"), reverse("debt:item-list", args=[product.key])), (_("Badges"), "")
        ),
    }  # fmt: skip
    status = 422 if form.errors and not made else 200
    return render(request, "debt/badge_list.html", context, status=status)


@require_POST
def badge_revoke(request, key, pk):
    product = product_for(request, key)
    require_sharing(request.user, product, who_shares(product))
    badge = get_object_or_404(Badge.objects.select_related("product"), product=product, pk=pk)
    badges.revoke_badge(badge, by=request.user)
    messages.success(request, _("The badge of %s no longer opens.") % badge)
    return redirect("debt:badge-list", product.key)


@login_not_required
@require_safe
def badge(request, token: str) -> HttpResponse:
    """The drawing; unknown, over, revoked and not shared any more are one 404."""
    found = badges.badge_of(token)
    if found is None:
        response = HttpResponse(status=404, content_type="text/plain")
        response["Cache-Control"] = "no-store"
        return response
    badges.note_use(found)
    drawn = drawing(badges.letters_of(found))
    etag = quote_etag(digest(drawn)[:32])
    response = get_conditional_response(request, etag=etag) or HttpResponse(
        drawn, content_type="image/svg+xml; charset=utf-8"
    )
    response["ETag"] = etag
    for name, value in HEADERS.items():
        response[name] = value
    return response
