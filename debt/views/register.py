"""The register: quick add, totals, saved views, rows."""

from itertools import groupby
from urllib.parse import urlsplit

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import CharField, Value
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from debt import export, lines, queries, quick_add, register, services, sure
from debt.forms.bulk import ACTIONS
from debt.forms.items import LineForm
from debt.maths.ranges import Range
from debt.models import DebtItem
from debt.owning import Suggester, Suggestion
from debt.pages import model_words, row_groups, rows
from debt.pages import summary as summary_page
from debt.pages import trend as trend_page
from debt.views import saved
from tpm import formats, saved_view_pages
from tpm.models import Operation, Product
from tpm.roles import can, components_of, require, teams_of, why_not
from tpm.undo_views import undo_tag
from tpm.views import product_for, remember
from tpm.words import word_of

VIEW_LABELS = {
    "first": "Pay first",
    "worse": "Getting worse",
    "mine": "Mine",
    "unscored": "Unscored",
    "expiring": "Expiring",
    "frozen": "Frozen: leave it",
    "closed": "Closed",
}


@require_http_methods(["GET", "POST"])
@vary_on_headers("HX-Request")
def item_list(request, key):
    product = product_for(request, key)
    if to := saved_view_pages.opening(request, saved.SHELF, product, saved.PAGE):
        return to
    form = LineForm(request.POST or None)
    if request.method == "POST":
        require(request.user, "log_debt", product)
        logged = log_line(request, product, form)
        if logged is not None:
            return after_logging(request, *logged)
    context = list_context(request, product) | {"form": form}
    template = "debt/item_list.html" + ("#list" if request.htmx else "")
    status = 422 if form.errors else 200
    return remember(render(request, template, context, status=status), product)


def log_line(request, product: Product, form: LineForm) -> tuple[DebtItem, Operation | None] | None:
    """Log what a typed line says, and what takes it back; errors land in the form."""
    if form.is_valid():
        line = lines.read(product, form.cleaned_data["line"])
        sure.ask(form, "line", line.interest, product, lines.team_of(product, line))
    if not form.is_valid():
        return None
    try:
        return lines.log_once(product, form.cleaned_data["line"], by=request.user)
    except ValidationError as problem:
        form.add_error("line", " ".join(problem.messages))
        return None


def after_logging(request, item: DebtItem, operation: Operation | None, back: str = ""):
    """To the item where it was asked to open, else back to where one was, or to the list."""
    opens = request.POST.get("then") == "open"
    words = operation.words if operation else formats.ended(f"Logged {item.key} {item.title}")
    tags = undo_tag(operation) + ("" if opens else f" open:{item.get_absolute_url()}")
    messages.success(request, words, extra_tags=tags.strip())
    if opens:
        return redirect(item)
    here = back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return redirect(back if here else reverse("debt:item-list", args=[item.product.key]))


def came_from(request) -> str:
    """The page of ours that led here, without its host; empty for any other, and for this one."""
    came = urlsplit(request.META.get("HTTP_REFERER", ""))
    if came.netloc != request.get_host() or came.path == request.path:
        return ""
    return came._replace(scheme="", netloc="").geturl()


def list_context(request, product: Product) -> dict:
    """Everything that the register shows, in a fixed number of queries."""
    user, today = request.user, timezone.localdate()
    choice = register.Choice.read(request.GET)
    ledgers = queries.ledgers_of(product, with_shares=False)
    model = ledgers[0].parameters if ledgers else queries.current_model().parameters
    found = register.matching(product, choice, user, today)
    grouped = choice.order == "net" and choice.view != "closed"
    figures = register.Figures(product, user, today, choice)
    page = register.page_of_rows(found, request.GET.get("page"), count=figures.rows)
    items = page.object_list
    teams, components = choices_of(product)
    sheet = rows.Sheet(
        today=today,
        top=rows.interest_top(items),
        model=model,
        teams=list(teams.items()),
        may_answer=can(user, "log_debt", product),
        may_accept=can(user, "accept_debt", product),
    )
    trends = register.trends(items, timezone.now())
    totals = register.summary_of(product, figures.sums, ledgers)
    all_rows = figures.counts["first"] + figures.counts["closed"]
    return {
        "product": product,
        "choice": choice,
        "page": page,
        "groups": groups_of(items, figures.groups if grouped else None, sheet, trends, model),
        "scale": row_groups.scale_html(sheet.top),
        "bulk_actions": ACTIONS.items(),
        "address": choice.query(),
        "tabs": tabs_of(request, product, choice, figures.counts),
        "saved": saved_view_pages.bar(request, saved.SHELF, product, saved.PAGE, choice.query()),
        "all_rows": all_rows,
        "why_not": "" if all_rows else why_not(user, "log_debt", product),
        "in_view": figures.counts[choice.view],
        "strip": summary_page.strip(totals, model),
        "orders": orders_of(request, choice),
        "filters": filters_of(request, choice, teams, components),
        "query": urlencode({k: v for k, v in request.GET.items() if k != "page"}),
        "horizon": model["horizon_months"],
    }


