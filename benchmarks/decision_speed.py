"""How long the maths of a decision takes, beside other libraries where they are installed.

    OPENBLAS_NUM_THREADS=1 python -m benchmarks.decision_speed [--runs 7]

Prints the fastest and the median of some runs and the fastest in processor time, in milliseconds;
the last is held to the limit. Weighted sum, TOPSIS and AHP weights are computed on the same
matrices by pymcdm and scikit-criteria, if this Python has them: their answers are compared, and
their times are in the same run. Exits with 1 where a limit is missed or an answer differs.
"""

import argparse
import random
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from tradeoffs.maths import scales, topsis
from tradeoffs.maths.acceptability import DRAWS, acceptability
from tradeoffs.maths.weighing import Criterion, Range
from tradeoffs.maths.weight_draws import Weights

LIMITS = {(8, 12): 60, (30, 20): 400}
SAME = 1e-9


def timed(run: Callable[[], Any], runs: int) -> tuple[float, float, float]:
    """Fastest and median milliseconds, and the fastest in milliseconds of processor time."""
    took, used = [], []
    for _ in range(runs):
        began, cpu = time.perf_counter(), time.process_time()
        run()
        took.append(1000 * (time.perf_counter() - began))
        used.append(1000 * (time.process_time() - cpu))
    return min(took), statistics.median(took), min(used)


def uncertain(options: int, criteria: int) -> tuple:
    """A matrix with a range in every cell, the same every time."""
    chosen = random.Random(1)
    scale = [Criterion(f"C{j}", 1, 9, 1) for j in range(criteria)]
    cells = [
        [Range(*sorted(chosen.uniform(1, 9) for _ in range(3))) for _ in scale]
        for _ in range(options)
    ]
    return scale, cells, Weights("around", tuple(chosen.random() for _ in scale))


def exact(options: int, criteria: int) -> tuple[list[list[float]], list[float], list[str]]:
    """Raw values above 0, weights, and a direction for each criterion."""
    chosen = random.Random(2)
    matrix = [[chosen.uniform(1, 100) for _ in range(criteria)] for _ in range(options)]
    points = [chosen.uniform(0.1, 1) for _ in range(criteria)]
    weights = [p / sum(points) for p in points]
    return matrix, weights, [chosen.choice(("min", "max")) for _ in range(criteria)]


def weighted_sum(matrix, weights, directions) -> list[float]:
    columns = scales.columns(matrix)
    values = [scales.minmax(c, d) for c, d in zip(columns, directions, strict=True)]
    return scales.totals(list(zip(*values, strict=True)), weights)


def ours(matrix, weights, directions) -> dict[str, Callable[[], list[float]]]:
    return {
        "weighted sum, min-max": lambda: weighted_sum(matrix, weights, directions),
        "TOPSIS, vector": lambda: topsis.closeness(matrix, weights, directions),
        "TOPSIS, min-max": lambda: topsis.closeness(
            matrix, weights, directions, normalisation=topsis.MINMAX
        ),
    }


def of_pymcdm(matrix, weights, directions) -> dict[str, Callable[[], Any]]:
    from pymcdm import methods, normalizations

    table, shares = np.array(matrix), np.array(weights)
    signs = np.array([1 if d == scales.MORE else -1 for d in directions])
    by_range, by_vector = normalizations.minmax_normalization, normalizations.vector_normalization
    return {
        "weighted sum, min-max": lambda: methods.WSM(by_range)(table, shares, signs),
        "TOPSIS, vector": lambda: methods.TOPSIS(by_vector)(table, shares, signs),
        "TOPSIS, min-max": lambda: methods.TOPSIS(by_range)(table, shares, signs),
    }


def of_skcriteria(matrix, weights, directions) -> dict[str, Callable[[], Any]]:
    import skcriteria
    from skcriteria.agg import simple, topsis
    from skcriteria.preprocessing import invert_objectives, scalers

    senses = [max if d == scales.MORE else min for d in directions]
    data = skcriteria.mkdm(matrix, senses, weights=weights)
    turned = invert_objectives.NegateMinimize()
    return {
        "weighted sum, min-max": lambda: (
            simple.WeightedSumModel()
            .evaluate(scalers.MinMaxScaler(target="matrix").transform(turned.transform(data)))
            .e_["score"]
        ),
        "TOPSIS, vector": lambda: (
            topsis.TOPSIS()
            .evaluate(scalers.VectorScaler(target="matrix").transform(turned.transform(data)))
            .e_["similarity"]
        ),
    }


PEERS = {"pymcdm": of_pymcdm, "scikit-criteria": of_skcriteria}


def row(name: str, times: tuple[float, float, float], more: str = "") -> None:
    print(f"{name:44}{times[0]:10.2f}{times[1]:10.2f}{times[2]:11.2f}   {more}")


def smaa(runs: int) -> bool:
    missed = False
    for (options, criteria), limit in LIMITS.items():
        case = uncertain(options, criteria)
        acceptability(*case, seed=1)
        times = timed(lambda case=case: acceptability(*case, seed=1), runs)
        over = times[2] > limit
        missed |= over
        name = f"SMAA {DRAWS:,} x {options} x {criteria}"
        row(name, times, f"limit {limit}" + ("  over the limit" if over else ""))
    return missed


def beside(options: int, criteria: int, runs: int) -> bool:
    case, differs = exact(options, criteria), False
    own = ours(*case)
    for method, run in own.items():
        row(f"{method}, {options} x {criteria}: ours", timed(run, runs))
        for name, make in PEERS.items():
            try:
                theirs = make(*case).get(method)
            except ImportError:
                print(f"  {name} is not installed")
                continue
            if theirs is None:
                continue
            gap = float(np.abs(np.array(run()) - np.asarray(theirs())).max())
            differs |= gap > SAME
            says = "same answer" if gap <= SAME else f"differs by {gap:.2g}"
            row(f"  {name}", timed(theirs, runs), says)
    return differs


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--runs", type=int, default=7)
    runs = asked.parse_args().runs
    print(f"{'':44}{'fastest':>10}{'median':>10}{'processor':>11}   milliseconds")
    missed = smaa(runs)
    sizes = ((8, 12), (30, 20), (200, 50))
    differs = [beside(options, criteria, runs) for options, criteria in sizes]
    return 1 if missed or any(differs) else 0


if __name__ == "__main__":
    sys.exit(main())
