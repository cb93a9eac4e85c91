"""Check the maths of decisions against a table in a paper or another library.

    python -m benchmarks.decision_maths CASES.json [--json]

CASES.json is a list of {"id", "method", "inputs", "options"}; inputs and options may be empty or
left out. A case that cannot be computed says why under "error", and stops no other. With --json
the results are a list of {"id", "method", "result"}.

method                     inputs (options in brackets) -> result
weighted_sum               matrix, weights, direction [normalisation fixed / minmax / sum; anchors
                           (worst, best) of each criterion for fixed] -> score, rank
topsis                     matrix, weights, direction [normalisation vector / minmax] -> closeness
ahp                        matrix, fractions allowed [edition saaty2005 / saaty1980]
                           -> weights, lambda_max, ci, cr, edition
weight_stability_interval  values_0_1, weights -> score, winner, intervals
smaa                       values_0_1, or low, likely, high, each (options, criteria) in 0 to 1 or
                           with anchors [weights uniform / ordinal / around / fixed, stated, order,
                           kappa, iterations, seed, spread p10_p50_p90 / triangular]
                           -> rank_acceptability, central_weights, confidence_factor, pairwise
rank_order_centroid        n -> weights
kendall_w                  ranks -> w
brier                      pairs -> brier
value_function             cutoffs, values, x -> value

Matrices have one row for each option. direction is min or max for each criterion, or one for all.
Indexes count from 0.
"""

import argparse
import json
import math
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tradeoffs.maths import scales, stability, topsis, weighing, weights
from tradeoffs.maths.accuracy import brier
from tradeoffs.maths.agreement import kendall_w

Given = dict[str, Any]


def weighted_sum(given: Given) -> Given:
    columns = scales.columns(given["matrix"])
    shares = weighing.normalise(given["weights"])
    kind = given.get("normalisation", "fixed")
    directions = directions_of(given, len(columns))
    if kind == "fixed":
        values = fixed(columns, directions, given)
    else:
        scale = {"minmax": scales.minmax, "sum": scales.by_sum}.get(kind)
        if scale is None:
            raise ValueError("normalisation is fixed, minmax or sum")
        values = [scale(column, d) for column, d in zip(columns, directions, strict=True)]
    rows = list(zip(*values, strict=True))
    score = scales.totals(rows, shares)
    return {"score": score, "rank": scales.ranks(score)}


def fixed(columns: list[list[float]], directions: list[str], given: Given) -> list[list[float]]:
    """Between the anchors that were given; without any the values have to be in 0 to 1 already."""
    anchors = given.get("anchors")
    if anchors is None and "worst" in given:
        anchors = list(zip(given["worst"], given["best"], strict=True))
    if anchors is None:
        if any(not 0 <= x <= 1 for column in columns for x in column):
            raise ValueError("fixed needs anchors, (worst, best) of each criterion")
        anchors = [(1, 0) if direction == scales.LESS else (0, 1) for direction in directions]
    return [
        scales.fixed(column, worst=worst, best=best)
        for column, (worst, best) in zip(columns, anchors, strict=True)
    ]


def directions_of(given: Given, criteria: int) -> list[str]:
    said = given.get("direction", given.get("directions", scales.MORE))
    listed = [said] * criteria if isinstance(said, str) else list(said)
    words = {1: scales.MORE, -1: scales.LESS, "benefit": scales.MORE, "cost": scales.LESS}
    return [scales.checked(words.get(word, word)) for word in listed]


def closeness(given: Given) -> Given:
    matrix = given["matrix"]
    directions = directions_of(given, len(scales.columns(matrix)))
    kind = given.get("normalisation", topsis.VECTOR)
    found = topsis.closeness(matrix, given["weights"], directions, normalisation=kind)
    return {"closeness": found}


def ahp(given: Given) -> Given:
    matrix = [[weights.judgement(cell) for cell in row] for row in given["matrix"]]
    edition = given.get("edition", "saaty2005")
    if edition not in weights.RANDOM_INDEX:
        raise ValueError(f"edition is one of {', '.join(weights.RANDOM_INDEX)}")
    found = weights.ahp(matrix, edition=edition)
    return {
        "weights": list(found.weights),
        "lambda_max": found.lambda_max,
        "ci": found.ci,
        "cr": found.cr,
        "edition": edition,
    }


