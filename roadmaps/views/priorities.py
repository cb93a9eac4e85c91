"""The priorities of a plan: its ranking, the formula and inputs behind it, and value curves."""

from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import trigger_client_event

from roadmaps import services
from roadmaps.filters import ItemFilter
from roadmaps.forecasting.formula import READY, SOURCES, Formula, formula_of
from roadmaps.forms.priorities import CurveForm, FormulaForm, InputForm, PairForm
from roadmaps.models import Item, Objective, PriorityFormula, PriorityInput, ValueCurve
from roadmaps.pages import filter_bar, priority_rows, priority_why
from roadmaps.pages.priorities import PriorityPage
from roadmaps.queries.priorities import candidates_of, rankable, ranked, values_of
from roadmaps.services.priorities import kept_formula
from roadmaps.views.items import back_to, crumbs_of, item_for
from roadmaps.views.objectives import objective_for
from tpm import formats, navigation, operations
from tpm.editing import EditConflict, conflict_response
from tpm.forms import absorb
from tpm.roles import can, require
from tpm.undo_views import tell
from tpm.views import product_for, remember
from tpm.words import number_or_none


def page_crumbs(product, *more: tuple[str, str]) -> list[tuple[str, str]]:
    roadmap = (_("Roadmap"), reverse("roadmaps:timeline", args=[product.key]))
    here = (_("Priorities"), reverse("roadmaps:priorities", args=[product.key]))
    return navigation.crumbs(product, roadmap, here, *more)


@require_GET
@vary_on_headers("HX-Request")
def priorities(request, key):
    """Every open item by its score, with how sure its place is and what waiting costs."""
    product = product_for(request, key)
    asked = ItemFilter.read(request.GET)
    page = PriorityPage(request, product, asked)
    nothing = page.every and not page.items
    count = page.page.paginator.count
    context = {
        "product": product,
        "priorities": page,
        "page": page.page,
        "asked": asked,
        "ranked": page.ranked,
        "seen": stamp(page.ranked),
        "every": page.every,
        "source": SOURCES.get(page.formula.method, "") if page.formula else "",
        "count": _("%(shown)s of %(every)s open items")
        % {"shown": formats.number(count), "every": formats.number(page.every)},
        "list_path": page.path,
        "clear_url": page.path + ItemFilter(sort=asked.sort).query(),
        "culprit": filter_bar.culprit(asked, page.parts, page.base) if nothing else None,
        "pair": PairForm(product=product, auto_id="pair-%s"),
        "crumbs": [*page_crumbs(product)[:-1], (_("Priorities"), "")],
        **filter_bar.context(asked, page.parts, page.choices, page.path),
    }
    return remember(render(request, "roadmaps/priorities.html", context), product)


@require_GET
@vary_on_headers("HX-Request")
def priorities_fresh(request, key):
    """Whether the shown ranking is the newest: a small part that asks for itself."""
    product = product_for(request, key)
    now = ranked(product)
    seen = number_or_none(request.GET.get("seen", "")) or 0
    newest = stamp(now)
    context = {
        "product": product, "ranked": now, "seen": seen or newest,
        "newer": bool(seen) and newest > seen and not now.stale,
    }  # fmt: skip
    if not request.htmx:
        return redirect("roadmaps:priorities", product.key)
    return render(request, "roadmaps/priorities_fresh.html", context)


def stamp(now) -> int:
    """What tells one ranking from the next."""
    return int(now.ranking.at.timestamp()) if now.ranking else 0


@require_http_methods(["GET", "POST"])
def formula_edit(request, key):
    """Choose the formula and its weights."""
    product = product_for(request, key)
    require(request.user, "plan", product)
    row = PriorityFormula.objects.filter(product=product).first()
    form = FormulaForm(request.POST or None, row=row)
    if request.method == "POST" and form.is_valid():
        try:
            with operations.recorded(product, by=request.user) as done:
                services.set_formula(
                    product, by=request.user, version=form.cleaned_data["version"], **form.typed()
                )
                done.words = _("The score formula is changed.")
        except EditConflict as conflict:
            return conflict_response(request, conflict)
        except ValidationError as error:
            absorb(form, error)
        else:
            if done.operation:
                tell(request, done)
            return redirect("roadmaps:priorities", product.key)
    context = {
        "product": product, "form": form, "sources": SOURCES, "typed": typed_so_far(product, row),
        "crumbs": page_crumbs(product, (_("Formula"), "")),
    }  # fmt: skip
    status = 422 if form.errors else 200
    return render(request, "roadmaps/priority_formula.html", context, status=status)


