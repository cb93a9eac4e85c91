"""Hand on the timeline: what would follow while a bar is held, and what is kept when it is let go.

Both answer scripts; every gesture has a form on the item's page as well.
"""

from contextlib import suppress

from django.core.exceptions import ValidationError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from roadmaps import gestures, services
from roadmaps.gestures import Gesture, GestureForm
from roadmaps.models import Scenario
from roadmaps.pages.scenarios import change_words
from tpm import operations
from tpm.editing import EditConflict
from tpm.models import Operation, Product
from tpm.roles import require, teams_of
from tpm.views import product_for
from tpm.words import number_or_none


@require_GET
def timeline_preview(request, key):
    """What a gesture would move, with few trials; without one, only get ready for it."""
    product = product_for(request, key)
    scenario = tried_in(request, product, request.GET)
    require(request.user, "scenario" if scenario else "plan", product)
    if "do" not in request.GET:
        with suppress(ValueError):  # said once something is asked
            gestures.before_of(product, scenario)
        return HttpResponse(status=204)
    form = GestureForm(request.GET, product=product)
    if not form.is_valid():
        return refused(*sentences(form))
    try:
        return JsonResponse(gestures.preview(product, gestures.read(form), scenario))
    except ValidationError as error:
        return refused(*error.messages)
    except ValueError as error:
        return refused(str(error))


@require_POST
def timeline_change(request, key):
    """Keep one gesture as one operation; the same request sent twice is kept once."""
    product = product_for(request, key)
    scenario = tried_in(request, product, request.POST)
    require(request.user, "scenario" if scenario else "plan", product)
    form = GestureForm(request.POST, product=product)
    if not form.is_valid():
        return refused(*sentences(form))
    if scenario is not None:
        return tried(request, product, scenario, form)
    once = form.cleaned_data["once"]
    try:
        gesture = gestures.read(form)
        with operations.recorded(product, by=request.user, once=once) as done:
            Product.objects.select_for_update().get(pk=product.pk)
            known = operations.done_once(request.user, once)  # its twin may have come first
            if known is None:
                done.words = gesture.keep(by=request.user)
    except EditConflict as conflict:
        return JsonResponse({"words": conflict_words(gesture, conflict)}, status=409)
    except ValidationError as error:
        return refused(*error.messages)
    if known is not None:
        return kept(product, known.words, known)
    return kept(product, done.words, done.operation)


def tried_in(request, product: Product, asked) -> Scenario | None:
    """The scenario that a gesture belongs to: one's own. Unseen is 404."""
    pk = asked.get("scenario", "")
    if not pk:
        return None
    mine = Scenario.objects.filter(product=product, by=request.user, applied_at=None)
    return get_object_or_404(mine.select_related("by"), pk=number_or_none(pk) or 0)


def tried(request, product: Product, scenario: Scenario, form: GestureForm) -> JsonResponse:
    """Keep the gesture in a scenario; nothing live changes, and the same twice is one change."""
    try:
        asked = gestures.read(form).asked()
        change = scenario.changes.last()
        if change is None or change.asked != services.plain(asked):
            change = services.add_change(scenario, by=request.user, asked=asked)
    except ValidationError as error:
        return refused(*error.messages)
    teams = {team.slug: team.name for team in teams_of(product)}
    words = {"name": scenario.name, "change": change_words(change.asked, teams)}
    return kept(product, _("In “%(name)s”: %(change)s.") % words, None)


def kept(product: Product, words: str, operation: Operation | None) -> JsonResponse:
    undo = reverse("tpm:undo-one", args=[product.key, operation.pk]) if operation else ""
    return JsonResponse({"words": words, "undo": undo})


def refused(*reasons: str) -> JsonResponse:
    return JsonResponse({"words": " ".join(reasons)}, status=422)


def sentences(form: GestureForm) -> list[str]:
    return [str(sentence) for errors in form.errors.values() for sentence in errors]


def conflict_words(gesture: Gesture, conflict: EditConflict) -> str:
    """Theirs and mine in one line: the bar goes back, and what was meant is not lost."""
    rows = [
        _("%(field)s is %(theirs)s now, you meant %(mine)s")
        % {"field": name, "theirs": theirs or _("empty"), "mine": mine or _("empty")}
        for name, theirs, mine in conflict.differences()
    ]
    words = {"key": gesture.item.key, "rows": "; ".join(rows)}
    if not rows:
        return _("Somebody changed %(key)s meanwhile. Do it again.") % words
    return _("Somebody changed %(key)s meanwhile: %(rows)s. Do it again if it still holds.") % words
