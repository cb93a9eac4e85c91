"""The list of decisions, the queue of what waits for somebody, and a new question."""

from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.db.models import Count, Prefetch, Q
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods
from django.views.decorators.vary import vary_on_headers

from roadmaps.models import Item
from tpm import navigation
from tpm.forms import absorb
from tpm.roles import can, people_of, require
from tpm.views import page_of, product_for
from tpm.words import clean, number_or_none, word_of
from tradeoffs import matrix, queries, rows, services
from tradeoffs.forms import NewDecisionForm, ReviewForm
from tradeoffs.models import Decision, Review

PAGE = 50
SORTS = ("due", "title", "state", "new")
FILTERS = ("state", "criterion", "tier", "driver", "q")


@require_GET
@vary_on_headers("HX-Request")
def decision_list(request, key):
    product = product_for(request, key)
    everything = queries.decisions_visible_to(request.user).filter(product=product)
    waiting = queries.waiting_for(request.user, product)
    counts = everything.aggregate(
        all=Count("pk"),
        in_review=Count("pk", filter=Q(state=Decision.State.IN_REVIEW)),
        accepted=Count("pk", filter=Q(state=Decision.State.ACCEPTED)),
        waiting=Count("pk", filter=Q(pk__in=waiting.values("pk"))),
    )
    tab = request.GET.get("tab", "all")
    scope = {
        "waiting": waiting,
        "in_review": everything.filter(state=Decision.State.IN_REVIEW),
        "accepted": everything.filter(state=Decision.State.ACCEPTED),
    }.get(tab, everything)
    chosen = filters_of(request.GET)
    found = queries.in_order(queries.matching(scope, **chosen), sort_of(request.GET))
    shown = queries.with_matrix(found)
    if tab == "waiting":
        shown = shown.prefetch_related(Prefetch("reviews", Review.objects.select_related("by")))
    page = page_of(request, shown, PAGE)
    context = {
        "product": product,
        "crumbs": navigation.crumbs(product, ("Trade-offs", "")),
        "tab": tab,
        "tabs": tabs(request.path, tab, counts),
        "facets": facets(scope, product, request.GET),
        "chips": chips(request, product),
        "page": page,
        "rows": [rows.of(decision, today=timezone.localdate()) for decision in page],
        "queue": queue(request.user, product, page) if tab == "waiting" else [],
        "total": counts["all"],
        "hidden": scope.count() if not page.paginator.count else 0,
        "sort": sort_of(request.GET),
        "columns": columns(request),
        "words": request.GET.get("q", ""),
    }
    template = "tradeoffs/decision_list.html" + ("#decisions" if request.htmx else "")
    return render(request, template, context)


def filters_of(query) -> dict:
    """The filters of an address; what is not understood is left out."""
    tiers = [int(tier) for tier in query.getlist("tier") if tier in {"0", "1", "2", "3"}]
    return {
        "states": [state for state in query.getlist("state") if state in Decision.State.values],
        "criteria": [clean(name) for name in query.getlist("criterion")],
        "tiers": tiers,
        "driver": number_or_none(query.get("driver", "")),
        "words": word_of(query, "q"),
    }


def sort_of(query) -> str:
    return query["sort"] if query.get("sort") in SORTS else "due"


def columns(request) -> list[tuple[str, str, str]]:
    """Heads of the table that sort: (label, address, direction)."""
    now = sort_of(request.GET)
    found = []
    for label, sort in (("Decision", "title"), ("State", "state"), ("Next due", "due")):
        url = "?" + urlencode([*kept(request.GET, "sort", "page"), ("sort", sort)])
        found.append((label, url, "ascending" if sort == now else ""))
    return found


def kept(query, *without: str) -> list[tuple[str, str]]:
    return [
        (name, value)
        for name, values in query.lists()
        if name not in without
        for value in values
        if value
    ]


def tabs(path: str, tab: str, counts: dict) -> list[tuple]:
    places = (
        ("all", "All", counts["all"]),
        ("waiting", "Waiting for me", counts["waiting"]),
        ("in_review", "In review", counts["in_review"]),
        ("accepted", "Accepted", counts["accepted"]),
    )
    return [
        (label, path if name == "all" else f"{path}?tab={name}", name == tab, count)
        for name, label, count in places
    ]


def facets(scope, product, query) -> list[dict]:
    """Groups of checkboxes with how many decisions each would keep."""
    counts = queries.facet_counts(scope)
    groups: tuple[tuple[str, str, list, dict], ...] = (
        ("State", "state", Decision.State.choices, counts["state"]),
        ("Criterion", "criterion", [(n, n) for n in counts["criterion"]], counts["criterion"]),
        ("Tier", "tier", Decision.Tier.choices, counts["tier"]),
    )
    return [
        {
            "title": title,
            "name": name,
            "choices": [
                (value, label, numbers.get(value, 0), str(value) in query.getlist(name))
                for value, label in choices
                if numbers.get(value) or str(value) in query.getlist(name)
            ],
        }
        for title, name, choices, numbers in groups
        if numbers
    ]


def chips(request, product) -> list[tuple[str, str, str]]:
    """The filters at work: (name, text, address without it)."""
    query = request.GET
    labels: dict[str, dict] = {
        "state": dict(Decision.State.choices),
        "tier": dict(Decision.Tier.choices),
    }
    found = []
    for name in FILTERS:
        values = [value for value in query.getlist(name) if value]
        if not values:
            continue
        texts = [str(labels.get(name, {}).get(as_key(name, value), value)) for value in values]
        if name == "driver":
            numbers = [number_or_none(value) for value in values]
            named = people_of(product).filter(pk__in=[pk for pk in numbers if pk is not None])
            texts = [person.name for person in named] or ["nobody known"]
        url = "?" + urlencode(kept(query, name, "page"))
        title = {"q": "Words", "driver": "Driver"}.get(name, name.capitalize())
        found.append((title, ", ".join(texts), url))
    return found


def as_key(name: str, value: str):
    return number_or_none(value) if name == "tier" else value


def queue(user, product, page) -> list[dict]:
    """What waits for this person, with its verdict sentence and a form to answer it."""
    judges = can(user, "decide", product)
    found = []
    for decision in page:
        weighed = matrix.of(decision)
        proposed = decision.chosen or weighed.leader
        review = decision.state == Decision.State.IN_REVIEW and judges
        form = ReviewForm(decision=decision, proposed=proposed) if review else None
        last = next(iter(decision.reviews.all()), None)
        found.append(
            {"decision": decision, "matrix": weighed, "form": form, "last": last, "review": review}
        )
    return found


@require_http_methods(["GET", "POST"])
def decision_create(request, key):
    product = product_for(request, key)
    require(request.user, "draft_decision", product)
    visible = queries.decisions_visible_to(request.user).filter(product=product)
    replaces = visible.filter(key=word_of(request.GET, "replaces")).first()
    item = Item.objects.filter(product=product, key=word_of(request.GET, "item")).first()
    form = NewDecisionForm(request.POST or None)
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
        "crumbs": navigation.crumbs(
            product, ("Trade-offs", f"/p/{product.key}/decisions/"), ("New decision", "")
        ),
    }
    status = 422 if form.errors else 200
    return render(request, "tradeoffs/decision_create.html", context, status=status)
