"""One value of an item, changed where it stands in the list."""

from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django.views.decorators.vary import vary_on_headers

from roadmaps import services
from roadmaps.forms.items import CellForm
from roadmaps.models import Item
from roadmaps.pages import rows
from roadmaps.queries import blocking_counts, with_effort
from roadmaps.queries.dates import freshness, with_dates
from roadmaps.views.items import back_to, crumbs_of, item_for
from tpm import operations
from tpm.editing import EditConflict, conflict_response
from tpm.forms import absorb
from tpm.roles import can, require
from tpm.undo_views import tell

FIELDS = {"title": "title", "owner": "owner", "horizon": "horizon", "target": "target_date"}


@require_http_methods(["GET", "POST"])
@vary_on_headers("HX-Request")
def item_cell(request, key, name):
    """The cell turns into a field, and into the new value after it; without htmx it is a page."""
    if name not in FIELDS:
        raise Http404
    item = item_for(request, key)
    require(request.user, "plan", item.product)
    form = CellForm(
        request.POST or None, product=item.product, instance=item, only=FIELDS[name],
        auto_id=f"{item.key}-%s",
    )  # fmt: skip
    if form.is_valid():
        stored = item_for(request, key)
        try:
            done = change(stored, form, request.user)
        except EditConflict as conflict:
            return conflict_response(request, conflict)
        except ValidationError as error:
            absorb(form, error)
        else:
            if request.htmx:
                return shown(request, stored, name, saved=bool(done.operation))
            if done.operation:
                tell(request, done)
            return back_to(request, stored)
    if request.htmx and "done" in request.GET:
        return shown(request, item, name)
    stored = item_for(request, key) if form.errors else item
    context = {
        "product": item.product, "item": stored, "form": form, "wide": name == "title",
        "cell_url": reverse("roadmaps:item-cell", args=[stored.key, name]),
        "field": form[FIELDS[name]], "back": request.POST.get("back", came_from(request)),
        "crumbs": crumbs_of(stored, (str(form[FIELDS[name]].label), "")),
    }  # fmt: skip
    template = "tpm/cell.html" + ("#cell" if request.htmx else "")
    return render(request, template, context, status=422 if form.errors else 200)


def change(item: Item, form: CellForm, user) -> operations.Recording:
    with operations.recorded(item.product, by=user) as done:
        services.edit_item(item, by=user, version=form.cleaned_data["version"], **form.typed())
        done.words = _("%(key)s is changed.") % {"key": item.key}
    return done


def came_from(request) -> str:
    """The page of this product that led here, for the way back without a script."""
    before = urlsplit(request.headers.get("Referer", ""))
    return f"{before.path}?{before.query}" if before.netloc == request.get_host() else ""


def shown(request, item: Item, name: str, *, saved: bool = False):
    """The content of the cell as the row builder writes it."""
    run = freshness(item.product).run
    found = with_dates(with_effort(Item.objects.filter(pk=item.pk)), run)
    sheet = rows.Sheet(may_plan=can(request.user, "plan", item.product))
    row = found.select_related("owner").get()
    row.open_checks = blocking_counts([row.pk], timezone.localdate()).get(row.pk, 0)
    content = rows.INLINE[name](row, sheet)
    context = {
        "shown": mark_safe(content),  # noqa: S308 - escaped by the row builder
        "saved": saved,
        "key": item.key,
        "version": item.version,
    }
    return render(request, "tpm/cell.html#shown", context)
