"""Which teams an item needs."""

from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from roadmaps import services
from roadmaps.forms.teams import PartsForm, split_words
from roadmaps.views.items import crumbs_of, item_for
from tpm import operations
from tpm.editing import EditConflict, conflict_response
from tpm.forms import absorb
from tpm.roles import require
from tpm.undo_views import tell


@require_http_methods(["GET", "POST"])
def item_teams(request, key):
    """A row for each team with its person-days; one row alone: it does all of it."""
    item = item_for(request, key)
    require(request.user, "plan", item.product)
    form = PartsForm(request.POST or None, item=item)
    if form.is_valid():
        data = form.cleaned_data
        try:
            with operations.recorded(item.product, by=request.user) as done:
                changed = services.share_item(
                    item, by=request.user, parts=data["parts"], version=data["version"],
                    why=data["why"],
                )  # fmt: skip
                done.words = _("The teams of %(key)s are changed.") % {"key": item.key}
        except EditConflict as conflict:
            return conflict_response(request, conflict)
        except ValidationError as error:
            absorb(form, error)
        else:
            if changed:
                tell(request, done)
            return redirect(item)
    context = {
        "product": item.product,
        "item": item,
        "form": form,
        "split": split_words(item, form.parts),
        "crumbs": crumbs_of(item, (_("Teams"), "")),
    }
    return render(request, "roadmaps/item_teams.html", context, status=422 if form.errors else 200)