def typed_so_far(product, row: PriorityFormula | None) -> dict[str, str]:
    """Formula -> how many open items have all of its inputs typed: whoever lacks one has no score.

    Of an own formula those inputs that are stored.
    """
    formulas: dict[str, Formula | None] = dict(READY)
    if row and (row.own or {}).get("inputs"):
        formulas["own"] = formula_of(PriorityFormula.Method.OWN, weights={}, own=row.own)
    rows = PriorityInput.objects.filter(item__in=rankable(product))
    names: dict[int, set[str]] = {}
    for item, name in rows.values_list("item_id", "name"):
        names.setdefault(item, set()).add(name)
    every = rankable(product).count()
    found = {}
    for method, formula in formulas.items():
        if formula is None:
            continue
        needs = {each.name for each in formula.used if each.name != "effort"}
        count = sum(needs <= typed for typed in names.values())
        found[method] = _(
            "%(n)s of %(every)s open items have all inputs of this formula typed; an item that "
            "lacks one, or an estimate where effort divides, has no score until it is."
        ) % {"n": formats.number(count), "every": formats.number(every)}  # fmt: skip
    return found


@require_http_methods(["GET", "POST"])
@vary_on_headers("HX-Request")
def item_input(request, key, name):
    """One input of an item, changed where it stands; without htmx it is a page."""
    item = item_for(request, key)
    require(request.user, "estimate", item.product)
    formula = kept_formula(PriorityFormula.objects.filter(product=item.product).first())
    asked = next((each for each in formula.inputs if each.name == name), None) if formula else None
    if asked is None:
        raise Http404
    stored = PriorityInput.objects.filter(item=item, name=name).first()
    initial = {
        "text": priority_rows.typed_text(stored), "version": stored.version if stored else 0
    }  # fmt: skip
    form = InputForm(request.POST or None, initial=initial, auto_id=f"{item.key}-{name}-%s")
    if request.method == "POST" and form.is_valid():
        try:
            with operations.recorded(item.product, by=request.user, ability="estimate") as done:
                services.set_input(
                    item, by=request.user, name=name, text=form.cleaned_data["text"],
                    version=form.cleaned_data["version"],
                )  # fmt: skip
                done.words = _("%(what)s of %(key)s is changed.") % {
                    "what": asked.label, "key": item.key,
                }  # fmt: skip
        except EditConflict as conflict:
            return conflict_response(request, conflict)
        except ValidationError as error:
            for sentence in error.messages:
                form.add_error("text", sentence)
        else:
            if request.htmx:
                return shown(request, item, asked, saved=bool(done.operation))
            if done.operation:
                tell(request, done)
            return back_to(request, item, "#priority")
    if request.htmx and "done" in request.GET:
        return shown(request, item, asked)
    context = {
        "product": item.product, "item": item, "form": form, "asked": asked, "name": name,
        "back": request.POST.get("back", reverse("roadmaps:priorities", args=[item.product.key])),
        "crumbs": page_crumbs(item.product, (item.key, item.get_absolute_url()), (asked.label, "")),
    }  # fmt: skip
    template = "roadmaps/priority_cell.html" + ("#cell" if request.htmx else "")
    return render(request, template, context, status=422 if form.errors else 200)


def shown(request, item: Item, asked, *, saved: bool = False):
    """The content of the cell as the row builder writes it."""
    sheet = priority_rows.Sheet(
        formula=None, unit="", values=values_of([item.pk]), band_sizes={},
        may_type=can(request.user, "estimate", item.product),
    )  # fmt: skip
    content = priority_rows.input_html(item, asked, sheet)
    context = {"shown": mark_safe(content), "saved": saved}  # noqa: S308 - escaped there
    answer = render(request, "roadmaps/priority_cell.html#shown", context)
    return trigger_client_event(answer, "priorities-changed") if saved else answer


