"""The roadmap as a list: filters, order and quick add."""

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST
from django.views.decorators.vary import vary_on_headers

from roadmaps import queries, rows
from roadmaps.export_menu import export_menu
from roadmaps.filters import Choices, ItemFilter, chips
from roadmaps.forms import FilterForm, QuickItemForm
from roadmaps.item_table import matching, places
from roadmaps.models import Item
from roadmaps.queries.dates import freshness, without_estimate
from roadmaps.services.quick import plan_item
from tpm import formats, navigation, operations
from tpm.forms import absorb
from tpm.models import Product
from tpm.roles import can, require
from tpm.undo_views import tell
from tpm.views import product_for, remember
from tpm.words import word_of

PAGE_ROWS = 100
COLUMNS = (
    ("key", gettext_lazy("Key"), "k"),
    ("title", gettext_lazy("Title"), ""),
    ("state", gettext_lazy("State"), "s"),
    ("team", gettext_lazy("Team"), "tm"),
    ("objective", gettext_lazy("Objective"), "ob"),
    ("horizon", gettext_lazy("Horizon"), "hz"),
    ("owner", gettext_lazy("Owner"), "ow"),
    ("effort", gettext_lazy("Effort"), "n ef"),
    ("finish", gettext_lazy("Finish"), "fi"),
    ("target", gettext_lazy("Target"), "tg"),
    ("rank", gettext_lazy("Rank"), "n rk"),
)


def heads(asked: ItemFilter, path: str) -> list[dict]:
    """Each column with the address that sorts by it, the other way when it does already."""
    now = asked.sort or "rank"
    found = []
    for name, label, class_ in COLUMNS:
        up = now == name
        to = f"-{name}" if up else name
        # The order without a word in the address is by rank.
        url = path + (asked.query(sort="" if to == "rank" else to) or "?")
        way = "ascending" if up else "descending" if now == f"-{name}" else ""
        found.append({"label": label, "url": url, "sorted": way, "class_": class_})
    return found


def count_words(shown: int, asked: ItemFilter, every: int, ideas: int) -> str:
    """How many rows of how many; of all open ones also how many are ideas, without dates."""
    if asked.narrows:
        return _("%(shown)s of %(every)s items") % {
            "shown": formats.number(shown), "every": formats.number(every)
        }  # fmt: skip
    words = _("%(shown)s open of %(every)s items") % {
        "shown": formats.number(shown), "every": formats.number(every)
    }  # fmt: skip
    if not ideas:
        return words
    of_them = ngettext("%(n)s of them an idea", "%(n)s of them ideas", ideas) % {"n": ideas}
    return f"{words}, {of_them}"


def list_context(request, product: Product) -> dict:
    asked = ItemFilter.read(request.GET)
    fresh = freshness(product)
    path = reverse("roadmaps:item-list", args=[product.key])
    # Counted without the dates and ranges that only the rows need.
    bare = asked.apply(Item.objects.filter(product=product), request.user)
    pages = Paginator(matching(product, asked, request.user, fresh.run), PAGE_ROWS)
    pages.count = bare.count()
    page = pages.get_page(request.GET.get("page"))
    whole = Item.objects.filter(product=product).aggregate(
        every=Count("pk"), ideas=Count("pk", filter=Q(state=Item.State.IDEA))
    )
    every = whole["every"]
    place = places(product)
    items = list(page.object_list)
    open_checks = queries.blocking_counts([item.pk for item in items], timezone.localdate())
    for item in items:
        item.place = place.get(item.pk)
        item.open_checks = open_checks.get(item.pk, 0)
    sheet = rows.Sheet.over(
        items,
        start=fresh.run.as_of if fresh.run else timezone.localdate(),
        may_estimate=can(request.user, "estimate", product),
        back=request.get_full_path(),
        waiting=_("could not be computed") if fresh.stale and fresh.failure else "",
    )
    choices = Choices.of(product)
    return {
        "product": product,
        "asked": asked,
        "page": page,
        "rows": [rows.row_html(item, sheet) for item in items],
        "heads": heads(asked, path),
        "every": every,
        "count": count_words(pages.count, asked, every, whole["ideas"]),
        "form": FilterForm(asked, choices),
        "chips": chips(asked, choices, path),
        "list_path": path,
        "tools": export_menu(request.user, product, asked.query()),
        "fresh": fresh,
        "guesses": without_estimate(
            Item.objects.filter(product=product, state__in=Item.OPEN)
        ).count(),
        "crumbs": navigation.crumbs(product, (_("Roadmap"), path), (_("List"), "")),
    }


@require_GET
@vary_on_headers("HX-Request")
def item_list(request, key):
    product = product_for(request, key)
    context = list_context(request, product) | {"quick": QuickItemForm()}
    return remember(render(request, "roadmaps/item_list.html", context), product)


@require_POST
def item_add(request, key):
    """One line from the list: a title, and perhaps its effort. What was refused stays typed."""
    product = product_for(request, key)
    require(request.user, "plan", product)
    form = QuickItemForm(request.POST)
    if form.is_valid():
        try:
            with operations.recorded(product, by=request.user) as done:
                item = plan_item(
                    product, by=request.user, title=form.cleaned_data["title"],
                    estimate=form.cleaned_data["estimate"],
                )  # fmt: skip
                words = _("%(key)s is in the plan, at the end of its order.")
                done.words = words % {"key": item.key}
        except ValidationError as error:
            absorb(form, error)
        else:
            tell(request, done)
            back = request.POST.get("back", "")
            query = f"?{back}" if back and "\n" not in back else ""
            return redirect(reverse("roadmaps:item-list", args=[product.key]) + query)
    context = list_context(request, product) | {"quick": form}
    return render(request, "roadmaps/item_list.html", context, status=422)


@require_GET
def item_keys(request, key):
    """Up to twelve items that fit what was typed, as choices of a key field."""
    product = product_for(request, key)
    words = next(filter(None, (word_of(request.GET, name) for name in request.GET)), "")
    asked = ItemFilter(q=words, state="any")
    found = asked.apply(Item.objects.filter(product=product), request.user)
    found = found.exclude(state=Item.State.DROPPED).order_by("rank", "pk")
    return render(request, "roadmaps/item_keys.html", {"items": found[:12]})
