"""From what is known of a decision to how firm its answer is: the same in page, worker and file."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from tradeoffs.maths import scales, stability, topsis
from tradeoffs.maths.weighing import Criterion, Range, Weighing, weigh

METHOD = "weighted sum on fixed anchors"
MOST_CELLS = 1_000
"""Up to so many cells the draws are as many as asked; beyond, as many fewer."""

LEAST_DRAWS = 500
SHIFTS = 6
Inputs = Mapping[str, Any]


def draws_for(options: int, criteria: int, wanted: int) -> int:
    """Fewer draws for a matrix beyond 1,000 cells, so that a page answers as soon."""
    cells = max(1, options * criteria)
    fewer = max(LEAST_DRAWS, wanted * MOST_CELLS // cells)
    return wanted if cells <= MOST_CELLS else min(wanted, fewer)


def criterion_of(row: Mapping[str, Any]) -> Criterion:
    return Criterion(
        row["name"],
        row["worst"],
        row["best"],
        row["weight"],
        row.get("must"),
        tuple((x, v) for x, v in row.get("points") or ()),
        bool(row.get("quantity")),
    )


def cell_of(cell: Any) -> Range | list[Range] | None:
    """None, [p10, p50, p90], or one such triple for each scorer."""
    if cell is None:
        return None
    if cell and isinstance(cell[0], list | tuple):
        return [Range(*one) for one in cell]
    return Range(*cell)


def weighed(inputs: Inputs) -> Weighing:
    """The totals of the inputs; a cell of several scorers takes the mean of their ranges.

    raises: ValueError when nothing weighs anything, or a row has another length
    """
    rows = [[one_range(cell) for cell in row] for row in inputs["cells"]]
    return weigh([criterion_of(row) for row in inputs["criteria"]], rows)


def one_range(cell: Any) -> Range | None:
    """A cell of the inputs as one range."""
    found = cell_of(cell)
    return mean_range(found) if isinstance(found, list) else found


def mean_range(ranges: Sequence[Range]) -> Range:
    """The mean of each quantile; a rounding cannot turn the range around."""
    low, middle, high = (
        sum(column) / len(ranges)
        for column in zip(*((r.p10, r.p50, r.p90) for r in ranges), strict=True)
    )
    return Range(min(low, middle), middle, max(middle, high))


def drawn(inputs: Inputs) -> dict[str, Any]:
    """Rank acceptability and what follows from the draws, as JSON keeps it; needs numpy.

    returns: {} where no option has a rank; else in_play (indexes of options with a rank), and in
             their order ranks, central, confidence, pairwise, shifts
    raises:  ValueError as `weighed` does
    """
    from tradeoffs.maths.acceptability import acceptability
    from tradeoffs.maths.weight_draws import Weights

    criteria = [criterion_of(row) for row in inputs["criteria"]]
    in_play = sorted(weighed(inputs).ranked)
    if not in_play:
        return {}
    found = acceptability(
        criteria,
        [[cell_of(cell) for cell in inputs["cells"][i]] for i in in_play],
        Weights(stated=tuple(c.weight for c in criteria), kappa=inputs["kappa"]),
        draws=inputs["draws"],
        seed=inputs["seed"],
        shifts=SHIFTS,
    )
    return {
        "in_play": in_play,
        "ranks": listed(found.ranks),
        "central": listed(found.central),
        "confidence": list(found.confidence),
        "pairwise": listed(found.pairwise),
        "shifts": listed(found.shifts),
    }


def listed(value: Any) -> Any:
    """Tuples as lists, so that a result equals the one that a database gives back."""
    return [listed(one) for one in value] if isinstance(value, list | tuple) else value


def opinion(inputs: Inputs) -> list[float | None]:
    """TOPSIS closeness of every option by vector normalisation, on the likely raw values.

    What is not scored is taken in the middle of its scale. A criterion with value points, whose
    direction may turn, is taken by its value. An option without a rank is None, and its values
    move nobody's norm.
    """
    criteria = [criterion_of(row) for row in inputs["criteria"]]
    in_play = sorted(weighed(inputs).ranked)
    found: list[float | None] = [None] * len(inputs["cells"])
    rows = []
    for i in in_play:
        ranges = [one_range(cell) for cell in inputs["cells"][i]]
        likely = [c.raw(0.5) if r is None else r.p50 for c, r in zip(criteria, ranges, strict=True)]
        rows.append([c.value(x) if c.points else x for c, x in zip(criteria, likely, strict=True)])
    directions = [scales.MORE if c.points or c.best > c.worst else scales.LESS for c in criteria]
    closeness = topsis.closeness(rows, [c.weight for c in criteria], directions) if rows else []
    for i, value in zip(in_play, closeness, strict=True):
        found[i] = value
    return found


def reproduced(inputs: Inputs, draws: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """All numbers of the page from its inputs alone, for whoever wants to check them.

    draws: what `drawn` gave for these inputs before; None draws anew
    """
    found = weighed(inputs)
    holds = stability.holds(found) if found.ranked else []
    orders = stability.order_holds(found) if found.ranked else []
    tie = stability.distance(found)
    return {
        "method": METHOD,
        "totals": [[t.floor, t.middle, t.ceiling] for t in found.totals],
        "ranks": list(found.ranks),
        "intervals": [
            {
                "criterion": one.criterion,
                "weight": one.weight,
                "lower": one.lower,
                "upper": one.upper,
                "lower_challenger": one.below,
                "upper_challenger": one.above,
                "order_lower": order[0],
                "order_upper": order[1],
            }
            for one, order in zip(holds, orders, strict=True)
        ],
        "nearest_tie": None if tie is None else {"distance": tie[0], "challenger": tie[1]},
        "topsis_vector": opinion(inputs),
        "draws": drawn(inputs) if draws is None else draws,
    }


def reweighed(inputs: Inputs, weights: Sequence[float]) -> dict[str, Any]:
    """The inputs with other weights, in the order of the criteria."""
    rows = [
        {**row, "weight": weight} for row, weight in zip(inputs["criteria"], weights, strict=True)
    ]
    return {**inputs, "criteria": rows}


def digest(inputs: Inputs) -> str:
    """A mark that changes with anything the numbers follow from."""
    body = json.dumps(inputs, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(body.encode()).hexdigest()
