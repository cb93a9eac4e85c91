"""How long a ranking takes: all inputs of a plan drawn and its places counted.

    python -m benchmarks.priorities [--items N] [--draws N]

Prints the fastest and the median of five rankings in milliseconds, engine alone.
"""

import argparse
import random
import statistics
import time

from roadmaps.forecasting.formula import RICE
from roadmaps.forecasting.priority import DRAWS, Candidate, rank
from roadmaps.forecasting.ranges import Triple, quantity_table


def backlog(items: int) -> list[Candidate]:
    """Items with ranges for all inputs of RICE and an effort each, the same every time."""
    chosen = random.Random(1)
    found = []
    for id in range(1, items + 1):
        reach, days = chosen.uniform(5, 500), chosen.uniform(1, 40)
        values = {
            "reach": Triple(reach * 0.6, reach, reach * 1.8),
            "impact": Triple(0.5, 1.0, 2.0),
            "confidence": Triple(50, 70, 85),
        }
        table = quantity_table(Triple(days * 0.6, days, days * 2))
        found.append(Candidate(id, values, {id: table}))
    return found


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--items", type=int, default=1000)
    asked.add_argument("--draws", type=int, default=DRAWS)
    given = asked.parse_args()
    candidates = backlog(given.items)
    rank(RICE, candidates, seed=1, draws=given.draws)
    took = []
    for _ in range(5):
        began = time.perf_counter()
        found = rank(RICE, candidates, seed=1, draws=given.draws)
        took.append(1000 * (time.perf_counter() - began))
    print(
        f"{given.items:,} items x {given.draws:,} draws: fastest {min(took):,.0f} ms, "
        f"median {statistics.median(took):,.0f} ms, {len(found.bands)} ties"
    )


if __name__ == "__main__":
    main()
