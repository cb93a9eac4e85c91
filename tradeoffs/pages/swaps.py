"""Quick comparison with one option, and even swaps step by step, as ready strings."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from tpm.words import float_or_none, number_or_none
from tradeoffs.maths import ranges, swaps
from tradeoffs.matrix import Matrix
from tradeoffs.models import Criterion, Option
from tradeoffs.services import Fill

SIGNS = {1: "+", 0: "0", -1: "−", None: ""}
WORDS = {1: "better", 0: "the same", -1: "worse", None: "not scored"}
QUICK = {"+": 7.0, "0": 5.0, "-": 3.0}
"""What a quick sign is worth on a scale from 1 to 9; the datum is at 5."""

NOTE = "Quick round, against"


@dataclass(frozen=True)
class PughTable:
    datum: Option
    options: list[Option]
    heads: list[tuple[Option, int, int, int, str]]
    lines: list[tuple[Criterion, list[tuple[Option, str, str]], bool]]


def values_of(matrix: Matrix) -> list[list[float | None]]:
    weighed = matrix.weighed
    if weighed is None:
        return [[None] * len(matrix.criteria) for _ in matrix.options]
    return [[None if w is None else w.middle for w in row] for row in weighed.worths]


def pugh(matrix: Matrix, datum: int | None) -> PughTable | None:
    """Every option against one; by default the last, which often keeps things as they are."""
    if not matrix.options or not matrix.criteria:
        return None
    ids = [option.pk for option in matrix.options]
    place = ids.index(datum) if datum in ids else len(ids) - 1
    rows = swaps.pugh(values_of(matrix), datum=place)
    others = [i for i in range(len(ids)) if i != place]
    lines = []
    for j, criterion in enumerate(matrix.criteria):
        cells = [
            (matrix.options[i], SIGNS[rows[i].signs[j]], WORDS[rows[i].signs[j]]) for i in others
        ]
        lines.append((criterion, cells, not criterion.unit))
    return PughTable(
        datum=matrix.options[place],
        options=matrix.options,
        heads=[
            (matrix.options[i], rows[i].better, rows[i].worse, rows[i].same, f"{rows[i].net:+d}")
            for i in others
        ],
        lines=lines,
    )


def quick_cells(matrix: Matrix, posted: Mapping[str, str]) -> list[Fill]:
    """The cells of a quick round: only of criteria without a unit, only where a sign was chosen."""
    datum = number_or_none(posted.get("datum", ""))
    middle = next((option for option in matrix.options if option.pk == datum), None)
    found = []
    for criterion in matrix.criteria:
        if criterion.unit:
            continue
        chosen = []
        for option in matrix.options:
            sign = posted.get(f"sign-{option.pk}-{criterion.pk}", "")
            if sign in QUICK and middle is not None and option != middle:
                chosen.append((option, QUICK[sign]))
        if chosen and middle is not None:
            note = f"{NOTE} {middle.name}"
            for option, value in [*chosen, (middle, QUICK["0"])]:
                typed = ranges.Typed(None, value, None)
                found.append(Fill(option.name, criterion.name, typed, note))
    return found


@dataclass(frozen=True, slots=True)
class Step:
    """One strike or swap, in words, with the address that takes it back or does it again."""

    says: str
    why: str
    undone: bool
    url: str


@dataclass(frozen=True)
class Smaller:
    steps: list[Step]
    out: list[Option]
    options: list[Option]
    lines: list[tuple[Criterion, list[str]]]
    criteria: list[Criterion]
    problem: str
    asked: list[tuple[str, str]]
    complete: bool


def reduced(matrix: Matrix, query) -> Smaller:
    """The matrix after its strikes and swaps; the address holds them, so the back button works."""
    swaps_asked = [*query.getlist("swap"), *typed_swap(query)][:40]
    made, problem = [], ""
    values = values_of(matrix)
    for text in swaps_asked:
        swap, wrong = swap_of(matrix, text)
        problem = problem or wrong
        if swap is not None:
            made.append((text, swap))
    try:
        values = swaps.swapped(values, [swap for _, swap in made])
    except ValueError as error:
        problem, made = f"{str(error).capitalize()}.", []
    kept = {place for place in map(kept_of, query.getlist("keep")[:200]) if place}
    totals = matrix.weighed.totals if matrix.weighed else ()
    out = [i for i, total in enumerate(totals) if total.fails]
    found = swaps.reduced(values, kept=kept, out=out)
    steps = [swap_step(matrix, query, text, swap) for text, swap in made]
    steps += [strike_step(matrix, query, strike) for strike in found.steps]
    return Smaller(
        steps=steps,
        out=[matrix.options[i] for i in out],
        options=[matrix.options[i] for i in found.options],
        lines=[
            (matrix.criteria[j], [shown(matrix, values, i, j) for i in found.options])
            for j in found.criteria
        ],
        criteria=[matrix.criteria[j] for j in found.criteria],
        problem=problem,
        asked=[("view", "swaps"), *(("keep", k) for k in query.getlist("keep")),
               *(("swap", text) for text, _ in made)],
        complete=len(found.options) == 1,
    )  # fmt: skip


def typed_swap(query) -> list[str]:
    """The swap that the form below the steps has just sent, in the shape that an address keeps."""
    names = ("option", "first", "to", "second", "paid")
    return [":".join(query[name] for name in names)] if all(n in query for n in names) else []


def shown(matrix: Matrix, values, i: int, j: int) -> str:
    value = values[i][j]
    if value is None:
        return "Not scored"
    raw = float(f"{matrix.scales[j].raw(value):.3g}")
    score = matrix.taken(i, j)
    if score and abs(matrix.scales[j].value(score.p50) - value) < 1e-9:
        raw = score.p50
    unit = f" {matrix.criteria[j].unit}" if matrix.criteria[j].unit else ""
    return f"{ranges.number(raw)}{unit}"


def kept_of(text: str) -> tuple[str, int] | None:
    kind, _, index = text.partition("-")
    number = number_or_none(index)
    return (
        (kind, number) if kind in (swaps.OPTION, swaps.CRITERION) and number is not None else None
    )


def swap_of(matrix: Matrix, text: str) -> tuple[swaps.Swap | None, str]:
    """A swap written as option:criterion:value:criterion:value, by ids and in raw units."""
    parts = text.split(":")
    options = {str(option.pk): i for i, option in enumerate(matrix.options)}
    criteria = {str(criterion.pk): j for j, criterion in enumerate(matrix.criteria)}
    if len(parts) != 5 or parts[0] not in options or not {parts[1], parts[3]} <= criteria.keys():
        return None, "Choose an option and two criteria for a swap."
    to, paid = float_or_none(parts[2]), float_or_none(parts[4])
    if to is None or paid is None:
        return None, "Type a number for both sides of a swap."
    j, k = criteria[parts[1]], criteria[parts[3]]
    return (
        swaps.Swap(
            options[parts[0]], j, matrix.scales[j].value(to), k, matrix.scales[k].value(paid)
        ),
        "",
    )


def swap_step(matrix: Matrix, query, text: str, swap: swaps.Swap) -> Step:
    parts = text.split(":")
    option = matrix.options[swap.option].name
    first, second = matrix.criteria[swap.criterion], matrix.criteria[swap.paid_on]
    sides = [f"{c.name} to {parts[at]} {c.unit}".strip() for c, at in ((first, 2), (second, 4))]
    says = f"{option}: {', '.join(sides)}"
    return Step(says, "an even swap", False, without(query, "swap", text))


def strike_step(matrix: Matrix, query, strike: swaps.Strike) -> Step:
    if strike.kind == swaps.OPTION:
        name = matrix.options[strike.index].name
        other = matrix.options[strike.by].name if strike.by is not None else ""
        why = f"{other} is at least as good on everything that is left, and better somewhere"
    else:
        name, why = matrix.criteria[strike.index].name, "all that remain are equal on it"
    code = f"{strike.kind}-{strike.index}"
    url = without(query, "keep", code) if strike.kept else with_(query, "keep", code)
    return Step(name, why, strike.kept, url)


def with_(query, name: str, value: str) -> str:
    return "?" + urlencode([*pairs(query), (name, value)])


def without(query, name: str, value: str) -> str:
    return "?" + urlencode([pair for pair in pairs(query) if pair != (name, value)])


def pairs(query) -> list[tuple[str, str]]:
    found = [(name, value) for name, values in query.lists() for value in values]
    return [pair for pair in found if pair[0] in ("view", "keep", "swap")]
