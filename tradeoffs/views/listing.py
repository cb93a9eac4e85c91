"""The list of decisions, and a new question."""

from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods
from django.views.decorators.vary import vary_on_headers

from roadmaps.models import Item
from tpm import navigation, saved_view_pages
from tpm.forms import absorb
from tpm.roles import people_of, require
from tpm.views import page_of, product_for
from tpm.words import word_of
from tradeoffs import earlier, finding, queries, services
from tradeoffs.forms.decisions import NewDecisionForm
from tradeoffs.pages import list_facets, list_rows
from tradeoffs.views import saved

PAGE = 100
SORTS = ("due", "title", "state", "new")


@require_GET
@vary_on_headers("HX-Request")
def decision_list(request, key):
    product = product_for(request, key)
    if to := saved_view_pages.opening(request, saved.SHELF, product, saved.PAGE):
        return to
    today = timezone.localdate()
    everything = queries.decisions_visible_to(request.user).filter(product=product)
    kept_by = finding.views(request.user, product, today)
    tab = request.GET.get("tab", "all")
    tab = tab if tab in kept_by else "all"
    scope = everything.filter(kept_by[tab])
    wanted = list_facets.wanted(request.GET)
    found = finding.matching(scope, wanted)
    shown = Q(pk__in=found.values("pk")) if wanted != finding.Wanted() else kept_by[tab]
    counts = everything.aggregate(
        shown=Count("pk", filter=shown),
        **{name: Count("pk", filter=q) for name, q in kept_by.items()},
    )
    found = queries.in_order(found, sort_of(request.GET))
    page = page_of(request, list_rows.wanted(found, request.user), PAGE, count=counts["shown"])
    listed = list_rows.of(page, today=today)
    facets = list_facets.Facets(request.GET, finding.facet_counts(scope))
    context = {
        "product": product,
        "crumbs": navigation.crumbs(product, ("Trade-offs", "")),
        "tab": tab,
        "tabs": tabs(request, product, tab, counts),
        "saved": saved_view_pages.bar(
            request, saved.SHELF, product, saved.PAGE, request.GET.urlencode()
        ),
        "clear_url": f"{request.path}?tab={tab}",
        "facets": facets.groups(),
        "chips": facets.chips(),
        "page": page,
        "rows": listed,
        "lines": list_rows.html(listed, nobody=_("nobody"), select=_("Select")),
        "total": counts["all"],
        "hidden": counts[tab] if not page.paginator.count else 0,
        "sort": sort_of(request.GET),
        "columns": columns(request),
        "words": request.GET.get("q", ""),
        "back": request.GET.urlencode(),
    }
    template = "tradeoffs/decision_list.html" + ("#decisions" if request.htmx else "")
    return render(request, template, context)


def sort_of(query) -> str:
    return query["sort"] if query.get("sort") in SORTS else "due"


def columns(request) -> list[tuple[str, str, str]]:
    """Heads of the table that sort: (label, address, direction)."""
    now = sort_of(request.GET)
    found = []
    for label, sort in (("Decision", "title"), ("State", "state"), ("Next due", "due")):
        url = "?" + urlencode([*list_facets.kept(request.GET, "sort", "page"), ("sort", sort)])
        found.append((label, url, "ascending" if sort == now else ""))
    return found


def tabs(request, product, tab: str, counts: dict[str, int]) -> list[tuple]:
    """The views of everybody with how much they hold, then the ones that somebody saved.

    An address without a word would lead to the view that one opens with: `all` says a word then.
    """
    path, asked = request.path, request.GET.get("view", "")
    own = saved.SHELF.of_page(request.user, product)
    mine = any(str(view.pk) == asked for view in own)
    plain = not any(view.opens_first for view in own)
    found: list[tuple] = [
        (
            label,
            path if name == "all" and plain else f"{path}?tab={name}",
            name == tab and not mine,
            counts[name],
        )
        for name, label in finding.VIEWS
    ]
    found += [(view.name, view.get_absolute_url(), str(view.pk) == asked, None) for view in own]
    return found


@require_http_methods(["GET", "POST"])
def decision_create(request, key):
    product = product_for(request, key)
    require(request.user, "draft_decision", product)
    visible = queries.decisions_visible_to(request.user).filter(product=product)
    replaces = visible.filter(key=word_of(request.GET, "replaces")).first()
    item = Item.objects.filter(product=product, key=word_of(request.GET, "item")).first()
    form = NewDecisionForm(request.POST or None)
    form.fields["title"].widget.attrs |= {
        "hx-get": reverse("tradeoffs:decision-similar", args=[product.key]),
        "hx-trigger": "input changed delay:300ms",
        "hx-target": "#similar",
        "hx-swap": "outerHTML",
    }
    if form.is_valid():
        try:
            decision = services.draft_decision(
                product,
                by=request.user,
                items=[item] if item else [],
                replaces=replaces,
                driver=people_of(product).filter(user=request.user).first(),
                **form.cleaned_data,
            )
            return redirect("tradeoffs:decision-detail", decision.key)
        except ValidationError as error:
            absorb(form, error)
    context = {
        "product": product,
        "form": form,
        "item": item,
        "replaces": replaces,
        "found": earlier.like(request.user, product, word_of(request.POST, "title")),
        "crumbs": navigation.crumbs(
            product, ("Trade-offs", f"/p/{product.key}/decisions/"), ("New decision", "")
        ),
    }
    status = 422 if form.errors else 200
    return render(request, "tradeoffs/decision_create.html", context, status=status)