def intervals(given: Given) -> Given:
    values, shares = given["values_0_1"], weighing.normalise(given["weights"])
    scales.columns(values)
    score = scales.totals(values, shares)
    winner = score.index(max(score))
    found = [stability.hold(values, shares, winner=winner, criterion=j) for j in range(len(shares))]
    return {
        "score": score,
        "winner": winner,
        "intervals": [
            {
                "criterion": one.criterion,
                "weight": one.weight,
                "lower": one.lower,
                "upper": one.upper,
                "lower_challenger": one.below,
                "upper_challenger": one.above,
            }
            for one in found
        ],
    }


def smaa(given: Given) -> Given:
    from tradeoffs.maths.acceptability import DRAWS, acceptability
    from tradeoffs.maths.quantiles import HALVES

    low, likely, high = cells_of(given)
    criteria = len(scales.columns(likely))
    anchors = given.get("anchors") or [(0, 1)] * criteria
    found = acceptability(
        [weighing.Criterion(str(j), *ends, 1) for j, ends in enumerate(anchors)],
        [
            [weighing.Range(*three) for three in zip(*rows, strict=True)]
            for rows in zip(low, likely, high, strict=True)
        ],
        weights_of(given, criteria),
        draws=int(given.get("iterations", DRAWS)),
        seed=int(given.get("seed", 0)),
        spread=given.get("spread", HALVES),
    )
    return {
        "rank_acceptability": found.ranks,
        "central_weights": found.central,
        "confidence_factor": found.confidence,
        "pairwise": found.pairwise,
    }


def cells_of(given: Given) -> list[list[list[float]]]:
    """Low, likely and high, each of shape (options, criteria)."""
    if "cells" in given:
        return [[[cell[k] for cell in row] for row in given["cells"]] for k in range(3)]
    if "likely" in given:
        return [given["low"], given["likely"], given["high"]]
    return [given["values_0_1"]] * 3


def weights_of(given: Given, criteria: int):
    from tradeoffs.maths.weight_draws import KAPPA, Weights

    said = given.get("weights", "uniform")
    if isinstance(said, dict):
        given, said = given | said, said.get("kind", "fixed")
    if not isinstance(said, str):
        given, said = given | {"stated": said}, given.get("weight_model", "fixed")
    kappa = given.get("kappa", KAPPA["normal"])
    return Weights(
        kind=said,
        stated=tuple(given.get("stated", given.get("values", ()))),
        kappa=KAPPA.get(kappa, kappa),
        order=tuple(given.get("order", range(1, criteria + 1))),
        intervals=tuple(map(tuple, given.get("intervals", ()))),
    )


METHODS: dict[str, Callable[[Given], Given]] = {
    "weighted_sum": weighted_sum,
    "topsis": closeness,
    "ahp": ahp,
    "weight_stability_interval": intervals,
    "smaa": smaa,
    "rank_order_centroid": lambda given: {"weights": weights.rank_order_centroid(int(given["n"]))},
    "kendall_w": lambda given: {"w": kendall_w(given["ranks"])},
    "brier": lambda given: {"brier": brier([tuple(pair) for pair in given["pairs"]])},
    "value_function": lambda given: {"value": read_values(given)},
}


def read_values(given: Given) -> float | list[float]:
    def read(x: float) -> float:
        return scales.value_function(x, cutoffs=given["cutoffs"], values=given["values"])

    x = given["x"]
    return [read(one) for one in x] if isinstance(x, list) else read(x)


def computed(case: Given) -> Given:
    """One case with its result, or the reason why there is none."""
    answer = {"id": case.get("id"), "method": case.get("method")}
    method = METHODS.get(str(case.get("method")))
    if method is None:
        return answer | {"error": f"method is one of {', '.join(METHODS)}"}
    options = case.get("options")
    try:
        given = dict(case.get("inputs") or {}) | (options if isinstance(options, dict) else {})
        return answer | {"result": method(given)}
    except KeyError as error:
        return answer | {"error": f"{error.args[0]} is missing"}
    except (ValueError, TypeError, IndexError, ArithmeticError) as error:
        return answer | {"error": str(error)}


def finite(value: Any) -> Any:
    """NaN and infinity as nothing, which JSON has a word for."""
    if isinstance(value, dict):
        return {key: finite(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [finite(one) for one in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def main() -> int:
    asked = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    asked.add_argument("cases", type=Path)
    asked.add_argument("--json", action="store_true")
    given = asked.parse_args()
    found = [finite(computed(case)) for case in json.loads(given.cases.read_text("utf-8"))]
    if given.json:
        print(json.dumps(found, indent=1))
    else:
        for one in found:
            says = one.get("result", f"no result: {one.get('error')}")
            print(f"{one['id']}  {one['method']}  {says}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
