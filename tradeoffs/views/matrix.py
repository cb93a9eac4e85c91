"""The tab Matrix: scores, a quick comparison with one option, even swaps, and cells as text."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from tpm import exports
from tpm.editing import EditConflict, conflict_response
from tpm.roles import require
from tpm.words import number_or_none
from tradeoffs import bindings, evidence, services, unseen
from tradeoffs.maths import ranges, tables
from tradeoffs.matrix import Matrix
from tradeoffs.matrix import of as matrix_of
from tradeoffs.models import Decision
from tradeoffs.pages import fill as fill_page
from tradeoffs.pages import matrix as matrix_page
from tradeoffs.pages import swaps as swaps_page
from tradeoffs.pages import talk as talk_page
from tradeoffs.pages import weights as weights_page
from tradeoffs.views.common import crumbs, decision_for, open_decision
from tradeoffs.views.frame import frame

VIEWS = ("pugh", "swaps")


@require_GET
@vary_on_headers("HX-Request")
def decision_matrix(request, key):
    decision = decision_for(request, key, matrix=True)
    context = matrix_context(request, decision)
    weighed = request.htmx and request.GET.get("part") == "weighed"
    template = "tradeoffs/decision_matrix.html" + ("#weighed" if weighed else "")
    return render(request, template, context)


def matrix_context(request, decision: Decision) -> dict:
    context = frame(request, decision, "matrix")
    matrix, view = context["matrix"], request.GET.get("view", "")
    if view == "pugh":
        return context | {"view": view, "pugh": swaps_page.pugh(matrix, datum_of(request.GET))}
    if view == "swaps":
        return context | {"view": view, "swaps": swaps_page.reduced(matrix, request.GET)}
    reads = decision.is_open and not matrix.unseen
    newer = services.newer_numbers(decision) if reads else {}
    return context | {
        "view": "scores",
        "grid": matrix_page.grid(matrix, beside(request.user, matrix, newer)),
        "newer": len(newer),
        "contradiction": weights_page.contradiction(decision, matrix.criteria),
        "comparison": matrix_page.comparison(matrix, *compared(request.GET)),
    }


def beside(user, matrix: Matrix, newer: dict[int, bindings.Reading]) -> matrix_page.Beside:
    proofs = [score.evidence for score in matrix.scores.values()]
    return matrix_page.Beside(
        newer, evidence.pages(user, proofs), talk_page.of_cells(matrix.decision)
    )


def compared(query) -> tuple[int | None, int | None]:
    """The two options that the address compares."""
    return number_or_none(query.get("a", "")), datum_of(query, "b")


def datum_of(query, name: str = "datum") -> int | None:
    return number_or_none(query.get(name, ""))


@require_GET
def matrix_csv(request, key):
    """The matrix as it reads back: one row for each criterion."""
    decision = decision_for(request, key, matrix=True)
    matrix = matrix_of(decision)
    head = ["Criterion", "Weight", "Unit", "Worst", "Best", *(o.name for o in matrix.options)]
    rows = [
        [c.name, round(c.weight, 6), c.unit, c.worst, c.best, *cells_of(matrix, j)]
        for j, c in enumerate(matrix.criteria)
    ]
    return exports.csv_response(f"{decision.key}-matrix.csv", head, rows)


def cells_of(matrix: Matrix, j: int) -> list[str]:
    if matrix.unseen:
        return [unseen.HIDDEN] * len(matrix.options)
    scores = [matrix.taken(i, j) for i in range(len(matrix.options))]
    return [ranges.show(s.p10, s.p50, s.p90) if s else "" for s in scores]


@require_http_methods(["GET", "POST"])
def matrix_fill(request, key):
    """Cells as text: looked at first, then filled in one step."""
    decision = open_decision(request, key)
    unseen.refuse(decision, request.user)
    text, at = posted_text(request), request.POST.get("at", "")
    context = {
        "product": decision.product,
        "decision": decision,
        "crumbs": crumbs(decision, (_("Paste or CSV"), "")),
        "text": text,
        "at": at,
    }
    status = 200
    if request.method == "POST":
        try:
            found = read_text(decision, text, at)
            context |= fill_page.of(decision, found)
            if request.POST.get("step") == "fill" and not context["problems"]:
                return fill(request, decision, found)
        except EditConflict:
            decision.refresh_from_db()
            context |= fill_page.of(decision, found) | {"moved": True}
        except (ValueError, ValidationError) as error:
            said = error.messages if isinstance(error, ValidationError) else [str(error)]
            context["problems"], status = said, 422
    return render(request, "tradeoffs/matrix_fill.html", context, status=status)


def posted_text(request) -> str:
    """The text of the form, or of a file that came with it.

    An unreadable letter is shown as such: nothing is refused before somebody has looked at it.
    """
    file = request.FILES.get("file")
    if file is not None:
        return file.read(tables.LONGEST + 1).decode("utf-8-sig", errors="replace")
    return request.POST.get("text", "")


def read_text(decision: Decision, text: str, at: str) -> tables.Read:
    """A block from one cell on where the address of a cell came along, else a table with heads."""
    first, _colon, second = at.partition(":")
    options = list(decision.options.values_list("pk", "name"))
    criteria = [
        (decision_criteria[j].pk, decision_criteria[j].name)
        for decision_criteria in [list(decision.criteria.all())]
        for j in matrix_page.by_group(decision_criteria)
    ]
    chosen = decision.chosen_id
    options.sort(key=lambda row: row[0] != chosen)
    places = [str(pk) for pk, _name in options], [str(pk) for pk, _name in criteria]
    if first in places[0] and second in places[1]:
        start = places[0].index(first), places[1].index(second)
        return tables.block(
            text, [name for _, name in options], [name for _, name in criteria], at=start
        )
    return tables.titled(text)


def fill(request, decision: Decision, found: tables.Read):
    cells = [services.Fill(one.option, one.criterion, one.value) for one in found.cells]
    version = number_or_none(request.POST.get("version", ""))
    changed = services.fill_cells(
        decision, by=request.user, cells=cells, version=version, scales=found.scales
    )
    said = ngettext("%(n)s cell changed.", "%(n)s cells changed.", changed) % {"n": changed}
    messages.success(request, said)
    return redirect("tradeoffs:decision-matrix", decision.key)


@require_POST
def matrix_refresh(request, key):
    """Take the newest numbers of bound cells."""
    decision = decision_for(request, key)
    require(request.user, "draft_decision", decision.product)
    changed, refused = services.read_bound_cells(decision, by=request.user)
    said = ngettext("%(n)s cell took its number.", "%(n)s cells took their numbers.", changed)
    messages.success(request, said % {"n": changed})
    for sentence in refused:
        messages.warning(request, sentence)
    return redirect("tradeoffs:decision-matrix", key)


@require_POST
def pugh_fill(request, key):
    """A quick round: better, the same or worse than one option, as 7, 5 and 3 of 9."""
    decision = open_decision(request, key)
    unseen.refuse(decision, request.user)
    matrix = matrix_of(decision_for(request, key, matrix=True))
    cells = swaps_page.quick_cells(matrix, request.POST)
    try:
        version = number_or_none(request.POST.get("version", ""))
        changed = services.fill_cells(decision, by=request.user, cells=cells, version=version)
        said = ngettext("%(n)s cell changed.", "%(n)s cells changed.", changed) % {"n": changed}
        messages.success(request, said)
    except EditConflict as conflict:
        return conflict_response(request, conflict)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("tradeoffs:decision-matrix", key)
