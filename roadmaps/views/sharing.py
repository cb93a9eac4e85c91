"""Links to a plan: the page that lists them, makes them and takes them back."""

from dataclasses import replace

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from roadmaps import services
from roadmaps.filters import Choices, ItemFilter, chips
from roadmaps.forms.sharing import SHOWS, TELLS, ShareForm, SharingForm
from roadmaps.models import ShareLink, Sharing
from roadmaps.pages.shared import kept_query
from roadmaps.queries.sharing import may_share, who_shares
from roadmaps.services.sharing import FACTS, SECTIONS
from tpm import navigation
from tpm.editing import EditConflict, conflict_response
from tpm.forms import absorb
from tpm.models import Product
from tpm.roles import administrators, require
from tpm.views import product_for


def require_sharing(user, product: Product, who: str) -> None:
    """raises: PermissionDenied where the role is too low for what the product allows"""
    require(user, "share", product)
    if who != Sharing.Who.OFF and not may_share(user, product, who):
        raise PermissionDenied(
            _("In %(product)s only leads share the plan. Ask one of them, or %(names)s.")
            % {"product": product.name, "names": ", ".join(administrators()[:3])}
        )


@require_http_methods(["GET", "POST"])
def share(request, key):
    """The links of a plan; the address of a new one is shown once, in the answer that made it."""
    product = product_for(request, key)
    who = who_shares(product)
    require_sharing(request.user, product, who)
    made, token = None, ""
    if request.method == "POST":
        form = ShareForm(request.POST)
        if form.is_valid():
            asked = {**form.cleaned_data}
            asked["query"] = kept_query(product, asked["query"], request.user)
            try:
                made, token = services.share_plan(product, by=request.user, **asked)
            except ValidationError as error:
                absorb(form, error)
    else:
        form = ShareForm(initial={"query": request.GET.urlencode()[:2000]})
    choices = Choices.of(product)
    context = {
        "product": product,
        "form": ShareForm(initial={"query": made.query}) if made else form,
        "is_on": who != Sharing.Who.OFF,
        "what": filter_words(str(form["query"].value() or ""), choices),
        "addresses": addresses(request, made, token) if made else [],
        "links": [describe(link, choices) for link in links_of(product)],
        "crumbs": navigation.crumbs(
            product, (_("Roadmap"), reverse("roadmaps:timeline", args=[product.key])),
            (_("Share"), ""),
        ),
    }  # fmt: skip
    return render(request, "roadmaps/share.html", context, status=422 if form.errors else 200)


def links_of(product: Product):
    return ShareLink.objects.filter(product=product).select_related("made_by")


def filter_words(query: str, choices: Choices, *, strict: bool = False) -> str:
    """What a query string narrows the plan to."""
    asked = replace(ItemFilter.read(QueryDict(query)), strict=strict)
    found = chips(asked, choices, "")
    return ", ".join(f"{name}: {word}" for name, word, _url in found) or _("every open item")


def describe(link: ShareLink, choices: Choices) -> dict:
    """A link in words, and whether it still opens."""
    shows, tells = dict(SHOWS), dict(TELLS)
    if link.revoked_at:
        state = "revoked"
    else:
        state = "expired" if link.expires_on < timezone.localdate() else ""
    return {
        "link": link,
        "state": state,
        "shows": [shows[word] for word in SECTIONS if getattr(link, f"shows_{word}")],
        "tells": [tells[word] for word in FACTS if getattr(link, f"tells_{word}")],
        "what": filter_words(link.query, choices, strict=True),
    }


def addresses(request, link: ShareLink, token: str) -> list[tuple[str, str, str]]:
    """(id, name, whole address) of everything that a new link opens."""
    wanted = [
        (
            "page",
            _("Page"),
            "shared",
            link.shows_timeline or link.shows_list or link.shows_objectives,
        ),
        ("svg", _("SVG drawing, to embed as a picture"), "shared-svg", link.shows_timeline),
        ("ics", _("Calendar to subscribe to"), "shared-calendar", link.shows_calendar),
    ]
    return [
        (name, label, request.build_absolute_uri(reverse(f"roadmaps:{route}", args=[token])))
        for name, label, route, is_open in wanted
        if is_open
    ]


@require_POST
def share_revoke(request, key, pk):
    product = product_for(request, key)
    require_sharing(request.user, product, who_shares(product))
    link = get_object_or_404(ShareLink, product=product, pk=pk)
    services.revoke_link(link, by=request.user)
    messages.success(request, _("“%(name)s” no longer opens anything.") % {"name": link.name})
    return redirect("roadmaps:share", product.key)


@require_POST
def sharing_set(request, key):
    """Who may share, chosen on the page of the product's settings."""
    product = product_for(request, key)
    require(request.user, "set_sharing", product)
    form = SharingForm(request.POST)
    if not form.is_valid():
        context = {"product": product, "form": form, "title": _("Sharing"), "button": _("Save")}
        return render(request, "tpm/form_page.html", context, status=422)
    try:
        services.set_sharing(product, by=request.user, **form.cleaned_data)
    except EditConflict as conflict:
        return conflict_response(request, conflict)
    messages.success(request, _("Saved."))
    return redirect(reverse("tpm:product-settings", args=[product.key]) + "#sharing")
