"""One value of a debt item, changed where it stands in the register."""

from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django.views.decorators.vary import vary_on_headers

from debt import listed, moving, queries
from debt.forms.cells import FORMS
from debt.maths import ranges
from debt.models import DebtItem
from debt.pages import rows
from debt.views.items import crumbs, item_for
from tpm import operations
from tpm.editing import EditConflict, conflict_response
from tpm.forms import absorb
from tpm.roles import can
from tpm.svg import esc
from tpm.undo_views import page_before, tell

WIDE = ("title", "state")
"""Those that stand in the row's head."""


@require_http_methods(["GET", "POST"])
@vary_on_headers("HX-Request")
def item_cell(request, key, name):
    """The cell turns into a field, and into the new value after it; without htmx it is a page."""
    if name not in FORMS:
        raise Http404
    item = item_for(request, key, "log_debt")
    form = FORMS[name](
        request.POST or None, item=item, only=name, user=request.user, auto_id=f"{item.key}-%s"
    )
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
                return shown(request, key, name, saved=bool(done.operation))
            if done.operation:
                tell(request, done)
            return redirect(back_from(request, stored))
    if request.htmx and "done" in request.GET:
        return shown(request, key, name)
    stored = item_for(request, key) if form.errors else item
    context = {
        "product": item.product, "item": stored, "form": form, "wide": name in WIDE,
        "field": form[name], "beside": form["why"] if name == "state" else None,
        "cell_url": reverse("debt:item-cell", args=[stored.key, name]),
        "back": request.POST.get("back", page_before(request, item.product)),
        "crumbs": [*crumbs(stored)[:-1], (stored.key, stored.get_absolute_url()),
                   (str(form[name].label), "")],
    }  # fmt: skip
    template = "tpm/cell.html" + ("#cell" if request.htmx else "")
    return render(request, template, context, status=422 if form.errors else 200)


def change(item: DebtItem, form, user) -> operations.Recording:
    words = _("%(key)s is changed.") % {"key": item.key}
    ability = moving.NEEDS[form.cleaned_data["state"]] if "state" in form.fields else "log_debt"
    with operations.recorded(item.product, by=user, ability=ability, words=words) as done:
        form.save_as(item, user)
    return done


def back_from(request, item: DebtItem) -> str:
    """The register as it was, where the field was opened from there."""
    register_url = reverse("debt:item-list", args=[item.product.key])
    back = request.POST.get("back", "")
    return back if back.startswith(register_url) else item.get_absolute_url()


def shown(request, key: str, name: str, *, saved: bool = False):
    """The content of the cell as the row builder writes it."""
    item = item_for(request, key)
    (row,) = listed.read(DebtItem.objects.filter(pk=item.pk))
    sheet = rows.Sheet(
        today=timezone.localdate(),
        top=rows.interest_top([row]),
        model=queries.current_model().parameters,
        may_answer=can(request.user, "log_debt", item.product),
        may_accept=can(request.user, "accept_debt", item.product),
    )
    content = rows.INLINE[name](row, sheet)
    if saved and name in ("interest", "principal"):
        content += f'<span class="small faint">{esc(waiting_words(item, name))}</span>'
    context = {
        "shown": mark_safe(content),  # noqa: S308 - escaped by the row builder
        "saved": saved,
        "key": item.key,
        "version": item.version,
    }
    return render(request, "tpm/cell.html#shown", context)


def waiting_words(item: DebtItem, name: str) -> str:
    """What was said just now: the score that reads it is still on its way."""
    said = item.size
    if name == "interest":
        newest = queries.newest_interests([item])[item.pk]
        said = ", ".join(ranges.typed(row.range) for row in newest.values())
    elif item.principal:
        said = ranges.typed(item.principal)
    return _("%(said)s, being scored") % {"said": said or _("not said")}
