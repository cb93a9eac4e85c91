"""What the page about firmness shows, as ready strings: computed from a matrix and its draws."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString

from tradeoffs.maths import ranges, robustness, stability, statement, weights
from tradeoffs.maths.verdicts import Verdict, error
from tradeoffs.matrix import Matrix, limits, ranks_by_scorer
from tradeoffs.pages import drawing
from tradeoffs.pages.matrix import ORDINALS

ENOUGH = 0.005
"""An option that is first less often is not asked what it would need."""

TINTS = ((0.05, "h0"), (0.2, "h1"), (0.4, "h2"), (0.5, "h3"))


@dataclass(frozen=True, slots=True)
class Hold:
    """How far one weight may move."""

    pk: int
    name: str
    share: str
    now: str
    bar: SafeString
    keeps: str
    order: str
    more: str
    said: str
    closest: bool


@dataclass(frozen=True, slots=True)
class Rank:
    option: str
    cells: list[tuple[str, str, str]]  # tint, share, error


@dataclass(frozen=True, slots=True)
class Need:
    """One score or weight: where it is in all draws, and where the option wins."""

    name: str
    bar: SafeString
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Win:
    """What would have to be true for one option to win."""

    option: str
    draws: str
    says: str
    scores: list[Need]
    weights: list[Need]
    cheapest: str
    never: bool


@dataclass(frozen=True, slots=True)
class Second:
    """TOPSIS, beside the answer and never mixed into it."""

    agrees: bool
    leader: str
    rows: list[tuple[str, SafeString, str]]


@dataclass(frozen=True)
class Page:
    verdict: Verdict
    headline: list[statement.Run]
    draws: str
    figures: list[tuple[str, str, str, bool]]  # name, value, small print, bad
    holds: list[Hold]
    places: list[str]
    ranks: list[Rank]
    wins: list[Win]
    second: Second
    method: list[tuple[str, str]]
    scorers: list[str]
    seen: list[tuple[str, list[int]]]


def page(matrix: Matrix, result: Mapping[str, Any], *, ran: str) -> Page | None:
    """All of the page, or None where no option has a rank.

    matrix: weighed as the page shows it, with moved weights or without
    result: draws of this matrix; {} before they are made
    ran:    when the draws were made, in words
    """
    weighed, verdict = matrix.weighed, matrix.judged(result)
    if weighed is None or verdict is None:
        return None
    holds, orders = stability.holds(weighed), stability.order_holds(weighed)
    by_scorer = ranks_by_scorer(matrix)
    return Page(
        verdict=verdict,
        headline=matrix.sentence_of(verdict),
        draws=f"{matrix.inputs['draws']:,}",
        figures=figures(matrix, verdict),
        holds=[
            hold(matrix, one, verdict, orders[one.criterion]) for one in sorted(holds, key=nearest)
        ],
        places=[place(k) for k in range(1, len(result.get("in_play", ())) + 1)],
        ranks=ranks(matrix, result),
        wins=wins(matrix, result, verdict),
        second=second(matrix, verdict),
        method=method(matrix, ran),
        scorers=list(by_scorer),
        seen=[
            (option.name, [row[i] for row in by_scorer.values()])
            for i, option in enumerate(matrix.options)
        ]
        if by_scorer
        else [],
    )


def nearest(one: stability.Hold) -> tuple:
    """First what needs the smallest move for its weight."""
    edges = one.edges()
    return (not edges, edges[0][0] if edges else 0, -one.weight)


def place(k: int) -> str:
    return ORDINALS[k] if k < len(ORDINALS) else f"{k}th"


def figures(matrix: Matrix, verdict: Verdict) -> list[tuple[str, str, str, bool]]:
    found = []
    if verdict.runner_up is not None and not verdict.is_tie:
        over = matrix.options[verdict.runner_up].name
        found.append((f"Lead over {over}", statement.gap(verdict.lead), "of 1", False))
    if verdict.first is not None:
        spread = f"± {error(verdict.first, verdict.draws) * 100:.1f}"
        low = verdict.first < limits().close_first
        found.append(("First in", f"{verdict.first * 100:.0f} %", spread, low))
    if verdict.agreement is not None:
        least = limits().agreement
        small = f"under {least:.2f}" if verdict.agreement < least else f"{least:.2f} or more"
        low = verdict.agreement < least
        found.append(("Agreement of scorers", f"{verdict.agreement:.2f}", small, low))
    if verdict.critical is not None:
        _, edge, _ = verdict.critical.edges()[0]
        name = matrix.criteria[verdict.critical.criterion].name
        far = points(edge - verdict.critical.weight)
        found.append(("Closest flip", far, f"of {name}", False))
    tie = stability.distance(matrix.weighed) if matrix.weighed and not verdict.is_tie else None
    if tie is not None:
        small = f"between weights, with {matrix.options[tie[1]].name}"
        found.append(("Distance to a tie", statement.gap(tie[0]), small, False))
    return found


def points(move: float) -> str:
    """How far a weight moves, in points of a hundred; a move is never said to be none."""
    far = abs(move) * 100
    if far < 0.95:
        return "under 0.1 points" if far < 0.05 else f"{far:.1f} points"
    return f"{far:.0f} point{'' if round(far) == 1 else 's'}"


def hold(matrix: Matrix, one: stability.Hold, verdict: Verdict, order: tuple[float, float]) -> Hold:
    criterion = matrix.criteria[one.criterion]
    names = [None if i is None else matrix.options[i].name for i in (one.below, one.above)]
    said = []
    if names[0] is not None:
        said.append(f"below {statement.percent(one.lower)}: {names[0]}")
    if names[1] is not None:
        said.append(f"above {statement.percent(one.upper)}: {names[1]}")
    edges = one.edges()
    more = "no weight changes it"
    if edges and not verdict.is_tie:
        _, edge, _ = edges[0]
        way = "up" if edge > one.weight else "down"
        more = f"{points(edge - one.weight)} {way}"
    closest = verdict.critical is not None and verdict.critical.criterion == one.criterion
    return Hold(
        pk=criterion.pk,
        name=criterion.name,
        share=f"{one.weight * 100:.1f}",
        now=statement.percent(one.weight),
        bar=drawing.stability(one.lower, one.upper, one.weight, *names),
        keeps=f"{one.lower * 100:.0f}–{one.upper * 100:.0f} %",
        order=f"{order[0] * 100:.0f}–{order[1] * 100:.0f} %",
        more=f"closest flip, {more}" if closest else more,
        said="; ".join(said).capitalize(),
        closest=closest,
    )


def ranks(matrix: Matrix, result: Mapping[str, Any]) -> list[Rank]:
    draws = matrix.inputs["draws"]
    rows = zip(result.get("in_play", ()), result.get("ranks", ()), strict=True)
    return [
        Rank(
            matrix.options[i].name,
            [
                (tint(share), f"{share * 100:.0f} %", f"± {error(share, draws) * 100:.1f}")
                for share in row
            ],
        )
        for i, row in rows
    ]


def tint(share: float) -> str:
    return next((name for limit, name in TINTS if share < limit), "h4")


def wins(matrix: Matrix, result: Mapping[str, Any], verdict: Verdict) -> list[Win]:
    """What each other option would need, most likely winners first."""
    weighed = matrix.weighed
    if weighed is None or not result:
        return []
    in_play = result["in_play"]
    order = sorted(range(len(in_play)), key=lambda k: -result["ranks"][k][0])
    flips = stability.flips(weighed.values(), weighed.shares, winner=verdict.winner)
    found = []
    for k in order:
        i = in_play[k]
        if i == verdict.winner:
            continue
        cheapest = next((one for one in flips if one.challenger == i), None)
        found.append(win(matrix, result, k, i, cheapest))
    return found


def win(
    matrix: Matrix, result: Mapping[str, Any], k: int, i: int, cheapest: stability.Flip | None
) -> Win:
    first, draws = result["ranks"][k][0], matrix.inputs["draws"]
    central = result["central"][k]
    never = first < ENOUGH or central is None
    moved = [] if never else weight_needs(matrix, central)
    far = max(abs(c - w.weight) for c, w in zip(central or [1.0], matrix.criteria, strict=False))
    scores = [] if never else score_needs(matrix, result, k)
    says = ""
    if never:
        says = "It wins in hardly any draw: no plausible weights and scores carry it."
    elif far < 0.035:
        says = "Other scores rather than other weights: where it wins, they are close to ours."
    elif not scores:
        says = "Other weights: the scores where it wins are those of the matrix."
    return Win(
        option=matrix.options[i].name,
        draws=f"{first * draws:,.0f} of {draws:,} draws",
        says=says,
        scores=scores,
        weights=moved,
        cheapest=flip_words(matrix, cheapest),
        never=never,
    )


def score_needs(matrix: Matrix, result: Mapping[str, Any], k: int) -> list[Need]:
    found: list[Need] = []
    for place, j, everywhere, there in result["shifts"][k]:
        if abs(there - everywhere) < 0.01 or len(found) == 4:
            continue
        criterion, scale = matrix.criteria[j], matrix.scales[j]
        option = matrix.options[result["in_play"][place]]
        unit = f" {criterion.unit}" if criterion.unit else ""
        found.append(
            Need(
                f"{option.name}, {criterion.name}",
                drawing.dumbbell(everywhere, there),
                f"{rough(scale.raw(everywhere))}{unit}",
                f"{rough(scale.raw(there))}{unit}",
            )
        )
    return found


def rough(value: float) -> str:
    """Three digits at most: a mean of draws is no more exact."""
    return ranges.number(float(f"{value:.3g}"))


def weight_needs(matrix: Matrix, central: list[float]) -> list[Need]:
    pairs = [(abs(c - w.weight), w, c) for c, w in zip(central, matrix.criteria, strict=True)]
    pairs.sort(key=lambda pair: -pair[0])
    most = max([*central, *(c.weight for c in matrix.criteria)])
    return [
        Need(
            criterion.name,
            drawing.dumbbell(criterion.weight / most, share / most),
            f"{criterion.weight * 100:.0f}",
            f"{share * 100:.0f} %",
        )
        for _, criterion, share in pairs[:4]
    ]


def flip_words(matrix: Matrix, flip: stability.Flip | None) -> str:
    """The cheapest change of one cell that ties, in the unit of its criterion."""
    if flip is None:
        return "No single cell can do it while it stays on its scale."
    option, criterion = matrix.options[flip.option], matrix.criteria[flip.criterion]
    score, scale = matrix.taken(flip.option, flip.criterion), matrix.scales[flip.criterion]
    unit = f" {criterion.unit}" if criterion.unit else ""
    now = f" (now {rough(score.p50)}{unit})" if score else ""
    to = f"{rough(scale.raw(flip.value))}{unit}"
    said = f"Cheapest: {option.name} at {to} on {criterion.name}{now}"
    return f"{said}, {within(score, scale.raw(flip.value))}."


def within(score, value: float) -> str:
    if score is None:
        return "which nobody has scored"
    if score.p10 is None or score.p90 is None:
        return "which has no range"
    return "within its range" if score.p10 <= value <= score.p90 else "outside its range"


def second(matrix: Matrix, verdict: Verdict) -> Second:
    closeness = robustness.opinion(matrix.inputs)
    in_play = matrix.weighed.ranked if matrix.weighed else ()
    pairs = sorted(((closeness[i] or 0.0, i) for i in in_play), key=lambda pair: -pair[0])
    order = [i for _, i in pairs]
    rows = [
        (matrix.options[i].name, drawing.share_bar(near, first=i == order[0]), f"{near:.2f}")
        for near, i in pairs
    ]
    return Second(order[0] in verdict.tied, matrix.options[order[0]].name, rows)


def method(matrix: Matrix, ran: str) -> list[tuple[str, str]]:
    inputs, weighting = matrix.inputs, getattr(matrix.decision, "weighting", None)
    found = [
        ("Totals", "weighted sum"),
        ("Scale", "fixed worst and best"),
        ("Weights", weighting.get_method_display().lower() if weighting else "points"),
        ("Draws", f"{inputs['draws']:,}"),
        ("Around weights", f"Dirichlet, κ {inputs['kappa']:g}"),
        ("Scores", "P10, P50, P90" if len(matrix.scorers) < 2 else "each scorer’s range"),
        ("Not scored", "uniform, 0 to 1"),
        ("Second opinion", "TOPSIS, vector norm"),
    ]
    if weighting is not None and weighting.method == "ahp":
        found.append(("RI table", weights.EDITIONS.get(weighting.edition, weighting.edition)))
        ratio = "none" if weighting.ratio is None else f"{weighting.ratio:.2f}"
        if weighting.ratio is not None and weighting.ratio > weights.ACCEPTABLE:
            ratio += f", over {weights.ACCEPTABLE:.2f}: the pairs contradict each other"
        found.append(("Consistency ratio", ratio))
    if matrix.agreement is not None:
        found.append(("Agreement", f"Kendall W {matrix.agreement:.2f}"))
    return [*found, ("Seed", str(inputs["seed"])), ("Run", ran)]