@require_GET
def item_priority(request, key):
    """The inputs and the computation behind an item's score and cost of delay."""
    item = item_for(request, key)
    context = {
        "product": item.product, "item": item,
        "crumbs": crumbs_of(item, (_("Priority"), "")),
        **priority_why.of_item(request.user, item),
    }  # fmt: skip
    return render(request, "roadmaps/priority_why.html", context)


@require_http_methods(["GET", "POST"])
def item_value(request, key):
    """What an item loses by being late."""
    item = item_for(request, key)
    here = crumbs_of(item, (_("Value"), ""))
    return curve_page(request, item, here, name=item.key, back=back_to_priorities)


@require_http_methods(["GET", "POST"])
def objective_value(request, key, pk):
    """What an objective loses by being late."""
    aim = objective_for(request, key, pk)
    here = page_crumbs(aim.product, (aim.title, aim.get_absolute_url()), (_("Value"), ""))
    return curve_page(request, aim, here, name=aim.title, back=back_to_priorities)


def back_to_priorities(product):
    return redirect("roadmaps:priorities", product.key)


def curve_page(request, of: Item | Objective, crumbs, *, name: str, back):
    product = of.product
    require(request.user, "plan", product)
    which = {"item": of} if isinstance(of, Item) else {"objective": of}
    row = ValueCurve.objects.filter(**which).first()
    unit = priority_rows.unit_of(PriorityFormula.objects.filter(product=product).first())
    form = CurveForm(request.POST or None, row=row, unit=unit)
    if request.method == "POST" and form.is_valid():
        try:
            with operations.recorded(product, by=request.user) as done:
                services.set_curve(of, by=request.user, **form.cleaned_data)
                done.words = _("The value of %(what)s is changed.") % {"what": name}
        except EditConflict as conflict:
            return conflict_response(request, conflict)
        except ValidationError as error:
            absorb(form, error)
        else:
            if done.operation:
                tell(request, done)
            return back(product)
    context = {
        "product": product, "of": of, "name": name, "form": form, "crumbs": crumbs, "unit": unit
    }  # fmt: skip
    status = 422 if form.errors else 200
    return render(request, "roadmaps/priority_value.html", context, status=status)


@require_GET
@vary_on_headers("HX-Request")
def pair(request, key):
    """The chance that one item outranks another: drawn for these two alone, like a preview."""
    product = product_for(request, key)
    form = PairForm(request.GET or None, product=product, auto_id="pair-%s")
    formula = kept_formula(PriorityFormula.objects.filter(product=product).first())
    context = {
        "product": product, "pair": form, "formula": formula,
        "crumbs": page_crumbs(product, (_("Two items"), "")),
    }  # fmt: skip
    if form.is_valid():
        context |= compared(product, formula, form.cleaned_data["a"], form.cleaned_data["b"])
    template = "roadmaps/priority_pair.html" + ("#pair" if request.htmx else "")
    return render(request, template, context, status=422 if form.errors else 200)


def compared(product, formula, first: Item, second: Item) -> dict:
    """What the page says of two items."""
    from roadmaps import forecasting as engine

    if formula is None:
        return {"problem": _("This product has no score formula yet.")}
    if first == second:
        return {"problem": _("Name two different items.")}
    both = [first.pk, second.pk]
    found = {each.id: each for each in candidates_of(product, formula, both)}
    if len(found) < 2:
        return {"problem": _("Only open items are ranked, and milestones are no work.")}
    one, other = found[first.pk], found[second.pk]
    try:
        chance, error = engine.outranks(formula, one, other, seed=product.plan_seed)
    except ValueError as refusal:
        lacking = [
            f"{item.key} {priority_rows.lacks_text(formula, names)}"
            for item, each in ((first, one), (second, other))
            if (names := priority_why.missing_of(formula, each))
        ]
        return {"problem": "; ".join(lacking) + "." if lacking else str(refusal)}
    if chance < 0.5:
        first, second, chance = second, first, 1 - chance
    return {
        "first": first, "second": second,
        "chance": formats.percent(chance),
        "error": formats.number(max(error * 100, 0.1), 1),
        "tie": chance < engine.TIE,
    }  # fmt: skip
