"""The roadmap as a board of cards that move between columns."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django.views.decorators.vary import vary_on_headers

from roadmaps import services
from roadmaps.filters import ItemFilter
from roadmaps.models import Item, Objective
from roadmaps.pages import filter_bar
from roadmaps.pages.board import Board, BoardAddress
from roadmaps.views import saved
from tpm import formats, navigation, operations
from tpm.bulk import reason
from tpm.editing import EditConflict
from tpm.roles import require
from tpm.undo_views import tell
from tpm.views import product_for, remember
from tpm.words import number_or_none, word_of


@require_GET
@vary_on_headers("HX-Request")
def board(request, key):
    product = product_for(request, key)
    if to := saved.opening(request, product, "board"):
        return to
    address = BoardAddress.read(request.GET)
    shown = Board(product, address, request.user)
    every = shown.count or shown.base.count()
    count = formats.number(shown.count)
    words = {"state": _("State"), "horizon": _("Horizon"), "objective": _("Objective")}
    ways = [(w, shown.path + address.query(by=n), n == address.by) for n, w in words.items()]
    nothing = not shown.count and every
    also = address.words()
    context = {
        "product": product,
        "board": shown,
        "address": address,
        "asked": address.asked,
        "fresh": shown.fresh,
        "every": every,
        "list_path": shown.path,
        "count": _("1 item") if shown.count == 1 else _("%(n)s items") % {"n": count},
        "clear_url": shown.path + address.query(asked=ItemFilter()),
        "culprit": filter_bar.culprit(address.asked, shown.parts, shown.base, also)
        if nothing
        else None,
        "tools": render_to_string("roadmaps/board_tools.html", {"ways": ways}),
        "saved": saved.bar(request, product, "board", address.query()),
        "crumbs": navigation.crumbs(product, (_("Roadmap"), shown.path), (_("Board"), "")),
        **filter_bar.context(address.asked, shown.parts, shown.choices, shown.path, also),
    }
    return remember(render(request, "roadmaps/board.html", context), product)


@require_POST
def board_move(request, key):
    """Bring a card into another column: `to` is its key, the version shown, and the column."""
    product = product_for(request, key)
    require(request.user, "plan", product)
    item_key, _colon, rest = word_of(request.POST, "to").partition(":")
    version, _colon, value = rest.partition(":")
    item = get_object_or_404(Item.objects.filter(product=product), key=item_key)
    address = BoardAddress.read(QueryDict(request.POST.get("back", "")))
    try:
        with operations.recorded(product, by=request.user) as done:
            word = put(item, address.by, value, version=number_or_none(version), by=request.user)
            done.words = _("%(key)s is in “%(column)s”.") % {"key": item.key, "column": word}
    except (EditConflict, ValidationError) as problem:
        words = _("%(key)s was not moved: %(why)s.")
        messages.warning(request, words % {"key": item.key, "why": reason(item, problem)})
    else:
        if done.operation:
            tell(request, done)
    path = Board(product, address, request.user).path
    return redirect(f"{path}{address.query()}#{item.key}")


def put(item: Item, way: str, value: str, *, version: int | None, by) -> str:
    """Give an item what the cards of a column have. Returns the column's name.

    raises: ValidationError where there is no such column; EditConflict when the item moved on
    """
    if way == "state":
        if value not in Item.State.values:
            raise ValidationError(_("there is no such state"))
        services.move_item(item, by=by, state=value, version=version)
        return str(Item.State(value).label)
    if way == "horizon":
        if value and value not in Item.Horizon.values:
            raise ValidationError(_("there is no such horizon"))
        services.edit_item(item, by=by, version=version, horizon=value)
        return str(Item.Horizon(value).label) if value else _("No horizon")
    objective = None
    if value:
        mine = Objective.objects.filter(product=item.product_id)
        objective = mine.filter(pk=number_or_none(value) or 0).first()
        if objective is None:
            raise ValidationError(_("there is no such objective"))
    services.edit_item(item, by=by, version=version, objective=objective)
    return objective.title if objective else _("No objective")