def groups_of(items, totals, sheet: rows.Sheet, trends, model) -> list[dict]:
    """Bodies of the table: by verdict with totals, or one without a head."""
    if totals is None:
        bodies = [rows.row_html(item, sheet, trends.get(item.pk)) for item in items]
        return [{"head": "", "rows": bodies}] if bodies else []
    groups: list[dict] = []
    for rank, mine in groupby(items, key=lambda item: register.rank_of(item.verdict)):
        verdict = register.GROUPS[rank]
        title = row_groups.group_title(verdict, model["horizon_months"])
        note = row_groups.group_note(verdict, totals[rank])
        head = row_groups.group_html(title, note, boxes=sheet.may_answer)
        bodies = [rows.row_html(item, sheet, trends.get(item.pk)) for item in mine]
        groups.append({"head": head, "rows": bodies})
    return groups


def tabs_of(request, product: Product, choice: register.Choice, counts) -> list[tuple]:
    """The views that are always there with how much they hold, then those somebody saved."""
    own, asked = saved.SHELF.of_page(request.user, product), request.GET.get("view", "")
    mine = any(str(view.pk) == asked for view in own)
    found: list[tuple] = [
        (
            VIEW_LABELS[view],
            address(request, tab=view),
            view == choice.view and not mine,
            formats.number(counts[view]),
        )
        for view in register.VIEWS
    ]
    return [
        *found,
        *((view.name, view.get_absolute_url(), str(view.pk) == asked, None) for view in own),
    ]


def orders_of(request, choice: register.Choice) -> list[tuple[str, str, bool]]:
    return [
        (label, address(request, order=name), name == choice.order)
        for name, (label, _) in register.ORDERS.items()
    ]


def address(request, **changes: str) -> str:
    """This address with some of its parameters changed, from the first page.

    A saved view is left behind: what is shown is no longer what it holds.
    """
    asked = {name: value for name, value in request.GET.items() if name not in ("page", "view")}
    asked = {"tab": register.Choice.read(request.GET).view} | asked | changes
    return f"?{urlencode({name: value for name, value in asked.items() if value})}"


def choices_of(product: Product) -> tuple[dict[str, str], dict[str, str]]:
    """Teams and components of a product, by what an address calls them: one query for both."""
    kind = Value("team", output_field=CharField())
    teams = teams_of(product).order_by().annotate(kind=kind).values_list("kind", "slug", "name")
    kind = Value("component", output_field=CharField())
    parts = components_of(product).order_by().annotate(kind=kind)
    found: dict[str, dict[str, str]] = {"team": {}, "component": {}}
    rows = teams.union(parts.values_list("kind", "key", "name"))
    for name, word, label in sorted(rows, key=lambda row: (row[2].casefold(), row[1])):
        found[name][word] = label
    return found["team"], found["component"]


def filters_of(
    request, choice: register.Choice, team_names: dict[str, str], component_names: dict[str, str]
) -> dict:
    """What can be chosen, and the chips of what is chosen: (label, text, address without)."""
    chips = [
        ("team", "Team", team_names.get(choice.team, choice.team)),
        ("component", "Component", component_names.get(choice.component, choice.component)),
        ("tag", "Tag", choice.tag),
        ("q", "Words", choice.words),
    ]
    return {
        "teams": team_names.items(),
        "components": component_names.items(),
        "chips": [
            (label, text, address(request, **{name: ""})) for name, label, text in chips if text
        ],
    }


@require_http_methods(["GET", "POST"])
def item_create(request, key):
    """The quick line on a page of its own, with what it understands."""
    product = product_for(request, key)
    require(request.user, "log_debt", product)
    form = LineForm(request.POST or None, initial={"line": request.GET.get("line", "")})
    back = request.POST.get("back", "") or came_from(request)
    if request.method == "POST":
        logged = log_line(request, product, form)
        if logged is not None:
            return (
                after_logging(request, *logged, back)
                if "then" in request.POST
                else redirect(logged[0])
            )
    model = queries.current_model().parameters
    context = {
        "product": product,
        "form": form,
        "back": back,
        "leave": came_from(request) or reverse("debt:item-list", args=[product.key]),
        "model": model,
        "slow_downs": [(quick_add.mark_of(word), word) for word in model["slow_down"]],
    }
    return render(request, "debt/item_new.html", context, status=422 if form.errors else 200)


@require_GET
def line_preview(request, key):
    """What a typed line would say; writes nothing."""
    product = product_for(request, key)
    require(request.user, "log_debt", product)
    line = lines.read(product, word_of(request.GET, "line", 400))
    context = {
        "product": product,
        "line": line,
        "found": Suggester(product).of(line.paths) if line.paths else Suggestion(),
        "waits": lines.waits_for_history(product, line),
        "alike": queries.looks_the_same(product, line.title, line.paths),
    }
    return render(request, "debt/line_preview.html", context)


@require_POST
def item_answer(request, key):
    """One press answers the one question that keeps an item from its score."""
    product = product_for(request, key)
    require(request.user, "log_debt", product)
    item_key, name, value = [*word_of(request.POST, "answer").split("|"), "", ""][:3]
    item = get_object_or_404(
        queries.debt_items_visible_to(request.user), product=product, key=item_key
    )
    model = queries.current_model().parameters
    if name == "interest" and value in model["monthly_cost_days"]:
        days = Range(*model["monthly_cost_days"][value])
        services.declare_interest(item, by=request.user, days=days, note=f"Answered “{value}”.")
    elif name == "size" and value in model["size_days"]:
        services.change_item(item, by=request.user, version=None, size=value)
    elif name == "team":
        team = get_object_or_404(teams_of(product), slug=value)
        services.change_item(item, by=request.user, version=None, team=team)
    if request.POST.get("back") == "item":
        return redirect(item)
    return redirect("debt:item-list", product.key)


@require_GET
def item_export(request, key):
    """The rows of the list exactly as filtered, as CSV."""
    product = product_for(request, key)
    choice = register.Choice.read(request.GET)
    found = register.matching(product, choice, request.user, timezone.localdate())
    return export.as_file(product, found)


@require_GET
def totals_why(request, key):
    """Where the totals come from: each team's capacity, and each item's share of it."""
    product = product_for(request, key)
    ledgers = queries.ledgers_of(product)
    items = {
        str(item.pk): item
        for item in DebtItem.objects.filter(
            product=product, state__in=DebtItem.DRAGS
        ).select_related("latest_score")
    }
    model = queries.current_model()
    context = {
        "product": product,
        "model": model,
        "totals": register.summary(product, timezone.localdate()),
        "teams": [summary_page.team_shares(ledger, items, model.parameters) for ledger in ledgers],
    }
    return render(request, "debt/totals_why.html", context)


@require_GET
def trend(request, key):
    """Principal and interest by month, with what moved them."""
    product = product_for(request, key)
    context = {
        "product": product,
        "sections": trend_page.sections(product, timezone.localdate()),
    }
    return render(request, "debt/trend.html", context)


@require_GET
def model_detail(request):
    """The parameters of every version of the formulas."""
    models = list(queries.score_models())
    context = {"versions": [(model, model_words.lines(model.parameters)) for model in models]}
    return render(request, "debt/model_detail.html", context)
